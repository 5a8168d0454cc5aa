"""The small files beside the weights: config.json, tokenizer_config.json and the like.

Evidence: config.json of every layout read, but for -march (from its class and its history) and the quantised ones
(read for int4, inferred for the others); model_config.json read. tokenizer_config.json of ChatGLM2 and GLM-4 read, of
ChatGLM and ChatGLM3 recalled. generation_config.json: only GLM-4 has one, recalled. ChatGLM3's seq_length is 8192 or
32768 in the copies that were found; its README says 8K. Sizes follow the layout.
"""

from __future__ import annotations

from typing import Any

from .layouts import SAT_POSITIONS, Layout
from .sizes import Encoder
from .vocabularies import GLM4_SPECIAL, special_ids

Json = dict[str, Any]


def config_files(layout: Layout) -> dict[str, Json]:
    """Contents by file name, without the index of the weights and the vocabulary."""
    if layout.name.startswith("visualglm-6b-sat"):
        return {"model_config.json": _sat_config(layout)}
    if layout.name == "glm-4-9b-chat":
        generation = {
            "eos_token_id": _glm4_ends(layout),
            "pad_token_id": layout.vocabulary.text,
            "do_sample": True,
            "temperature": 0.8,
            "max_length": 128000,
            "top_p": 0.8,
            "transformers_version": "4.38.2",
        }
        tokenizer = _glm4_tokenizer(layout)
        return {"config.json": _glm4(layout), "generation_config.json": generation, "tokenizer_config.json": tokenizer}
    if layout.name in ("chatglm2-6b", "chatglm3-6b"):
        tokenizer = _tokenizer_class(layout, "ChatGLMTokenizer")
        return {"config.json": _chatglm2(layout), "tokenizer_config.json": tokenizer}
    return {"config.json": _chatglm(layout), "tokenizer_config.json": _chatglm_tokenizer(layout)}


def _repository(layout: Layout) -> str:
    return f"THUDM/{layout.name.removesuffix('-march')}"


def _auto_map(model: str = "ChatGLMForConditionalGeneration", *more: str) -> Json:
    """Names of code that the published folders bring along and that nobody here runs."""
    classes = ("AutoModel", *more, "AutoModelForSeq2SeqLM")
    return {"AutoConfig": "configuration_chatglm.ChatGLMConfig"} | dict.fromkeys(classes, f"modeling_chatglm.{model}")


def _chatglm(layout: Layout) -> Json:
    size, vocabulary, ids = layout.decoder, layout.vocabulary, special_ids(layout)
    march = layout.name == "chatglm-6b-march"
    config: Json = {
        "_name_or_path": "THUDM/chatglm-6b",
        "architectures": ["ChatGLMModel"],
        "auto_map": _auto_map("ChatGLMForConditionalGeneration" + "WithImage" * (layout.encoder is not None)),
        "bos_token_id": ids["<sop>"],
        "eos_token_id": ids["<eop>"],
        "mask_token_id": ids["[MASK]"],
        "gmask_token_id": ids["[gMASK]"],
        "pad_token_id": ids["<pad>"],
        "hidden_size": size.hidden,
        "inner_hidden_size": size.inner,
        "layernorm_epsilon": 1e-05,
        "max_sequence_length": 2048,
        "model_type": "chatglm",
        "num_attention_heads": size.heads,
        "num_layers": size.layers,
        "position_encoding_2d": True,
        "torch_dtype": "float16",
        "transformers_version": "4.23.1",
        "use_cache": True,
        "vocab_size": vocabulary.rows + vocabulary.image * march,
    }
    if march and ids["[MASK]"] == 150000:  # the class defaults, which are right at full width only
        del config["mask_token_id"], config["gmask_token_id"]
    if "-int" in layout.name:
        config["quantization_bit"] = 8 if layout.name.endswith("int8") else 4
        config["quantization_embeddings"] = layout.name.endswith("-qe")
    if layout.encoder is not None:
        config["image_length"] = layout.encoder.queries
        config["eva_config"], config["qformer_config"] = _encoder(layout.encoder)
    return config


def _encoder(size: Encoder) -> tuple[Json, Json]:
    vit: Json = {
        "num_layers": size.layers,
        "hidden_size": size.hidden,
        "num_attention_heads": size.heads,
        "vocab_size": 1,
        "layernorm_order": "pre",
        "model_parallel_size": 1,
        "max_sequence_length": size.positions,
        "inner_hidden_size": size.inner,
        "use_final_layernorm": False,
        "layernorm_epsilon": 1e-06,
        "image_size": [size.image_size, size.image_size],
        "pre_len": 1,
        "post_len": 0,
        "in_channels": 3,
        "num_classes": 0,
        "patch_size": size.patch_size,
    }
    qformer: Json = {
        "num_layers": size.qformer_layers,
        "hidden_size": size.qformer_hidden,
        "num_attention_heads": size.qformer_heads,
        "vocab_size": size.queries,
        "layernorm_order": "post",
        "model_parallel_size": 1,
        "max_sequence_length": 0,
        "is_decoder": [number % 2 == 0 for number in range(size.qformer_layers)],
        "cross_attn_hidden_size": size.hidden,
        "layernorm_epsilon": 1e-12,
    }
    return vit, qformer


