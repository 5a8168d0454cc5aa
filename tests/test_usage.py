"""apps/usage.py and `run.py stats`: figures and opinions in a local file, never a word of what was said."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import resource
import sqlite3
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from apps import record, stats, usage
from apps.conversation import Conversation
from apps.metrics import MeteredModels
from apps.serving import kept_usage
from apps.settings import Settings
from apps.stats import read_usage
from apps.usage import AnswerFigures, UsageFile, open_usage
from model.errors import UserError
from model.pool import ModelPool
from tests.browser import NewPage, ask
from tests.live_server import running
from tests.served_api import COMPLETIONS, data_url, png, with_picture
from tests.stub_model import INFO, StubModel, wait_until
from tests.test_access import violations

FIGURES = AnswerFigures("page", "GLM", False, "stop", 10, 20, 0.0, 0.5, 12.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "usage.sqlite"


def contents(file: Path) -> bytes:
    """Of the file and whatever SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def answer(model: Any, text: str, image: bytes | None = None) -> None:
    for _ in model.stream([{"role": "user", "content": text}], image):
        pass


def test_each_answer_is_a_record_however_it_ends(file: Path) -> None:
    with open_usage(file) as opened:
        models = MeteredModels(ModelPool.of(StubModel()), opened)
        model = models.current
        answer(model, "hello there " * 10)
        answer(models.for_pages(lambda: None).current, "what?", png())
        with pytest.raises(RuntimeError):
            answer(model, "fail")
        left = model.stream([{"role": "user", "content": "slow 5"}])
        next(iter(left))
        left.close()  # type: ignore[attr-defined]
    kept = read_usage(file)
    seen = [(item.face, item.picture, item.ended) for item in kept.answers]
    assert seen == [("api", 0, "stop"), ("page", 1, "stop"), ("api", 0, "error"), ("api", 0, "cancelled")]
    whole, _, broken, _ = kept.answers
    assert (whole.model, whole.completion_tokens, whole.first_token_seconds) == (INFO.name, 3, 0.03)
    assert whole.tokens_per_second == pytest.approx(2 / 0.15)
    assert broken == AnswerFigures("api", INFO.name, False, "error")
    assert kept.days == [time.strftime("%Y-%m-%d", time.gmtime())] * 4


def test_the_last_opinion_counts(file: Path) -> None:
    with open_usage(file) as opened:
        assert opened is not None
        opened.add_feedback("a/1", "GLM", True)
        opened.add_feedback("a/1", "GLM", False, "  wrong year  ")
        opened.add_feedback("a/2", "GLM", True, "x" * 10_000)
        opened.add_feedback("a/3", "GLM", True)
        opened.add_feedback("a/3", "GLM", None)
    opinions = [(opinion.liked, opinion.reason) for opinion in read_usage(file).opinions]
    assert opinions == [(False, "wrong year"), (True, "x" * usage.MAX_REASON)]


def test_a_server_keeps_no_word_of_what_was_said(file: Path, free_port: int) -> None:
    with running(free_port, "--usage-file", str(file)) as address:
        for content in ("a secret question", with_picture(data_url(png()), "secret too")):
            body = {"messages": [{"role": "user", "content": content}], "user": "secret name"}
            assert httpx.post(f"{address}{COMPLETIONS}", json=body, trust_env=False).status_code == 200
        assert wait_until(lambda: len(read_usage(file).answers) == 2)  # while the server writes
        assert b"secret" not in contents(file)
    assert [item.picture for item in read_usage(file).answers] == [0, 1]


