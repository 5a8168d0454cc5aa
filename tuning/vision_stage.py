"""First stage: teach the image encoder what each grid cell of a scene holds.

Question answering alone tells the encoder about one bit a picture; the renderer knows everything, so each Q-Former
query learns to describe one cell, through linear heads that are dropped afterwards.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tuning.dataset import picture_scene
from tuning.scenes import COLORS, GRID, SHAPES, SIZES, Scene, grid_targets, render
from tuning.trainer import Batch, Schedule, train
from vision.encoder import ImageEncoder
from vision.image import pixel_values

CLASSES = (1 + len(SHAPES), 1 + len(COLORS), 1 + len(SIZES))


def draw_pixels(scene: Scene, image_size: int, rng: Random) -> Tensor:
    """The scene as the model would see it, (3, S, S): drawn at that size, or a third of the time larger and resized."""
    size: int | tuple[int, int] = image_size
    if rng.random() < 0.33:
        size = (rng.randint(120, 360), rng.randint(120, 360))
    return pixel_values(render(scene, size), image_size)[0]


def offsets(scene: Scene) -> np.ndarray:
    """Where in its cell each shape's centre lies: (GRID², 2) of x, y from 0 to 1; NaN for empty cells."""
    found = np.full((GRID * GRID, 2), np.nan, dtype=np.float32)
    for item in scene.shapes:
        found[item.cell] = (item.x * GRID % 1, item.y * GRID % 1)
    return found


class CellHeads(nn.Module):
    """An image encoder with linear heads that read shape, colour, size and offset of each cell.

    They read them twice: off the cell's query, which is what the decoder will see, and off the cell's patches, which
    teaches the vision transformer long before the queries have found out where to look.
    """

    def __init__(self, encoder: ImageEncoder) -> None:
        super().__init__()
        config = encoder.config
        self.encoder = encoder
        self.query_head = nn.Linear(config.qformer_hidden_size, sum(CLASSES) + 2)
        self.patch_head = nn.Linear(config.hidden_size, sum(CLASSES) + 2)
        side = config.image_size // config.patch_size
        cells = torch.arange(GRID * GRID).view(GRID, GRID)
        patch_cells = cells.repeat_interleave(side // GRID, 0).repeat_interleave(side // GRID, 1).flatten()
        self.patch_cells: Tensor
        self.register_buffer("patch_cells", patch_cells, persistent=False)

    def loss(self, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        """The mean of both readings' losses; for the queries, the shares of right attributes and perfect pictures."""
        image_states = self.encoder.vision_model(batch["pixel_values"])
        queries = self.query_head(self.encoder.read(image_states)).float()
        patches = self.patch_head(image_states[:, 1:]).float()
        targets, where = batch["targets"], batch["offsets"]
        total = _loss(queries, targets, where)
        total = total + _loss(patches, targets[:, self.patch_cells], where[:, self.patch_cells])
        logits = queries.split([*CLASSES, 2], dim=-1)[:3]
        occupied = targets[..., 0] > 0
        right = torch.stack([part.argmax(-1) == targets[..., index] for index, part in enumerate(logits)])
        figures = {name: float(right[i][occupied].float().mean()) for i, name in enumerate(("shape", "color", "size"))}
        figures["pictures"] = float(right.all(0).all(-1).float().mean())
        return total / 2, figures


def _loss(outputs: Tensor, targets: Tensor, where: Tensor) -> Tensor:
    """Cross-entropy of the three attributes and a squared error of the offsets; empty cells count less, being many."""
    *logits, found = outputs.split([*CLASSES, 2], dim=-1)
    total = outputs.new_zeros(())
    for index, part in enumerate(logits):
        weight = torch.ones(part.shape[-1], device=part.device)
        weight[0] = 0.3
        total = total + F.cross_entropy(part.flatten(0, -2), targets[..., index].flatten(), weight)
    occupied = targets[..., 0] > 0
    return total + 2 * F.mse_loss(found[occupied], where[occupied])


def make_batch(step: int, batch_size: int, image_size: int, seed: int) -> Batch:
    """The batch of that number: pixel_values (B, 3, S, S), targets (B, GRID², 3), offsets (B, GRID², 2)."""
    rng = Random(f"{seed} vision {step}")
    scenes = [picture_scene(rng) for _ in range(batch_size)]
    return {
        "pixel_values": torch.stack([draw_pixels(scene, image_size, rng) for scene in scenes]),
        "targets": torch.from_numpy(np.stack([grid_targets(scene) for scene in scenes])),
        "offsets": torch.from_numpy(np.stack([offsets(scene) for scene in scenes])),
    }


def run(encoder: ImageEncoder, run_dir: Path, steps: int, batch_size: int = 64, seed: int = 1) -> None:
    """Train `encoder` in place."""
    image_size = encoder.config.image_size
    module = CellHeads(encoder).to(next(encoder.parameters()).device)
    encoder.language_projection.requires_grad_(False)
    schedule = Schedule(steps, learning_rate=1e-3, average=0.998)
    train("vision", module, lambda step: make_batch(step, batch_size, image_size, seed), module.loss, schedule, run_dir)
    encoder.language_projection.requires_grad_(True)
