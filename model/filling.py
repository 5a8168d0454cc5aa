"""A checkpoint's weights into a network: one tensor at a time, mapped, and copied straight to its device and precision.

No tensor is there twice for long: its pages are given back as it is copied, slice by slice, and half-precision weights
that are to become INT8 or INT4 are quantised as they come in. What lies on the disk as a CPU's kernel reads it is used
from there at once, and copied behind the first answers: memory of our own is read faster, and stays.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from threading import Thread, main_thread
from typing import Any
from weakref import ref

import torch
from accelerate import init_empty_weights
from torch import Tensor, nn
from transformers import PreTrainedModel

from kernels.linear import QuantizedEmbedding, QuantizedLinear, TiedEmbedding
from kernels.pack import dequantize

from .checkpoint import Checkpoint, Progress
from .errors import UserError
from .glm import GLMForConditionalGeneration
from .packed import PackedPairs, stored_format
from .tensors import TensorFiles

_log = logging.getLogger("glm.model")
GROUP_SIZE = 32
"""Columns that share a scale where INT4 weights are made here; published ones have one scale a row."""
HEAD_BITS = 8
_SLICE_BYTES = 2**25  # of a tensor that are mapped at any one time; a vocabulary has half a gigabyte
ENCODERS = ("image_encoder.", "model.visual.")  # of pictures: left as they are, since INT4 hurts them most
EXACT = (  # fp32 in any precision: small, and what comes after them is sensitive
    "transformer.prefix_encoder.",
    *(f"image_encoder.{part}" for part in ("qformer.", "query_tokens", "language_projection.")),
)


@dataclass(frozen=True)
class Precision:
    """How weights are kept: `dtype` of activations and of all that is not quantised, `bits` of the layers' weights."""

    name: str
    dtype: torch.dtype
    bits: int | None = None


def empty_network(checkpoint: Checkpoint, precision: Precision) -> PreTrainedModel:
    """The network that a checkpoint describes, without memory for its weights, its layers ready for `precision`."""
    with init_empty_weights(include_buffers=False):
        network = checkpoint.model_class(checkpoint.config)
    for name, parameter in network.named_parameters():  # not the buffers: rotary frequencies stay exact
        parameter.data = parameter.data.to(torch.float32 if name.startswith(EXACT) else precision.dtype)
    if precision.bits is None:
        network.tie_weights()  # a head that is the embedding counts once
    else:
        _quantize_layers(network, checkpoint, precision)
        _quantize_vocabulary(network, checkpoint, precision)
    return network.eval().requires_grad_(False)


def fill(
    network: PreTrainedModel,
    checkpoint: Checkpoint,
    precision: Precision,
    placement: Mapping[str, torch.device],
    progress: Progress | None = None,
) -> None:
    """Give the network of `empty_network` its weights.

    placement: device by beginning of the name; "" for all that no longer one matches.
    Raises: UserError("tensors_mismatch") when weights are left over or missing.
    """
    as_stored = checkpoint.bits == precision.bits
    filler = _Filler(network, precision, placement, as_stored, checkpoint.files)
    adopted = filler.adopt(checkpoint.banded & set(checkpoint.names))
    for name, tensor in checkpoint.tensors(progress, adopted):
        filler.put(name, tensor)
    if precision.bits is None:
        network.tie_weights()
    left = [name for name, tensor in [*network.named_parameters(), *network.named_buffers()] if tensor.is_meta]
    if left:
        problems = "; ".join(f"{name} is missing" for name in left[:5])
        raise UserError("tensors_mismatch", path=checkpoint.path, problems=problems)
    filler.place_computed()
    if isinstance(network, GLMForConditionalGeneration) and precision.bits and precision.dtype == torch.float32:
        network.cache_dtype = torch.float16  # half the memory to read for a token; products stay in fp32


def settle(network: nn.Module) -> None:
    """Bring all weights that are used from where they lie on the disk to memory; answers are the same meanwhile."""
    for table in _tables(network):
        table.settle_()


