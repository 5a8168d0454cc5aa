"""Text to token ids and back for the newer GLM models, whatever file their vocabulary comes in.

As in `model.tokenizer`, there are two doors: `encode_text` turns what people type into ordinary ids and can never yield
a special one; those are in `special_ids`, by name, and only templates add them.

Source: tokenization_chatglm.py of THUDM/chatglm2-6b, chatglm3-6b and glm-4-9b-chat.
"""

from __future__ import annotations

import base64
import codecs
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sentencepiece
from tokenizers import Tokenizer as Backend
from transformers.convert_slow_tokenizer import TikTokenConverter, bytes_to_unicode

from ..errors import UserError
from ..tokenizer import clean

_LFS_POINTER = b"version https://git-lfs"
_RANK_LINE = re.compile(rb"[A-Za-z0-9+/]+=* \d+\s")
# Both lists in the published order: they take the ids behind the vocabulary.
_SENTENCEPIECE_SPECIAL = (
    *("[MASK]", "[gMASK]", "[sMASK]", "sop", "eop"),
    *("<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"),  # ChatGLM3 only
)
_TIKTOKEN_SPECIAL = (
    *("<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>"),
    *("<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"),
    *("<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>"),
)
_TIKTOKEN_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
# Special in some files, but part of the text that `answers.ThinkingSplitter` reads
_SPOKEN = ("<think>", "</think>", "<answer>", "</answer>")


class ByteDecoder:
    """UTF-8 put together from the bytes of ids; invalid or incomplete bytes are U+FFFD, special ids have no text."""

    def __init__(self, tokenizer: SentencePieceTokenizer | BytePairTokenizer) -> None:
        self._tokenizer = tokenizer
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")

    def push(self, token_id: int) -> str:
        return self._utf8.decode(self._tokenizer.token_bytes(token_id))

    def flush(self) -> str:
        return self._utf8.decode(b"", final=True)


class SentencePieceTokenizer:
    """The `tokenizer.model` of ChatGLM2-6B and ChatGLM3-6B (64789 pieces and the special ids behind them).

    Every text begins with a space of its own (`▁`), also each message of ChatGLM3; decoded text keeps it, and the
    tidying of answers strips it.
    """

    def __init__(self, model: bytes) -> None:
        """Raises: RuntimeError when the bytes are no SentencePiece model."""
        self._sp = sentencepiece.SentencePieceProcessor()
        self._sp.LoadFromSerializedProto(model)
        self._pieces: int = self._sp.get_piece_size()
        specials = {name: self._pieces + index for index, name in enumerate(_SENTENCEPIECE_SPECIAL)}
        self.special_ids: Mapping[str, int] = specials | {"</s>": self._sp.eos_id()}
        self.vocab_size = self._pieces + len(specials)

    def encode_text(self, text: str) -> list[int]:
        ids: list[int] = self._sp.encode(clean(text))
        return ids

    def decoder(self) -> ByteDecoder:
        return ByteDecoder(self)

    def token_bytes(self, token_id: int) -> bytes:
        """UTF-8 of one id, b"" for special, unknown and unused ones."""
        sp = self._sp
        if not 0 <= token_id < self._pieces or sp.is_control(token_id) or sp.is_unknown(token_id):
            return b""
        piece: str = sp.id_to_piece(token_id)
        return bytes([int(piece[3:5], 16)]) if sp.is_byte(token_id) else piece.replace("▁", " ").encode()


