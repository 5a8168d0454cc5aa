"""The tokenizer where the original is silent or wrong: hostile text, half characters, broken files."""

from __future__ import annotations

import itertools
import random
import re
import time
from pathlib import Path

import pytest
import sentencepiece
from golden_cases import golden_dir

from model.errors import UserError
from model.tokenizer import GLMTokenizer

MODEL = golden_dir("tokenizer") / "ice_text.model"
pytestmark = pytest.mark.skipif(not MODEL.exists(), reason="no ice_text.model among the golden files")

CONTROL = ["[MASK]", "[gMASK]", "[sMASK]", "<unused_0>", "<sop>", "<eop>", "<ENC>", "<dBLOCK>"]
CONTROL += ["</s>", "<s>", "<pad>", "<unk>"]
LAYOUT = ["<n>", "<|tab|>", "<|blank_2|>", "<|blank_8|>", "<|blank_80|>"]
FRAGMENTS = [
    *CONTROL,
    *LAYOUT,
    "<img>",
    "</img>",
    "<image_3>",
    "<0x0A>",
    "\n",
    "\t",
    " ",
    "  ",
    " " * 81,
    "<",
    ">",
    "|",
]
FRAGMENTS += [
    "a",
    "hello",
    "你好",
    "，",
    "👋",
    "👨‍👩‍👧",
    "é",
    "e\u0301",
    "\u202e",
    "\x01",
    "＜n＞",
    "＜ｓｏｐ＞",
    "\ud83d",
    "\0",
    "[Round 3]\n答：",
]


@pytest.fixture(scope="module")
def tokenizer() -> GLMTokenizer:
    return GLMTokenizer.from_file(MODEL)


@pytest.fixture(scope="module")
def processor() -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_file=str(MODEL))


def hostile_texts(count: int, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(FRAGMENTS, k=rng.randint(1, 12))) for _ in range(count)]


# Text to ids


@pytest.mark.parametrize("text", CONTROL)
def test_typed_control_piece_is_text(tokenizer: GLMTokenizer, text: str) -> None:
    ids = tokenizer.encode_text(f"a {text} b")
    assert tokenizer.piece_id(text) not in ids
    assert tokenizer.decode(ids) == f"a {text} b"


def test_no_text_makes_a_control_id(tokenizer: GLMTokenizer) -> None:
    control = {*tokenizer.special_ids.values(), tokenizer.unk_id}
    assert control == {tokenizer.piece_id(name) for name in CONTROL}
    for text in hostile_texts(2000):
        for upstream in (False, True):
            if not (upstream and "\ud83d" in text):
                assert control.isdisjoint(tokenizer.encode_text(text, upstream=upstream)), text


@pytest.mark.parametrize("piece", LAYOUT)
@pytest.mark.parametrize("pattern", ["{}", "a{}b", "a {} b", "\n{}\n", "{0}{0}", "x\n{}  y\t{}", "你{}好"])
def test_typed_layout_piece_is_shown_as_typed(tokenizer: GLMTokenizer, piece: str, pattern: str) -> None:
    text = pattern.format(piece, piece)
    assert tokenizer.decode(tokenizer.encode_text(text)) == text


def test_upstream_switch_reads_a_typed_layout_piece(tokenizer: GLMTokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode_text("a<n>b<|blank_3|>c", upstream=True)) == "a\nb   c"


def test_round_trip_of_typed_and_real_layout(tokenizer: GLMTokenizer) -> None:
    rng = random.Random(1)
    parts = [*LAYOUT, "\n", "\t", "   ", "a", "b c", "你好", "👋", "<", "n>", "|>", "<|"]
    for _ in range(3000):
        text = "x" + "".join(rng.choices(parts, k=rng.randint(1, 10))) + "x"
        assert tokenizer.decode(tokenizer.encode_text(text)) == text


def test_full_width_spelling_makes_no_newline(tokenizer: GLMTokenizer) -> None:
    """Normalisation folds it to `<n>`, which is shown; upstream makes a newline of it."""
    assert tokenizer.decode(tokenizer.encode_text("a＜n＞b\nc")) == "a<n>b\nc"


def test_unsplittable_parts_equal_upstream(tokenizer: GLMTokenizer) -> None:
    """Only typed layout pieces, NUL and surrogates differ from the original."""
    for text in hostile_texts(2000, seed=2):
        if not re.search("<n>|＜n＞|<\\|(tab|blank_\\d+)\\|>|[\0\ud800-\udfff]", text.replace("\x01", "")):
            assert tokenizer.encode_text(text) == tokenizer.encode_text(text, upstream=True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\0b\0", "ab"),
        ("<\0n>", "<n>"),
        ("abc\u202edef\u202c", "abc\u202edef\u202c"),
        ("\u2066x\u2069", "\u2066x\u2069"),
        ("👨‍👩‍👧 🇨🇳", "👨‍👩‍👧 🇨🇳"),
    ],
)
def test_odd_characters(tokenizer: GLMTokenizer, text: str, shown: str) -> None:
    assert tokenizer.decode(tokenizer.encode_text(text)) == shown


