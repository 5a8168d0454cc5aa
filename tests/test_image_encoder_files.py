"""Image encoders and adapters out of the files that LAVIS and SwissArmyTransformer leave behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from golden_cases import load_case
from test_golden_vision import LAVIS_CASES, TOLERANCE, config_of
from torch.nn import functional as F

import model
from model import synthetic
from model.errors import UserError
from model.image_encoder import load_image_encoder

CASES = pytest.mark.parametrize("path", LAVIS_CASES, ids=lambda path: path.stem)


@pytest.fixture
def case():
    if not LAVIS_CASES:
        pytest.skip("there are no golden cases made with LAVIS")
    return load_case(LAVIS_CASES[0])


def save(path, tensors):
    torch.save(tensors, path)
    return path


def stage2(path, weights):
    """As LAVIS saves it, with the text branch and training's leftovers."""
    extra = {
        "Qformer.bert.embeddings.position_ids": torch.arange(4).float()[None],
        "Qformer.bert.encoder.layer.0.intermediate.dense.weight": torch.zeros(8, 4),
        "temp": torch.tensor(0.07),
        "opt_model.model.decoder.embed_tokens.weight": torch.zeros(8, 4),
    }
    return save(path, {"model": weights | extra, "epoch": 3})


def vision_transformer(path, weights):
    """The vision transformer's own file: no prefix, and one more block than LAVIS uses."""
    own = {name.removeprefix("visual_encoder."): t for name, t in weights.items() if name.startswith("visual_encoder.")}
    last = max(int(name.split(".")[1]) for name in own if name.startswith("blocks."))
    block = {name: t for name, t in own.items() if name.startswith(f"blocks.{last}.")}
    more = {name.replace(f"blocks.{last}.", f"blocks.{last + 1}."): t + 1 for name, t in block.items()}
    return save(path, own | more | {"norm.weight": torch.ones(4), "head.bias": torch.zeros(2)})


def without(weights, *prefixes):
    return {name: tensor for name, tensor in weights.items() if not name.startswith(prefixes)}


def agrees(encoder, case):
    with torch.no_grad():
        found = encoder(case.tensors["pixel_values"])
    torch.testing.assert_close(found, case.tensors["projected"], atol=TOLERANCE, rtol=0)


@CASES
def test_a_stage_2_file_is_the_encoder(tmp_path, path):
    case = load_case(path)
    agrees(load_image_encoder([stage2(tmp_path / "blip2.pth", case.weights)], config_of(case)), case)


@CASES
@pytest.mark.parametrize("first", ["blip2.pth", "eva_vit_g.pth"])
def test_the_vision_transformer_may_lie_in_a_file_of_its_own(tmp_path, path, first):
    case = load_case(path)
    files = [
        stage2(tmp_path / "blip2.pth", without(case.weights, "visual_encoder.")),
        vision_transformer(tmp_path / "eva_vit_g.pth", case.weights),
    ]
    files.sort(key=lambda file: file.name != first)
    agrees(load_image_encoder(files, config_of(case)), case)


def test_layers_queries_and_picture_sizes_are_told_by_the_tensors(tmp_path, case):
    config = config_of(case)
    unknown = replace(config, image_size=config.patch_size, num_hidden_layers=1, num_query_tokens=1)
    agrees(load_image_encoder([stage2(tmp_path / "blip2.pth", case.weights)], unknown), case)


@pytest.mark.parametrize(
    ("absent", "match"),
    [
        (("visual_encoder.",), "lacks the vision transformer.*eva_vit_g.pth"),
        (("query_tokens", "Qformer."), "lacks the Q-Former.*BLIP-2 file"),
        (("opt_proj.",), "has no projection.*stage 1.*must first be trained"),
        (("ln_vision.weight",), "post_layernorm.weight is missing"),
    ],
)
def test_what_the_files_lack_is_said(tmp_path, case, absent, match):
    file = stage2(tmp_path / "blip2.pth", without(case.weights, *absent))
    with pytest.raises(UserError, match=match):
        load_image_encoder([file], config_of(case))


def test_a_projection_for_another_language_model_is_refused(tmp_path, case):
    file = stage2(tmp_path / "blip2.pth", case.weights)
    with pytest.raises(
        UserError, match=r"it gives 80 numbers a slot, and this model takes 4096.*must first be trained"
    ):
        load_image_encoder([file], replace(config_of(case), output_size=4096))


def test_an_encoder_of_another_kind_is_refused(tmp_path, case):
    with pytest.raises(UserError, match="widths are 64 and 48 instead of 1408 and 768"):
        load_image_encoder([stage2(tmp_path / "blip2.pth", case.weights)])
    file = stage2(tmp_path / "more.pth", case.weights | {"visual_encoder.blocks.0.gamma": torch.ones(64)})
    with pytest.raises(UserError, match=r"unknown LAVIS weight name.*blocks.0.gamma"):
        load_image_encoder([file], config_of(case))


