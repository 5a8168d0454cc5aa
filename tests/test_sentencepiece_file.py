"""Vocabularies whose pieces were replaced, read back by sentencepiece."""

from __future__ import annotations

import io

import pytest
import sentencepiece

from model.sentencepiece_file import FIRST, LAST, Piece, PieceType, with_last_pieces, with_pieces

LONG = "long" * 100  # its length takes two bytes in the file
NORMAL = [Piece("▁", PieceType.NORMAL, -2.5), Piece(LONG, PieceType.NORMAL, -1.5)]
NORMAL += [Piece(letter, PieceType.NORMAL, -9.0) for letter in "ab1"]


@pytest.fixture(scope="module")
def trained() -> bytes:
    """A model with other pieces, which normalises to NFKC."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["some words of no importance"]),
        model_writer=model,
        vocab_size=300,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        pad_id=3,
        minloglevel=2,
    )
    return model.getvalue()


def opened(model: bytes) -> sentencepiece.SentencePieceProcessor:
    processor = sentencepiece.SentencePieceProcessor()
    processor.LoadFromSerializedProto(model)
    return processor


def names(processor: sentencepiece.SentencePieceProcessor) -> list[str]:
    return [processor.id_to_piece(index) for index in range(processor.get_piece_size())]


def test_pieces_are_replaced_in_the_order_given(trained: bytes) -> None:
    pieces = [*FIRST, *NORMAL, *(piece for piece in LAST if piece.type != PieceType.BYTE)]
    processor = opened(with_pieces(trained, pieces))
    assert names(processor) == [piece.name for piece in pieces]
    for index, piece in enumerate(pieces):
        assert processor.get_score(index) == piece.score
        assert processor.is_unknown(index) == (piece.type == PieceType.UNKNOWN)
        assert processor.is_control(index) == (piece.type == PieceType.CONTROL)
    assert processor.encode("a<|tab|>b", out_type=str) == ["▁", "a", "<|tab|>", "b"]


def test_normalisation_stays(trained: bytes) -> None:
    processor = opened(with_pieces(trained, [*FIRST, *NORMAL]))
    assert processor.encode("１ａ", out_type=str) == ["▁", "1", "a"]


def test_the_last_pieces_spell_what_has_no_piece(trained: bytes) -> None:
    without = with_pieces(trained, [*FIRST, *NORMAL])
    assert opened(without).encode("好")[-1] == opened(without).unk_id()
    processor = opened(with_last_pieces(without))
    assert names(processor) == [piece.name for piece in (*FIRST, *NORMAL, *LAST)]
    assert processor.encode("好", out_type=str) == ["▁", "<0xE5>", "<0xA5>", "<0xBD>"]


def test_the_published_files_differ_by_the_last_pieces() -> None:
    """ChatGLM-6B's file had 2,699,926 bytes in March 2023 and has 2,706,249 since."""
    opening = 2  # bytes, of the second trainer_spec
    assert len(with_last_pieces(b"")) == 2_706_249 - 2_699_926 + opening
