"""Stand-ins for the published vocabularies: their id layouts, a few of their pieces at their ids, and fillers.

The pieces with known ids spell the conversations whose ids chatglm.cpp publishes as test vectors, so that these come
out as with the real files. Everything else is ASCII characters and Chinese fillers; which algorithm and scores the
real files have is not imitated. At tiny scale the known pieces stand one after the other, in the same order.

Source: chatglm.cpp, chatglm_test.cpp (ids); tokenization_chatglm.py of the hub repositories (special ids);
sentencepiece_model.proto (file format).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Hashable, Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

import sentencepiece

from ..sentencepiece_file import BYTE_PIECES, CONTROL_PIECES, FIRST, LAST, Piece, PieceType, with_pieces
from .layouts import Layout

CHATGLM2_SPECIAL = ("[MASK]", "[gMASK]", "[sMASK]", "sop", "eop")
CHATGLM3_SPECIAL = (*CHATGLM2_SPECIAL, "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>")
GLM4_SPECIAL = (
    *("<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>"),
    *("<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"),
    *("<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>"),
)

# fmt: off
_CHATGLM_KNOWN = {
    5: "▁", 6: ",", 8: "0", 9: "1", 11: "-", 12: ":", 21: "6", 35: "!", 42: "]", 52: "[", 53: "▁[", 61: "#", 89: "('",
    222: "B", 340: "M", 398: "▁world", 594: "▁main", 1616: "▁def", 2274: "print", 5388: "GL", 6945: "Round",
    7283: "hello", 14132: "▁Chat", 25672: "▁greeting", 63823: "。", 63852: "你", 64213: "应该", 64286: "问",
    65450: "晚上", 65806: "我是", 66430: "欢迎", 66846: "怎么办", 66877: "见到", 67342: "答", 68241: "人工智能",
    68747: "问我", 74874: "你好", 75890: "助手", 76693: "很高兴", 83400: "睡不着", 102501: "任何问题", 125686: "')",
    125936: "():",
}
_CHATGLM2_KNOWN = {
    517: "ound", 790: "▁[", 10461: "GL", 22011: "▁Chat", 30910: "▁", 30939: "1", 30941: "-", 30943: "2", 30944: "M",
    30949: "B", 30951: "R", 30978: "6", 30995: "[", 30996: "]", 31123: "，", 31155: "。", 31211: "：", 31404: "！",
    31639: "问题", 31876: "应该", 31901: "任何", 32616: "欢迎", 32820: "晚上", 33030: "我是", 34797: "人工智能",
    35153: "怎么办", 35214: "见到", 36474: "▁你", 39701: "你好", 39905: "问我", 42481: "助手", 48895: "很高兴",
    54266: "睡不着", 54591: "好", 54622: "你", 54761: "问", 55437: "答",
}
_GLM4_KNOWN = {
    3837: "，", 6313: "！", 11314: "？", 98406: "你", 99379: "应该", 101160: "晚上", 103298: "怎么办", 103810: "见到",
    109377: "你好", 118295: "很高兴", 120410: "睡不着",
}
# fmt: on
_GLM4_EMOJI = {9281: "👋".encode()[:2]}  # how most of them begin
_PREFERRED = "▁你"  # before 好, to ▁ and 你好

_ASCII = tuple(map(chr, range(33, 127)))
_CJK, _CJK_COUNT = 0x4E00, 20000

_Token = TypeVar("_Token", bound=Hashable)


def special_ids(layout: Layout) -> dict[str, int]:
    """Ids by name of what no text becomes, as the model counts them: the image ids of March 2023 come first."""
    first = layout.vocabulary.text
    if layout.name == "glm-4-9b-chat":
        return {name: first + index for index, name in enumerate(GLM4_SPECIAL)}
    if layout.name in ("chatglm2-6b", "chatglm3-6b"):
        names = CHATGLM2_SPECIAL if layout.name == "chatglm2-6b" else CHATGLM3_SPECIAL
        return {name: first + index for index, name in enumerate(names)}
    image = layout.vocabulary.image * (layout.name == "chatglm-6b-march")
    return {"<pad>": image + 3} | {name: image + first + index for index, name in enumerate(CONTROL_PIECES)}


def vocabulary_file(layout: Layout) -> tuple[str, bytes]:
    """Name and content of the vocabulary file. A SwissArmyTransformer folder has none, but its model needs this."""
    count = layout.vocabulary.text
    if layout.name == "glm-4-9b-chat":
        return "tokenizer.model", _glm4(count)
    if layout.name in ("chatglm2-6b", "chatglm3-6b"):
        return "tokenizer.model", _chatglm2(count)
    return "ice_text.model", _chatglm(count, special=layout.name != "chatglm-6b-march")


def _chatglm(count: int, special: bool) -> bytes:
    """special: False leaves out what icetk appended at run time in March 2023."""
    text = _arranged(_CHATGLM_KNOWN, len(FIRST), count, chain(_ASCII, _fillers()))
    pieces = [*FIRST, *_scored(text, _CHATGLM_KNOWN.values()), *(LAST if special else ())]
    return _model(pieces, normalization_rule_name="nmt_nfkc", byte_fallback=special)


def _chatglm2(count: int) -> bytes:
    first = [*FIRST[:3], *(Piece(name, PieceType.BYTE) for name in BYTE_PIECES)]
    text = _arranged(_CHATGLM2_KNOWN, len(first), count, chain(_ASCII, _fillers()))
    pieces = first + _scored(text, _CHATGLM2_KNOWN.values())
    return _model(
        pieces, normalization_rule_name="identity", byte_fallback=True, remove_extra_whitespaces=False, pad_id=-1
    )


def _glm4(count: int) -> bytes:
    """Lines of base64 and rank. All that is longer than a byte is two shorter tokens put together."""
    known = _GLM4_EMOJI | {rank: name.encode() for rank, name in _GLM4_KNOWN.items()}
    characters = [character.encode() for name in _GLM4_KNOWN.values() for character in name]
    leads = [bytes([first, second]) for first in range(0xE3, 0xEA) for second in range(0x80, 0xC0)]
    parts = [*(character[:2] for character in characters), *characters]
    parts += [name[:2].encode() for name in _GLM4_KNOWN.values()]
    ranks = _arranged(known, 256, count, chain(parts, leads, (name.encode() for name in _fillers())))
    lines = (base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate([*_gpt2_bytes(), *ranks]))
    return b"".join(lines)


def _gpt2_bytes() -> list[bytes]:
    """Single bytes in the order of GPT-2's vocabulary: printable ones first."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [bytes([value]) for value in (*printable, *sorted(set(range(256)) - set(printable)))]


