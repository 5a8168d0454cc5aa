"""Text → what a page may show: what people typed appears as typed, what the model wrote is Markdown without HTML.

The page cleans HTML as well, but its cleaner keeps forms, styles and remote pictures, and swallows `a<b`.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_BLANKS = re.compile(r"^ +| {2,}|\t")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def clean(text: str) -> str:
    """`text` as it may be stored and sent on: no half characters, no NUL."""
    return _SURROGATES.sub("\ufffd", text).replace("\x00", "")


def show_user(text: str) -> str:
    """`text` so that Markdown shows exactly it: no mark is taken as formatting, blanks and empty lines stay."""
    text = _CONTROL.sub("", _PUNCTUATION.sub(_numeric, _plain_newlines(text)))
    lines = (_BLANKS.sub(lambda blanks: "&nbsp;" * len(blanks[0].expandtabs(4)), line) for line in text.split("\n"))
    return "\n".join(line or "&nbsp;" for line in lines)


def show_model(text: str) -> str:
    """Markdown `text` without HTML and pictures, with `$…$` as `\\(…\\)`, in linear time.

    Code blocks are written anew in a form that every Markdown parser reads alike. Outside them no `<` is left but that
    of our own `<code>`, `<pre>` and `<strong>`, so nothing depends on what a parser makes of the marks around it.
    """
    return "\n".join(_blocks(_CONTROL.sub("", _plain_newlines(text)).split("\n")))


def _plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _numeric(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


# --- Blocks: fenced code, indented code, the rest -------------------------------------------------------------------

_FENCE = re.compile(r"( *)(`{3,}(?=[^`]*$)|~{3,})[ \t]*([\w+#.-]*)")
_LIST_ITEM = re.compile(r" *(?:[-+*]|\d{1,9}[.)])(?:[ \t]+(?=\S)|[ \t]*$)")


def _blocks(lines: list[str]) -> Iterator[str]:
    """What to show, block by block: text, and code that is fenced, indented, or fenced inside a list item."""
    text: list[str] = []
    columns: list[int] = []  # where the contents of the open list items begin
    at, blank = 0, True
    while at < len(lines):
        line = lines[at]
        indent = _indent(line)
        if line.strip():
            while columns and indent < columns[-1]:
                columns.pop()
        floor = columns[-1] if columns else 0
        start = 0
        if indent <= floor + 3:
            while item := _LIST_ITEM.match(line, start):
                start = item.end()
                columns.append(start if line[start:] else start + 1)
        fence = _FENCE.match(line, start)
        if fence and (start or floor <= indent <= floor + 3):
            code, following = _fenced_lines(lines, at + 1, fence, columns[-1] if columns else 0)
            before = [line[:start]] if start else []
        elif blank and not columns and indent >= 4 and line.strip():
            code, following = _indented_lines(lines, at)
            fence, before = None, []
        else:
            text.append(line)
            at, blank = at + 1, not line.strip()
            continue
        if text:
            yield _Inline("\n".join(text)).shown()
        if columns:
            yield "".join(before or [" " * indent]) + _pre(code)
        else:
            yield _fence(code, fence[3] if fence else "")
        text, at, blank = [], following, False
    if text:
        yield _Inline("\n".join(text)).shown()


def _fenced_lines(lines: list[str], at: int, fence: re.Match[str], floor: int) -> tuple[list[str], int]:
    """The lines of a fence and where to go on. It ends at its mark, left of `floor` (its list item), or never."""
    code: list[str] = []
    margin = fence.start(2) if floor else len(fence[1])
    for number in range(at, len(lines)):
        line = lines[number]
        rest, indent = line.strip(), _indent(line)
        if rest and indent < floor:
            return code, number
        if indent <= floor + 3 and rest.startswith(fence[2]) and not rest.strip("`~"):
            return code, number + 1
        code.append(line[min(indent, margin) :])
    return code, len(lines)


def _indented_lines(lines: list[str], at: int) -> tuple[list[str], int]:
    """The lines of indented code and where to go on; blank lines at its end do not belong to it."""
    end = at
    for number in range(at, len(lines)):
        if lines[number].strip():
            if _indent(lines[number]) < 4:
                break
            end = number + 1
    return [line[4:] for line in lines[at:end]], end


def _fence(code: list[str], info: str) -> str:
    """A fence at the left edge, longer than any run of backticks in it."""
    longest = max((len(run) for line in code for run in re.findall("`+", line)), default=0)
    mark = "`" * max(3, longest + 1)
    return "\n".join([mark + info, *code, mark])


def _pre(code: list[str]) -> str:
    """The same for the inside of a list, where parsers differ: one line of HTML whose contents are all references."""
    return f"<pre><code>{'&#10;'.join(_PUNCTUATION.sub(_numeric, line) for line in code)}</code></pre>"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# --- Inside a block ---------------------------------------------------------------------------------------------------

_MARK = re.compile(r"\\[\s\S]|`+|\$+|\*\*(?!\*)|<|!+\[")
_DOLLAR_MATH = re.compile(r"\$(?=[^\s$])([^$`\n]*)(?<=\S)\$(?!\d)")
_STRONG = re.compile(r"\*\*(?=[^\s*])([^*`$<\\\n]+)(?<=\S)\*\*")


class _Inline:
    """The text of one block, walked from mark to mark; no stretch of it is searched twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[str, int] = {}  # mark -> where it was found last
        self.ticks: defaultdict[tuple[int, int], list[int]] = defaultdict(list)  # (line, length) -> positions
        line = at = 0
        for run in re.finditer("`+", text):
            line += text.count("\n", at, run.start())
            at = run.start()
            self.ticks[line, len(run[0])].append(at)
        self.line = self.counted = 0

    def shown(self) -> str:
        out, at = [], 0
        while mark := _MARK.search(self.text, at):
            out.append(self.text[at : mark.start()])
            replacement, at = self.replace(mark)
            out.append(replacement)
        return "".join(out) + self.text[at:]

    def replace(self, mark: re.Match[str]) -> tuple[str, int]:
        """What to show for `mark` and what belongs to it, and where to go on."""
        found, start, end = mark[0], mark.start(), mark.end()
        if found == "<":
            return "&lt;", end
        if found[0] == "!":  # a picture becomes a link; other exclamation marks must not make it one again
            return "&#33;" * (len(found) - 2) + "[", end
        if found in (r"\(", r"\[", "$$"):
            return self.formula(found, start, end)
        if found[0] == "\\":
            return (f"&#{ord(found[1])};" if found[1] in "<`$" else found), end
        if found[0] == "`":
            return self.code_span(start, end)
        if found == "$" and (math := _DOLLAR_MATH.match(self.text, start)):
            return rf"\({_tex(math[1])}\)", math.end()
        if found == "**" and (strong := _STRONG.match(self.text, start)) and self.needs_help(strong):
            return f"<strong>{strong[1]}</strong>", strong.end()
        return found, end

    def formula(self, opening: str, start: int, end: int) -> tuple[str, int]:
        closing = {r"\(": r"\)", r"\[": r"\]", "$$": "$$"}[opening]
        close = self.next(closing, end)
        if close > self.next("\n\n", end) or close == len(self.text):
            return opening, end
        return opening + _tex(self.text[end:close]) + closing, close + 2

    def next(self, mark: str, at: int) -> int:
        """Where `mark` comes next, or the end of the text; each stretch is searched once."""
        if self.found.get(mark, -1) < at:
            place = self.text.find(mark, at)
            self.found[mark] = place if place >= 0 else len(self.text)
        return self.found[mark]

    def code_span(self, start: int, end: int) -> tuple[str, int]:
        self.line += self.text.count("\n", self.counted, start)
        self.counted = start
        places = self.ticks[self.line, end - start]
        following = bisect.bisect_left(places, end)
        if following == len(places):
            return self.text[start:end], end
        close = places[following]
        inner = self.text[end:close]
        after = close + end - start
        if "<" not in inner and "![" not in inner:
            return self.text[start:after], after
        return f"<code>{_PUNCTUATION.sub(_numeric, inner.strip() or inner)}</code>", after

    def needs_help(self, strong: re.Match[str]) -> bool:
        """Whether CommonMark would refuse these marks because punctuation on one side meets a letter on the other."""
        before = self.text[strong.start() - 1 : strong.start()]
        after = self.text[strong.end() : strong.end() + 1]
        first, last = strong[1][0], strong[1][-1]
        return (not last.isalnum() and after.isalnum()) or (not first.isalnum() and before.isalnum())


def _tex(formula: str) -> str:
    return formula.replace("<", r"\lt ")
