"""The wordings of questions that compare numbers or put them in order.

Slots: `{a}` and `{b}` are two numbers, `{numbers}` a list of them.
"""

from __future__ import annotations

from tuning.talk.patterns import wordings
from tuning.wording import Wordings


def _pick(which: str, amount: str) -> Wordings:
    """Choosing one of two numbers, in English; `which` are comparatives, `amount` is "more" or "less"."""
    return wordings(
        (
            "Which (number is|is|one is) {which}, {a} or {b}?",
            "{a} or {b}: which (number is|is|one is) {which}?",
            "What is the {which} (number|one) of {a} and {b}?",
            "(Tell me|Give me|Name|Say|Find) the {which} (number|one) of {a} and {b}.",
            "Which of {a} and {b} is {which}?",
            "Which of the (two|two numbers) is {which}: {a} or {b}?",
            "What's {which}: {a} or {b}?",
            "What is {which}, {a} or {b}?",
            "Is {a} or {b} {which}?",
            "Of {a} and {b}, which [one|number] is {which}?",
            "(Pick|Choose|Select) the {which} (number|one): {a} or {b}.",
            "Which is the {which} (number|one), {a} or {b}?",
            "Compare {a} and {b}. Which [one|number] is {which}?",
            "I have {a} and {b}. Which [one|number] is {which}?",
            "(Can|Could) you tell me which number is {which}, {a} or {b}?",
            "Between {a} and {b}, which one is {which}?",
            "(Which|What) is {amount}, {a} or {b}?",
        ),
        (
            "Between {a} and {b}, which number is {which}?",
            "Could you pick the {which} of {a} and {b}?",
            "Here are two numbers, {a} and {b}. Which is {which}?",
            "Say which number is {which}: {a} or {b}.",
            "If you compare {a} and {b}, which one is {which}?",
        ),
        which=which,
        amount=amount,
    )


def _compare(which: str, amount: str, verb: str) -> Wordings:
    """Asking in English whether one number exceeds (or not) another."""
    return wordings(
        (
            "Is {a} {which} than {b}?",
            "Is the number {a} {which} than [the number] {b}?",
            "{a} is {which} than {b}, (right|isn't it|is that right|true or not)?",
            "{a} {which} than {b}?",
            "Is it (true|right|correct) that {a} is {which} than {b}?",
            "(True or false|Yes or no): {a} is {which} than {b}.",
            "(Tell me|Say) (if|whether) {a} is {which} than {b}.",
            "(Can|Could) you tell me (if|whether) {a} is {which} than {b}?",
            "Would you say [that] {a} is {which} than {b}?",
            "Compare {a} (with|and) {b}: is {a} {which}?",
            "Compared (with|to) {b}, is {a} {which}?",
            "Is {a} a {which} number than {b}?",
            "Does {a} {verb} {b}?",
            "Is {a} {amount} than {b}?",
            "(I think|I say) {a} is {which} than {b}. Is that (right|true|correct)?",
            "I want to know (if|whether) {a} is {which} than {b}.",
            "Am I right that {a} is {which} than {b}?",
        ),
        (
            "Please tell me whether {a} is {which} than {b}.",
            "{a} is {which} than {b}. Is that correct?",
            "Do you think {a} is {which} than {b}?",
            "If you compare {a} with {b}, is {a} {which}?",
            "Is it right to say that {a} is {which} than {b}?",
        ),
        which=which,
        amount=amount,
        verb=verb,
    )


def _sort(way: str) -> Wordings:
    """Sorting in English; `way` says in which direction."""
    return wordings(
        (
            "(Sort|Order|Arrange) {numbers} {way}.",
            "(Sort|Order|Arrange) (these|the|the following) numbers {way}: {numbers}",
            "(Sort|Order|Arrange) {way}: {numbers}",
            "(Put|Bring) {numbers} in order, {way}.",
            "(Put|Bring) (these|the|the following) numbers in order {way}: {numbers}",
            "(Write|List) (these|the|the following) numbers {way}: {numbers}",
            "(Write|List) {numbers} {way}.",
            "(Can|Could) you (sort|order|arrange) {numbers} {way}?",
            "(Can|Could) you (put|write|list) {numbers} in order {way}?",
            "What (is|are) {numbers} sorted {way}?",
            "{numbers}: (sort|order|arrange) them {way}.",
            "{numbers}, (sorted|ordered) {way}?",
            "How (do|would) you (sort|order|arrange) {numbers} {way}?",
            "I (need|want) {numbers} sorted {way}.",
            "Here are some numbers: {numbers}. (Sort|Order|Arrange) them {way}.",
            "Give me {numbers} {way}.",
        ),
        (
            "Please sort the list {numbers} {way}.",
            "I have the numbers {numbers}. Put them in order {way}.",
            "Could you sort these numbers {way}: {numbers}",
            "What is the order of {numbers} {way}?",
            "I want these numbers in order {way}: {numbers}",
        ),
        way=way,
    )