def settle_later(network: nn.Module) -> None:
    """`settle` in a thread of its own, which keeps nothing of a network that is not wanted any more.

    What fails, for want of memory perhaps, is used from where it lies.
    """
    tables = [ref(table) for table in _tables(network) if table.lent]
    if not tables:
        return

    def work() -> None:
        for table in tables:
            try:
                if (wanted := table()) is not None:
                    wanted.settle_()
            except (OSError, RuntimeError, UserError) as error:
                if not main_thread().is_alive():
                    return  # the program ends, and starts no thread to read with any more
                _log.warning("weights stay on the disk: %s", error)

    Thread(target=work, name="weights", daemon=True).start()


def _tables(network: nn.Module) -> list[QuantizedLinear | QuantizedEmbedding]:
    return [module for module in network.modules() if isinstance(module, QuantizedLinear | QuantizedEmbedding)]


def weight_bytes(network: nn.Module) -> int:
    """Bytes of all weights of a network, also of one without memory; tied ones count once."""
    tensors = {id(tensor): tensor for tensor in [*network.parameters(), *network.buffers()]}
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


def lies_in(name: str, module: str) -> bool:
    """Whether a weight or module is in a module, by their names; "" is the whole network."""
    return not module or name == module or name.startswith(module + ".")


class _Filler:
    def __init__(
        self,
        network: PreTrainedModel,
        precision: Precision,
        placement: Mapping[str, torch.device],
        as_stored: bool,
        files: TensorFiles,
    ) -> None:
        """as_stored: packed weights are kept just as they come. files: of which most tensors are views."""
        self._network = network
        self._precision = precision
        self._placement = sorted(placement.items(), key=lambda item: len(item[0]), reverse=True)
        self._on_cpu = all(device.type == "cpu" for device in placement.values())
        self._as_stored = as_stored
        self._files = files
        self._begun: set[str] = set()  # of which integers or scales are there, and the others are still to come
        self._pairs = PackedPairs()

    def adopt(self, banded: Collection[str]) -> set[str]:
        """Let the CPU's kernel have its weights where they lie on the disk. banded: names of those in its order.

        Gives the names, of weights and scales, for which there is nothing to do any more.
        """
        adopted: set[str] = set()
        if not (self._as_stored and self._on_cpu):
            return adopted
        for owner, module in self._network.named_modules():
            name = f"{owner}.weight"
            table = module.head if isinstance(module, TiedEmbedding) else module
            if not isinstance(table, QuantizedLinear | QuantizedEmbedding) or name not in banded:
                continue
            if table.takes_bands(self._device(name)):
                scales = self._files.read(f"{name}_scale").to(table.weight_scale.dtype)
                table.adopt_(self._files.read(name), scales, self._files.copy)
                adopted |= {name, f"{name}_scale"}
        return adopted

    def put(self, name: str, tensor: Tensor) -> None:
        """Copy one tensor, under the network's name for it, to where it belongs."""
        owner, _, leaf = name.rpartition(".")
        if tensor.dtype == torch.int8 or leaf == "weight_scale":
            if self._put_as_stored(owner, leaf, tensor):
                return
            if pair := self._pairs.put(owner, leaf, tensor):
                self._put_packed(owner, *pair)
            return
        module = self._module(owner)
        if isinstance(module, QuantizedLinear | QuantizedEmbedding) and leaf == "weight":
            self._allocate(module, owner)
            for first, rows in _slices(tensor):
                module.copy_rows_(first, rows)
                self._files.release(rows)
            self._pack(module)
        else:
            self._copy(self._parameter(owner, leaf), tensor)

    def _put_as_stored(self, owner: str, leaf: str, tensor: Tensor) -> bool:
        """Copy integers or scales straight to a module that keeps them as they are; False where it does not."""
        module = self._module(owner)
        if not self._as_stored or not isinstance(module, QuantizedLinear | QuantizedEmbedding):
            return False
        self._allocate(module, owner)
        self._copy(getattr(module, leaf), tensor)
        if owner in self._begun:
            self._pack(module)
        self._begun ^= {owner}
        return True

    def place_computed(self) -> None:
        """Move what is computed from the config (rotary frequencies) to its device."""
        assert not self._begun and self._pairs.complete, "weights without their scales are refused before"
        for name, buffer in list(self._network.named_buffers()):
            owner, _, leaf = name.rpartition(".")
            module = self._network.get_submodule(owner)
            if leaf in module._non_persistent_buffers_set:
                module._buffers[leaf] = buffer.to(self._device(name))

    def _put_packed(self, owner: str, weight: Tensor, scales: Tensor) -> None:
        module = self._module(owner)
        quantized = isinstance(module, QuantizedLinear | QuantizedEmbedding)
        bits, group_size = stored_format(weight, scales, module.columns if quantized else module.weight.shape[1])
        if quantized:
            self._allocate(module, owner)
            if (module.bits, module.group_size) == (bits, group_size):
                module.copy_packed_rows_(0, weight, scales)
            else:
                module.copy_rows_(0, dequantize(weight, scales.float(), bits))
            self._pack(module)
        else:
            target = self._parameter(owner, "weight")
            target.copy_(dequantize(weight, scales.to(torch.float32), bits))

    def _copy(self, target: Tensor, tensor: Tensor) -> None:
        for first, rows in _slices(tensor):
            self._files.copy(rows, target[first : first + len(rows)])

    def _pack(self, module: Any) -> None:
        if self._on_cpu:  # what only waits there is computed elsewhere, as it is stored
            module.pack_()

    def _module(self, owner: str) -> Any:
        """The module that holds a weight; of an embedding that is the head's, the head."""
        module = self._network.get_submodule(owner)
        return module.head if isinstance(module, TiedEmbedding) else module

    def _allocate(self, module: Any, owner: str) -> None:
        if module.weight.is_meta:
            module.to_empty(device=self._device(owner))

    def _parameter(self, owner: str, leaf: str) -> Tensor:
        """The parameter, with memory from now on."""
        module = self._module(owner)
        if isinstance(module, QuantizedLinear):  # its bias may come before its weight
            self._allocate(module, owner)
        parameter: Tensor = getattr(module, leaf)
        if parameter.is_meta:
            memory = torch.empty_like(parameter, device=self._device(f"{owner}.{leaf}"))
            parameter = nn.Parameter(memory, requires_grad=False)
            setattr(module, leaf, parameter)
        return parameter

    def _device(self, name: str) -> torch.device:
        return next(device for start, device in self._placement if lies_in(name, start))


