"""More of what a small decoder learns slowest: copying word by word, calculating, and the letters of words.

Copying long texts comes first. Attention heads that find what followed the last word form within some hundred steps of
it, and hardly ever without it; whatever else copies (names, numbers, an equation) needs them.
Source: Olsson et al. 2022, "In-context Learning and Induction Heads" (arXiv:2209.11895).
"""

from __future__ import annotations

from random import Random

from model.tokenizer import GLMTokenizer
from tuning.dataset import talk_rounds
from tuning.sample import Conversation, Round
from tuning.talk import repeating

COPYING_STEPS = 1000  # until then all drills are copies,
_FEWER_STEPS = 250  # after as many more
_COPIES_LEFT = 0.1  # are
_MOST_WORDS = 24
_SEPARATORS = (" ", " ", " ", ", ", "、", "")

CATEGORIES: dict[str, float] = {
    "sum": 3.0,
    "difference": 3.0,
    "product": 2.0,
    "quotient": 2.0,
    "word_problem": 1.5,
    "chained": 1.5,
    "sort_numbers": 1.0,
    "extreme_number": 0.5,
    "compare_numbers": 0.5,
    "pick_larger": 0.3,
    "pick_smaller": 0.3,
    "spell": 1.5,
    "reverse_word": 1.5,
    "upper_case": 0.7,
    "lower_case": 0.7,
    "count_letter": 0.7,
    "word_length": 0.7,
    "first_letter": 0.5,
    "last_letter": 0.5,
    "remember_name": 0.7,
    "remember_preference": 0.7,
    "translate_to_chinese": 0.7,
    "translate_to_english": 0.7,
}
"""Kinds of question that the other drills are of, with their weights."""


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

    def _word(self, language: str, split: str, rng: Random) -> str:
        if rng.random() < 0.5:
            return rng.choice(self._pieces)
        return repeating.word(language, split, rng)
