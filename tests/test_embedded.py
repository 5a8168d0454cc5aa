"""The model that ships: it is small, it answers as its card says, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import model
from model import GenerationParams
from tuning import evaluate, make_questions

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "assets" / "examples"
GREEDY = GenerationParams(max_new_tokens=64, temperature=0)


@pytest.fixture(scope="module")
def mini():
    return model.load()


def reply(mini, *texts, image=None):
    """The answer to the last text; those before it are turns, question and answer by turns."""
    roles = ("user", "assistant")
    messages = [{"role": roles[index % 2], "content": text} for index, text in enumerate(texts)]
    return "".join(item for item in mini.stream(messages, image=image, params=GREEDY) if isinstance(item, str))


def test_all_files_together_are_at_most_40_megabytes():
    assert sum(path.stat().st_size for path in (ROOT / "assets" / "embedded").rglob("*")) <= 40_000_000


def test_it_says_what_it_is(mini):
    assert "demo model" in reply(mini, "Who are you?")
    assert "演示模型" in reply(mini, "你是谁？")
    assert {"en", "zh"} <= set(mini.info.description)


@pytest.mark.parametrize(
    ("question", "answer"),
    [("What is 7 plus 5?", "12"), ("12 + 6 =", "18"), ("9减4等于多少？", "5"), ("20 - 13 = ?", "7")],
)
def test_it_adds_and_subtracts(mini, question, answer):
    assert reply(mini, question) == answer


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("2-count", "How many shapes are there?", "4"),
        ("3-largest", "有几个图形？", "3"),
        ("4-circle", "Is there a circle?", "yes"),
        ("4-circle", "有圆形吗？", "有"),
        ("3-largest", "What color is the circle?", "yellow"),
        ("4-circle", "圆形是什么颜色？", "蓝色"),
    ],
)
def test_it_answers_about_the_example_pictures(mini, name, question, answer):
    assert reply(mini, question, image=EXAMPLES / f"{name}.png") == answer


def test_a_picture_question_without_a_picture_asks_for_one(mini):
    assert "picture" in reply(mini, "How many circles are in the picture?")


def test_held_out_questions_at_least_85_percent_in_each_language(mini, tmp_path):
    """A sample of what `docs/embedded-model.md` reports on 1,000 questions a language."""
    make_questions.make(tmp_path / "questions", 150, seed=5)
    evaluate.main([str(tmp_path / "questions"), "--json", str(tmp_path / "out.json")], load=lambda *_, **__: mini)
    report = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert min(report["languages"].values()) >= 0.85