@pytest.mark.browser
def test_visitors_say_what_they_think(new_page: NewPage, server: str, file: Path, free_port: int) -> None:
    with running(free_port, "--usage-file", str(file)) as address:
        page = new_page(server=address)
        ask(page, "a secret question")
        ask(page, "and another")
        like, dislike = (page.get_by_role("button", name=f"{kind} answer").last for kind in ("Good", "Bad"))
        reason = page.get_by_role("textbox", name="Why?")

        def opinions() -> list[tuple[bool, str]]:
            return [(opinion.liked, opinion.reason) for opinion in read_usage(file).opinions]

        like.click()
        expect(like).to_have_attribute("aria-pressed", "true")
        assert wait_until(lambda: opinions() == [(True, "")])
        expect(reason).to_be_focused()
        assert not violations(page)
        page.keyboard.type("well said")
        page.keyboard.press("Enter")
        expect(reason).to_have_count(0)
        assert wait_until(lambda: opinions() == [(True, "well said")])
        dislike.click()
        expect(like).to_have_attribute("aria-pressed", "false")
        page.keyboard.press("Escape")
        expect(reason).to_have_count(0)
        assert wait_until(lambda: opinions() == [(False, "")])
        page.get_by_role("button", name="Good answer").first.click()
        assert wait_until(lambda: len(opinions()) == 2)
        dislike.click()  # takes it back
        expect(dislike).to_have_attribute("aria-pressed", "false")
        assert wait_until(lambda: opinions() == [(True, "")])
    assert [item.face for item in read_usage(file).answers] == ["page", "page"]
    assert b"secret" not in contents(file)
    unasked = new_page(server=server)
    ask(unasked, "hello")
    expect(unasked.get_by_role("button", name="Copy message").last).to_be_visible()
    expect(unasked.get_by_role("button", name="Good answer")).to_have_count(0)


@pytest.mark.browser
def test_an_opinion_is_of_a_model_that_there_is_and_of_one_answer(
    new_page: NewPage, file: Path, free_port: int, tmp_path: Path
) -> None:
    told = Conversation()
    run = told.ask("q")
    assert run is not None
    run.text, run.model = "a", "Someone's words"
    told.settle(run, "stop")
    talk = tmp_path / "talk.json"
    talk.write_text(record.to_file(told, "chat", run.model), encoding="utf-8")

    def opinions() -> list[tuple[str, bool]]:
        return [(opinion.model, opinion.liked) for opinion in read_usage(file).opinions]

    with running(free_port, "--usage-file", str(file)) as address:
        page = new_page(server=address)
        page.locator("#glm-side-bar input[type=file]").set_input_files(talk)
        like, dislike = (page.get_by_role("button", name=f"{kind} answer").last for kind in ("Good", "Bad"))
        like.click()
        assert wait_until(lambda: opinions() == [(INFO.name, True)])
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Delete message").last.click()
        expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
        ask(page, "another")
        expect(like).to_have_attribute("aria-pressed", "false")
        dislike.click()
        assert wait_until(lambda: opinions() == [(INFO.name, True), (INFO.name, False)])


def test_nothing_is_kept_unless_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with kept_usage(Settings()) as opened:
        answer(MeteredModels(ModelPool.of(StubModel()), opened).current, "hello")
    assert opened is None and not list(tmp_path.iterdir())