def _extreme(which: str) -> Wordings:
    """Choosing from several numbers in English; `which` are superlatives."""
    return wordings(
        (
            "(What|Which) is the {which} [number] (of|among|in) {numbers}?",
            "Which (of|among|one of) {numbers} is [the] {which}?",
            "Which number is [the] {which}: {numbers}?",
            "(Tell me|Give me|Name|Say|Find) the {which} [number] (of|among) {numbers}.",
            "{numbers}: which [one|number] is [the] {which}?",
            "What's the {which}: {numbers}?",
            "The {which} (of|among) {numbers}?",
            "The {which} number (of|in) {numbers}?",
            "Of {numbers}, which [one|number] is [the] {which}?",
            "(Pick|Choose|Select) the {which} [one|number]: {numbers}",
            "(Here are|I have) some numbers: {numbers}. Which [one|number] is [the] {which}?",
            "(Can|Could) you (find|tell me|pick) the {which} (of|among) {numbers}?",
            "(Look at|Compare) {numbers}. Which [one|number] is [the] {which}?",
            "I want to know which [one|number] of {numbers} is [the] {which}.",
            "In the list {numbers}, what is the {which} [number]?",
            "What is the {which} (in the list|of the numbers) {numbers}?",
        ),
        (
            "Please find the {which} number in the list {numbers}.",
            "Among {numbers}, which is the {which} number?",
            "I have the numbers {numbers}. Name the {which}.",
            "Which one would you say is the {which}: {numbers}?",
            "If you compare {numbers}, which is the {which}?",
        ),
        which=which,
    )


def _pick_chinese(which: str) -> Wordings:
    return wordings(
        (
            "{a}和{b}哪个[更]{which}？",
            "{a}和{b}(，|比，|相比，|比起来)(哪个|哪一个|谁)[更]{which}？",
            "{a}{or}{b}，(哪个|哪一个|谁)[更]{which}？",
            "(哪个|哪个数|哪一个|谁)[更]{which}，{a}{or}{b}？",
            "(哪个|哪个数|哪一个|谁)[更]{which}：{a}、{b}？",
            "{a}跟{b}(比|相比)[，](哪个|哪一个|谁)[更]{which}？",
            "{a}与{b}(哪个|哪一个|谁)[更]{which}[一些]？",
            "{a}和{b}中[更|较]{which}的[数]是(哪个|几)？",
            "(比较|对比|比一比){a}和{b}，(哪个|哪一个|谁)[更]{which}？",
            "(请|)(说出|找出|选出|挑出){a}和{b}中[更|较]{which}的(数|那个|一个)。",
            "{a}和{b}(里|里面|当中)[更|较]{which}的(数|那个|一个)是(几|多少)？",
            "有两个数{a}和{b}，(哪个|哪一个|谁)[更]{which}？",
            "(你说|你知道|你觉得)(，|){a}和{b}(哪个|哪一个|谁)[更]{which}？",
            "(告诉我|我想知道){a}和{b}(哪个|哪一个|谁)[更]{which}。",
            "{a}、{b}两个数，[更|较]{which}的是(哪个|几)？",
        ),
        (
            "请比较{a}和{b}，哪个数更{which}？",
            "{a}、{b}这两个数，谁更{which}？",
            "你觉得是{a}{which}还是{b}{which}？",
            "帮我选出{a}与{b}中较{which}的数。",
            "两个数{a}和{b}当中，哪个更{which}一些？",
        ),
        which=which,
        **{"or": "(还是|和|、)"},
    )


def _compare_chinese(which: str, verb: str) -> Wordings:
    return wordings(
        (
            "{a}比{b}[更]{which}吗？",
            "{a}(是不是|是否)比{b}[更]{which}？",
            "{a}{verb}{b}吗？",
            "{a}(是不是|是否){verb}{b}？",
            "{a}比{b}[更]{which}(，对吗|，对不对|，是吗|，是不是)？",
            "{a}{verb}{b}(，对吗|，对不对|，是吗|，是不是)？",
            "(和|跟|与){b}(相比|比)，{a}[更]{which}吗？",
            "数字{a}比[数字]{b}[更]{which}吗？",
            "(你说|你觉得|你认为)(，|){a}比{b}[更]{which}吗？",
            "(比较|对比|比一比){a}和{b}，{a}(更{which}|{which})吗？",
            "(告诉我|我想知道|判断|说说){a}是不是{verb}{b}。",
            "(告诉我|我想知道|判断|说说){a}是否比{b}[更]{which}。",
            "(判断对错|是不是|对不对)：{a}{verb}{b}。",
            "(我认为|我觉得){a}比{b}[更]{which}，(对吗|对不对|是吗)？",
            "{a}{verb}{b}，这(对吗|是对的吗|对不对)？",
        ),
        (
            "请判断{a}是否{verb}{b}。",
            "你觉得{a}是不是比{b}{which}？",
            "{a}跟{b}比，{a}是不是更{which}？",
            "我认为{a}{verb}{b}，对吗？",
            "{a}比{b}{which}，这对不对？",
        ),
        which=which,
        verb=verb,
    )


