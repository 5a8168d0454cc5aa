"""The decode loop over transformers' own causal models: the same sampling, their cache."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel

from ..generation import decode
from ..types import GenerationParams, Reading

_TOKENS_AT_ONCE = 256

PlacedImage = tuple[int, Tensor]
"""A picture in a prompt: the index of its first slot, and (1, slots, hidden_size) to stand there."""


class LastTurn:
    """Keys and values of the last answer's conversation, so that its next turn reads only what is new.

    In a causal model they depend on nothing that comes after them, so what two prompts begin with in common is exactly
    the same. Holds one conversation; another one that begins in another way starts anew.
    """

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._images: Sequence[PlacedImage] = ()
        self._cache: DynamicCache | None = None

    def take(self, model: PreTrainedModel, ids: list[int], images: Sequence[PlacedImage]) -> tuple[DynamicCache, int]:
        """A cache for a prompt, and how many of its ids are in it; never all, as the last one's logits are needed."""
        cache, self._cache = self._cache, None
        if cache is None:
            return DynamicCache(config=model.config), 0
        pairs = zip(ids[:-1], self._ids, strict=False)
        shared = next((index for index, (one, other) in enumerate(pairs) if one != other), None)
        shared = min(len(ids) - 1, len(self._ids)) if shared is None else shared
        for (start, image), (_, other) in zip(
            images, self._images, strict=False
        ):  # in the shared part they stand alike
            if image is not other:  # their slots have the same ids
                shared = min(shared, start)
                break
        if superfluous := cache.get_seq_length() - shared:
            cache.crop(-superfluous)
        return cache, shared

    def keep(self, ids: list[int], images: Sequence[PlacedImage], cache: DynamicCache) -> None:
        """Note what a cache holds, at the end of an answer."""
        self._ids, self._images, self._cache = ids[: cache.get_seq_length()], images, cache


def generate_ids(
    model: PreTrainedModel,
    input_ids: Tensor,
    params: GenerationParams,
    stop_ids: Collection[int],
    room: int | None = None,
    images: Sequence[PlacedImage] = (),
    positions: Tensor | None = None,
    watch: Callable[[Tensor], None] | None = None,
    last_turn: LastTurn | None = None,
) -> Iterator[int | Reading]:
    """`model.generation.decode` with one of transformers' models.

    positions: (3, 1, seq) for models that count pictures in rows and columns (`pictures.positions`); None: 0, 1, 2, ….
    last_turn: what an earlier call left there is read again only where this prompt differs.
    Raises: UserError("numerical_failure").
    """
    ids = input_ids[0].tolist()
    last_turn = last_turn or LastTurn()
    cache, cached = last_turn.take(model, ids, images)
    where = torch.arange(input_ids.shape[1], device=input_ids.device)[None] if positions is None else positions
    behind = int(where.max()) + 1  # text goes on behind the largest coordinate, in all of them

    def logits(embeds: Tensor, at: Tensor) -> Tensor:
        output = model(inputs_embeds=embeds, position_ids=at, past_key_values=cache, use_cache=True, logits_to_keep=1)
        return output.logits[:, -1]

    def read(prompt: Tensor) -> Iterator[Reading | Tensor]:
        embeds = model.get_input_embeddings()(prompt)
        for start, image in images:
            embeds[:, start : start + image.shape[1]] = image.to(embeds)
        total = prompt.shape[1]
        for start in range(cached, total, _TOKENS_AT_ONCE):
            piece = slice(start, min(start + _TOKENS_AT_ONCE, total))
            last = logits(embeds[:, piece], where[..., piece])
            yield Reading(piece.stop, total)
        yield last

    def step(tokens: Tensor) -> Tensor:
        nonlocal behind
        behind += 1
        ids.append(int(tokens))
        return logits(model.get_input_embeddings()(tokens), torch.full_like(where[..., -1:], behind - 1))

    try:
        yield from decode(read, step, input_ids, params, stop_ids, room, watch)
    except GeneratorExit:  # stopped between two steps; after a failure some layers may hold more than others
        last_turn.keep(ids, images, cache)
        raise
    last_turn.keep(ids, images, cache)
