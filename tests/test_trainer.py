"""Training resumes where it was killed, in the same order of data, to the same weights; its figures are true."""

from __future__ import annotations

import json
from itertools import pairwise

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


def test_the_learning_rate_warms_up_stays_and_cools_down():
    schedule = Schedule(1000, learning_rate=1.0, warmup_steps=100, cooldown=0.25)
    factors = [schedule.factor(step) for step in range(1000)]
    assert factors[0] == 0.01 and factors[49] == 0.5
    assert set(factors[99:750]) == {1.0}
    assert factors[875] == 0.5
    assert all(a >= b for a, b in pairwise(factors[750:])) and 0 < factors[-1] < 0.03


def test_a_finished_stage_draws_no_checks(tmp_path):
    trained_with_checks = []

    def checks():
        trained_with_checks.append(True)
        yield shifted_batch(100)

    normed(tmp_path, checks=checks())
    normed(tmp_path, checks=checks())
    assert trained_with_checks == [True]


def test_muon_moves_linear_layers_and_leaves_embeddings_and_tied_heads_to_adamw(tmp_path):
    """Muon's step has all singular values alike, whatever the gradient's rank; AdamW's moves each weight as far."""

    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(4, 4)
            self.layer = nn.Linear(4, 4, bias=False)
            self.head = nn.Linear(4, 4, bias=False)
            self.head.weight = self.embedding.weight

    torch.manual_seed(0)
    module, slopes = Tied(), torch.randn(4, 4)
    before = {name: value.detach().clone() for name, value in module.named_parameters()}

    def loss_of(batch):
        return (module.layer.weight * slopes).sum() + (module.head.weight * slopes).sum(), {}

    schedule = Schedule(1, learning_rate=0.1, warmup_steps=1, cooldown=0.001, weight_decay=0.0, average=0.0, muon=True)
    train("step", module, make_batch, loss_of, schedule, tmp_path, workers=0)
    moved = {name: value.detach() - before[name] for name, value in module.named_parameters()}
    singular = torch.linalg.svdvals(moved["layer.weight"])
    assert singular.min() > 0.4 * singular.max()
    assert torch.allclose(moved["embedding.weight"].abs(), torch.full((4, 4), 0.1), rtol=1e-3)


def test_the_learning_rate_reaches_the_weights(tmp_path):
    """The first step of AdamW is as long as the learning rate, here a tenth of it, whatever the gradient."""
    module = nn.Linear(3, 1, bias=False)
    before = module.weight.detach().clone()

    def loss_of(batch):
        return module(batch["x"]).sum(), {}

    schedule = Schedule(1, learning_rate=0.1, warmup_steps=10, cooldown=0.001, weight_decay=0.0, average=0.0)
    train("step", module, make_batch, loss_of, schedule, tmp_path, workers=0)
    assert torch.allclose((module.weight - before).abs(), torch.full((1, 3), 0.01), rtol=1e-3)


class Normed(nn.Module):
    """A line behind a batch norm, with a dead parameter, and a buffer that is not saved."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(3)
        self.line = nn.Linear(3, 1)
        self.frozen = nn.Parameter(torch.ones(2), requires_grad=False)
        self.register_buffer("scratch", torch.zeros(1), persistent=False)

    def forward(self, x):
        return self.line(self.norm(x))


def shifted_batch(step):
    return {name: value + 5 if name == "x" else value for name, value in make_batch(step).items()}


def normed(folder, steps=12, kill_at=None, checks=(), seen=None, average=0.5):
    torch.manual_seed(0)
    module = Normed()

    def loss_of(batch):
        if int(batch["number"]) == kill_at:
            raise Killed
        if seen is not None:
            seen.append((int(batch["number"]), module.training, module.norm.running_mean.clone()))
        loss = (module(batch["x"]) - batch["x"].sum(-1, keepdim=True)).square().mean()
        return loss, {"twice": 2 * loss.detach()}

    schedule = Schedule(steps, learning_rate=0.05, warmup_steps=2, average=average, report_every=4, save_every=4)
    train("normed", module, shifted_batch, loss_of, schedule, folder, workers=0, checks=checks)
    return module


def test_running_statistics_are_averaged_like_the_weights(tmp_path):
    seen = []
    module = normed(tmp_path, steps=4, seen=seen)
    torch.manual_seed(0)
    norm, average = nn.BatchNorm1d(3), torch.zeros(3)
    for step in range(4):
        assert torch.equal(seen[step][2], norm.running_mean)  # live while it trains
        norm(shifted_batch(step)["x"])
        average.lerp_(norm.running_mean, 1 - min(0.5, (step + 1) / (step + 10)))
    assert torch.allclose(module.norm.running_mean, average, atol=1e-6)
    assert not torch.allclose(module.norm.running_mean, norm.running_mean, atol=0.1)
    assert not module.training and torch.equal(module.frozen, torch.ones(2))


def test_a_killed_run_resumes_bit_by_bit_with_its_statistics_and_its_checks(tmp_path):
    checks = [shifted_batch(100), shifted_batch(101)]
    whole = normed(tmp_path / "whole", checks=checks)
    with pytest.raises(Killed):
        normed(tmp_path / "killed", kill_at=9, checks=checks)
    resumed = normed(tmp_path / "killed", checks=checks)
    for (name, one), (_, other) in zip(whole.state_dict().items(), resumed.state_dict().items(), strict=True):
        assert torch.equal(one, other), name
    reports = [(tmp_path / folder / "normed.jsonl").read_text().splitlines() for folder in ("whole", "killed")]
    one, other = ([{**json.loads(line), "steps_per_second": 0} for line in lines] for lines in reports)
    assert one == other


def test_a_run_may_be_lengthened_before_its_cooldown(tmp_path):
    normed(tmp_path / "grown", steps=4)
    seen = []
    normed(tmp_path / "grown", steps=12, seen=seen)
    assert [number for number, _, _ in seen] == list(range(4, 12))


def test_checks_judge_the_averaged_weights_and_leave_no_trace(tmp_path):
    checks = [shifted_batch(100), shifted_batch(101)]
    seen = []
    checked = normed(tmp_path / "checked", checks=checks, seen=seen)
    unchecked = normed(tmp_path / "unchecked")
    for (name, one), (_, other) in zip(checked.state_dict().items(), unchecked.state_dict().items(), strict=True):
        assert torch.equal(one, other), name
    assert {training for number, training, _ in seen if number >= 100} == {False}
    reports = [json.loads(line) for line in (tmp_path / "checked" / "normed.jsonl").read_text().splitlines()]
    with torch.no_grad():
        losses = [(checked(batch["x"]) - batch["x"].sum(-1, keepdim=True)).square().mean().item() for batch in checks]
    assert reports[-1]["held_out_loss"] == pytest.approx(sum(losses) / 2, rel=0.02)  # computed in bf16 where a CPU can
    assert reports[-1]["held_out_twice"] == pytest.approx(sum(losses), rel=0.02)
    bare = (tmp_path / "unchecked" / "normed.jsonl").read_text()
    assert "held_out" not in bare


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