def _sort_chinese(way: str) -> Wordings:
    return wordings(
        (
            "(把|将){numbers}{way}(排列|排序|排好|排一下)。",
            "(请|)(把|将)(这些|这几个|下面的|下列)(数|数字){way}(排列|排序|排好)：{numbers}",
            "{numbers}{way}(怎么排|排列|排序)？",
            "{numbers}，{way}(怎么排|排列|排序)。",
            "{way}(排列|排序|排一下)：{numbers}",
            "{way}(排列|排序|写出|列出){numbers}。",
            "(请|)给{numbers}(排序|排个序|排一下)，{way}。",
            "(给|对)(这些|这几个|下列)数{way}(排序|排列)：{numbers}",
            "(你能|能不能|可以)(把|将){numbers}{way}(排列|排序|排好)吗？",
            "(帮我|麻烦)(把|将){numbers}{way}(排列|排序|排一下)。",
            "(这些|这几个)数{way}(怎么排|是什么顺序)：{numbers}？",
            "{numbers}{way}应该怎么排？",
            "{numbers}{way}(排起来|排列)是(什么|怎样的|什么顺序)？",
            "(有|这里有)几个数：{numbers}，[请][把它们]{way}(排列|排序)。",
            "我(想|要)把{numbers}{way}(排列|排序)。",
        ),
        (
            "请给下面的数字{way}排个序：{numbers}",
            "能不能帮我把{numbers}{way}排一下？",
            "这里有{numbers}这几个数，{way}怎么排？",
            "{numbers}这几个数{way}排列是怎样的？",
        ),
        way=way,
    )


def _extreme_chinese(which: str) -> Wordings:
    return wordings(
        (
            "{numbers}(中|里|里面|当中)(哪个|哪一个|谁)最{which}？",
            "{numbers}(中|里|里面|当中)最{which}的(数|数字|一个|)是(几|多少|哪个)？",
            "{numbers}(哪个|哪一个|哪个数|谁)最{which}？",
            "{numbers}，(哪个|哪一个|哪个数|谁)最{which}？",
            "(哪个|哪一个|哪个数|谁)最{which}：{numbers}？",
            "(找出|说出|选出|挑出|写出){numbers}(中|里|当中)最{which}的(数|一个|数字)。",
            "(请|)(找出|选出|挑出)最{which}的(数|一个|数字)：{numbers}",
            "最{which}的(数|)是(哪个|几|多少)：{numbers}？",
            "在{numbers}(中|里|当中)，(哪个|哪一个|谁)最{which}？",
            "(这些|这几个|下面的|下列)数(中|里)(哪个|哪一个|谁)最{which}：{numbers}？",
            "(比较|对比|比一比){numbers}，(哪个|哪一个|谁)最{which}？",
            "(有|这里有)几个数：{numbers}，(哪个|哪一个|谁)最{which}？",
            "(告诉我|我想知道){numbers}(中|里)(哪个|哪一个|谁)最{which}。",
            "{numbers}这几个数，最{which}的是(哪个|几|多少)？",
            "(能|可以)(找出|告诉我){numbers}里最{which}的数吗？",
        ),
        (
            "请比较{numbers}，最{which}的数是哪个？",
            "下面的数字里谁最{which}：{numbers}",
            "这里有{numbers}，你能找出最{which}的一个吗？",
            "我想知道{numbers}当中最{which}的是几。",
        ),
        which=which,
    )


WORDINGS: dict[str, dict[str, Wordings]] = {
    "en": {
        "larger": _pick("(larger|bigger|greater|higher)", "more"),
        "smaller": _pick("(smaller|lower)", "less"),
        "is_larger": _compare("(larger|bigger|greater|higher)", "more", "(exceed|lie above)"),
        "is_smaller": _compare("(smaller|lower)", "less", "(lie below|stay below)"),
        "ascending": _sort(
            "(in ascending order|ascending|from small to large|from smallest to largest|from low to high"
            "|from the smallest to the largest|with the smallest first|in increasing order)"
        ),
        "descending": _sort(
            "(in descending order|descending|from large to small|from largest to smallest|from high to low"
            "|from the largest to the smallest|with the largest first|in decreasing order)"
        ),
        "largest": _extreme("(largest|biggest|greatest|highest)"),
        "smallest": _extreme("(smallest|lowest)"),
    },
    "zh": {
        "larger": _pick_chinese("大"),
        "smaller": _pick_chinese("小"),
        "is_larger": _compare_chinese("大", "大于"),
        "is_smaller": _compare_chinese("小", "小于"),
        "ascending": _sort_chinese("(从小到大|按从小到大的顺序|由小到大|按升序|从低到高)"),
        "descending": _sort_chinese("(从大到小|按从大到小的顺序|由大到小|按降序|从高到低)"),
        "largest": _extreme_chinese("大"),
        "smallest": _extreme_chinese("小"),
    },
}
