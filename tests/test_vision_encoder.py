"""The image encoder beside its numbers: shapes, dtypes, initial weights, settings and weight names."""

from __future__ import annotations

import dataclasses
import json

import pytest
import tiny
import torch

import model
from model import checkpoint
from model.recognise import recognise
from model.tokenizer import GLMTokenizer
from vision.config import VisionConfig
from vision.encoder import ImageEncoder
from vision.names import from_lavis, from_visualglm, to_visualglm

TINY = VisionConfig(
    image_size=16,
    patch_size=8,
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=24,
    qformer_hidden_size=12,
    qformer_num_hidden_layers=3,
    qformer_num_attention_heads=2,
    qformer_intermediate_size=20,
    num_query_tokens=5,
    output_size=10,
)

STEM = dataclasses.replace(TINY, stem_channels=(6, 8, 12))


@pytest.fixture(scope="module")
def encoder() -> ImageEncoder:
    torch.manual_seed(0)
    return ImageEncoder(TINY).eval()


def test_shapes(encoder: ImageEncoder):
    pixels = torch.randn(3, 3, 16, 16)
    states: list[torch.Tensor] = []
    assert encoder.vision_model(pixels, collect=states).shape == (3, 1 + 4, 16)
    assert [tuple(state.shape) for state in states] == [(3, 5, 16)] * 3
    assert encoder(pixels).shape == (3, 5, 10)


@pytest.mark.parametrize("shape", [(1, 3, 8, 16), (1, 3, 32, 32), (3, 16, 16), (1, 1, 16, 16)])
def test_wrong_shape_names_found_and_expected(encoder: ImageEncoder, shape: tuple[int, ...]):
    with pytest.raises(ValueError) as caught:
        encoder(torch.zeros(shape))
    assert str(shape) in str(caught.value)
    assert "(batch, 3, 16, 16)" in str(caught.value)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_dtypes(encoder: ImageEncoder, dtype: torch.dtype):
    cast = ImageEncoder(TINY).to(dtype)
    assert cast(torch.randn(1, 3, 16, 16)).dtype == dtype


def test_half_vit_with_float32_qformer(encoder: ImageEncoder):
    mixed = ImageEncoder(TINY).eval()
    mixed.load_state_dict(encoder.state_dict())
    mixed.vision_model.half()
    pixels = torch.randn(1, 3, 16, 16)
    with torch.no_grad():
        torch.testing.assert_close(mixed(pixels), encoder(pixels), atol=1e-2, rtol=0)


def test_initial_weights_can_be_trained(encoder: ImageEncoder):
    for name, parameter in encoder.named_parameters():
        if "norm" in name.lower():
            assert parameter.unique().tolist() == [1.0 if name.endswith("weight") else 0.0]
        elif name.endswith("bias"):
            assert not parameter.any()
        else:
            assert 0.01 < parameter.std() < 0.03, name
    trained = ImageEncoder(TINY)
    trained(torch.randn(2, 3, 16, 16)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in trained.parameters())


def test_config_round_trip_defaults_and_unknown_keys():
    assert VisionConfig.from_dict(TINY.to_dict()) == TINY
    assert VisionConfig.from_dict({}) == VisionConfig()
    with pytest.warns(UserWarning, match="depth"):
        assert VisionConfig.from_dict({"depth": 3}) == VisionConfig()


@pytest.mark.parametrize("changes", [{"patch_size": 9}, {"num_attention_heads": 3}, {"qformer_num_attention_heads": 0}])
def test_config_refuses_sizes_that_do_not_divide(changes: dict[str, int]):
    with pytest.raises(ValueError, match="must be a multiple of"):
        dataclasses.replace(TINY, **changes)


def test_unknown_names_are_counted_and_five_are_shown():
    stray = {f"image_encoder.stray.{index}": torch.zeros(1) for index in range(7)}
    with pytest.raises(ValueError, match="7 unknown VisualGLM weight") as caught:
        dict(from_visualglm(stray.items(), TINY))
    assert [f"stray.{index}" in str(caught.value) for index in range(7)] == [True] * 5 + [False] * 2
    with pytest.raises(ValueError, match="1 unknown image encoder weight"):
        dict(to_visualglm([("stray", torch.zeros(1))], TINY))
    with pytest.raises(ValueError, match="1 unknown LAVIS weight"):
        dict(from_lavis([("stray", torch.zeros(1))], TINY))


