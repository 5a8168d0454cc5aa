"""The mix that the model is taught and tested with: conversations, samples, folders of questions, the vocabulary."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

import drawings
import pytest
import sentencepiece
from drawings import needs_fonts

from model.sentencepiece_file import LAST
from tuning import vocabulary
from tuning.dataset import (
    DOMAINS,
    TALK_CATEGORIES,
    conversations,
    picture_conversation,
    rng_for,
    sample,
    shares,
    talk_conversation,
)
from tuning.make_questions import main
from tuning.pictures.kinds import KINDS
from tuning.pictures.picture import Picture
from tuning.question_files import read_questions
from tuning.sample import LANGUAGES, SPLITS, Conversation, Round
from tuning.surface import vary
from tuning.wording import expand, sentences

every_language = pytest.mark.parametrize("language", LANGUAGES)
SCENE = Picture(drawings.shapes(("circle", "red", "big", 0.2, 0.8), ("star", "blue", "small", 0.8, 0.2)))
TOLD = (Round("Where is the star?", ("top right",), "where"), Round("And its color?", ("blue",), "follow_up"))


# Conversations and samples


def test_each_round_comes_with_the_rounds_before_it() -> None:
    first, last = Conversation(SCENE, "en", TOLD).samples()
    assert first.messages == ({"role": "user", "content": "Where is the star?"},)
    assert [message["role"] for message in last.messages] == ["user", "assistant", "user"]
    assert [message["content"] for message in last.messages[:2]] == ["Where is the star?", "top right"]
    assert (last.answer, last.category, last.picture) == ("blue", "follow_up", SCENE)
    assert Conversation(SCENE, "en", TOLD).last() == last


@needs_fonts
def test_a_seed_decides_the_conversations_and_no_split_shares_them() -> None:
    def made(seed: int, split: str) -> list[Conversation]:
        return list(islice(conversations(seed, split, count=3), 20))

    assert made(1, "train") == made(1, "train") != made(2, "train")
    assert not set(made(1, "train")) & set(made(1, "held_out"))


@needs_fonts
@every_language
def test_conversations_mix_pictures_of_every_kind_and_talk(language: str) -> None:
    talks = list(islice(conversations(5, "train", language, count=2), 250))
    kinds = Counter(talk.picture.kind if talk.picture else "talk" for talk in talks)
    assert set(kinds) == {*KINDS, "talk"}
    assert 0.3 < kinds["talk"] / len(talks) < 0.5
    for talk in talks:
        assert talk.language == language
        if talk.picture is None:
            assert len(talk.rounds) >= 2 and {turn.category for turn in talk.rounds} <= set(TALK_CATEGORIES)


@every_language
def test_talk_beside_a_picture_ignores_it(language: str) -> None:
    categories = Counter(
        turn.category
        for seed in range(150)
        for turn in picture_conversation(SCENE, Random(seed), language, 5, chat_share=0.5).rounds
    )
    assert sum(categories[name] for name in TALK_CATEGORIES) > 100
    assert sum(categories[name] for name in DOMAINS["shapes"].CATEGORIES) > 100
    assert categories["no_picture"] == 0
    alone = picture_conversation(SCENE, Random(0), language, 5, chat_share=0.0)
    assert not {turn.category for turn in alone.rounds} & set(TALK_CATEGORIES)


@needs_fonts
@every_language
def test_nobody_asks_beside_a_clock_for_what_only_the_clock_could_tell_and_is_refused(language: str) -> None:
    clock = Picture(drawings.clock(3, 25))
    for seed in range(80):
        turns = picture_conversation(clock, Random(seed), language, 6, chat_share=0.7).rounds
        assert "out_of_domain" not in {turn.category for turn in turns}


def test_talk_has_no_picture_and_enough_rounds() -> None:
    for seed in range(30):
        talk = talk_conversation(Random(seed), "en", 3)
        assert talk.picture is None and len(talk.rounds) >= 3


def test_shares_are_those_of_one_evaluation() -> None:
    table = shares()
    assert sum(table.values()) == pytest.approx(1)
    assert set(table) == {"follow_up", *TALK_CATEGORIES, *(name for kind in KINDS for name in DOMAINS[kind].CATEGORIES)}
    assert sum(table[name] for name in TALK_CATEGORIES) == pytest.approx(0.4)
    assert min(table.values()) > 0.0005


@needs_fonts
@every_language
@pytest.mark.parametrize("category", sorted(shares()))
def test_every_category_can_be_sampled(category: str, language: str) -> None:
    for split in SPLITS:
        made = sample(rng_for(0, split), language, category, split)
        assert made == sample(rng_for(0, split), language, category, split)
        assert (made.category, made.language, made.answer) == (category, language, made.accepted[0])
        assert [message["role"] for message in made.messages[-3:]][-1] == "user"
        if category not in TALK_CATEGORIES:
            assert made.picture is not None
            able = DOMAINS[made.picture.kind].CATEGORIES
            assert category == "follow_up" or category in able
        if category == "no_picture":
            assert made.picture is None
        if category == "follow_up":
            assert len(made.messages) >= 3


# Wordings and typing


def test_a_template_stands_for_all_its_sentences() -> None:
    template = "(How many|What number of) shapes [are there[ here]]?"
    assert set(sentences(template)) == {
        *("How many shapes ?", "How many shapes are there here?", "How many shapes are there?"),
        *("What number of shapes ?", "What number of shapes are there here?", "What number of shapes are there?"),
    }
    assert {expand(template, Random(seed)) for seed in range(100)} == set(sentences(template))
    assert list(sentences("Is {the} red?")) == ["Is {the} red?"]


def test_typing_changes_how_a_question_looks_and_nothing_else() -> None:
    english = {vary("What color is it?", "en", Random(seed)) for seed in range(400)}
    assert {"What color is it?", "what color is it", "What colour is it?", "WHAT COLOR IS IT?"} <= english
    letters = {"".join(filter(str.isalpha, text.lower().replace("colour", "color"))) for text in english}
    assert all(text.endswith("whatcolorisit") for text in letters) and len(letters) > 5
    assert all(
        text.lower().startswith("wh") for text in (vary("Who?", "en", Random(n), polite=False) for n in range(99))
    )
    chinese = {vary("它是什么颜色？", "zh", Random(seed)) for seed in range(400)}
    assert {"它是什么颜色？", "它是什么颜色", "它是什么颜色?", "请问它是什么颜色？"} <= chinese
    assert all("它是什么颜色" in text for text in chinese)


# Folders of questions


@needs_fonts
def test_a_folder_of_questions_can_be_read_and_depends_on_the_seed_only(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        main([str(tmp_path / name), "--count", "25", "--seed", str(seed)])
    one, same, other = (
        {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "same", "other")
    )
    assert one == same and one["questions.jsonl"] != other["questions.jsonl"]
    questions = read_questions(tmp_path / "one")
    assert len(questions) == 50
    assert {question.image.name for question in questions if question.image} == set(one) - {"questions.jsonl"}
    lines = [json.loads(line) for line in one["questions.jsonl"].decode().splitlines()]
    assert Counter(line["language"] for line in lines) == {"en": 25, "zh": 25}
    assert 15 < sum(line["image"] is not None for line in lines) < 45
    assert all(line["messages"][-1]["role"] == "user" and line["answer"] for line in lines)


@needs_fonts
def test_a_folder_may_have_one_language_and_trained_wordings(tmp_path: Path) -> None:
    main([str(tmp_path / "held_out"), "--count", "8", "--language", "zh"])
    main([str(tmp_path / "train"), "--count", "8", "--language", "zh", "--wordings", "train"])
    texts = [(tmp_path / name / "questions.jsonl").read_text("utf-8") for name in SPLITS]
    assert texts[0] != texts[1] and all(text.count('"language": "zh"') == 8 == text.count("\n") for text in texts)


# Vocabulary


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> sentencepiece.SentencePieceProcessor:
    """A small vocabulary of 300 conversations."""
    if drawings.MISSING:
        pytest.skip(drawings.MISSING)
    path = tmp_path_factory.mktemp("vocabulary") / "ice_text.model"
    vocabulary.build_vocabulary(path, vocabulary.sample_texts(talks=300), 3000)
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def test_the_ids_are_laid_out_as_in_the_original(pieces: sentencepiece.SentencePieceProcessor) -> None:
    size = pieces.get_piece_size()
    assert size == 3000
    names = [pieces.id_to_piece(number) for number in range(size)]
    assert names[:6] == ["<unk>", "<s>", "</s>", "<pad>", "<n>", "▁"]
    tail = [piece.name for piece in LAST]
    assert names[-len(tail) :] == tail and len(set(names)) == size
    assert pieces.is_unknown(0)
    assert all(pieces.is_control(number) for number in (1, 2, 3, names.index("[gMASK]"), names.index("<eop>")))
    assert not pieces.is_control(4)
    assert pieces.is_byte(size - 1)


@pytest.mark.parametrize("text", ["There are 3 shapes.", "图中有2个红色圆形", "~!@#$%^&*()_+ zebra", "饕餮 😀"])
def test_any_text_survives_the_vocabulary(pieces: sentencepiece.SentencePieceProcessor, text: str) -> None:
    ids = pieces.encode(text)
    assert pieces.unk_id() not in ids
    assert pieces.decode(ids) == text


def test_answers_are_made_of_whole_words(pieces: sentencepiece.SentencePieceProcessor) -> None:
    assert pieces.encode("一个小的蓝色五角星", out_type=str)[-2:] == ["蓝色", "五角星"]
    assert pieces.encode("<img></img>问：", out_type=str)[-3:] == ["<img>", "</img>", "问:"]
