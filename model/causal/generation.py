"""The decode loop over transformers' own causal models: the same sampling, their cache."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from ..generation import decode
from ..types import GenerationParams


def generate_ids(
    model: PreTrainedModel,
    input_ids: Tensor,
    params: GenerationParams,
    stop_ids: Collection[int],
    room: int | None = None,
    image_embeds: Tensor | None = None,
    image_start: int | None = None,
    positions: Tensor | None = None,
    watch: Callable[[Tensor], None] | None = None,
) -> Iterator[int]:
    """`model.generation.decode` with one of transformers' models.

    image_embeds: (1, slots, hidden_size), they replace the embeddings from index image_start on; positions: (3, 1, seq)
    for models that count pictures in rows and columns (`pictures.positions`), None for 0, 1, 2, ….
    Raises: UserError("numerical_failure").
    """
    cache = DynamicCache(config=model.config)
    where = torch.arange(input_ids.shape[1], device=input_ids.device)[None] if positions is None else positions
    behind = int(where.max()) + 1  # text goes on behind the largest coordinate, in all of them

    def step(tokens: Tensor) -> Tensor:
        nonlocal where, behind, image_embeds
        embeds = model.get_input_embeddings()(tokens)
        if image_embeds is not None:
            assert image_start is not None
            embeds[:, image_start : image_start + image_embeds.shape[1]] = image_embeds.to(embeds)
            image_embeds = None
        output = model(
            inputs_embeds=embeds, position_ids=where, past_key_values=cache, use_cache=True, logits_to_keep=1
        )
        where, behind = torch.full_like(where[..., -1:], behind), behind + 1
        return output.logits[:, -1]

    return decode(step, input_ids, params, stop_ids, room, watch)