def test_half_a_group_is_refused(encoder: ImageEncoder):
    lavis = [("visual_encoder.blocks.1.attn.v_bias", torch.zeros(16))]
    with pytest.raises(ValueError, match=r"missing.*blocks\.1\.attn\.q_bias"):
        dict(from_lavis(lavis, TINY))
    ours = encoder.state_dict()
    del ours["qformer.encoder.layer.0.attention.attention.key.bias"]
    with pytest.raises(ValueError, match=r"missing.*layer\.0\.attention\.attention\.key\.bias"):
        dict(to_visualglm(ours.items(), TINY))


def test_unused_parts_of_lavis_files_are_skipped():
    unused = (
        "Qformer.bert.embeddings.position_ids",
        "Qformer.bert.embeddings.word_embeddings.weight",
        "Qformer.bert.embeddings.position_embeddings.weight",
        "Qformer.bert.encoder.layer.1.intermediate.dense.weight",
        "Qformer.bert.encoder.layer.1.output.LayerNorm.bias",
        "Qformer.cls.predictions.bias",
        "vision_proj.weight",
        "text_proj.bias",
        "itm_head.weight",
        "temp",
        "visual_encoder.blocks.2.norm1.weight",
        "blocks.2.attn.q_bias",
        "norm.weight",
        "head.bias",
    )
    assert not dict(from_lavis([(name, torch.zeros(1)) for name in unused], TINY))


def test_bare_vit_file():
    weight = torch.randn(16)
    assert dict(from_lavis([("blocks.0.norm1.weight", weight)], TINY)) == {
        "vision_model.encoder.layers.0.layer_norm1.weight": weight
    }


# A stem of convolutions


def test_a_stem_makes_patches_row_by_row_that_overlap_their_neighbours():
    torch.manual_seed(0)
    stemmed = ImageEncoder(dataclasses.replace(STEM, image_size=64)).eval()
    pixels = torch.zeros(1, 3, 64, 64)
    dotted = pixels.clone()
    dotted[:, :, 8 * 1 + 4, 8 * 5 + 4] = 30.0  # in the middle of the patch in row 1 and column 5 of 8
    embeddings = stemmed.vision_model.embeddings
    with torch.no_grad():
        assert stemmed(pixels).shape == (1, 5, 10)
        one, other = embeddings(pixels)[0], embeddings(dotted)[0]
    assert one.shape == (1 + 64, 16)
    changed = (one != other).any(-1).nonzero().flatten().tolist()
    assert changed == [1 + 8 * row + column for row in range(4) for column in range(4, 8)]


def test_a_stem_can_be_trained_and_cast():
    stemmed = ImageEncoder(STEM)
    stemmed(torch.randn(2, 3, 16, 16)).square().sum().backward()
    assert all(
        parameter.grad is not None and parameter.grad.any()
        for parameter in stemmed.vision_model.embeddings.parameters()
    )
    assert stemmed.to(torch.bfloat16)(torch.randn(1, 3, 16, 16)).dtype == torch.bfloat16


def test_the_stem_survives_its_configuration_in_json():
    assert VisionConfig.from_dict(json.loads(json.dumps(STEM.to_dict()))) == STEM
    assert hash(VisionConfig.from_dict(STEM.to_dict())) == hash(STEM)
    old = {name: value for name, value in TINY.to_dict().items() if name != "stem_channels"}
    assert VisionConfig.from_dict(old) == TINY  # checkpoints older than the stem


def test_a_stem_that_does_not_fit_the_patches_is_refused():
    with pytest.raises(ValueError, match="a stem of 2 convolutions makes patches of 2"):
        dataclasses.replace(STEM, stem_channels=(6, 8))


def test_a_checkpoint_keeps_the_stem(tmp_path):
    vision = dataclasses.replace(STEM, output_size=64)
    network = tiny.network(tiny.config(GLMTokenizer.from_file(tiny.VOCABULARY), vision=vision))
    checkpoint.save(network, tiny.VOCABULARY, tmp_path / "stemmed", torch.float32)
    assert VisionConfig.from_dict(recognise(tmp_path / "stemmed").config.vision) == vision
    loaded = model.load(tmp_path / "stemmed", device="cpu")
    pixels = torch.randn(2, 3, 16, 16)
    assert torch.equal(loaded.engine.network.image_encoder(pixels), network.image_encoder(pixels))
