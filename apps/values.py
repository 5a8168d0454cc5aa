"""What single options may say: each function reads one value of the command line or the environment.

All raise `argparse.ArgumentTypeError`, which says what is allowed.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

LANGUAGES = ("auto", "en", "zh")


@dataclass(frozen=True)
class ApiKey:
    """A key of the HTTP API, known by its SHA-256 only; `name` stands for it in the log."""

    name: str
    digest: bytes = field(repr=False)


class GeneratedAuth(tuple[str, str]):
    """A name with a password that this start has drawn, so that somebody has to be told."""


def count(text: str) -> int:
    """A number from 1."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
        raise argparse.ArgumentTypeError(f"must be a number from 1, not {text!r}")
    return int(text)


def yes_or_no(text: str) -> bool:
    """Whether it is yes."""
    if text not in ("yes", "no"):
        raise argparse.ArgumentTypeError(f"must be yes or no, not {text!r}")
    return text == "yes"


def folder(text: str) -> Path:
    """A folder that can be written to; it is made if it is not there."""
    folder = Path(text).expanduser()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, ValueError) as error:  # ValueError: a NUL inside the path
        raise argparse.ArgumentTypeError(f"{text} cannot be written to: {error}") from None


def limit(text: str) -> int:
    """A number from 0."""
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 9999, not {text!r}")
    return int(text)


def port(text: str) -> int:
    """A port to listen at."""
    port = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 65535, not {text!r}")
    return port


def auth(text: str) -> tuple[str, str]:
    """A name and a password; "auto" draws the latter."""
    if text == "auto":
        letters = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
        return GeneratedAuth(("glm", "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))))
    user, _, password = text.partition(":")
    if not user or not password:
        raise argparse.ArgumentTypeError("must be USER:PASSWORD, both of them not empty, or auto")
    return user, password


def language(text: str) -> str:
    """One of `LANGUAGES`."""
    if text not in LANGUAGES:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(LANGUAGES)}, not {text!r}")
    return text


def api_keys(text: str) -> tuple[ApiKey, ...]:
    """Keys with commas between them."""
    digests = [hashlib.sha256(key.strip().encode()).digest() for key in text.split(",") if key.strip()]
    if not digests:
        raise argparse.ArgumentTypeError("must be a key, or several with commas between them")
    return tuple(ApiKey(digest.hex()[:8], digest) for digest in digests)


def api_key_file(text: str) -> tuple[ApiKey, ...]:
    """Lines "SHA-256 in hex, blanks, name", as `sha256sum` writes them; empty ones and those with # are comments."""
    try:
        lines = Path(text).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a NUL inside the path
        raise argparse.ArgumentTypeError(f"cannot be read: {error}") from None
    keys = []
    for number, line in enumerate(lines, 1):
        digest, _, name = line.partition("#")[0].strip().partition(" ")
        if not digest:
            continue
        if not re.fullmatch("[0-9a-fA-F]{64}", digest):
            raise argparse.ArgumentTypeError(
                f"{text}, line {number}: a line is the SHA-256 of a key in hex, then a name"
            )
        keys.append(ApiKey(name.strip(" *-") or digest[:8].lower(), bytes.fromhex(digest)))
    if not keys:
        raise argparse.ArgumentTypeError(f"{text} holds no key: a line is the SHA-256 of a key in hex, then a name")
    return tuple(keys)


def origins(text: str) -> tuple[str, ...]:
    """Addresses of sites with commas between them."""
    origins = tuple(origin.strip().rstrip("/") for origin in text.split(",") if origin.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            raise argparse.ArgumentTypeError(
                f"must be the address of a site, such as https://example.org, not {origin!r}"
            )
    return origins
