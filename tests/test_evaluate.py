"""`python -m tuning.evaluate`: what counts as right, what is written, and what bad input gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from model import Finish, GenerationParams, Queued, UserError
from tuning import make_questions
from tuning.evaluate import main, write_json
from tuning.question_files import QuestionsError, normalise, read_questions

FINISH = Finish("stop", 3, 2, 0, 0.0, 0.0, 0.0)


class Parrot:
    """Answers every question with its last word, in two pieces; refuses the word "refuse"."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[dict[str, str]], Path | None, GenerationParams]] = []

    def stream(
        self, messages: list[dict[str, str]], image: Path | None, params: GenerationParams
    ) -> Iterator[Queued | str | Finish]:
        self.asked.append((messages, image, params))
        word = messages[-1]["content"].split()[-1]
        if word == "refuse":
            raise UserError("empty_prompt")
        yield Queued(1)
        yield word[:1]
        yield word[1:]
        yield FINISH


def question(**fields: Any) -> dict[str, Any]:
    asked = [{"role": "user", "content": fields.pop("ask", "say red")}]
    return {"id": "1", "category": "color", "image": None, "messages": asked, "answer": "red"} | fields


def folder_with(tmp_path: Path, *lines: Any) -> Path:
    folder = tmp_path / "questions"
    folder.mkdir()
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    (folder / "questions.jsonl").write_text("\n".join(texts) + "\n", encoding="utf-8")
    return folder


def run(folder: Path, out: Path, parrot: Parrot | None = None) -> int:
    return main([str(folder), "--json", str(out)], load=lambda source, **_: parrot or Parrot())


@pytest.mark.parametrize(
    ("output", "accepted"),
    [
        ("Red.", "red"),
        ("  top  left ", "Top left"),
        ("topleft!", "top left"),
        ("３", "3"),
        ("红色。", "红色"),
        ("图中有1个图形:一个大红色圆形", "图中有1个图形：一个大红色圆形。"),
        ("yes!?", "yes"),
    ],
)
def test_case_blanks_width_and_final_punctuation_do_not_count(output: str, accepted: str) -> None:
    assert normalise(output) == normalise(accepted)


@pytest.mark.parametrize(("output", "accepted"), [("red", "blue"), ("-5", "5"), ("a,b", "ab"), ("", "0")])
def test_everything_else_counts(output: str, accepted: str) -> None:
    assert normalise(output) != normalise(accepted)


def test_the_json_holds_accuracies_and_every_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_with(
        tmp_path,
        question(id="a", answer=["crimson", "Red"]),
        question(id="b", answer="blue"),
        question(id="c", category="chat", ask="说 你好", answer="你好。"),
    )
    out = tmp_path / "out.json"
    assert run(folder, out) == 0
    written = json.loads(out.read_text("utf-8"))
    assert written["accuracy"] == pytest.approx(2 / 3)
    assert written["categories"] == {"chat": 1.0, "color": 0.5}
    assert written["items"] == [
        {"id": "a", "output": "red", "correct": True},
        {"id": "b", "output": "red", "correct": False},
        {"id": "c", "output": "你好", "correct": True},
    ]
    printed = capsys.readouterr()
    assert [line.split() for line in printed.out.splitlines()] == [
        ["category", "en", "zh", "all"],
        ["chat", "-", "100.0%", "(1)", "100.0%", "(1)"],
        ["color", "50.0%", "(2)", "-", "50.0%", "(2)"],
        ["all", "50.0%", "(2)", "100.0%", "(1)", "66.7%", "(3)"],
    ]
    assert "3 of 3 questions" in printed.err