@pytest.mark.parametrize("text", ["a{}b", "{}", "{}{}x\n", "\ud83d\udc4b{}"])
def test_lone_surrogate_is_a_replacement_character(tokenizer: GLMTokenizer, text: str) -> None:
    """Which the vocabulary may show as it likes (this one: a space); the original raises."""
    ids = tokenizer.encode_text(text.replace("{}", "\ud800"))
    assert ids == tokenizer.encode_text(re.sub("[\ud800-\udfff]", "\ufffd", text.replace("{}", "\ufffd")))


@pytest.mark.parametrize("spaces", [1, 2, 79, 80, 81, 82, 90, 160, 161, 162, 240])
def test_runs_of_spaces(tokenizer: GLMTokenizer, spaces: int) -> None:
    text = "a" + " " * spaces + "b"
    ids = tokenizer.encode_text(text)
    assert tokenizer.decode(ids) == text
    assert sum(tokenizer.piece(token_id).startswith("<|blank_") for token_id in ids) == -(-(spaces - 1) // 80)


# Ids to text


def test_decode_equals_sentencepiece(tokenizer: GLMTokenizer, processor: sentencepiece.SentencePieceProcessor) -> None:
    """Any ids, bytes of broken characters above all; only layout pieces read differently there."""
    rng = random.Random(3)
    first_byte = tokenizer.piece_id("<0x00>")
    emoji = [first_byte + byte for byte in "👋你é".encode()]
    blanks = {f"<|blank_{count}|>": " " * count for count in range(2, 81)} | {"<n>": "\n", "<|tab|>": "\t"}
    for _ in range(20000):
        choices = [rng.randrange(tokenizer.vocab_size), rng.randrange(first_byte, first_byte + 256), *emoji, 5, 5, 0, 1]
        ids = rng.choices(choices, k=rng.randint(1, 12))
        expected = processor.decode([token_id for token_id in ids if token_id != tokenizer.pad_id])
        expected = re.sub(r"<n>|<\|tab\|>|<\|blank_\d+\|>", lambda found: blanks[found.group()], expected)
        assert tokenizer.decode(ids) == expected


def test_streamed_pieces_are_whole_characters(tokenizer: GLMTokenizer) -> None:
    text = "hi 👋🏽 你好，葡萄 😀\n```\n  x = '🇨🇳'\n```"
    ids = tokenizer.encode_text(text)
    decoder = tokenizer.decoder()
    pieces = [decoder.push(token_id) for token_id in ids]
    assert decoder.flush() == ""
    assert "".join(pieces) == tokenizer.decode(ids) == text.replace("，", ",")
    assert not any("\ufffd" in piece for piece in pieces)


def test_stream_is_a_growing_prefix(tokenizer: GLMTokenizer) -> None:
    """What is out never changes later: each prefix decoded alone is what was shown, plus a begun character."""
    rng = random.Random(4)
    for _ in range(300):
        ids = [rng.choice([rng.randrange(939), rng.randrange(683, 939), 5]) for _ in range(12)]
        decoder, shown = tokenizer.decoder(), ""
        for count, token_id in enumerate(ids, start=1):
            shown += decoder.push(token_id)
            begun = tokenizer.decode(ids[:count]).removeprefix(shown)
            assert shown + begun == tokenizer.decode(ids[:count]) and re.fullmatch("\ufffd{0,3}", begun)
        assert shown + decoder.flush() == tokenizer.decode(ids)


def test_incomplete_character_at_the_end(tokenizer: GLMTokenizer) -> None:
    decoder = tokenizer.decoder()
    pieces = [decoder.push(tokenizer.piece_id(f"<0x{byte:02X}>")) for byte in "👋".encode()[:3]]
    assert pieces == ["", "", ""]
    assert decoder.flush() == "\ufffd\ufffd\ufffd" and decoder.flush() == ""


@pytest.mark.parametrize("token_id", [-1, 939, 130527, 10**9])
def test_ids_without_a_piece_have_no_text(tokenizer: GLMTokenizer, token_id: int) -> None:
    hello = tokenizer.encode_text("hello")
    assert tokenizer.decode([*hello, token_id, *tokenizer.encode_text("hello")]) == "hello hello"


def test_bytes_of_single_ids_join_to_the_text(tokenizer: GLMTokenizer) -> None:
    for text in ["hi 👋🏽 你好 , x", "a\n\tb   c", *hostile_texts(500, seed=5)]:
        ids = tokenizer.encode_text(text)
        joined = b"".join(map(tokenizer.token_bytes, ids)).decode()
        assert joined.removeprefix(" ") == tokenizer.decode(ids)  # a text begins with a space of its own
    assert [tokenizer.token_bytes(token_id) for token_id in tokenizer.encode_text("👋")[-4:]] == [
        bytes([byte]) for byte in "👋".encode()
    ]


def test_ids_without_text_have_no_bytes(tokenizer: GLMTokenizer) -> None:
    for token_id in (*tokenizer.special_ids.values(), -1, tokenizer.vocab_size, 10**9):
        assert tokenizer.token_bytes(token_id) == b""


def test_decoding_takes_linear_time(tokenizer: GLMTokenizer) -> None:
    def seconds(ids: list[int]) -> float:
        runs = []
        for _ in range(3):
            start = time.thread_time()
            tokenizer.decode(ids)
            runs.append(time.thread_time() - start)
        return min(runs)

    for ids in (
        [tokenizer.piece_id("▁")],
        [tokenizer.pad_id],
        tokenizer.encode_text("好👋 a"),
        [tokenizer.piece_id("<0xF0>")],
    ):
        assert seconds(ids * 16000) < 20 * seconds(ids * 2000)  # linear: 8 times the time; quadratic: 64 times


# Batches


def test_pad_left(tokenizer: GLMTokenizer) -> None:
    input_ids, attention_mask = tokenizer.pad_left([[7, 8, 9], [5]])
    assert input_ids.tolist() == [[7, 8, 9], [3, 3, 5]]
    assert attention_mask.tolist() == [[1, 1, 1], [0, 0, 1]]
    assert tokenizer.pad_left([])[0].shape == (0, 0)
    assert tokenizer.pad_left([[]])[1].shape == (1, 0)


# Files


def varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in itertools.count(step=7):
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
    raise AssertionError


def without_special_pieces(model: bytes, kept: int) -> bytes:
    """The first `kept` pieces (field 1) and everything else, with byte_fallback (last two-byte tag) left in place."""
    out, position, pieces = b"", 0, 0
    while position < len(model):
        start = position
        tag, position = varint(model, position)
        assert tag & 7 == 2
        length, position = varint(model, position)
        position += length
        pieces += tag >> 3 == 1
        if tag >> 3 != 1 or pieces <= kept:
            out += (
                model[start:position].replace(b"\x98\x02\x01", b"\x98\x02\x00")
                if tag >> 3 == 2
                else model[start:position]
            )
    return out


def test_march_file_without_special_pieces(tokenizer: GLMTokenizer, tmp_path: Path) -> None:
    """The first release shipped the plain pieces only; the loader completes them in the published order."""
    march = tmp_path / "ice_text.model"
    march.write_bytes(without_special_pieces(MODEL.read_bytes(), tokenizer.mask_id))
    loaded = GLMTokenizer.from_file(march, num_image_tokens=20000)
    assert loaded.vocab_size == tokenizer.vocab_size + 20000
    names = [loaded.piece(token_id) for token_id in range(20000, loaded.vocab_size)]
    assert names == [tokenizer.piece(token_id) for token_id in range(tokenizer.vocab_size)]
    for text in ["你好👋", "a  b\tc\n", "<sop>[gMASK]", "a<n>b", *hostile_texts(200)]:
        assert loaded.encode_text(text) == [token_id + 20000 for token_id in tokenizer.encode_text(text)]
    assert loaded.decode([7, *loaded.encode_text("你好 👋")]) == "你好 👋"
    assert loaded.special_ids == {name: token_id + 20000 for name, token_id in tokenizer.special_ids.items()}
    assert loaded.token_bytes(7) == b""  # an image id


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:5e974d9a\nsize 2706249\n", "git-lfs pointer"),
        (b"", "0 bytes.* is not a SentencePiece model"),
        (b"<html>404</html>", "is not a SentencePiece model"),
        (None, "cannot be read"),
    ],
)
def test_broken_file_is_named(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "ice_text.model"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=reason) as caught:
        GLMTokenizer.from_file(path)
    assert caught.value.code == "model_broken" and str(path) in str(caught.value)


def test_truncated_file_is_named(tmp_path: Path) -> None:
    path, model = tmp_path / "ice_text.model", MODEL.read_bytes()
    for length in range(1000, 1200):  # some cuts fall between two pieces and still parse
        path.write_bytes(model[:length])
        with pytest.raises(UserError, match=r"not a SentencePiece model|incomplete"):
            GLMTokenizer.from_file(path)


def test_file_of_another_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ice_text.model"
    path.write_bytes(MODEL.read_bytes().replace(b"[gMASK]", b"[hMASK]").replace(b"<sop>", b"<sob>"))
    with pytest.raises(UserError, match=r"lacks the piece \[gMASK\]|lacks the piece <sop>|not a SentencePiece model"):
        GLMTokenizer.from_file(path)
