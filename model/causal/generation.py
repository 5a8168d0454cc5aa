"""The decode loop over transformers' own causal models: the same sampling, their cache."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from ..generation import next_token
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
) -> Iterator[int]:
    """Yield the ids of one answer; ends before a stop id, or after `params.max_new_tokens` (or `room`, if less).

    input_ids: (1, seq). Each `next` computes one token, so a caller that stops asking stops the work.
    image_embeds: (1, slots, hidden_size), they replace the embeddings from index image_start on; positions: (3, 1, seq)
    for models that count pictures in rows and columns (`pictures.positions`), None for 0, 1, 2, ….
    Raises: UserError("numerical_failure").
    """
    generator = None
    if params.seed is not None:
        generator = torch.Generator(input_ids.device).manual_seed(params.seed)
    limit = params.max_new_tokens if room is None else min(params.max_new_tokens, room)
    cache = DynamicCache(config=model.config)
    if positions is None:
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)[None]
    seen, tokens = input_ids, input_ids
    for _ in range(limit):
        with torch.inference_mode():  # entered per token: a generator must not leave a thread's mode switched
            embeds = model.get_input_embeddings()(tokens)
            if image_embeds is not None:
                assert image_start is not None
                embeds[:, image_start : image_start + image_embeds.shape[1]] = image_embeds.to(embeds)
                image_embeds = None
            output = model(
                inputs_embeds=embeds, position_ids=positions, past_key_values=cache, use_cache=True, logits_to_keep=1
            )
            tokens = next_token(output.logits[:, -1], seen, params, generator)
            # text goes on behind the largest coordinate, in all of them
            positions = torch.full_like(positions[..., -1:], int(positions.max()) + 1)
            if params.repetition_penalty != 1:
                seen = torch.cat([seen, tokens], dim=-1)
        token = int(tokens)
        if token in stop_ids:
            return
        yield token
