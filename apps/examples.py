"""The examples that the pages offer, read from `assets/examples/examples.json` (`tuning.make_examples` writes it)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "assets" / "examples"


@dataclass(frozen=True)
class Example:
    """A picture, or none, and in each language what to ask: the prompts after the first follow up on it."""

    picture: Path | None
    prompts: dict[str, tuple[str, ...]]

    def prompt(self, lang: str) -> str:
        """What to ask first."""
        return self.prompts[lang][0]

    def follow_ups(self, lang: str) -> dict[str, str]:
        """What to ask next, by what was asked."""
        return dict(pairwise(self.prompts[lang]))


def _read() -> tuple[Example, ...]:
    path = FOLDER / "examples.json"
    listed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return tuple(
        Example(
            FOLDER / entry["picture"] if entry["picture"] else None,
            {lang: tuple(asked["prompt"] for asked in entry[lang]) for lang in ("en", "zh")},
        )
        for entry in listed
    )


_ALL = _read()
PICTURES = tuple(example for example in _ALL if example.picture)
TEXTS = tuple(example for example in _ALL if not example.picture)
