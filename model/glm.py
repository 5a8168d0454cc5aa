"""ChatGLM-6B's decoder (and, with an image encoder in front, VisualGLM-6B's).

What sets GLM apart: two rotary encodings per head (position and block position), a context that sees all of itself,
and residual sums that take the *normalised* input, scaled by alpha.

Module names are the published ones, so `load_state_dict(strict=True)` needs no map.
Source: GLM (arXiv:2103.10360), GLM-130B (arXiv:2210.02414), modeling_chatglm.py of THUDM/chatglm-6b v1.1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import GenerationMixin, PreTrainedModel
from transformers.cache_utils import Cache
from transformers.utils import ModelOutput

from kernels.attention import attention
from kernels.cpu.library import Layers
from kernels.layers import glm_layers, one_token
from kernels.linear import lent_bytes
from vision.encoder import ImageEncoder

from .cache import KVCache
from .config import GLMConfig
from .positions import position_ids as derive_position_ids
from .positions import visible

PastKeyValues = KVCache | Cache
_TOKENS_AT_ONCE = 256  # through an MLP, which multiplies their memory by four


def rotary_tables(positions: Tensor, dim: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """cos and sin of the rotary angles, each `positions.shape + (dim,)`, in `dtype`.

    The frequencies are rounded to fp16 first, as in the published checkpoints. With a half dtype the products are
    rounded too, which is what the original does under `.half()`.
    """
    exponents = torch.arange(0, dim, 2, device=positions.device).float() / dim
    inv_freq = (1.0 / 10000**exponents).half().to(dtype)
    angles = positions[..., None].to(dtype) * inv_freq
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Half-split rotary on the last axis. Source: RoFormer (arXiv:2104.09864), eq. 34, in GPT-NeoX's layout."""
    half = x.shape[-1] // 2
    rotated = x * cos
    rotated[..., :half].addcmul_(x[..., half:], sin[..., :half], value=-1)
    rotated[..., half:].addcmul_(x[..., :half], sin[..., half:])
    return rotated


class SelfAttention(nn.Module):
    """Attention with one fused projection whose rows are grouped per head: q, k, v of head 0, then of head 1, …"""

    def __init__(self, config: GLMConfig, layer_idx: int) -> None:
        super().__init__()
        self.layer_idx = layer_idx
        self.num_heads = config.num_attention_heads
        self.head_dim = config.head_dim
        self.query_key_value = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(
        self,
        hidden_states: Tensor,
        rotary: tuple[Tensor, Tensor],
        mask: Tensor | None,
        past_key_values: PastKeyValues | None,
        probabilities: list[Tensor] | None,
    ) -> Tensor:
        """(batch, seq, hidden) -> the same; see `GLMModel.forward` for the rest."""
        batch, length, _ = hidden_states.shape
        fused = self.query_key_value(hidden_states).view(batch, length, self.num_heads, 3, self.head_dim)
        query, key = self._rotate(fused[..., :2, :], rotary).transpose(1, 2).unbind(3)
        value = fused[..., 2, :].transpose(1, 2)
        del fused  # of a long prompt it is the largest tensor, and is not needed once its parts are cached
        if past_key_values is not None:
            key, value = past_key_values.update(key, value, self.layer_idx)
        if probabilities is None:
            context = attention(query, key, value, mask)
        else:  # step by step, with the original's roundings in half precision
            key, value = key.to(query.dtype), value.to(query.dtype)
            scores = ((query / self.head_dim**0.5) @ key.transpose(-1, -2)).float()
            scores = scores if mask is None else scores.masked_fill(~mask, -torch.inf)
            probabilities.append(scores.softmax(-1).to(value.dtype))
            context = probabilities[-1] @ value
        return self.dense(context.transpose(1, 2).reshape(batch, length, -1))

    @staticmethod
    def _rotate(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
        cos, sin = rotary  # (batch, seq, 1, 1, parts, head_dim / parts): one part for each row of position ids
        return rotate(x.unflatten(-1, cos.shape[-2:]), cos, sin).flatten(-2).to(x.dtype)


class MLP(nn.Module):
    """Two linears around a tanh-GELU; no gate, whatever upstream's class name `GLU` says."""

    def __init__(self, config: GLMConfig) -> None:
        super().__init__()
        self.dense_h_to_4h = nn.Linear(config.hidden_size, config.intermediate_size)
        self.dense_4h_to_h = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, hidden_states: Tensor) -> Tensor:
        if hidden_states.requires_grad or hidden_states.shape[1] <= _TOKENS_AT_ONCE:
            return self._run(hidden_states)
        parts = hidden_states.split(_TOKENS_AT_ONCE, dim=1)  # the wide states of a long prompt are never whole
        return torch.cat([self._run(part) for part in parts], dim=1)

    def _run(self, hidden_states: Tensor) -> Tensor:
        return self.dense_4h_to_h(F.gelu(self.dense_h_to_4h(hidden_states), approximate="tanh"))


