"""The image path on golden vectors made with LAVIS and VisualGLM-6B: numbers, names, preprocessing.

Every case that the golden folder holds in these formats is taken. The end-to-end case and the prompt layout need the
decoder and the tokenizer and are tested beside them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from golden_cases import GoldenCase, golden_dir, golden_paths, load_case, load_json
from PIL import Image

from vision.config import VisionConfig
from vision.encoder import ImageEncoder
from vision.image import pixel_values
from vision.names import HUB_PREFIX, SAT_PREFIX, from_lavis, from_visualglm, to_visualglm

TOLERANCE = 2e-5  # max abs difference, float32 on CPU: the cases' own README
HALF_TOLERANCE = 3e-2
JPEG_TOLERANCE = 0.016  # one grey level: JPEG decoders may differ by that

LAVIS_CASES = golden_paths("vision", "lavis_tiny*.safetensors")
VISUALGLM_CASES = golden_paths("vision", "visualglm_tiny*.safetensors")
PREPROCESS_CASES = golden_paths("vision", "preprocess*.safetensors")


def config_of(case: GoldenCase) -> VisionConfig:
    """The sizes of a case, whose JSON speaks LAVIS' or SwissArmyTransformer's dialect."""
    sizes = case.info["config"]
    if "vision" in sizes:
        vision, qformer = sizes["vision"], sizes["qformer"]
        return VisionConfig(
            image_size=vision["image_size"],
            patch_size=vision["patch_size"],
            hidden_size=vision["hidden_size"],
            num_hidden_layers=vision["num_hidden_layers"],
            num_attention_heads=vision["num_attention_heads"],
            intermediate_size=vision["intermediate_size"],
            layer_norm_eps=vision["layer_norm_eps_blocks"],
            post_layernorm_eps=vision["layer_norm_eps_ln_vision"],
            qformer_hidden_size=qformer["hidden_size"],
            qformer_num_hidden_layers=qformer["num_hidden_layers"],
            qformer_num_attention_heads=qformer["num_attention_heads"],
            qformer_intermediate_size=qformer["intermediate_size"],
            qformer_layer_norm_eps=qformer["layer_norm_eps"],
            cross_attention_frequency=qformer["cross_attention_frequency"],
            num_query_tokens=qformer["num_query_tokens"],
            output_size=sizes["projection_out"],
        )
    eva, qformer = sizes["eva_config"], sizes["qformer_config"]
    return VisionConfig(
        image_size=eva["image_size"][0],
        patch_size=eva["patch_size"],
        hidden_size=eva["hidden_size"],
        num_hidden_layers=eva["num_layers"],
        num_attention_heads=eva["num_attention_heads"],
        intermediate_size=eva["inner_hidden_size"],
        layer_norm_eps=eva["layernorm_epsilon"],
        post_layernorm_eps=sizes["layer_norm_eps_ln_vision"],
        qformer_hidden_size=qformer["hidden_size"],
        qformer_num_hidden_layers=qformer["num_layers"],
        qformer_num_attention_heads=qformer["num_attention_heads"],
        qformer_intermediate_size=sizes["qformer_inner_hidden_size"],
        qformer_layer_norm_eps=qformer["layernorm_epsilon"],
        num_query_tokens=qformer["vocab_size"],
        output_size=sizes["projection_out"],
    )


def run(encoder: ImageEncoder, pixels: torch.Tensor) -> dict[str, torch.Tensor]:
    """Every intermediate state under the name the cases give it."""
    blocks: list[torch.Tensor] = []
    layers: list[torch.Tensor] = []
    with torch.no_grad():
        image_states = encoder.vision_model(pixels, collect=blocks)
        queries = encoder.query_tokens.expand(len(pixels), -1, -1)
        query_states = encoder.qformer(queries, image_states, collect=layers)
        projected = encoder(pixels)
    return {
        **{f"vit_block_{i}": states for i, states in enumerate(blocks[1:])},
        "vit_output_pre_ln": blocks[-1],
        "vit_output": image_states,
        **{f"qformer_hidden_{j}": states for j, states in enumerate(layers)},
        "qformer_output": query_states,
        "projected": projected,
    }


def compare(found: dict[str, torch.Tensor], case: GoldenCase) -> None:
    outputs = {n: t for n, t in case.tensors.items() if n != "pixel_values" and not n.endswith("_half")}
    assert set(outputs) <= set(found)
    for name, expected in outputs.items():
        difference = (found[name] - expected).abs().max().item()
        assert difference <= TOLERANCE, f"{case.name} {name}: differs by {difference:.2e}"


@pytest.mark.parametrize("path", LAVIS_CASES, ids=lambda path: path.stem)
def test_lavis(path: Path):
    case = load_case(path)
    config = config_of(case)
    encoder = ImageEncoder(config).eval()
    encoder.load_state_dict(dict(from_lavis(case.weights.items(), config)))
    compare(run(encoder, case.tensors["pixel_values"]), case)


@pytest.mark.parametrize("path", VISUALGLM_CASES, ids=lambda path: path.stem)
def test_visualglm(path: Path):
    case = load_case(path)
    config = config_of(case)
    encoder = ImageEncoder(config).eval()
    encoder.load_state_dict(dict(from_visualglm(case.weights.items(), config)))
    compare(run(encoder, case.tensors["pixel_values"]), case)


@pytest.mark.parametrize("path", VISUALGLM_CASES, ids=lambda path: path.stem)
def test_visualglm_half(path: Path):
    case = load_case(path)
    halves = {name: tensor for name, tensor in case.tensors.items() if name.endswith("_half")}
    if not halves:
        pytest.skip("the case holds no half-precision outputs")
    config = config_of(case)
    encoder = ImageEncoder(config).eval()
    encoder.load_state_dict(dict(from_visualglm(case.weights.items(), config)))
    found = run(encoder.half(), case.tensors["pixel_values"].half())
    for name, expected in halves.items():
        torch.testing.assert_close(found[name.removesuffix("_half")], expected, atol=HALF_TOLERANCE, rtol=0)


@pytest.mark.parametrize("path", VISUALGLM_CASES, ids=lambda path: path.stem)
def test_visualglm_names_return_byte_identical(path: Path):
    case = load_case(path)
    config = config_of(case)
    back = dict(to_visualglm(from_visualglm(case.weights.items(), config), config))
    assert set(back) == set(case.weights)
    for name, tensor in case.weights.items():
        assert torch.equal(back[name], tensor), name


@pytest.mark.parametrize("path", VISUALGLM_CASES, ids=lambda path: path.stem)
def test_sat_prefix_means_the_same(path: Path):
    case = load_case(path)
    config = config_of(case)
    hub = dict(from_visualglm(case.weights.items(), config))
    sat = {SAT_PREFIX + name.removeprefix(HUB_PREFIX): tensor for name, tensor in case.weights.items()}
    # Shards come in any order.
    found = dict(from_visualglm(reversed(sat.items()), config))
    assert set(found) == set(hub)
    assert all(torch.equal(found[name], tensor) for name, tensor in hub.items())


def on_meta(keys: dict[str, list[int]]) -> dict[str, torch.Tensor]:
    return {name: torch.empty(shape, device="meta") for name, shape in keys.items()}


def full_size_shapes(**sizes: int) -> dict[str, torch.Size]:
    with torch.device("meta"):
        encoder = ImageEncoder(VisionConfig(**sizes))
    return {name: tensor.shape for name, tensor in encoder.state_dict().items()}


def test_full_size_visualglm_names_and_shapes():
    keys = load_json("vision", "visualglm_keys.json")["keys"]
    stored = on_meta(keys)
    ours = dict(from_visualglm(stored.items(), VisionConfig()))
    assert {name: tensor.shape for name, tensor in ours.items()} == full_size_shapes()
    back = dict(to_visualglm(ours.items(), VisionConfig()))
    assert {name: list(tensor.shape) for name, tensor in back.items()} == keys


def test_full_size_lavis_names_and_shapes():
    keys = load_json("vision", "lavis_blip2_keys.json")["keys"]
    (width,) = (shape[0] for name, shape in keys.items() if re.fullmatch(r"\w+_proj\.bias", name))
    ours = dict(from_lavis(on_meta(keys).items(), VisionConfig(output_size=width)))
    assert {name: tensor.shape for name, tensor in ours.items()} == full_size_shapes(output_size=width)


def test_key_map_rows():
    """Row by row: the target's name, its full-size shape, and the hub tensor it comes from."""
    rows = load_json("vision", "key_map.json")["rows"]
    shapes, sources, config = full_size_shapes(), hub_sources(), VisionConfig()
    covered = set()
    for row in rows:
        target = row["transformers"]
        layers = config.num_hidden_layers if "{i}" in target else config.qformer_num_hidden_layers
        step = config.cross_attention_frequency if "{even}" in target else 1
        for index in range(0, layers, step) if "{" in target else [0]:
            name = re.sub(r"\{\w+\}", str(index), target)
            assert list(shapes[name]) == row["shape"], name
            source = row["visualglm"]
            if isinstance(source, dict):  # the norm that moved to the next layer, or to the end of the stack
                source = next(text for when, text in source.items() if ("=" in when) == (index == layers - 1))
            assert sources[name] == re.sub(r"\{\w+\}", str(index), source.replace("{j+1}", str(index + 1))), name
            covered.add(name)
    assert covered == set(shapes)


