"""Folders of the newer GLM models: what they hold is told by their content, and what is wrong with them is named."""

from __future__ import annotations

import itertools
import json

import causal_tiny
import pytest
import torch
from causal_tiny import CHATGLM2, CHATGLM3, GLM4, write
from PIL import Image
from transformers import Glm4ForCausalLM, Glm4vForConditionalGeneration, GlmForCausalLM

from model.causal import pictures
from model.causal.folder import is_causal, read_folder
from model.causal.generation import LastTurn, generate_ids
from model.causal.templates import JinjaTemplate, RoleTemplate, RoundTemplate
from model.engine import EncodedImage
from model.errors import UserError
from model.types import GenerationParams

ROLES = '{"added_tokens_decoder": {"64795": {"content": "<|user|>"}}}'
ROLE_TEMPLATE = '{"chat_template": "<|{{ message.role }}|>{% if add_generation_prompt %}<|assistant|>{% endif %}"}'
SILENT = '{"tokenizer_class": "ChatGLMTokenizer"}'
CODE2 = 'special_tokens = ["[MASK]", "[gMASK]", "[sMASK]", "sop", "eop"]\nraise SystemExit("this code must never run")'
CODE3 = CODE2 + '\nrole_special_tokens = ["<|system|>", "<|user|>"]'
HUB = {  # the fields of a hub config that matter here
    "vocab_size": 700,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 1,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 512,
    "pad_token_id": 0,
    "eos_token_id": [256, 263],
    "rms_norm_eps": 1e-5,
    "rope_theta": 20000.0,
    "partial_rotary_factor": 0.5,
}
VISION = {
    "depth": 1,
    "hidden_size": 32,
    "num_heads": 2,
    "out_hidden_size": 32,
    "intermediate_size": 32,
    "image_size": 56,
    "patch_size": 14,
    "spatial_merge_size": 2,
    "temporal_patch_size": 2,
}


def linear(config) -> bool:
    return config.rope_parameters["rope_type"] == "linear"


@pytest.mark.parametrize(
    ("values", "files", "family", "stretched"),
    [
        (CHATGLM2, {}, "chatglm2", False),
        (CHATGLM2, {"tokenizer_config__json": SILENT}, "chatglm2", False),
        (CHATGLM2, {"tokenizer_config__json": ROLES}, "chatglm3", False),  # chatglm3-6b-base has this length too
        (CHATGLM2, {"tokenizer_config__json": ROLE_TEMPLATE}, "chatglm3", False),
        (CHATGLM3, {"tokenizer_config__json": SILENT}, "chatglm3", False),
        (CHATGLM3, {"tokenization_chatglm__py": CODE2}, "chatglm2", False),
        (CHATGLM2 | {"rope_ratio": 16}, {"tokenization_chatglm__py": CODE2}, "chatglm2", True),
        (CHATGLM2 | {"rope_ratio": 50}, {"tokenization_chatglm__py": CODE3}, "chatglm3", False),
        (CHATGLM2 | {"rope_ratio": 500, "seq_length": 131072}, {}, "chatglm3", False),
    ],
)
def test_chatglm2_and_3_are_told_apart_by_what_lies_beside_them(tmp_path, values, files, family, stretched) -> None:
    values = causal_tiny.small(values)
    folder = write(tmp_path, values, tokenizer__model=causal_tiny.sentencepiece_model(), **files)
    assert is_causal(values)
    found = read_folder(folder, values)
    assert found.family == family and linear(found.config) == stretched
    assert isinstance(found.template, RoundTemplate if family == "chatglm2" else RoleTemplate)
    assert found.published_layout and found.model_class is GlmForCausalLM and not found.images


def test_a_folder_that_does_not_tell_asks_for_the_file(tmp_path) -> None:
    values = causal_tiny.small(CHATGLM2, rope_ratio=50)
    write(tmp_path, values, tokenizer__model=causal_tiny.sentencepiece_model(), tokenizer_config__json=SILENT)
    with pytest.raises(UserError, match=r"put its tokenization_chatglm\.py beside it"):
        read_folder(tmp_path, values)


def test_original_glm_4(tmp_path) -> None:
    values = causal_tiny.small(GLM4)
    found = read_folder(write(tmp_path, values, tokenizer__model=causal_tiny.tiktoken_model()), values)
    assert found.family == "glm-4" and found.context_length == 131072
    assert isinstance(found.template, RoleTemplate) and found.bits is None


def test_packed_chatglm2(tmp_path) -> None:
    values = causal_tiny.small(CHATGLM2, quantization_bit=4)
    assert read_folder(write(tmp_path, values, tokenizer__model=causal_tiny.sentencepiece_model()), values).bits == 4


@pytest.mark.parametrize(("model_type", "model_class"), [("glm", GlmForCausalLM), ("glm4", Glm4ForCausalLM)])
@pytest.mark.parametrize("place", ["chat_template__jinja", "tokenizer_config__json"])
def test_hub_folders_as_they_are(tmp_path, model_type: str, model_class, place: str) -> None:
    source = causal_tiny.CHAT_TEMPLATE
    files = {place: source if place.endswith("jinja") else json.dumps({"chat_template": source})}
    values = HUB | {"model_type": model_type}
    generation = json.dumps({"eos_token_id": [265]})
    write(tmp_path, values, tokenizer__json=causal_tiny.tokenizer_json(), generation_config__json=generation, **files)
    found = read_folder(tmp_path, values)
    assert found.model_class is model_class and isinstance(found.template, JinjaTemplate)
    assert found.template.stop_ids == {256, 263, 265} and found.context_length == 512
    rope = found.config.rope_parameters
    assert rope["rope_theta"] == 20000.0 and rope["partial_rotary_factor"] == 0.5
    torch.manual_seed(0)
    model = model_class(found.config).eval()
    prompt = found.template.encode([{"role": "user", "content": "Hello"}], found.context_length, 8)
    params = GenerationParams(max_new_tokens=4, temperature=0)
    said = list(generate_ids(model, torch.tensor([prompt.input_ids]), params, found.template.stop_ids))
    assert len(said) <= 4


