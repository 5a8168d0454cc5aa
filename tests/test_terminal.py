"""The terminal chat at a real (pseudo) terminal: keys, Markdown while it is written, narrow windows, dumb terminals."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pyte
import pyte.modes
import pytest
from PIL import Image
from rich.console import Console

from apps.terminal import rich_screen
from apps.terminal.rich_screen import RichScreen
from model.types import Reading, Thinking

if os.name == "nt":
    pytest.skip("there are no pseudo terminals on Windows", allow_module_level=True)

from tests.pseudo_terminal import PseudoTerminal, all_lines, at_terminal

Open = Callable[..., PseudoTerminal]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def open_chat(home: Path, tmp_path: Path) -> Any:
    """Starts chats with the stub model, or with another module, and ends them after the test."""
    with ExitStack() as stack:

        def start(*options: str, module: str = "tests.stub_chat", **size: Any) -> PseudoTerminal:
            opened: AbstractContextManager[PseudoTerminal] = at_terminal("-m", module, *options, home=home, **size)
            return stack.enter_context(opened)

        yield start


def ask(terminal: PseudoTerminal, question: str) -> str:
    """What is shown once the answer and its figures are there."""
    done = terminal.text().count("of context")
    terminal.type(question + "\r")
    while terminal.text().count("of context") <= done:
        terminal.wait_for("of context", done + 1)
    return terminal.text()


def test_a_chat(open_chat: Open, home: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    terminal = open_chat()
    terminal.wait_for("Ask something")
    text = ask(terminal, "你好，**世界**")
    assert "> 你好，**世界**\n你好，世界\n" in text
    # several lines: Alt-Enter, Ctrl-J, a paste; none of them sends
    text = ask(terminal, "```python\x1b\rprint(1)\x0a\x1b[200~x = 2\r\ny = 3\r\n\x1b[201~```")
    assert "\nprint(1)\nx = 2\ny = 3\n" in text.replace("  print", "print")
    # completion of commands and paths
    terminal.type("/im")
    terminal.wait_for("  /image")
    terminal.type("\t")
    terminal.wait_for("> /image")
    terminal.type(f"{tmp_path}/re")
    terminal.wait_for("  red.png")
    terminal.type("\t")
    terminal.wait_for("/red.png")
    terminal.type("\r")
    terminal.wait_for("Looking at")
    assert "A picture of" in ask(terminal, "what is it?")
    # search in what was typed before
    terminal.type("\x12世界")
    terminal.wait_for("> 你好，**世界**\n", 2)
    terminal.type("\r")  # takes what was found; the next one sends it
    text = ask(terminal, "")
    assert "Round 4: 你好，世界" in text.replace("\n", "")  # the picture is part of the same conversation
    # leaving
    terminal.type("\x03")
    terminal.wait_for("Ctrl-D or stop leaves.\n\n> Ask something")  # between two prompts no key means anything yet
    terminal.type("\x04")
    assert terminal.wait_for_end() == 0
    assert terminal.is_cooked()
    kept = home / ".glm_webui_history"
    assert "+你好，**世界**" in kept.read_text(encoding="utf-8") and kept.stat().st_mode & 0o077 == 0


def test_interrupt_stops_the_answer_and_what_was_typed_meanwhile_is_kept(open_chat: Open) -> None:
    terminal = open_chat()
    terminal.wait_for("Ask something")
    terminal.type("slow 500\r")
    terminal.wait_for("word3")
    terminal.type("history\r")  # for the next prompt
    terminal.interrupt()
    text = terminal.wait_for("| history")
    assert "[Stopped" in text and "word499" not in text
    assert re.search(r"word3 [^\[]*\n\[Stopped", text)
    assert text.count("history") == 2  # typed once, and the answer repeats it; nothing was echoed into an answer
    terminal.type("stop\r")
    assert terminal.wait_for_end() == 0


def test_a_terminal_is_left_as_it_was_when_the_program_is_ended(open_chat: Open) -> None:
    terminal = open_chat()
    terminal.wait_for("Ask something")
    terminal.type("slow 500\r")
    terminal.wait_for("word3")
    terminal.process.terminate()
    assert terminal.wait_for_end() == 128 + 15
    assert terminal.is_cooked()
    assert terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l")  # the cursor is there again


class Drawn:
    """What a person has seen of an answer that `RichScreen` drew, frame by frame."""

    def __init__(self, columns: int, lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rich_screen, "_FRAME_SECONDS", 0.0)
        monkeypatch.setattr(rich_screen, "_SHARE_OF_TIME", 1e9)
        self.screen = pyte.HistoryScreen(columns, lines, history=10_000, ratio=0.5)
        self.screen.set_mode(pyte.modes.LNM)
        self.out = io.StringIO()
        self.console = Console(
            file=self.out, force_terminal=True, width=columns, height=lines, markup=False, emoji=False, highlight=False
        )
        self._stream = pyte.Stream(self.screen)

    def answer(self, *pieces: str | Thinking | Reading) -> str:
        """All that stands there after an answer of these pieces, also what has scrolled away."""
        with RichScreen(self.console, str).answer() as writer:
            for piece in pieces:
                if isinstance(piece, Thinking):
                    writer.think(piece.text)
                elif isinstance(piece, Reading):
                    writer.progress(f"reading {piece.done}")
                else:
                    writer.write(piece)
                self.now()
        return self.now()

    def now(self) -> str:
        """All that stands there at this moment."""
        self._stream.feed(self.out.getvalue())
        self.out.seek(0)
        self.out.truncate()
        return "\n".join(line.rstrip() for line in all_lines(self.screen)).rstrip()


@pytest.mark.parametrize(("columns", "lines"), [(30, 8), (20, 5), (12, 40), (80, 3)])
def test_a_long_answer_in_a_small_window_is_whole_and_drawn_once(
    columns: int, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks scroll away for good: nothing is lost above the window, nothing appears twice."""
    words = [f"word{number}" for number in range(120)]
    code = [f"line{number}" for number in range(30)]
    text = " ".join(words[:60]) + "\n\n```\n" + "\n".join(code) + "\n```\n\n- " + "\n- ".join(words[60:])
    drawn = Drawn(columns, lines, monkeypatch)
    shown = drawn.answer(*(text[at : at + 7] for at in range(0, len(text), 7)))
    assert re.findall(r"(?:word|line)\d+", shown) == [*words[:60], *code, *words[60:]]


