"""Pictures from strangers: limits, broken files, odd colours, and no other error than ImageError."""

from __future__ import annotations

import base64
import io
import random
import re
import struct
import subprocess
import sys
import time
import tracemalloc
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from PIL import Image, PngImagePlugin

from vision import image_files
from vision.image import (
    MAX_IMAGE_BYTES,
    MAX_IMAGE_PIXELS,
    MESSAGES,
    ImageError,
    decode_base64,
    decode_data_url,
    load_image,
    pixel_values,
)

FORMATS = ("PNG", "JPEG", "WebP", "BMP", "GIF")
# Words of Pillow's own errors, Python's default representation, and source paths.
LEAK = re.compile(r"0x[0-9a-f]{6}|<_io|BytesIO|PIL|Pillow|Traceback|cannot identify|broken data|site-packages")


def encoded(image: Image.Image, name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def photo(width: int = 64, height: int = 48) -> Image.Image:
    """Four coloured quarters, so that every flip and turn is visible."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 200, 30), (width // 2, 0, width, height // 2))
    image.paste((30, 30, 200), (0, height // 2, width // 2, height))
    image.paste((220, 220, 40), (width // 2, height // 2, width, height))
    return image


def noise(width: int = 64, height: int = 48) -> Image.Image:
    """A picture that does not compress, so that every part of its file matters."""
    return Image.frombytes("RGB", (width, height), random.Random(0).randbytes(width * height * 3))


def refusal(source: bytes | str | Path | Image.Image) -> ImageError:
    """The ImageError for a source, its text checked for leaks."""
    with pytest.raises(ImageError) as caught:
        load_image(source)
    error = caught.value
    assert error.code in MESSAGES
    assert str(error) == MESSAGES[error.code].format(**error.fields)
    assert not LEAK.search(str(error))
    return error


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def with_png_chunk(png: bytes, kind: bytes, payload: bytes) -> bytes:
    """A PNG with one more chunk right after its header chunk."""
    after_header = 8 + 25
    return png[:after_header] + png_chunk(kind, payload) + png[after_header:]


def exif(orientation: int, order: str = "<") -> bytes:
    """The smallest EXIF block that holds an orientation."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


# Row 1: decompression bombs


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A PNG of 20 kB with 169 million pixels."""
    row = zlib.compressobj(9)
    line = b"\0" * (1 + 13_000 // 8)
    body = b"".join(row.compress(line) for _ in range(13_000)) + row.flush()
    header = struct.pack(">IIBBBBB", 13_000, 13_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def test_bomb_is_refused_from_its_header(bomb: bytes):
    assert len(bomb) < 40_000
    times = []
    for _ in range(3):  # the best of three: the machine may be busy with something else
        started = time.perf_counter()
        refusal(bomb)
        times.append(time.perf_counter() - started)
    tracemalloc.start()
    error = refusal(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (error.code, error.fields) == (
        "too_many_pixels",
        {"width": 13_000, "height": 13_000, "limit": MAX_IMAGE_PIXELS},
    )
    assert "13000 × 13000" in str(error)
    assert str(MAX_IMAGE_PIXELS) in str(error)
    assert min(times) < 0.05
    assert peak < 20_000_000


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_bomb_leaves_the_process_small(bomb: bytes, tmp_path: Path):
    """The whole process, decoder memory included: peak resident size grows by less than 20 MB."""
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb)
    script = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from vision.image import ImageError, load_image\n"
        "def peak():\n"
        "    return int(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])\n"
        "before = peak()\n"
        "try:\n    load_image(sys.argv[1])\n"
        "except ImageError as error:\n    print(error.code, peak() - before)\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", script, path], cwd=root, capture_output=True, text=True, check=True)
    code, grown = done.stdout.split()
    assert code == "too_many_pixels"
    assert int(grown) < 20_000


def bomb_headers() -> dict[str, bytes]:
    """Small files of every format whose header announces 20,000 × 20,000 pixels."""
    side = 20_000
    jpeg = bytearray(encoded(photo(), "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    webp = bytearray(encoded(photo().convert("RGBA"), "WEBP", exif=b"Exif\0\0" + exif(1)))
    extended = webp.index(b"VP8X") + 8
    webp[extended + 4 : extended + 10] = (side - 1).to_bytes(3, "little") * 2
    bmp = bytearray(encoded(photo(), "BMP") + b"\0" * 10)
    bmp[18:26] = struct.pack("<ii", side, side)
    bmp[28:30] = struct.pack("<H", 0)  # no bits a pixel: the announced pixel data is empty
    gif = bytearray(encoded(photo(), "GIF"))
    gif[6:10] = struct.pack("<HH", side, side)
    return {"JPEG": bytes(jpeg), "WebP": bytes(webp), "BMP": bytes(bmp), "GIF": bytes(gif)}


@pytest.mark.parametrize("name", ["JPEG", "WebP", "BMP", "GIF"])
def test_bombs_of_every_format(name: str):
    assert refusal(bomb_headers()[name]).code == "too_many_pixels"


def test_gif_frame_may_not_overhang_the_limit():
    gif = bytearray(encoded(photo(), "GIF"))
    descriptor = gif.index(b"\x2c", 13 + 3 * 2 ** ((gif[10] & 7) + 1))
    gif[descriptor + 5 : descriptor + 9] = struct.pack("<HH", 60_000, 60_000)
    assert refusal(bytes(gif)).code == "too_many_pixels"


def test_byte_limit(tmp_path: Path):
    error = refusal(b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_IMAGE_BYTES)
    assert (error.code, error.fields) == ("too_many_bytes", {"limit": 20})
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(MAX_IMAGE_BYTES + 1)
    assert refusal(path).code == "too_many_bytes"
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"\0" * (MAX_IMAGE_BYTES - 8)).code != "too_many_bytes"


def test_pixel_limit_just_below_and_above(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vision.image.MAX_IMAGE_PIXELS", 64 * 48)
    assert load_image(encoded(photo(), "PNG")).size == (64, 48)
    assert refusal(encoded(photo(65), "PNG")).code == "too_many_pixels"
    assert refusal(photo(65)).code == "too_many_pixels"


# Row 2: truncated files


@pytest.mark.parametrize("cut", range(20))
@pytest.mark.parametrize("name", ["PNG", "JPEG", "WebP"])
def test_truncated(name: str, cut: int):
    whole = encoded(noise(), name)
    assert load_image(whole).size == (64, 48)
    length = 1 + cut * (len(whole) - 2) // 19  # from one byte to all but one
    error = refusal(whole[:length])
    assert error.code == "incomplete"
    assert "incomplete" in str(error)


@pytest.mark.parametrize("name", ["BMP", "GIF"])
def test_truncated_rarer_formats(name: str):
    whole = encoded(photo(), name)
    for length in range(1, len(whole) - 1, max(1, len(whole) // 20)):
        assert refusal(whole[:length]).code == "incomplete"


# Row 3: wrong content


def wrong_contents() -> dict[str, tuple[bytes, str]]:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    return {
        "text": (b"just some text", "unknown_format"),
        "empty": (b"", "empty"),
        "tiff": (encoded(photo(), "TIFF"), "unknown_format"),
        "svg": (svg, "unknown_format"),
        "ppm": (encoded(photo(), "PPM"), "unknown_format"),
        "ico": (encoded(photo(), "ICO"), "unknown_format"),
        "pdf": (encoded(photo(), "PDF"), "unknown_format"),
        "html": (b"<!DOCTYPE html><script>alert(1)</script>", "unknown_format"),
        "zip": (b"PK\x03\x04" + b"\0" * 60, "unknown_format"),
        "zeros": (b"\0" * 4096, "unknown_format"),
        "wav": (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 24, "damaged"),
        "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "unknown_format"),
    }


@pytest.mark.parametrize("content", wrong_contents())
def test_wrong_content_named_png(content: str, tmp_path: Path):
    data, code = wrong_contents()[content]
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    assert refusal(path).code == code
    assert refusal(data).code == code


@pytest.mark.parametrize("name", FORMATS)
def test_content_decides_not_the_name(name: str, tmp_path: Path):
    path = tmp_path / "picture.txt"
    path.write_bytes(encoded(photo(), name))
    for source in (path, str(path), path.read_bytes()):
        image = load_image(source)
        assert (image.mode, image.size) == ("RGB", (64, 48))


def test_paths_that_are_no_files(tmp_path: Path):
    assert refusal(tmp_path).code == "not_found"
    assert refusal(tmp_path / "absent.png").code == "not_found"
    assert refusal("a\0b").code in ("not_found", "unreadable")


def test_run_length_bmp_is_refused():
    bmp = bytearray(encoded(photo().convert("P"), "BMP"))
    bmp[30:34] = struct.pack("<I", 1)
    assert refusal(bytes(bmp)).code == "unsupported_variant"


# Row 4: extreme shapes


@pytest.mark.parametrize("name", ["PNG", "JPEG", "BMP"])
@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1), (3, 2)])
def test_extreme_shapes(size: tuple[int, int], name: str):
    image = load_image(encoded(Image.new("RGB", size, (10, 20, 30)), name))
    assert image.size == size
    pixels = pixel_values(image, 224)
    assert pixels.shape == (1, 3, 224, 224)
    assert pixels.dtype == torch.float32
    assert pixels.isfinite().all()
    assert pixels.is_contiguous()


def test_endless_side_is_refused():
    assert refusal(encoded(Image.new("1", (70_000, 1)), "PNG")).code == "side_too_long"


def test_processor_wants_rgb():
    with pytest.raises(ValueError, match="mode L"):
        pixel_values(Image.new("L", (4, 4)), 32)


# Row 5: colours and orientation


def corner(image: Image.Image) -> tuple[int, ...]:
    return image.getpixel((0, 0))


def close(found: tuple[int, ...], expected: tuple[int, ...], tolerance: int = 1) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("L", 77, (77, 77, 77)),
        ("LA", (0, 51), (204, 204, 204)),
        ("RGB", (1, 2, 3), (1, 2, 3)),
        ("RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (255, 0, 0, 128), (255, 127, 127)),
        ("RGBA", (9, 8, 7, 255), (9, 8, 7)),
        ("I;16", 0, (0, 0, 0)),
        ("I;16", 32_896, (128, 128, 128)),
        ("I;16", 300, (1, 1, 1)),
        ("I;16", 65_535, (255, 255, 255)),
    ],
)
def test_modes_of_png(mode: str, colour: int | tuple[int, ...], expected: tuple[int, ...]):
    image = load_image(encoded(Image.new(mode, (5, 4), colour), "PNG"))
    assert (image.mode, image.size) == ("RGB", (5, 4))
    assert close(corner(image), expected)


@pytest.mark.parametrize("transparent", [0, bytes([0, 255])])
@pytest.mark.parametrize("name", ["PNG", "GIF"])
def test_palette_with_transparency(name: str, transparent: int | bytes):
    if name == "GIF" and isinstance(transparent, bytes):
        transparent = 0  # a GIF has one transparent index and no other alpha
    image = Image.new("P", (4, 4), 0)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((3, 3), 1)
    found = load_image(encoded(image, name, transparency=transparent))
    assert corner(found) == (255, 255, 255)
    assert found.getpixel((3, 3)) == (200, 100, 50)
    assert corner(load_image(encoded(image, name))) == (10, 20, 30)


def test_rgb_with_one_transparent_colour():
    image = photo()
    found = load_image(encoded(image, "PNG", transparency=(200, 30, 30)))
    assert corner(found) == (255, 255, 255)
    assert found.getpixel((63, 0)) == (30, 200, 30)


def test_webp_alpha():
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    assert close(corner(load_image(encoded(image, "WEBP", lossless=True))), (255, 255, 255))


def test_cmyk():
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    for data in (encoded(cyan, "JPEG", quality=100), cyan):
        assert close(corner(load_image(data)), (0, 255, 255), tolerance=3)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("name", ["PNG", "JPEG", "WebP"])
def test_orientation(name: str, order: str, orientation: int):
    """A picture stored turned or mirrored comes out upright."""
    upright = photo()
    stored_as = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(stored_as[orientation]) if orientation > 1 else upright
    options = {"PNG": {}, "JPEG": {"quality": 95}, "WebP": {"lossless": True}}[name]
    data = encoded(stored, name, exif=b"Exif\0\0" + exif(orientation, order), **options)
    with Image.open(io.BytesIO(data)) as opened:
        for image in (load_image(data), load_image(opened)):
            assert image.size == upright.size
            for x, y in ((8, 8), (56, 8), (8, 40), (56, 40)):
                assert close(image.getpixel((x, y)), upright.getpixel((x, y)), tolerance=0 if name != "JPEG" else 4)
            assert not image.info
            assert not image.getexif()


def test_broken_exif_means_upright():
    for block in (b"", b"II*\0", exif(9), exif(0), exif(6)[:19], b"II*\0\xff\xff\xff\xff" + b"\0" * 30):
        assert image_files.exif_orientation(block) == 1


def test_opened_pictures_of_other_modes():
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr", "HSV", "LAB", "I", "I;16", "F"):
        image = load_image(Image.new(mode, (3, 2)))
        assert (image.mode, image.size) == ("RGB", (3, 2))


def test_source_is_not_changed():
    image = photo()
    load_image(image).putpixel((0, 0), (0, 0, 0))
    assert corner(image) == (200, 30, 30)


# Row 6: many frames, large metadata


def best_time(data: bytes) -> float:
    """Seconds to load, the best of three: the machine may be busy with something else."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        load_image(data)
        times.append(time.perf_counter() - started)
    return min(times)


def test_first_frame_of_500():
    frames = [Image.new("P", (64, 64), index % 250) for index in range(500)]
    for index, frame in enumerate(frames):
        frame.putpalette([channel for i in range(256) for channel in (i, i, i)])
        frame.putpixel((index % 64, index // 64), 255)
    animated = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=10)
    single = encoded(frames[0], "GIF")
    with Image.open(io.BytesIO(animated)) as opened:
        assert opened.n_frames == 500
    assert load_image(animated).tobytes() == load_image(single).tobytes()
    assert best_time(animated) < best_time(single) + 0.1
    # No later frame even reaches the decoder.
    assert len(image_files.examine(animated).data) < len(single) + 100


@pytest.mark.parametrize("name", ["PNG", "WebP"])
def test_first_frame_of_animated(name: str):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ((250, 0, 0), (0, 250, 0), (0, 0, 250))]
    options = {"lossless": True} if name == "WebP" else {}
    data = encoded(frames[0], name, save_all=True, append_images=frames[1:], **options)
    assert corner(load_image(data)) == (250, 0, 0)


@pytest.fixture(scope="module")
def large_metadata() -> dict[str, bytes]:
    """Small pictures that each carry some 10 MB of metadata."""
    size = 10_000_000
    png, jpeg, gif = (encoded(photo(), name) for name in ("PNG", "JPEG", "GIF"))
    text = PngImagePlugin.PngInfo()
    text.add_text("comment", "x" * size)
    segments = b"\xff\xe2" + struct.pack(">H", 65_535) + b"ICC_PROFILE\0" + b"\1\1" + b"\0" * 65_519
    colours = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    comment = b"\x21\xfe" + (b"\xff" + b"c" * 255) * (size // 256) + b"\0"
    return {
        "PNG text": encoded(photo(), "PNG", pnginfo=text),
        "PNG compressed text": with_png_chunk(png, b"zTXt", b"k\0\0" + zlib.compress(b"y" * size)),
        "PNG profile": with_png_chunk(png, b"iCCP", b"p\0\0" + zlib.compress(b"z" * size)),
        "PNG EXIF": with_png_chunk(png, b"eXIf", exif(1) + b"\0" * size),
        "JPEG profile": jpeg[:2] + segments * (size // len(segments)) + jpeg[2:],
        "JPEG comments": jpeg[:2] + (b"\xff\xfe\xff\xff" + b"c" * 65_533) * (size // 65_537) + jpeg[2:],
        "WebP EXIF": encoded(photo(), "WEBP", exif=b"Exif\0\0" + exif(1) + b"\0" * size),
        "WebP profile": encoded(photo(), "WEBP", icc_profile=b"\0" * size),
        "GIF comment": gif[:colours] + comment + gif[colours:],
    }


@pytest.mark.parametrize(
    "kind",
    [
        "PNG text",
        "PNG compressed text",
        "PNG profile",
        "PNG EXIF",
        "JPEG profile",
        "JPEG comments",
        "WebP EXIF",
        "WebP profile",
        "GIF comment",
    ],
)
def test_large_metadata_is_dropped(kind: str, large_metadata: dict[str, bytes]):
    data = large_metadata[kind]
    plain = encoded(photo(), kind.split()[0])
    image = load_image(data)
    assert image.tobytes() == load_image(plain).tobytes()
    assert not image.info
    assert best_time(data) < best_time(plain) + 0.1
    assert len(image_files.examine(data).data) < len(plain) + 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"tEXt", b"") * 1_500_000,
        b"\xff\xd8" + b"\xff\xfe\x00\x02" * 4_000_000,
        b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xfe\1c\0" * 3_000_000,
        b"GIF89a\1\0\1\0\0\0\0\x21\xfe" + b"\1c" * 9_000_000,
        b"RIFF" + struct.pack("<I", 16_000_004) + b"WEBP" + b"XXXX\0\0\0\0" * 2_000_000,
    ],
    ids=["PNG chunks", "JPEG segments", "GIF extensions", "GIF sub-blocks", "WebP chunks"],
)
def test_many_small_blocks_are_refused(data: bytes):
    started = time.perf_counter()
    assert refusal(data).code == "too_many_blocks"
    assert time.perf_counter() - started < 5


def test_many_jpeg_scans_are_refused():
    jpeg = encoded(noise(), "JPEG", progressive=True)
    assert load_image(jpeg).size == (64, 48)
    scan = jpeg.rindex(b"\xff\xda")
    assert refusal(jpeg[:scan] + jpeg[scan:-2] * 200 + jpeg[-2:]).code == "too_many_blocks"


def test_bytes_after_the_picture_are_ignored():
    for name in ("PNG", "JPEG", "GIF"):
        data = encoded(photo(), name)
        assert load_image(data + random.Random(1).randbytes(100_000)).tobytes() == load_image(data).tobytes()


# Row 7: base64


def test_data_url():
    data = encoded(photo(), "PNG")
    text = base64.b64encode(data).decode()
    assert decode_data_url(f"data:image/png;base64,{text}") == data
    assert decode_data_url(f"DATA:image/png;BASE64,{text}") == data
    assert decode_base64(text) == data
    assert decode_base64(base64.encodebytes(data).decode()) == data


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_data_url"),
        ("AAAA", "bad_data_url"),
        ("data:text/html;base64,AAAA", "bad_data_url"),
        ("data:image/png,AAAA", "bad_data_url"),
        ("https://example.org/a.png", "bad_data_url"),
        ("file:///etc/passwd", "bad_data_url"),
        ("data:image/png;base64" + "x" * 10_000, "bad_data_url"),
        ("data:image/png;base64,AAA", "bad_base64"),
        ("data:image/png;base64,AA=A", "bad_base64"),
        ("data:image/png;base64,AA*A", "bad_base64"),
        ("data:image/png;base64,ÄÖÜß", "bad_base64"),
        ("data:image/png;base64,\ud800AAA", "bad_base64"),
    ],
)
def test_bad_data_url(text: str, code: str):
    with pytest.raises(ImageError) as caught:
        decode_data_url(text)
    assert caught.value.code == code