def test_a_visualglm_in_any_form_gives_its_encoder(tmp_path):
    folders = [synthetic.write(name, tmp_path / name) for name in ("visualglm-6b", "visualglm-6b-sat")]
    synthetic.write_vocabulary("visualglm-6b-sat", folders[1])
    network = model.load(folders[0], device="cpu", precision="fp32").engine.network
    pixels = torch.randn(1, 3, *[network.config.vision_config.image_size] * 2)
    hub, sat = (load_image_encoder([folder]).float() for folder in folders)
    assert torch.equal(hub(pixels), network.image_encoder(pixels))
    torch.testing.assert_close(sat(pixels), hub(pixels), atol=0.02, rtol=0)  # SwissArmyTransformer's is rounded to fp16


def test_a_text_model_has_no_encoder(tmp_path):
    folder = synthetic.write("chatglm-6b", tmp_path / "chatglm-6b")
    with pytest.raises(UserError, match=r"no image encoder in .*chatglm-6b, which is a ChatGLM-6B"):
        load_image_encoder([folder])


# LoRA as SwissArmyTransformer's fine-tuning saves it


def adapted(folder, layer, single):
    """Put LoRA of rank 2 beside the attention of one layer; returns its parts, with fp32 numbers."""
    file = folder / "1" / "mp_rank_00_model_states.pt"
    state = torch.load(file, weights_only=True)["module"]
    parts = {}
    generator = torch.Generator().manual_seed(5)
    for module, pairs in (("query_key_value", 3), ("dense", 1)):
        owner = f"transformer.layers.{layer}.attention.{module}"
        weight = state.pop(f"{owner}.weight")
        state[f"{owner}.original.weight"], state[f"{owner}.original.bias"] = weight, state.pop(f"{owner}.bias")
        rows, columns = weight.shape
        down = [torch.randn(2, columns, generator=generator) for _ in range(pairs)]
        up = [torch.randn(rows // pairs, 2, generator=generator) for _ in range(pairs)]
        for index, (a, b) in enumerate(zip(down, up, strict=True)):
            number = "" if single and pairs == 1 else f".{index}"
            state[f"{owner}.matrix_A{number}"], state[f"{owner}.matrix_B{number}"] = a, b
        parts[module] = (weight.float(), down, up)
    torch.save({"module": state}, file)
    return parts


@pytest.mark.parametrize(("layout", "single"), [("visualglm-6b-sat-old", True), ("visualglm-6b-sat", False)])
def test_adapters_are_folded_in(tmp_path, layout, single):
    folder = synthetic.write(layout, tmp_path / layout)
    synthetic.write_vocabulary(layout, folder)
    before = model.load(folder, device="cpu", precision="fp32")
    parts = adapted(folder, 1, single)
    after = model.load(folder, device="cpu", precision="fp32")
    assert after.info.parameters == before.info.parameters
    plain, network = before.engine.network, after.engine.network
    attention, heads = network.transformer.layers[1].attention, network.config.num_attention_heads

    x = torch.randn(3, network.config.hidden_size)
    weight, (down,), (up,) = parts["dense"]
    expected = F.linear(x, weight) + x @ down.T @ up.T / 2
    torch.testing.assert_close(F.linear(x, attention.dense.weight), expected, atol=0.05, rtol=0.01)

    weight, down, up = parts["query_key_value"]
    changes = [(x @ a.T @ b.T / 2).unflatten(-1, (heads, -1)) for a, b in zip(down, up, strict=True)]
    base = F.linear(x, plain.transformer.layers[1].attention.query_key_value.weight).unflatten(-1, (heads, -1))
    expected = (base + torch.cat(changes, dim=-1)).flatten(-2)  # each head's q, k and v
    found = F.linear(x, attention.query_key_value.weight)
    torch.testing.assert_close(found, expected, atol=0.05, rtol=0.01)
    untouched = plain.transformer.layers[0].attention.query_key_value.weight
    assert torch.equal(network.transformer.layers[0].attention.query_key_value.weight, untouched)


def test_an_adapter_that_lacks_a_part_is_named(tmp_path):
    folder = synthetic.write("visualglm-6b-sat", tmp_path / "sat")
    synthetic.write_vocabulary("visualglm-6b-sat", folder)
    adapted(folder, 0, False)
    file = folder / "1" / "mp_rank_00_model_states.pt"
    state = torch.load(file, weights_only=True)["module"]
    del state["transformer.layers.0.attention.query_key_value.matrix_B.2"]
    torch.save({"module": state}, file)
    with pytest.raises(UserError, match=r"query_key_value.matrix_B.2 is missing"):
        model.load(folder)
