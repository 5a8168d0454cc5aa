"""The model that ships: it is small, it answers what the pages propose, and says what it is and does not know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import model
from model import GenerationParams
from tuning import evaluate, make_examples, make_questions
from tuning.pictures.outside import Outside
from tuning.pictures.picture import Picture, render
from tuning.question_files import normalise
from tuning.questions import outside
from tuning.talk import refusals_data

ROOT = Path(__file__).resolve().parents[1]
GREEDY = GenerationParams(max_new_tokens=128, temperature=0)
LEAST_RIGHT = 0.5  # of a held-out sample, in each language


@pytest.fixture(scope="module")
def mini():
    return model.load()


def reply(mini, text, image=None):
    pieces = mini.stream([{"role": "user", "content": text}], image=image, params=GREEDY)
    return "".join(piece for piece in pieces if isinstance(piece, str))


def test_all_files_together_are_at_most_40_megabytes():
    assert sum(path.stat().st_size for path in (ROOT / "assets" / "embedded").rglob("*")) <= 40_000_000


def test_it_says_what_it_is(mini):
    assert "demo model" in reply(mini, "Who are you?")
    assert "演示模型" in reply(mini, "你叫什么名字？")
    assert {"en", "zh"} <= set(mini.info.description)


def test_it_answers_every_example_of_the_pages(mini):
    wrong = [str(outcome) for outcome in make_examples.check(mini) if not outcome.right]
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Write a poem about love."),
        ("en", "Who will win the election?"),
        ("en", "What should I eat tonight?"),
        ("zh", "写一首关于爱情的诗。"),
        ("zh", "谁会赢得选举？"),
        ("zh", "明天股票会涨吗？"),
    ],
)
def test_it_declines_politely_what_it_does_not_know(mini, language, question):
    assert normalise(reply(mini, question)) == normalise(refusals_data.ANSWER[language])


@pytest.mark.parametrize(("language", "question"), [("en", "What is in this photo?"), ("zh", "照片里有什么？")])
def test_it_declines_a_picture_that_it_does_not_understand(mini, language, question):
    photograph = render(Picture(Outside("landscape", 1)))
    assert normalise(reply(mini, question, photograph)) == normalise(outside.ANSWERS[language])


def test_a_picture_question_without_a_picture_asks_for_one(mini):
    assert "picture" in reply(mini, "How many circles are in the picture?")
    assert "图片" in reply(mini, "图中有几个圆形？")


def test_held_out_questions(mini, tmp_path):
    """A sample of what `docs/embedded-model.md` reports on 2,000 questions a language."""
    make_questions.make(tmp_path / "questions", 150, seed=5)
    evaluate.main([str(tmp_path / "questions"), "--json", str(tmp_path / "out.json")], load=lambda *_, **__: mini)
    report = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert min(report["languages"].values()) >= LEAST_RIGHT
