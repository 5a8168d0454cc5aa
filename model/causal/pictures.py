"""GLM-4.1V's pictures: any size, cut into patches; the number of image slots follows from the size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from PIL.Image import Image
from torch import Tensor
from transformers import Glm4vForConditionalGeneration
from transformers.models.glm4v.image_processing_pil_glm4v import Glm4vImageProcessorPil

from ..engine import EncodedImage


class PatchProcessor:
    """A checked RGB picture (`vision.image.load_image`) → patches, as the folder's preprocessor_config.json says."""

    def __init__(self, folder: Path) -> None:
        """Without such a file the published sizes hold. Raises: OSError, ValueError when it is damaged."""
        found = (folder / "preprocessor_config.json").is_file()
        self._processor = Glm4vImageProcessorPil.from_pretrained(folder) if found else Glm4vImageProcessorPil()

    def patches(self, image: Image) -> tuple[Tensor, Tensor]:
        """pixel_values fp32 (patches, 3 · 2 · 14 · 14) and the grid int64 (1, 3): frames, rows, columns of patches.

        Raises: ValueError for a picture more than 200 times as long as wide.
        """
        features = self._processor(images=[image], return_tensors="pt")
        return features["pixel_values"], features["image_grid_thw"]

    def slots(self, grid: Tensor) -> int:
        """How many image slots a picture takes in the prompt."""
        return int(grid.prod()) // self._processor.merge_size**2


def image_embeds(model: Glm4vForConditionalGeneration, pixel_values: Tensor, grid: Tensor) -> Tensor:
    """(1, slots, hidden_size) of one picture."""
    encoded = model.get_image_features(pixel_values.to(model.device), grid.to(model.device), return_dict=True)
    return torch.cat(list(encoded.pooler_output))[None]


def positions(
    model: Glm4vForConditionalGeneration, input_ids: Tensor, placed: Sequence[tuple[int, EncodedImage]]
) -> Tensor:
    """Position ids (3, 1, seq) of a prompt (1, seq) with pictures (index of the first slot, picture): time, row, col.

    Computed apart, because the model would keep the last picture's offset for the next conversation.
    """
    kinds = torch.zeros_like(input_ids)
    grids = []
    for start, image in placed:
        assert image.grid is not None
        kinds[:, start : start + image.embeds.shape[1]] = 1
        grids.append(image.grid)
    grid = torch.cat(grids).to(input_ids.device)
    found, _ = model.model.get_rope_index(input_ids, mm_token_type_ids=kinds, image_grid_thw=grid)
    return found
