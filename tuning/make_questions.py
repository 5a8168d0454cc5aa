"""`python -m tuning.make_questions DIR`: a folder of held-out questions for `tuning.evaluate`.

Seeds and (unless told otherwise) wordings differ from the training's; categories have `tuning.dataset.shares`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from tuning.dataset import rng_for, sample, shares
from tuning.pictures.picture import render
from tuning.question_files import QUESTIONS
from tuning.questions import outside
from tuning.sample import LANGUAGES, SPLITS
from tuning.talk import refusals

SIDES = (96, 128, 160, 224, 320)  # pixels; pictures have them in their own aspect ratios
DECLINED = frozenset({*refusals.CATEGORIES, *outside.CATEGORIES})
"""The categories of questions outside of what the model knows."""


def make(
    folder: Path, count: int, languages: Sequence[str] = LANGUAGES, seed: int = 0, wordings: str = "held_out"
) -> None:
    """Write `count` questions in each language, and their pictures, into the folder; the seed decides them all."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for language in languages:
        rng = rng_for(seed, f"held_out {language}")
        kinds = shares()
        for number in range(count):
            made = sample(rng, language, rng.choices(list(kinds), list(kinds.values()))[0], wordings)
            name = f"{language}-{number:04d}"
            if made.picture is not None:
                render(made.picture, rng.choice(SIDES)).save(folder / f"{name}.png")
            line = {
                "id": name,
                "category": made.category,
                "language": language,
                "image": f"{name}.png" if made.picture is not None else None,
                "messages": list(made.messages),
                "answer": list(made.accepted),
                "refusal": made.category in DECLINED,
            }
            lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    (folder / QUESTIONS).write_text("".join(lines), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the folder."""
    parser = argparse.ArgumentParser(prog="python -m tuning.make_questions", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--count", type=int, default=1000, help="questions in each language (default: 1000)")
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--wordings", choices=SPLITS, default="held_out", help="how questions are put (default: unseen)"
    )
    options = parser.parse_args(arguments)
    make(options.folder, options.count, options.language or LANGUAGES, options.seed, options.wordings)


if __name__ == "__main__":
    main()
