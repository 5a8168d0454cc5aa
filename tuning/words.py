"""The words for colours, shapes, sizes, places and numbers in each language; the first one is the canonical answer."""

from __future__ import annotations

COLOR_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        **{name: (name,) for name in ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")},
        "gray": ("gray", "grey"),
        "black": ("black",),
        "white": ("white",),
    },
    "zh": {
        "red": ("红色", "红"),
        "orange": ("橙色", "橙", "橘色", "橘黄色"),
        "yellow": ("黄色", "黄"),
        "green": ("绿色", "绿"),
        "blue": ("蓝色", "蓝"),
        "purple": ("紫色", "紫"),
        "pink": ("粉色", "粉红色", "粉红", "粉"),
        "brown": ("棕色", "褐色", "咖啡色", "棕"),
        "gray": ("灰色", "灰"),
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
        "diamond": ("diamond", "rhombus"),
        "ring": ("ring", "donut"),
        "moon": ("moon", "crescent"),
        "arrow": ("arrow",),
    },
    "zh": {
        "circle": ("圆形", "圆"),
        "square": ("正方形", "方形", "方块"),
        "triangle": ("三角形", "三角"),
        "star": ("五角星", "星星", "星形"),
        "heart": ("心形", "爱心", "心"),
        "cross": ("十字形", "十字", "加号"),
        "diamond": ("菱形",),
        "ring": ("圆环", "环形"),
        "moon": ("月亮", "月牙", "月牙形"),
        "arrow": ("箭头",),
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
    "diamond": "diamonds",
    "rhombus": "rhombuses",
    "ring": "rings",
    "donut": "donuts",
    "moon": "moons",
    "crescent": "crescents",
    "arrow": "arrows",
}
SIZE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {"small": ("small", "little"), "medium": ("medium", "medium-sized"), "big": ("big", "large")},
    "zh": {"small": ("小", "小的"), "medium": ("中等", "中等的", "中等大小", "中"), "big": ("大", "大的")},
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
SPOT_WORDS: dict[str, dict[tuple[int, int], tuple[str, ...]]] = {
    "en": {
        (0, 0): ("in the top left corner", "at the top left", "in the upper left corner"),
        (1, 0): ("at the top", "at the top center", "in the upper middle"),
        (2, 0): ("in the top right corner", "at the top right", "in the upper right corner"),
        (0, 1): ("on the left", "on the left side", "at the left edge"),
        (1, 1): ("in the center", "in the middle"),
        (2, 1): ("on the right", "on the right side", "at the right edge"),
        (0, 2): ("in the bottom left corner", "at the bottom left", "in the lower left corner"),
        (1, 2): ("at the bottom", "at the bottom center", "in the lower middle"),
        (2, 2): (
            "in the bottom right corner",
            "at the bottom right",
            "in the lower right corner",
            "in the bottom right",
        ),
    },
    "zh": PLACE_WORDS["zh"],
}
EXTREME_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "left": ("leftmost", "left-most"),
        "right": ("rightmost", "right-most"),
        "top": ("topmost", "highest", "uppermost"),
        "bottom": ("bottommost", "lowest"),
        "big": ("biggest", "largest"),
        "small": ("smallest",),
    },
    "zh": {
        "left": ("最左边", "最左侧", "最左", "最靠左"),
        "right": ("最右边", "最右侧", "最右", "最靠右"),
        "top": ("最上面", "最上边", "最上方", "最靠上"),
        "bottom": ("最下面", "最下边", "最下方", "最靠下"),
        "big": ("最大",),
        "small": ("最小",),
    },
}
EXTREME_AFTER: dict[str, tuple[str, ...]] = {
    "left": ("on the far left", "furthest to the left", "farthest left"),
    "right": ("on the far right", "furthest to the right", "farthest right"),
    "top": ("at the very top", "highest up", "nearest the top"),
    "bottom": ("at the very bottom", "furthest down", "nearest the bottom"),
    "big": ("with the biggest size", "that is the largest"),
    "small": ("with the smallest size", "that is the smallest"),
}
"""English words that follow the noun they single out."""
RELATION_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "left": ("to the left of", "left of", "on the left of", "further left than"),
        "right": ("to the right of", "right of", "on the right of", "further right than"),
        "top": ("above", "higher than", "higher up than"),
        "bottom": ("below", "lower than", "beneath", "under"),
        "big": ("bigger than", "larger than"),
        "small": ("smaller than",),
    },
    "zh": {
        "left": ("在{b}的左边", "在{b}左边", "在{b}的左侧", "在{b}左面", "在{b}左侧"),
        "right": ("在{b}的右边", "在{b}右边", "在{b}的右侧", "在{b}右面", "在{b}右侧"),
        "top": ("在{b}的上面", "在{b}上方", "在{b}的上边", "在{b}上面", "在{b}的上方"),
        "bottom": ("在{b}的下面", "在{b}下方", "在{b}的下边", "在{b}下面", "在{b}的下方"),
        "big": ("比{b}大", "比{b}更大", "比{b}要大"),
        "small": ("比{b}小", "比{b}更小", "比{b}要小"),
    },
}
DISTANCE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "nearest": ("nearest to", "closest to", "nearest"),
        "farthest": ("farthest from", "furthest from", "furthest away from", "farthest away from"),
    },
    "zh": {"nearest": ("最近",), "farthest": ("最远",)},
}
NUMBER_WORDS = {
    "en": (
        *("zero", "one", "two", "three", "four", "five", "six"),
        *("seven", "eight", "nine", "ten", "eleven", "twelve"),
    ),
    "zh": ("零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"),
}
YES: dict[str, tuple[str, ...]] = {"en": ("yes",), "zh": ("是", "是的", "对")}
NO: dict[str, tuple[str, ...]] = {"en": ("no",), "zh": ("不是", "否", "不", "不对")}
THE_SAME: dict[str, tuple[str, ...]] = {"en": ("yes",), "zh": (*YES["zh"], "一样", "相同")}
NOT_THE_SAME: dict[str, tuple[str, ...]] = {"en": ("no",), "zh": (*NO["zh"], "不一样", "不同", "不相同")}
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


def so(evidence: str, answers: tuple[str, ...], language: str) -> tuple[str, ...]:
    """The answers behind what they follow from ("3 < 7, so yes"), the plain ones accepted as well.

    What is seen, or compared, is said before the conclusion: a small decoder cannot do both in one step.
    Source of the idea: Wei et al. 2022, "Chain-of-Thought Prompting" (arXiv:2201.11903).
    """
    return (f"{evidence}, so {answers[0]}" if language == "en" else f"{evidence}，所以{answers[0]}", *answers)


def article(noun: str) -> str:
    """The English noun phrase with its indefinite article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