def test_base64_length_is_checked_before_decoding():
    text = "data:image/png;base64," + "A" * 100_000_000
    tracemalloc.start()
    with pytest.raises(ImageError) as caught:
        decode_base64(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "too_many_bytes"
    assert peak < 1_000_000


@pytest.mark.parametrize(("size", "fits"), [(999, True), (1000, True), (1001, False), (1002, False), (1003, False)])
def test_base64_limit_just_below_and_above(size: int, fits: bool):
    text = base64.b64encode(b"x" * size).decode()
    if fits:
        assert len(decode_base64(text, limit=1000)) == size
        return
    with pytest.raises(ImageError) as caught:
        decode_base64(text, limit=1000)
    assert caught.value.code == "too_many_bytes"


# Row 8: random bytes


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A file with a few bytes changed, a stretch removed, doubled or overwritten, or another file's end."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(max(1, len(out)))
        length = rng.randint(1, 40)
        kind = rng.randrange(5)
        if kind == 0:
            out[at : at + 1] = rng.randbytes(1)
        elif kind == 1:
            out[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\1"))
        elif kind == 2:
            del out[at : at + length]
        elif kind == 3:
            out[at:at] = out[at : at + length]
        else:
            out[at : at + length] = rng.randbytes(length)
    return bytes(out)


@pytest.fixture(scope="module")
def seeds() -> list[bytes]:
    small = photo(24, 16)
    frames = [Image.new("RGB", (24, 16), (index, 0, 0)) for index in (0, 90, 180)]
    grey16 = Image.new("I;16", (24, 16), 30_000)
    return [
        encoded(small, "PNG"),
        encoded(small.convert("P"), "PNG", transparency=0),
        encoded(grey16, "PNG"),
        encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]),
        encoded(small, "JPEG", exif=b"Exif\0\0" + exif(6)),
        encoded(small, "JPEG", progressive=True),
        encoded(small.convert("CMYK"), "JPEG"),
        encoded(small, "WEBP"),
        encoded(small.convert("RGBA"), "WEBP", lossless=True, exif=b"Exif\0\0" + exif(8)),
        encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
        encoded(small, "BMP"),
        encoded(small.convert("P"), "BMP"),
        encoded(small, "GIF"),
        encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]),
    ]


