"""The words for colours, shapes, sizes, places and numbers in each language; the first one is the canonical answer."""

from __future__ import annotations

COLOR_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {name: (name,) for name in ("red", "orange", "yellow", "green", "blue", "purple", "black", "white")},
    "zh": {
        "red": ("红色", "红"),
        "orange": ("橙色", "橙", "橘色", "橘黄色"),
        "yellow": ("黄色", "黄"),
        "green": ("绿色", "绿"),
        "blue": ("蓝色", "蓝"),
        "purple": ("紫色", "紫"),
        "black": ("黑色", "黑"),
        "white": ("白色", "白"),
    },
}
SHAPE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "circle": ("circle", "disc"),
        "square": ("square", "box"),
        "triangle": ("triangle",),
        "star": ("star",),
        "heart": ("heart",),
        "cross": ("cross", "plus sign"),
    },
    "zh": {
        "circle": ("圆形", "圆", "圆圈"),
        "square": ("正方形", "方形", "方块"),
        "triangle": ("三角形", "三角"),
        "star": ("五角星", "星星", "星形"),
        "heart": ("心形", "爱心", "心"),
        "cross": ("十字形", "十字", "加号"),
    },
}
PLURALS = {
    "circle": "circles",
    "disc": "discs",
    "square": "squares",
    "box": "boxes",
    "triangle": "triangles",
    "star": "stars",
    "heart": "hearts",
    "cross": "crosses",
    "plus sign": "plus signs",
}
SIZE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {"small": ("small", "little"), "big": ("big", "large")},
    "zh": {"small": ("小", "小的"), "big": ("大", "大的")},
}
PLACE_WORDS: dict[str, dict[tuple[int, int], tuple[str, ...]]] = {
    "en": {
        (0, 0): ("top left", "upper left"),
        (1, 0): ("top", "top center", "top middle"),
        (2, 0): ("top right", "upper right"),
        (0, 1): ("left", "middle left", "center left"),
        (1, 1): ("center", "middle"),
        (2, 1): ("right", "middle right", "center right"),
        (0, 2): ("bottom left", "lower left"),
        (1, 2): ("bottom", "bottom center", "bottom middle"),
        (2, 2): ("bottom right", "lower right"),
    },
    "zh": {
        (0, 0): ("左上角", "左上", "左上方"),
        (1, 0): ("上方", "上边", "上面"),
        (2, 0): ("右上角", "右上", "右上方"),
        (0, 1): ("左边", "左侧", "左面", "左方"),
        (1, 1): ("中间", "中央", "中心"),
        (2, 1): ("右边", "右侧", "右面", "右方"),
        (0, 2): ("左下角", "左下", "左下方"),
        (1, 2): ("下方", "下边", "下面"),
        (2, 2): ("右下角", "右下", "右下方"),
    },
}
EXTREME_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "left": ("leftmost",),
        "right": ("rightmost",),
        "top": ("topmost", "highest", "uppermost"),
        "bottom": ("bottommost", "lowest"),
        "big": ("biggest", "largest"),
        "small": ("smallest",),
    },
    "zh": {
        "left": ("最左边", "最左侧", "最左"),
        "right": ("最右边", "最右侧", "最右"),
        "top": ("最上面", "最上边", "最高"),
        "bottom": ("最下面", "最下边", "最低"),
        "big": ("最大",),
        "small": ("最小",),
    },
}
RELATION_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "left": ("to the left of", "left of"),
        "right": ("to the right of", "right of"),
        "top": ("above", "higher than"),
        "bottom": ("below", "lower than", "under"),
        "big": ("bigger than", "larger than"),
        "small": ("smaller than",),
    },
    "zh": {
        "left": ("在{b}的左边", "在{b}左边", "在{b}的左侧", "在{b}左面"),
        "right": ("在{b}的右边", "在{b}右边", "在{b}的右侧", "在{b}右面"),
        "top": ("在{b}的上面", "在{b}上方", "在{b}的上边", "比{b}高"),
        "bottom": ("在{b}的下面", "在{b}下方", "在{b}的下边", "比{b}低"),
        "big": ("比{b}大", "比{b}更大"),
        "small": ("比{b}小", "比{b}更小"),
    },
}
NUMBER_WORDS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six"),
    "zh": ("零", "一", "两", "三", "四", "五", "六"),
}
YES: dict[str, tuple[str, ...]] = {"en": ("yes",), "zh": ("是", "是的", "对")}
NO: dict[str, tuple[str, ...]] = {"en": ("no",), "zh": ("不是", "否", "不", "不对")}
THERE_IS: dict[str, tuple[str, ...]] = {"en": ("yes",), "zh": ("有", "有的", "是")}
THERE_IS_NO: dict[str, tuple[str, ...]] = {"en": ("no",), "zh": ("没有", "无", "没", "否")}


def number(value: int, language: str) -> tuple[str, ...]:
    """The accepted answers for a count: digits first; Chinese with and without the measure word."""
    digits = str(value)
    words = NUMBER_WORDS[language]
    if language == "en":
        return (digits, words[value]) if value < len(words) else (digits,)
    named = (words[value], words[value] + "个") if value < len(words) else ()
    return (digits, digits + "个", *named)


def article(noun: str) -> str:
    """The English noun phrase with its indefinite article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
