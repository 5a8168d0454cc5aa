"""Pictures of what the model does not know, which it must decline: likenesses of photographs, noise, dense drawings.

A sort of picture is a function of a `Studio`; each has wide random parameters, so that what they have in common
(light, texture, depth, crowds of detail) and not their looks is what tells them from the pictures the model knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tuning.pictures.colors import RGB
from tuning.pictures.picture import Backdrop, Frame, Mark, Pen
from tuning.pictures.studio import Field, Photo, Studio, distinct, over, spread, to_image, to_photo

_SIDE = 144  # pixels of the side of a square of the area they are made at: finer detail is lost on the model anyway
_LEAST_CONTRAST = 20.0  # grey levels; less might pass for an empty backdrop


@dataclass(frozen=True)
class Outside:
    """One picture of the sort, decided by the seed; it covers everything behind it."""

    kind: ClassVar[str] = "outside"

    sort: str
    seed: int

    def draw(self, pen: Pen) -> None:
        """Fill the picture."""
        size = pen.image.size
        scale = _SIDE / math.sqrt(size[0] * size[1])
        studio = Studio(self.seed, max(8, round(size[0] * scale)), max(8, round(size[1] * scale)))
        photo = _SORTS[self.sort][0](studio)
        if self.sort in _CROPPED and studio.rng.random() < 0.4:
            high, wide = (round(studio.rng.uniform(0.55, 0.95) * length) for length in photo.shape[:2])
            top, left = studio.rng.randint(0, photo.shape[0] - high), studio.rng.randint(0, photo.shape[1] - wide)
            photo = photo[top : top + high, left : left + wide]
            studio = Studio(studio.rng.getrandbits(32), wide, high)
        if self.sort not in _UNDEVELOPED:
            photo = distinct(studio.developed(photo), _LEAST_CONTRAST)
        pen.image.paste(to_image(photo).resize(size, Image.Resampling.BILINEAR))

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """None: nothing in it has a name."""
        return ()


def sample(rng: Random, frame: Frame, backdrop: Backdrop) -> Outside:
    """A random picture of a random sort; it fits every frame and hides every backdrop."""
    shares = [share for _, share in _SORTS.values()]
    return Outside(rng.choices(list(_SORTS), shares)[0], rng.getrandbits(32))


# Noise and abstract textures ----------------------------------------------------------------------------------------


def _static(s: Studio) -> Photo:
    """Noise without any order: of pixels or small blocks or lines, grey, coloured or of two colours."""
    block, line = s.rng.choice((1, 1, 2, 3, 5, 8)), s.rng.choice((1, 1, 1, 1, 4, 40))
    rows, columns = math.ceil(s.height / block), math.ceil(s.width / (block * line))
    if s.rng.random() < 0.5:
        rows, columns = math.ceil(s.height / (block * line)), math.ceil(s.width / block)
    channels = s.rng.choice((1, 3))
    levels = s.random.random((rows, columns, channels), np.float32)
    chance = s.rng.random()
    if chance < 0.3:
        levels = (levels < s.rng.uniform(0.15, 0.85)).astype(np.float32)
    elif chance < 0.5:
        levels = 0.5 + s.random.standard_normal((rows, columns, channels), np.float32) * np.float32(0.25)
    image = to_image(np.broadcast_to(levels * 255, (rows, columns, 3)))
    return to_photo(image.resize((s.width, s.height), Image.Resampling.NEAREST))


def _spectrum(s: Studio) -> Photo:
    """Noise with the spectrum of photographs, its channels alike to some degree."""
    persistence, cells = s.rng.uniform(0.5, 0.85), s.rng.uniform(1.5, 5)
    common, own = s.noise(cells, 7, persistence), s.rng.uniform(0.1, 0.9)
    channels = [spread(common * (1 - own) + s.noise(cells, 7, persistence) * own) for _ in range(3)]
    contrast = s.rng.uniform(1.2, 2.2)
    return np.stack([((c - 0.5) * contrast + s.rng.uniform(0.35, 0.65)) * 255 for c in channels], 2)


def _marble(s: Studio) -> Photo:
    """Noise folded into itself, in several colours: smoke, marble, oil, flames."""
    field = s.noise(s.rng.uniform(1.5, 5), 6, s.rng.uniform(0.45, 0.65))
    for _ in range(s.rng.randint(1, 3)):
        field = s.warped(field, s.rng.uniform(0.05, 0.4), s.rng.uniform(1.5, 5))
    if s.rng.random() < 0.5:
        field = np.sin(field * s.rng.uniform(8, 40)) * 0.5 + 0.5
    return s.tinted(spread(field), s.rng.randint(3, 6), s.rng.uniform(0.3, 1))


def _fur(s: Studio) -> Photo:
    """Hair, fur, grass or bark: fine strands bent by a slow field, some with spots or stripes."""
    tall = s.rng.choice((0.06, 0.12, 6, 12, 20))
    strands = s.warped(s.noise(s.rng.uniform(10, 40), 3, 0.8, tall), s.rng.uniform(0.02, 0.12), s.rng.uniform(1, 4))
    coat = s.tinted(np.clip(0.25 * s.noise(2, 3) + 0.75 * strands, 0, 1), s.rng.randint(2, 4), 0.6)
    if s.rng.random() < 0.45:
        spots = s.warped(s.noise(s.rng.uniform(5, 14), 2, 0.4, s.rng.choice((1, 1, 4, 0.25))), 0.06)
        mask = ((spots - s.rng.uniform(0.5, 0.65)) * 8).clip(0, 1)
        coat = over(coat, coat * np.float32(s.rng.uniform(0.1, 0.5)), mask)
    return coat


def _relief(s: Studio) -> Photo:
    """Rock, sand, crumpled paper or cloth: an uneven surface under slanting light."""
    kind = s.rng.randrange(3)
    heights = s.noise(s.rng.uniform(2, 8), 6, s.rng.uniform(0.4, 0.6), s.rng.choice((1, 1, 0.3, 3)))
    if kind == 1:  # folds: the upper envelope of planes
        corners = s.random.standard_normal((s.rng.randint(8, 30), 3), dtype=np.float32)
        folds = [abs(a * s.x + b * s.y + c * np.float32(0.6)) for a, b, c in corners[:14]]
        heights = spread(np.asarray(sum(folds[1:], folds[0]))) + heights * np.float32(0.1)
    elif kind == 2:
        heights = 1 - np.abs(heights * 2 - 1)
    base = s.tinted(s.noise(2, 4), 3, 0.5) if s.rng.random() < 0.5 else s.flat(s.color((0.35, 0.85)))
    return s.shaded(base, s.lit(heights, s.rng.uniform(0.1, 0.5)))


def _wood(s: Studio) -> Photo:
    """Planks with grain and rings."""
    along = s.rng.random() < 0.5
    across, length = (s.x, s.y) if along else (s.y, s.x)
    planks = s.rng.randint(1, 7)
    offsets = s.random.random(planks + 1, np.float32)[(across * planks).astype(np.int32).clip(0, planks)]
    rings = np.sin(across * s.rng.uniform(15, 60) + s.noise(2, 3, 0.5, 4 if along else 0.25) * s.rng.uniform(4, 14))
    grain = s.noise(30, 3, 0.8, 14 if along else 0.07)
    field = spread(rings * np.float32(0.3) + grain * np.float32(0.9) + offsets + 0 * length)
    wood = s.tinted(field, 3, 0.5)
    gaps = np.abs(across * planks - np.round(across * planks)) < 0.03
    return s.shaded(wood, np.where(gaps + 0 * length > 0, np.float32(0.3), np.float32(1)))


def _masonry(s: Studio) -> Photo:
    """Bricks, tiles or cobbles: every stone of its own tone."""
    rows = s.rng.randint(5, 16)
    columns = max(3, round(rows * s.rng.uniform(0.4, 1) * s.width / s.height))
    shift = s.rng.choice((0.0, 0.5, 0.5))
    v = s.warped(np.broadcast_to(s.y, (s.height, s.width)), 0.01) * rows
    row = v.astype(np.int32)
    u = s.x * columns + row % 2 * shift
    tones = s.random.random((rows + 1, columns + 2), np.float32)[row.clip(0, rows), u.astype(np.int32)]
    joint = (np.minimum(u % 1, v % 1) < s.rng.uniform(0.06, 0.14)).astype(np.float32)
    stone = s.tinted(spread(tones + s.rng.uniform(0.3, 1.2) * s.noise(8, 5, 0.7)), 3, 0.7)
    return over(stone, s.flat(s.color()), joint)


# Likenesses of things -----------------------------------------------------------------------------------------------


def _sky(s: Studio) -> Photo:
    top, bottom = s.rng.choice((((0.3, 0.6), (0.7, 0.95)), ((0.05, 0.2), (0.3, 0.6)), ((0.6, 0.9), (0.8, 0.98))))
    field = (s.y + 0 * s.x) ** np.float32(s.rng.uniform(0.6, 1.6))
    sky = s.ramp(field, [s.color(top, 0.8), s.color(bottom, 0.8)])
    if s.rng.random() < 0.75:
        clouds = s.noise(s.rng.uniform(1.5, 5), 6, s.rng.uniform(0.5, 0.65), s.rng.uniform(0.25, 0.7))
        cover = ((clouds - s.rng.uniform(0.3, 0.65)) * s.rng.uniform(2, 6)).clip(0, 1)
        sky = over(sky, s.flat(s.color((0.55, 0.98), 0.4)), cover)
    return sky


def _landscape(s: Studio) -> Photo:
    """Sky, ridges one behind the other, and ground or water."""
    horizon = s.rng.uniform(0.25, 0.8)
    photo = _sky(s)
    if s.rng.random() < 0.25:
        glow = s.ellipse(s.rng.random(), horizon * s.rng.uniform(0.3, 1), 0.3, 0.3, 2)
        photo = over(photo, s.flat((255, 235, 190)), glow**2)
    haze, near = photo[round(horizon * (s.height - 1)), 0], np.array(s.color((0.05, 0.35)), np.float32)
    layers = s.rng.randint(1, 4)
    for layer in range(layers):
        share = (layer + 1) / layers
        crest = horizon - s.profile(s.rng.uniform(1, 5), 7, s.rng.uniform(0.35, 0.65)) * s.rng.uniform(0.03, 0.3)
        mask = ((s.y - crest - 0.1 * layer / layers) * s.height).clip(0, 1).astype(np.float32)
        rough = 1 + (s.noise(s.rng.uniform(4, 12), 5, 0.75) - 0.5) * np.float32(1.4 * share)
        photo = over(photo, s.shaded(s.flat((0, 0, 0)) + haze + (near - haze) * np.float32(share), rough), mask)
    ground = ((s.y - horizon) * s.height + 0 * s.x).clip(0, 1)
    if s.rng.random() < 0.4:
        mirrored = photo[: max(2, round(horizon * s.height))][::-1]
        water = to_photo(to_image(mirrored).resize((s.width, s.height))) * np.float32(s.rng.uniform(0.5, 0.95))
        return over(photo, s.shaded(water, 0.75 + 0.5 * s.noise(8, 4, 0.8, 0.12)), ground)
    depth = np.float32(0.3) + s.y
    field = s.surface() if s.rng.random() < 0.5 else s.tinted(s.noise(6, 5, 0.8, 0.35), 4)
    return over(photo, s.shaded(field, depth + 0 * s.x), ground)


def _bokeh(s: Studio) -> Photo:
    """Out of focus: discs of light or soft blobs over a blurred ground."""
    photo = s.tinted(s.noise(s.rng.uniform(1.5, 4), 3, 0.45), 4) * np.float32(s.rng.uniform(0.25, 1))
    discs = s.rng.random() < 0.6
    for _ in range(s.rng.randint(10, 34)):
        radius = s.rng.uniform(0.02, 0.11) if discs else s.rng.uniform(0.05, 0.25)
        mask = s.ellipse(s.rng.random(), s.rng.random(), radius, radius, 0.2 if discs else s.rng.uniform(0.6, 1.6))
        photo = over(photo, s.flat(s.color((0.35, 0.95), 1)), mask * np.float32(s.rng.uniform(0.2, 0.9)))
    return photo


def _head(s: Studio, photo: Photo, x: float, y: float, size: float) -> Photo:
    """A person's or an animal's head, with what belongs below it."""
    rng = s.rng
    coat, dark = s.surface() if rng.random() < 0.4 else s.flat(s.color((0.3, 0.8), 0.5)), s.flat(s.color((0.02, 0.3)))
    wide, tall = size * rng.uniform(0.7, 1.05), size * rng.uniform(0.85, 1.2)
    soft, side = rng.uniform(0.03, 0.2), rng.uniform(-0.5, 0.5)
    light = np.asarray(1 + side * ((s.x - x) / wide) - rng.uniform(0, 0.4) * ((s.y - y) / tall), np.float32)
    coat = s.shaded(coat, light.clip(0.3, 1.6))
    clothes = s.surface() if rng.random() < 0.6 else coat
    photo = over(photo, clothes, s.ellipse(x, y + tall * 2.2, wide * rng.uniform(1.4, 2.3), tall * 1.25, soft))
    photo = over(photo, coat, s.ellipse(x, y + tall, wide * 0.45, tall * 0.7, soft))
    ears = rng.choice((None, "hair", "round", "long"))
    if ears == "hair":
        photo = over(photo, s.surface() * np.float32(0.6), s.ellipse(x, y - tall * 0.1, wide * 1.2, tall * 1.2, soft))
    elif ears:
        tilt, high = rng.uniform(0.1, 0.7), 0.35 if ears == "round" else 0.7
        for way in (-1, 1):
            mask = s.ellipse(x + way * wide * 0.75, y - tall * 0.8, wide * 0.32, tall * high, soft, way * tilt)
            photo = over(photo, coat * np.float32(0.8), mask)
    photo = over(photo, coat, s.ellipse(x, y, wide, tall, soft))
    if ears == "hair":
        fringe = s.ellipse(x, y - tall * 0.85, wide * 1.05, tall * rng.uniform(0.3, 0.6), soft)
        photo = over(photo, dark, fringe)
    apart, eye = wide * rng.uniform(0.35, 0.5), size * rng.uniform(0.08, 0.16)
    for way in (-1, 1):
        if rng.random() < 0.5:
            photo = over(photo, s.flat((235, 230, 220)), s.ellipse(x + way * apart, y, eye * 1.5, eye, 0.3))
        photo = over(photo, dark, s.ellipse(x + way * apart, y, eye * 0.8, eye * 0.8, 0.3))
    snout = s.ellipse(x, y + tall * 0.35, wide * rng.uniform(0.1, 0.3), tall * 0.14, 0.4)
    photo = over(photo, dark if rng.random() < 0.5 else coat * np.float32(0.75), snout)
    mouth = s.ellipse(x, y + tall * 0.62, wide * rng.uniform(0.2, 0.45), tall * rng.uniform(0.03, 0.1), 0.5)
    return over(photo, s.flat(s.color((0.1, 0.5))), mouth)


def _portrait(s: Studio) -> Photo:
    """One head, or a few, before something blurred."""
    photo = s.tinted(s.noise(s.rng.uniform(1.5, 4), s.rng.randint(2, 5), 0.5), 4)
    heads = s.rng.choice((1, 1, 1, 2, 3))
    for k in range(heads):
        size = s.rng.uniform(0.13, 0.32) / heads**0.6
        photo = _head(s, photo, (k + s.rng.uniform(0.35, 0.65)) / heads, s.rng.uniform(0.28, 0.55), size)
    return photo


def _creature(s: Studio) -> Photo:
    """An animal, a vehicle or the like, seen from the side on some ground: a body of several rounded parts."""
    rng = s.rng
    ground = rng.random()
    if ground < 0.3:
        photo = _landscape(s)
    elif ground < 0.6:
        photo = s.surface()
    elif ground < 0.9:  # blurred by motion
        photo = s.tinted(s.noise(3, 5, 0.7, 0.06), 3)
    else:  # cut out
        photo = s.flat(rng.choice(((255, 255, 255), (0, 0, 0), s.color((0.5, 1)))))
    x, y, size = rng.uniform(0.35, 0.65), rng.uniform(0.4, 0.65), rng.uniform(0.1, 0.28)
    mask = s.ellipse(x, y, size * rng.uniform(1.1, 1.7), size * rng.uniform(0.5, 0.8), 0.08, rng.uniform(-0.2, 0.2))
    way = rng.choice((-1, 1))
    for _ in range(rng.randint(2, 4)):
        foot = x + rng.uniform(-1, 1) * size
        leg = s.ellipse(foot, y + size * 0.8, size * rng.uniform(0.1, 0.22), size * 0.75, 0.15, rng.uniform(-0.5, 0.5))
        mask = np.maximum(mask, leg)
    for reach, radius in ((1.3, 0.38), (1.0, 0.3)):
        part = s.ellipse(x + way * size * reach, y - size * rng.uniform(0.2, 0.8), size * radius, size * radius, 0.15)
        mask = np.maximum(mask, part)
    tail = s.ellipse(x - way * size * 1.5, y - size * 0.3, size * 0.6, size * 0.09, 0.3, rng.uniform(-0.8, 0.8))
    mask = np.maximum(mask, tail)
    shadow = s.ellipse(x, y + size * 1.45, size * 1.7, size * 0.25, 1)
    photo = s.shaded(photo, 1 - shadow * np.float32(rng.uniform(0, 0.7)))
    # A creature cut out must not be as flat as a drawing.
    coat = s.shaded(
        s.surface() if rng.random() < 0.5 and ground < 0.9 else _fur(s), 1.3 - (s.y - y + size) / (3 * size) + 0 * s.x
    )
    return over(photo, coat, mask)


def _still(s: Studio) -> Photo:
    """Things of some material with light and shadow on them, on a table or a floor."""
    rng = s.rng
    edge = rng.uniform(0.2, 0.6)
    floor = ((s.y - edge) * s.height + 0 * s.x).clip(0, 1)
    if rng.random() < 0.25:  # before a screen, as in a shop's catalogue
        photo = s.shaded(s.flat(s.color((0.6, 1))), 1.05 - 0.3 * s.y + 0 * s.x)
    else:
        photo = over(s.tinted(s.noise(1.5, 3, 0.4), 3), s.surface(), floor)
    for _ in range(rng.randint(1, 6)):
        x, y, size = rng.random(), rng.uniform(edge, 0.9), rng.uniform(0.06, 0.24)
        tall, tilt = rng.uniform(0.6, 1.8), rng.uniform(-0.4, 0.4)
        shadow = s.ellipse(x + size * rng.uniform(-0.6, 0.6), y + size * tall * 0.7, size * 1.2, size * 0.4, 0.9)
        photo = s.shaded(photo, 1 - shadow * np.float32(0.6))
        mask = s.ellipse(x, y, size, size * tall, 0.06, tilt)
        if rng.random() < 0.4:  # a box or a bottle rather than a ball
            u, v = np.abs(s.x - x) / size, np.abs(s.y - y) / (size * tall)
            mask = ((1 - (u**6 + v**6)) * 4).clip(0, 1)
        light_x, light_y = x + rng.uniform(-0.5, 0.5) * size, y - rng.uniform(0, 0.6) * size
        light = 1.35 - np.hypot(s.x - light_x, s.y - light_y) / np.float32(1.9 * size)
        thing = s.surface() if rng.random() < 0.5 else s.flat(s.color((0.25, 0.7), 1))
        thing = over(s.shaded(thing, light.clip(0.15, 1.5)), s.flat((255, 250, 240)), (light - 1.2).clip(0, 0.15) * 5)
        photo = over(photo, thing, mask)
    return photo


def _leaves(s: Studio) -> Photo:
    """Shapes of all sizes, one over the other, as the edges in photographs are spread; smooth, lit or textured."""
    rng = s.rng
    image, draw = s.painted(s.tinted(s.noise(2, 3), 3))
    colors = [s.color((0.05, 0.95), rng.uniform(0.4, 1)) for _ in range(rng.randint(5, 24))]
    side, least = math.sqrt(s.width * s.height), rng.uniform(0.012, 0.05)
    style = rng.choice(("ellipse", "polygon", "mixed", "box"))
    for _ in range(rng.randint(60, 260)):
        radius = side * min(0.4, least / math.sqrt(1 - rng.random() * 0.995))
        x, y = rng.uniform(0, s.width), rng.uniform(0, s.height)
        if style == "ellipse" or (style == "mixed" and rng.random() < 0.5):
            other = radius * rng.uniform(0.4, 1)
            draw.ellipse((x - radius, y - other, x + radius, y + other), fill=rng.choice(colors))
            continue
        if style == "box":
            angles = [math.pi / 4 * (2 * k + 1) for k in range(4)]
        else:
            angles = sorted(rng.uniform(0, 2 * math.pi) for _ in range(rng.randint(3, 7)))
        draw.polygon([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles], fill=rng.choice(colors))
    photo = to_photo(image)
    if rng.random() < 0.65:
        photo = s.shaded(photo, 0.5 + s.noise(rng.uniform(2, 12), 6, rng.uniform(0.5, 0.8)))
    return photo


def _foliage(s: Studio) -> Photo:
    """Crowds of small strokes: leaves, grass, a lawn of flowers, straw, hair, brushwork."""
    rng = s.rng
    image, draw = s.painted(s.tinted(s.noise(3, 4), 4))
    tones = [s.color((0.08, 0.85), 0.8) for _ in range(rng.randint(3, 8))]
    length, spreading, angle = rng.uniform(3, 16), rng.uniform(0.1, 2), rng.uniform(0, math.pi)
    thick = rng.choice((1, 1, 2, 3))
    lines = rng.random() < 0.7
    for _ in range(rng.randint(300, 800)):
        x, y, turned = rng.random() * s.width, rng.random() * s.height, angle + rng.gauss(0, spreading)
        reach = length * (0.4 + y / s.height)  # nearer things are larger
        u, v = x + reach * math.cos(turned), y + reach * math.sin(turned)
        if lines:
            draw.line((x, y, u, v), fill=rng.choice(tones), width=thick)
        else:
            draw.ellipse((min(x, u), min(y, v), max(x, u), max(y, v)), fill=rng.choice(tones))
    return s.shaded(to_photo(image), 0.45 + 1.1 * s.noise(2, 4))


def _city(s: Studio) -> Photo:
    """Houses with windows before a sky, by day or by night."""
    rng = s.rng
    night = rng.random() < 0.35
    image, draw = s.painted(_sky(s) * np.float32(0.35 if night else 1))
    for layer in range(rng.randint(1, 3)):
        x = -rng.uniform(0, 10.0)
        while x < s.width:
            wide, top = rng.uniform(12, 50), s.height * (rng.uniform(0.05, 0.7) + 0.1 * layer)
            wall = s.color((0.05, 0.25) if night else (0.2, 0.85), 0.5)
            draw.rectangle((x, top, x + wide, s.height), fill=wall)
            pane = s.color((0.5, 0.9) if night else (0.05, 0.5), 0.6)
            step_x, step_y, share = rng.uniform(4, 9), rng.uniform(4, 11), rng.uniform(0.4, 1)
            for row in range(int((s.height - top) / step_y)):
                for column in range(int(wide / step_x - 0.4)):
                    if rng.random() < share:
                        left, up = x + (column + 0.4) * step_x, top + (row + 0.4) * step_y
                        draw.rectangle((left, up, left + step_x * 0.5, up + step_y * 0.5), fill=pane)
            x += wide + rng.choice((0, 0, rng.uniform(0, 12)))
    photo = to_photo(image)
    street = ((s.y - rng.uniform(0.7, 1)) * s.height + 0 * s.x).clip(0, 1)
    photo = over(photo, s.surface() * np.float32(0.6), street)
    return s.shaded(photo, 0.7 + 0.6 * s.noise(4, 6, 0.7))


def _room(s: Studio) -> Photo:
    """A room or a street in perspective: walls, floor and ceiling of several materials, and boxes in it."""
    rng = s.rng
    left, right = sorted((rng.uniform(0, 0.45), rng.uniform(0.55, 1)))
    top, bottom = rng.uniform(0, 0.35), rng.uniform(0.5, 0.85)
    photo = s.surface()
    w, h = s.width, s.height
    far = [(left * w, top * h), (right * w, top * h), (right * w, bottom * h), (left * w, bottom * h)]
    near = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)]
    for k in range(4):
        area = [far[k], far[(k + 1) % 4], near[(k + 1) % 4], near[k]]
        photo = over(photo, s.surface() * np.float32(rng.uniform(0.5, 1.2)), _filled(s, area))
    for _ in range(rng.randint(2, 8)):
        x, base, wide, tall = rng.random() * w, rng.uniform(bottom, 1) * h, rng.uniform(6, 40), rng.uniform(6, 60)
        lean = rng.uniform(-6, 6)
        box = [(x, base), (x + wide, base + lean), (x + wide, base - tall), (x, base - tall - lean)]
        photo = over(photo, s.surface() if rng.random() < 0.6 else s.flat(s.color(vivid=1)), _filled(s, box))
        side = [box[1], (x + wide * 1.3, base - 4), (x + wide * 1.3, base - tall - 3), box[2]]
        photo = s.shaded(photo, 1 - _filled(s, side) * np.float32(rng.uniform(0.3, 0.8)))
    return s.shaded(photo, 0.6 + 0.8 * s.noise(1.5, 3))


def _filled(s: Studio, points: list[tuple[float, float]]) -> Field:
    """1 within the polygon (in pixels), 0 outside."""
    image = Image.new("L", (s.width, s.height))
    ImageDraw.Draw(image).polygon(points, fill=1)
    return np.asarray(image, np.float32)


def _regions(s: Studio) -> Photo:
    """Areas of several materials with ragged, straight or soft borders: what is seen too near to tell."""
    rng = s.rng
    photo = rng.choice(_MATERIALS)(s)
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.5:
            border = s.noise(rng.uniform(1.5, 3), rng.randint(2, 5), rng.uniform(0.3, 0.6)) - np.float32(0.5)
        else:
            angle = rng.uniform(0, 2 * math.pi)
            along = (s.x - 0.5) * math.cos(angle) + (s.y - 0.5) * math.sin(angle)
            border = along + (s.noise(3, 4) - 0.5) * np.float32(rng.choice((0, 0.1, 0.4))) - rng.uniform(-0.3, 0.3)
        mask = (border * rng.choice((4, 15, 100)) + 0.5).clip(0, 1)
        photo = s.shaded(photo, 1 - np.roll(mask, (3, 2), (0, 1)) * np.float32(rng.uniform(0, 0.6)))
        photo = over(photo, s.surface() if rng.random() < 0.6 else rng.choice(_MATERIALS)(s), mask)
    return photo


_MATERIALS: tuple[Callable[[Studio], Photo], ...] = (
    *(_spectrum, _marble, _fur, _relief, _wood, _masonry, _sky, _leaves, _foliage, Studio.surface),
)


# Drawings, patterns and pages ---------------------------------------------------------------------------------------


def _ink(s: Studio) -> tuple[RGB, RGB]:
    """A paper and an ink, or a blackboard and chalk."""
    pair = s.color((0.82, 1), 0.6), s.color((0.0, 0.3), 0.9)
    return pair if s.rng.random() < 0.75 else (pair[1], pair[0])


def _scribble(s: Studio) -> Photo:
    """Crowded lines: scrawls, bundles of curves, crossing strokes, in ink or in many colours."""
    rng = s.rng
    paper, ink = _ink(s)
    image, draw = s.painted(s.flat(paper))
    colorful = rng.random() < 0.5
    step, bend = rng.uniform(2, 9), rng.uniform(0.05, 1.2)
    for _ in range(rng.randint(10, 24)):
        x, y, angle = rng.random() * s.width, rng.random() * s.height, rng.uniform(0, 2 * math.pi)
        turn, points = rng.uniform(-0.4, 0.4), [(x, y)]
        for _ in range(rng.randint(15, 60)):
            angle += turn + rng.gauss(0, bend)
            x, y = x + step * math.cos(angle), y + step * math.sin(angle)
            points.append((x, y))
        color = s.color((0.1, 0.8), 1) if colorful else ink
        draw.line(points, fill=color, width=rng.choice((1, 1, 1, 2, 3, 4)))
    return to_photo(image)


def _pattern(s: Studio) -> Photo:
    """Dense regular ornaments of strong contrast, in two to five colours; some mirrored like a kaleidoscope."""
    rng = s.rng
    period, angle = rng.uniform(0.04, 0.11), rng.uniform(0, math.pi)
    x, y = s.x * (s.width / s.height), s.y
    if rng.random() < 0.3:
        x, y = np.abs(x - x.mean()), np.abs(y - 0.5)
    if rng.random() < 0.25:  # rings and rays
        x, y = x - rng.uniform(0.3, 0.7), y - rng.uniform(0.3, 0.7)
        x, y = np.hypot(x, y), np.arctan2(y, x) * np.float32(rng.randint(2, 6) * period)
    u = (x * math.cos(angle) + y * math.sin(angle)) / period
    v = (y * math.cos(angle) - x * math.sin(angle)) / (period * rng.uniform(0.6, 1.6))
    field = rng.choice(
        (
            lambda: np.sin(u * 3) * np.sin(v * 3),
            lambda: (np.floor(u) + np.floor(v)) % 2 + 0.3 * np.sin(u * 6),
            lambda: np.abs(u % 1 - 0.5) + np.abs(v % 1 - 0.5),
            lambda: np.sin(u * 5 + 2 * np.sin(v * 3)),
            lambda: np.hypot(u % 1 - 0.5, v % 1 - 0.5),
            lambda: (np.floor(u) * 7 + np.floor(v) * 5 + np.floor(u * v) * 3) % 5,
        )
    )()
    field = spread(np.asarray(field, np.float32) + 0 * s.x + 0 * s.y)
    stops = rng.randint(2, 5)
    if rng.random() < 0.6:
        field = np.floor(field * (stops - 0.01)) / np.float32(stops - 1)
    return s.tinted(field, stops, 1)


def _code(s: Studio) -> Photo:
    """Codes to be read by machines, crosswords, mosaics: grids of squares, with or without the corners of QR codes."""
    rng = s.rng
    cells = rng.randint(17, 37)
    paper, ink = _ink(s)
    grid: NDArray[np.bool_] = np.asarray(s.random.random((cells, cells)) < rng.uniform(0.35, 0.6))
    chance = rng.random()
    if chance < 0.55:
        finder = np.zeros((8, 8), bool)
        finder[:7, :7] = True
        finder[1:6, 1:6] = False
        finder[2:5, 2:5] = True
        grid[:8, :8], grid[:8, -8:], grid[-8:, :8] = finder, finder[:, ::-1], finder[::-1]
    elif chance < 0.75:  # a bar code
        grid = np.repeat(s.random.random((1, 3 * cells)) < 0.5, cells, 0)
    tones = s.ramp(grid.astype(np.float32), [paper, ink])
    if chance > 0.9:
        tones = tones * s.random.uniform(0.2, 1.4, (*grid.shape, 3)).astype(np.float32)
    border = rng.choice((0, rng.uniform(0.02, 0.2)))
    size = max(8, round(min(s.width, s.height) * (1 - 2 * border)))
    image = to_image(s.flat(paper) if rng.random() < 0.6 else s.surface())
    wide = size if rng.random() < 0.6 else round(s.width * (1 - 2 * border))
    code = to_image(tones).resize((wide, size), Image.Resampling.NEAREST)
    image.paste(code, ((s.width - wide) // 2, (s.height - size) // 2))
    return to_photo(image)


def _page(s: Studio) -> Photo:
    """A screen or a printed page: panels, pictures, and many lines of text too small to read."""
    rng = s.rng
    paper, ink = _ink(s)
    page = s.flat(paper).copy()
    colorful, line = rng.random() < 0.35, rng.uniform(3.5, 7)
    columns = rng.choice((1, 1, 2, 3))
    margin = rng.uniform(2, 14)
    top = margin
    if rng.random() < 0.5:  # a bar with a title
        page[: round(line * 2)] = s.color(vivid=1)
        top += line * 2
    inks = [np.array(s.color((0.3, 0.75), 1) if colorful else ink, np.float32) for _ in range(4)]
    wide = (s.width - margin) / columns
    for column in range(columns):
        y, left, right = top, round(margin + column * wide), round((column + 1) * wide)
        while y < s.height - margin - line:
            chance = rng.random()
            if chance < 0.05:
                tall = round(rng.uniform(3, 7) * line)
                block = s.surface() if rng.random() < 0.6 else s.flat(s.color())
                page[round(y) : round(y) + tall, left:right] = block[round(y) : round(y) + tall, left:right]
                y += tall + line
            elif chance < 0.15:
                y += line
            else:
                start = left + round(rng.choice((0, 0, 0, 1, 2)) * line * 0.8 * (1 + colorful))
                end = right if rng.random() < 0.6 else round(start + (right - start) * rng.uniform(0.2, 1))
                _write_line(s, page, round(y), start, end, max(2, round(line * 0.55)), rng.choice(inks))
                y += line
    return page


def _write_line(s: Studio, page: Photo, y: int, start: int, end: int, tall: int, ink: Photo) -> None:
    """Put specks that look like words between the columns `start` and `end`."""
    area = page[y : y + tall, start:end]
    if area.size == 0:
        return
    letters: NDArray[np.bool_] = np.asarray(s.random.random(area.shape[1]) > 0.03)
    words = letters & np.roll(letters, 1)
    specks = s.random.random(area.shape[:2], np.float32) * words
    area += (ink - area) * (specks**0.6)[..., None]


def _map(s: Studio) -> Photo:
    """Lines of equal height, areas and roads: maps, plans, circuit boards."""
    rng = s.rng
    levels = rng.randint(4, 14)
    heights = s.noise(rng.uniform(1.5, 4), 4, 0.4) * np.float32(levels)
    paper, ink = _ink(s)
    bands = np.floor(heights) / np.float32(levels)
    base = s.tinted(bands, rng.randint(2, 5)) if rng.random() < 0.6 else s.flat(paper)
    edges = (np.abs(heights - np.round(heights)) < rng.uniform(0.04, 0.12)).astype(np.float32)
    image, draw = s.painted(over(base, s.flat(ink), edges * np.float32(rng.uniform(0.4, 1))))
    square = rng.random() < 0.5
    for _ in range(rng.randint(6, 40)):
        x, y = rng.random() * s.width, rng.random() * s.height
        points = [(x, y)]
        for k in range(rng.randint(2, 8)):
            step = rng.gauss(0, 30)
            x, y = (x + step * (k % 2), y + step * (1 - k % 2)) if square else (x + step, y + rng.gauss(0, 30))
            points.append((x, y))
        draw.line(points, fill=s.color(vivid=1) if rng.random() < 0.3 else paper, width=rng.choice((1, 1, 2, 3)))
    return to_photo(image)


_SORTS: dict[str, tuple[Callable[[Studio], Photo], float]] = {
    "static": (_static, 0.6),
    "spectrum": (_spectrum, 0.8),
    "marble": (_marble, 0.7),
    "fur": (_fur, 0.9),
    "relief": (_relief, 0.8),
    "wood": (_wood, 0.4),
    "masonry": (_masonry, 0.5),
    "landscape": (_landscape, 1.8),
    "bokeh": (_bokeh, 0.8),
    "portrait": (_portrait, 1.8),
    "creature": (_creature, 1.6),
    "still": (_still, 1.6),
    "leaves": (_leaves, 1.4),
    "foliage": (_foliage, 0.8),
    "regions": (_regions, 1.4),
    "city": (_city, 1.0),
    "room": (_room, 1.2),
    "scribble": (_scribble, 0.6),
    "pattern": (_pattern, 0.6),
    "code": (_code, 0.5),
    "page": (_page, 0.9),
    "map": (_map, 0.6),
}
_UNDEVELOPED = frozenset({"static"})
_CROPPED = frozenset(
    {"landscape", "portrait", "creature", "still", "leaves", "city", "room", "regions", "page", "pattern"}
)
SORTS = tuple(_SORTS)
