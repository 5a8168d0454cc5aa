"""More of what a small decoder learns slowest: copying word by word, calculating, and the letters of words.

Copying long texts comes first. Attention heads that find what followed the last word form within some hundred steps of
it, and hardly ever without it; whatever else copies (names, numbers, an equation) needs them.
Source: Olsson et al. 2022, "In-context Learning and Induction Heads" (arXiv:2209.11895).
"""

from __future__ import annotations

from random import Random

from model.tokenizer import GLMTokenizer
from tuning.dataset import talk_rounds
from tuning.questions import clock
from tuning.sample import Conversation, Round
from tuning.talk import memory, repeating
from tuning.words import COLOR_WORDS, SHAPE_WORDS, so

COPYING_STEPS = 1000  # until then all drills are copies,
_FEWER_STEPS = 250  # after as many more
_COPIES_LEFT = 0.12  # are,
_JUDGEMENTS = 0.2  # of the others whether something told is what is asked for
_MOST_WORDS = 24
_SEPARATORS = (" ", " ", " ", ", ", "、", "")

CATEGORIES: dict[str, float] = {
    "sum": 1.5,
    "difference": 1.5,
    "product": 5.0,
    "quotient": 5.0,
    "word_problem": 0.5,
    "chained": 0.7,
    "sort_numbers": 4.0,
    "extreme_number": 2.0,
    "compare_numbers": 4.0,
    "pick_larger": 1.0,
    "pick_smaller": 1.0,
    "spell": 1.0,
    "reverse_word": 1.0,
    "upper_case": 0.7,
    "lower_case": 0.7,
    "count_letter": 3.0,
    "word_length": 2.0,
    "first_letter": 0.5,
    "last_letter": 0.5,
    "remember_name": 1.5,
    "remember_preference": 0.7,
    "translate_to_chinese": 0.7,
    "translate_to_english": 0.7,
}
"""Kinds of question that the other drills are of, with their weights."""


_TOLD: dict[str, dict[str, tuple[tuple[str, ...], str, str, tuple[str, str]]]] = {
    "en": {
        "text": (
            ('The picture says "{seen}". Does it say {said}?', 'It says "{seen}" there. Is that "{said}"?'),
            "read_exists",
            'It says "{seen}"',
            ("no", "yes"),
        ),
        "time": (
            ("The clock shows {seen}. Is it {said}?", "The clock says {seen}. Does it say {said}?"),
            "clock_is",
            "It is {seen}",
            ("no", "yes"),
        ),
        "order": (
            ("The clock shows {seen}. Is it before or after {said}?", "It is {seen}. Is that before or after {said}?"),
            "clock_before",
            "It is {seen}",
            ("after", "before"),
        ),
        "color": (
            ("One is {seen}, the other is {said}. Is that the same color?", "{seen}, {said}: are they the same color?"),
            "same_color",
            "{seen} and {said}",
            ("no", "yes"),
        ),
        "shape": (
            (
                "One is a {seen}, the other a {said}. Is that the same shape?",
                "{seen}, {said}: are they the same shape?",
            ),
            "same_shape",
            "{seen} and {said}",
            ("no", "yes"),
        ),
    },
    "zh": {
        "text": (
            ("图上写的是“{seen}”。写的是{said}吗？", "上面写着“{seen}”。这是不是“{said}”？"),
            "read_exists",
            "写的是“{seen}”",
            ("不是", "是"),
        ),
        "time": (
            ("钟表显示{seen}。现在是{said}吗？", "现在{seen}。是不是{said}？"),
            "clock_is",
            "现在是{seen}",
            ("不是", "是"),
        ),
        "order": (
            ("钟表显示{seen}。在{said}之前还是之后？", "现在{seen}。这在{said}之前还是之后？"),
            "clock_before",
            "现在是{seen}",
            ("之后", "之前"),
        ),
        "color": (
            ("一个是{seen}，另一个是{said}，颜色相同吗？", "{seen}、{said}：颜色一样吗？"),
            "same_color",
            "{seen}和{said}",
            ("不是", "是"),
        ),
        "shape": (
            ("一个是{seen}，另一个是{said}，形状相同吗？", "{seen}、{said}：形状一样吗？"),
            "same_shape",
            "{seen}和{said}",
            ("不是", "是"),
        ),
    },
}
"""Kind of judgement → how it is told and asked, the category it serves, what the answer begins with, no and yes."""