class GLMBlock(nn.Module):
    """One layer; both residual sums take the normalised input times alpha."""

    def __init__(self, config: GLMConfig, layer_idx: int) -> None:
        super().__init__()
        self.alpha = config.residual_scale
        self.input_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.attention = SelfAttention(config, layer_idx)
        self.post_attention_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.mlp = MLP(config)

    def forward(self, hidden_states: Tensor, *attention_args: Any) -> Tensor:
        normed = self.input_layernorm(hidden_states)
        hidden_states = torch.add(self.attention(normed, *attention_args), normed, alpha=self.alpha)
        normed = self.post_attention_layernorm(hidden_states)
        return torch.add(self.mlp(normed), normed, alpha=self.alpha)


class PrefixEncoder(nn.Module):
    """P-Tuning v2: learned keys and values in front of every layer. Source: arXiv:2110.07602."""

    def __init__(self, config: GLMConfig, pre_seq_len: int) -> None:
        super().__init__()
        self.shape = (config.num_hidden_layers, 2, config.num_attention_heads, config.head_dim)
        width = 2 * config.num_hidden_layers * config.hidden_size
        if config.prefix_projection:
            self.embedding = nn.Embedding(pre_seq_len, config.hidden_size)
            self.trans = nn.Sequential(
                nn.Linear(config.hidden_size, config.hidden_size), nn.Tanh(), nn.Linear(config.hidden_size, width)
            )
        else:
            self.embedding = nn.Embedding(pre_seq_len, width)
            self.trans = nn.Sequential()
        self.dropout = nn.Dropout(0.1)

    def fill(self, cache: PastKeyValues, batch: int, dtype: torch.dtype, device: torch.device) -> None:
        """Write the prefix into an empty cache: no rotary, and it takes no positions. device: of the prompt."""
        rows = torch.arange(self.embedding.num_embeddings, device=device)  # looked up: the table may be offloaded
        prefix = self.dropout(self.trans(self.embedding(rows)).to(dtype)).unflatten(-1, self.shape)
        for layer, pair in enumerate(prefix.permute(1, 2, 3, 0, 4)):  # (layers, 2, heads, prefix, head_dim)
            key, value = (half.expand(batch, -1, -1, -1) for half in pair)
            cache.update(key, value, layer)


