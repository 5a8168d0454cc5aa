"""Line editing: Enter sends, Alt-Enter or Ctrl-J starts a new line, Tab completes, Ctrl-R searches what was typed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import is_searching
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from .commands import COMMANDS, PARAMETERS

HISTORY = ".glm_webui_history"  # in the person's home folder


class CommandCompleter(Completer):
    """Commands after a slash, then what the command takes: paths or names of parameters."""

    def __init__(self) -> None:
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the text before the cursor may go on with."""
        text = document.text_before_cursor
        if not text.startswith("/") or "\n" in text:
            return
        name, blank, argument = text[1:].partition(" ")
        if not blank:
            for command, kind in COMMANDS.items():
                if command.startswith(name.lower()):
                    yield Completion(f"/{command}" + " " * bool(kind), start_position=-len(text))
        elif COMMANDS.get(name.lower()) == "file":
            typed = argument.lstrip().lstrip("'\"")
            yield from self._paths.get_completions(Document(typed), complete_event)
        elif COMMANDS.get(name.lower()) == "parameter":
            for parameter in PARAMETERS:
                if parameter.startswith(argument):
                    yield Completion(parameter + " ", start_position=-len(argument))


class _KeptHistory(FileHistory):
    def store_string(self, string: str) -> None:
        with suppress(OSError):  # a full disk is no reason to lose the chat
            super().store_string(string)


def make_reader(placeholder: str) -> Callable[[], str]:
    """A function that reads what is typed next. Raises: EOFError on Ctrl-D, KeyboardInterrupt on Ctrl-C."""
    session: PromptSession[str] = PromptSession(
        history=_history(),
        completer=CommandCompleter(),
        key_bindings=_keys(),
        multiline=True,
        prompt_continuation="  ",
        placeholder=lambda: [] if get_app().layout.is_searching else [("class:placeholder", placeholder)],
        reserve_space_for_menu=4,
    )
    return lambda: session.prompt([("bold", "> ")])


def _history() -> History:
    """What was typed in earlier chats too, readable by its owner only; of this chat alone where nothing can be kept."""
    try:
        path = Path.home() / HISTORY
        path.touch(mode=0o600)
        with path.open("a"):
            return _KeptHistory(path)
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return InMemoryHistory()


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter", filter=~is_searching)
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    @keys.add("c-j")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


@contextmanager
def keys_unseen() -> Iterator[None]:
    """Outside the prompt, typed keys are not echoed into the answer but wait for the next prompt, Enter as Enter."""
    try:
        import termios
    except ImportError:  # Windows
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    flags = [before[0] & ~termios.ICRNL, *before[1:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(terminal, termios.TCSANOW, flags)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, before)
