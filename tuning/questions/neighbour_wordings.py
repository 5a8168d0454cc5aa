"""Wordings about one shape among the others: on which half it lies, what is next to it, how many are like it.

Slots as in `shape_wordings_en`; `{half}` is "on the left side", `{close}` "nearest to", `{quality}` "shape" or "color".
"""

from __future__ import annotations

from tuning.wording import Wordings

ENGLISH: dict[str, Wordings] = {
    "half": Wordings(
        train=(
            "Is {the} {half} [of {pic}]?",
            "Is {the} (located|placed) {half} [of {pic}]?",
            "Does {the} (lie|sit) {half} [of {pic}]?",
            "Is {the} in {pic} {half}?",
            "{the} is {half}, (right|is that right|true|isn't it)?",
            "(Can you|Do you) see {the} {half}?",
            "(Tell me|Say|I want to know|Check) (whether|if) {the} is {half} [of {pic}].",
            "(Could|Would) you [please] (say|tell me|check) (whether|if) {the} is {half}?",
            "(Is it true|Is it right|Would you say) that {the} is {half}?",
            "{half}: is {the} there?",
            "Does one find {the} {half} [of {pic}]?",
            "(Would|Could) I find {the} {half}?",
            "Looking at {the}, is it {half}?",
            "Look at {the}: is it {half} [of {pic}]?",
            "Has {the} been (placed|put|drawn) {half}?",
            "Yes or no: {the} is {half}.",
        ),
        held_out=(
            "Can you say whether {the} lies {half}?",
            "Do you find {the} {half}{here}?",
            "Yes or no, is {the} {half} [of {pic}]?",
            "Please see whether {the} is to be found {half}.",
        ),
    ),
    "shape_close": Wordings(
        train=(
            "(What|Which) shape is the {thing} {close} {the}?",
            "What is the shape of the {thing} {close} {the}{here}?",
            "(What|Which) shape does the {thing} {close} {the} have?",
            "The {thing} {close} {the} (is|has) (what|which) shape?",
            "(Tell me|Say|Name|Give me) the shape of the {thing} {close} {the}.",
            "(I want to know|I'd like to know|Let me know) what shape the {thing} {close} {the} is.",
            "Of what shape is the {thing} {close} {the}?",
            "(Could|Would) you [please] (name|tell me|say) the shape of the {thing} {close} {the}?",
            "(Look at|Find|Take) the {thing} {close} {the}: (what|which) shape is it?",
            "{close} {the} is a {thing}: of (what|which) shape?",
            "(Do you see|Can you say|Do you know) what shape the {thing} {close} {the} is?",
            "(What is|What's) {close} {the} in shape?",
            "The shape of the {thing} {close} {the}?",
            "What sort of shape is {close} {the}?",
            "What shape has the one {close} {the}?",
            "(What|Which) shape is the {thing} that (is|lies) {close} {the}?",
        ),
        held_out=(
            "Can you tell me the shape of the {thing} {close} {the}?",
            "Which shape has the {thing} that lies {close} {the}?",
            "Please name the shape of the one {close} {the}.",
            "What shape do you see {close} {the}?",
        ),
    ),
    "count_same": Wordings(
        train=(
            "How many {things} have the same {quality} as {the}, (itself included|including itself|with itself)?",
            "How many {things} (have|share) the {quality} of {the}, (including it|itself included|it included)?",
            "Counting {the} (too|as well|itself), how many {things} have (its|that|the same) {quality}?",
            "Including {the}, how many {things} have (its|the same|that) {quality}?",
            "(Count|Please count) the {things} of the same {quality} as {the}, (itself included|including it).",
            "How many {things} are of the same {quality} as {the}, {the} included?",
            "With {the}, how many {things} (have|share) its {quality}?",
            "What is the number of {things} with the {quality} of {the}, (including it|itself included)?",
            "(Tell me|Say) how many {things} have the same {quality} as {the}, itself included.",
            "(Could|Would) you [please] count the {things} with the same {quality} as {the}, including itself?",
            "Take {the}: how many {things} have its {quality}, itself included?",
            "How many {things} in all have the {quality} that {the} has?",
            "Together with {the}, how many {things} have this {quality}?",
            "(I want to know|I'd like to know) how many {things} have the same {quality} as {the}, including it.",
            "How many have the same {quality} as {the}, (counting it|itself included|including itself)?",
        ),
        held_out=(
            "Can you say how many {things} share the {quality} of {the}, itself included?",
            "How many {things} with the {quality} of {the} are there, counting it?",
            "Please tell me how many {things} have the same {quality} as {the}, including it.",
            "Look at {the}: counting itself, how many have that {quality}?",
        ),
    ),
}

