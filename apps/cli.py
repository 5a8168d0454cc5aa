"""The terminal chat: the same model, no browser."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TextIO

from model.errors import UserError
from model.types import Finish, Queued
from vision.errors import ImageError

from .conversation import Conversation, Run
from .display import clean
from .messages import pick_language, say, sentence
from .settings import fail, parse_settings, prepare_environment, system_language
from .status import finish_parts, queue_sentence

LEAVE = ("stop", "exit", "quit", "/exit", "/quit")
CLEAR = ("clear", "/clear")
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # move, clear, colour
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # name the window, links, device strings
    r"|\x1b(?![\[\]PX^_])[ -/]*[0-~]"  # character sets, reset
)
_ESCAPE_START = re.compile(r"[\x1b\x9b]")
_LONGEST_ESCAPE = 256
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def strip_escapes(text: str) -> str:
    """`text` without what would move a terminal's cursor, colour it, or name its window."""
    return _CONTROLS.sub("", _ESCAPE.sub("", text))


class Unescaped:
    """Strips escapes from a stream of pieces; one that is cut in two is held back until it is whole."""

    def __init__(self) -> None:
        self.held = ""

    def push(self, piece: str) -> str:
        """What may be shown now."""
        text = self.held + piece
        at = 0
        while begin := _ESCAPE_START.search(text, at):
            if whole := _ESCAPE.match(text, begin.start()):
                at = whole.end()
            elif len(text) - begin.start() < _LONGEST_ESCAPE:
                break
            else:
                at = begin.end()
        cut = begin.start() if begin else len(text)
        self.held = text[cut:]
        return strip_escapes(text[:cut])


class Terminal:
    """A chat at a terminal, or (when input is a pipe) one answer a line and nothing else."""

    def __init__(
        self, chat_model: Any, lang: str, read: Callable[[str], str], out: TextIO, err: TextIO, interactive: bool
    ) -> None:
        self.chat_model = chat_model
        self.lang = lang
        self.read = read
        self.out = out
        self.err = err
        self.interactive = interactive
        self.conversation = Conversation()
        self.failed = False

    def loop(self) -> int:
        """Reads and answers until the visitor leaves; the exit code, 1 if a question of a pipe got no answer."""
        self.tell(say("cli_hello", self.lang, name=self.chat_model.info.name, device=self.chat_model.info.device))
        while True:
            try:
                line = clean(self.read("> " if self.interactive else "")).strip()
            except KeyboardInterrupt:
                self.tell("")
                continue
            except EOFError:
                break
            if line.lower() in LEAVE:
                break
            self.take(line)
        self.tell(say("cli_bye", self.lang))
        return int(self.failed)

    def take(self, line: str) -> None:
        """One line: a command or a question."""
        command, _, rest = line.partition(" ")
        if not line:
            self.tell(say("nothing_typed", self.lang))
        elif line.lower() in CLEAR:
            self.conversation.clear(self.conversation.picture)
            self.tell(say("cli_cleared", self.lang))
        elif line.lower() == "/help":
            self.tell(say("cli_help", self.lang))
        elif command.lower() == "/image":
            self.look_at(rest.strip().strip("'\""))
        else:
            self.ask(line)

    def look_at(self, path: str) -> None:
        """A new conversation about the picture at `path`."""
        if not path:
            return self.tell(say("cli_image_usage", self.lang))
        place = Path(path).expanduser()
        if not place.is_file():
            return self.refuse(say("cli_image_missing", self.lang, path=path))
        self.conversation.clear(str(place))
        return self.tell(say("cli_image", self.lang, path=path))

    def ask(self, question: str) -> None:
        """Prints the answer as it is written; Ctrl-C stops it."""
        run = self.conversation.ask(question)
        assert run is not None  # one thread: no other answer is on its way
        finish: Finish | None = None
        try:
            finish = self.write(run)
        except KeyboardInterrupt:
            self.tell(f"\n[{say('stopped', self.lang)}]")
        except (UserError, ImageError) as error:
            self.refuse(sentence(error, self.lang))
        except Exception as error:
            self.refuse(sentence(error, self.lang, unforeseen="cli_unforeseen"))
        finally:
            run.stop.set()
            self.conversation.settle(run, whole=finish is not None and finish.reason != "cancelled")
        if finish is not None:
            self.tell(f"[{' · '.join(finish_parts(finish, self.chat_model.info, self.lang))}]")

    def write(self, run: Run) -> Finish | None:
        unescaped, finish = Unescaped(), None
        image = self.conversation.picture
        with closing(self.chat_model.stream(run.messages(), image, None, run.stop)) as stream:
            for event in stream:
                if isinstance(event, Queued):
                    self.tell(queue_sentence(event, self.lang))
                elif isinstance(event, Finish):
                    finish = event
                else:
                    run.round.answer += event
                    self.out.write(unescaped.push(event))
                    self.out.flush()
        self.out.write(strip_escapes(unescaped.held) + "\n")
        self.out.flush()
        return finish

    def tell(self, text: str) -> None:
        """A line for a person; nothing when a program reads the answers."""
        if self.interactive:
            print(text, file=self.out, flush=True)

    def refuse(self, text: str) -> None:
        """Says why there is no answer."""
        self.failed = self.failed or not self.interactive
        print(text, file=self.out if self.interactive else self.err, flush=True)


def run(chat_model: Any, lang: str) -> int:
    """A chat at this process's terminal or pipe; the exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "replace")  # type: ignore[union-attr]
    interactive = sys.stdin.isatty()
    if interactive:
        with suppress(ImportError):  # Windows has line editing of its own
            import readline  # noqa: F401
    return Terminal(chat_model, lang, input, sys.stdout, sys.stderr, interactive).loop()


def main(argv: Sequence[str] | None = None) -> int:
    """Starts the terminal chat as `python3 run.py chat` does."""
    prepare_environment()
    settings = parse_settings(argv)
    lang = pick_language(settings.lang, system_language())
    import model

    try:
        chat_model = model.load(settings.model, settings.device, settings.precision)
    except UserError as error:
        fail(error)
    try:
        return run(chat_model, lang)
    except BrokenPipeError:  # the reader of the answers has gone
        sys.stdout = None
        return 0


if __name__ == "__main__":
    sys.exit(main())
