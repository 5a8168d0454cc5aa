"""The terminal chat, with the stub behind it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.cli import Terminal, Unescaped, main, strip_escapes
from tests.stub_model import INFO, StubModel

ROOT = Path(__file__).parent.parent
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


def chat(lines: Iterable[Any], lang: str = "en", interactive: bool = True, stub: Any = None) -> tuple[str, str, int]:
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
    code = Terminal(stub or StubModel(), lang, read, out, err, interactive).loop()
    return out.getvalue(), err.getvalue(), code


def test_questions_and_commands(tmp_path: Path) -> None:
    picture = tmp_path / "a b.png"
    picture.write_bytes(b"12345")
    out, _, code = chat(
        ["one", "history", "clear", "history", f"/image '{picture}'", "what?", "more?", "/help", "stop", "no"]
    )
    assert INFO.name in out
    assert "one | one | history" in out
    assert "forgotten" in out
    assert out.count("history\n") == 2
    assert "A picture of 5 bytes. Round 1: what?" in out and "Round 2: more?" in out
    assert "/image PATH" in out and "Goodbye" in out
    assert "tokens of context used" in out
    assert code == 0


def test_chinese() -> None:
    out, _, _ = chat(["", "/image", "/image nowhere.png", "numbers", "你好"], lang="zh")
    for words in ("请先输入问题", "/image 路径", "找不到文件 nowhere.png", "无效的数", "你好\n", "上下文已用", "再见"):
        assert words in out


def test_empty_input_asks_again() -> None:
    stub = StubModel()
    out, _, _ = chat(["", "   ", "\t"], stub=stub)
    assert out.count("Please type a question first.") == 3
    assert stub.seen == []


def test_errors_are_sentences_and_the_next_question_works() -> None:
    out, _, code = chat(["fail", "numbers", "works"])
    assert "Something went wrong" in out and "0x7f00" not in out
    assert "works\n" in out
    assert code == 0


def test_a_pipe_prints_only_answers() -> None:
    out, err, code = chat(["one", "", "two", "/help"], interactive=False)
    assert (out, err, code) == ("one\ntwo\n", "", 0)
    out, err, code = chat(["numbers", "two"], interactive=False)
    assert out == "two\n"
    assert "invalid numbers" in err
    assert code == 1


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
        shown = unescaped.push(text[:cut]) + unescaped.push(text[cut:]) + strip_escapes(unescaped.held)
        assert shown == strip_escapes(text)


def test_surrogates_and_controls() -> None:
    out, _, _ = chat(["a\udcffb", "\ud800", "a\x00b", "\u202etext"])
    assert "a\ufffdb" in out
    out.encode()


def test_main_at_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import model

    monkeypatch.setattr(model, "load", lambda *_: StubModel(), raising=False)
    stdin = io.TextIOWrapper(io.BytesIO("eins\n zwei \xff\n".encode("latin-1")), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["--lang", "zh"]) == 0
    assert capsys.readouterr().out == "eins\nzwei \ufffd\n"


def test_imports_no_gradio() -> None:
    code = "import sys, apps.cli; sys.exit(any(name.split('.')[0] == 'gradio' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=120).returncode == 0


def test_unknown_model_is_one_line() -> None:
    command = [sys.executable, "-m", "apps.cli", "--model", "/nowhere\udcff"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=250)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert b"Traceback" not in done.stderr
