"""Letters in the fonts of Debian's fonts-dejavu, fonts-liberation and fonts-noto-cjk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tuning.pictures.colors import RGB
from tuning.pictures.picture import Pen

_FOLDERS = ("truetype/dejavu", "truetype/liberation", "truetype/liberation2", "opentype/noto")
_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("~/.fonts").expanduser())
_REFERENCE = 100  # pixels at which text is measured
_CHINESE_FACE = 2  # of the faces in a Noto CJK collection: Japanese, Korean, simplified Chinese, …


class FontsMissing(RuntimeError):
    """No usable font is installed; its text says what to install."""


@dataclass(frozen=True)
class Font:
    """A font file; `chinese` ones also have Latin letters."""

    path: Path
    chinese: bool

    @property
    def bold(self) -> bool:
        return "Bold" in self.path.stem

    def sized(self, pixels: int) -> ImageFont.FreeTypeFont:
        """The font at that size in pixels (em height)."""
        return _open(self, max(4, pixels))


@lru_cache(maxsize=64)  # an open Chinese font takes 3 MB
def _open(font: Font, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font.path, pixels, index=_CHINESE_FACE if font.chinese else 0)


@cache
def fonts(chinese: bool = False) -> tuple[Font, ...]:
    """Every installed font that has Latin letters and, if asked, the Chinese characters. Raises: FontsMissing."""
    found: list[Font] = []
    for root in _ROOTS:
        for folder in _FOLDERS:
            for path in sorted((root / folder).glob("*.tt[fc]")):
                if "Math" not in path.stem:
                    found.append(Font(path, chinese=path.stem.startswith("Noto") and "CJK" in path.stem))
    usable = tuple(font for font in found if font.chinese or not chinese)
    if not usable:
        raise FontsMissing(
            "Pictures with text need fonts: apt-get install fonts-dejavu fonts-liberation fonts-noto-cjk"
        )
    return usable


@cache
def _reference(font: Font) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font.path, _REFERENCE, index=_CHINESE_FACE if font.chinese else 0)


def ink(text: str, font: Font) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what `write` inks around (x, y), in em heights."""
    left, top, right, bottom = _reference(font).getbbox(text, anchor="mm")
    return left / _REFERENCE, top / _REFERENCE, right / _REFERENCE, bottom / _REFERENCE


def length(text: str, font: Font) -> float:
    """How far the text advances, in em heights."""
    return _reference(font).getlength(text) / _REFERENCE


def write(pen: Pen, text: str, x: float, y: float, height: float, font: Font, color: RGB, degrees: float = 0.0) -> None:
    """Write the text centred on (x, y), turned clockwise; `height` is the em height, in the frame's lengths."""
    sized = font.sized(round(height * pen.scale_y))
    at_x, at_y = pen.point(x, y)
    if not degrees:
        pen.draw.text((at_x, at_y), text, fill=color, font=sized, anchor="mm")
        return
    left, top, right, bottom = sized.getbbox(text, anchor="mm")
    half_x, half_y = math.ceil(max(-left, right)) + 2, math.ceil(max(-top, bottom)) + 2
    mask = Image.new("L", (2 * half_x, 2 * half_y))
    ImageDraw.Draw(mask).text((half_x, half_y), text, fill=255, font=sized, anchor="mm")
    mask = mask.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    pen.image.paste(color, (round(at_x - mask.width / 2), round(at_y - mask.height / 2)), mask)
