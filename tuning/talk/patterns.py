"""Tables of wordings that share their fragments, and a finished question out of one of them."""

from __future__ import annotations

import re
from random import Random

from tuning.surface import vary
from tuning.wording import Wordings

_OPTIONAL_WORD = re.compile(r" \[([^()\[\]]*)\](?=[ .,:?]|$)")


def wordings(train: tuple[str, ...], held_out: tuple[str, ...], **fragments: str) -> Wordings:
    """The templates with each `{name}` of `fragments` written out, so that one list serves "larger" and "smaller".

    An optional word takes the blank before it along: `the [Chinese] word` is "the word" with a single blank.
    """

    def filled(template: str) -> str:
        for name, text in fragments.items():
            template = template.replace("{" + name + "}", text)
        return _OPTIONAL_WORD.sub(
            lambda match: "[" + "|".join(f" {word}" for word in match[1].split("|")) + "]", template
        )

    return Wordings(tuple(map(filled, train)), tuple(map(filled, held_out)))


def ask(choices: Wordings, language: str, split: str, rng: Random, **slots: object) -> str:
    """A question of the split with its slots filled; in training, as people type it. Raises: KeyError for a slot."""
    text = choices.choose(split, rng).format(**slots)
    return vary(text, language, rng) if split == "train" else text
