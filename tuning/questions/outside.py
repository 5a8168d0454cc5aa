"""Questions about pictures that the model does not understand: whatever is asked, it says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from tuning.questions.domain import Asked, View
from tuning.questions.outside_wordings import THINGS, WORDINGS
from tuning.sample import Round
from tuning.surface import typed
from tuning.words import COLOR_WORDS, PLURALS, SHAPE_WORDS

CATEGORIES: Mapping[str, float] = {"outside_what": 1.5, "outside_detail": 1.0, "outside_familiar": 1.2}
"""What is this; a detail of it; a question that would fit one of the pictures that the model knows."""

ANSWER_EN = (
    "I am a small demo model: I know drawings, charts and short texts, not pictures like this one. "
    "Start me with --model for more."
)
ANSWER_ZH = "我是一个小演示模型：我认识图形、图表和简短的文字，看不懂这样的图片。想要更多功能，请用 --model 启动我。"
ANSWERS = {"en": ANSWER_EN, "zh": ANSWER_ZH}

_BEFORE_VOWEL = re.compile(r"\ba(?= [aeio])")


def question(view: View, category: str, split: str, rng: Random) -> Asked | None:
    """A question of the category, politely declined; every picture allows every one."""
    language = view.language
    thing, things_or_measure = rng.choice(THINGS[language])
    shape = rng.choice(SHAPE_WORDS[language][rng.choice(list(SHAPE_WORDS[language]))])
    text = WORDINGS[language][category].choose(split, rng)
    text = text.format(
        thing=thing,
        things=things_or_measure,
        measure=things_or_measure,
        color=rng.choice(COLOR_WORDS[language][rng.choice(list(COLOR_WORDS[language]))]),
        shape=shape,
        shapes=PLURALS[shape] if language == "en" else shape,
    )
    if language == "en":
        text = _BEFORE_VOWEL.sub("an", text)
    return Round(typed(text, language, split, rng), (ANSWERS[language],), category), None


def follow_up(view: View, before: Any, split: str, rng: Random) -> Asked | None:
    """None: there is nothing to come back to."""
    return None