def hub_sources() -> dict[str, str]:
    """Our names and the hub tensor that had just been read when each came out: conversion is one in, pieces out."""
    keys = load_json("vision", "visualglm_keys.json")["keys"]
    last = ""

    def one_by_one() -> Iterator[tuple[str, torch.Tensor]]:
        nonlocal last
        for name, tensor in on_meta(keys).items():
            last = name
            yield name, tensor

    return {ours: last for ours, _ in from_visualglm(one_by_one(), VisionConfig())}


@pytest.mark.parametrize("path", PREPROCESS_CASES, ids=lambda path: path.stem)
def test_preprocess(path: Path):
    """The pure processor, fed with Pillow's plain conversion as the originals are (no orientation, alpha dropped)."""
    case = load_case(path)
    for file, expected in case.info["images"].items():
        with Image.open(golden_dir("vision") / "images" / file) as opened:
            assert (opened.mode, list(opened.size)) == (expected["mode"], expected["size_wh"])
            image = opened.convert("RGB")
        sizes = [int(match[1]) for key in expected if (match := re.fullmatch(r"float(\d+)_sha256", key))]
        assert sizes
        for size in sizes:
            found = pixel_values(image, size)
            assert found.shape == (1, 3, size, size)
            assert found.dtype == torch.float32
            exact = hashlib.sha256(found.numpy().tobytes()).hexdigest() == expected[f"float{size}_sha256"]
            assert exact or file.endswith(".jpg"), f"{file} at {size}"
            values = [found.mean().item(), found.double().std(correction=0).item()]
            torch.testing.assert_close(values, expected[f"float{size}_mean_std"], atol=JPEG_TOLERANCE, rtol=0)
            stored = case.tensors.get(f"float_{size}/{file}")
            if stored is not None:
                tolerance = JPEG_TOLERANCE if file.endswith(".jpg") else 0
                torch.testing.assert_close(found[0], stored, atol=tolerance, rtol=0)
