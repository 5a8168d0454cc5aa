"""How questions and answers become the decoder's training rows."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import torch

import model
from model.chat import process_response
from model.tokenizer import GLMTokenizer
from tuning.dataset import TALK_CATEGORIES, talk_rounds
from tuning.language_stage import IGNORED, collate, encode_answer, encode_sample
from tuning.sample import LANGUAGES, Conversation, Round
from tuning.talk import repeating


@pytest.fixture(scope="module")
def tokenizer() -> GLMTokenizer:
    return GLMTokenizer.from_file(Path(model.__file__).parents[1] / "assets" / "embedded" / "tokenizer.model")


@pytest.mark.parametrize("category", sorted(TALK_CATEGORIES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_learnt_reads_as_the_answer(tokenizer: GLMTokenizer, category: str, language: str) -> None:
    for seed in range(30):
        answer = talk_rounds(Random(seed), language, "train", category)[-1].answer
        ids = encode_answer(answer, category, tokenizer)
        assert process_response(tokenizer.decode(ids)) == answer


def test_what_is_read_off_a_picture_is_spelled(tokenizer: GLMTokenizer) -> None:
    spelled = encode_answer("no exit", "read", tokenizer)
    assert [tokenizer.piece(piece) for piece in spelled] == list("▁no▁exit")
    sentence = 'The picture shows the word "exit" in red.'
    described = encode_answer(sentence, "describe_writing", tokenizer)
    assert tokenizer.decode(described) == sentence
    assert "▁exit" not in map(tokenizer.piece, described)
    assert [tokenizer.piece(piece) for piece in described].count("x") == 1


def test_only_the_answer_and_its_end_are_learnt(tokenizer: GLMTokenizer) -> None:
    rounds = (Round("Hello", ("Hi!",), "smalltalk"), Round("What is 2 + 3?", ("5",), "sum"))
    ids, prompt_length = encode_sample(Conversation(None, "en", rounds).last(), tokenizer, 0)
    assert ids[prompt_length - 2 : prompt_length] == [tokenizer.gmask_id, tokenizer.bos_id]
    batch = collate([(ids, prompt_length, -1), (ids[:-1], prompt_length, -1)], tokenizer.pad_id)
    learnt = batch["labels"][0] != IGNORED
    assert tokenizer.decode(batch["labels"][0][learnt].tolist()) == "5"
    assert int(batch["labels"][0][-1]) == tokenizer.eos_id
    assert torch.equal(batch["input_ids"][1, -1], torch.tensor(tokenizer.pad_id))
    assert "Hi!" in tokenizer.decode(ids[:prompt_length])


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_to_be_repeated_stands_in_the_question(language: str) -> None:
    for seed in range(200):
        (turn,) = repeating.rounds("repeat", language, "train", Random(seed))
        assert turn.answer in turn.question
        assert 1 <= len(turn.answer.split()) <= repeating.MOST_WORDS
