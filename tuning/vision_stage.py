"""First stage: teach the image encoder what is where in a picture.

Question answering alone tells the encoder about one bit a picture; the renderer knows everything. Each patch learns
whether a mark's centre lies in it and which, each Q-Former query learns the marks of one cell of a grid; the linear
heads that say so are dropped afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from tuning.bank import Bank
from tuning.pictures.colors import COLORS
from tuning.pictures.kinds import KINDS
from tuning.pictures.names import NAMES
from tuning.pictures.picture import NUMBERS, SIZES, Mark, Picture
from tuning.trainer import Batch, Schedule, train
from vision.encoder import ImageEncoder

GRID = 5
SLOTS = 3  # marks of one cell that its query tells, from left to right
UNKNOWN = -100  # a target that does not apply

ATTRIBUTES: dict[str, Sequence[str | int]] = {"name": NAMES, "color": COLORS, "size": SIZES, "number": NUMBERS}
_WIDTHS = [len(values) for values in ATTRIBUTES.values()] + [2]  # and where in its cell, or patch, the centre is
_INDEX = {name: {value: n for n, value in enumerate(values)} for name, values in ATTRIBUTES.items()}


def mark_targets(mark: Mark, cells: int) -> tuple[int, list[float]]:
    """The number of the grid cell that holds the mark, and its attributes' indices followed by x and y in the cell."""
    column, row = (min(int(value * cells), cells - 1) for value in (mark.x, mark.y))
    found = [_INDEX[name].get(getattr(mark, name), UNKNOWN) for name in ATTRIBUTES]
    return row * cells + column, [*map(float, found), mark.x * cells - column, mark.y * cells - row]


def targets(picture: Picture, patches: int) -> Batch:
    """What to learn about one picture; `patches` is their number along a side.

    kind: (); patch_marks: (patches², 6) and cell_marks: (GRID² · SLOTS, 6) of attributes, x and y, `UNKNOWN` in the
    rows without a mark; counts: (GRID²,) marks of each cell, at most `SLOTS`.
    """
    patch_marks = torch.full((patches * patches, 6), float(UNKNOWN))
    cell_marks = torch.full((GRID * GRID, SLOTS, 6), float(UNKNOWN))
    counts = torch.zeros(GRID * GRID, dtype=torch.long)
    for mark in sorted(picture.marks(), key=lambda mark: mark.x):
        patch, values = mark_targets(mark, patches)
        patch_marks[patch] = torch.tensor(values)
        cell, values = mark_targets(mark, GRID)
        if counts[cell] < SLOTS:
            cell_marks[cell, counts[cell]] = torch.tensor(values)
            counts[cell] += 1
    if not picture.colored:
        for marks in (patch_marks, cell_marks):
            marks[..., 1] = UNKNOWN
    kind = torch.tensor(list(KINDS).index(picture.kind))
    return {"kind": kind, "patch_marks": patch_marks, "cell_marks": cell_marks.flatten(0, 1), "counts": counts}