def test_chinese_in_a_narrow_window(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "中文很长的一句话，用来测试窄终端的换行。" * 5
    shown = Drawn(15, 10, monkeypatch).answer(*text)
    assert shown.replace("\n", "") == text
    assert not any(line.startswith(("，", "。")) for line in shown.splitlines())


def test_an_answer_is_seen_while_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = Drawn(40, 10, monkeypatch)
    with RichScreen(drawn.console, str).answer() as writer:
        writer.progress("reading")
        assert drawn.now() == "reading"
        writer.write("**He")
        assert drawn.now() == "**He"
        writer.write("llo**\n\n- a")
        assert drawn.now() == "Hello\n\n • a"
    assert drawn.now() == "Hello\n\n • a"
    assert not drawn.screen.cursor.hidden


def test_thoughts_are_dim_and_stand_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = Drawn(40, 10, monkeypatch)
    shown = drawn.answer(Reading(1, 2), Thinking("**so** "), Thinking("what"), "# yes")
    assert shown == "**so** what\n\nyes"
    drawn = Drawn(40, 10, monkeypatch)
    with RichScreen(drawn.console, str).answer() as writer:
        writer.think("so")
    assert re.search("\x1b\\[[0-9;]*2[0-9;]*mso", drawn.out.getvalue())


def test_nothing_said_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Drawn(40, 10, monkeypatch).answer() == ""
    assert Drawn(40, 10, monkeypatch).answer(Reading(1, 2)) == ""


def test_what_was_written_stays_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = Drawn(40, 10, monkeypatch)
    with pytest.raises(ZeroDivisionError), RichScreen(drawn.console, str).answer() as writer:
        writer.write("half of")
        raise ZeroDivisionError
    assert drawn.now() == "half of"


def test_a_narrow_terminal(open_chat: Open) -> None:
    terminal = open_chat(columns=16, lines=40)
    terminal.wait_for("> ")
    terminal.type("中文很长的一句话，用来测试。\r")
    terminal.wait_for("used")
    assert terminal.text().replace("\n", "").replace(" ", "").count("中文很长的一句话，用来测试。") == 2


def test_a_dumb_terminal_gets_letters_only(open_chat: Open) -> None:
    terminal = open_chat("--lang", "zh", term="dumb")
    terminal.wait_for("/help")
    terminal.type("# **hi** 你好\n")
    terminal.wait_for("上下文")
    assert "# **hi** 你好" in terminal.text()
    terminal.type("stop\n")
    assert terminal.wait_for_end() == 0
    assert b"\x1b" not in terminal.raw.replace(b"\x1b[?2004h", b"").replace(b"\x1b[?2004l", b"")


def test_a_home_that_cannot_be_written_is_no_obstacle(open_chat: Open, home: Path) -> None:
    (home / ".glm_webui_history").mkdir()
    terminal = open_chat()
    terminal.wait_for("Ask something")
    assert "one\n" in ask(terminal, "one")


def test_the_embedded_model_answers(open_chat: Open) -> None:
    terminal = open_chat(module="apps.cli")
    terminal.wait_for("GLM Mini")
    terminal.wait_for("Ask something")
    assert "tokens/s" in ask(terminal, "hello")
    terminal.type("/set temperature 0.3\r")
    terminal.wait_for("temperature         0.3")
    terminal.type("stop\r")
    assert terminal.wait_for_end() == 0


def test_once_at_a_terminal_reads_to_the_end(open_chat: Open) -> None:
    terminal = open_chat("--once")
    terminal.type("two\nlines\n\x04")
    assert terminal.wait_for_end() == 0
    assert terminal.text().endswith("two\nlines\ntwo\nlines")
