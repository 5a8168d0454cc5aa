"""The decoder against vectors computed by the original code: every case of `golden/glm`, at its own tolerance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from golden_cases import golden_dir, golden_paths, load_json
from safetensors.torch import load_file
from torch import Tensor

from model.cache import KVCache
from model.config import GLMConfig
from model.errors import UserError
from model.generation import InvalidScoreLogitsProcessor, generate_ids, next_token, warp
from model.glm import GLMForConditionalGeneration, rotary_tables, rotate
from model.positions import position_ids, position_step, visible
from model.types import GenerationParams


class Case:
    """One `NAME.json` with its `in.*` and `out.*` tensors."""

    def __init__(self, path: Path) -> None:
        self.info = json.loads(path.read_text("utf-8"))
        self.spec = self.info["spec"]
        tensors = load_file(path.with_suffix(".safetensors"))
        self.inputs = {name.removeprefix("in."): value for name, value in tensors.items() if name.startswith("in.")}
        self.expected = {name.removeprefix("out."): value for name, value in tensors.items() if name.startswith("out.")}
        self.dtype = getattr(torch, self.spec.get("dtype", "float32"))

    def config(self) -> GLMConfig:
        return GLMConfig.from_upstream(self.spec["config"])

    def model(self) -> GLMForConditionalGeneration:
        model = GLMForConditionalGeneration(self.config()).eval()
        state: dict[str, Tensor] = {}
        for name in self.info["weights"]:
            state |= load_file(golden_dir("glm") / name)
        state = {name: value for name, value in state.items() if not name.endswith("rotary_emb.inv_freq")}
        model.load_state_dict(state, strict=True)
        return model.to(self.dtype)

    def call_arguments(self) -> dict[str, Any]:
        """Our arguments for the original's inputs: masks there are True = blocked."""
        arguments = {name: self.inputs[name] for name in ("input_ids", "position_ids", "labels") if name in self.inputs}
        if "attention_mask" in self.inputs:
            arguments["attention_mask"] = self.real_tokens()
        if "images" in self.inputs and self.spec["pre_image_length"]:
            arguments |= {"image_embeds": self.inputs["images"], "image_start": self.spec["pre_image_length"]}
        return arguments

    def real_tokens(self) -> Tensor | None:
        """(batch, seq), 1 on real tokens; None when the case gives no mask."""
        mask = self.inputs.get("attention_mask")
        if mask is None or mask.dim() == 2:
            return mask
        return (~mask[:, 0, -1]).long()

    def close(self, found: Tensor, name: str) -> None:
        expected = self.expected[name]
        assert found.dtype == expected.dtype or name.startswith(("kv", "attention"))
        tolerance = {"rtol": 0.0, **self.info["recommended_tolerance"][str(self.dtype).split(".")[1]]}
        torch.testing.assert_close(found, expected, check_dtype=False, **tolerance)


def cases(*kinds: str) -> list[Any]:
    """All cases of the named kinds, as pytest parameters."""
    found = []
    for path in golden_paths("glm", "*.json"):
        info = json.loads(path.read_text("utf-8"))
        if isinstance(info, dict) and info.get("spec", {}).get("kind") in kinds:
            found.append(pytest.param(path, id=path.stem))
    return found


def keep_real(case: Case, tensor: Tensor) -> Tensor:
    """Zero the rows of pads in (batch, seq, …): the original fills them, and nothing reads them."""
    real = case.real_tokens()
    return tensor if real is None else tensor * real.bool().view(*real.shape, *[1] * (tensor.dim() - 2))


@pytest.mark.parametrize("path", cases("forward"))
@torch.no_grad()
def test_golden_forward(path: Path) -> None:
    case = Case(path)
    model, arguments = case.model(), case.call_arguments()
    cache = KVCache(model.config.num_hidden_layers)
    out = model(**arguments, past_key_values=cache, output_hidden_states=True, output_attentions=True)
    if "logits_tail" in case.expected:
        case.close(out.logits[:, -case.spec["tail"] :], "logits_tail")
        return
    case.expected["logits"] = keep_real(case, case.expected["logits"])
    case.close(keep_real(case, out.logits), "logits")
    hidden = torch.stack([keep_real(case, layer).transpose(0, 1) for layer in out.hidden_states])
    if "hidden_states" in case.expected:
        case.expected["hidden_states"] = torch.stack(
            [keep_real(case, layer.transpose(0, 1)).transpose(0, 1) for layer in case.expected["hidden_states"]]
        )
        case.close(hidden, "hidden_states")
    if "attention_probs" in case.expected:
        case.close(torch.stack([probabilities.flatten(0, 1) for probabilities in out.attentions]), "attention_probs")
    if "loss" in case.expected:
        case.close(out.loss.view(1), "loss")
    check_cache(case, cache)
    if "derived_position_ids" in case.expected:
        check_derived(case, model.config)


