"""A program at a pseudo terminal, and what a person would see there (pyte)."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60 * float(os.environ.get("GLM_TEST_PATIENCE", "1"))  # seconds


class PseudoTerminal:
    """`type` presses keys; `wait_for` reads until something is on the screen or has scrolled off it."""

    def __init__(self, process: subprocess.Popen[bytes], master: int, columns: int, lines: int) -> None:
        self.process = process
        self.raw = b""
        self._master = master
        self._screen = pyte.HistoryScreen(columns, lines, history=10_000, ratio=0.5)
        self._stream = pyte.ByteStream(self._screen)

    def type(self, keys: str) -> None:
        """Presses keys."""
        os.write(self._master, keys.encode())

    def interrupt(self) -> None:
        """Ctrl-C, as the terminal's driver sends it while an answer is written."""
        os.killpg(self.process.pid, signal.SIGINT)

    def read(self, seconds: float = 0.1) -> bool:
        """Takes what the program writes; whether it wrote something."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux: the program has ended
            data = b""
        self.raw += data
        self._stream.feed(data)
        if b"\x1b[6n" in data:  # where is the cursor?
            os.write(self._master, f"\x1b[{self._screen.cursor.y + 1};{self._screen.cursor.x + 1}R".encode())
        return bool(data)

    def text(self) -> str:
        """All lines, also those above the screen, without blanks at their ends."""
        return "\n".join(line.rstrip() for line in all_lines(self._screen)).rstrip()

    def wait_for(self, words: str, times: int = 1) -> str:
        """Everything shown, once `words` are among it."""
        end = time.monotonic() + PATIENCE
        while self.text().count(words) < times:
            assert time.monotonic() < end and self.process.poll() is None, f"no {words!r} in:\n{self.text()}"
            self.read()
        return self.text()

    def wait_for_end(self) -> int:
        """The program's exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"still running:\n{self.text()}"
            self.read()
        while self.read(0):
            pass
        return self.process.returncode

    def is_cooked(self) -> bool:
        """Whether typed keys are echoed and Ctrl-C interrupts, as a shell wants to find its terminal."""
        flags = termios.tcgetattr(self._master)[3]
        return bool(flags & termios.ECHO and flags & termios.ICANON and flags & termios.ISIG)


def all_lines(screen: pyte.HistoryScreen) -> list[str]:
    """What stands on a screen, under what has scrolled off it."""
    above = ["".join(line[column].data for column in range(screen.columns)) for line in screen.history.top]
    return [*above, *screen.display]


@contextlib.contextmanager
def at_terminal(
    *command: str, home: Path, columns: int = 80, lines: int = 24, term: str = "xterm-256color"
) -> Iterator[PseudoTerminal]:
    """Python at a terminal of its own, with `command` as its arguments and `home` as the home folder."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    environment = {**os.environ, "TERM": term, "HOME": str(home), "LC_ALL": "C.UTF-8"}
    for name in ("NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR", "COLORTERM"):
        environment.pop(name, None)

    def own_terminal() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=ROOT,
        env=environment,
        preexec_fn=own_terminal,
    )
    os.close(slave)
    try:
        yield PseudoTerminal(process, master, columns, lines)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)
