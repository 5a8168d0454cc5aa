"""`python -m tuning.plots`: what a training run reported, as pictures in `docs/`.

One for each stage: the loss, and the shares of right answers, on trained data and on what was held out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

STAGES: dict[str, dict[str, str]] = {
    "vision": {
        "name": "names of marks",
        "color": "colours",
        "number": "numbers",
        "cells": "marks in a cell",
        "kind": "kind of picture",
    },
    "looking": {"look_right": "lessons about pictures", "talk_right": "answers without a picture"},
    "language": {
        "picture_right": "answers about pictures",
        "look_right": "drills about pictures",
        "talk_right": "answers without a picture",
        "drill_right": "drills",
    },
}
"""Stage → the figures of its reports to show, and what to call them."""

_HELD_OUT = "held_out_"


def _lines(axes: Axes, reports: Sequence[dict[str, Any]], figures: dict[str, str]) -> None:
    """Each figure as a line, what was held out as a dashed one of the same colour."""
    for place, (key, label) in enumerate(figures.items()):
        for prefix, style in (("", "-"), (_HELD_OUT, "--")):
            points = [(report["step"], report[prefix + key]) for report in reports if prefix + key in report]
            if points:
                name = f"{label} (held out)" if prefix else label
                axes.plot(*zip(*points, strict=True), style, color=f"C{place}", linewidth=1.2, label=name)
    axes.set_xlabel("step")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7)


def plot(log: Path, figures: dict[str, str], path: Path) -> None:
    """Draw the stage's log (a line of JSON a report) as a PNG."""
    reports = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    picture = Figure(figsize=(10, 3.6), layout="constrained")
    loss, shares = picture.subplots(1, 2)
    _lines(loss, reports, {"loss": "loss"})
    loss.set_yscale("log")
    _lines(shares, reports, figures)
    shares.set_ylim(0, 1)
    picture.savefig(path, dpi=100)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and draw the stages that have a log."""
    parser = argparse.ArgumentParser(prog="python -m tuning.plots", description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, default=Path("runs/embedded"), help="folder of the training run")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    options = parser.parse_args(arguments)
    for stage, figures in STAGES.items():
        log = options.run / f"{stage}.jsonl"
        if log.exists():
            plot(log, figures, options.out / f"training-{stage}.png")


if __name__ == "__main__":
    main()
