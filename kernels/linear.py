"""Linears and embeddings whose weights stay INT8 or INT4 in memory.

Parameter names are the published ones, so `load_state_dict` needs no map. A module starts in published storage
(`kernels.pack`); `pack_` rearranges it for the fastest kernel of its device, or `adopt_` takes weights that lie so
already, and every method works in both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Literal
from weakref import WeakSet

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import dispatch, pack, torch_products
from .cpu.huge_pages import use_huge_pages
from .cpu.library import CpuKernel, Matrix

Layout = Literal["published", "interleaved", "torch"]
Copy = Callable[[Tensor, Tensor], None]
"""From the first tensor to the second."""
_moving = threading.RLock()  # of weights from one place or order to another
_lending = threading.Lock()
_lent: WeakSet[_QuantizedTable] = WeakSet()  # with weights where somebody else keeps them
_SLICE = {True: 1 << 19, False: 1 << 25}  # weights that are float at any one time; True: on a CPU, where caches count


class _QuantizedTable(nn.Module):
    """Rows of INT8 or INT4 numbers with their scales: what a linear and an embedding have in common."""

    weight: Tensor
    weight_scale: Tensor
    looked_up = False  # whether single rows are wanted, which PyTorch's order of INT4 makes slow

    def __init__(
        self,
        rows: int,
        columns: int,
        bits: int,
        group_size: int | None = None,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__()
        if bits not in (4, 8):
            raise ValueError(f"bits must be 8 or 4, not {bits}")
        if group_size is not None and (bits != 4 or columns % group_size):
            raise ValueError(f"groups of {group_size} need 4 bits and columns that they fill, not {bits} and {columns}")
        self.bits, self.group_size, self.dtype = bits, group_size, dtype
        self.layout: Layout = "published"
        self._fetch: Copy | None = None  # brings adopted weights
        self.register_buffer("weight", torch.empty(rows, columns * bits // 8, dtype=torch.int8, device=device))
        scales = (
            torch.empty(rows, device=device)
            if group_size is None
            else torch.empty(rows, columns // group_size, dtype=torch.float16, device=device)
        )
        self.register_buffer("weight_scale", scales)
        use_huge_pages(self.weight)

    @property
    def packed(self) -> bool:
        """Whether the weights are in the order of some kernel."""
        return self.layout != "published"

    @property
    def interleaved(self) -> bool:
        """Whether they are in the order of the compiled kernel."""
        return self.layout == "interleaved"

    @property
    def lent(self) -> bool:
        """Whether they lie where somebody else keeps them: adopted, and not settled yet."""
        return self._fetch is not None

    @property
    def columns(self) -> int:
        """Numbers in a row, however they are packed."""
        return self.weight.shape[1] * 8 // self.bits

    def copy_rows_(self, start: int, weight: Tensor) -> None:
        """Quantises float rows (rows, columns) and stores them as rows `start`….

        fp16 rows are quantised in fp16 arithmetic, as the original does, others in fp32; groups always in fp32.
        """
        assert not self.packed, "rows are stored before pack_"
        rows, columns = weight.shape
        kernel = dispatch.cpu_kernel(self.weight.device)
        fits = pack.columns_fit(columns, self.group_size) and self._scales_fit_cpu_kernel()
        if kernel and weight.device.type == "cpu" and fits:
            end = start + rows
            kernel.quantize(weight, self.weight[start:end], self.weight_scale[start:end], self.bits)
            return
        step = self._slice(columns)
        for first in range(0, rows, step):
            part = weight[first : first + step].to(self.weight.device)
            if self.group_size is not None:
                stored = pack.quantize_groups(part, self.group_size)
            else:
                stored = pack.quantize(part if part.dtype == torch.float16 else part.float(), self.bits)
            self.copy_packed_rows_(start + first, *stored)

    def copy_packed_rows_(self, start: int, qweight: Tensor, scales: Tensor) -> None:
        """Stores rows that are quantised already, in published storage, as rows `start`…."""
        assert not self.packed, "rows are stored before pack_"
        self.weight[start : start + len(qweight)].copy_(qweight)
        self.weight_scale[start : start + len(qweight)].copy_(scales)

    @torch.no_grad()
    def pack_(self) -> None:
        """Rearranges the weights, in place, for the kernel that serves this device; harmless when repeated."""
        kernel, wanted = dispatch.cpu_kernel(self.weight.device), self._wanted()
        if wanted in (self.layout, "published"):
            return
        with _moving:
            if wanted == self.layout:  # by another thread, meanwhile
                return
            self._unpack_()
            if wanted == "torch":
                torch_products.reorder_(self.weight)
            elif kernel:
                kernel.interleave_(self.weight, self.weight_scale, self.bits)
            self.layout = wanted

    def takes_bands(self, device: torch.device) -> bool:
        """Whether `adopt_` can be called for that device: its compiled kernel is there and serves these weights."""
        fits = pack.fits_bands(len(self.weight), self.columns, self.group_size) and self._scales_fit_cpu_kernel()
        return fits and dispatch.cpu_kernel(device) is not None

    def adopt_(self, weight: Tensor, weight_scale: Tensor, fetch: Copy) -> None:
        """Uses weights where they lie, until `settle_`: in bands (`kernels.pack.to_bands`), as are scales of groups.

        fetch: brings them to memory of this module's own.
        """
        with _moving:
            self.weight = weight.view(torch.int8).view(self.weight.shape)
            self.weight_scale = weight_scale.view(self.weight_scale.shape)
            self.layout, self._fetch = "interleaved", fetch
        with _lending:
            _lent.add(self)

    @torch.no_grad()
    def settle_(self) -> None:
        """Brings adopted weights to memory of its own, in large pages; from any thread, and harmless when repeated."""
        with _moving:
            if self._fetch is None:
                return
            for name in ("weight", "weight_scale"):
                lent = getattr(self, name)
                own = torch.empty_like(lent)
                use_huge_pages(own)
                self._fetch(lent, own)
                setattr(self, name, own)
            self._fetch = None
        with _lending:
            _lent.discard(self)

    def _wanted(self) -> Layout:
        """The order that the kernel for this device reads; "published" where there is none."""
        if self.takes_bands(self.weight.device):
            return "interleaved"
        fits = self.bits == 4 and not self.looked_up and torch_products.fits(len(self.weight), self.columns)
        return "torch" if fits and dispatch.torch_products(self.weight.device) else "published"

    def unpacked(self) -> tuple[Tensor, Tensor]:
        """`weight` and `weight_scale` in published storage, whatever `pack_` did; a copy if it did anything."""
        return self._stored(slice(None))

    def rows(self, indices: Tensor) -> Tensor:
        """The decoded rows (…, columns) at `indices` (…), in the module's dtype."""
        weight, scales = self._stored(indices.flatten())
        return pack.dequantize(weight, scales.float(), self.bits).to(self.dtype).unflatten(0, indices.shape)

    def _stored(self, index: Tensor | slice) -> tuple[Tensor, Tensor]:
        """Some rows in published storage."""
        if not self.packed:
            return self.weight[index], self.weight_scale[index]
        if isinstance(index, slice):
            index = torch.arange(*index.indices(len(self.weight)), device=self.weight.device)
        if self.layout == "torch":
            return torch_products.published_rows(self.weight, index), self.weight_scale[index]
        grouped = self.group_size is not None
        scales = pack.interleaved_rows(self.weight_scale, index) if grouped else self.weight_scale[index]
        return pack.interleaved_rows(self.weight, index, self.bits), scales

    @torch.no_grad()
    def _unpack_(self) -> None:
        with _moving:
            self.settle_()
            if self.layout == "torch":
                torch_products.restore_(self.weight)
            elif self.interleaved:
                pack.deinterleave_(self.weight, self.bits)
                if self.group_size is not None:
                    pack.deinterleave_(self.weight_scale)
            self.layout = "published"

    def _scales_fit_cpu_kernel(self) -> bool:
        """Not where others came by load_state_dict's assign."""
        return self.weight_scale.dtype == (torch.float32 if self.group_size is None else torch.float16)

    def _slice(self, columns: int) -> int:
        return max(1, _SLICE[self.weight.device.type == "cpu"] // columns)

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        self._unpack_()  # another device may need another layout
        scales = self.weight_scale
        super()._apply(fn, recurse)
        use_huge_pages(self.weight)
        if self.weight_scale.dtype != scales.dtype:  # .half() and the like are for what is computed with
            self.weight_scale = scales.to(self.weight_scale.device)
        return self

    def __getstate__(self) -> dict[str, Any]:
        self.settle_()  # a copy has weights of its own
        return self.__dict__.copy()

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        if self.packed:
            destination[prefix + "weight"], destination[prefix + "weight_scale"] = self.unpacked()

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:
        self._unpack_()
        super()._load_from_state_dict(*args, **kwargs)


def lent_bytes() -> int:
    """Bytes of all adopted weights and scales, for which memory is still to be found."""
    with _lending:
        return sum(table.weight.nbytes + table.weight_scale.nbytes for table in _lent)


class QuantizedLinear(_QuantizedTable):
    """y = x W^T + b with W of INT8 or INT4.

    Buffers: `weight` int8 (out, in) or (out, in / 2); `weight_scale` fp32 (out,), which holds every published scale
    exactly, or fp16 (out, in / group_size) for INT4 in groups; `bias` (out,) in `dtype`, or None.
    """

    bias: Tensor | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bits: int,
        bias: bool = True,
        group_size: int | None = None,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__(out_features, in_features, bits, group_size, dtype, device)
        self.in_features, self.out_features = in_features, out_features
        values = torch.empty(out_features, dtype=dtype, device=device) if bias else None
        self.register_parameter("bias", None if values is None else nn.Parameter(values, requires_grad=False))

    def forward(self, x: Tensor) -> Tensor:
        """(…, in) -> (…, out) in the dtype of x. Gradients reach x, not the weights."""
        if not (torch.is_grad_enabled() and x.requires_grad):
            self.pack_()  # the kernel may have come after the weights
            kernel = dispatch.cpu_kernel(x.device)
            if kernel and self.interleaved:
                return self._by_kernel(kernel, x)
            if dispatch.torch_products(x.device) and x.numel() and (self.bits == 8 or self.layout == "torch"):
                return self._by_torch(x)
            if on_gpu := dispatch.gpu_linear(x.device):
                product = on_gpu(x.reshape(-1, self.in_features), self.weight, self.weight_scale, self.bias, self.bits)
                return product.view(*x.shape[:-1], self.out_features)
        return self._by_slices(x)

    def matrix(self) -> Matrix:
        """What the compiled kernel takes of it, while it is interleaved."""
        return Matrix(self.weight, self.weight_scale, None if self.bias is None else self.bias.float(), self.bits)

    def _by_kernel(self, kernel: CpuKernel, x: Tensor) -> Tensor:
        product = kernel.linear(x.reshape(-1, self.in_features).float(), self.matrix())
        return product.to(x.dtype).view(*x.shape[:-1], self.out_features)

    def _by_torch(self, x: Tensor) -> Tensor:
        product = torch_products.linear(x.reshape(-1, self.in_features), self.weight, self.weight_scale, self.bits)
        product = product if self.bias is None else product + self.bias
        return product.to(x.dtype).view(*x.shape[:-1], self.out_features)

    def _by_slices(self, x: Tensor) -> Tensor:
        """PyTorch's own product with a few rows decoded at a time; on a CPU in fp32, where halves are slow."""
        dtype = torch.float32 if x.device.type == "cpu" else x.dtype
        step = self._slice(self.in_features)
        wide = x.to(dtype)
        parts = []
        for first in range(0, self.out_features, step):
            weight, scales = self._stored(slice(first, first + step))
            parts.append(F.linear(wide, pack.dequantize(weight, scales.to(dtype), self.bits)))
        product = torch.cat(parts, dim=-1)
        return (product if self.bias is None else product + self.bias).to(x.dtype)

    def extra_repr(self) -> str:
        groups = "" if self.group_size is None else f", group_size={self.group_size}"
        return f"{self.in_features}, {self.out_features}, bits={self.bits}{groups}, bias={self.bias is not None}"


class QuantizedEmbedding(_QuantizedTable):
    """An embedding of INT8 or INT4 rows that decodes only the rows looked up. Buffers as in `QuantizedLinear`."""

    looked_up = True

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        bits: int,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__(num_embeddings, embedding_dim, bits, None, dtype, device)

    def forward(self, input_ids: Tensor) -> Tensor:
        """(…) ids -> (…, embedding_dim)."""
        return self.rows(input_ids)


class TiedEmbedding(nn.Module):
    """The rows of an output head, looked up: one table serves both. The head stays the only owner of its weights."""

    def __init__(self, head: QuantizedLinear) -> None:
        super().__init__()
        head.looked_up = True
        self._head = (head,)  # in a tuple, so that it is not registered, and saved, a second time

    @property
    def head(self) -> QuantizedLinear:
        """The output head whose rows these are."""
        return self._head[0]

    def forward(self, input_ids: Tensor) -> Tensor:
        """(…) ids -> (…, hidden)."""
        return self.head.rows(input_ids)