def _slices(tensor: Tensor) -> Iterator[tuple[int, Tensor]]:
    """Some rows at a time, and the number of the first."""
    step = max(1, _SLICE_BYTES // max(1, tensor[:1].nbytes))
    return ((first, tensor[first : first + step]) for first in range(0, len(tensor), step))


def _quantize_layers(network: PreTrainedModel, checkpoint: Checkpoint, precision: Precision) -> None:
    """Quantised linears in place of the decoder layers' ones; stored integers of the same width stay as they are."""
    assert precision.bits is not None
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Linear) and ".layers." in name and not name.startswith(ENCODERS):
            stored = checkpoint.shapes.get(f"{name}.weight_scale")
            if checkpoint.bits == precision.bits:
                group = module.in_features // stored[1] if stored is not None and len(stored) > 1 else None
            else:
                fits = precision.bits == 4 and module.in_features % GROUP_SIZE == 0
                group = GROUP_SIZE if fits else None
            network.set_submodule(name, _quantized(module, precision.bits, group, precision.dtype))


def _quantize_vocabulary(network: PreTrainedModel, checkpoint: Checkpoint, precision: Precision) -> None:
    """INT8 for embedding and head, one table for both where they are tied; INT4 where they are stored so."""
    names = {module: name for name, module in network.named_modules()}
    embedding, head = network.get_input_embeddings(), network.get_output_embeddings()
    assert isinstance(embedding, nn.Embedding) and isinstance(head, nn.Linear)
    bits = 4 if f"{names[embedding]}.weight" in checkpoint.halved else HEAD_BITS
    quantized = _quantized(head, bits, None, precision.dtype)
    network.set_submodule(names[head], quantized)
    tied = network.config.tie_word_embeddings
    size = (embedding.num_embeddings, embedding.embedding_dim)
    network.set_submodule(
        names[embedding],
        TiedEmbedding(quantized) if tied else QuantizedEmbedding(*size, bits, dtype=precision.dtype, device="meta"),
    )


def _quantized(linear: nn.Linear, bits: int, group_size: int | None, dtype: torch.dtype) -> QuantizedLinear:
    has_bias = linear.bias is not None
    return QuantizedLinear(
        linear.in_features, linear.out_features, bits, has_bias, group_size, dtype=dtype, device="meta"
    )