CHINESE: dict[str, Wordings] = {
    "half": Wordings(
        train=(
            "{the}在{half}吗？",
            "{the}是不是在{of}{half}？",
            "{the}(位于|处在|处于){of}{half}吗？",
            "{in}{the}在{half}吗？",
            "{the}在(不在|没在){half}？",
            "{half}(有没有|能看到|能不能找到){the}？",
            "(请问|想问一下|我想知道){the}在不在{half}。",
            "(告诉我|请告诉我|帮我看看|看一下){the}是不是在{half}。",
            "(能|可以)告诉我{the}在不在{half}吗？",
            "你(看|觉得|说){the}在{half}吗？",
            "{the}(画|放)在{half}(吗|了吗|没有)？",
            "{the}在{half}，(对吗|对不对|是吗|是这样吗)？",
            "(看|看看){the}，它在{half}吗？",
            "(是|是不是){the}在{half}？",
            "判断一下：{the}在{half}。",
            "{of}{half}是不是{the}的位置？",
        ),
        held_out=(
            "你看看{the}是不是位于{half}？",
            "请判断{the}在不在{of}{half}。",
            "{the}的位置在{half}吗？",
            "帮我看一下，{the}在{half}，对不对？",
        ),
    ),
    "shape_close": Wordings(
        train=(
            "离{the}{close}的{thing}是什么形状[的]？",
            "(距离|距){the}{close}的是什么形状？",
            "{in}离{the}{close}的(那个|)[{thing}]是(什么|哪种|啥)形状？",
            "离{the}{close}的{thing}的形状是什么？",
            "(告诉我|请告诉我|我想知道|说出|说说)离{the}{close}的{thing}的形状。",
            "(跟|和|与){the}(离得|距离|隔得){close}的{thing}是什么形状？",
            "你(看|说|知道)离{the}{close}的{thing}是什么形状？",
            "(找到|看看|看一下)离{the}{close}的{thing}，它是什么形状？",
            "离{the}{close}的东西呈什么形状？",
            "(能|可以)(说出|告诉我)离{the}{close}的{thing}是什么形状吗？",
            "{the}{close}的邻居是什么形状？",
            "什么形状的{thing}离{the}{close}？",
            "哪种形状离{the}{close}？",
            "离{the}{close}的那一个是(什么|哪种)形状？",
            "(距离|离){the}{close}的{thing}，形状是什么？",
        ),
        held_out=(
            "请说出距离{the}{close}的{thing}是什么形状。",
            "你看离{the}{close}的那个是哪种形状？",
            "{in}跟{the}距离{close}的{thing}的形状是什么？",
            "我想知道离{the}{close}的是什么形状。",
        ),
    ),
    "count_same": Wordings(
        train=(
            "(算上|包括|连同|加上){the}(自己|本身|)，{quality}相同的{thing}有几个？",
            "和{the}{quality}相同的{thing}有几个，(包括|算上)它自己？",
            "(跟|与|和){the}{quality}一样的{thing}一共有多少个(，包括它|，算上它自己)？",
            "(包括|算上){the}，有(几个|多少个){thing}是(这种|同样的|一样的){quality}？",
            "有(几个|多少){thing}和{the}(是同一种|有相同的|有一样的){quality}，算它自己在内？",
            "(数一数|数一下|请数一数)和{the}{quality}相同的{thing}，(包括它自己|算上它)。",
            "{in}和{the}同{quality}的{thing}有几个，包括它自己？",
            "(告诉我|请告诉我|我想知道)和{the}{quality}相同的{thing}有几个，包括它。",
            "连{the}在内，有几个{thing}的{quality}(相同|一样)？",
            "{the}这种{quality}的{thing}一共有几个？",
            "{in}(一共|总共)有几个{thing}的{quality}和{the}一样，算上它？",
            "(能|可以)数一下和{the}{quality}一样的{thing}吗，包括它？",
            "{quality}和{the}相同的{thing}，(包括|连)它在内有几个？",
            "你看{quality}跟{the}一样的有几个，算上它自己？",
        ),
        held_out=(
            "请数一下{quality}和{the}相同的{thing}有多少个，包括它自己。",
            "连同{the}在内，{in}{quality}一样的{thing}一共有多少？",
            "我想知道有几个{thing}跟{the}{quality}相同，算上它自己。",
            "算上{the}，一共有几个{thing}是同样的{quality}？",
        ),
    ),
}

HALVES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "left": ("on the left", "on the left side", "in the left half"),
        "right": ("on the right", "on the right side", "in the right half"),
        "top": ("at the top", "in the top half", "in the upper half"),
        "bottom": ("at the bottom", "in the bottom half", "in the lower half"),
    },
    "zh": {
        "left": ("左边", "左半边", "左侧"),
        "right": ("右边", "右半边", "右侧"),
        "top": ("上面", "上半部分", "上半边", "上方"),
        "bottom": ("下面", "下半部分", "下半边", "下方"),
    },
}