def test_both_ways_to_be_dishonest_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal is whatever is right for any question to be refused; the parrot says the last word of each question."""
    folder = folder_with(
        tmp_path,
        question(id="a", ask="say red"),
        question(id="b", ask="say Sorry."),  # has an answer, and is refused
        question(id="c", ask="说 抱歉", answer="你好"),  # likewise
        question(id="d", category="outside", ask="say sorry", answer=["Sorry!", "no idea"], refusal=True),
        question(id="e", category="outside", ask="say blue", answer="Sorry!", refusal=True),
        question(id="f", category="outside", ask="说 抱歉", answer="抱歉。", refusal=True),
    )
    out = tmp_path / "out.json"
    assert run(folder, out) == 0
    honesty = json.loads(out.read_text("utf-8"))["honesty"]
    assert honesty == {"wrong_refusals": pytest.approx(2 / 3), "confident_nonsense": pytest.approx(1 / 3)}
    assert [line.split() for line in capsys.readouterr().out.splitlines()[-2:]] == [
        ["wrong", "refusals", "50.0%", "(2)", "100.0%", "(1)", "66.7%", "(3)"],
        ["confident", "nonsense", "50.0%", "(2)", "0.0%", "(1)", "33.3%", "(3)"],
    ]


def test_without_questions_to_refuse_no_refusal_can_be_told(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert run(folder_with(tmp_path, question()), out) == 0
    assert json.loads(out.read_text("utf-8"))["honesty"] == {}


def test_the_questions_written_mark_those_to_refuse(tmp_path: Path) -> None:
    make_questions.make(tmp_path / "made", 40, seed=2)
    made = read_questions(tmp_path / "made")
    marked = {question.category for question in made if question.refusal}
    assert marked
    assert marked == {q.category for q in made if q.category == "out_of_domain" or q.category.startswith("outside_")}


def test_the_model_gets_messages_picture_and_greedy_decoding(tmp_path: Path) -> None:
    messages = [
        {"role": "user", "content": "What shape?"},
        {"role": "assistant", "content": "star"},
        {"role": "user", "content": "And its color red"},
    ]
    folder = folder_with(tmp_path, question(messages=messages, image="a.png"), "", question(id=7))
    Image.new("RGB", (8, 8)).save(folder / "a.png")
    parrot = Parrot()
    assert run(folder, tmp_path / "out.json", parrot) == 0
    assert parrot.asked[0][:2] == (messages, folder / "a.png")
    assert parrot.asked[1][1] is None
    assert all(params.temperature == 0 for _, _, params in parrot.asked)


def test_a_question_the_model_refuses_is_a_wrong_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folder_with(tmp_path, question(id="x", ask="refuse"), question(id="y"))
    assert run(folder, tmp_path / "out.json") == 0
    assert json.loads((tmp_path / "out.json").read_text())["items"][0] == {"id": "x", "output": "", "correct": False}
    assert "x: Please type a question first." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{not json", "not valid JSON"),
        ("[1]", "not a JSON object"),
        ({"id": "1", "category": "c"}, "lacks messages, answer"),
        (question(id=None), "id must be"),
        (question(category=""), "category must be"),
        (question(messages=[]), "messages must be"),
        (question(messages=[{"role": "robot", "content": "x"}]), "role (user, assistant, system)"),
        (question(messages=[{"role": "assistant", "content": "x"}]), "must come from the user"),
        (question(answer=[]), "answer must be"),
        (question(answer=3), "answer must be"),
        (question(image="missing.png"), "missing.png is not in"),
        (question(image=3), "image must be"),
        (question(language=3), "language must be"),
        (question(refusal="yes"), "refusal must be"),
    ],
)
def test_a_bad_line_is_one_sentence_with_its_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: Any, complaint: str
) -> None:
    out = tmp_path / "out.json"
    assert run(folder_with(tmp_path, question(), line), out) == 1
    said = capsys.readouterr().err
    assert "line 2" in said
    assert complaint in said
    assert said.count("\n") == 1
    assert not out.exists()


def test_a_file_that_is_not_utf8_is_refused_with_the_line(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, question())
    with (folder / "questions.jsonl").open("ab") as file:
        file.write(b"\xff\n")
    with pytest.raises(QuestionsError, match="line 2: the text is not UTF-8"):
        read_questions(folder)


def test_a_missing_folder_and_an_empty_file_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere", tmp_path / "out.json") == 1
    assert "cannot be read" in capsys.readouterr().err
    assert run(folder_with(tmp_path), tmp_path / "out.json") == 1
    assert "holds no questions" in capsys.readouterr().err


def test_an_output_without_a_folder_is_refused_before_the_model_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parrot = Parrot()
    assert run(folder_with(tmp_path, question()), tmp_path / "no" / "out.json", parrot) == 1
    assert "There is no folder" in capsys.readouterr().err
    assert not parrot.asked


def test_a_model_that_cannot_be_loaded_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "no-model"
    assert main([str(folder_with(tmp_path, question())), "--model", str(missing)]) == 1
    assert str(missing) in capsys.readouterr().err


def test_the_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    out.write_text("old")
    with pytest.raises(TypeError):
        write_json(out, {"accuracy": object()})
    assert out.read_text() == "old"
    write_json(out, {"accuracy": "\ud800"})
    assert json.loads(out.read_text("utf-8")) == {"accuracy": "\ud800"}
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
