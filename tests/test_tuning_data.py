"""The generated pictures, questions, small talk and vocabulary are what training and evaluation rely on."""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest
import sentencepiece

from tuning import questions, smalltalk, vocabulary
from tuning.answers import accepted, describe, follow_ups
from tuning.dataset import conversations, rng_for, sample, shares
from tuning.make_questions import make
from tuning.references import Picture, Target, reference
from tuning.sample import LANGUAGES, Conversation
from tuning.scenes import GRID, Scene, Shape, grid_targets, random_scene, render, render_array


def shape(name: str, color: str, size: str, x: float, y: float) -> Shape:
    paints = {"red": (220, 20, 20), "blue": (20, 20, 220), "green": (20, 160, 40)}
    return Shape(name, color, size, x, y, 0.07 if size == "small" else 0.12, 0.0, paints[color], False)


THREE = Scene(
    (255, 255, 255),
    (
        shape("star", "blue", "small", 0.8, 0.2),
        shape("circle", "red", "big", 0.2, 0.8),
        shape("square", "red", "small", 0.5, 0.5),
    ),
)


def answer(category: str, target: Target, language: str = "en") -> str:
    return accepted(Picture(THREE, language), target)[0]


# Scenes


def test_the_same_seed_draws_the_same_pixels() -> None:
    first, second = ([render_array(random_scene(rng)) for _ in range(20)] for rng in (Random(3), Random(3)))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


def test_shapes_neither_touch_nor_share_a_grid_cell_nor_leave_the_picture() -> None:
    rng = Random(1)
    for _ in range(500):
        items = random_scene(rng).shapes
        assert len({item.cell for item in items}) == len(items)
        for item in items:
            assert item.radius < min(item.x, item.y, 1 - item.x, 1 - item.y)
            for other in items:
                distance = np.hypot(item.x - other.x, item.y - other.y)
                assert item is other or distance > item.radius + other.radius


def test_grid_targets_tell_every_shape_from_its_cell() -> None:
    scene = random_scene(Random(5), (6, 6))
    targets = grid_targets(scene)
    assert targets.shape == (GRID * GRID, 3)
    assert (targets[:, 0] > 0).sum() == 6
    assert all((targets[item.cell] > 0).all() for item in scene.shapes)


def test_a_shape_is_painted_where_and_how_the_scene_says() -> None:
    pixels = render_array(THREE, 100)
    assert pixels.shape == (100, 100, 3)
    assert tuple(pixels[80, 20]) == (220, 20, 20)
    assert tuple(pixels[20, 80]) == (20, 20, 220)
    assert tuple(pixels[5, 5]) == (255, 255, 255)


def test_a_picture_that_is_not_square_is_stretched() -> None:
    picture = render(THREE, (320, 120))
    assert picture.size == (320, 120)
    assert picture.getpixel((64, 96)) == (220, 20, 20)


def test_every_colour_stands_out_from_its_background() -> None:
    rng = Random(2)
    for _ in range(300):
        scene = random_scene(rng)
        for item in scene.shapes:
            assert np.linalg.norm(np.subtract(item.rgb, scene.background)) > 70


# Questions


@pytest.mark.parametrize(
    ("target", "english", "chinese"),
    [
        (Target("count_all"), "3", "3"),
        (Target("count_color", color="red"), "2", "2"),
        (Target("count_both", color="blue", shape="circle"), "0", "0"),
        (Target("exists", color="blue", shape="star"), "yes", "有"),
        (Target("exists", color="green"), "no", "没有"),
        (Target("color", item=THREE.shapes[1]), "red", "红色"),
        (Target("shape", item=THREE.shapes[0]), "star", "五角星"),
        (Target("size", item=THREE.shapes[1]), "big", "大"),
        (Target("where", item=THREE.shapes[0]), "top right", "右上角"),
        (Target("where", item=THREE.shapes[2]), "center", "中间"),
        (Target("relation", item=THREE.shapes[1], other=THREE.shapes[0], relation="left"), "yes", "是"),
        (Target("relation", item=THREE.shapes[1], other=THREE.shapes[0], relation="top"), "no", "不是"),
        (Target("compare", item=THREE.shapes[1], other=THREE.shapes[0], relation="big"), "yes", "是"),
    ],
)
def test_answers_are_true(target: Target, english: str, chinese: str) -> None:
    assert answer(target.kind, target) == english
    assert answer(target.kind, target, "zh") == chinese


def test_a_description_names_every_shape_from_left_to_right() -> None:
    assert describe(Picture(THREE, "en")) == (
        "There are 3 shapes: a big red circle, a small red square and a small blue star."
    )
    assert describe(Picture(THREE, "zh")) == "图中有3个图形：一个大红色圆形、一个小红色正方形和一个小蓝色五角星。"
    assert describe(Picture(Scene((255, 255, 255), ()), "en")) == "There are no shapes."


def test_a_reference_fits_one_shape_and_does_not_give_the_answer_away() -> None:
    rng = Random(0)
    picture = Picture(THREE, "en")
    for _ in range(50):
        words = reference(picture, THREE.shapes[1], "color", rng)
        assert "red" not in words
        assert any(word in words for word in ("circle", "disc", "big", "large"))


