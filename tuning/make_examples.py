"""`python -m tuning.make_examples`: draw the examples of the pages; with `--check`: ask the embedded model them all.

`assets/examples/` then holds the pictures and `examples.json`, a list of `{"name", "picture": "file.png" or null, "en",
"zh"}`; each language has a list of `{"prompt", "answers"}`, of which those after the first follow up on it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

from PIL import Image

import model
from tuning.dataset import DOMAINS
from tuning.example_table import Example, Prompt, pictures, texts
from tuning.pictures.picture import Picture, render
from tuning.question_files import Message, normalise
from tuning.questions.domain import View
from tuning.sample import LANGUAGES

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "examples"
LIST = "examples.json"
LONGER_SIDE = 440  # pixels
_OVERSAMPLING = 3
_PHOTOGRAPH_SIDE, _PHOTOGRAPH_COLORS = 360, 96  # photographs take more bytes than drawings


class Answerer(Protocol):
    """What the check needs of a model: `stream` as `docs/architecture.md` describes it."""

    def stream(self, messages: list[Message], image: Path | None) -> Any: ...


@dataclass(frozen=True)
class Outcome:
    """The model's answer to one prompt of an example, and whether it is right."""

    name: str
    language: str
    prompt: str
    output: str
    right: bool

    def __str__(self) -> str:
        return f"{'right' if self.right else 'WRONG'}  {self.name} {self.language}  {self.prompt}  →  {self.output!r}"


def draw(picture: Picture) -> Image.Image:
    """The picture with smooth edges; a photograph smaller, with few colours."""
    photograph = picture.kind == "outside"
    longer = _PHOTOGRAPH_SIDE if photograph else LONGER_SIDE
    side = longer / math.sqrt(max(picture.frame.aspect, 1 / picture.frame.aspect))
    if photograph:
        return render(picture, round(side)).quantize(_PHOTOGRAPH_COLORS, dither=Image.Dither.NONE)
    return render(picture, round(side * _OVERSAMPLING)).reduce(_OVERSAMPLING)


def write(folder: Path) -> None:
    """Write every example into the folder, in place of the pictures that were there. Raises: FontsMissing."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    listed: list[dict[str, Any]] = []
    for number, example in enumerate((*pictures(), *texts()), start=1):
        file = None
        if example.picture is not None:
            file = f"{number:02}-{example.name}.png"
            draw(example.picture).save(folder / file, optimize=True)
        rounds = {"en": example.en, "zh": example.zh}
        prompts = {
            language: [_listed(asked, example, language) for asked in rounds[language]] for language in LANGUAGES
        }
        listed.append({"name": example.name, "picture": file, **prompts})
    (folder / LIST).write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _listed(prompt: Prompt, example: Example, language: str) -> dict[str, Any]:
    """The prompt as the file has it. Raises: ValueError where the picture does not allow its category."""
    answers = prompt.answers
    if prompt.category and example.picture is not None:
        view = View(example.picture, language)
        asked = DOMAINS[example.picture.kind].question(view, prompt.category, "train", Random(0))
        if asked is None:
            raise ValueError(f"The picture {example.name} allows no question of the category {prompt.category}.")
        answers = asked[0].accepted
    return {"prompt": prompt.text, "answers": list(answers)}


def check(answerer: Answerer, folder: Path = FOLDER) -> Iterator[Outcome]:
    """Ask every prompt as the pages do, follow-ups after the model's own answers."""
    for example in json.loads((folder / LIST).read_text(encoding="utf-8")):
        image = folder / example["picture"] if example["picture"] else None
        for language in LANGUAGES:
            messages: list[Message] = []
            for asked in example[language]:
                messages.append({"role": "user", "content": asked["prompt"]})
                output = "".join(piece for piece in answerer.stream(messages, image=image) if isinstance(piece, str))
                messages.append({"role": "assistant", "content": output})
                right = normalise(output) in map(normalise, asked["answers"])
                yield Outcome(example["name"], language, asked["prompt"], output, right)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, or check; the exit code is 1 when an answer is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tuning.make_examples", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="draw nothing; ask the embedded model every prompt")
    if not parser.parse_args(arguments).check:
        write(FOLDER)
        return 0
    wrong = 0
    for outcome in check(model.load()):
        print(outcome, flush=True)
        wrong += not outcome.right
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
