"""Drills about pictures: many short questions in a row, each answered truly and in the same order."""

from __future__ import annotations

from random import Random

import drawings
import pytest

from tuning import looking
from tuning.pictures.kinds import random_picture
from tuning.pictures.picture import Picture
from tuning.questions import charts, icons, shapes
from tuning.sample import LANGUAGES

SEPARATORS = {"en": (": ", ", ", "; "), "zh": ("：", "、", "；")}


def asked(picture: Picture, language: str, seed: int) -> tuple[str, dict[str, str]]:
    """The heading of a drill, and its questions with their answers."""
    colon, comma, apart = SEPARATORS[language]
    talk = None
    rng = Random(seed)
    while talk is None:
        talk = looking.drill(picture, language, rng)
    (turn,) = talk.rounds
    heading, _, questions = turn.question.partition(colon)
    return heading, dict(zip(questions.split(comma), turn.answer.split(apart), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(looking.KINDS))
def test_every_question_of_a_row_has_its_answer(kind: str, language: str) -> None:
    for seed in range(150):
        _, answers = asked(random_picture(Random(seed), kind), language, seed)
        assert 2 <= len(answers) <= 8
        assert all(question and answer for question, answer in answers.items())


def test_the_answers_are_true() -> None:
    picture = Picture(drawings.shapes(("circle", "red", "small", 0.2, 0.2), ("star", "blue", "big", 0.7, 0.8)))
    true = {
        "Colors": {"circle": "red", "star": "blue", "leftmost": "red", "lowest": "blue"},
        "Places": {"circle": "top left", "star": "bottom right"},
        "How many": {"red circles": "1", "green circles": "0", "red stars": "0"},
    }
    upper = {"circle", "disc", "red", "small", "little"}  # words for what lies above the other
    checked = set()
    for seed in range(400):
        heading, answers = asked(picture, "en", seed)
        for question, answer in answers.items():
            subject, above, _ = question.partition(" above ")
            if above:
                assert answer == ("yes" if upper & set(subject.split()) else "no"), question
                checked.add("above")
            for words, right in true.get(heading, {}).items():
                if question.endswith(words):
                    assert answer == right, (heading, question)
                    checked.add(words)
    assert checked >= {"circle", "star", "green circles", "above"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_category_with_more_than_one_question_to_a_picture_is_drilled(language: str) -> None:
    single = {"count_all", "icon_count", "chart_count", "chart_highest", "chart_lowest"}
    described = {"describe", "describe_icons", "describe_chart"}
    categories = {*shapes.CATEGORIES, *icons.CATEGORIES, *charts.CATEGORIES}
    assert set(looking.BRIEF[language]) == categories - single - described


def test_the_hints_are_true() -> None:
    picture = Picture(drawings.shapes(("circle", "red", "small", 0.2, 0.2), ("star", "blue", "big", 0.7, 0.8)))
    of_circle = {"red": "color", "small": "size", "circle": "shape", "left": "x", "top": "y", "top left": "where"}
    of_star = {"blue": "color", "big": "size", "star": "shape", "right": "x", "bottom": "y", "bottom right": "where"}
    told = set()
    for seed in range(600):
        talk = looking.drill(picture, "en", Random(seed))
        if talk is None:
            continue
        (turn,) = talk.rounds
        for hint in turn.hints:
            words = set(turn.question[hint.start : hint.end].split())
            if words & {"circle", "disc", "red", "small", "little"}:
                assert hint.said in of_circle or turn.question.startswith(("How many", "Is there", "What is")), turn
                told.add(of_circle.get(hint.said))
            if words & {"star", "blue", "big", "large"} and not words & {"biggest"}:
                assert hint.said in of_star or turn.question.startswith(("How many", "Is there", "What is")), turn
                told.add(of_star.get(hint.said))
    assert told >= {"color", "size", "shape", "x", "y", "where"}
