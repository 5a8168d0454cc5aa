"""Drills about pictures: many short questions of one kind in a row, answered in a row.

A question about a picture has an answer of one or two words, so it teaches little for the many tokens that have to be
computed. Eight of them below one heading ("Places: the red circle, the star, …") teach the same search through the
picture five times as cheaply.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from types import ModuleType

from tuning.pictures.picture import Picture
from tuning.questions import charts, icons, shapes
from tuning.questions.domain import View
from tuning.sample import Conversation, Hint, Round

CATEGORY = "look"
_DOMAINS: Mapping[str, ModuleType] = {"shapes": shapes, "icons": icons, "bar_chart": charts, "pie_chart": charts}
KINDS = frozenset(_DOMAINS)
"""The kinds of picture that there are drills for."""

BRIEF: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "count_color": ("How many", "{counted}"),
        "count_shape": ("How many", "{counted}"),
        "count_both": ("How many", "{counted}"),
        "color": ("Colors", "{the}"),
        "shape": ("Shapes", "{the}"),
        "size": ("Sizes", "{the}"),
        "where": ("Places", "{the}"),
        "exists": ("Is there", "{a}"),
        "extreme_color": ("Colors", "{the}"),
        "extreme_shape": ("Shapes", "{the}"),
        "relation": ("Is it so", "{the} {relation} {other}"),
        "compare": ("Is it so", "{the} {relation} {other}"),
        "same_color": ("Same color", "{the} and {other}"),
        "same_shape": ("Same shape", "{the} and {other}"),
        "nearest": ("What is", "{close} {the}"),
        "farthest": ("What is", "{close} {the}"),
        "nearest_shape": ("Shapes", "{close} {the}"),
        "farthest_shape": ("Shapes", "{close} {the}"),
        "half": ("Is it so", "{the} {half}"),
        "count_same_color": ("How many have the same color", "{the}"),
        "count_same_shape": ("How many have the same shape", "{the}"),
        "shape_at": ("What is", "{spot}"),
        "icon_name": ("Names", "{it}"),
        "icon_color": ("Colors", "{the}"),
        "icon_exists": ("Is there", "{a}"),
        "icon_where": ("What is", "{place}"),
        "chart_value": ("Values", "{the}"),
        "chart_difference": ("Differences", "{the} and {b}"),
        "chart_compare": ("Is it so", "{the} {higher} than {b}"),
        "chart_color": ("Color or label", "{the}"),
    },
    "zh": {
        "count_color": ("有几个", "{counted}"),
        "count_shape": ("有几个", "{counted}"),
        "count_both": ("有几个", "{counted}"),
        "color": ("颜色", "{the}"),
        "shape": ("形状", "{the}"),
        "size": ("大小", "{the}"),
        "where": ("位置", "{the}"),
        "exists": ("有没有", "{noun}"),
        "extreme_color": ("颜色", "{the}"),
        "extreme_shape": ("形状", "{the}"),
        "relation": ("是不是", "{the}{relation}"),
        "compare": ("是不是", "{the}{relation}"),
        "same_color": ("颜色相同吗", "{the}和{other}"),
        "same_shape": ("形状相同吗", "{the}和{other}"),
        "nearest": ("是什么", "离{the}{close}的"),
        "farthest": ("是什么", "离{the}{close}的"),
        "nearest_shape": ("形状", "离{the}{close}的"),
        "farthest_shape": ("形状", "离{the}{close}的"),
        "half": ("是不是", "{the}在{half}"),
        "count_same_color": ("几个颜色相同", "{the}"),
        "count_same_shape": ("几个形状相同", "{the}"),
        "shape_at": ("是什么", "{spot}"),
        "icon_name": ("名称", "{it}"),
        "icon_color": ("颜色", "{the}"),
        "icon_exists": ("有没有", "{noun}"),
        "icon_where": ("是什么", "{place}"),
        "chart_value": ("数值", "{the}"),
        "chart_difference": ("相差", "{the}和{b}"),
        "chart_compare": ("是不是", "{the}比{b}{higher}"),
        "chart_color": ("颜色或标签", "{the}"),
    },
}
"""What stands above the questions of a category, and the template of each."""


@dataclass(frozen=True)
class Lesson:
    """What is asked until a step: single questions of these categories.

    One way: no "right of" beside "left of", no "smaller" beside "bigger". Where both are asked as often, neither thing
    that is compared tells anything about the answer by itself, and there is nothing to begin with.
    """

    until: int
    categories: frozenset[str]
    one_way: bool = False


_ALL = frozenset(BRIEF["en"])
_FIRST = frozenset({"color", "shape"})
_SECOND = _FIRST | {"size", "where", "exists", "icon_color", "icon_name", "chart_color", "chart_value"}
_COMPARISONS = frozenset({"relation", "compare", "half", "chart_compare"})
_NEIGHBOURS = frozenset({"nearest", "farthest", "nearest_shape", "farthest_shape"})
_SAME = frozenset({"same_color", "same_shape", "count_same_color", "count_same_shape"})
LESSONS = (
    Lesson(300, _FIRST),
    Lesson(850, _SECOND),
    Lesson(1650, _ALL - _COMPARISONS - _NEIGHBOURS),
    Lesson(2050, _COMPARISONS, one_way=True),
    Lesson(2450, _COMPARISONS | {"same_color", "same_shape"}),
    Lesson(2750, frozenset({"nearest", "nearest_shape"})),
    Lesson(3250, _NEIGHBOURS | _SAME),
)
"""How looking is taught: what depends on little else comes first, and what is compared in one way before both."""

_OTHER_WAY = re.compile("right|bottom|below|lower|beneath|under|small|little|short|右|下|低|矮|小")


def drill(picture: Picture, language: str, rng: Random, lesson: Lesson | None = None) -> Conversation | None:
    """Questions of one category about the picture in one: three to eight, or one for a lesson.

    None if the picture allows none of the category drawn, or only one where several are wanted.
    """
    domain = _DOMAINS[picture.kind]
    known = lesson.categories if lesson else BRIEF[language]
    weights = {name: share for name, share in domain.CATEGORIES.items() if name in known}
    if not weights:
        return None
    category = rng.choices(list(weights), list(weights.values()))[0]
    heading, template = BRIEF[language][category]
    made: dict[str, Round] = {}
    wanted = 1 if lesson else rng.randint(3, 8)
    for _ in range(2 * wanted):
        turn = domain.brief(View(picture, language), category, template, rng)
        if turn is None or (lesson and lesson.one_way and _OTHER_WAY.search(turn.question)):
            return None
        made.setdefault(turn.question, turn)
        if len(made) == wanted:
            break
    if len(made) < min(wanted, 2):
        return None
    colon, comma, apart = (": ", ", ", "; ") if language == "en" else ("：", "、", "；")
    question, hints = heading + colon, list[Hint]()
    for number, turn in enumerate(made.values()):
        question += comma if number else ""
        hints += [replace(h, start=h.start + len(question), end=h.end + len(question)) for h in turn.hints]
        question += turn.question
    answer = apart.join(turn.answer for turn in made.values())
    return Conversation(picture, language, (Round(question, (answer,), CATEGORY, tuple(hints)),))