def check_derived(case: Case, config: GLMConfig) -> None:
    ids = case.inputs["input_ids"]
    found = position_ids(ids, config)
    expected = case.expected["derived_position_ids"]
    assert torch.equal(found, expected.view_as(found))
    per_token = case.inputs.get("attention_mask") if case.spec["variant"] == "visual" else None
    blocked = ~visible(ids, config, per_token, 0, 0)
    if per_token is not None:  # the original blocks the rows of pads, too; nothing reads them
        blocked = blocked | (per_token == 0)[:, None, :, None]
    assert torch.equal(blocked, case.expected["derived_attention_mask"])


def check_cache(case: Case, cache: KVCache) -> None:
    for layer in range(case.config().num_hidden_layers):
        for half, name in enumerate(("key", "value")):
            if f"kv.{layer}.{name}" in case.expected:
                case.close(cache.layer(layer)[half].permute(2, 0, 1, 3), f"kv.{layer}.{name}")
        if f"prompt_kv.{layer}" in case.expected:
            prefix = torch.stack(cache.layer(layer))[:, :, :, : case.spec["config"]["pre_seq_len"]]
            case.close(prefix.permute(0, 3, 1, 2, 4), f"prompt_kv.{layer}")


@pytest.mark.parametrize("path", cases("greedy"))
@torch.no_grad()
def test_golden_greedy(path: Path) -> None:
    case = Case(path)
    model, arguments = case.model(), case.call_arguments()
    cache = KVCache(model.config.num_hidden_layers, capacity=1)
    ids, mask = case.inputs["input_ids"], arguments.pop("attention_mask", None)
    positions = arguments.pop("position_ids", None)
    if positions is None:
        positions = position_ids(ids, model.config, mask)
    step = position_step(ids, model.config)
    arguments.pop("input_ids")
    params, tokens, sequence = GenerationParams(temperature=0), ids, ids
    for index in range(case.spec["steps"]):
        if f"step{index:02d}.position_ids" in case.expected:
            assert torch.equal(positions, case.expected[f"step{index:02d}.position_ids"].view_as(positions))
        out = model(tokens, positions, attention_mask=mask, past_key_values=cache, **arguments)
        if index == 0 and "prefill_logits" in case.expected:
            case.expected["prefill_logits"] = keep_real(case, case.expected["prefill_logits"])
            case.close(keep_real(case, out.logits), "prefill_logits")
        torch.testing.assert_close(
            out.logits[:, -1], case.expected["step_logits"][index], **case.info["recommended_tolerance"]["float32"]
        )
        tokens = next_token(out.logits[:, -1], sequence, params, None)
        sequence, positions, arguments = torch.cat([sequence, tokens], dim=-1), positions[..., -1:] + step, {}
        mask = None if mask is None else torch.nn.functional.pad(mask, (0, 1), value=1)
    assert torch.equal(sequence, case.expected["sequences"])
    check_cache(case, cache)


@pytest.mark.parametrize("path", cases("generate"))
def test_golden_generate(path: Path) -> None:
    case = Case(path)
    arguments = {"attention_mask": case.real_tokens(), **case.spec["generate_kwargs"]}
    found = case.model().generate(case.inputs["input_ids"], **arguments)
    assert torch.equal(found, case.expected["sequences"])


@pytest.mark.parametrize("path", cases("stream"))
def test_golden_stream(path: Path) -> None:
    case = Case(path)
    model, ids, kwargs = case.model(), case.inputs["input_ids"], case.spec["generate_kwargs"]
    model.config.eos_token_id = kwargs["eos_token_id"]
    sampled = {name: kwargs[name] for name in ("temperature", "top_p") if name in kwargs}
    params = GenerationParams(
        max_new_tokens=kwargs["max_length"] - ids.shape[1],
        seed=case.spec.get("seed"),
        **(sampled if kwargs["do_sample"] else {"temperature": 0}),
    )
    as_upstream = list(generate_ids(model, ids, params, drop_last_at_limit=True))
    assert ids[0].tolist() + as_upstream == case.expected["stream_last"][0].tolist()
    assert len(as_upstream) == int(case.expected["n_yields"])
    ours = ids[0].tolist() + list(generate_ids(model, ids, params))
    assert ours == [token for token in case.expected["generate"][0].tolist() if token != kwargs["eos_token_id"]]


