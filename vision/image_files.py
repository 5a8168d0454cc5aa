"""The structure of picture files, read without decoding a pixel.

`examine` finds the format by content, the size in pixels and the EXIF orientation, and copies only what one picture
needs: no text, colour profile, EXIF block, thumbnail or later animation frame reaches the decoder, so none of them can
cost time or memory there. Every loop is bounded by `MAX_BLOCKS`; what is read is bounded by the file itself.

Source: PNG (W3C, third edition) section 5; JPEG (ITU-T T.81) annex B; RIFF container of WebP (RFC 9649); GIF89a; BMP
(`BITMAPINFOHEADER`); EXIF 2.32 section 4.6.2.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from .errors import ImageError

MAX_BLOCKS = 100_000  # chunks, segments or sub-blocks of one file
MAX_JPEG_SCANS = 100  # each scan of a progressive JPEG costs a pass over the whole picture

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_JPEG_STANDALONE = {0x01, *range(0xD0, 0xD9)}  # TEM, RST0-7, SOI: markers without a length
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0-15 without DHT, JPG, DAC
_JPEG_APPLICATION = {*range(0xE0, 0xF0), 0xFE}  # APP0-15 and comments
_WEBP_KEPT = (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF")
_WEBP_METADATA_FLAGS = 0x20 | 0x08 | 0x04  # colour profile, EXIF, XMP
_BMP_UNCOMPRESSED = (0, 3, 6)  # plain, bit fields, bit fields with alpha
_ORIENTATION_TAG = 0x0112


@dataclass(frozen=True)
class PictureFile:
    """What `examine` found: sizes in pixels, EXIF orientation 1 to 8, and `data`, the file without its extras."""

    format: str
    width: int
    height: int
    orientation: int
    data: bytes


def examine(data: bytes) -> PictureFile:
    """Read the structure of a PNG, JPEG, WebP, BMP or GIF file.

    Raises ImageError: "unknown_format", "incomplete", "damaged", "unsupported_variant" or "too_many_blocks".
    """
    for name, (signature, read) in _FORMATS.items():
        if data.startswith(signature):
            try:
                picture = read(data)
            except (struct.error, IndexError):  # a field lies beyond the end of the file
                raise ImageError("incomplete", format=name) from None
            if picture.width < 1 or picture.height < 1:
                raise ImageError("damaged", format=name)
            return picture
        if signature.startswith(data):
            raise ImageError("incomplete", format=name)
    raise ImageError("unknown_format", formats=", ".join(_FORMATS))


def _read_png(data: bytes) -> PictureFile:
    kept, orientation, at = [_PNG_SIGNATURE], 1, len(_PNG_SIGNATURE)
    for _ in range(MAX_BLOCKS):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length  # length, kind, payload, checksum
        if end > len(data):
            raise ImageError("incomplete", format="PNG")
        if kind in _PNG_KEPT:
            kept.append(data[at:end])
        elif kind == b"eXIf":
            orientation = exif_orientation(data[at + 8 : end - 4])
        if kind == b"IEND":
            break
        at = end
    else:
        raise ImageError("too_many_blocks", limit=MAX_BLOCKS)
    header_length, header_kind, width, height = struct.unpack_from(">I4sII", data, len(_PNG_SIGNATURE))
    if (header_length, header_kind) != (13, b"IHDR"):
        raise ImageError("damaged", format="PNG")
    return PictureFile("PNG", width, height, orientation, b"".join(kept))


def _read_jpeg(data: bytes) -> PictureFile:
    kept, orientation, size, at = [b"\xff\xd8"], 1, (0, 0), 2
    for _ in range(MAX_BLOCKS):
        at = data.find(b"\xff", at)  # decoders skip stray bytes between segments, and so do we
        if at < 0:
            raise ImageError("incomplete", format="JPEG")
        marker = data[at + 1]
        if marker in (0x00, 0xFF):  # a stray byte or padding
            at += 1
            continue
        if marker in _JPEG_STANDALONE:
            at += 2
            continue
        if marker == 0xDA:  # SOS: compressed pixels follow
            break
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            size = (width, height)
        if marker == 0xE1 and data.startswith(b"Exif\0\0", at + 4):
            orientation = exif_orientation(data[at + 10 : end])
        # APP14 stays: it says how the four channels of a CMYK picture are stored.
        if marker == 0xEE or marker not in _JPEG_APPLICATION:
            kept.append(data[at:end])
        at = end
    else:
        raise ImageError("too_many_blocks", limit=MAX_BLOCKS)
    # Inside compressed data 0xFF is always escaped, so the first end marker is the real one.
    stop = data.find(b"\xff\xd9", at)
    if stop < 0:
        raise ImageError("incomplete", format="JPEG")
    if data.count(b"\xff\xda", at, stop) > MAX_JPEG_SCANS:
        raise ImageError("too_many_blocks", limit=MAX_JPEG_SCANS)
    kept.append(data[at : stop + 2])
    return PictureFile("JPEG", *size, orientation, b"".join(kept))


def _read_webp(data: bytes) -> PictureFile:
    if data[8:12] != b"WEBP":
        raise ImageError("incomplete" if len(data) < 12 else "damaged", format="WebP")
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise ImageError("incomplete", format="WebP")
    kept, orientation, size, frames, at = [b"WEBP"], 1, (0, 0), 0, 12
    for _ in range(MAX_BLOCKS):
        if at >= end:
            break
        kind, length = struct.unpack_from("<4sI", data, at)
        payload, following = at + 8, at + 8 + length + length % 2
        if payload + length > end:
            raise ImageError("incomplete", format="WebP")
        frames += kind == b"ANMF"
        if size == (0, 0):
            size = _webp_size(data, kind, payload)
        if kind == b"EXIF":
            orientation = exif_orientation(data[payload : payload + length].removeprefix(b"Exif\0\0"))
        elif kind == b"VP8X":
            flags = bytes([data[payload] & ~_WEBP_METADATA_FLAGS & 0xFF])
            kept.append(data[at:payload] + flags + data[payload + 1 : following])
        elif kind in _WEBP_KEPT and not (kind == b"ANMF" and frames > 1):
            kept.append(data[at:following])
        at = following
    else:
        raise ImageError("too_many_blocks", limit=MAX_BLOCKS)
    body = b"".join(kept)
    return PictureFile("WebP", *size, orientation, b"RIFF" + struct.pack("<I", len(body)) + body)


def _webp_size(data: bytes, kind: bytes, payload: int) -> tuple[int, int]:
    """Width and height in the chunk `kind` whose payload begins at `payload`; (0, 0) when it holds none."""
    if kind == b"VP8X":
        return (
            1 + int.from_bytes(data[payload + 4 : payload + 7], "little"),
            1 + int.from_bytes(data[payload + 7 : payload + 10], "little"),
        )
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, payload + 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, payload + 1)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return 0, 0


def _read_gif(data: bytes) -> PictureFile:
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        raise ImageError("incomplete" if len(data) < 6 else "damaged", format="GIF")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _gif_colours(flags)
    kept = [data[:at]]
    for _ in range(MAX_BLOCKS):
        if data[at] == 0x2C:  # image descriptor: the first frame
            left, top, frame_width, frame_height, frame_flags = struct.unpack_from("<HHHHB", data, at + 1)
            end = _gif_sub_blocks_end(data, at + 11 + _gif_colours(frame_flags))
            kept += [data[at:end], b"\x3b"]
            # A frame may overhang the screen; decoders then enlarge the picture.
            size = max(width, left + frame_width), max(height, top + frame_height)
            return PictureFile("GIF", *size, 1, b"".join(kept))
        if data[at] != 0x21:  # neither an image nor an extension
            raise ImageError("damaged", format="GIF")
        end = _gif_sub_blocks_end(data, at + 2)
        if data[at + 1] == 0xF9:  # graphic control: holds the transparent colour
            kept.append(data[at:end])
        at = end
    raise ImageError("too_many_blocks", limit=MAX_BLOCKS)


def _gif_colours(flags: int) -> int:
    """Bytes of the colour table that a flags byte announces."""
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0


def _gif_sub_blocks_end(data: bytes, at: int) -> int:
    """Where the sub-blocks that begin at `at` end, their terminator included."""
    for _ in range(MAX_BLOCKS):
        length = data[at]
        at += 1 + length
        if length == 0:
            return at
    raise ImageError("too_many_blocks", limit=MAX_BLOCKS)


def _read_bmp(data: bytes) -> PictureFile:
    pixels, header_size = struct.unpack_from("<II", data, 10)
    if header_size == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    else:
        width, height, _, bits, compression = struct.unpack_from("<iiHHI", data, 18)
        height = abs(height)  # negative: rows from top to bottom
    # Run-length BMPs are rare, and their decoder is a slow loop over single bytes.
    if compression not in _BMP_UNCOMPRESSED:
        raise ImageError("unsupported_variant", format="BMP")
    if pixels + (width * bits + 31) // 32 * 4 * height > len(data):
        raise ImageError("incomplete", format="BMP")
    return PictureFile("BMP", width, height, 1, data)


def exif_orientation(exif: bytes) -> int:
    """The orientation, 1 to 8, in a TIFF-style EXIF block; 1 (upright) when it holds none or is broken."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        first = struct.unpack_from(order + "I", exif, 4)[0]
        count = struct.unpack_from(order + "H", exif, first)[0]
        for index in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, first + 2 + 12 * index)
            if tag == _ORIENTATION_TAG:
                return value if kind == 3 and 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


_FORMATS: dict[str, tuple[bytes, Callable[[bytes], PictureFile]]] = {
    "PNG": (_PNG_SIGNATURE, _read_png),
    "JPEG": (b"\xff\xd8\xff", _read_jpeg),
    "WebP": (b"RIFF", _read_webp),
    "BMP": (b"BM", _read_bmp),
    "GIF": (b"GIF8", _read_gif),
}
