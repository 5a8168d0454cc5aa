"""What photograph-like pictures are made of: fractal noise, warping, natural colours, light and shade."""

from __future__ import annotations

import colorsys
import math
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from tuning.pictures.colors import RGB

Field = NDArray[np.float32]
"""height × width, mostly 0 … 1."""
Photo = NDArray[np.float32]
"""height × width × 3, 0 … 255."""


class Studio:
    """Makes fields and photographs of one size; everything is decided by the seed. `x` and `y` run from 0 to 1."""

    def __init__(self, seed: int, width: int, height: int) -> None:
        self.rng = Random(seed)
        self.random = np.random.default_rng(seed)
        self.width, self.height = width, height
        self.x: Field = np.linspace(0, 1, width, dtype=np.float32)[None, :]
        self.y: Field = np.linspace(0, 1, height, dtype=np.float32)[:, None]

    def enlarged(self, small: Field) -> Field:
        """The field smoothly enlarged to the full size."""
        image = Image.fromarray(small.astype(np.float32, copy=False))
        return np.asarray(image.resize((self.width, self.height), Image.Resampling.BICUBIC))

    def noise(self, cells: float = 3, octaves: int = 6, persistence: float = 0.55, tall: float = 1.0) -> Field:
        """Fractal noise of range 0 … 1 whose largest lumps are 1 / `cells` of the width, and `tall` times as high."""
        total = np.zeros((self.height, self.width), np.float32)
        for octave in range(octaves):
            columns, rows = round(cells * 2**octave), round(cells * 2**octave / tall * self.height / self.width)
            shape = (min(self.height, max(2, rows)), min(self.width, max(2, columns)))
            total += self.enlarged(self.random.random(shape, np.float32)) * np.float32(persistence**octave)
            if shape == total.shape:
                break
        return spread(total)

    def warped(self, field: Field, strength: float, cells: float = 3) -> Field:
        """The field with every place moved by up to `strength` of the picture's size."""
        across, down = self.noise(cells, 3) - 0.5, self.noise(cells, 3) - 0.5
        columns = ((self.x + across * (2 * strength)) * self.width).astype(np.int32) % self.width
        rows = ((self.y + down * (2 * strength)) * self.height).astype(np.int32) % self.height
        return np.asarray(field[rows, columns])

    def profile(self, cells: float = 2, octaves: int = 6, persistence: float = 0.5) -> Field:
        """A ragged line: one height of 0 … 1 for each column."""
        total = np.zeros(self.width, np.float32)
        for octave in range(octaves):
            points = self.random.random(max(2, round(cells * 2**octave)), np.float32)
            total += np.interp(self.x[0], np.linspace(0, 1, len(points)), points) * persistence**octave
        return spread(total)

    def color(self, light: tuple[float, float] = (0.1, 0.95), vivid: float = 0.7) -> RGB:
        """A colour of a lightness in the range; most are dull, as in nature, few more `vivid` than half of that."""
        saturation = vivid * self.rng.random() ** 1.6
        hue = self.rng.choice((self.rng.random(), self.rng.gauss(0.08, 0.05), self.rng.gauss(0.58, 0.05)))
        red, green, blue = colorsys.hls_to_rgb(hue % 1, self.rng.uniform(*light), saturation)
        return (int(red * 255), int(green * 255), int(blue * 255))

    def ramp(self, field: Field, colors: list[RGB]) -> Photo:
        """The field 0 … 1 as the way through the colours."""
        stops = np.linspace(0, 255, len(colors))
        table = np.stack([np.interp(np.arange(256), stops, channel) for channel in zip(*colors, strict=True)], 1)
        return np.asarray(table.astype(np.float32)[(field * 255).clip(0, 255).astype(np.uint8)])

    def tinted(self, field: Field, stops: int = 4, vivid: float = 0.7) -> Photo:
        """The field in colours from a dark one to a light one; neighbouring ones are often of other hues."""
        edges = [0.04 + 0.9 * k / stops for k in range(stops + 1)]
        return self.ramp(field, [self.color((edges[k], edges[k + 1]), vivid) for k in range(stops)])

    def flat(self, color: RGB) -> Photo:
        """One colour everywhere; not to be written to."""
        return np.broadcast_to(np.array(color, np.float32), (self.height, self.width, 3))

    def surface(self) -> Photo:
        """Some material seen close by: rough, furry, marbled, ridged or nearly smooth."""
        kind = self.rng.randrange(4)
        cells = self.rng.uniform(2, 14)
        if kind == 0:
            field = self.noise(cells, 6, self.rng.uniform(0.5, 0.8))
        elif kind == 1:
            field = self.warped(self.noise(cells, 5, 0.75, self.rng.choice((0.12, 0.3, 3, 8))), 0.08)
        elif kind == 2:
            field = 1 - np.abs(self.noise(cells, 5) * 2 - 1)
        else:
            field = self.warped(self.noise(cells, 5), 0.2)
        middle = self.color((0.2, 0.8))
        return self.shaded(self.flat(middle), 0.4 + 1.2 * field)

    def shaded(self, photo: Photo, light: Field) -> Photo:
        """The photograph under that light: 1 leaves it as it is."""
        return photo * light[..., None]

    def lit(self, heights: Field, relief: float) -> Field:
        """How light falls from the side on a landscape of those heights: about 0.2 … 1.8."""
        angle = self.rng.uniform(0, 2 * math.pi)
        down, across = np.gradient(heights)
        slope = (across * math.cos(angle) + down * math.sin(angle)) * (relief * self.width)
        return np.asarray(1 + np.tanh(slope) * 0.8, np.float32)

    def ellipse(self, x: float, y: float, rx: float, ry: float, soft: float = 0.04, tilt: float = 0.0) -> Field:
        """1 within the ellipse, 0 outside, and between them over `soft` of its radius."""
        u, v = self.x - np.float32(x), self.y - np.float32(y)
        cosine, sine = math.cos(tilt), math.sin(tilt)
        away = np.hypot((u * cosine + v * sine) / np.float32(rx), (v * cosine - u * sine) / np.float32(ry))
        return np.asarray(((1 - away) / max(soft, 1e-3) + 0.5).clip(0, 1), np.float32)

    def painted(self, photo: Photo) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """The photograph as an image to draw on."""
        image = to_image(photo)
        return image, ImageDraw.Draw(image)

    def developed(self, photo: Photo) -> Photo:
        """The photograph as cameras and printers change it: light, contrast, cast, vignette, softness, grain."""
        rng = self.rng
        photo = (photo / 255).clip(0, 1) ** np.float32(math.exp(rng.gauss(0, 0.25))) * 255
        if rng.random() < 0.5:
            photo = self.shaded(photo, 0.65 + 0.7 * self.noise(1.5, 2))
        if rng.random() < 0.45:  # the fine detail that real surfaces have
            rough = (self.noise(rng.uniform(8, 24), 4, 0.85) - 0.5) * np.float32(rng.uniform(0.2, 0.9))
            photo = self.shaded(photo, 1 + rough)
        if rng.random() < 0.35:
            away = np.hypot(self.x - 0.5, self.y - 0.5)
            photo = self.shaded(photo, 1 - rng.uniform(0.4, 1.2) * np.maximum(away - rng.uniform(0.1, 0.4), 0))
        if rng.random() < 0.4:
            photo = photo * np.array([rng.uniform(0.8, 1.15) for _ in range(3)], np.float32)
        if rng.random() < 0.12:  # black and white, or sepia
            cast = rng.choice(((1, 1, 1), (1.1, 1.0, 0.8)))
            photo = photo.mean(2, keepdims=True) * np.array(cast, np.float32)
        if rng.random() < 0.3:
            photo = to_photo(to_image(photo).filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.6))))
        if rng.random() < 0.35:
            photo = photo + self.random.standard_normal(photo.shape, np.float32) * np.float32(rng.uniform(2, 14))
        return photo


def distinct(photo: Photo, least: float) -> Photo:
    """The photograph with so much contrast that grey levels seen from afar deviate by at least that much."""
    deviation = float(np.asarray(to_image(photo).convert("L").reduce(3)).std())
    if deviation >= least:
        return photo
    middle = photo.mean((0, 1), keepdims=True)
    return (photo - middle) * np.float32(least / max(deviation, 2)) + (middle * 0.5 + 64)


def spread(field: Field) -> Field:
    """The field stretched to 0 … 1."""
    low, high = field.min(), field.max()
    return np.asarray((field - low) / max(high - low, 1e-6), np.float32)


def over(below: Photo, above: Photo, mask: Field) -> Photo:
    """The upper photograph where the mask is 1, the lower one where it is 0."""
    return below + (above - below) * mask[..., None]


def to_image(photo: Photo) -> Image.Image:
    """The photograph as an RGB image."""
    return Image.fromarray(photo.clip(0, 255).astype(np.uint8))


def to_photo(image: Image.Image) -> Photo:
    """The RGB image as a photograph."""
    return np.asarray(image, np.float32)
