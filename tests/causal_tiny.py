"""Small stand-ins for the newer GLM models: published configs, vocabularies in their file formats, random weights."""

from __future__ import annotations

import base64
import functools
import io
import itertools
import json
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from torch import Tensor
from transformers import GlmConfig

from model.causal.layout import published_shapes
from model.causal.tokenizers import _TIKTOKEN_SPECIAL

CHATGLM2 = {  # config.json of THUDM/chatglm2-6b, without what nothing reads
    "model_type": "chatglm",
    "add_bias_linear": False,
    "add_qkv_bias": True,
    "apply_query_key_layer_scaling": True,
    "apply_residual_connection_post_layernorm": False,
    "ffn_hidden_size": 13696,
    "hidden_size": 4096,
    "kv_channels": 128,
    "layernorm_epsilon": 1e-05,
    "multi_query_attention": True,
    "multi_query_group_num": 2,
    "num_attention_heads": 32,
    "num_layers": 28,
    "original_rope": True,
    "padded_vocab_size": 65024,
    "post_layer_norm": True,
    "rmsnorm": True,
    "seq_length": 32768,
    "tie_word_embeddings": False,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
CHATGLM3 = CHATGLM2 | {"seq_length": 8192}
GLM4 = CHATGLM2 | {
    "layernorm_epsilon": 1.5625e-07,
    "num_layers": 40,
    "padded_vocab_size": 151552,
    "rope_ratio": 500,
    "seq_length": 131072,
    "eos_token_id": [151329, 151336, 151338],
    "pad_token_id": 151329,
}
_SMALL = {"ffn_hidden_size": 24, "hidden_size": 32, "kv_channels": 8, "num_attention_heads": 4, "num_layers": 2}
TEXTS = [
    "Hello, what can you do? I can answer questions about many things.",
    "你好，请问你能做什么？我可以回答很多问题。",
    "[Round 1]\n\n问：什么是语言模型？\n\n答：语言模型预测下一个词。",
    "The quick brown fox jumps over the lazy dog. 12345",
]
CHAT_TEMPLATE = (
    "[gMASK]<sop>{% for item in messages %}<|{{ item['role'] }}|>\n"
    "{% if item['content'] is string %}{{ item['content'] }}{% else %}{% for part in item['content'] %}"
    "{% if part['type'] == 'image' %}<|begin_of_image|><|image|><|end_of_image|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


def small(values: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same kind of network, small enough for a test."""
    return values | _SMALL | {"padded_vocab_size": 700, "pad_token_id": 0} | changes


def published_weights(config: GlmConfig, seed: int = 0, bits: int | None = None) -> dict[str, Tensor]:
    """Random fp32 weights (or int8 storage and scales) under the published names, `inv_freq` included."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, shape in published_shapes(config, bits).items():
        if bits and f"{name}_scale" in published_shapes(config, bits):
            tensors[name] = torch.randint(-100, 100, shape, generator=generator, dtype=torch.int8)
        else:
            around = 1.0 if "layernorm" in name else 0.0
            tensors[name] = around + 0.3 * torch.randn(shape, generator=generator)
    tensors["transformer.rotary_pos_emb.inv_freq"] = torch.ones(4)
    return tensors


@functools.cache
def sentencepiece_model() -> bytes:
    """A `tokenizer.model` as ChatGLM2's: byte fallback, dummy prefix, no normalisation."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([line for text in TEXTS for line in text.split("\n")] * 4),
        model_writer=model,
        vocab_size=400,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        hard_vocab_limit=False,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
        minloglevel=2,
        num_threads=1,
    )
    return model.getvalue()


@functools.cache
def ranks() -> dict[bytes, int]:
    """Byte pairs merged by frequency over TEXTS, in tiktoken's numbering."""
    found = {bytes([byte]): byte for byte in range(256)}
    words = [[bytes([byte]) for byte in text.encode()] for text in TEXTS]
    while len(found) < 400:
        pairs: dict[tuple[bytes, bytes], int] = {}
        for word in words:
            for pair in itertools.pairwise(word):
                pairs[pair] = pairs.get(pair, 0) + 1
        left, right = max(pairs, key=lambda pair: (pairs[pair], pair))
        found.setdefault(left + right, len(found))
        for word in words:
            index = 0
            while index < len(word) - 1:
                if (word[index], word[index + 1]) == (left, right):
                    word[index : index + 2] = [left + right]
                index += 1
    return found


def tiktoken_model() -> bytes:
    """A `tokenizer.model` as GLM-4-9B's."""
    return b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for token, rank in ranks().items())


def tokenizer_json() -> str:
    """A byte-level `tokenizer.json` as GLM-4-0414's: special tokens, and thinking marks that are not special."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE({character: index for index, character in enumerate(alphabet)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens([*_TIKTOKEN_SPECIAL, "<|image|>"])
    backend.add_tokens([AddedToken("<think>", normalized=False), AddedToken("</think>", normalized=False)])
    text: str = backend.to_str()
    return text


def write(folder: Path, values: dict[str, Any], **files: bytes | str) -> Path:
    """A folder with config.json and files, `__` in a name standing for a dot."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(values), "utf-8")
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder
