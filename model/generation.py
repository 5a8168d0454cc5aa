"""From logits to token ids: sampling, and the decode loop that streams one answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import Any

import torch
from torch import Tensor
from transformers import LogitsProcessor

from .cache import KVCache
from .errors import UserError
from .glm import GLMForConditionalGeneration
from .positions import position_ids, position_step
from .recorded import RecordedSteps, can_be_recorded
from .types import GenerationParams, Reading

_LONG_PROMPT = 256  # tokens from which on the reading of a prompt is told
# Numbers that PyTorch goes through in the calling thread. Its others, once woken by a longer loop, stay awake for
# milliseconds, on the cores that the kernels of the next token need.
_ALONE = 2**15


class InvalidScoreLogitsProcessor(LogitsProcessor):
    """Compatibility switch for `generate`: what the originals do on invalid logits, in place of our clear error.

    When any score of the batch is NaN (or infinite, unless `ignore_inf`), every row is made to choose token 5, a blank.
    Source: modeling_chatglm.py v1.1.0; VisualGLM's variant ignores infinity.
    """

    def __init__(self, ignore_inf: bool = False) -> None:
        self.ignore_inf = ignore_inf

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        if scores.isnan().any() or (not self.ignore_inf and scores.isinf().any()):
            scores = torch.zeros_like(scores)
            scores[..., 5] = 5e4
        return scores


def warp(logits: Tensor, params: GenerationParams) -> tuple[Tensor, Tensor]:
    """Temperature, then top-k, then top-p: (batch, vocab) -> fp32 scores (batch, k) and their ids, the best one first.

    What top-p filters out is -inf. temperature must not be 0, and is applied to the best k alone, which gives the same.
    Source: Holtzman et al. (arXiv:1904.09751); the order is transformers'.
    """
    kept, ids = logits.topk(min(params.top_k or logits.shape[-1], logits.shape[-1]))
    kept = kept.float() / params.temperature
    if params.top_p < 1:
        probabilities = kept.softmax(-1)
        before = probabilities.cumsum(-1) - probabilities
        before[..., 0] = -1  # the best token always stays
        kept = kept.masked_fill(before >= params.top_p, -torch.inf)
    return kept, ids


def penalise(logits: Tensor, seen: Tensor, penalty: float) -> Tensor:
    """Repetition penalty on the ids in `seen` (batch, any). Source: CTRL (arXiv:1909.05858), transformers' form."""
    chosen = logits.gather(-1, seen)
    return logits.scatter(-1, seen, torch.where(chosen < 0, chosen * penalty, chosen / penalty))


def next_token(logits: Tensor, seen: Tensor, params: GenerationParams, generator: torch.Generator | None) -> Tensor:
    """Choose one id per row: logits (batch, vocab), seen (batch, any) -> (batch, 1).

    Raises: UserError("numerical_failure") on NaN or infinite logits.
    """
    extremes = [extreme for part in logits.split(_ALONE, dim=-1) for extreme in part.aminmax()]
    if not torch.stack(extremes).isfinite().all():
        raise UserError("numerical_failure")
    if params.repetition_penalty != 1:
        logits = penalise(logits, seen, params.repetition_penalty)
    if params.temperature == 0:
        return logits.argmax(-1, keepdim=True)
    scores, ids = warp(logits, params)
    noise = torch.empty_like(logits, dtype=torch.float32).exponential_(generator=generator)
    best = (scores.softmax(-1) / noise.gather(-1, ids)).argmax(-1, keepdim=True)  # what torch.multinomial does
    return ids.gather(-1, best)


def _without_grad(function: Callable[[Any], Any], argument: Any) -> Any:
    """Entered for each piece of work: a generator must not leave a thread's mode switched between two of them."""
    with torch.inference_mode():
        return function(argument)


def decode(
    read: Callable[[Tensor], Iterator[Reading | Tensor]],
    step: Callable[[Tensor], Tensor],
    input_ids: Tensor,
    params: GenerationParams,
    stop_ids: Collection[int],
    room: int | None = None,
    watch: Callable[[Tensor], None] | None = None,
) -> Iterator[int | Reading]:
    """Yield the ids of one answer; ends before a stop id, or after `params.max_new_tokens` (or `room`, if less).

    read: the prompt (1, seq) -> how far it is, piece by piece, and last the logits (1, vocab) behind it.
    step: one more id (1, 1) -> the logits behind it.
    Each `next` computes one piece of the prompt or one token, so a caller that stops asking stops the work. Of a prompt
    of some length the pieces are yielded too.
    watch: called with the logits of each step before they are warped.
    Raises: UserError("numerical_failure") and what `step` raises.
    """
    generator = None
    if params.seed is not None:
        generator = torch.Generator(input_ids.device).manual_seed(params.seed)
    limit = params.max_new_tokens if room is None else min(params.max_new_tokens, room)
    if limit < 1:
        return
    pieces = read(input_ids)
    while isinstance(logits := _without_grad(next, pieces), Reading):
        if logits.total >= _LONG_PROMPT:
            yield logits
    seen = input_ids
    for count in range(1, limit + 1):
        with torch.inference_mode():
            if watch is not None:
                watch(logits)
            tokens = next_token(logits, seen, params, generator)
            if params.repetition_penalty != 1:
                seen = torch.cat([seen, tokens], dim=-1)
        token = int(tokens)
        if token in stop_ids:
            return
        yield token
        if count < limit:
            logits = _without_grad(step, tokens)


def generate_ids(
    model: GLMForConditionalGeneration,
    input_ids: Tensor,
    params: GenerationParams,
    room: int | None = None,
    image_embeds: Tensor | None = None,
    image_start: int | None = None,
    drop_last_at_limit: bool = False,
    watch: Callable[[Tensor], None] | None = None,
) -> Iterator[int | Reading]:
    """`decode` with ChatGLM-6B's decoder; ends before its `<eop>`.

    input_ids: (1, seq), ending in `[gMASK] <sop>`.
    drop_last_at_limit: compatibility switch; the original's stream swallows the token that reaches the limit.
    Raises: UserError("prompt_ids", "numerical_failure").
    """
    config = model.config
    limit = params.max_new_tokens if room is None else min(params.max_new_tokens, room)
    capacity = input_ids.shape[1] + min(limit, 256)
    cache = KVCache(config.num_hidden_layers, capacity, model.cache_dtype)
    positions, ahead = position_ids(input_ids, config), position_step(input_ids, config)

    def read(prompt: Tensor) -> Iterator[Reading | Tensor]:
        layers = model.transformer.layer_by_layer(
            prompt, positions, past_key_values=cache, image_embeds=image_embeds, image_start=image_start
        )
        states, total, depth = prompt, prompt.shape[1], config.num_hidden_layers
        for done, states in enumerate(layers, start=1):  # noqa: B007  # the last ones are needed
            if done <= depth:
                yield Reading(total * done // depth, total)
        yield model.lm_head(states[:, -1])

    def step(tokens: Tensor) -> Tensor:
        nonlocal positions
        positions = positions[..., -1:] + ahead
        logits: Tensor = model(tokens, positions, past_key_values=cache).logits[:, -1]
        return logits

    next_logits: Callable[[Tensor], Tensor] = step
    if can_be_recorded(model):
        next_logits = RecordedSteps(model, cache, positions[..., -1:], ahead)
    ids = decode(read, next_logits, input_ids, params, {config.eos_token_id}, room, watch)
    yield from islice(ids, limit - 1) if drop_last_at_limit else ids
