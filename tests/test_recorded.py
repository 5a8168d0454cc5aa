"""Decoding by a recorded step gives what decoding does; on a CPU another recorder takes the place of CUDA graphs."""

from __future__ import annotations

import weakref

import pytest
import tiny
import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from model.cache import KVCache
from model.glm import GLMForConditionalGeneration
from model.positions import position_ids, position_step
from model.recorded import RecordedSteps, Work, can_be_recorded

PROMPT = torch.tensor([[5, 17, 23, 42, 8, 95, 98]])
ANSWER = [31, 7, 66, 12, 40, 9, 77, 31, 2, 58]


def traced(work: Work, device: torch.device) -> Work:
    """Records every operation with what is no tensor as it was: as a CUDA graph does, which cannot run here."""
    return make_fx(work, _allow_non_fake_inputs=True)()  # type: ignore[no-any-return]


def behind_prompt(
    model: GLMForConditionalGeneration, capacity: int, record: object = traced
) -> tuple[RecordedSteps, KVCache]:
    cache, positions = KVCache(2, capacity), position_ids(PROMPT, model.config)
    model(PROMPT, positions, past_key_values=cache)
    ahead = position_step(PROMPT, model.config)
    return RecordedSteps(model, cache, positions[..., -1:], ahead, record), cache  # type: ignore[arg-type]


def expected(model: GLMForConditionalGeneration) -> Tensor:
    return model(torch.cat([PROMPT, torch.tensor([ANSWER])], dim=1)).logits[0, -len(ANSWER) :]


@pytest.mark.parametrize("changes", [{}, {"position_encoding_2d": False}, {"pre_seq_len": 3}])
@pytest.mark.parametrize("room", [1, 4, 300])  # the cache grows at once, on the way, or never
@torch.inference_mode()
def test_recorded_steps_equal_one_uncached_pass(changes: dict[str, object], room: int) -> None:
    model = tiny.network(tiny.config(**changes))
    step, cache = behind_prompt(model, (model.config.pre_seq_len or 0) + PROMPT.shape[1] + room)
    found = torch.cat([step(torch.tensor([[token]])) for token in ANSWER])
    torch.testing.assert_close(found, expected(model), atol=1e-5, rtol=1e-5)
    assert cache.get_seq_length() == (model.config.pre_seq_len or 0) + PROMPT.shape[1] + len(ANSWER)


@torch.inference_mode()
def test_what_a_recording_reads_lives_as_long() -> None:
    """A CUDA graph owns none of the memory outside of it; this recorder does not hold it either."""
    works: list[weakref.ref[Work]] = []

    def noted(work: Work, device: torch.device) -> Work:
        works.append(weakref.ref(work))
        return traced(work, device)

    model = tiny.network(tiny.config())
    step, _ = behind_prompt(model, 300, noted)
    for token in ANSWER:
        step(torch.tensor([[token]]))
    (work,) = works
    assert work() is not None
    del step
    assert work() is None, "a GPU's memory must not wait for the garbage collector"


def fails(work: Work, device: torch.device) -> Work:
    raise RuntimeError("operation not permitted when stream is capturing")


def differs(work: Work, device: torch.device) -> Work:
    return lambda: 1.1 * work()


def does_nothing(work: Work, device: torch.device) -> Work:
    result = work()
    return lambda: result


@pytest.mark.parametrize("record", [fails, differs, does_nothing])
@torch.inference_mode()
def test_what_cannot_be_recorded_is_computed(record: object) -> None:
    model = tiny.network(tiny.config())
    step, _ = behind_prompt(model, 10, record)
    with pytest.warns(UserWarning, match="not permitted|differ by"):
        found = torch.cat([step(torch.tensor([[token]])) for token in ANSWER])
    torch.testing.assert_close(found, expected(model), atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_only_a_recording_runs_after_the_first_step() -> None:
    model = tiny.network(tiny.config())
    step, _ = behind_prompt(model, 300)
    step(torch.tensor([[31]]))
    model.transformer.forward = None  # type: ignore[assignment]
    step(torch.tensor([[7]]))


def test_only_what_is_whole_on_a_gpu_is_recorded() -> None:
    with torch.device("meta"):
        model = tiny.network(tiny.config())
    assert not can_be_recorded(model)
    assert not can_be_recorded(tiny.network(tiny.config()))
