"""Sort-of-CLEVR: the answers are recomputed from the pixels, with nothing of the scene but its colours."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tuning import sort_of_clevr
from tuning.pictures.picture import Finish, Frame
from tuning.question_files import read_questions
from tuning.questions.domain import View
from tuning.questions.domain import rounds as rounds_about

Seen = dict[str, tuple[float, float, str]]
"""Where the object of each colour is, in pixels, and its shape."""


def look(image: np.ndarray) -> Seen:
    """Find every object: a square is one whose bounding box is full."""
    seen: Seen = {}
    for color, rgb in sort_of_clevr.COLORS.items():
        rows, columns = np.nonzero((image == rgb).all(axis=2))
        box = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
        center = (columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2
        seen[color] = (*center, "square" if len(rows) == box else "circle")
    return seen


def answer(seen: Seen, question: str) -> str | None:
    """The answer to an English question; None if two objects are equally near or far."""
    color = next(color for color in seen if f" {color} " in f" {question} ")
    x, y, shape = seen[color]
    middle = (sort_of_clevr.SIDE - 1) / 2
    if "left" in question:
        return "yes" if x < middle else "no"
    if "top" in question or "upper" in question:
        return "yes" if y < middle else "no"
    if "many" in question:
        return str(sum(other == shape for _, _, other in seen.values()))
    if not any(word in question for word in ("nearest", "closest", "farthest", "furthest")):
        return shape
    away = sorted((math.dist((x, y), (u, v)), other) for name, (u, v, other) in seen.items() if name != color)
    if "farthest" in question or "furthest" in question:
        away.reverse()
    return None if away[0][0] == away[1][0] else away[0][1]


def apart(content: sort_of_clevr.SortOfClevr) -> bool:
    """Whether no object covers a part of another."""
    things = content.things
    return all(
        max(abs(one.x - other.x), abs(one.y - other.y)) > 2 * sort_of_clevr.RADIUS
        for one in things
        for other in things
        if one is not other
    )


def test_answers_are_true_of_the_pixels() -> None:
    checked: Counter[str] = Counter()
    for seed in range(150):
        content = sort_of_clevr.scene(Random(seed))
        if not apart(content):
            continue
        seen = look(np.asarray(sort_of_clevr.render(content)))
        for turn in sort_of_clevr.questions(content, "en", Random(seed)):
            expected = answer(seen, turn.question)
            if expected is not None:
                assert turn.answer.split(", so ")[-1] == expected, (seed, turn)
                checked[turn.category] += 1
    assert min(checked[category] for category in sort_of_clevr.CATEGORIES) > 300


def test_both_languages_ask_the_same_number_of_different_questions() -> None:
    content = sort_of_clevr.scene(Random(5))
    for language in ("en", "zh"):
        made = list(sort_of_clevr.questions(content, language, Random(1)))
        assert Counter(turn.category for turn in made) == {"clevr_nonrelational": 10, "clevr_relational": 10}
        assert len({turn.question for turn in made}) == len(made)


def test_answers_are_balanced() -> None:
    answers: Counter[str] = Counter()
    for seed in range(300):
        content = sort_of_clevr.scene(Random(seed))
        answers.update(turn.answer.split(", so ")[-1] for turn in sort_of_clevr.questions(content, "en", Random(seed)))
    assert set(answers) == {"circle", "square", "yes", "no", "1", "2", "3", "4", "5", "6"}
    assert 0.85 < answers["circle"] / answers["square"] < 1.18
    assert 0.85 < answers["yes"] / answers["no"] < 1.18


@pytest.mark.parametrize("side", [75, 150, 96])
def test_pictures_show_every_object_where_its_mark_is(side: int) -> None:
    content = sort_of_clevr.scene(Random(7))
    image = sort_of_clevr.render(content, side)
    assert image.size == (side, side)
    for mark in content.marks(Frame()):
        assert mark.color is not None
        assert image.getpixel((int(mark.x * side), int(mark.y * side))) == sort_of_clevr.COLORS[mark.color]
    assert len(content.marks(Frame())) == 6


def test_it_serves_as_a_domain() -> None:
    rng = Random(3)
    made = sort_of_clevr.picture(rng)
    asked = rounds_about(sort_of_clevr, View(made, "zh"), rng, 6)
    assert len(asked) == 6
    gray = View(replace(made, finish=Finish(gray=True)), "zh")
    assert rounds_about(sort_of_clevr, gray, rng, 6) == []


def test_the_folder_can_be_read_and_depends_on_the_seed_only(tmp_path: Path) -> None:
    for name, seed in (("one", 0), ("same", 0), ("other", 1)):
        sort_of_clevr.main([str(tmp_path / name), "--pictures", "3", "--seed", str(seed)])
    found = read_questions(tmp_path / "one")
    assert len(found) == 3 * 2 * 20
    assert all(question.image is not None and question.image.is_file() for question in found)
    texts = [(tmp_path / name / "questions.jsonl").read_text(encoding="utf-8") for name in ("one", "same", "other")]
    assert texts[0] == texts[1] != texts[2]