class BytePairTokenizer:
    """A byte-level BPE: GLM-4-9B's `tokenizer.model` in tiktoken's format, or a `tokenizer.json`."""

    def __init__(self, backend: Backend, special_ids: Mapping[str, int], silent: frozenset[int]) -> None:
        """backend: without added tokens. special_ids: all added tokens. silent: those of them that have no text."""
        self._backend = backend
        self._bytes = {character: byte for byte, character in bytes_to_unicode().items()}
        self.special_ids = special_ids
        self._special_text = {
            index: b"" if index in silent and name not in _SPOKEN else name.encode()
            for name, index in special_ids.items()
        }
        self.vocab_size = 1 + max([*backend.get_vocab(with_added_tokens=False).values(), *special_ids.values()])

    @classmethod
    def from_tiktoken(cls, data: bytes) -> BytePairTokenizer:
        """Lines of base64 and rank; the special ids follow the last rank. Raises: ValueError."""
        ranks = len(_ranks(data))
        specials = {name: ranks + index for index, name in enumerate(_TIKTOKEN_SPECIAL)}
        backend = _Converter(data, pattern=_TIKTOKEN_SPLIT).converted()
        return cls(backend, specials, frozenset(specials.values()))

    @classmethod
    def from_json(cls, text: str) -> BytePairTokenizer:
        """A `tokenizer.json` of the `tokenizers` library. Raises: ValueError when it is none, or not byte-level."""
        data = json.loads(text)
        if not isinstance(data, dict) or (data.get("decoder") or {}).get("type") != "ByteLevel":
            raise ValueError("it is not a byte-level BPE")
        added = data.pop("added_tokens", [])  # so that typed text cannot reach them
        try:
            backend = Backend.from_str(json.dumps(data | {"added_tokens": [], "post_processor": None}))
        except Exception as error:  # the library has no narrower one
            raise ValueError(str(error)) from error
        specials = {token["content"]: token["id"] for token in added}
        return cls(backend, specials, frozenset(token["id"] for token in added if token["special"]))

    def encode_text(self, text: str) -> list[int]:
        ids: list[int] = self._backend.encode(clean(text), add_special_tokens=False).ids
        return ids

    def decoder(self) -> ByteDecoder:
        return ByteDecoder(self)

    def token_bytes(self, token_id: int) -> bytes:
        """Bytes of one id, b"" for silent and unknown ones."""
        if token_id in self._special_text:
            return self._special_text[token_id]
        token = self._backend.id_to_token(token_id) or ""
        return bytes(self._bytes[character] for character in token)


class _Converter(TikTokenConverter):
    """transformers' ranks → merges, fed with the file's bytes and without the package `tiktoken`."""

    @staticmethod
    def load_tiktoken_bpe(tiktoken_url: Any) -> dict[bytes, int]:
        return _ranks(tiktoken_url)


def read_tokenizer(folder: Path) -> SentencePieceTokenizer | BytePairTokenizer:
    """The vocabulary of a folder: `tokenizer.json`, else `tokenizer.model`, whose content tells its format.

    Raises: UserError("model_broken") when the file is missing, a git-lfs pointer, or damaged.
    """
    path = folder / "tokenizer.json"
    if not path.is_file():
        path = folder / "tokenizer.model"
    try:
        data = path.read_bytes()
    except OSError as error:
        detail = f"there is no tokenizer.json, and {path.name} cannot be read ({error.strerror})"
        raise UserError("model_broken", path=folder, detail=detail) from error
    if data.startswith(_LFS_POINTER):
        detail = f"{path.name} is a git-lfs pointer, not the file itself; run 'git lfs pull' or download it"
        raise UserError("model_broken", path=folder, detail=detail)
    try:
        if path.suffix == ".json":
            return BytePairTokenizer.from_json(data.decode())
        return BytePairTokenizer.from_tiktoken(data) if _RANK_LINE.match(data) else SentencePieceTokenizer(data)
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        detail = f"{path.name} ({len(data)} bytes) is damaged or of an unknown format ({error}); download it again"
        raise UserError("model_broken", path=folder, detail=detail) from error


def _ranks(data: bytes) -> dict[bytes, int]:
    """Raises: ValueError naming the first line that is no rank."""
    ranks = {}
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except ValueError as error:
            raise ValueError(f"line {number} is not base64 and a rank") from error
    if sorted(ranks.values()) != list(range(len(ranks))):
        raise ValueError("the ranks do not count up from 0")
    return ranks