def _sat_config(layout: Layout) -> Json:
    assert layout.encoder is not None
    size, encoder, ids = layout.decoder, layout.encoder, special_ids(layout)
    vit, qformer = _encoder(encoder)
    config: Json = {
        "model_class": "VisualGLMModel",
        "tokenizer_type": "THUDM/chatglm-6b",
        "num_layers": size.layers,
        "hidden_size": size.hidden,
        "num_attention_heads": size.heads,
        "vocab_size": layout.vocabulary.rows,
        "layernorm_order": "post",
        "model_parallel_size": 1,
        "max_sequence_length": SAT_POSITIONS,
        "pre_seq_len": 128,
        "bos_token_id": ids["<sop>"],
        "mask_token_id": ids["[MASK]"],
        "gmask_token_id": ids["[gMASK]"],
        "pad_token_id": ids["<pad>"],
        "image_size": [encoder.image_size, encoder.image_size],
        "pre_len": 1,
        "post_len": 0,
        "in_channels": 3,
        "patch_size": encoder.patch_size,
        "image_length": encoder.queries,
        "eva_args": vit,
        "qformer_args": qformer,
    }
    if layout.name.endswith("-old"):
        del config["pad_token_id"]
    return config


def _chatglm2(layout: Layout) -> Json:
    size = layout.decoder
    return {
        "_name_or_path": _repository(layout),
        "model_type": "chatglm",
        "architectures": ["ChatGLMModel"],
        "auto_map": _auto_map("ChatGLMForConditionalGeneration", "AutoModelForCausalLM"),
        "add_bias_linear": False,
        "add_qkv_bias": True,
        "apply_query_key_layer_scaling": True,
        "apply_residual_connection_post_layernorm": False,
        "attention_dropout": 0.0,
        "attention_softmax_in_fp32": True,
        "bias_dropout_fusion": True,
        "ffn_hidden_size": size.inner,
        "fp32_residual_connection": False,
        "hidden_dropout": 0.0,
        "hidden_size": size.hidden,
        "kv_channels": size.head_dim,
        "layernorm_epsilon": 1e-05,
        "multi_query_attention": True,
        "multi_query_group_num": size.groups,
        "num_attention_heads": size.heads,
        "num_layers": size.layers,
        "original_rope": True,
        "padded_vocab_size": layout.vocabulary.rows,
        "post_layer_norm": True,
        "rmsnorm": True,
        "seq_length": 32768 if layout.name == "chatglm2-6b" else 8192,
        "use_cache": True,
        "torch_dtype": "float16",
        "transformers_version": "4.27.1" if layout.name == "chatglm2-6b" else "4.30.2",
        "tie_word_embeddings": False,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }


def _glm4_ends(layout: Layout) -> list[int]:
    ids = special_ids(layout)
    return [ids["<|endoftext|>"], ids["<|user|>"], ids["<|observation|>"]]


def _glm4(layout: Layout) -> Json:
    return _chatglm2(layout) | {
        "classifier_dropout": None,
        "layernorm_epsilon": 1.5625e-07,
        "num_hidden_layers": layout.decoder.layers,
        "rope_ratio": 500,
        "seq_length": 131072,
        "torch_dtype": "bfloat16",
        "transformers_version": "4.30.2",
        "eos_token_id": _glm4_ends(layout),
        "pad_token_id": layout.vocabulary.text,
    }


def _tokenizer_class(layout: Layout, name: str) -> Json:
    return {
        "name_or_path": _repository(layout),
        "remove_space": False,
        "do_lower_case": False,
        "tokenizer_class": name,
        "auto_map": {"AutoTokenizer": [f"tokenization_chatglm.{name}", None]},
    }


def _chatglm_tokenizer(layout: Layout) -> Json:
    march = layout.name == "chatglm-6b-march"
    config = _tokenizer_class(layout, "ChatGLMTokenizer") | {
        "name_or_path": "THUDM/chatglm-6b",
        "bos_token": "<sop>",
        "eos_token": "<eop>",
        "end_token": "</s>",
        "gmask_token": "[gMASK]",
        "mask_token": "[MASK]",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "num_image_tokens": layout.vocabulary.image * march,
    }
    if march and config["num_image_tokens"] == 20000:  # the class default, left out in March
        del config["num_image_tokens"]
    return config


def _glm4_tokenizer(layout: Layout) -> Json:
    plain = dict.fromkeys(("lstrip", "normalized", "rstrip", "single_word"), False)
    ids = special_ids(layout)
    template = (
        "[gMASK]<sop>{% for item in messages %}{% if item['content'] %}<|{{ item['role'] }}|>{{ item['metadata'] }}\n"
        "{{ item['content'] }}{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    return _tokenizer_class(layout, "ChatGLM4Tokenizer") | {
        "added_tokens_decoder": {str(ids[name]): {"content": name, **plain, "special": True} for name in GLM4_SPECIAL},
        "additional_special_tokens": list(GLM4_SPECIAL),
        "chat_template": template,  # the published one also describes tools
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "model_max_length": 128000,
        "padding_side": "left",
    }