class MarkHeads(nn.Module):
    """An image encoder with linear heads that read the marks of each patch, and of each cell off its query.

    The patches learn long before the queries have found out where to look. The stem gets batch norms for the time of
    the training: without them nothing is learnt for hundreds of steps; `fold` turns them into plain convolutions.
    """

    def __init__(self, encoder: ImageEncoder) -> None:
        super().__init__()
        config = encoder.config
        self.encoder = encoder
        self.patch_head = nn.Linear(config.hidden_size, 1 + sum(_WIDTHS))
        self.query_head = nn.Linear(config.qformer_hidden_size, SLOTS * sum(_WIDTHS))
        self.count_head = nn.Linear(config.qformer_hidden_size, SLOTS + 1)
        self.kind_head = nn.Linear(config.qformer_hidden_size, len(KINDS))
        stem = encoder.vision_model.embeddings.patch_embedding
        assert isinstance(stem, nn.Sequential)
        for place, layer in enumerate(stem):
            if isinstance(layer, nn.Conv2d) and place + 1 < len(stem):
                stem[place] = nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels))

    def fold(self) -> None:
        """Make the stem's batch norms part of its convolutions."""
        stem = self.encoder.vision_model.embeddings.patch_embedding
        assert isinstance(stem, nn.Sequential)
        for place, layer in enumerate(stem):
            if isinstance(layer, nn.Sequential):
                convolution, norm = layer
                assert isinstance(convolution, nn.Conv2d)
                assert isinstance(norm, nn.BatchNorm2d)
                stem[place] = fuse_conv_bn_eval(convolution.eval(), norm.eval())

    def loss(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """The sum of all heads' losses; the shares of what the queries say rightly."""
        image_states = self.encoder.vision_model(batch["pixel_values"])
        queries = self.encoder.read(image_states)
        patches = self.patch_head(image_states[:, 1:]).float()
        slots = self.query_head(queries).float().unflatten(-1, (SLOTS, -1)).flatten(1, 2)
        counts, kinds = self.count_head(queries).float(), self.kind_head(queries.mean(1)).float()

        present = batch["patch_marks"][..., 0] != UNKNOWN
        presence = F.binary_cross_entropy_with_logits(
            patches[..., 0], present.float(), pos_weight=patches.new_tensor(8.0)
        )
        count_weight = patches.new_tensor([0.4, *[1.0] * SLOTS])  # most cells are empty
        total = presence + F.cross_entropy(counts.flatten(0, 1), batch["counts"].flatten(), count_weight)
        total = total + 0.5 * F.cross_entropy(kinds, batch["kind"])
        total = total + _mark_loss(patches[..., 1:], batch["patch_marks"])[0]
        told, figures = _mark_loss(slots, batch["cell_marks"])
        figures["cells"] = (counts.argmax(-1) == batch["counts"]).float().mean()
        figures["kind"] = (kinds.argmax(-1) == batch["kind"]).float().mean()
        return total + told, figures


def _mark_loss(outputs: Tensor, marks: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    """Cross-entropy of the attributes and a squared error of the place, over the marks there are; what is right."""
    there = marks[..., 0] != UNKNOWN
    outputs, marks = outputs[there], marks[there]
    *logits, places = outputs.split(_WIDTHS, dim=-1)
    total = 4 * F.mse_loss(places, marks[:, 4:], reduction="sum") / max(1, places.numel())
    figures = {}
    for index, (name, part) in enumerate(zip(ATTRIBUTES, logits, strict=True)):
        wanted = marks[:, index].long()
        known = (wanted != UNKNOWN).float().sum().clamp(min=1)
        total = total + F.cross_entropy(part, wanted, ignore_index=UNKNOWN, reduction="sum") / known
        figures[name] = (part.argmax(-1) == wanted).float().sum() / known
    return total, figures


class Batches:
    """Batch number `step`: pictures of the bank, passing over all of it before one comes again."""

    def __init__(self, bank: Bank, batch_size: int, patches: int, held_out: int) -> None:
        self.bank = bank
        self.batch_size = batch_size
        self.patches = patches
        self.first = held_out  # pictures before it are never trained on

    def __call__(self, step: int) -> Batch:
        whole = self.bank.size - self.first
        round_, start = divmod(step * self.batch_size, whole - whole % self.batch_size)
        order = torch.randperm(whole, generator=torch.Generator().manual_seed(self.bank.seed * 1000 + round_))
        return self.batch((self.first + order[start : start + self.batch_size]).tolist())

    def batch(self, numbers: list[int]) -> Batch:
        """Pixels and targets of those pictures."""
        rows = [targets(self.bank.picture(number), self.patches) for number in numbers]
        stacked = {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
        return {"pixel_values": self.bank.pixel_values(numbers), **stacked}


def run(
    encoder: ImageEncoder,
    bank: Bank,
    run_dir: Path,
    steps: int,
    workers: int = 1,
    held_out: int = 2000,
    batch_size: int = 64,
) -> None:
    """Train `encoder` in place; the bank's first `held_out` pictures only judge it."""
    config = encoder.config
    module = MarkHeads(encoder).to(next(encoder.parameters()).device)
    encoder.language_projection.requires_grad_(False)
    batches = Batches(bank, batch_size, config.image_size // config.patch_size, held_out)
    checks = (batches.batch(list(range(start, min(start + 250, held_out)))) for start in range(0, held_out, 250))
    schedule = Schedule(steps, learning_rate=1.5e-3, average=0.998)
    train("vision", module, batches, module.loss, schedule, run_dir, workers, checks)
    module.fold()
    encoder.language_projection.requires_grad_(True)