class GLMModel(nn.Module):
    """Embedding, layers and final norm: ids in, hidden states out."""

    def __init__(self, config: GLMConfig) -> None:
        super().__init__()
        self.config = config
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(GLMBlock(config, index) for index in range(config.num_hidden_layers))
        self.final_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        if config.pre_seq_len:
            self.prefix_encoder = PrefixEncoder(config, config.pre_seq_len)

    def forward(self, *args: Any, **kwargs: Any) -> Tensor:
        """The last of `layer_by_layer`: (batch, seq) ids -> (batch, seq, hidden_size), normalised."""
        *_, states = self.layer_by_layer(*args, **kwargs)
        return states

    def layer_by_layer(
        self,
        input_ids: Tensor,
        position_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        past_key_values: PastKeyValues | None = None,
        image_embeds: Tensor | None = None,
        image_start: int | None = None,
        hidden_states: list[Tensor] | None = None,
        probabilities: list[Tensor] | None = None,
    ) -> Iterator[Tensor]:
        """Yields the states (batch, seq, hidden_size) behind each layer, then the normalised ones.

        Whoever stops asking stops the work: so a long prompt can be left, or shown as it is read. The layers of a
        single new token may come as one.

        position_ids: (batch, 2, seq) ((batch, 1, seq) or (batch, seq) in 1-D mode); derived from whole prompts when
            None, so required once the cache holds tokens.
        attention_mask: (batch, cached tokens + seq) with 0 on left pads, or boolean (batch, 1, query, key) with True =
            may attend, used as it is; None: nothing is padded.
        past_key_values: appended to in place; None computes without a cache.
        image_embeds: (batch, slots, hidden_size) put over the word embeddings from `image_start` on.
        hidden_states, probabilities: lists to collect each layer's input and attention weights in.
        """
        config = self.config
        batch = len(input_ids)
        prefix_length = config.pre_seq_len or 0
        if prefix_length:
            past_key_values = KVCache(config.num_hidden_layers) if past_key_values is None else past_key_values
            if past_key_values.get_seq_length() == 0:
                self.prefix_encoder.fill(past_key_values, batch, self.dtype, input_ids.device)
        past_length = 0 if past_key_values is None else past_key_values.get_seq_length()
        if position_ids is None:
            if past_length > prefix_length:
                raise ValueError("position_ids are required when past_key_values hold tokens")
            position_ids = derive_position_ids(input_ids, config, attention_mask)

        if attention_mask is not None and attention_mask.dim() == 4:
            mask: Tensor | None = F.pad(attention_mask, (prefix_length, 0), value=True)
        else:
            mask = visible(input_ids, config, attention_mask, past_length, prefix_length)
        if mask is not None:  # a row that sees nothing (a pad) would become NaN and spread
            mask = mask | ~mask.any(-1, keepdim=True)

        x = self.word_embeddings(input_ids)
        if image_embeds is not None:
            assert image_start is not None
            end = image_start + image_embeds.shape[1]
            x = torch.cat([x[:, :image_start], image_embeds.to(x), x[:, end:]], dim=1)
        rotary = self._rotary(position_ids, x.dtype)
        alone = input_ids.shape == (1, 1) and mask is None and hidden_states is None and probabilities is None
        if alone and isinstance(past_key_values, KVCache):
            done = self._one_token(x, rotary, past_key_values)
            if done is not None:
                yield done
                yield self.final_layernorm(done)
                return
        for layer in self.layers:
            if hidden_states is not None:
                hidden_states.append(x)
            x = layer(x, rotary, mask, past_key_values, probabilities)
            yield x
        yield self.final_layernorm(x)

    def _one_token(self, x: Tensor, rotary: tuple[Tensor, Tensor], cache: KVCache) -> Tensor | None:
        """The states (1, 1, hidden_size) behind all layers at once, or None where there is no kernel for that."""
        if torch.is_grad_enabled():
            return None
        layers, prepared = range(len(self.layers)), cache.layers
        if prepared is None:
            stays = not lent_bytes()  # else weights are on their way to faster memory
            prepared = self._prepared()
            if stays:
                cache.layers = prepared
        if prepared is None:
            return None
        like = x.view(1, self.config.num_attention_heads, 1, self.config.head_dim)
        done = one_token(x, prepared, rotary, [cache.room(like, layer) for layer in layers])
        if done is not None:
            for layer in layers:
                cache.keep(1, layer)
        return done

    def _prepared(self) -> Layers | None:
        blocks = [block for block in self.layers if isinstance(block, GLMBlock)]
        norms = [(block.input_layernorm, block.post_attention_layernorm) for block in blocks]
        linears = [
            (block.attention.query_key_value, block.attention.dense, block.mlp.dense_h_to_4h, block.mlp.dense_4h_to_h)
            for block in blocks
        ]
        return glm_layers(norms, linears, self.config.residual_scale)

    @property
    def dtype(self) -> torch.dtype:
        return self.final_layernorm.weight.dtype

    def _rotary(self, position_ids: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        rows = position_ids[:, None] if position_ids.dim() == 2 else position_ids
        name = self.config.rotary_dtype or ("float16" if dtype == torch.float16 else "float32")
        cos, sin = rotary_tables(rows.transpose(1, 2), self.config.head_dim // rows.shape[1], getattr(torch, name))
        return cos[:, :, None, None], sin[:, :, None, None]


@dataclass
class GLMOutput(ModelOutput):
    """loss: scalar. logits: (batch, seq, vocab). hidden_states: embeddings, inputs of layers 1…, final (normalised).

    attentions: per layer (batch, heads, query, key).
    """

    loss: Tensor | None = None
    logits: Tensor | None = None
    past_key_values: PastKeyValues | None = None
    hidden_states: tuple[Tensor, ...] | None = None
    attentions: tuple[Tensor, ...] | None = None


class GLMForConditionalGeneration(PreTrainedModel, GenerationMixin):
    """The decoder with its head and, when `config.vision` is set, the image encoder.

    `generate` is transformers' (batches, beams); the streaming loop of `model.generation` is what the demos run.
    """

    config_class = GLMConfig
    config: GLMConfig
    base_model_prefix = "transformer"
    main_input_name = "input_ids"
    _tied_weights_keys = {"lm_head.weight": "transformer.word_embeddings.weight"}  # noqa: RUF012 (transformers' form)
    _no_split_modules = ["GLMBlock"]  # noqa: RUF012
    _supports_sdpa = True
    _is_stateful = False
    cache_dtype: torch.dtype | None = None  # of cached keys and values; None: as the activations

    def __init__(self, config: GLMConfig) -> None:
        super().__init__(config)
        self.transformer = GLMModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        vision = config.vision_config
        self.image_encoder = ImageEncoder(vision) if vision else None
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        return self.transformer.word_embeddings

    def get_output_embeddings(self) -> nn.Module:
        return self.lm_head

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=self.config.initializer_range)
            if isinstance(module, nn.Linear) and module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(
        self,
        input_ids: Tensor,
        position_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        past_key_values: PastKeyValues | None = None,
        image_embeds: Tensor | None = None,
        image_start: int | None = None,
        labels: Tensor | None = None,
        logits_to_keep: int = 0,
        output_hidden_states: bool = False,
        output_attentions: bool = False,
        **_: Any,  # generate() adds use_cache, return_dict and the like
    ) -> GLMOutput:
        """See `GLMModel.forward`. labels: (batch, seq), -100 where none; logits_to_keep: last positions, 0 for all."""
        hidden_states: list[Tensor] | None = [] if output_hidden_states else None
        attentions: list[Tensor] | None = [] if output_attentions else None
        last = self.transformer(
            input_ids,
            position_ids,
            attention_mask,
            past_key_values,
            image_embeds,
            image_start,
            hidden_states,
            attentions,
        )
        logits = self.lm_head(last[:, -logits_to_keep:])
        loss = None
        if labels is not None:
            loss = F.cross_entropy(logits[:, :-1].float().flatten(0, 1), labels[:, 1:].flatten()).to(logits.dtype)
        return GLMOutput(
            loss=loss,
            logits=logits,
            past_key_values=past_key_values,
            hidden_states=None if hidden_states is None else (*hidden_states, last),
            attentions=None if attentions is None else tuple(attentions),
        )

    def prepare_inputs_for_generation(  # type: ignore[override]  # always called by keyword
        self,
        input_ids: Tensor,
        past_key_values: PastKeyValues | None = None,
        attention_mask: Tensor | None = None,
        image_embeds: Tensor | None = None,
        image_start: int | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        """What `generate` feeds each step: the tokens that the cache lacks, with the positions of the whole rows."""
        cached = 0 if past_key_values is None else past_key_values.get_seq_length()
        cached = max(cached - (self.config.pre_seq_len or 0), 0)
        positions = derive_position_ids(input_ids, self.config, attention_mask)
        inputs: dict[str, Any] = {
            "input_ids": input_ids[:, cached:],
            "position_ids": positions[..., cached:],
            "attention_mask": attention_mask,
            "past_key_values": past_key_values,
        }
        if cached == 0:
            inputs |= {"image_embeds": image_embeds, "image_start": image_start}
        return inputs
