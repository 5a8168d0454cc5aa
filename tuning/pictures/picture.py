"""A picture: something shown on a backdrop, finished like a photograph or a screenshot, and rendered at any size.

Coordinates are those of a `Frame` of area 1, x to the right and y downwards, whose sides are √aspect and 1/√aspect:
lengths look the same in both directions and mean the same share of any picture. Marks, and everything that the model
sees, are in the unit square instead, as the model's input is square.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar, Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tuning.pictures.colors import RGB

SIZES = ("small", "medium", "big")
NUMBERS = tuple(range(13))
_SUPERSAMPLED_BELOW = 260  # pixels of the shorter side; larger pictures have fine edges of their own


@dataclass(frozen=True)
class Frame:
    """The drawing area: `width` × `height` = 1."""

    aspect: float = 1.0  # width over height

    @property
    def width(self) -> float:
        return math.sqrt(self.aspect)

    @property
    def height(self) -> float:
        return 1 / math.sqrt(self.aspect)


@dataclass(frozen=True)
class Mark:
    """One thing that can be seen, for dense training targets: where its centre is in the unit square, and what it is.

    `name` is one of `tuning.pictures.names.NAMES`; what does not apply is None. `number` is one of `NUMBERS`.
    """

    x: float
    y: float
    name: str
    color: str | None = None
    size: str | None = None
    number: int | None = None


class Backdrop(Protocol):
    """What lies behind everything."""

    @property
    def palette(self) -> tuple[RGB, ...]:
        """Colours that between them bound what the backdrop shows: a thing must stand out from each."""
        ...

    def render(self, width: int, height: int) -> Image.Image:
        """An RGB image of that size in pixels."""
        ...


@dataclass(frozen=True)
class Plain:
    """One colour everywhere."""

    color: RGB = (255, 255, 255)

    @property
    def palette(self) -> tuple[RGB, ...]:
        return (self.color,)

    def render(self, width: int, height: int) -> Image.Image:
        return Image.new("RGB", (width, height), self.color)


class Pen:
    """Draws on an image in the coordinates of a frame."""

    def __init__(self, image: Image.Image, frame: Frame) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.scale_x = image.width / frame.width  # pixels for a length of 1
        self.scale_y = image.height / frame.height

    def point(self, x: float, y: float) -> tuple[float, float]:
        """The pixel at (x, y)."""
        return x * self.scale_x, y * self.scale_y

    def polygon(self, points: list[tuple[float, float]], color: RGB) -> None:
        """Fill the polygon."""
        self.draw.polygon([self.point(x, y) for x, y in points], fill=color)

    def ellipse(self, x: float, y: float, rx: float, ry: float, color: RGB) -> None:
        """Fill the ellipse around (x, y) with these radii."""
        left, top = self.point(x - rx, y - ry)
        right, bottom = self.point(x + rx, y + ry)
        self.draw.ellipse((left, top, right, bottom), fill=color)

    def line(self, points: list[tuple[float, float]], color: RGB, width: float) -> None:
        """A line of this thickness through the points, with rounded joints."""
        pixels = max(1, round(width * self.scale_x))
        self.draw.line([self.point(x, y) for x, y in points], fill=color, width=pixels, joint="curve")


class Content(Protocol):
    """What a picture shows. `kind` names the domain whose questions fit (see `tuning.questions`)."""

    kind: ClassVar[str]

    def draw(self, pen: Pen) -> None:
        """Draw it over the backdrop."""
        ...

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """Everything in it that can be named; no two marks of one name at one place."""
        ...


@dataclass(frozen=True)
class Finish:
    """What happens to the pixels last. `blur` is a share of the shorter side, `jpeg` a quality, 0 for none."""

    blur: float = 0.0
    noise: int = 0  # largest deviation in grey levels
    noise_seed: int = 0
    jpeg: int = 0
    gray: bool = False

    def apply(self, image: Image.Image) -> Image.Image:
        """The finished RGB image."""
        if self.blur:
            image = image.filter(ImageFilter.GaussianBlur(self.blur * min(image.size)))
        if self.noise:
            random = np.random.default_rng(self.noise_seed)
            delta = random.integers(-self.noise, self.noise + 1, (image.height, image.width, 3), dtype=np.int16)
            image = Image.fromarray(np.clip(np.asarray(image) + delta, 0, 255).astype(np.uint8))
        if self.gray:
            image = image.convert("L").convert("RGB")
        if self.jpeg:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=self.jpeg)
            image = Image.open(buffer).convert("RGB")
        return image


def random_finish(rng: Random, gray_share: float = 0.1) -> Finish:
    """Half of the pictures untouched, the others a little blurred, noisy or compressed."""
    if rng.random() < 0.5:
        return Finish(gray=rng.random() < gray_share)
    return Finish(
        blur=rng.uniform(0.003, 0.009) if rng.random() < 0.35 else 0.0,
        noise=rng.randint(2, 14) if rng.random() < 0.5 else 0,
        noise_seed=rng.getrandbits(32),
        jpeg=rng.randint(55, 95) if rng.random() < 0.4 else 0,
        gray=rng.random() < gray_share,
    )


def random_frame(rng: Random) -> Frame:
    """Square half of the time, else anything between 1:2 and 2:1, common photograph formats among it."""
    chance = rng.random()
    if chance < 0.5:
        return Frame()
    if chance < 0.75:
        return Frame(rng.choice((4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9, 9 / 16)))
    return Frame(2 ** rng.uniform(-1, 1))


@dataclass(frozen=True)
class Picture:
    """Everything that decides the pixels at a given size."""

    content: Content
    frame: Frame = field(default_factory=Frame)
    backdrop: Backdrop = field(default_factory=Plain)
    finish: Finish = field(default_factory=Finish)

    @property
    def kind(self) -> str:
        """The domain of questions that fit."""
        return self.content.kind

    @property
    def colored(self) -> bool:
        """Whether colours can be told: no question about them fits a grey picture."""
        return not self.finish.gray

    def marks(self) -> tuple[Mark, ...]:
        """The content's marks."""
        return self.content.marks(self.frame)


def render(picture: Picture, side: int = 224) -> Image.Image:
    """The picture as an RGB image of about `side`² pixels, in its own aspect ratio."""
    width, height = max(1, round(side * picture.frame.width)), max(1, round(side * picture.frame.height))
    factor = 2 if min(width, height) < _SUPERSAMPLED_BELOW else 1
    canvas = picture.backdrop.render(width, height)
    if factor > 1:
        canvas = canvas.resize((width * factor, height * factor), Image.Resampling.NEAREST)
    picture.content.draw(Pen(canvas, picture.frame))
    if factor > 1:
        canvas = canvas.reduce(factor)
    return picture.finish.apply(canvas)
