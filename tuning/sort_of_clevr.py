"""`python -m tuning.sort_of_clevr DIR`: the Sort-of-CLEVR benchmark as a folder of questions for `tuning.evaluate`.

Made after Santoro et al., "A simple neural network module for relational reasoning" (arXiv:1706.01427, section 4.2):
pictures of 75 × 75 pixels with six objects, each of another colour and either a circle or a square, and ten
non-relational and ten relational questions about each. The paper puts questions as bits; here they are sentences.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from PIL import Image, ImageDraw

from tuning.pictures.colors import RGB
from tuning.pictures.picture import Frame, Mark, Pen, Picture
from tuning.question_files import QUESTIONS
from tuning.questions.domain import Asked, View
from tuning.sample import LANGUAGES, Round
from tuning.words import COLOR_WORDS, NO, SHAPE_WORDS, YES, number, so

SIDE = 75  # pixels
RADIUS = 5  # pixels: half of an object's width
QUESTIONS_OF_EACH_CATEGORY = 10
SHAPES = ("circle", "square")
COLORS: dict[str, RGB] = {
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "orange": (255, 156, 0),
    "gray": (128, 128, 128),
    "yellow": (255, 255, 0),
}
CATEGORIES: Mapping[str, float] = {"clevr_nonrelational": 1.0, "clevr_relational": 1.0}
_ASPECTS = {
    "clevr_nonrelational": ("shape", "left", "top"),
    "clevr_relational": ("nearest", "farthest", "count"),
}
_WORDINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "shape": (
            "What is the shape of the {color} object?",
            "What shape is the {color} object?",
            "Which shape does the {color} object have?",
        ),
        "left": (
            "Is the {color} object on the left side of the picture?",
            "Is the {color} object in the left half of the picture?",
            "Is the {color} object on the left?",
        ),
        "top": (
            "Is the {color} object in the top half of the picture?",
            "Is the {color} object in the upper half of the picture?",
            "Is the {color} object at the top?",
        ),
        "nearest": (
            "What is the shape of the object closest to the {color} object?",
            "What shape is the object nearest to the {color} one?",
            "Which shape does the object closest to the {color} one have?",
        ),
        "farthest": (
            "What is the shape of the object farthest from the {color} object?",
            "What shape is the object farthest away from the {color} one?",
            "Which shape does the object furthest from the {color} one have?",
        ),
        "count": (
            "How many objects have the same shape as the {color} object, itself included?",
            "Counting the {color} object, how many objects have its shape?",
            "How many objects have the shape of the {color} object, including it?",
        ),
    },
    "zh": {
        "shape": ("{color}的物体是什么形状？", "{color}物体的形状是什么？", "{color}的东西是什么形状的？"),
        "left": ("{color}的物体在图的左半边吗？", "{color}物体是不是在左边？", "{color}的东西在左边吗？"),
        "top": ("{color}的物体在图的上半部分吗？", "{color}物体是不是在上半边？", "{color}的东西在上面吗？"),
        "nearest": (
            "离{color}物体最近的物体是什么形状？",
            "距离{color}的物体最近的是什么形状？",
            "离{color}的东西最近的东西是什么形状的？",
        ),
        "farthest": (
            "离{color}物体最远的物体是什么形状？",
            "距离{color}的物体最远的是什么形状？",
            "离{color}的东西最远的东西是什么形状的？",
        ),
        "count": (
            "和{color}物体形状相同的物体有几个（包括它自己）？",
            "算上{color}的物体，一共有几个物体是这个形状？",
            "有多少个物体与{color}的物体形状一样，包括它自己？",
        ),
    },
}
# A Chinese question whether something is in a place is also answered with the verb of place.
_PLACED: dict[bool, dict[str, tuple[str, ...]]] = {
    True: {"en": YES["en"], "zh": (*YES["zh"], "在")},
    False: {"en": NO["en"], "zh": (*NO["zh"], "不在")},
}


@dataclass(frozen=True)
class Thing:
    """One object; its centre is the pixel (x, y) of a picture of `SIDE` pixels."""

    color: str
    shape: str
    x: int
    y: int

    def distance(self, other: Thing) -> int:
        """The square of the distance of the centres, in pixels."""
        return (self.x - other.x) ** 2 + (self.y - other.y) ** 2


@dataclass(frozen=True)
class SortOfClevr:
    """A scene on white: one object of every colour. It fills any frame, and is stretched with it."""

    kind: ClassVar[str] = "sort_of_clevr"

    things: tuple[Thing, ...]

    def draw(self, pen: Pen) -> None:
        """Draw it, white ground included."""
        scale_x, scale_y = pen.image.width / SIDE, pen.image.height / SIDE
        draw = ImageDraw.Draw(pen.image)
        draw.rectangle((0, 0, *pen.image.size), fill="white")
        for thing in self.things:
            shape = draw.ellipse if thing.shape == "circle" else draw.rectangle
            box = (
                (thing.x - RADIUS) * scale_x,
                (thing.y - RADIUS) * scale_y,
                (thing.x + RADIUS + 1) * scale_x - 1,  # the last pixel is drawn, too
                (thing.y + RADIUS + 1) * scale_y - 1,
            )
            shape(box, fill=COLORS[thing.color])

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """The objects."""
        return tuple(
            Mark((thing.x + 0.5) / SIDE, (thing.y + 0.5) / SIDE, thing.shape, thing.color, "small")
            for thing in self.things
        )


def scene(rng: Random) -> SortOfClevr:
    """A random scene: each shape as likely as the other, no two centres nearer than an object's width."""
    things: list[Thing] = []
    for color in COLORS:
        while True:
            x, y = (rng.randrange(RADIUS, SIDE - RADIUS) for _ in range(2))
            thing = Thing(color, rng.choice(SHAPES), x, y)
            if all(thing.distance(other) >= (2 * RADIUS) ** 2 for other in things):
                break
        things.append(thing)
    return SortOfClevr(tuple(things))


