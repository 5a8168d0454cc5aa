"""Training resumes where it was killed, in the same order of data, to the same weights."""

from __future__ import annotations

import json

import pytest
import torch
from torch import nn

from tuning.trainer import Schedule, train, write_atomically


class Killed(Exception):
    pass


def make_batch(step):
    generator = torch.Generator().manual_seed(step)
    return {"number": torch.tensor(step), "x": torch.randn(8, 3, generator=generator)}


def trained(folder, steps=12, kill_at=None):
    """Fit a line; returns the weights and the numbers of the batches seen."""
    torch.manual_seed(0)
    module, seen = nn.Linear(3, 1), []

    def loss_of(batch):
        if int(batch["number"]) == kill_at:
            raise Killed
        seen.append(int(batch["number"]))
        loss = (module(batch["x"]) - batch["x"].sum(-1, keepdim=True)).square().mean()
        return loss, {"double": 2 * float(loss.detach())}

    schedule = Schedule(steps, learning_rate=0.1, warmup_steps=2, report_every=4, save_every=4)
    train("line", module, make_batch, loss_of, schedule, folder)
    return module.weight.detach().clone(), seen


def test_a_killed_run_resumes_to_the_same_weights(tmp_path):
    whole, _ = trained(tmp_path / "whole")
    with pytest.raises(Killed):
        trained(tmp_path / "killed", kill_at=9)
    resumed, seen = trained(tmp_path / "killed")
    assert seen == [8, 9, 10, 11]
    assert torch.equal(resumed, whole)


def test_a_finished_stage_is_only_loaded(tmp_path):
    first, _ = trained(tmp_path)
    again, seen = trained(tmp_path)
    assert seen == []
    assert torch.equal(first, again)


def test_reports_are_lines_of_json_with_means(tmp_path):
    trained(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "line.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [4, 8, 12]
    assert lines[-1]["loss"] < lines[0]["loss"]
    assert all(abs(line["double"] - 2 * line["loss"]) < 1e-3 for line in lines)


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "state"
    path.write_text("old")

    def fail(temporary):
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, fail)
    assert path.read_text() == "old"
