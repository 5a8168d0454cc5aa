"""Key names, shapes, dtypes and shards of the published checkpoints.

Evidence, by layout:

- chatglm-6b (v0.1.0, v1.1.0): index and class read; dtypes and the split follow from the eight published file sizes.
- chatglm-6b-march: the same with 20000 more rows; the index's total_size is of this release, to the byte.
- chatglm-6b-int4: the code that writes it read; one file, one copy of the embedding, fp16 norms and either scales or
  biases in fp32 (here the scales) follow from the size of the file of March 2023. Later ones: assumed to be the same.
- chatglm-6b-int8, chatglm-6b-int4-qe: the code that writes them read; one file, and the dtypes of int4, assumed.
- visualglm-6b: index read; dtypes follow from its total_size; the authors' converter asks for files of 4 GB (read).
- visualglm-6b-sat, visualglm-6b-sat-old: names from SwissArmyTransformer and the converter (read); fp16 follows from
  the size of the published zip file, 14.4 GB. That only the old one has position embeddings is assumed.
- chatglm2-6b: index, config and all seven file sizes read.
- chatglm3-6b: config read; names, dtypes and split assumed as in chatglm2-6b, with which two file sizes agree.
- glm-4-9b-chat: config and size of the first file read; names and dtype from its class and config; that the split is
  at 2 GB agrees with the ten files.

Sources: THUDM/chatglm-6b (also its branches int4 and visual), chatglm2-6b, chatglm3-6b, glm-4-9b-chat on the hub;
THUDM/SwissArmyTransformer; THUDM/VisualGLM-6B.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import torch

from . import sizes
from .sizes import SCALES, Decoder, Encoder, Vocabulary

Values = Literal["weight", "bias", "norm", "frequencies", "int8", "int4", "scale8", "scale4"]


@dataclass(frozen=True)
class TensorSpec:
    """values: what the numbers are for. equals: the key with the same values. shares: even in the same memory.
    source: the key in hub names, when it is another one. blocked: of a per-head `query_key_value`, the rows of all
    heads' q, then k, then v; how many heads, 0 for as they are. columns: of the matrix, where only its scales are.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype
    values: Values
    equals: str | None = None
    shares: bool = False
    source: str | None = None
    blocked: int = 0
    columns: int = 0

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


Specs = dict[str, TensorSpec]


@dataclass(frozen=True)
class Layout:
    """files: each file's tensors, in the order they are stored. total_size: as the index states it, None without one.
    wrapper: the key under which a file's state dict lies, None for at the top.
    """

    name: str
    files: Mapping[str, Specs]
    decoder: Decoder
    vocabulary: Vocabulary
    encoder: Encoder | None = None
    index: str | None = None
    total_size: int | None = None
    wrapper: str | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of all values; shared memory counts once."""
        return sum(spec.nbytes for specs in self.files.values() for spec in specs.values() if not spec.shares)


def layout(name: str, scale: str = "full") -> Layout:
    """Raises: ValueError for an unknown name or scale."""
    if name not in LAYOUTS or scale not in SCALES:
        raise ValueError(
            f"no layout {name!r} at scale {scale!r}; there are {', '.join(LAYOUTS)} at {', '.join(SCALES)}"
        )
    return LAYOUTS[name](name, scale)


# Networks


@dataclass(frozen=True)
class _Quantized:
    """Storage of ChatGLM-6B's quantised files."""

    bits: Literal[4, 8]
    scale_dtype: torch.dtype = torch.float32
    embedding: bool = False

    def specs(self, key: str, shape: tuple[int, int], scale_dtype: torch.dtype | None = None) -> Iterator[_Named]:
        rows, columns = shape[0], shape[1] * self.bits // 8
        yield f"{key}.weight", TensorSpec((rows, columns), torch.int8, "int4" if self.bits == 4 else "int8")
        values: Values = "scale4" if self.bits == 4 else "scale8"
        yield f"{key}.weight_scale", TensorSpec((rows,), scale_dtype or self.scale_dtype, values, columns=shape[1])


_Named = tuple[str, TensorSpec]


def _linear(key: str, rows: int, columns: int, dtype: torch.dtype, *, bias: bool = True) -> Iterator[_Named]:
    yield f"{key}.weight", TensorSpec((rows, columns), dtype, "weight")
    if bias:
        yield f"{key}.bias", TensorSpec((rows,), dtype, "bias")


