"""SentencePiece model files with pieces of our choice, and the fixed pieces of ChatGLM-6B's `ice_text.model`.

The `sentencepiece` package trains and reads such files, but its trainer decides on the order of the pieces. A file is
a protocol buffer: only as much of that format is here as replacing the pieces takes.

Source: sentencepiece_model.proto; THUDM/chatglm-6b v1.1.0, ice_text.model and tokenization_chatglm.py.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple


class PieceType(IntEnum):
    """`SentencePiece.Type`."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    BYTE = 6


class Piece(NamedTuple):
    """One entry of a vocabulary. score: log-probability of a normal piece."""

    name: str
    type: PieceType
    score: float = 0.0


MAX_BLANK = 80  # spaces, the longest run that has a piece of its own
CONTROL_PIECES = ("[MASK]", "[gMASK]", "[sMASK]", "<unused_0>", "<sop>", "<eop>", "<ENC>", "<dBLOCK>")
SPACE_PIECES = {"<|tab|>": "\t"} | {f"<|blank_{count}|>": " " * count for count in range(2, MAX_BLANK + 1)}
"""Name of a piece -> the white space that it stands for."""
BYTE_PIECES = tuple(f"<0x{byte:02X}>" for byte in range(256))

FIRST = (
    Piece("<unk>", PieceType.UNKNOWN),
    *(Piece(name, PieceType.CONTROL) for name in ("<s>", "</s>", "<pad>")),
    Piece("<n>", PieceType.USER_DEFINED),
)
"""The pieces before ChatGLM-6B's normal ones."""
LAST = (
    *(Piece(name, PieceType.CONTROL) for name in CONTROL_PIECES),
    *(Piece(name, PieceType.USER_DEFINED) for name in SPACE_PIECES),
    *(Piece(name, PieceType.BYTE) for name in BYTE_PIECES),
)
"""The pieces behind ChatGLM-6B's normal ones, which the file of March 2023 lacks."""

_PIECES, _TRAINER_SPEC = 1, 2  # fields of a model
_BYTE_FALLBACK = b"\x98\x02\x01"  # field 35 of a trainer_spec, true


def with_pieces(model: bytes, pieces: Iterable[Piece]) -> bytes:
    """The model with these pieces in place of its own; how it normalises and splits text stays."""
    kept = (_field(number, body) for number, body in _fields(model) if number != _PIECES)
    return _serialised(pieces) + b"".join(kept)


def with_last_pieces(model: bytes) -> bytes:
    """The model with the pieces `LAST` behind its own, and with byte fallback, which uses them.

    Protocol buffers merge by concatenation: further pieces extend the list, and a second trainer_spec sets what is in
    it. But for the two bytes that open it, this adds the 6,323 by which the published files differ in size.
    """
    return model + _serialised(LAST) + _field(_TRAINER_SPEC, _BYTE_FALLBACK)


def _serialised(pieces: Iterable[Piece]) -> bytes:
    return b"".join(_field(_PIECES, _message(piece)) for piece in pieces)


def _message(piece: Piece) -> bytes:
    """A `SentencePiece` message: name (field 1), score (field 2, a float) and type (field 3)."""
    return _field(1, piece.name.encode()) + b"\x15" + struct.pack("<f", piece.score) + b"\x18" + bytes([piece.type])


def _field(number: int, body: bytes) -> bytes:
    """A length-delimited field; its number is below 16."""
    length, size = bytearray(), len(body)
    while size > 127:
        length.append(size % 128 + 128)
        size //= 128
    return bytes([number * 8 + 2, *length, size]) + body


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The (number, body) of each field of a message whose fields are all length-delimited, as a model's are."""
    start = 0
    while start < len(message):
        number, size, shift = message[start] // 8, 0, 0
        start += 1
        while True:
            byte = message[start]
            size |= (byte & 127) << shift
            start, shift = start + 1, shift + 7
            if byte < 128:
                break
        yield number, message[start : start + size]
        start += size
