"""The decode loop over transformers' own causal models: the same sampling, their cache."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from ..generation import decode
from ..types import GenerationParams, Reading

_TOKENS_AT_ONCE = 256


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
) -> Iterator[int | Reading]:
    """`model.generation.decode` with one of transformers' models.

    image_embeds: (1, slots, hidden_size), they replace the embeddings from index image_start on; positions: (3, 1, seq)
    for models that count pictures in rows and columns (`pictures.positions`), None for 0, 1, 2, ….
    Raises: UserError("numerical_failure").
    """
    cache = DynamicCache(config=model.config)
    where = torch.arange(input_ids.shape[1], device=input_ids.device)[None] if positions is None else positions
    behind = int(where.max()) + 1  # text goes on behind the largest coordinate, in all of them

    def logits(embeds: Tensor, at: Tensor) -> Tensor:
        output = model(inputs_embeds=embeds, position_ids=at, past_key_values=cache, use_cache=True, logits_to_keep=1)
        return output.logits[:, -1]

    def read(prompt: Tensor) -> Iterator[Reading | Tensor]:
        embeds = model.get_input_embeddings()(prompt)
        if image_embeds is not None:
            assert image_start is not None
            embeds[:, image_start : image_start + image_embeds.shape[1]] = image_embeds.to(embeds)
        total = prompt.shape[1]
        for start in range(0, total, _TOKENS_AT_ONCE):
            piece = slice(start, min(start + _TOKENS_AT_ONCE, total))
            last = logits(embeds[:, piece], where[..., piece])
            yield Reading(piece.stop, total)
        yield last

    def step(tokens: Tensor) -> Tensor:
        nonlocal behind
        behind += 1
        return logits(model.get_input_embeddings()(tokens), torch.full_like(where[..., -1:], behind - 1))

    return decode(read, step, input_ids, params, stop_ids, room, watch)
