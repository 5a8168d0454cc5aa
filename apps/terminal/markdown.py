"""A model's Markdown on a terminal: rich draws it; this says what GLM answers need beyond CommonMark.

Nothing is hidden and nothing is opened: HTML is shown as text, links and pictures show their addresses. Formulas stay
as written. Lines break where the model broke them, and long Chinese lines break between characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from rich.cells import cell_len, split_graphemes
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement, Paragraph
from rich.syntax import Syntax
from rich.text import Text

_FORMULA = re.compile(
    r"\$\$[^$]{1,4000}\$\$|\\\((?:(?!\\\)|\n\n)[\s\S]){1,4000}\\\)|\\\[(?:(?!\\\]|\n\n)[\s\S]){1,4000}\\\]"
    r"|\$(?=[^\s$])[^$`\n]*(?<=\S)\$(?!\d)"
)
_STRONG = re.compile(r"(?<!\*)\*\*(?=[^\s*])([^*`$<\\\n\[_~&]+)(?<=\S)\*\*(?!\*)")
_NO_LINE_START = frozenset("，。、！？；：）】》」』〉〕”’％…—～·,.!?;:)]}%")
_NO_LINE_END = frozenset("（【《「『〈〔“‘([{")


def wrap(text: str, width: int) -> list[int]:
    """Where the lines after the first begin, so that each fits into `width` cells.

    Lines break at blanks and beside wide characters, but not before closing or behind opening punctuation; a word that
    is longer than a line breaks anywhere.
    """
    starts: list[int] = []
    used, before, may_start, used_before = 0, "", 0, 0
    for begin, end, cells in split_graphemes(text)[0]:
        char = text[begin]
        if before and _may_break(before, char):
            may_start, used_before = begin, used
        if used + cells > width and not char.isspace() and begin:
            line = starts[-1] if starts else 0
            if may_start <= line and begin > line:
                may_start, used_before = begin, used
            if may_start > line:
                starts.append(may_start)
                used -= used_before
        used += cells
        before = text[end - 1]
    return starts


def _may_break(before: str, after: str) -> bool:
    if before.isspace():
        return not after.isspace()
    if after in _NO_LINE_START or before in _NO_LINE_END or after.isspace():
        return False
    return cell_len(before) == 2 or cell_len(after) == 2


def wrapped(text: Text, width: int) -> Iterator[Text]:
    """The lines of `text`, none wider than `width` cells (unless one character is)."""
    for line in text.split("\n", allow_blank=True):
        for part in line.divide(wrap(line.plain, width)):
            part.rstrip()
            part.no_wrap, part.overflow = True, "ignore"
            yield part


class _Paragraph(Paragraph):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from wrapped(self.text, options.max_width)


class _Heading(Heading):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from wrapped(self.text, options.max_width)


class _CodeBlock(CodeBlock):
    """Without padding and background, so that what is copied is the code."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).removesuffix("\n")
        yield Syntax(code, self.lexer_name, theme=self.theme, word_wrap=True, background_color="default")


class AnswerMarkdown(Markdown):
    """An answer, or a part of one that `first_blocks` has cut off."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "paragraph_open": _Paragraph,
        "heading_open": _Heading,
        "fence": _CodeBlock,
        "code_block": _CodeBlock,
    }

    def __init__(self, text: str) -> None:
        super().__init__("", code_theme="ansi_dark", hyperlinks=False)
        self.parsed = _PARSER.parse(text)
        for token in self.parsed:
            for child in token.children or ():
                if child.type == "softbreak":
                    child.type = "hardbreak"


def first_blocks(text: str) -> int:
    """How much of a text that still grows is settled: the length of all blocks but the last one.

    Only whole lines count, since the line that is being written may still become a part of the block before it.
    """
    tokens = _PARSER.parse(text[: text.rfind("\n") + 1])
    starts = [token.map[0] for token in tokens if token.level == 0 and token.nesting >= 0 and token.map]
    if len(starts) < 2:
        return 0
    lines = text.split("\n", starts[-1])
    return len(text) - len(lines[-1])


def _formula(state: StateInline, silent: bool) -> bool:
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("text", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _strong(state: StateInline, silent: bool) -> bool:
    """`**加粗：**文字`, which CommonMark leaves as it is since punctuation meets a letter there."""
    match = _STRONG.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("strong_open", "strong", 1)
        state.push("text", "", 0).content = match[1]
        state.push("strong_close", "strong", -1)
    state.pos = match.end()
    return True


def _parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"]).disable(["image", "reference"])
    )
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.inline.ruler.before("emphasis", "strong_in_chinese", _strong)
    return parser


_PARSER = _parser()
