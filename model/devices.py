"""Which devices there are, what fits on them, and which precision is sensible there."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch
from torch import nn
from transformers import PreTrainedModel

from kernels.linear import lent_bytes

from .checkpoint import Checkpoint
from .errors import UserError
from .filling import ENCODERS, Precision, empty_network, weight_bytes

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
BITS = {"int8": 8, "int4": 4}
PRECISIONS = (*DTYPES, *BITS)
_SMALL = 2 * 10**9  # bytes: a model that is no larger in fp32 is not worth quantising
_HEADROOM = 0.85  # of the free memory for weights; the rest is for the cache, activations and everybody else
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@dataclass(frozen=True)
class Plan:
    """Where a checkpoint goes, and how. placement: device by beginning of a weight's name, "" for the rest."""

    precision: Precision
    placement: Mapping[str, torch.device]
    network: PreTrainedModel  # without memory
    reason: str  # why this precision, in English, and what went where if that is on several devices

    @property
    def device(self) -> torch.device:
        """Where inputs go and most of the work is done."""
        return next(iter(sorted(self.placement.values(), key=lambda device: device.type == "cpu")))


def available_devices() -> list[str]:
    """The device names this machine can run on, the fastest first."""
    return [*_accelerators(), "cpu"]


def free_memory(device: torch.device) -> int:
    """Bytes that weights can have on a device."""
    return max(_memory(device)[0] - (lent_bytes() if device.type == "cpu" else 0), 0)


def whole_memory(device: torch.device) -> int:
    """Bytes that weights could have, were nothing else on a device."""
    return _memory(device)[1]


def _memory(device: torch.device) -> tuple[int, int]:
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)
    if device.type == "npu":
        free, whole = torch.npu.mem_get_info(device)  # type: ignore[attr-defined]
        return int(free), int(whole)
    memory = psutil.virtual_memory()
    free, whole = memory.available, memory.total
    for path in _CGROUP_LIMITS:  # of a container, in both versions; "max" or a number of many digits for none
        if path.is_file() and (limit := path.read_text().strip()).isdigit():
            used = psutil.Process().memory_info()
            free = min(free, int(limit) - (used.rss - used.shared))  # mapped files leave when there is no room
            whole = min(whole, int(limit))
    return free, whole


def fits_beside(size: int, device: str = "auto", gpus: int | None = None) -> bool:
    """Whether a model of `size` bytes leaves enough of what is free for the answers of all: half of it.

    Raises: UserError("unknown_device", "too_few_gpus").
    """
    return size <= sum(map(free_memory, _devices(device, gpus))) / 2


def plan(
    checkpoint: Checkpoint,
    device: str = "auto",
    precision: str = "auto",
    gpus: int | None = None,
    memory: Callable[[torch.device], int] | None = None,
) -> Plan:
    """Choose device and precision for a checkpoint, before anything of its size is allocated.

    device: "auto" (the fastest there is, and all GPUs for what one cannot hold), "cpu", "cuda", "cuda:1", "mps", "npu".
    gpus: spread it over that many GPUs.
    precision: a name of PRECISIONS, or "auto": as stored where that is quantised; else fp32 for a small model on a
    CPU, half precision on a GPU, and INT8, then INT4, for what is too large for that.
    memory: how many bytes a device has for weights; left out, those that are free.
    Raises: UserError("unknown_device", "unknown_precision", "gpus_contradicted", "no_gpus", "too_few_gpus",
    "too_large").
    """
    chosen, memory = _devices(device, gpus), memory or free_memory
    if precision != "auto" and precision not in PRECISIONS:
        available = ", ".join(["auto", *PRECISIONS])
        raise UserError("unknown_precision", precision=precision, device=chosen[0], available=available)
    attempts = [chosen]
    if device == "auto" and gpus is None and len(alike := _alike(chosen[0])) > 1:
        attempts.append(alike)
    names = _candidates(checkpoint, chosen[0]) if precision == "auto" else [precision]
    for name in names:
        wanted = precision_of(name, chosen[0])
        network = empty_network(checkpoint, wanted)
        size = weight_bytes(network)
        for chosen in attempts:
            room = int(sum(map(memory, chosen)) * _HEADROOM)
            if size <= room:
                placement = _place(network, chosen, memory, offload=False)
                reason = "as asked" if precision != "auto" else _reason(checkpoint, name, names, size, room)
                return Plan(wanted, placement, network, "; ".join(filter(None, [reason, _counted(placement)])))
    needs, has = _amount(size), _amount(room)
    spare = 0 if chosen[0].type == "cpu" else int(memory(torch.device("cpu")) * _HEADROOM)
    if chosen[0].type == "cpu" or size > room + spare:
        raise UserError("too_large", precision=names[-1], needed=needs, free=has, device=chosen[0])
    placement = _place(network, chosen, memory, offload=True)
    reason = f"{needs} do not fit the {has} of {chosen[0]}; {_counted(placement)}"
    return Plan(wanted, placement, network, reason)


def _alike(device: torch.device) -> list[torch.device]:
    """All devices of that kind."""
    return [other for other in map(torch.device, available_devices()) if other.type == device.type]


