"""A list of models as a TOML file, for `--models FILE`; docs/models.md shows one."""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn

from model.offer import Offer

LONGEST = 200  # characters of a name or a note


def read_models(text: str) -> tuple[Offer, ...]:
    """The models that the file at this path lists. Raises: argparse.ArgumentTypeError, saying what is wrong with it."""
    path = Path(text)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, not TOML, or a NUL inside the path
        raise argparse.ArgumentTypeError(f"cannot be read: {error}") from None
    entries = content.pop("model", None)
    if content:
        _wrong(path, f"there is no {next(iter(content))} beside [[model]]")
    if not isinstance(entries, list) or not entries:
        _wrong(path, "it should list models, each below a line [[model]]")
    offers = tuple(_offer(path, number, entry) for number, entry in enumerate(entries, 1))
    names = [offer.name for offer in offers if offer.name]
    if twice := next((name for name in names if names.count(name) > 1), None):
        _wrong(path, f"two models have the name {twice!r}")
    return offers


def _offer(path: Path, number: int, entry: Any) -> Offer:
    known = [item.name for item in fields(Offer)]
    if not isinstance(entry, dict) or not entry.get("source"):
        _wrong(path, f"model {number} has no source")
    for name, value in entry.items():
        if name not in known:
            _wrong(path, f"model {number} has {name!r}, which is none of {', '.join(known)}")
        if name == "gpus":
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                _wrong(path, f"gpus of model {number} must be a number from 1")
        elif not isinstance(value, str):
            _wrong(path, f"{name} of model {number} must be text")
        elif name in ("name", "note") and (len(value) > LONGEST or not value.isprintable()):
            _wrong(path, f"{name} of model {number} must be one line of at most {LONGEST} characters")
    open_still = {"device": "", "precision": ""}  # until the command line is known
    beside = {name: _beside(path, entry[name]) for name in ("source", "prefix") if name in entry}
    return Offer(**{**open_still, **entry, **beside})


def _beside(path: Path, named: str) -> str:
    """A path relative to the file, where there is something at it; else as it stands."""
    try:
        return str(path.parent / named) if (path.parent / named).exists() else named
    except (OSError, ValueError):
        return named


def _wrong(path: Path, problem: str) -> NoReturn:
    raise argparse.ArgumentTypeError(f"{path}: {problem}")
