"""Picture to logits in one run: image encoder, insertion and decoder against VisualGLM-6B's own code."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from golden_cases import golden_paths, load_case
from test_golden_vision import config_of

from model.config import GLMConfig
from model.glm import GLMForConditionalGeneration
from model.positions import position_ids
from vision.names import from_visualglm

TOLERANCE = 1e-4  # max abs difference, float32 on CPU: the case's own JSON


@pytest.mark.parametrize("path", golden_paths("vision", "visualglm_e2e*.safetensors"), ids=lambda path: path.stem)
@torch.no_grad()
def test_golden_picture_to_logits(path: Path) -> None:
    case = load_case(path)
    encoder_case = load_case(path.with_name("visualglm_tiny.safetensors"))
    settings = dict(case.info["config"])
    special = {f"{name}_token_id": settings["special_ids"][name] for name in ("mask", "gmask", "bos", "eos", "pad")}
    vision = config_of(encoder_case)
    config = GLMConfig.from_upstream(
        settings
        | special
        | {
            "residual_scale_layers": settings["num_layers"],  # the vectors take the real depth here
            "tie_word_embeddings": False,
            "vision": vision,
        }
    )
    model = GLMForConditionalGeneration(config).eval()
    encoder_weights = dict(from_visualglm(encoder_case.weights.items(), vision))
    model.load_state_dict(
        case.weights | {f"image_encoder.{name}": tensor for name, tensor in encoder_weights.items()}, strict=True
    )
    ids, expected = case.tensors["input_ids"], case.tensors
    assert torch.equal(position_ids(ids, config)[0], expected["position_ids"])

    image_embeds = model.image_encoder(expected["pixel_values"])
    torch.testing.assert_close(image_embeds, expected["image_embeds"], atol=2e-5, rtol=0)
    out = model(ids, image_embeds=image_embeds, image_start=settings["pre_image_length"], output_hidden_states=True)
    torch.testing.assert_close(out.hidden_states[0], expected["hidden_after_embedding"], atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(out.hidden_states[-1], expected["hidden_final"], atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(out.logits, expected["logits"], atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(model(ids).logits, expected["logits_without_image"], atol=TOLERANCE, rtol=0)