def _arranged(known: dict[int, _Token], start: int, stop: int, rest: Iterable[_Token]) -> list[_Token]:
    """The pieces of ids start..stop-1: the known ones at their ids, or one after the other where these do not fit."""
    if max(known) >= stop:
        known = dict(enumerate(known.values(), start=start))
    others = _unused(rest, set(known.values()))
    return [known[index] if index in known else next(others) for index in range(start, stop)]


def _unused(pieces: Iterable[_Token], used: set[_Token]) -> Iterator[_Token]:
    for piece in pieces:
        if piece not in used:
            used.add(piece)
            yield piece


def _fillers() -> Iterator[str]:
    """Chinese characters, then pairs that end in one of the rarest, so that they come up in no text."""
    for number in range(10 * _CJK_COUNT):
        second, first = divmod(number, _CJK_COUNT)
        yield chr(_CJK + first) + (chr(_CJK + _CJK_COUNT - second) if second else "")


def _scored(text: list[str], known: Iterable[str]) -> list[Piece]:
    """Known pieces are always taken before single characters, and these before fillers."""
    scores = dict.fromkeys(_ASCII, -20.0) | dict.fromkeys(known, -2.0) | {_PREFERRED: -1.0}
    return [Piece(name, PieceType.NORMAL, scores.get(name, -40.0)) for name in text]


def _model(pieces: list[Piece], **settings: Any) -> bytes:
    """A SentencePiece model with these pieces; the trainer contributes the rest of the file."""
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a"]),
        model_writer=trained,
        model_type="unigram",
        vocab_size=300,
        hard_vocab_limit=False,
        character_coverage=1.0,
        add_dummy_prefix=True,
        minloglevel=2,
        **{"unk_id": 0, "bos_id": 1, "eos_id": 2, "pad_id": 3, **settings},
    )
    return with_pieces(trained.getvalue(), pieces)
