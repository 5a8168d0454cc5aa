"""Pictures in: bytes → checked, upright RGB → `pixel_values`.

Two steps that are kept apart. `load_image` does what people expect of a picture: it honours the EXIF orientation, puts
transparent pictures on white and scales 16-bit grey. `pixel_values` is the pure processor of the original models and
expects RGB; feed it `PIL.Image.open(path).convert("RGB")` to get exactly the numbers the originals get, which ignore
orientation, drop alpha and clip 16-bit grey. Both are free of shared state, so any thread may call them.
"""

from __future__ import annotations

import base64
import binascii
import io
from pathlib import Path

import torch
from PIL import Image

from .errors import MESSAGES, ImageError
from .image_files import examine, exif_orientation

__all__ = ["MESSAGES", "ImageError", "decode_base64", "decode_data_url", "load_image", "pixel_values"]

MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_IMAGE_PIXELS = 40_000_000
# A side this long is beyond any camera, and the resampling table of a longer one would itself be a memory bomb.
MAX_SIDE_PIXELS = 65_535

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LONGEST_DATA_URL_HEAD = 100  # characters of "data:image/…;base64,"


def load_image(source: bytes | str | Path | Image.Image) -> Image.Image:
    """The picture in a file, in bytes or in a Pillow image as upright RGB without metadata; first frame only.

    `source` is the content of a PNG, JPEG, WebP, BMP or GIF file (told apart by content), a path to one, or a picture
    already opened. Byte and pixel limits are checked before any pixel is decoded.
    Raises ImageError with one of the codes of `MESSAGES`.
    """
    if isinstance(source, Image.Image):
        return _decoded(source, None)
    data = source if isinstance(source, bytes) else _read(Path(source))
    if not data:
        raise ImageError("empty")
    _check_bytes(len(data), MAX_IMAGE_BYTES)
    picture = examine(data)
    _check_size(picture.width, picture.height)
    try:
        image = Image.open(io.BytesIO(picture.data), formats=(picture.format,))
    except MemoryError as error:
        raise ImageError("out_of_memory") from error
    except Exception as error:  # a decoder raises whatever its format module happens to hit
        raise ImageError("damaged", format=picture.format) from error
    if image.size != (picture.width, picture.height):
        raise ImageError("damaged", format=picture.format)
    return _decoded(image, picture.orientation)


def pixel_values(image: Image.Image, image_size: int) -> torch.Tensor:
    """An RGB picture → float32 (1, 3, image_size, image_size), as the originals compute it.

    Bicubic resize with antialiasing on 8-bit values, aspect ratio not kept, then (value / 255 - mean) / std with CLIP's
    constants. Raises ValueError for another mode: `load_image` gives RGB.
    Source: LAVIS `processors/blip_processors.py`, `BlipImageEvalProcessor`.
    """
    if image.mode != "RGB":
        raise ValueError(f"pixel_values needs an RGB picture, not mode {image.mode}; use load_image")
    resized = image.resize((image_size, image_size), Image.Resampling.BICUBIC)
    pixels = torch.frombuffer(bytearray(resized.tobytes()), dtype=torch.uint8)
    return normalise(pixels.view(1, image_size, image_size, 3))


def normalise(pixels: torch.Tensor) -> torch.Tensor:
    """8-bit RGB (B, H, W, 3) → float32 (B, 3, H, W) by CLIP's mean and standard deviation."""
    mean, std = (torch.tensor(constants).view(3, 1, 1) for constants in (CLIP_MEAN, CLIP_STD))
    return (pixels.permute(0, 3, 1, 2).contiguous().float() / 255 - mean) / std


def decode_data_url(text: str, limit: int = MAX_IMAGE_BYTES) -> bytes:
    """The bytes in `data:image/…;base64,…`, at most `limit` of them; the length is checked before decoding.

    Raises ImageError: "bad_data_url" for another prefix, otherwise as `decode_base64`.
    """
    head, comma, _ = text[:_LONGEST_DATA_URL_HEAD].partition(",")
    head = head.lower()
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        raise ImageError("bad_data_url")
    return decode_base64(text[len(head) + 1 :], limit)


def decode_base64(text: str, limit: int = MAX_IMAGE_BYTES) -> bytes:
    """The bytes in base64 text, at most `limit` of them; line breaks are allowed.

    Raises ImageError: "too_many_bytes" (before decoding), "bad_base64" for other characters or wrong padding.
    """
    breaks = text.count("\n") + text.count("\r")
    _check_bytes((len(text) - breaks) // 4 * 3 - 2, limit)
    try:
        data = base64.b64decode(text.replace("\n", "").replace("\r", "") if breaks else text, validate=True)
    except (binascii.Error, ValueError):  # ValueError: characters beyond ASCII
        raise ImageError("bad_base64") from None
    _check_bytes(len(data), limit)
    return data


def _read(path: Path) -> bytes:
    """At most one byte more than the limit from a regular file."""
    try:
        if not path.is_file():
            raise ImageError("not_found", path=path)
        _check_bytes(path.stat().st_size, MAX_IMAGE_BYTES)
        with path.open("rb") as file:
            return file.read(MAX_IMAGE_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL inside the path
        raise ImageError("unreadable", path=path) from error


def _check_bytes(size: int, limit: int) -> None:
    if size > limit:
        raise ImageError("too_many_bytes", limit=limit / 2**20)


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_IMAGE_PIXELS:
        raise ImageError("too_many_pixels", width=width, height=height, limit=MAX_IMAGE_PIXELS)
    if max(width, height) > MAX_SIDE_PIXELS:
        raise ImageError("side_too_long", width=width, height=height, limit=MAX_SIDE_PIXELS)


def _decoded(image: Image.Image, orientation: int | None) -> Image.Image:
    """Decode, convert to RGB and turn upright. Without an orientation, the picture's own EXIF block is asked."""
    _check_size(*image.size)
    try:
        if orientation is None:
            orientation = exif_orientation(image.info.get("exif", b"").removeprefix(b"Exif\0\0"))
        image.load()
        rgb = _to_rgb(image)
        if orientation in _UPRIGHT:
            rgb = rgb.transpose(_UPRIGHT[orientation])
    except MemoryError as error:
        raise ImageError("out_of_memory") from error
    except Exception as error:  # as above
        raise ImageError("damaged", format=image.format or "image") from error
    rgb.info = {}
    return rgb


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any mode → a new RGB picture: alpha on white, 16-bit grey scaled from 0..65535 to 0..255 and rounded."""
    if image.mode.startswith("I"):
        image = image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB") if image.mode != "RGB" else image.copy()
    image = image.convert("RGBA")
    on_white = Image.new("RGB", image.size, "white")
    on_white.paste(image, mask=image.getchannel("A"))
    return on_white