def _accelerators() -> list[str]:
    found = [f"cuda:{index}" for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    if importlib.util.find_spec("torch_npu") is not None:  # Huawei Ascend
        import torch_npu  # noqa: F401  # adds torch.npu

        found += [f"npu:{index}" for index in range(torch.npu.device_count())]  # type: ignore[attr-defined]
    return found + ["mps"] * torch.backends.mps.is_available()


def _devices(name: str, gpus: int | None) -> list[torch.device]:
    available = available_devices()
    if gpus is not None:
        if name not in ("auto", "cuda", "npu"):
            raise UserError("gpus_contradicted", wanted=gpus, device=name)
        kinds = [found for found in available if ":" in found and name in ("auto", found.partition(":")[0])]
        if not kinds:
            raise UserError("no_gpus", wanted=gpus)
        if not 1 <= gpus <= len(kinds):
            raise UserError("too_few_gpus", wanted=gpus, found=len(kinds))
        return [torch.device(device) for device in kinds[:gpus]]
    if name == "auto":
        return [torch.device(available[0])]
    try:
        device = torch.device(name)
    except RuntimeError:
        device = None
    known = device is not None and (name in available or (device.index is None and f"{device.type}:0" in available))
    if device is None or not known:
        raise UserError("unknown_device", device=name, available=", ".join(["auto", *available]))
    return [device]


def precision_of(name: str, device: torch.device) -> Precision:
    """The precision of that name, out of PRECISIONS, on a device."""
    if name in DTYPES:
        return Precision(name, DTYPES[name])
    return Precision(name, torch.float32 if device.type == "cpu" else torch.float16, BITS[name])


def _candidates(checkpoint: Checkpoint, device: torch.device) -> list[str]:
    """Precisions to try, the best first."""
    if checkpoint.bits is not None:
        return [f"int{checkpoint.bits}"]
    small = 4 * sum(info.numel for info in checkpoint.files.infos.values()) <= _SMALL
    if device.type == "cpu":
        return ["fp32", "int8", "int4"] if small else ["int8", "int4"]
    stored = {info.dtype for info in checkpoint.files.infos.values()}
    half = "bf16" if torch.bfloat16 in stored and device.type != "mps" else "fp16"
    return [half, "int8", "int4"]


def _reason(checkpoint: Checkpoint, name: str, names: list[str], size: int, room: int) -> str:
    if checkpoint.bits is not None:
        return "as it is stored"
    if name == names[0]:
        return f"{_amount(size)} fit the {_amount(room)} there are for weights"
    return f"the largest that fits the {_amount(room)} there are for weights"


def _amount(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 10**8 else f"{size / 1e6:.1f} MB"


def _place(
    network: PreTrainedModel, devices: list[torch.device], memory: Callable[[torch.device], int], offload: bool
) -> dict[str, torch.device]:
    """Whole layers on one device each; the embedding with the head. offload: what does not fit stays on the CPU."""
    if len(devices) == 1 and not offload:
        return {"": devices[0]}
    rooms: dict[int | str, int] = {device.index or 0: int(memory(device) * _HEADROOM) for device in devices}
    if offload:
        rooms["cpu"] = int(memory(torch.device("cpu")) * _HEADROOM)
    return spread(network, rooms, devices[0].type)


def spread(network: PreTrainedModel, memory: dict[int | str, int], kind: str) -> dict[str, torch.device]:
    """A device for each part of a network: whole layers in their order, the embedding and the head first.

    memory: bytes by number of an accelerator of that kind, which get shares in proportion. With "cpu" among them they
    are filled instead, but for room for a layer that comes over from the CPU to be computed; what is left stays there.
    """
    parts = _parts(network)
    total, largest = sum(size for _, size in parts), max(size for _, size in parts)
    limits = {torch.device(kind, number): limit for number, limit in memory.items() if isinstance(number, int)}
    offload, share = "cpu" in memory, total / sum(limits.values())
    rooms = [limit - largest if offload else limit * share for limit in limits.values()]
    devices, used = list(limits), 0
    placement: dict[str, torch.device] = {}
    for names, size in parts:
        needed = size if offload else size / 2  # to the nearest border between two parts
        while rooms and used + needed > rooms[0]:
            used = 0
            del rooms[0]
        device = devices[-len(rooms)] if rooms else torch.device("cpu") if offload else devices[-1]
        used += size
        placement |= dict.fromkeys(names, device)
    return placement


def _parts(network: PreTrainedModel) -> list[tuple[list[str], int]]:
    """Names and bytes of what is not to be cut; embedding and head, which may be one table, are the first."""
    head, embedding = network.get_output_embeddings(), network.get_input_embeddings()
    names = {module: name for name, module in network.named_modules()}

    def rest(name: str, module: nn.Module) -> Iterator[tuple[list[str], int]]:
        if module in (embedding, head):
            return
        whole = type(module).__name__ in (network._no_split_modules or ()) or f"{name}." in ENCODERS
        children = list(module.named_children())
        if whole or not children or next(module.parameters(recurse=False), None) is not None:
            yield [name], weight_bytes(module)
        else:
            for child, inner in children:
                yield from rest(f"{name}.{child}".lstrip("."), inner)

    both = weight_bytes(nn.ModuleList([embedding, head]))
    return [([names[embedding], names[head]], both), *rest("", network)]


def _counted(placement: Mapping[str, torch.device]) -> str:
    """How many parts went where; nothing of what is on one device."""
    if len(set(placement.values())) < 2:
        return ""
    parts: dict[str, int] = {}
    for device in placement.values():
        parts[str(device)] = parts.get(str(device), 0) + 1
    return ", ".join(f"{count} parts on {device}" for device, count in parts.items())
