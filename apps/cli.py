"""The terminal chat: the same model, no browser."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from model.errors import UserError
from model.offer import Offer
from vision.errors import ImageError

from .loading import open_pool
from .messages import pick_language, say, sentence
from .settings import ChatSettings, fail, parse_chat_settings, prepare_environment, system_language
from .terminal.chat import Terminal
from .terminal.screen import PlainScreen, Screen


def run(settings: ChatSettings) -> int:
    """A chat at this process's terminal or pipe; the exit code."""
    lang = pick_language(settings.lang, system_language())
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "replace")  # type: ignore[union-attr]
    with _screen(settings, lang) as screen:
        screen.tell(say("cli_loading", lang))

        def other(source: str) -> Offer:
            return Offer(source, settings.device, settings.precision, gpus=settings.gpus)

        try:
            terminal = Terminal(open_pool(settings, lang), lang, screen, other)
            if settings.image is not None:
                terminal.look_at(Path(settings.image))
            return terminal.once(sys.stdin.read()) if settings.once else terminal.loop()
        except (UserError, ImageError) as error:
            fail(sentence(error, lang))


@contextmanager
def _screen(settings: ChatSettings, lang: str) -> Iterator[Screen]:
    """What this terminal can do, or the plain screen of a pipe: when a program writes or reads, or for one question."""
    interactive = sys.stdin.isatty() and sys.stdout.isatty() and not settings.once
    if interactive:
        from rich.console import Console

        console = Console(markup=False, emoji=False, highlight=False)
        if not console.is_dumb_terminal:
            from .terminal.prompt import keys_unseen, make_reader
            from .terminal.rich_screen import RichScreen

            with keys_unseen():
                yield RichScreen(console, make_reader(say("cli_placeholder", lang)))
            return
        with suppress(ImportError):  # Windows has line editing of its own
            import readline  # noqa: F401
    yield PlainScreen(input, sys.stdout, sys.stderr, interactive)


def main(argv: Sequence[str] | None = None) -> int:
    """Starts the terminal chat as `python3 run.py chat` does."""
    prepare_environment()
    settings = parse_chat_settings(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leaves the terminal as it was
    try:
        return run(settings)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 128 + signal.SIGINT
    except BrokenPipeError:  # the reader of the answers has gone
        sys.stdout = None
        return 0


if __name__ == "__main__":
    sys.exit(main())