@pytest.mark.parametrize("part", range(4))
def test_mutations_only_raise_image_error(part: int, seeds: list[bytes]):
    """2,000 seeded mutations in four parts; each one loads or ends in an ImageError, within two seconds."""
    rng = random.Random(part)
    refused = 0
    for index in range(500):
        data = mutated(seeds[index % len(seeds)], rng)
        started = time.perf_counter()
        try:
            image = load_image(data)
            assert image.mode == "RGB"
        except ImageError as error:
            refused += 1
            assert not LEAK.search(str(error))
        assert time.perf_counter() - started < 2
    assert 50 < refused < 500


def test_random_bytes_behind_signatures():
    rng = random.Random(5)
    heads = (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x80\0\0\0WEBP", b"BM", b"GIF89a")
    for index in range(300):
        refusal(heads[index % len(heads)] + rng.randbytes(rng.randrange(1, 200)))


# Beyond the rows


def test_warning_filters_are_left_alone(bomb: bytes):
    before = list(warnings.filters)
    load_image(encoded(photo(), "PNG"))
    refusal(bomb)
    assert warnings.filters == before


def test_threads(bomb: bytes):
    files = {name: encoded(photo(), name) for name in FORMATS}
    expected = {name: load_image(data).tobytes() for name, data in files.items()}

    def work(index: int) -> bool:
        if index % 6 == 5:
            return refusal(bomb).code == "too_many_pixels"
        name = FORMATS[index % 6]
        return load_image(files[name]).tobytes() == expected[name]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(120)))


def test_out_of_memory_is_an_image_error(monkeypatch: pytest.MonkeyPatch):
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("vision.image._to_rgb", exhausted)
    assert refusal(encoded(photo(), "PNG")).code == "out_of_memory"
