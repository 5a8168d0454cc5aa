"""Text to token ids and back, for ChatGLM-6B's `ice_text.model`.

Two doors, kept apart: `encode_text` turns what people type into ordinary ids and can never yield a control id; the
control ids (`bos_id`, `gmask_id`, …) are attributes that only the chat template and the training code add.

Source: THUDM/chatglm-6b v1.1.0, tokenization_chatglm.py; for the March 2023 layout THUDM/icetk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import sentencepiece
import torch
from torch import Tensor

from .errors import UserError
from .sentencepiece_file import FIRST, LAST, MAX_BLANK, SPACE_PIECES, PieceType, with_last_pieces

_LAYOUT_PIECES = {"<n>": "\n"} | SPACE_PIECES  # name -> the white space that it stands for
_CONTROL_PIECES = tuple(piece.name for piece in (*FIRST, *LAST) if piece.type == PieceType.CONTROL)
_LAYOUT = re.compile(r"\n|\t| {2,}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LFS_POINTER = b"version https://git-lfs"


class Decoder(Protocol):
    """Decodes one answer, id by id; no piece of text ends inside a character."""

    def push(self, token_id: int) -> str:
        """Text that this id completes, "" while there is none."""

    def flush(self) -> str:
        """Text still held back, called at the end."""


def clean(text: str) -> str:
    """Text that a vocabulary can take: lone surrogates become U+FFFD, NUL is removed."""
    return _SURROGATE.sub("\ufffd", text).replace("\0", "")


class Tokenizer(Protocol):
    """What a template and a chat model need of a vocabulary, whatever file it comes in.

    Attributes: `vocab_size`, no id is this high; `special_ids` by name, which only templates add.
    """

    vocab_size: int
    special_ids: Mapping[str, int]

    def encode_text(self, text: str) -> list[int]:
        """Ids of plain text, without any special id whatever the text says; NUL is removed."""

    def decoder(self) -> Decoder:
        """For one text from its beginning."""

    def token_bytes(self, token_id: int) -> bytes:
        """UTF-8 of one id alone, which may be a part of a character; b"" for an id without text."""


class GLMTokenizer:
    """Token ids of one `ice_text.model`, shifted by `num_image_tokens` in the 150528-row layout of March 2023.

    Attributes: `vocab_size` (ids below it have a piece; the model's embedding may have more rows), `special_ids` of all
    control pieces by name, and some of them apart: `bos_id` `<sop>`, `eos_id` `<eop>`, `mask_id`, `gmask_id`, `pad_id`;
    `unk_id` of `<unk>`.
    """

    def __init__(self, model: bytes, num_image_tokens: int = 0) -> None:
        """Raises: RuntimeError when the bytes are no SentencePiece model, KeyError naming a piece it lacks."""
        self._sp = self._parse(model)
        if num_image_tokens and self._find("<sop>") is None:
            self._sp = self._parse(with_last_pieces(model))
        self.num_image_tokens = num_image_tokens
        self.vocab_size: int = self._sp.get_piece_size() + num_image_tokens
        self.special_ids: Mapping[str, int] = {name: self.piece_id(name) for name in _CONTROL_PIECES}
        self.bos_id = self.special_ids["<sop>"]
        self.eos_id = self.special_ids["<eop>"]
        self.mask_id = self.special_ids["[MASK]"]
        self.gmask_id = self.special_ids["[gMASK]"]
        self.pad_id = self.special_ids["<pad>"]
        self.unk_id = self.piece_id("<unk>")
        # SentencePiece's own ids from here on
        self._layout = {self._piece_index(name): text for name, text in _LAYOUT_PIECES.items()}
        self._anchor = self._piece_index("<n>")
        self._surfaces: dict[int, str] = {}

    @classmethod
    def from_file(cls, path: str | Path, num_image_tokens: int = 0) -> GLMTokenizer:
        """Read `ice_text.model`. num_image_tokens: 20000 for checkpoints with 150528 embedding rows, else 0.

        Raises: UserError("model_broken") when the file is missing, a git-lfs pointer, damaged, or of another model.
        """
        try:
            model = Path(path).read_bytes()
        except OSError as error:
            reason = f"the tokenizer file cannot be read ({error.strerror})"
            raise UserError("model_broken", path=path, detail=reason) from error
        if model.startswith(_LFS_POINTER):
            detail = "the tokenizer file is a git-lfs pointer, not the file itself; run 'git lfs pull' or download it"
            raise UserError("model_broken", path=path, detail=detail)
        try:
            return cls(model, num_image_tokens)
        except RuntimeError as error:
            detail = f"the tokenizer file ({len(model)} bytes) is not a SentencePiece model; download it again"
            raise UserError("model_broken", path=path, detail=detail) from error
        except KeyError as error:
            detail = (
                f"the tokenizer lacks the piece {error.args[0]}: it is incomplete or of another model; take the "
                "ice_text.model of the same version as the weights"
            )
            raise UserError("model_broken", path=path, detail=detail) from error

    @staticmethod
    def _parse(model: bytes) -> sentencepiece.SentencePieceProcessor:
        processor = sentencepiece.SentencePieceProcessor()
        processor.LoadFromSerializedProto(model)
        return processor

    def _find(self, piece: str) -> int | None:
        index: int = self._sp.piece_to_id(piece)
        return index if self._sp.id_to_piece(index) == piece else None

    def _piece_index(self, piece: str) -> int:
        index = self._find(piece)
        if index is None:
            raise KeyError(piece)
        return index

    def piece_id(self, piece: str) -> int:
        """Id of a piece by its exact name, control pieces included. Raises: KeyError when there is none."""
        return self._piece_index(piece) + self.num_image_tokens

    def piece(self, token_id: int) -> str:
        """Name of a piece; ids below `num_image_tokens` are `<image_k>`. Raises: IndexError outside the vocabulary."""
        if token_id < 0 or token_id >= self.vocab_size:
            raise IndexError(f"token id {token_id} is outside 0..{self.vocab_size - 1}")
        if token_id < self.num_image_tokens:
            return f"<image_{token_id}>"
        name: str = self._sp.id_to_piece(token_id - self.num_image_tokens)
        return name

    # Text to ids

    def encode_text(self, text: str, *, upstream: bool = False) -> list[int]:
        """Ids of plain text, without any control id whatever the text says.

        Lone surrogates become U+FFFD, NUL is removed. Newlines, tabs and runs of spaces get pieces of their own;
        typing the name of such a piece (`<n>`, `<|tab|>`, `<|blank_8|>`) spells it out instead, so it is shown as
        typed. SentencePiece folds the rest as the file says (NFKC: full-width forms become half-width).

        upstream: the original's exact ids: no cleaning, and a typed `<n>` is a newline.
        """
        if not upstream:
            text = clean(text)
        marked, starts = self._mark_layout(text)
        indices: list[int] = self._sp.encode(marked)
        if not upstream and sum(map(self._layout.__contains__, indices)) != len(starts):
            indices = self._spell_typed_layout(marked, starts)
        return [index + self.num_image_tokens for index in indices]

    @staticmethod
    def _mark_layout(text: str) -> tuple[str, set[int]]:
        """Write newlines, tabs and runs of spaces as pieces; also where in the new text those pieces start."""
        parts: list[str] = []
        starts: set[int] = set()
        length = end = 0

        def put(part: str) -> None:
            nonlocal length
            parts.append(part)
            length += len(part)

        for found in _LAYOUT.finditer(text):
            put(text[end : found.start()])
            end = found.end()
            if found.group() in "\n\t":
                starts.add(length)
                put("<n>" if found.group() == "\n" else "<|tab|>")
                continue
            full, rest = divmod(len(found.group()), MAX_BLANK)
            for blank in [MAX_BLANK] * full + [rest] * (rest > 1):
                starts.add(length)
                put(f"<|blank_{blank}|>")
            put(" " * (rest == 1))
        put(text[end:])
        return "".join(parts), starts

    def _spell_typed_layout(self, marked: str, starts: set[int]) -> list[int]:
        """Encode, but write layout pieces that do not stand at one of `starts` with pieces for single characters.

        They are found by offset after encoding, because normalisation also makes them out of full-width brackets.
        """
        mapping = self._sp.encode_as_offset_mapping(marked)
        indices: list[int] = []
        for index, (start, _) in zip(mapping["ids"], mapping["offsets"], strict=True):
            if index in self._layout and start not in starts:
                for character in self._sp.id_to_piece(index):
                    single = self._find(character)
                    indices += [self._piece_index(f"<0x{ord(character):02X}>")] if single is None else [single]
            else:
                indices.append(index)
        return indices

    def build_inputs(self, context_ids: Sequence[int], answer_ids: Sequence[int] | None = None) -> list[int]:
        """context + `[gMASK] <sop>`, and with an answer (training) + answer + `<eop>`."""
        ids = [*context_ids, self.gmask_id, self.bos_id]
        return ids if answer_ids is None else [*ids, *answer_ids, self.eos_id]

    def pad_left(self, batch: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Left-pad rows of ids to one length: input_ids and attention_mask (1 = real), both int64 (batch, seq)."""
        length = max(map(len, batch), default=0)
        input_ids = torch.full((len(batch), length), self.pad_id)
        attention_mask = torch.zeros_like(input_ids)
        for row, ids in enumerate(batch):
            input_ids[row, length - len(ids) :] = torch.tensor(ids, dtype=torch.int64)
            attention_mask[row, length - len(ids) :] = 1
        return input_ids, attention_mask

    # Ids to text

    def decode(self, token_ids: Iterable[int]) -> str:
        """Text of a sequence: control pieces and ids without a piece are empty, `<unk>` is " ⁇ ", invalid or
        incomplete UTF-8 bytes are U+FFFD each. Layout pieces become white space; a spelled-out `<n>` stays as it is.
        """
        decoder = self.decoder()
        return "".join([decoder.push(token_id) for token_id in token_ids]) + decoder.flush()

    def decoder(self) -> StreamDecoder:
        return StreamDecoder(self)

    def token_bytes(self, token_id: int) -> bytes:
        """UTF-8 of one id alone, as it reads behind other text; b"" for control ids and ids without a piece."""
        index, sp = token_id - self.num_image_tokens, self._sp
        if index < 0 or token_id >= self.vocab_size or sp.is_control(index):
            return b""
        return bytes([_byte(sp.id_to_piece(index))]) if sp.is_byte(index) else self._surface(index).encode()

    def _surface(self, index: int) -> str:
        """Text of a piece that is not the first of a text. Bytes have none of their own."""
        text = self._surfaces.get(index)
        if text is None:
            text = self._layout.get(index)
            if text is None:  # behind an anchor SentencePiece strips no space and looks at nothing else
                text = self._sp.decode([self._anchor, index])[len("<n>") :]
            self._surfaces[index] = text
        return text


class StreamDecoder:
    """Decode ids one at a time; the pieces joined equal `GLMTokenizer.decode` of all ids, and no piece ends inside a
    character. Constant work per id: what an id means depends only on whether text came before it.
    """

    def __init__(self, tokenizer: GLMTokenizer) -> None:
        self._tokenizer = tokenizer
        self._bytes = b""  # at most three, the begun character
        self._started = False  # some text is out
        self._first: list[int] = []  # the first piece without text, usually `▁`: it takes the leading space

    def push(self, token_id: int) -> str:
        """Text that this id completes, "" while a character is incomplete or when the id has no text."""
        tokenizer, index = self._tokenizer, token_id - self._tokenizer.num_image_tokens
        if index < 0 or token_id == tokenizer.pad_id:
            return ""  # as upstream: dropped before decoding, even between two bytes of one character
        sp = tokenizer._sp
        if token_id >= tokenizer.vocab_size or sp.is_control(index):
            return self.flush()
        if sp.is_byte(index):
            self._bytes += bytes([_byte(sp.id_to_piece(index))])
            return self._take_bytes(final=False)
        text = self.flush()
        if self._started:
            return text + tokenizer._surface(index)
        if index in tokenizer._layout:
            text = tokenizer._layout[index]
        else:
            text = sp.decode([*self._first, index])
            self._first = self._first or [index]
        self._started = text != ""
        return text

    def flush(self) -> str:
        """Text still held back, called at the end: U+FFFD for each byte of an incomplete character."""
        return self._take_bytes(final=True)

    def _take_bytes(self, final: bool) -> str:
        """Move whole characters out of the byte buffer; an invalid byte is one U+FFFD, as in SentencePiece."""
        text, buffer = "", self._bytes
        while buffer:
            lead = buffer[0]
            width = 1 if lead < 0xC2 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4 if lead < 0xF5 else 1
            if len(buffer) < width and not final and all(0x80 <= byte < 0xC0 for byte in buffer[1:]):
                break
            try:
                text += buffer[:width].decode()
                buffer = buffer[width:]
            except UnicodeDecodeError:
                text += "\ufffd"
                buffer = buffer[1:]
        self._bytes = buffer
        self._started = self._started or text != ""
        return text


def _byte(piece: str) -> int:
    """Value of a byte piece, `<0x0A>`."""
    return int(piece[3:5], 16)