def test_a_place_between_two_names_is_not_asked_for() -> None:
    between = Scene((255, 255, 255), (shape("star", "blue", "small", 0.4, 0.2),))
    rng = Random(0)
    assert all(questions.question(Picture(between, "en"), "where", "train", rng) is None for _ in range(20))


def test_it_is_only_asked_about_after_a_round_about_one_shape() -> None:
    rng = Random(0)
    about_two = follow_ups(Picture(THREE, "en"), Target("count_color", color="red"), rng)
    assert not any(kind.startswith("it_") for kind, _ in about_two)
    about_one = follow_ups(Picture(THREE, "en"), Target("shape", item=THREE.shapes[0]), rng)
    assert {"it_color", "it_size", "it_where"} <= {kind for kind, _ in about_one}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wording_fits_every_picture(language: str) -> None:
    rng = Random(7)
    for _ in range(400):
        for turn in questions.rounds(random_scene(rng), language, rng, 8):
            assert turn.question.strip()
            assert not re.search(r"[{}]|  |的的|\ban? [aeiou]\w+s\b", turn.question)
            assert turn.answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_are_balanced(language: str) -> None:
    rng = Random(11)
    for category in ("exists", "relation", "compare"):
        found = [
            made[0].answer
            for _ in range(600)
            if (made := questions.question(Picture(random_scene(rng), language), category, "train", rng))
        ]
        assert len(set(found)) == 2
        assert 0.4 < found.count(found[0]) / len(found) < 0.6


def test_there_are_enough_wordings_for_training_and_held_out_ones() -> None:
    for wordings in questions.PHRASINGS.values():
        assert set(wordings) == set(questions.PHRASINGS["en"])
        for kind in wordings.values():
            assert len(set(kind.train)) >= 10
            assert len(set(kind.held_out)) >= 2
            assert not set(kind.train) & set(kind.held_out)


def plain(text: str) -> str:
    return re.sub(r"[\s?.!,:]", "", unicodedata.normalize("NFKC", text).lower().replace("colour", "color"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_held_out_questions_never_occur_in_training(language: str) -> None:
    seen = {
        split: {
            plain(turn.question) for talk in islice(conversations(1, split, language), count) for turn in talk.rounds
        }
        for split, count in (("train", 4000), ("held_out", 1000))
    }
    assert not seen["train"] & seen["held_out"]


# Small talk


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_of_small_talk_has_two_answers(language: str) -> None:
    intents = smalltalk.TEXTS[language].INTENTS
    assert set(intents) == set(smalltalk.TEXTS["en"].INTENTS)
    said: dict[str, str] = {}
    for name, (_, wordings) in intents.items():
        assert len(wordings.split("|")) >= 12
        for wording in wordings.split("|"):
            assert said.setdefault(plain(wording), name) == name


@pytest.mark.parametrize(("category", "sign"), [("sum", 1), ("difference", -1)])
def test_sums_and_differences_are_right(category: str, sign: int) -> None:
    rng = Random(4)
    for _ in range(300):
        turn = smalltalk.text_round("zh", rng, "train", category)
        a, b = map(int, re.findall(r"\d+", turn.question))
        assert turn.answer == str(a + sign * b)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("category", sorted(shares()))
def test_every_category_can_be_sampled(category: str, language: str) -> None:
    made = sample(rng_for(0, "held_out"), language, category)
    assert (made.category, made.language) == (category, language)
    assert made.messages[-1]["role"] == "user"
    assert made.answer == made.accepted[0]
    assert (category == "no_picture") <= (made.scene is None)


def test_a_conversation_gives_each_round_its_history() -> None:
    turns = questions.rounds(THREE, "en", Random(0), 3)
    last = list(Conversation(THREE, "en", tuple(turns)).samples())[-1]
    assert [message["role"] for message in last.messages] == ["user", "assistant"] * 2 + ["user"]
    assert last.messages[1]["content"] == turns[0].answer


def test_the_same_seed_makes_the_same_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make(tmp_path / name, count=40, seed=3)
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    lines = [json.loads(line) for line in (tmp_path / "one" / "questions.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == 80
    assert all((tmp_path / "one" / line["image"]).is_file() for line in lines if line["image"])


# Vocabulary


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> sentencepiece.SentencePieceProcessor:
    path = tmp_path_factory.mktemp("vocabulary") / "ice_text.model"
    vocabulary.build_vocabulary(path, vocabulary.sample_texts(talks=250), 1400)
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def test_the_ids_are_laid_out_as_in_the_original(pieces: sentencepiece.SentencePieceProcessor) -> None:
    size = pieces.get_piece_size()
    names = [pieces.id_to_piece(number) for number in range(size)]
    assert tuple(names[:6]) == vocabulary.FIRST
    tail = (*vocabulary.CONTROL, *vocabulary.LAYOUT, *vocabulary.BYTES)
    assert tuple(names[-len(tail) :]) == tail
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
    assert pieces.encode("一个小蓝色五角星", out_type=str)[-3:] == ["小", "蓝色", "五角星"]
    assert pieces.encode("<img></img>问：", out_type=str)[-3:] == ["<img>", "</img>", "问:"]
