"""A random model small enough to build in every test, around the shipped vocabulary."""

from __future__ import annotations

from pathlib import Path

import torch

from model.chat import VISUALGLM
from model.chat_model import ChatModel
from model.config import GLMConfig
from model.engine import GLMEngine
from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from model.types import GenerationParams, ModelInfo
from vision.config import VisionConfig

VOCABULARY = Path(__file__).resolve().parents[1] / "assets" / "embedded" / "tokenizer.model"
CONTEXT_LENGTH = 128
VISION = VisionConfig(
    image_size=28,
    patch_size=14,
    hidden_size=32,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=64,
    qformer_hidden_size=32,
    qformer_num_hidden_layers=1,
    qformer_num_attention_heads=2,
    qformer_intermediate_size=64,
    num_query_tokens=8,
    output_size=64,
)


def config(tokenizer: GLMTokenizer | None = None, **changes: object) -> GLMConfig:
    """Two layers of width 64; without a tokenizer a vocabulary of 100 with the control ids at its end."""
    ids = {"pad_token_id": 3, "mask_token_id": 94, "gmask_token_id": 95, "bos_token_id": 98, "eos_token_id": 99}
    if tokenizer is not None:
        ids = {f"{name}_token_id": getattr(tokenizer, f"{name}_id") for name in ("pad", "mask", "gmask", "bos", "eos")}
    sizes = {
        "vocab_size": tokenizer.vocab_size if tokenizer else 100,
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "max_position_embeddings": CONTEXT_LENGTH,
        "initializer_range": 0.2,
        "residual_scale_layers": 2,
        "tie_word_embeddings": False,
    }
    return GLMConfig(**(sizes | ids | changes))


def network(settings: GLMConfig, seed: int = 0) -> GLMForConditionalGeneration:
    """Random weights, ready for inference."""
    torch.manual_seed(seed)
    return GLMForConditionalGeneration(settings).eval().requires_grad_(False)


def chat_model(seed: int = 0, vision: VisionConfig | None = VISION, **changes: object) -> ChatModel:
    """A model that answers nonsense, without ever ending by itself: its end token is out of reach."""
    tokenizer = GLMTokenizer.from_file(VOCABULARY)
    settings = config(tokenizer, vision=vision, eos_token_id=-1, **changes)
    model = network(settings, seed)
    info = ModelInfo(
        name="tiny",
        family="VisualGLM",
        source="tests",
        device="cpu",
        precision="fp32",
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        context_length=CONTEXT_LENGTH,
        images=vision is not None,
        defaults=GenerationParams(max_new_tokens=16, temperature=0),
        description={"en": "nonsense", "zh": "胡言乱语"},
    )
    return ChatModel(GLMEngine(model, tokenizer, VISUALGLM), info)
