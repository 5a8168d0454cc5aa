"""Text from a model → text that cannot steer a terminal."""

from __future__ import annotations

import re

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

    def flush(self) -> str:
        """What was held back, at the end of the stream."""
        text, self.held = self.held, ""
        return strip_escapes(text)
