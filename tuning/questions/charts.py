"""Questions about bar charts and pie charts with their true answers, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tuning.pictures.charts import BarChart, Part, PieChart
from tuning.questions.chart_wordings import WORDINGS
from tuning.questions.domain import FOLLOW_UP, Asked, View
from tuning.sample import Round, hints_in
from tuning.surface import typed
from tuning.words import COLOR_WORDS, NO, NUMBER_WORDS, YES, number, so

CATEGORIES: dict[str, float] = {
    "chart_highest": 1.0,
    "chart_lowest": 1.0,
    "chart_value": 2.0,
    "chart_difference": 1.2,
    "chart_count": 0.8,
    "chart_compare": 1.2,
    "chart_color": 1.3,
    "describe_chart": 1.2,
}

Chart = BarChart | PieChart
_Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Target:
    """What was asked: the `wording` it was asked in, the part it was about, if one, and which end of the order."""

    wording: str
    part: Part | None = None
    other: Part | None = None
    highest: bool = True


_SLOTS: dict[tuple[str, str], _Words] = {
    ("en", "bar_chart"): {
        "chart": ("bar chart", "bar chart", "chart", "bar graph", "diagram"),
        "value": ("value", "value", "height"),
        "high": ("high", "high", "tall"),
    },
    ("en", "pie_chart"): {
        "chart": ("pie chart", "pie chart", "chart", "pie", "diagram"),
        "value": ("percentage", "share", "share", "proportion", "value"),
        "high": ("big", "large"),
    },
    ("zh", "bar_chart"): {
        "chart": ("柱状图", "柱状图", "条形图", "图表"),
        "value": ("数值", "值", "数值", "高度"),
        "high": ("高",),
    },
    ("zh", "pie_chart"): {
        "chart": ("饼图", "饼图", "饼状图", "图表"),
        "value": ("百分比", "比例", "占比", "数值"),
        "high": ("大",),
    },
}
_PARTS_EN = {
    "bar_chart": (("bar", "bars"), ("bar", "bars"), ("column", "columns")),
    "pie_chart": (("slice", "slices"), ("part", "parts"), ("piece", "pieces"), ("section", "sections")),
}
_PARTS_ZH = {
    "bar_chart": (("个", "柱子"), ("根", "柱子"), ("个", "柱")),
    "pie_chart": (("个", "部分"), ("个", "扇形"), ("个", "扇区"), ("块", "扇形")),
}
_EXTREMES: dict[tuple[str, str, bool], tuple[str, ...]] = {
    ("en", "bar_chart", True): ("highest", "highest", "tallest", "biggest", "largest"),
    ("en", "bar_chart", False): ("lowest", "lowest", "shortest", "smallest"),
    ("en", "pie_chart", True): ("largest", "biggest"),
    ("en", "pie_chart", False): ("smallest",),
    ("zh", "bar_chart", True): ("最高", "最高", "最大"),
    ("zh", "bar_chart", False): ("最低", "最低", "最矮", "最小"),
    ("zh", "pie_chart", True): ("最大",),
    ("zh", "pie_chart", False): ("最小",),
}
_TOP_VALUES = {
    ("en", True): ("highest", "largest", "biggest", "greatest"),
    ("en", False): ("lowest", "smallest"),
    ("zh", True): ("最大", "最高"),
    ("zh", False): ("最小", "最低"),
}
_COMPARATIVES: dict[tuple[str, str, bool], tuple[str, ...]] = {
    ("en", "bar_chart", True): ("higher", "higher", "taller", "bigger"),
    ("en", "bar_chart", False): ("lower", "lower", "shorter", "smaller"),
    ("en", "pie_chart", True): ("bigger", "larger"),
    ("en", "pie_chart", False): ("smaller",),
    ("zh", "bar_chart", True): ("高", "高", "大"),
    ("zh", "bar_chart", False): ("低", "低", "矮", "小"),
    ("zh", "pie_chart", True): ("大",),
    ("zh", "pie_chart", False): ("小",),
}
_GREATER_VALUES = {
    ("en", True): ("higher", "larger", "greater", "bigger"),
    ("en", False): ("lower", "smaller"),
    ("zh", True): ("大", "高"),
    ("zh", False): ("小", "低"),
}


def question(view: View, category: str, split: str, rng: Random) -> Asked | None:
    """A first question of the category; None where it needs colours and the picture has none, or nothing differs."""
    target = _choose(view, category, rng)
    return None if target is None else _asked(view, target, category, target.wording, split, rng)


def follow_up(view: View, before: Target, split: str, rng: Random) -> Asked | None:
    """A question that leans on the one about `before`: of another part, or of the part it was about."""
    options = _follow_ups(view, before, rng)
    if not options:
        return None
    wording, target = rng.choice(options)
    return _asked(view, target, FOLLOW_UP, wording, split, rng)


def brief(view: View, category: str, template: str, rng: Random) -> Round | None:
    """A question of the category in the words of the template; None if the picture does not allow one."""
    target = _choose(view, category, rng)
    return None if target is None else _round(view, template, category, target, rng)


def describe(chart: Chart, language: str) -> str:
    """The kind of chart and the value of every part, in the order they are in."""
    bars, count = chart.kind == "bar_chart", len(chart.parts)
    values = [(part.label, _value(chart, part.value)) for part in chart.parts]
    if language == "zh":
        opening = f"柱状图，有{count}个柱子" if bars else f"饼图，有{count}个部分"
        return f"图中是一个{opening}：{'，'.join(f'{label}是{value}' for label, value in values)}。"
    opening = f"A bar chart with {count} bars" if bars else f"A pie chart with {count} parts"
    return f"{opening}: {', '.join(f'{label} {value}' for label, value in values)}."


def _chart(view: View) -> Chart:
    content = view.picture.content
    if not isinstance(content, BarChart | PieChart):
        raise TypeError(f"A chart is asked about, but the picture is of the kind {content.kind}.")
    return content


def _choose(view: View, category: str, rng: Random) -> Target | None:
    """Something to ask in the category."""
    parts = _chart(view).parts
    if category in ("chart_highest", "chart_lowest"):
        return _extreme(parts, category == "chart_highest")
    if category == "chart_value":
        return Target("value", rng.choice(parts))
    if category in ("chart_difference", "chart_compare"):
        pairs = [(a, b) for a in parts for b in parts if a.value > b.value]
        one, other = rng.choice(pairs)
        if category == "chart_difference":
            return Target("difference", one, other)
        if rng.random() < 0.5:
            one, other = other, one
        return Target("compare", one, other, highest=rng.random() < 0.5)
    if category == "chart_color":
        return Target(rng.choice(("color_of", "color_label")), rng.choice(parts)) if view.picture.colored else None
    return Target({"chart_count": "count", "describe_chart": "describe"}[category])


def _extreme(parts: tuple[Part, ...], highest: bool) -> Target:
    part = (max if highest else min)(parts, key=lambda part: part.value)
    return Target("extreme", part, highest=highest)


def _follow_ups(view: View, before: Target, rng: Random) -> list[tuple[str, Target]]:
    """The follow-ups that are clear after `before`: the wording to use and what it asks."""
    part = before.part
    if part is None or before.other:
        return []
    chart, colored = _chart(view), view.picture.colored
    options: list[tuple[str, Target]] = []
    if before.wording == "extreme":
        options.append(("other_extreme", _extreme(chart.parts, not before.highest)))
    if before.wording in ("value", "color_of", "color_label"):
        other = rng.choice([other for other in chart.parts if other != part])
        options.append(("other_part", Target(before.wording, other)))
    if colored and before.wording in ("extreme", "value"):
        options.append(("it_color", Target("color_of", part)))
    if before.wording in ("extreme", "color_of", "color_label"):
        options.append(("it_value", Target("value", part)))
    return options


def _asked(view: View, target: Target, category: str, wording: str, split: str, rng: Random) -> Asked:
    made = _round(view, WORDINGS[view.language][wording].choose(split, rng), category, target, rng)
    return made.reworded(typed(made.question, view.language, split, rng)), target


def _round(view: View, template: str, category: str, target: Target, rng: Random) -> Round:
    chart = _chart(view)
    slots, accepted = _slots(view, target, rng), _accepted(chart, target, view.language)
    text = template.format_map(slots)
    told: dict[str, str] = {}
    if target.part and target.other:
        told = {slots["the"]: _value(chart, target.part.value), slots["b"]: _value(chart, target.other.value)}
    elif target.part and target.wording != "extreme":
        told = dict.fromkeys((slots["the"], slots["color"]), accepted[0])
    return Round(text, accepted, category, hints_in(text, told))


def _slots(view: View, target: Target, rng: Random) -> dict[str, str]:
    """Words for every slot of a template (see `tuning.questions.chart_wordings`), synonyms chosen at random."""
    language, kind, high = view.language, view.picture.kind, target.highest
    slots = {name: rng.choice(words) for name, words in _SLOTS[language, kind].items()}
    if language == "en":
        slots["part"], slots["parts"] = rng.choice(_PARTS_EN[kind])
    else:
        slots["m"], slots["part"] = rng.choice(_PARTS_ZH[kind])
        slots["which"] = "哪" + rng.choice(("", "", "一")) + slots["m"] + (slots["part"] if rng.random() < 0.8 else "")
    slots["most"] = rng.choice(_EXTREMES[language, kind, high])
    slots["top" if language == "en" else "most_value"] = rng.choice(_TOP_VALUES[language, high])
    slots["higher"] = rng.choice(_COMPARATIVES[language, kind, high])
    slots["lower"] = rng.choice(_COMPARATIVES[language, kind, not high])
    slots["greater"] = rng.choice(_GREATER_VALUES[language, high])
    if target.part:
        asks_color = target.wording in ("color_of", "color_label")
        may_color = view.picture.colored and not asks_color
        slots["color"] = _color(target.part, language, rng)
        slots["the"] = slots["a"] = _reference(target.part, slots["part"], may_color, language, rng)
        if target.wording == "color_label":
            slots["the"] = f"the {slots['color']} one" if language == "en" else f"{slots['color']}的"
        if target.other:
            slots["b"] = _reference(target.other, slots["part"], may_color, language, rng)
    return slots


def _color(part: Part, language: str, rng: Random) -> str:
    words = COLOR_WORDS[language][part.color]
    return words[0] if rng.random() < 0.8 else rng.choice(words[:2])


def _reference(part: Part, noun: str, may_color: bool, language: str, rng: Random) -> str:
    """Mostly the label, also with the noun, and rarely the colour where it may be told; 三 alone might be a number."""
    chance = rng.random()
    if chance < 0.68 and part.label.isascii():
        return part.label
    if chance < 0.86 or not may_color:
        if language == "en":
            return rng.choice((f"{noun} {part.label}", f"the {noun} {part.label}", f"the {noun} labelled {part.label}"))
        if not part.label.isascii():
            return rng.choice((f"{noun}{part.label}", f"标着“{part.label}”的{noun}"))
        return rng.choice((f"{noun}{part.label}", f"{part.label}这个{noun}", f"标着{part.label}的{noun}"))
    color = _color(part, language, rng)
    return f"the {color} {noun}" if language == "en" else f"{color}的{noun}"


def _value(chart: Chart, value: int) -> str:
    return str(value) if chart.kind == "bar_chart" else f"{value}0%"


def _values(chart: Chart, value: int, language: str) -> tuple[str, ...]:
    """The accepted answers for a value or a difference of values."""
    if chart.kind == "bar_chart":
        words = (NUMBER_WORDS[language][value], *(("二",) if language == "zh" and value == 2 else ()))
        return (str(value), *words)
    percent = f"{value}0"
    if language == "en":
        return (f"{percent}%", percent, f"{percent} %", f"{percent} percent", f"{percent} per cent")
    return (f"{percent}%", percent, f"{percent} %", f"百分之{percent}", f"{percent}％")


def _accepted(chart: Chart, target: Target, language: str) -> tuple[str, ...]:
    """The answers that count as right, the canonical one first."""
    if target.wording == "describe":
        return (describe(chart, language),)
    if target.wording == "count":
        return number(len(chart.parts), language)
    part, other = target.part, target.other
    if part is None:
        raise ValueError(f"A question of the kind {target.wording} needs a part.")
    if other and target.wording == "difference":
        values = _values(chart, part.value - other.value, language)
        return (f"{_value(chart, part.value)} - {_value(chart, other.value)} = {values[0]}", *values)
    if other:
        values = (_value(chart, part.value), _value(chart, other.value))
        compared = (" > " if part.value > other.value else " < ").join(values)
        return so(compared, (YES if (part.value > other.value) == target.highest else NO)[language], language)
    if target.wording == "value":
        return _values(chart, part.value, language)
    if target.wording == "color_of":
        return COLOR_WORDS[language][part.color]
    label = part.label
    nouns = {"bar_chart": ("bar", "柱子"), "pie_chart": ("slice", "部分")}[chart.kind]
    if language == "en":
        return (label, f"{nouns[0]} {label}", f"the {nouns[0]} {label}", f"the {label} {nouns[0]}")
    return (label, f"{nouns[1]}{label}", f"{label}{nouns[1]}")
