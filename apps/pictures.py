"""The pictures of a conversation: checked files, each with its turn, known by their content."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from vision.errors import ImageError
from vision.image import load_image
from vision.image_files import examine

from .files import replace_file

MOST_PICTURES = 8  # of one question, where the model sees several


@dataclass(frozen=True)
class Picture:
    """A checked picture: `name` is the beginning of its content's SHA-256, `path` where its file lies."""

    name: str
    path: str


def picture_at(path: Path) -> Picture:
    """The picture in a file, which stays where it is. Raises: ImageError."""
    load_image(path)
    try:
        return Picture(_name(path.read_bytes()), str(path))
    except OSError as error:
        raise ImageError("unreadable", path=path) from error


def keep_picture(data: bytes, folder: Path) -> Picture:
    """The picture with this content as a file of `folder`, which a path with its name tells apart from others'.

    Raises: ImageError; OSError.
    """
    load_image(data)
    name = _name(data)
    path = folder / name / f"picture.{examine(data).format.lower()}"
    try:  # not written again: others may be reading it, and by its time the model knows it; gradio goes by the other
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    return Picture(name, str(path))


def picture_url(picture: Picture) -> str:
    """Its file, as it is, as a data URL. Raises: OSError, ImageError."""
    data = Path(picture.path).read_bytes()
    return f"data:image/{examine(data).format.lower()};base64,{base64.b64encode(data).decode()}"


def _name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