class Drills:
    """Drills in the pieces of a vocabulary; a decoder that copies already needs no `copying_steps`."""

    def __init__(self, tokenizer: GLMTokenizer, copying_steps: int = COPYING_STEPS) -> None:
        self._copying_steps = copying_steps
        pieces = (tokenizer.piece(n).replace("▁", "") for n in range(tokenizer.mask_id))
        self._pieces = [piece for piece in pieces if piece.isalnum()]

    def conversation(self, step: int, language: str, split: str, rng: Random) -> Conversation:
        """A drill for that step of the training; the last round is what counts."""
        copies = min(1.0, max(_COPIES_LEFT, 1 - (step - self._copying_steps) / _FEWER_STEPS))
        if rng.random() < copies:
            return Conversation(None, language, (self.copying(language, split, rng),))
        if rng.random() < _JUDGEMENTS:
            return Conversation(None, language, (self.judging(language, split, rng),))
        category = rng.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
        return Conversation(None, language, tuple(talk_rounds(rng, language, split, category)))

    def copying(self, language: str, split: str, rng: Random) -> Round:
        """A request to repeat up to `_MOST_WORDS` words; some texts are made of few that come again and again."""
        words = [self._word(language, split, rng) for _ in range(rng.randint(2, _MOST_WORDS))]
        if rng.random() < 0.3:
            words = rng.choices(words[:5], k=len(words))
        text = rng.choice(_SEPARATORS).join(words)
        asked = repeating.WORDINGS[language].choose(split, rng)
        return Round(asked.format(text=text), (text,), "repeat")

    def judging(self, language: str, split: str, rng: Random) -> Round:
        """Whether a text, or a time, is the one that is asked for: the last step of such questions about pictures."""
        kind = rng.choice(tuple(_TOLD[language]))
        if kind in ("color", "shape"):
            words = [forms[0] for forms in {"color": COLOR_WORDS, "shape": SHAPE_WORDS}[kind][language].values()]
            seen, said = rng.sample(words, 2)
            said = rng.choice((seen, said))
            truth = seen == said
        elif kind == "text":
            seen = self._word(language, split, rng).lower()
            other = self._word(language, split, rng).lower()
            if rng.random() < 0.5 and len(seen) > 1:  # nearly the same
                place = rng.randrange(len(seen))
                other = seen[:place] + rng.choice(other) + seen[place + 1 :]
            said = rng.choice((seen, other))
            truth = seen == said
        else:
            minutes = 5 * rng.randrange(24, 132)  # from 2 to 11 o'clock: which noon is meant cannot be told
            others = (minutes + rng.choice((-60, -15, -10, -5, 5, 10, 15, 60)), 5 * rng.randrange(12, 144))
            if kind == "order":
                asked = rng.choice([hour for hour in range(120, 720, 60) if hour != minutes])
            else:
                asked = rng.choice((minutes, minutes, *others))
            seen, said = (clock.times(divmod(time, 60), language)[0] for time in (minutes, asked))
            truth = minutes < asked if kind == "order" else minutes == asked
        told, category, evidence, conclusions = _TOLD[language][kind]
        accepted = so(evidence.format(seen=seen, said=said), (conclusions[truth],), language)
        return Round(rng.choice(told).format(seen=seen, said=said), accepted, category)

    def _word(self, language: str, split: str, rng: Random) -> str:
        kind = rng.random()
        if kind < 0.2:
            return "".join(memory.common_character(rng) for _ in range(rng.randint(1, 3)))
        if kind < 0.55:
            return rng.choice(self._pieces)
        return repeating.word(language, split, rng)
