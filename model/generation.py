"""From logits to token ids: sampling, and the decode loop that streams one answer."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from transformers import LogitsProcessor

from .cache import KVCache
from .errors import UserError
from .glm import GLMForConditionalGeneration
from .positions import position_ids, position_step
from .types import GenerationParams


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


def warp(logits: Tensor, params: GenerationParams) -> Tensor:
    """Temperature, then top-k, then top-p: (batch, vocab) -> fp32 scores of the same shape, -inf where filtered out.

    temperature must not be 0. Source: Holtzman et al. (arXiv:1904.09751); the order is transformers'.
    """
    scores = logits.float() / params.temperature
    kept, ids = scores.topk(min(params.top_k or scores.shape[-1], scores.shape[-1]))
    if params.top_p < 1:
        probabilities = kept.softmax(-1)
        before = probabilities.cumsum(-1) - probabilities
        before[..., 0] = -1  # the best token always stays
        kept = kept.masked_fill(before >= params.top_p, -torch.inf)
    return torch.full_like(scores, -torch.inf).scatter(-1, ids, kept)


def penalise(logits: Tensor, seen: Tensor, penalty: float) -> Tensor:
    """Repetition penalty on the ids in `seen` (batch, any). Source: CTRL (arXiv:1909.05858), transformers' form."""
    chosen = logits.gather(-1, seen)
    return logits.scatter(-1, seen, torch.where(chosen < 0, chosen * penalty, chosen / penalty))


def next_token(logits: Tensor, seen: Tensor, params: GenerationParams, generator: torch.Generator | None) -> Tensor:
    """Choose one id per row: logits (batch, vocab), seen (batch, any) -> (batch, 1).

    Raises: UserError("numerical_failure") on NaN or infinite logits.
    """
    if not logits.isfinite().all():
        raise UserError("numerical_failure")
    if params.repetition_penalty != 1:
        logits = penalise(logits, seen, params.repetition_penalty)
    if params.temperature == 0:
        return logits.argmax(-1, keepdim=True)
    return torch.multinomial(warp(logits, params).softmax(-1), 1, generator=generator)


def generate_ids(
    model: GLMForConditionalGeneration,
    input_ids: Tensor,
    params: GenerationParams,
    room: int | None = None,
    image_embeds: Tensor | None = None,
    image_start: int | None = None,
    drop_last_at_limit: bool = False,
) -> Iterator[int]:
    """Yield the ids of one answer; ends before the end token, or after `params.max_new_tokens` (or `room`, if less).

    input_ids: (1, seq), ending in `[gMASK] <sop>`. Each `next` computes one token, so a caller that stops asking stops
    the work. drop_last_at_limit: compatibility switch; the original's stream swallows the token that reaches the limit.
    Raises: UserError("prompt_ids", "numerical_failure").
    """
    config = model.config
    generator = None
    if params.seed is not None:
        generator = torch.Generator(input_ids.device).manual_seed(params.seed)
    limit = params.max_new_tokens if room is None else min(params.max_new_tokens, room)
    cache = KVCache(config.num_hidden_layers, capacity=input_ids.shape[1] + min(limit, 256))
    positions = position_ids(input_ids, config)
    step = position_step(input_ids, config)
    seen, tokens = input_ids, input_ids
    image = {"image_embeds": image_embeds, "image_start": image_start}
    for count in range(1, limit + 1):
        with torch.inference_mode():  # entered per token: a generator must not leave a thread's mode switched
            logits = model(tokens, positions, past_key_values=cache, logits_to_keep=1, **image).logits[:, -1]
            tokens = next_token(logits, seen, params, generator)
            positions = positions[..., -1:] + step
            if params.repetition_penalty != 1:
                seen = torch.cat([seen, tokens], dim=-1)
        image = {}
        token = int(tokens)
        if token == config.eos_token_id or (drop_last_at_limit and count == limit):
            return
        yield token
