"""Where the golden cases live, and how to read one. Shared by every `test_golden*` file."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

_REPO = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class GoldenCase:
    """`NAME.json` as `info`, with the tensors of `NAME.safetensors`.

    Keys `w/…` are `weights` under their bare names; every other key is in `tensors`, without the `t/` some cases use.
    """

    name: str
    info: dict
    tensors: dict[str, torch.Tensor] = field(default_factory=dict)
    weights: dict[str, torch.Tensor] = field(default_factory=dict)


def golden_dir(kind: str = "") -> Path:
    """The golden folder `kind` ("vision", "glm", "tokenizer"; "" = the root), whether or not it exists.

    The root is the environment's GLM_GOLDEN, else `../shared/golden` beside the repository, else `tests/golden`.
    """
    override = os.environ.get("GLM_GOLDEN")
    shared = _REPO.parent / "shared" / "golden"
    root = Path(override) if override else shared if shared.is_dir() else _REPO / "tests" / "golden"
    return root / kind if kind else root


def golden_paths(kind: str, pattern: str) -> list[Path]:
    """The files of one kind that match a glob, sorted; empty when the folder is absent."""
    return sorted(golden_dir(kind).glob(pattern))


def load_json(kind: str, name: str) -> Any:
    """A case that is one JSON file without tensors; skips the test where this golden folder lacks it."""
    path = golden_dir(kind) / name
    if not path.exists():
        pytest.skip(f"{name} is not among these golden cases")
    return json.loads(path.read_text("utf-8"))


def load_case(path: Path) -> GoldenCase:
    """Read a case by its `.json` or `.safetensors` path; a case may have either file alone."""
    json_path, tensor_path = path.with_suffix(".json"), path.with_suffix(".safetensors")
    info = json.loads(json_path.read_text(encoding="utf-8")) if json_path.exists() else {}
    stored = load_file(tensor_path) if tensor_path.exists() else {}
    weights = {key.removeprefix("w/"): tensor for key, tensor in stored.items() if key.startswith("w/")}
    tensors = {key.removeprefix("t/"): tensor for key, tensor in stored.items() if not key.startswith("w/")}
    return GoldenCase(path.stem, info, tensors, weights)
