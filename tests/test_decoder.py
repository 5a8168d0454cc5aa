"""The decoder's own promises: a cache changes nothing, nor do pads, nor the length of the pieces a prompt comes in."""

from __future__ import annotations

import pytest
import tiny
import torch
from transformers import DynamicCache

from model.cache import KVCache
from model.errors import UserError
from model.generation import generate_ids, next_token
from model.positions import position_ids, position_step
from model.types import GenerationParams

GMASK, SOP, EOP = 95, 98, 99
PROMPT = [5, 17, 23, 42, 8, GMASK, SOP]
ANSWER = [31, 7, 66, 12, 40]


@pytest.mark.parametrize("changes", [{}, {"position_encoding_2d": False}, {"pre_seq_len": 3}])
@pytest.mark.parametrize("make_cache", [lambda: KVCache(2, capacity=1), DynamicCache])
def test_cached_decoding_equals_one_uncached_pass(changes, make_cache):
    model = tiny.network(tiny.config(**changes))
    whole = torch.tensor([PROMPT + ANSWER])
    expected = model(whole).logits
    cache, prompt = make_cache(), whole[:, : len(PROMPT)]
    positions = position_ids(prompt, model.config)
    step = position_step(prompt, model.config)
    found = [model(prompt, positions, past_key_values=cache).logits]
    for token in ANSWER:
        positions = positions[..., -1:] + step
        found.append(model(torch.tensor([[token]]), positions, past_key_values=cache).logits)
    torch.testing.assert_close(torch.cat(found, dim=1), expected, atol=1e-5, rtol=1e-5)


def test_several_tokens_at_once_on_a_cache_equal_one_by_one():
    model = tiny.network(tiny.config())
    whole = torch.tensor([PROMPT + ANSWER])
    cache, positions = KVCache(2), position_ids(whole, model.config)
    cut = len(PROMPT)
    first = model(whole[:, :cut], positions[..., :cut], past_key_values=cache).logits
    rest = model(whole[:, cut:], positions[..., cut:], past_key_values=cache).logits
    torch.testing.assert_close(torch.cat([first, rest], dim=1), model(whole).logits, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("changes", [{}, {"pre_seq_len": 3}])
def test_a_left_padded_batch_equals_the_single_runs(changes):
    model = tiny.network(tiny.config(**changes))
    prompts = [PROMPT, [9, 33, GMASK, SOP], [4, 50, 94, 61, 13, 27, SOP]]
    length = max(map(len, prompts))
    batch = torch.tensor([[3] * (length - len(ids)) + ids for ids in prompts])
    mask = torch.tensor([[0] * (length - len(ids)) + [1] * len(ids) for ids in prompts])
    logits = model(batch, attention_mask=mask).logits
    assert logits.isfinite().all()
    together = model.generate(batch, attention_mask=mask, max_new_tokens=6, do_sample=False)
    for row, ids in enumerate(prompts):
        single = model(torch.tensor([ids])).logits[0]
        torch.testing.assert_close(logits[row, length - len(ids) :], single, atol=1e-5, rtol=1e-5)
        alone = list(generate_ids(model, torch.tensor([ids]), GenerationParams(max_new_tokens=6, temperature=0)))
        assert together[row, length : length + len(alone)].tolist() == alone


def test_generate_with_a_picture_equals_the_stream():
    model = tiny.network(tiny.config())
    ids = torch.tensor([[5, 6, 0, 0, 0, 44, 45, GMASK, SOP]])
    image = {"image_embeds": torch.randn(1, 3, 64, generator=torch.Generator().manual_seed(1)), "image_start": 2}
    params = GenerationParams(max_new_tokens=8, temperature=0)
    streamed = list(generate_ids(model, ids, params, **image))
    assert (
        model.generate(ids, max_new_tokens=8, do_sample=False, **image)[0, 9 : 9 + len(streamed)].tolist() == streamed
    )
    assert streamed != list(generate_ids(model, ids, params)), "the picture must matter"


def test_a_cache_cannot_be_continued_without_positions():
    model = tiny.network(tiny.config())
    cache = KVCache(2)
    model(torch.tensor([PROMPT]), past_key_values=cache)
    with pytest.raises(ValueError, match="position_ids are required"):
        model(torch.tensor([[4]]), past_key_values=cache)


def test_ids_without_the_template_are_refused():
    model = tiny.network(tiny.config())
    with pytest.raises(UserError, match="append"):
        model(torch.tensor([[5, 6, 7]]))


@pytest.mark.parametrize("poison", [float("nan"), float("inf"), -float("inf")])
def test_invalid_logits_end_the_answer_with_a_clear_error(poison):
    model = tiny.network(tiny.config())
    params = GenerationParams(max_new_tokens=9, temperature=0)
    stream = generate_ids(model, torch.tensor([PROMPT]), params)
    first = [next(stream) for _ in range(3)]
    with torch.no_grad():
        model.lm_head.weight[50] = poison
    with pytest.raises(UserError, match="invalid numbers"):
        next(stream)
    assert len(first) == 3


def test_equal_seeds_give_equal_answers_and_others_do_not():
    model, ids = tiny.network(tiny.config()), torch.tensor([PROMPT])

    def answer(seed):
        return list(generate_ids(model, ids, GenerationParams(max_new_tokens=20, temperature=1.5, top_p=1, seed=seed)))

    assert answer(1) == answer(1)
    assert len({tuple(answer(seed)) for seed in range(5)}) > 1


def test_a_repetition_penalty_keeps_a_token_from_coming_back():
    logits = torch.tensor([[0.0, 3.0, 2.9, -1.0]])
    seen = torch.tensor([[1]])
    assert int(next_token(logits, seen, GenerationParams(temperature=0), None)) == 1
    assert int(next_token(logits, seen, GenerationParams(temperature=0, repetition_penalty=1.5), None)) == 2
