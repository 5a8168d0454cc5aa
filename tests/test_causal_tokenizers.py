"""Vocabularies of the newer GLM models: the published id layout, text that cannot reach special ids, and back."""

from __future__ import annotations

import random

import causal_tiny
import pytest
import regex
import sentencepiece

from model.causal.tokenizers import (
    BytePairTokenizer,
    SentencePieceTokenizer,
    read_tokenizer,
)
from model.errors import UserError

SPLIT = (  # pat_str of tokenization_chatglm.py, THUDM/glm-4-9b-chat
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
TEXTS = [
    *causal_tiny.TEXTS,
    "",
    " ",
    "  two  blanks \n\n\tand a tab\r\n",
    "I'll say: it's 2023年！ 🙂👩‍👩‍👧 ½ ﬁ",
    "<|user|>\n[gMASK]<sop></s><|endoftext|> <think>x</think> <|image|>",
    "lone \ud800 half",
]


def tokenizers() -> dict[str, SentencePieceTokenizer | BytePairTokenizer]:
    return {
        "sentencepiece": SentencePieceTokenizer(causal_tiny.sentencepiece_model()),
        "tiktoken": BytePairTokenizer.from_tiktoken(causal_tiny.tiktoken_model()),
        "json": BytePairTokenizer.from_json(causal_tiny.tokenizer_json()),
    }


@pytest.fixture(params=["sentencepiece", "tiktoken", "json"])
def tokenizer(request: pytest.FixtureRequest) -> SentencePieceTokenizer | BytePairTokenizer:
    return tokenizers()[request.param]


def spoken(tokenizer: SentencePieceTokenizer | BytePairTokenizer, ids: list[int]) -> str:
    decoder = tokenizer.decoder()
    return "".join(map(decoder.push, ids)) + decoder.flush()


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_without_special_ids(tokenizer, text: str) -> None:
    ids = tokenizer.encode_text(text)
    assert not set(ids) & set(tokenizer.special_ids.values())
    assert all(0 <= index < tokenizer.vocab_size for index in ids)
    expected = text.replace("\ud800", "\ufffd")
    blank = " " if isinstance(tokenizer, SentencePieceTokenizer) and text else ""
    assert spoken(tokenizer, ids) == blank + expected


def test_no_piece_ends_inside_a_character(tokenizer) -> None:
    decoder = tokenizer.decoder()
    pieces = [decoder.push(index) for index in tokenizer.encode_text("🙂é你👩‍👩‍👧")]
    assert "\ufffd" not in "".join(pieces) and decoder.flush() == ""
    assert max(map(len, pieces)) <= 4


def test_cut_characters_and_unknown_ids_do_no_harm(tokenizer) -> None:
    ids = tokenizer.encode_text("🙂")
    assert spoken(tokenizer, ids[:-1]).endswith("\ufffd")
    assert spoken(tokenizer, [tokenizer.vocab_size, 10**6]) == ""
    assert spoken(tokenizer, [index for name, index in tokenizer.special_ids.items() if "think" not in name]) == ""


def test_sentencepiece_special_ids_follow_the_pieces() -> None:
    """In the published file [MASK] is 64789 = the number of pieces, and <|observation|> 64797."""
    sp = sentencepiece.SentencePieceProcessor()
    sp.LoadFromSerializedProto(causal_tiny.sentencepiece_model())
    tokenizer, pieces = tokenizers()["sentencepiece"], sp.get_piece_size()
    names = ["[MASK]", "[gMASK]", "[sMASK]", "sop", "eop", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"]
    assert [tokenizer.special_ids[name] - pieces for name in names] == list(range(9))
    assert tokenizer.special_ids["</s>"] == 2 and tokenizer.vocab_size == pieces + 9


def test_sentencepiece_text_begins_with_its_own_blank() -> None:
    sp = sentencepiece.SentencePieceProcessor()
    sp.LoadFromSerializedProto(causal_tiny.sentencepiece_model())
    tokenizer = tokenizers()["sentencepiece"]
    for text in ("\n", "Hello", "你好", "a\n\nb", " x"):
        assert tokenizer.encode_text(text) == sp.encode(text)
        assert sp.id_to_piece(tokenizer.encode_text(text)[0]).startswith("▁")
    assert sp.decode(tokenizer.encode_text("Hello 你好\n")) == "Hello 你好\n"


def test_tiktoken_special_ids_follow_the_ranks() -> None:
    """In the published file <|endoftext|> is 151329 = the number of ranks, <|user|> 151336, <|observation|> 151338."""
    tokenizer, ranks = tokenizers()["tiktoken"], len(causal_tiny.ranks())
    ids = [tokenizer.special_ids[name] - ranks for name in ("<|endoftext|>", "[gMASK]", "<sop>", "<|user|>")]
    assert ids == [0, 2, 4, 7]
    assert tokenizer.special_ids["<|observation|>"] - ranks == 9 and tokenizer.vocab_size == ranks + 14


def test_tiktoken_ids_are_those_of_its_algorithm() -> None:
    """Written down from tiktoken: split, then always merge the neighbours whose union has the lowest rank."""
    ranks = causal_tiny.ranks()

    def merge(piece: bytes) -> list[int]:
        if piece in ranks:
            return [ranks[piece]]
        parts = [piece[index : index + 1] for index in range(len(piece))]
        while len(parts) > 1:
            unions = [ranks.get(parts[index] + parts[index + 1], 10**9) for index in range(len(parts) - 1)]
            at = min(range(len(unions)), key=unions.__getitem__)
            if unions[at] == 10**9:
                break
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return [ranks[part] for part in parts]

    letters = random.Random(0)
    alphabet = "".join(causal_tiny.TEXTS) + "  \n'"
    made = ["".join(letters.choices(alphabet, k=60)) for _ in range(200)]
    tokenizer = tokenizers()["tiktoken"]
    for text in [*TEXTS[:-1], *made, "aaaaaaa", "  the  the"]:
        expected = [index for piece in regex.findall(SPLIT, text) for index in merge(piece.encode())]
        assert tokenizer.encode_text(text) == expected


def test_thinking_marks_are_heard_and_other_special_tokens_are_not() -> None:
    tokenizer = tokenizers()["json"]
    said = [tokenizer.special_ids[name] for name in ("<think>", "<|user|>", "</think>")]
    assert spoken(tokenizer, said) == "<think></think>"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tokenizer.model", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ("tokenizer.model", b"\x00\x01nonsense", "damaged"),
        ("tokenizer.model", b"YQ== 0\nYg== x\n", "line 2"),
        ("tokenizer.model", b"YQ== 0\nYg== 2\n", "count up"),
        ("tokenizer.json", b"{", "damaged"),
        ("tokenizer.json", b"[]", "byte-level"),
        ("tokenizer.json", b'{"decoder": {"type": "ByteLevel"}, "model": {"type": "BPE"}}', "damaged"),
        (None, b"", "cannot be read"),
    ],
)
def test_broken_vocabularies_are_explained(tmp_path, name: str | None, content: bytes, message: str) -> None:
    if name:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        read_tokenizer(tmp_path)
    assert caught.value.code == "model_broken"


def test_the_content_tells_the_format(tmp_path) -> None:
    (tmp_path / "tokenizer.model").write_bytes(causal_tiny.sentencepiece_model())
    assert isinstance(read_tokenizer(tmp_path), SentencePieceTokenizer)
    (tmp_path / "tokenizer.model").write_bytes(causal_tiny.tiktoken_model())
    assert "<sop>" in read_tokenizer(tmp_path).special_ids
    (tmp_path / "tokenizer.json").write_text(causal_tiny.tokenizer_json(), "utf-8")
    assert "<|image|>" in read_tokenizer(tmp_path).special_ids
