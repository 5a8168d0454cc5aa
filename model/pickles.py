"""The pickled structure of a weight file, looked through without building anything of it."""

from __future__ import annotations

import pickletools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import torch

from .errors import UserError, first_line

STRUCTURE_LIMIT = 8 * 2**20
"""Bytes that the structure of a file may have."""

# What a pickled state dict needs, besides storages and dtypes; far less than torch.load(weights_only=True) allows.
_ALLOWED_GLOBALS = {
    "collections OrderedDict",
    "torch Size",
    "torch device",
    "torch._utils _rebuild_tensor",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_tensor_v3",
    "torch._utils _rebuild_parameter",
    "torch.nn.parameter Parameter",
}
_FILLS = {"APPEND", "APPENDS", "SETITEM", "SETITEMS", "BUILD"}  # pickle instructions that change what lies below
_DEEPEST, _LARGEST_REPETITION = 100, 64


def instructions(path: Path, file: BinaryIO | Any) -> Iterator[tuple[pickletools.OpcodeInfo, Any, int | None]]:
    """The instructions of one pickle, parsed and not run. Raises: UserError("file_damaged", "pickle_forbidden")."""
    begin = file.tell()
    try:
        for instruction in pickletools.genops(file):
            if file.tell() - begin > STRUCTURE_LIMIT:
                raise ValueError(f"its structure has more than {STRUCTURE_LIMIT} bytes")
            if instruction[0].name == "PROTO" and instruction[1] != 2:
                name = f"version {instruction[1]} of the pickle format instead of 2"
                raise UserError("pickle_forbidden", path=path, name=name)
            yield instruction
    except (ValueError, OverflowError) as error:
        raise UserError("file_damaged", path=path, detail=first_line(error)) from error


def check_pickle(path: Path, file: BinaryIO | Any) -> int:
    """Refuse a pickle that is more than a table of tensors; gives the elements of the largest storage it names.

    Nothing runs. `torch.load(weights_only=True)` runs no code either, but it still builds what makes Python slow or
    crash (tuples within tuples, each twice in the next), and it allocates what functions like bytearray are asked for.
    So the height and the written-out size of every value are followed here.
    """
    stack: list[_Value] = []
    marks: list[int] = []
    memo: dict[int, _Value] = {}
    largest = count = 0
    try:
        for opcode, argument, _ in instructions(path, file):
            count += 1
            if opcode.name in ("GLOBAL", "INST") and not _is_allowed(argument):
                raise UserError("pickle_forbidden", path=path, name=argument.replace(" ", "."))
            if opcode.name == "MARK":
                marks.append(len(stack))
            elif "PUT" in opcode.name:
                memo[argument] = stack[-1]
            elif "GET" in opcode.name:
                stack.append(memo[argument])
            else:
                before = opcode.stack_before
                marked = pickletools.markobject in before
                start = marks.pop() - before.index(pickletools.markobject) if marked else len(stack) - len(before)
                if start < 0:
                    raise IndexError
                used = stack[start:]
                del stack[start:]
                if opcode.name == "BINPERSID":  # a storage: its type, name, place and number of elements
                    largest, used = max(largest, used[0].number), []
                value = used.pop(0) if opcode.name in _FILLS else _Value()
                value.add(used)
                if isinstance(argument, int):
                    value.number = argument
                stack.extend(value for _ in opcode.stack_after)
                if value.height > _DEEPEST or value.size > _LARGEST_REPETITION * (count + 1000):
                    raise UserError("file_damaged", path=path, detail="its structure is nested too deeply")
    except (IndexError, KeyError) as error:
        raise UserError("file_damaged", path=path, detail="its structure is not a valid pickle") from error
    return largest


@dataclass
class _Value:
    """What `check_pickle` knows of a value that was never built."""

    height: int = 0  # of the nesting below it
    size: int = 1  # values in it when written out
    number: int = 0  # the largest whole number in it

    def add(self, parts: list[_Value]) -> None:
        self.height = max([self.height, *(1 + part.height for part in parts)])
        self.size += sum(part.size for part in parts)
        self.number = max([self.number, *(part.number for part in parts)])


def _is_allowed(name: str) -> bool:
    module, _, attribute = name.partition(" ")
    if module in ("torch", "torch.storage", "torch.cuda"):
        kind = vars(torch).get(attribute)
        return attribute.endswith("Storage") or isinstance(kind, torch.dtype) or name in _ALLOWED_GLOBALS
    return name in _ALLOWED_GLOBALS
