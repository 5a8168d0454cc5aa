"""The shape of the model in `assets/embedded/`."""

from __future__ import annotations

from model.config import GLMConfig
from model.tokenizer import GLMTokenizer
from tuning.vision_stage import GRID
from vision.config import VisionConfig

HIDDEN_SIZE = 192
VOCAB_SIZE = 4096
VISION = VisionConfig(
    image_size=96,
    patch_size=8,
    stem_channels=(32, 64, 128),
    hidden_size=128,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=512,
    qformer_hidden_size=128,
    qformer_num_hidden_layers=2,
    qformer_num_attention_heads=4,
    qformer_intermediate_size=512,
    cross_attention_frequency=1,
    num_query_tokens=GRID * GRID,
    output_size=HIDDEN_SIZE,
)
CARD = {
    "name": "GLM Mini (embedded)",
    "description": {
        "en": "A small demo model, still in training: good at colours, shapes, places, icons, charts, clocks, sums, "
        "facts and how to use this program; counting many things, sorting and reading long words often go wrong. "
        "It says so when asked for something else.",
        "zh": "小演示模型，仍在训练：擅长辨认颜色、形状、位置和图标，看图表和钟表，算加减法，知道几百条常识，"
        "也会讲解本程序的用法；数很多东西、排序、读较长的文字时常会出错。超出范围的问题会直说。",
    },
    "defaults": {"max_new_tokens": 288, "temperature": 0.0, "top_p": 1.0, "top_k": 0},
}


def config(tokenizer: GLMTokenizer) -> GLMConfig:
    """The decoder's sizes around a vocabulary, in the architecture of VisualGLM-6B."""
    return GLMConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=HIDDEN_SIZE,
        num_hidden_layers=6,
        num_attention_heads=6,
        intermediate_size=4 * HIDDEN_SIZE,
        max_position_embeddings=448,  # training sees up to 304, the answer included; a conversation may go on
        residual_scale_layers=2,  # not 6: each layer adds more to what passes it by
        initializer_range=0.05,
        pad_token_id=tokenizer.pad_id,
        bos_token_id=tokenizer.bos_id,
        eos_token_id=tokenizer.eos_id,
        mask_token_id=tokenizer.mask_id,
        gmask_token_id=tokenizer.gmask_id,
        vision=VISION,
        card=CARD,
    )