def _norm(key: str, width: int, dtype: torch.dtype, *, bias: bool = True) -> Iterator[_Named]:
    yield f"{key}.weight", TensorSpec((width,), dtype, "norm")
    if bias:
        yield f"{key}.bias", TensorSpec((width,), dtype, "bias")


def _chatglm(
    size: Decoder, rows: int, norm_dtype: torch.dtype = torch.float32, quantized: _Quantized | None = None
) -> Iterator[_Named]:
    half, hidden = torch.float16, size.hidden

    def linear(key: str, out: int, columns: int) -> Iterator[_Named]:
        if quantized is None:
            yield from _linear(key, out, columns, half)
        else:
            yield from quantized.specs(key, (out, columns))
            yield f"{key}.bias", TensorSpec((out,), half, "bias")

    def vocabulary(key: str) -> Iterator[_Named]:
        if quantized is None or not quantized.embedding:
            yield f"{key}.weight", TensorSpec((rows, hidden), half, "weight")
        else:
            yield from quantized.specs(key, (rows, hidden), half)

    yield from vocabulary("transformer.word_embeddings")
    for number in range(size.layers):
        key = f"transformer.layers.{number}"
        yield from _norm(f"{key}.input_layernorm", hidden, norm_dtype)
        frequencies = TensorSpec((size.head_dim // 4,), half, "frequencies")
        yield f"{key}.attention.rotary_emb.inv_freq", frequencies
        yield from linear(f"{key}.attention.query_key_value", 3 * hidden, hidden)
        yield from linear(f"{key}.attention.dense", hidden, hidden)
        yield from _norm(f"{key}.post_attention_layernorm", hidden, norm_dtype)
        yield from linear(f"{key}.mlp.dense_h_to_4h", size.inner, hidden)
        yield from linear(f"{key}.mlp.dense_4h_to_h", hidden, size.inner)
    yield from _norm("transformer.final_layernorm", hidden, norm_dtype)
    for key, spec in vocabulary("lm_head"):
        equals = key.replace("lm_head", "transformer.word_embeddings")
        yield key, replace(spec, equals=equals, shares=quantized is not None)


def _chatglm2(size: Decoder, rows: int, dtype: torch.dtype) -> Iterator[_Named]:
    """ChatGLM2, ChatGLM3 and GLM-4 before their native form."""
    hidden, encoder = size.hidden, "transformer.encoder"
    yield "transformer.embedding.word_embeddings.weight", TensorSpec((rows, hidden), dtype, "weight")
    yield "transformer.rotary_pos_emb.inv_freq", TensorSpec((size.head_dim // 4,), dtype, "frequencies")
    for number in range(size.layers):
        key = f"{encoder}.layers.{number}"
        projected = (size.heads + 2 * size.groups) * size.head_dim
        yield from _norm(f"{key}.input_layernorm", hidden, dtype, bias=False)
        yield from _linear(f"{key}.self_attention.query_key_value", projected, hidden, dtype)
        yield from _linear(f"{key}.self_attention.dense", hidden, hidden, dtype, bias=False)
        yield from _norm(f"{key}.post_attention_layernorm", hidden, dtype, bias=False)
        yield from _linear(f"{key}.mlp.dense_h_to_4h", 2 * size.inner, hidden, dtype, bias=False)
        yield from _linear(f"{key}.mlp.dense_4h_to_h", hidden, size.inner, dtype, bias=False)
    yield from _norm(f"{encoder}.final_layernorm", hidden, dtype, bias=False)
    yield "transformer.output_layer.weight", TensorSpec((rows, hidden), dtype, "weight")


def _image_encoder(size: Encoder, output: int, dtype: torch.dtype) -> Iterator[_Named]:
    vit, qformer = "image_encoder.vit", "image_encoder.qformer"
    hidden, patch = size.hidden, size.patch_size
    yield f"{vit}.mixins.patch_embedding.proj.weight", TensorSpec((hidden, 3, patch, patch), dtype, "weight")
    yield f"{vit}.mixins.patch_embedding.proj.bias", TensorSpec((hidden,), dtype, "bias")
    yield from _norm(f"{vit}.mixins.cls.ln_vision", hidden, dtype)
    yield f"{vit}.transformer.word_embeddings.weight", TensorSpec((1, hidden), dtype, "weight")
    yield f"{vit}.transformer.position_embeddings.weight", TensorSpec((size.positions, hidden), dtype, "weight")
    for number in range(size.layers):
        yield from _sat_layer(f"{vit}.transformer.layers.{number}", hidden, size.inner, dtype, None)
    width = size.qformer_hidden
    yield f"{qformer}.transformer.word_embeddings.weight", TensorSpec((size.queries, width), dtype, "weight")
    for number in range(size.qformer_layers):
        key = f"{qformer}.transformer.layers.{number}"
        yield from _sat_layer(key, width, 4 * width, dtype, hidden if number % 2 == 0 else None)
    yield from _norm(f"{qformer}.transformer.final_layernorm", width, dtype)
    yield from _linear("image_encoder.glm_proj", output, width, dtype)


def _sat_layer(key: str, hidden: int, inner: int, dtype: torch.dtype, crossed: int | None) -> Iterator[_Named]:
    """crossed: width of what the cross-attention looks at, None without one."""
    yield from _norm(f"{key}.input_layernorm", hidden, dtype)
    yield from _linear(f"{key}.attention.query_key_value", 3 * hidden, hidden, dtype)
    yield from _linear(f"{key}.attention.dense", hidden, hidden, dtype)
    yield from _norm(f"{key}.post_attention_layernorm", hidden, dtype)
    if crossed is not None:
        yield from _linear(f"{key}.cross_attention.query", hidden, hidden, dtype)
        yield from _linear(f"{key}.cross_attention.key_value", 2 * hidden, crossed, dtype)
        yield from _linear(f"{key}.cross_attention.dense", hidden, hidden, dtype)
        yield from _norm(f"{key}.post_cross_attention_layernorm", hidden, dtype)
    yield from _linear(f"{key}.mlp.dense_h_to_4h", inner, hidden, dtype)
    yield from _linear(f"{key}.mlp.dense_4h_to_h", hidden, inner, dtype)


# Files


@dataclass(frozen=True)
class _Sharding:
    """How transformers cut a state dict: tensors in order, a new file when the next one does not fit.

    limit: bytes in a file at full scale; smaller models are cut into the same number of files. extra_rows: of the two
    vocabulary matrices, counted but not stored (the files without image ids kept the index of those with them).
    """

    limit: int
    count: int
    pattern: str = "pytorch_model-{:05}-of-{:05}.bin"
    index: str = "pytorch_model.bin.index.json"
    extra_rows: int = 0

    def files(self, specs: Specs, scale: str) -> dict[str, Specs]:
        limit = self.limit if scale == "full" else self._smallest_limit(specs)
        shards = self._cut(specs, limit)
        assert len(shards) == self.count, f"{len(shards)} shards instead of {self.count}"
        return {self.pattern.format(number, self.count): shard for number, shard in enumerate(shards, start=1)}

    def size(self, key: str, spec: TensorSpec) -> int:
        extra = self.extra_rows if key in ("transformer.word_embeddings.weight", "lm_head.weight") else 0
        return spec.nbytes + extra * math.prod(spec.shape[1:]) * spec.dtype.itemsize

    def total(self, specs: Specs) -> int:
        return sum(self.size(key, spec) for key, spec in specs.items())

    def _cut(self, specs: Specs, limit: int) -> list[Specs]:
        shards: list[Specs] = []
        used = 0
        for key, spec in specs.items():
            size = self.size(key, spec)
            if not shards or used + size > limit:
                shards.append({})
                used = 0
            shards[-1][key] = spec
            used += size
        return shards

    def _smallest_limit(self, specs: Specs) -> int:
        """The smallest that leaves no more than `count` files."""
        low, high = 0, self.total(specs)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if len(self._cut(specs, middle)) <= self.count else (middle, high)
        return high


_GB = 10**9


def _sharded(name: str, scale: str, specs: Specs, sharding: _Sharding, **parts: object) -> Layout:
    files = sharding.files(specs, scale)
    return Layout(name, files, index=sharding.index, total_size=sharding.total(specs), **parts)  # type: ignore[arg-type]


def _chatglm_layout(name: str, scale: str) -> Layout:
    size, vocabulary = sizes.CHATGLM[scale], sizes.CHATGLM_VOCABULARY[scale]
    march = name == "chatglm-6b-march"
    rows = vocabulary.rows + vocabulary.image * march
    sharding = _Sharding(2 * _GB, 8, extra_rows=vocabulary.image * (not march))
    return _sharded(name, scale, dict(_chatglm(size, rows)), sharding, decoder=size, vocabulary=vocabulary)


_QUANTIZED = {
    "chatglm-6b-int8": _Quantized(8),
    "chatglm-6b-int4": _Quantized(4),
    "chatglm-6b-int4-qe": _Quantized(4, embedding=True),
}


def _quantized_layout(name: str, scale: str) -> Layout:
    size, vocabulary = sizes.CHATGLM[scale], sizes.CHATGLM_VOCABULARY[scale]
    specs = dict(_chatglm(size, vocabulary.rows, torch.float16, _QUANTIZED[name]))
    return Layout(name, {"pytorch_model.bin": specs}, size, vocabulary)


def _visualglm_layout(name: str, scale: str) -> Layout:
    size, vocabulary, encoder = sizes.CHATGLM[scale], sizes.CHATGLM_VOCABULARY[scale], sizes.VISUALGLM[scale]
    specs = dict(_chatglm(size, vocabulary.rows)) | dict(_image_encoder(encoder, size.hidden, torch.float32))
    sharding = _Sharding(4 * _GB, 5)
    return _sharded(name, scale, specs, sharding, decoder=size, vocabulary=vocabulary, encoder=encoder)


SAT_POSITIONS = 2048
_SAT_NAMES = (("image_encoder.", "mixins.eva.model."), ("lm_head.", "mixins.chatglm-final.lm_head."))


def _sat_layout(name: str, scale: str) -> Layout:
    """SwissArmyTransformer's file; since July 2023 ("-old" is before) `query_key_value` has three blocks of rows."""
    size, vocabulary, encoder = sizes.CHATGLM[scale], sizes.CHATGLM_VOCABULARY[scale], sizes.VISUALGLM[scale]
    half, old = torch.float16, name.endswith("-old")
    specs: Specs = {}
    if old:
        specs["transformer.position_embeddings.weight"] = TensorSpec((SAT_POSITIONS, size.hidden), half, "weight")
    for source, spec in (*_chatglm(size, vocabulary.rows, half), *_image_encoder(encoder, size.hidden, half)):
        if source.endswith("rotary_emb.inv_freq"):
            continue  # the converter, which loads strictly, does not remove any
        key = source
        for hub, sat in _SAT_NAMES:
            key = sat + key.removeprefix(hub) if key.startswith(hub) else key
        language = source.startswith("transformer.")
        blocked = size.heads if language and ".query_key_value." in source and not old else 0
        specs[key] = replace(spec, source=source, blocked=blocked)
    files = {"1/mp_rank_00_model_states.pt": specs}
    return Layout(name, files, size, vocabulary, encoder, wrapper="module")


def _chatglm2_layout(name: str, scale: str) -> Layout:
    size, vocabulary = sizes.CHATGLM2[scale], sizes.CHATGLM2_VOCABULARY[scale]
    specs = dict(_chatglm2(size, vocabulary.rows, torch.float16))
    return _sharded(name, scale, specs, _Sharding(2 * _GB, 7), decoder=size, vocabulary=vocabulary)


def _glm4_layout(name: str, scale: str) -> Layout:
    size, vocabulary = sizes.GLM4[scale], sizes.GLM4_VOCABULARY[scale]
    specs = dict(_chatglm2(size, vocabulary.rows, torch.bfloat16))
    names = ("model-{:05}-of-{:05}.safetensors", "model.safetensors.index.json")
    return _sharded(name, scale, specs, _Sharding(2 * _GB, 10, *names), decoder=size, vocabulary=vocabulary)


LAYOUTS: dict[str, Callable[[str, str], Layout]] = {
    "chatglm-6b": _chatglm_layout,
    "chatglm-6b-march": _chatglm_layout,
    "chatglm-6b-int8": _quantized_layout,
    "chatglm-6b-int4": _quantized_layout,
    "chatglm-6b-int4-qe": _quantized_layout,
    "visualglm-6b": _visualglm_layout,
    "visualglm-6b-sat": _sat_layout,
    "visualglm-6b-sat-old": _sat_layout,
    "chatglm2-6b": _chatglm2_layout,
    "chatglm3-6b": _chatglm2_layout,
    "glm-4-9b-chat": _glm4_layout,
}