@pytest.mark.parametrize(
    ("values", "files", "message"),
    [
        (GLM4, {"tokenizer__model": b"\0"}, "tokenizer.model"),
        (GLM4 | {"padded_vocab_size": 300}, {}, "only 300 embeddings"),
        (GLM4 | {"vision_config": {"hidden_size": 8}}, {}, "image encoder"),
        (GLM4 | {"ffn_hidden_size": "many"}, {}, "intermediate_size"),
        (HUB | {"model_type": "glm"}, {}, "no chat template"),
        (HUB | {"model_type": "glm4v", "eos_token_id": None}, {}, "eos_token_id"),
        (HUB | {"model_type": "glm", "vision_config": {"hidden_size": 8}}, {}, "GLM-Edge-V"),
        (HUB | {"model_type": "glm", "hidden_size": "wide"}, {}, "hidden_size"),
        (HUB | {"model_type": "glm"}, {"tokenizer_config__json": "{"}, r"tokenizer_config\.json is damaged"),
        (HUB | {"model_type": "glm"}, {"chat_template__jinja": "{% for %}"}, "chat template cannot be used"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, values, files, message: str) -> None:
    if values["model_type"] == "chatglm":
        values = causal_tiny.small(values) | {name: value for name, value in values.items() if GLM4.get(name) != value}
    files = {"tokenizer__model": causal_tiny.tiktoken_model()} | files
    with pytest.raises(UserError, match=message) as caught:
        read_folder(write(tmp_path, values, **files), values)
    assert caught.value.code == "model_broken"


@pytest.mark.parametrize("nested", [True, False])
def test_glm_4_1v_looks_at_pictures(tmp_path, nested: bool) -> None:
    """Same ids as transformers' own `generate` with the picture, and nothing of it left for the next conversation."""
    rope = {"rope_type": "default", "mrope_section": [1, 1, 0], "rope_theta": 20000.0, "partial_rotary_factor": 0.5}
    text = HUB | {"rope_parameters": rope}
    tokenizer = json.loads(causal_tiny.tokenizer_json())
    image = next(token["id"] for token in tokenizer["added_tokens"] if token["content"] == "<|image|>")
    values = {"model_type": "glm4v", "vision_config": VISION, "image_token_id": image}
    values |= {"text_config": text} if nested else text
    files = {"tokenizer__json": json.dumps(tokenizer), "chat_template__jinja": causal_tiny.CHAT_TEMPLATE}
    found = read_folder(write(tmp_path, values, **files), values)
    assert found.images and found.model_class is Glm4vForConditionalGeneration and found.context_length == 512
    assert found.template.stop_ids == {256, 263} and found.config.text_config.hidden_size == 32
    assert found.config.text_config.rope_parameters["rope_theta"] == 20000.0
    torch.manual_seed(0)
    model = found.model_class(found.config).eval().requires_grad_(False)
    torch.nn.init.normal_(model.lm_head.weight)

    processor = pictures.PatchProcessor(tmp_path)
    drawn = [Image.effect_noise(size, 90).convert("RGB") for size in ((140, 90), (90, 140), (60, 60))]
    patches = [processor.patches(picture) for picture in drawn]
    with torch.inference_mode():
        encoded = [EncodedImage(pictures.image_embeds(model, *each), each[1]) for each in patches]
    assert [image.embeds.shape for image in encoded] == [(1, processor.slots(grid), 32) for _, grid in patches]
    params = GenerationParams(max_new_tokens=6, temperature=0)
    last_turn = LastTurn()

    def scores(shown: list[int]) -> torch.Tensor:
        """Of an answer about these pictures, the first with the first question and the others with the second: they are
        transformers', although what was computed for the pictures before is at hand."""
        messages = [
            {"role": "user", "content": "What is it?", "images": shown[:1]},
            {"role": "assistant", "content": "noise"},
            {"role": "user", "content": "And now?", "images": shown[1:]},
        ]
        lengths = [encoded[number].embeds.shape[1] for number in shown]
        prompt = found.template.encode(messages, found.context_length, 8, lengths)
        ids = torch.tensor([prompt.input_ids])
        model.model.rope_deltas = None  # which its `generate` leaves behind
        placed = list(zip(prompt.image_starts, (encoded[number] for number in shown), strict=True))
        positions = pictures.positions(model, ids, placed)
        embeds = [(start, one.embeds) for start, one in placed]
        given: list[torch.Tensor] = []
        list(generate_ids(model, ids, params, (), None, embeds, positions, given.append, last_turn))
        assert model.model.rope_deltas is None
        expected = model.generate(
            ids,
            pixel_values=torch.cat([patches[number][0] for number in shown]),
            image_grid_thw=torch.cat([patches[number][1] for number in shown]),
            mm_token_type_ids=(ids == image).long(),
            max_new_tokens=6,
            do_sample=False,
            eos_token_id=None,
            return_dict_in_generate=True,
            output_logits=True,
        )
        found_scores = torch.cat(given)
        torch.testing.assert_close(found_scores, torch.cat(expected.logits), rtol=1e-4, atol=1e-4)
        return found_scores

    told = [scores(shown) for shown in ([0, 1], [2, 1], [0, 1, 2], [0, 2, 1], [0])]
    assert all((one - other).abs().max() > 0.01 for one, other in itertools.pairwise(told))
