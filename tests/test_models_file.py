"""Several models on the command line: --model repeated, and --models FILE."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.loading import open_pool
from apps.settings import parse_chat_settings, parse_settings
from model.errors import UserError
from model.loader import describe, load
from model.offer import Offer
from model.synthetic import write

LIST = """
[[model]]
source = "embedded"
name = "Small one"
note = "Small, and here at once."

[[model]]
source = "tiny"
precision = "fp32"
gpus = 2
"""


def listed(folder: Path, text: str) -> list[str]:
    path = folder / "models.toml"
    path.write_text(text, encoding="utf-8")
    return ["--models", str(path)]


def test_models_from_the_command_line_share_its_options() -> None:
    settings = parse_settings(["--model", "a", "--model", "b", "--device", "cpu", "--precision", "int8"])
    assert settings.offers == (Offer("a", "cpu", "int8"), Offer("b", "cpu", "int8"))
    assert parse_chat_settings(["--model", "a"]).offers == (Offer("a"),)


def test_a_file_lists_models_with_options_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    first, second = parse_settings([*listed(tmp_path, LIST), "--precision", "int4", "--device", "cpu"]).offers
    assert first == Offer("embedded", "cpu", "int4", name="Small one", note="Small, and here at once.")
    assert second == Offer(str(tmp_path / "tiny"), "cpu", "fp32", gpus=2)
    offers = parse_settings(["--model", "x", *listed(tmp_path, LIST)]).offers
    assert [offer.source for offer in offers] == ["x", "embedded", str(tmp_path / "tiny")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it should list models"),
        ("[[model", "cannot be read"),
        ("[[model]]\nname = 'x'", "model 1 has no source"),
        ("[[model]]\nsource = ''", "model 1 has no source"),
        ("[[model]]\nsource = 'x'\nprecison = 'int4'", "'precison', which is none of source, device"),
        ("[[model]]\nsource = 'x'\n[[model]]\nsource = 'y'\ngpus = 0", "gpus of model 2 must be a number from 1"),
        ("[[model]]\nsource = 'x'\nname = 3", "name of model 1 must be text"),
        ("[[model]]\nsource = 'x'\nnote = '''a\nb'''", "must be one line"),
        ("[[model]]\nsource = 'x'\nname = 'n'\n[[model]]\nsource = 'y'\nname = 'n'", "two models have the name 'n'"),
        ("other = 1\n[[model]]\nsource = 'x'", "there is no other beside"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line(
    tmp_path: Path, text: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_settings(listed(tmp_path, text))
    said = capsys.readouterr().err
    assert ended.value.code == 2 and problem in said and said.count("\n") == 1


def test_a_revision_belongs_to_one_model(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_settings(["--model", "a", "--model", "b", "--revision", "main"])
    assert "belong to one model" in capsys.readouterr().err


def test_switching_is_off_behind_a_public_link_unless_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    shared = ["--share", "--auth", "me:secret"]
    options: list[list[str]] = [[], ["--switch-models", "no"], shared, [*shared, "--switch-models", "yes"]]
    assert [parse_settings(given).may_switch for given in options] == [True, False, False, True]
    with pytest.raises(SystemExit):
        parse_settings(["--switch-models", "maybe"])
    assert "yes or no" in capsys.readouterr().err


def test_what_a_model_is_is_known_before_it_is_loaded(tmp_path: Path) -> None:
    """By its structure, in every family; memory too, exactly where nothing is quantised on the way in."""
    for layout in ("chatglm-6b", "visualglm-6b", "chatglm3-6b"):
        folder = write(layout, tmp_path / layout)
        before, after = describe(folder, "cpu"), load(folder, "cpu").info
        assert before == after


def test_a_broken_model_is_told_at_the_start(tmp_path: Path) -> None:
    folder = write("chatglm3-6b", tmp_path / "broken")
    next(folder.glob("pytorch_model*.bin")).write_bytes(b"")
    with pytest.raises(UserError, match="is empty"):
        open_pool(parse_settings(["--model", "embedded", "--model", str(folder)]))


def test_real_models_answer_one_after_the_other(tmp_path: Path) -> None:
    folder = write("chatglm3-6b", tmp_path / "tiny-random")
    text = f'[[model]]\nsource = "embedded"\nname = "Small"\n[[model]]\nsource = "{folder}"\n'
    pool = open_pool(parse_settings([*listed(tmp_path, text), "--device", "cpu"]))
    assert [(model.name, model.loaded) for model in pool.models] == [("Small", True), ("tiny-random", False)]
    for model in pool.models:
        events = list(model.stream([{"role": "user", "content": "hello"}]))
        assert any(isinstance(event, str) for event in events)
    assert all(model.loaded for model in pool.models)  # both are small
