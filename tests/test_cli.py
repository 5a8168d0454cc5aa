"""The terminal chat without a terminal: commands, pipes, files; the stub stands behind it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from apps import record
from apps.cli import main
from apps.conversation import Conversation
from apps.messages import CHINESE, ENGLISH
from apps.pictures import keep_picture
from apps.terminal.chat import Terminal
from apps.terminal.commands import COMMANDS, PARAMETERS
from apps.terminal.escapes import Unescaped, strip_escapes
from apps.terminal.screen import PlainScreen
from apps.transcript import Transcript
from model.errors import UserError
from model.pool import ModelPool
from model.types import Finish, Reading, Thinking
from tests.stub_model import INFO, StubModel, StubOffer

ROOT = Path(__file__).parent.parent
FINISH = Finish("stop", 1, 1, 0, 0.0, 0.0, 0.0)
ESCAPES = [
    "\x1b[2J",
    "\x1b[31;1m",
    "\x1b]0;title\x07",
    "\x1b]8;;http://192.0.2.1\x1b\\",
    "\x1bP1;2|data\x1b\\",
    "\x1b(B",
    "\x1bc",
    "\x9b2J",
    "\x07",
    "\x08",
    "\r",
    "\x1b[?1049h",
    "\x1b",
]


class Scripted(StubModel):
    """Streams `events`, whatever the question."""

    def __init__(self, *events: Any) -> None:
        super().__init__()
        self.events = events

    def stream(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, BaseException):
                raise event
            yield event


def chat(
    lines: Iterable[Any],
    lang: str = "en",
    interactive: bool = True,
    stub: Any = None,
    offers: dict[str, StubOffer] | None = None,
    several: bool = False,
) -> tuple[str, str, int]:
    """(output, errors, exit code) of a chat that reads `lines`; an exception among them is raised at its turn."""
    given: Iterator[Any] = iter(lines)

    def read(prompt: str) -> str:
        line = next(given, None)
        if line is None:
            raise EOFError
        if isinstance(line, BaseException):
            raise line
        return str(line)

    out, err = io.StringIO(), io.StringIO()
    screen = PlainScreen(read, out, err, interactive)
    if offers:
        named: dict[str, Any] = dict(offers)
        pool = ModelPool([*named.values()] if several else [named["stub"]])
        pool.models[0].bring()
    else:
        named, pool = {}, ModelPool.of(stub or StubModel())
    code = Terminal(pool, lang, screen, named.__getitem__).loop()
    return out.getvalue(), err.getvalue(), code


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a b.png"
    Image.new("RGB", (8, 8), "red").save(path)
    return path


# ---- Questions and commands


def test_questions_and_commands(picture: Path) -> None:
    size = picture.stat().st_size
    lines = ["one", "history", "clear", "history", f"/image '{picture}'", "what?", "more?", "/help", "stop", "no"]
    out, _, code = chat(lines)
    assert INFO.name in out
    assert "one | one | history" in out
    assert "forgotten" in out
    assert out.count("history\n") == 2
    assert f"A picture of {size} bytes. Round 2: what?" in out and "Round 3: more?" in out
    assert "/image FILE" in out and "Goodbye" in out
    assert "tokens of context used" in out
    assert code == 0


def test_chinese() -> None:
    lines = ["", "/image", "/image nowhere.png", "/nothing", "/set top_k -1", "/load nowhere", "numbers", "你好"]
    out, _, _ = chat(lines, lang="zh")
    for words in (
        "请先输入问题",
        "/image 文件",
        "找不到图片文件 nowhere.png",
        "没有命令 /nothing",
        "top_k 必须是 0 到 1000 之间的整数",
        "无法读取对话文件 nowhere",
        "无效的数",
        "你好\n",
        "上下文已用",
        "再见",
    ):
        assert words in out


@pytest.mark.parametrize("words", [ENGLISH["cli_help"], CHINESE["cli_help"]])
def test_the_help_lists_every_command(words: str) -> None:
    assert all(f"/{command}" in words for command in COMMANDS if command != "help")


def test_every_word_is_there_in_both_languages() -> None:
    keys = {key for key in ENGLISH if key.startswith("cli_")}
    assert keys == {key for key in CHINESE if key.startswith("cli_")}


@pytest.mark.parametrize("word", ["stop", "STOP", "exit", "quit", "/exit", "/quit", "/stop"])
def test_words_that_leave(word: str) -> None:
    stub = StubModel()
    out, _, code = chat([word, "not reached"], stub=stub)
    assert stub.seen == [] and out.endswith("Goodbye.\n") and code == 0


@pytest.mark.parametrize("word", ["clear", "Clear", "/clear"])
def test_words_that_clear(word: str, picture: Path) -> None:
    out, _, _ = chat([f"/image {picture}", "one", word, "history"])
    assert out.count("A picture of") == 1
    assert "history\n" in out and "| history" not in out


def test_what_only_looks_like_a_command_is_a_question() -> None:
    for question in ("/etc/hosts is what?", "/clear\nand more", "stop it", "a /help"):
        assert f"> {question}\n" in f"> {chat([question])[0].split('leaves.', 1)[1].lstrip()}"


def test_an_unknown_command_is_said_and_not_asked() -> None:
    stub = StubModel()
    out, _, _ = chat(["/hlep me"], stub=stub)
    assert "no command /hlep" in out and stub.seen == []


def test_empty_input_asks_again() -> None:
    stub = StubModel()
    out, _, _ = chat(["", "   ", "\t"], stub=stub)
    assert out.count("Please type a question first.") == 3
    assert stub.seen == []


def test_undo() -> None:
    stub = StubModel()
    out, _, _ = chat(["/undo", "one", "two", "/undo", "history", "/undo", "/undo", "/undo"], stub=stub)
    assert "Taken back: two" in out
    assert "one | one | history\n" in out
    assert out.count("There is no question and answer yet.") == 2


def test_retry() -> None:
    out, _, _ = chat(["/retry", "one", "slow 2", "/retry", "history", "/undo", "/undo"])
    assert "There is no question and answer yet." in out
    assert out.count("word0 word1") == 4  # two answers, one in the history, one that comes back
    assert "one | one | slow 2 | word0 word1  | history" in out
    assert "> slow 2\nword0 word1" in out  # the second /undo takes the retry back


def test_a_retry_that_fails_keeps_the_answer() -> None:
    class Once(StubModel):
        def stream(self, *arguments: Any, **named: Any) -> Iterator[Any]:
            if self.steps and arguments[0][-1]["content"] == "one":
                raise UserError("out_of_memory")
            return super().stream(*arguments, **named)

    out, _, _ = chat(["one", "/retry", "history"], stub=Once())
    assert "ran out of memory" in out and "one | one | history" in out


# ---- Parameters


def test_set_changes_what_answers_are_sampled_with() -> None:
    lines = [
        "/set temperature 0.3",
        "/set max_new_tokens 7",
        "/set seed 5",
        "/set top_p 0.5",
        "/set top_k 3",
        "/set repetition_penalty 1.1",
        r'/set stop "Q: x" "\n"',
        "params",
    ]
    out, _, _ = chat(lines)
    for words in ("temperature=0.3", "max_new_tokens=7", "seed=5", "top_p=0.5", "top_k=3", "repetition_penalty=1.1"):
        assert words in out
    assert r"stop                'Q: x' '\n'" in out
    assert "stop=('\n" in out  # the answer ends before the first of them


def test_set_lists_and_takes_back() -> None:
    out, _, _ = chat(["/set", "/set temperature 0.3", "/set temperature default", "/set temperature", "params"])
    assert all(f"\n{name} " in out for name in PARAMETERS)
    assert out.count(f"temperature         {INFO.defaults.temperature}") == 3
    assert f"temperature={INFO.defaults.temperature}" in out


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("temperature 9", "temperature must be a number from 0.0 up to 2.0, but it is 9.0."),
        ("temperature nan", "temperature must be"),
        ("temperature warm", "temperature must be a number from 0.0 up to 2.0, but it is 'warm'."),
        ("top_k 1.5", "top_k must be a whole number"),
        ("top_p 0", "top_p must be a number above 0"),
        (f"seed {'9' * 400}", "seed must be"),
        ('stop ""', "stop must be"),
        ("colour red", "There is no parameter colour."),
        ("top_logprobs 3", "There is no parameter top_logprobs."),
    ],
)
def test_a_wrong_parameter_is_refused_and_changes_nothing(typed: str, answer: str) -> None:
    out, _, _ = chat([f"/set {typed}", "params"])
    assert answer in out
    assert repr(INFO.defaults) in out


# ---- Models and pictures


def test_another_model_takes_the_place_of_this_one() -> None:
    offers = {name: StubOffer(name) for name in ("stub", "other", "nowhere", "slow")}
    offers["nowhere"].fault = UserError("model_missing", path="nowhere")
    lines: list[Any] = [
        KeyboardInterrupt(),
        "/model",
        "one",
        "/set seed 1",
        "/model other",
        "params",
        "history",
        "/model nowhere",
        "works",
        "/model",
    ]
    out, _, _ = chat(lines, offers=offers)
    assert [offer.loads for offer in offers.values()] == [1, 2, 1, 0]  # the other one came back after the failure
    assert "12,345,678 parameters · fp32 on cpu · context of 2048 tokens · sees pictures: yes" in out
    assert "seed=1" in out and "| history" in out
    assert "There is no model at nowhere" in out and "works\n" in out
    listed = out[out.rindex("to choose from") :]
    assert "* other · text and pictures · reads 2,048 tokens · in memory (6.2 GB)" in listed
    assert "\n  stub · text and pictures · reads 2,048 tokens · needs 6.2 GB" in listed and "nowhere" not in listed


def test_a_model_is_chosen_by_its_name_while_it_is_one_of_several() -> None:
    offers = {name: StubOffer(name, beside=True) for name in ("stub", "other model")}
    out, _, _ = chat(["/model other model", "/model stub", "/model"], offers=offers, several=True)
    assert [offer.loads for offer in offers.values()] == [1, 1]  # both stay
    assert "* stub" in out[out.rindex("to choose from") :]


def test_a_picture_is_refused_when_it_is_given(tmp_path: Path, picture: Path) -> None:
    (tmp_path / "broken.png").write_bytes(picture.read_bytes()[:60])
    out, _, _ = chat([f"/image {tmp_path / 'broken.png'}", f"/image {tmp_path}", "/image", "history"])
    assert "incomplete" in out and "There is no picture file at" in out and "/image FILE" in out
    assert "A picture" not in out


def test_a_picture_belongs_to_the_next_question_and_the_conversation_goes_on(tmp_path: Path, picture: Path) -> None:
    other = tmp_path / "other.png"
    Image.new("RGB", (50, 50), "blue").save(other)
    stub = StubModel()
    lines = ["hello", f"/image {picture}", "one", f"/image {other}", "two", "three", "/undo", "/undo", "again"]
    out, _, _ = chat(lines, stub=stub)
    first, second = picture.stat().st_size, other.stat().st_size
    assert f"A picture of {first} bytes. Round 2: one" in out
    assert f"A picture of {second} bytes. Round 3: two" in out
    assert f"A picture of {second} bytes. Round 4: three" in out
    assert f"A picture of {second} bytes. Round 3: again" in out, "a question that is taken back gives back its picture"
    assert [len(message.get("images", ())) for message in stub.seen[-1]] == [0, 0, 1, 0, 1]


def test_a_model_that_sees_several_pictures_gets_them_all(tmp_path: Path, picture: Path) -> None:
    other = tmp_path / "other.png"
    Image.new("RGB", (50, 50), "blue").save(other)
    stub = StubModel(replace(INFO, several_images=True))
    out, _, _ = chat([f"/image {picture}", f"/image {other}", "compare"], stub=stub)
    assert f"A picture of {picture.stat().st_size}, {other.stat().st_size} bytes. Round 1: compare" in out


def test_a_model_without_eyes_says_so(picture: Path) -> None:
    out, _, _ = chat([f"/image {picture}", "history"], stub=StubModel(replace(INFO, images=False)))
    assert "cannot look at pictures" in out and "history\n" in out


@pytest.mark.parametrize("form", ["'{}'", '"{}"', "{}"])
def test_paths_as_terminals_drop_them(form: str, picture: Path) -> None:
    for path in (str(picture), str(picture).replace(" ", "\\ ")):
        out, _, _ = chat(["/image " + form.format(path) + " ", "what?"])
        assert "A picture of" in out or (os.name == "nt" and "\\ " in path)


# ---- Streams


def test_thinking_and_progress_are_for_people_and_not_in_the_history() -> None:
    events = [Reading(1, 2), Thinking("hm\x1b[2J "), Thinking("so"), "yes", FINISH]
    out, _, _ = chat(["q"], stub=Scripted(*events))
    assert "1 of 2 tokens" in out and "hm so\n\nyes\n" in out
    assert chat(["q"], stub=Scripted(*events), interactive=False)[0] == "yes\n"
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(ModelPool.of(Scripted(*events)), "en", PlainScreen(input, out, err, True), StubOffer)  # type: ignore[arg-type]
    terminal.take("q")
    question, answer = terminal.conversation.transcript.path()
    assert (question.text, answer.text, answer.thinking) == ("q", "yes", "hm\x1b[2J so")


def test_an_answer_without_words_is_said() -> None:
    assert "The model gave no answer." in chat(["q"], stub=Scripted(FINISH))[0]


def test_errors_are_sentences_and_the_next_question_works() -> None:
    out, _, code = chat(["fail", "numbers", "works"])
    assert "Something went wrong" in out and "0x7f00" not in out
    assert "works\n" in out
    assert code == 0


def test_interrupt_stops_the_answer_not_the_program() -> None:
    class Interrupted(StubModel):
        def stream(self, *arguments: Any, **named: Any) -> Iterator[Any]:
            for number, event in enumerate(super().stream(*arguments, **named)):
                yield event
                if number == 1 and self.seen[-1][-1]["content"] == "slow 9":
                    raise KeyboardInterrupt

    stub = Interrupted()
    out, _, code = chat([KeyboardInterrupt(), "slow 9", "history"], stub=stub)
    assert "word0 word1" in out and "word2" not in out
    assert "[Stopped]" in out
    assert "slow 9 | word0 word1  | history" in out
    assert stub.inside == 0
    assert code == 0


@pytest.mark.parametrize("escape", ESCAPES, ids=range(len(ESCAPES)))
def test_terminal_escapes_are_stripped(escape: str) -> None:
    text = f"a{escape}b"
    assert strip_escapes(text + " c").startswith("a")
    assert not set(strip_escapes(text)) & set("\x1b\x9b\x07\x08\r")
    for cut in range(len(text) + 1):
        unescaped = Unescaped()
        assert unescaped.push(text[:cut]) + unescaped.push(text[cut:]) + unescaped.flush() == strip_escapes(text)
        out, _, _ = chat(["q"], stub=Scripted(text[:cut], text[cut:], FINISH), interactive=False)
        assert not set(out) & set("\x1b\x9b\x07\x08\r")


def test_surrogates_and_controls() -> None:
    out, _, _ = chat(["a\udcffb", "\ud800", "a\x00b", "\u202etext"])
    assert "a\ufffdb" in out
    out.encode()


# ---- Files


def test_a_conversation_survives_its_file(tmp_path: Path, picture: Path) -> None:
    path = tmp_path / "talk.json"
    out, _, _ = chat([f"/image {picture}", "one", "二\x1b[2J", f"/save {path}"])
    assert f"Saved to {path}" in out
    again = tmp_path / "again.json"
    out, _, _ = chat([f"/load '{path}'", f"/save {again}", "and?"])
    assert "Rounds loaded" in out and ": 2." in out
    assert f"A picture of {picture.stat().st_size} bytes. Round 3: and?" in out
    assert "\x1b" not in out
    assert json.loads(again.read_bytes()) == json.loads(path.read_bytes())


def test_the_pages_read_the_file_and_the_terminal_theirs(tmp_path: Path, picture: Path) -> None:
    path = tmp_path / "talk.json"
    chat([f"/image {picture}", "one", "/retry", "two", f"/save {path}"])
    read = record.from_json(path.read_text(encoding="utf-8"), lambda data: keep_picture(data, tmp_path / "pictures"))
    (kept,) = read.transcript.pictures().values()
    assert Path(kept.path).read_bytes() == picture.read_bytes() and read.title == "one"
    first, *_ = (entry for entry in read.transcript.path() if entry.role == "assistant")
    assert len(read.transcript.versions(first)) == 2  # the answer before /retry can still be reached
    page = Conversation()
    transcript, question = Transcript().add(None, "user", "asked on a page")
    transcript, answer = transcript.add(question.id, "assistant", "answered there")
    page.load(transcript.add(answer.id, "user", "not answered")[0])
    path.write_text(record.to_file(page, "chat", "m"), encoding="utf-8")
    out, _, _ = chat([f"/load {path}", "history"])
    assert "> asked on a page\nanswered there\n" in out
    assert "asked on a page | answered there | history" in out


def test_saving_replaces_conversations_and_nothing_else(tmp_path: Path) -> None:
    path, other = tmp_path / "talk.json", tmp_path / "notes.txt"
    other.write_text("mine")
    lines = ["/save nothing-yet", "one", f"/save {path}", "two", f"/save {path}", f"/save {other}", f"/save {tmp_path}"]
    out, _, _ = chat(lines)
    assert "no question and answer yet" in out
    assert out.count("Saved to") == 2 and len(record.from_json(path.read_text(), lambda _: None).transcript.path()) == 4
    assert out.count("is not a saved conversation") == 2 and other.read_text() == "mine"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["notes.txt", "talk.json"]
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "talk.json"
    chat(["one", f"/save {path}"])
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left on device" in chat(["one", "two", f"/save {path}"])[0]
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"[" * 100_000, b'{"messages": []}', b"\x89PNG"])
def test_what_is_no_conversation_is_refused_and_this_one_goes_on(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_bytes(content)
    out, _, _ = chat(["one", f"/load {path}", "history"])
    assert "The conversation cannot be read" in out and "one | one | history" in out


# ---- Pipes


def test_a_pipe_prints_only_answers() -> None:
    out, err, code = chat(["one", "", "two"], interactive=False)
    assert (out, err, code) == ("one\ntwo\n", "", 0)
    out, err, code = chat(["one", "/help", "/set temperature 0.5"], interactive=False)
    assert (out, code) == ("one\n", 0)
    assert "/image FILE" in err and "temperature         0.5" in err, "what commands say is not among the answers"
    out, err, code = chat(["numbers", "two"], interactive=False)
    assert out == "two\n"
    assert "invalid numbers" in err
    assert code == 1


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str, int]]:
    """(output, errors, exit code) of the whole program with the stub model, by options and what a pipe gives it."""
    import model

    def run(*options: str, given: bytes, stub: Any = None) -> tuple[str, str, int]:
        monkeypatch.setattr(model, "load", lambda *_, **__: stub or StubModel())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        try:
            code = main(options)
        except SystemExit as ended:
            code = int(str(ended.code))
        out, err = capsys.readouterr()
        return out, err, code

    return run


def test_once_takes_all_of_the_input_as_one_question(piped: Callable[..., Any], picture: Path) -> None:
    assert piped("--once", given="  /help\n二\n".encode()) == ("/help\n二\n", "", 0)
    out = f"A picture of {picture.stat().st_size} bytes. Round 1: what is this?\n"
    assert piped("--once", "--image", str(picture), given=b"what is this?") == (out, "", 0)


@pytest.mark.parametrize(
    ("options", "given", "code", "error"),
    [
        (["--once"], b"", 1, "Please type a question first."),
        (["--once"], b"numbers", 1, "invalid numbers"),
        (["--once", "--image", "/nowhere.png"], b"q", 1, "There is no picture file at /nowhere.png."),
        (["--once", "--image", "/nowhere.png", "--lang", "zh"], b"q", 1, "找不到图片文件"),
        (["--once", "--nonsense"], b"q", 2, "--nonsense"),
        (["--host", "127.0.0.1"], b"q", 2, "--host"),
    ],
)
def test_a_failure_at_a_pipe_is_one_line_and_a_code(
    piped: Callable[..., Any], options: list[str], given: bytes, code: int, error: str
) -> None:
    out, err, ended = piped(*options, given=given)
    assert (out, ended) == ("", code)
    assert error in err and len(err.strip().splitlines()) == 1


def test_an_interrupt_ends_a_pipe(piped: Callable[..., Any]) -> None:
    for options in ([], ["--once"]):
        assert piped(*options, given=b"q", stub=Scripted("half", KeyboardInterrupt())) == ("half\n", "\n", 130)


def test_an_answer_is_all_that_the_program_prints() -> None:
    """The embedded model, in a process of its own."""
    command = [sys.executable, "-m", "apps.cli", "--once"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=250, input=b"hello")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.decode().strip().splitlines()) == 1


def test_a_reader_that_has_gone_is_no_error() -> None:
    command = f"printf 'one\\ntwo\\nthree\\n' | {sys.executable} -m tests.stub_chat | true"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, check=False, capture_output=True, timeout=250)
    assert done.stderr == b""


def test_a_pipe_may_hold_any_bytes(piped: Callable[..., Any]) -> None:
    assert piped("--lang", "zh", given="eins\n zwei \xff\n".encode("latin-1")) == ("eins\nzwei \ufffd\n", "", 0)


def test_imports_no_gradio_and_a_pipe_needs_no_line_editor() -> None:
    code = "import sys, apps.cli; sys.exit(bool({'gradio', 'prompt_toolkit'} & {n.split('.')[0] for n in sys.modules}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=120).returncode == 0


def test_unknown_model_is_one_line() -> None:
    command = [sys.executable, "-m", "apps.cli", "--model", "/nowhere\udcff"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=250, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert b"Traceback" not in done.stderr