def picture(rng: Random) -> Picture:
    """A random scene as a picture to train on."""
    return Picture(scene(rng))


def render(content: SortOfClevr, side: int = SIDE) -> Image.Image:
    """The scene as an RGB image of side × side pixels, its edges not smoothed."""
    image = Image.new("RGB", (side, side))
    content.draw(Pen(image, Frame()))
    return image


def questions(content: SortOfClevr, language: str, rng: Random) -> Iterator[Round]:
    """`QUESTIONS_OF_EACH_CATEGORY` different questions of each category, in random order; each has one right answer."""
    for category, aspects in _ASPECTS.items():
        made = 0
        for aspect, thing in rng.sample([(a, t) for a in aspects for t in content.things], len(aspects) * len(COLORS)):
            accepted = _accepted(content, aspect, thing, language)
            if accepted is not None and made < QUESTIONS_OF_EACH_CATEGORY:
                made += 1
                yield _round(aspect, thing, accepted, category, language, rng)


def question(view: View, category: str, split: str, rng: Random) -> Asked | None:
    """A question of the category, worded alike in both splits; None if it has no one answer or colours are not seen."""
    content = view.picture.content
    if not isinstance(content, SortOfClevr) or not view.picture.colored:
        return None
    aspect, thing = rng.choice(_ASPECTS[category]), rng.choice(content.things)
    accepted = _accepted(content, aspect, thing, view.language)
    return None if accepted is None else (_round(aspect, thing, accepted, category, view.language, rng), None)


def follow_up(view: View, before: Any, split: str, rng: Random) -> Asked | None:
    """None: the benchmark has no conversations."""
    return None


def _round(aspect: str, thing: Thing, accepted: tuple[str, ...], category: str, language: str, rng: Random) -> Round:
    color = COLOR_WORDS[language][thing.color][0]
    return Round(rng.choice(_WORDINGS[language][aspect]).format(color=color), accepted, category)


def _accepted(content: SortOfClevr, aspect: str, thing: Thing, language: str) -> tuple[str, ...] | None:
    """The right answers; None if objects of both shapes are equally near or far, or one is just in the middle."""
    if aspect == "shape":
        return SHAPE_WORDS[language][thing.shape]
    if aspect in ("left", "top"):
        place = thing.x if aspect == "left" else thing.y
        return None if place == SIDE // 2 else _PLACED[place < SIDE // 2][language]
    if aspect == "count":
        alike = number(sum(other.shape == thing.shape for other in content.things), language)
        return so(SHAPE_WORDS[language][thing.shape][0], alike, language)
    others = [other for other in content.things if other is not thing]
    best = (min if aspect == "nearest" else max)(thing.distance(other) for other in others)
    shapes = {other.shape for other in others if thing.distance(other) == best}
    return SHAPE_WORDS[language][shapes.pop()] if len(shapes) == 1 else None


def make(folder: Path, pictures: int, languages: Sequence[str] = LANGUAGES, seed: int = 0) -> None:
    """Write so many pictures and the questions about them in each language into the folder; the seed decides them."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for index in range(pictures):
        rng = Random(f"sort-of-clevr {seed} {index}")
        content, image = scene(rng), f"{index:04d}.png"
        render(content).save(folder / image)
        for language in languages:
            asked = questions(content, language, Random(f"sort-of-clevr {seed} {index} {language}"))
            for place, turn in enumerate(asked):
                line = {
                    "id": f"{language}-{index:04d}-{place:02d}",
                    "category": turn.category,
                    "language": language,
                    "image": image,
                    "messages": [{"role": "user", "content": turn.question}],
                    "answer": list(turn.accepted),
                }
                lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    (folder / QUESTIONS).write_text("".join(lines), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the folder."""
    parser = argparse.ArgumentParser(prog="python -m tuning.sort_of_clevr", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--pictures", type=int, default=200, help="20 questions each and language (default: 200)")
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    make(options.folder, options.pictures, options.language or LANGUAGES, options.seed)


if __name__ == "__main__":
    main()