@pytest.mark.parametrize("path", cases("train"))
def test_golden_train(path: Path) -> None:
    case = Case(path)
    model = case.model()
    out = model(**case.call_arguments())
    case.close(out.logits, "logits")
    case.close(out.loss.view(1), "loss")
    out.loss.backward()
    parameters = dict(model.named_parameters())
    names = [name for name in case.expected if name.startswith("grad.")]
    assert names
    for name in names:
        case.close(parameters[name.removeprefix("grad.")].grad, name)


@pytest.mark.parametrize("path", cases("rotary"))
def test_golden_rotary(path: Path) -> None:
    case = Case(path)
    tables = [name for name in case.expected if name.endswith(".cos")]
    assert tables
    for name in tables:
        dtype, dim = name.split(".")[0], int(name.split(".d")[1].split(".")[0])
        cos, sin = rotary_tables(case.inputs["positions"], dim, getattr(torch, dtype))
        tolerance = case.info["recommended_tolerance"].get(dtype, {"atol": 0.0})["atol"]
        torch.testing.assert_close(cos, case.expected[name], atol=tolerance, rtol=0)
        torch.testing.assert_close(sin, case.expected[name.replace(".cos", ".sin")], atol=tolerance, rtol=0)
    cos, sin = rotary_tables(case.inputs["position_id"], case.inputs["q"].shape[-1], torch.float32)
    for name in ("q", "k"):
        case.close(rotate(case.inputs[name], cos[:, :, None], sin[:, :, None]), f"{name}_rotated")


@pytest.mark.parametrize("path", cases("sampling"))
def test_golden_sampling(path: Path) -> None:
    case = Case(path)
    for index, setting in enumerate(case.spec["settings"]):
        logits = case.inputs["logits"]
        kept, ids = warp(logits, GenerationParams(**setting))
        scores = torch.full_like(logits, -torch.inf).scatter(-1, ids, kept)
        case.close(scores, f"scores.{index}")
        case.close(scores.softmax(-1), f"probs.{index}")


def test_golden_position_mask_rules() -> None:
    rules = load_json("glm", "position_mask_rules.json")
    ids = rules["ids"]
    shape = {"num_hidden_layers": 1, "hidden_size": 64, "num_attention_heads": 4, "vocab_size": 200}
    tokens = {"mask_token_id": ids["mask"], "gmask_token_id": ids["gmask"], "bos_token_id": ids["bos"]}
    two, one = (GLMConfig(position_encoding_2d=flag, **shape, **tokens) for flag in (True, False))
    for case in rules["cases"]:
        row = torch.tensor([case["input_ids"]])
        blocked = ~visible(row, two, None, 0, 0)[0, 0]
        assert blocked.int().tolist() == case["attention_mask_true_is_blocked"]
        assert position_ids(row, two)[0].tolist() == case["position_ids_2d"]
        assert position_ids(row, one)[0, 0].tolist() == case["position_ids_1d"]
        assert position_ids(row, two)[0, :, -1:].tolist() == case["decode_step_position_ids_2d"]
        as_upstream = position_ids(row, one, upstream_1d_decode=True)
        assert as_upstream[0, 0, -1:].tolist() == case["decode_step_position_ids_1d"]
    for case in rules["errors"]:
        with pytest.raises(UserError, match=r"append \[gMASK\] <sop>"):
            position_ids(torch.tensor([case["input_ids"]]), two)


def test_golden_invalid_scores() -> None:
    def tensor(rows: list[list[Any]]) -> Tensor:
        return torch.tensor([[float(value) for value in row] for row in rows])

    for case in load_json("glm", "invalid_scores.json")["cases"]:
        scores = tensor(case["scores"])
        for name, ignore_inf in (("chatglm", False), ("visualglm", True)):
            found = InvalidScoreLogitsProcessor(ignore_inf)(torch.zeros(0), scores)
            torch.testing.assert_close(found, tensor(case[name]), atol=0, rtol=0, equal_nan=True)
        if not scores.isfinite().all():
            with pytest.raises(UserError, match="invalid numbers"):
                next_token(scores, torch.zeros(len(scores), 0, dtype=torch.long), GenerationParams(), None)
