"""The curves of a training run become one picture a stage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tuning.plots import main, plot


def log_of(path: Path, *reports: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(report) + "\n" for report in reports))
    return path


def vision(step: int, **more: float) -> dict[str, Any]:
    return {
        "step": step,
        "loss": 9 / step,
        "name": step / 400,
        "color": 0.5,
        "number": 0.4,
        "cells": 0.3,
        "kind": 0.2,
        **more,
    }


def test_each_stage_with_a_log_gets_a_picture(tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "docs"
    run.mkdir()
    out.mkdir()
    log_of(run / "vision.jsonl", vision(100), vision(200, held_out_loss=1.0, held_out_name=0.2))
    main(["--run", str(run), "--out", str(out)])
    assert [path.name for path in out.iterdir()] == ["training-vision.png"]
    log_of(
        run / "language.jsonl",
        {"step": 100, "loss": 2.0, "picture_right": 0.1, "talk_right": 0.2},
        {"step": 200, "loss": 1.0, "picture_right": 0.3, "talk_right": 0.4},
    )
    main(["--run", str(run), "--out", str(out)])
    assert sorted(path.name for path in out.iterdir()) == ["training-language.png", "training-vision.png"]
    for path in out.iterdir():
        with Image.open(path) as image:
            assert image.format == "PNG" and image.width > 2 * image.height
            assert len(np.unique(np.asarray(image.convert("L")))) > 20


@pytest.mark.parametrize("key", ["loss", "name"])
def test_what_was_held_out_is_drawn_beside_it(key: str, tmp_path: Path) -> None:
    figures, held_out = {"name": "names"}, {f"held_out_{key}": 0.6}
    plain = log_of(tmp_path / "plain.jsonl", vision(100), vision(200))
    both = log_of(tmp_path / "both.jsonl", vision(100, **held_out), vision(200, **held_out))
    for log in (plain, both):
        plot(log, figures, log.with_suffix(".png"))
    pictures = [np.asarray(Image.open(log.with_suffix(".png")).convert("L")).astype(int) for log in (plain, both)]
    halves = [abs(np.subtract(*(np.array_split(picture, 2, axis=1)[n] for picture in pictures))) > 40 for n in (0, 1)]
    changed, same = halves if key == "loss" else reversed(halves)
    assert changed.sum() > 100 > same.sum()