def test_a_locked_file_loses_its_record_and_no_time(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(usage, "_PATIENCE", 0.05)
    opened = UsageFile(file)
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("begin exclusive")
        opened.add_answer(FIGURES)
        assert wait_until(lambda: len(caplog.records) == 1)
        other.execute("rollback")
    other.close()
    opened.add_answer(dataclasses.replace(FIGURES, face="api"))
    opened.close()
    (message,) = caplog.messages
    assert "a record of use is lost: database is locked" in message and str(file) in message
    assert [item.face for item in read_usage(file).answers] == ["api"]


def test_a_full_disk_loses_its_record_only(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    opened = UsageFile(file)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # nothing more can be written
    try:
        opened.add_answer(FIGURES)
        assert wait_until(lambda: len(caplog.records) == 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    opened.add_feedback("a/1", "GLM", True, "\ud800 is no character")
    opened.add_answer(dataclasses.replace(FIGURES, face="api"))
    opened.close()
    assert [message.startswith("a record of use is lost") for message in caplog.messages] == [True, True]
    assert [item.face for item in read_usage(file).answers] == ["api"]


@pytest.mark.parametrize("kind", ["text", "other database"])
def test_a_file_of_another_kind_is_left_alone(kind: str, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if kind == "text":
        file.write_text("my diary, more than a header long " * 10)
    else:
        with sqlite3.connect(file) as database:
            database.execute("create table mine (it)")
        database.close()
    before = contents(file)
    with pytest.raises(SystemExit) as ended, kept_usage(Settings(usage_file=file)):
        pass
    assert ended.value.code == 1 and contents(file) == before
    with pytest.raises(UserError, match="not a usage file"):
        read_usage(file)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_place_that_cannot_be_written_is_named_at_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "no" / "usage.sqlite"
    with pytest.raises(SystemExit), kept_usage(Settings(usage_file=missing)):
        pass
    said = capsys.readouterr().err
    assert str(missing) in said and "--usage-file" in said and said.count("\n") == 1


def test_the_statistics(file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with open_usage(file) as opened:
        assert opened is not None
        for number in range(1, 101):
            face = "page" if number <= 25 else "api"
            opened.add_answer(AnswerFigures(face, "[b]GLM[/b]", number == 1, "stop", 10, 20, 0.0, number, 200 - number))
        opened.add_answer(AnswerFigures("api", "[b]GLM[/b]", False, "error"))
        opened.add_feedback("a/1", "[b]GLM[/b]", True)
        opened.add_feedback("a/2", "[b]GLM[/b]", False, "[red]wrong\x1b[2J\nyear")
        opened.add_feedback("a/3", "Named \x1b]0;so\x07", True)
        opened.add_vote("a/1", "One\x1b[2J", "balanced", "Two\x9b2J", "own", "left", True)
    assert stats.main([str(file)]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80 or "picture:" in max(out.splitlines(), key=len)
    cells = [[cell.strip() for cell in line.strip("│┃").split("│")] for line in out.splitlines()]
    rows = {row[0]: row[1:] for row in cells if len(row) == 4}
    assert rows["answers"] == ["25", "76", "101"]
    assert rows["with a picture"] == ["1", "0", "1"]
    assert rows["errors"] == ["0", "1", "1"]
    assert rows["tokens written"] == ["500", "1,500", "2,000"]
    assert rows["first token, 50 % at most"] == ["13 s", "63 s", "50.5 s"]
    assert rows["first token, 90 % at most"][2] == "90.1 s"
    assert rows["tokens a second, 90 % at least"][2] == "110"
    assert (rows["likes"][2], rows["dislikes"][2]) == ("1", "1")
    assert "[b]GLM[/b]" in out and "[red]wrong" in out and "Named" in out and "Two" in out
    assert not any(mark in out for mark in "\x1b\x9b\x07")
    with Image.open(file.with_suffix(".png")) as picture:
        assert picture.width > 1000 and len(picture.convert("RGB").getcolors(2**24) or ()) > 50


def test_statistics_of_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([str(file)], []):
        with pytest.raises(SystemExit):
            stats.main(arguments)
        said = capsys.readouterr()
        assert said.out == "" and said.err.count("\n") == 1 and "--usage-file" in said.err
    assert not file.exists()
    with open_usage(file):
        pass
    assert stats.main([str(file)]) == 0
    assert "Nobody has asked" in capsys.readouterr().out and not file.with_suffix(".png").exists()


def test_a_file_of_before_there_were_votes_is_read(file: Path) -> None:
    with open_usage(file) as opened:
        assert opened is not None
        opened.add_answer(FIGURES)
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("drop table votes")
    kept = read_usage(file)
    assert (len(kept.answers), kept.votes) == (1, [])
    with open_usage(file) as opened:  # a server adds what is missing
        assert opened is not None
        opened.add_vote("a/1", "One", "balanced", "Two", "own", "left", True)
    assert read_usage(file).votes[0].sides == ("One (balanced)", "Two (own)")
