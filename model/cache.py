"""`past_key_values` as a value: made by the caller, passed in and handed on, never kept by a module."""

from __future__ import annotations

import torch
from torch import Tensor

from kernels.cpu.huge_pages import use_huge_pages
from kernels.cpu.library import Layers

_BLOCK = 256  # positions; to copy all of a long cache once in so many tokens takes less than 1 % of their time


class KVCache:
    """Keys (already rotated) and values of all layers, in buffers that grow a block at a time.

    It answers to the two methods of transformers' `Cache` that the decoder calls, so either can be passed.
    """

    def __init__(self, num_layers: int, capacity: int = 256, dtype: torch.dtype | None = None) -> None:
        """capacity: positions to make room for at first. dtype: of the buffers; None: that of the first keys."""
        self._buffers: list[tuple[Tensor, Tensor] | None] = [None] * num_layers
        self._lengths = [0] * num_layers
        self._capacity = capacity
        self._dtype = dtype
        self.layers: Layers | None = None  # the network's, prepared for the tokens behind this cache

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Cached positions, P-Tuning prefix included."""
        return self._lengths[layer_idx]

    def update(self, keys: Tensor, values: Tensor, layer_idx: int) -> tuple[Tensor, Tensor]:
        """Append `keys`, `values` (batch, heads, seq, head_dim); returns all, (batch, heads, total, head_dim)."""
        start = self._lengths[layer_idx]
        all_keys, all_values = self.room(keys, layer_idx)
        all_keys[:, :, start:] = keys
        all_values[:, :, start:] = values
        self.keep(keys.shape[2], layer_idx)
        return all_keys, all_values

    def room(self, like: Tensor, layer_idx: int) -> tuple[Tensor, Tensor]:
        """What `update` returns, for keys and values `like` that are yet to be written at the end of it."""
        end = self._lengths[layer_idx] + like.shape[2]
        pair = self._buffers[layer_idx]
        if pair is None or end > pair[0].shape[2] or pair[0].device != like.device:  # a prefix may be elsewhere
            pair = self._grow(pair, like, end)
            self._buffers[layer_idx] = pair
        return pair[0][:, :, :end], pair[1][:, :, :end]

    def keep(self, count: int, layer_idx: int) -> None:
        """Count positions that were written into `room`."""
        self._lengths[layer_idx] += count

    def whole(self, layer_idx: int) -> tuple[Tensor, Tensor]:
        """A layer's buffers with room for at least one position more, and zeros where none is yet."""
        length = self._lengths[layer_idx]
        self.room(self.layer(layer_idx)[0][:, :, :1], layer_idx)
        pair = self._buffers[layer_idx]
        assert pair is not None
        for half in pair:
            half[:, :, length:] = 0  # what an attention mask hides must still be a number
        return pair

    def _grow(self, pair: tuple[Tensor, Tensor] | None, like: Tensor, needed: int) -> tuple[Tensor, Tensor]:
        batch, heads, _, head_dim = like.shape
        capacity = max(self._capacity, needed + _BLOCK if pair else needed)
        dtype = self._dtype or like.dtype
        grown = tuple(like.new_empty(batch, heads, capacity, head_dim, dtype=dtype) for _ in range(2))
        for new in grown:
            use_huge_pages(new)
        if pair is not None:
            filled = pair[0].shape[2]
            for new, old in zip(grown, pair, strict=True):
                new[:, :, :filled] = old
        return grown[0], grown[1]

    def layer(self, layer_idx: int) -> tuple[Tensor, Tensor]:
        """Keys and values of one layer, each (batch, heads, total, head_dim)."""
        pair = self._buffers[layer_idx]
        if pair is None:
            raise IndexError(f"layer {layer_idx} of the cache is empty")
        return tuple(half[:, :, : self._lengths[layer_idx]] for half in pair)  # type: ignore[return-value]
