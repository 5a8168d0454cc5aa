"""What a terminal shows of a model's Markdown."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from rich.cells import cell_len
from rich.console import Console

from apps.terminal.markdown import AnswerMarkdown, first_blocks, wrap

DOCUMENT = """# Title 标题

Some text
on two lines.

- one
- two

  still two

1. first

2. second

```python
def f():

    return 1
```

| a | b |
|---|---|
| 1 | 2 |

> quoted

    indented

the end"""


def shown(text: str, width: int = 60) -> str:
    """The lines as they stand on a terminal without colours."""
    console = Console(width=width, file=io.StringIO(), markup=False, emoji=False, highlight=False)
    console.print(AnswerMarkdown(text))
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())  # type: ignore[attr-defined]


def styled(text: str) -> str:
    """With colours, as escape sequences."""
    console = Console(width=60, file=io.StringIO(), force_terminal=True, color_system="standard", markup=False)
    console.print(AnswerMarkdown(text))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    "text",
    [
        "what does <div> do? a<b and c>d",
        "<script>alert(1)</script>",
        "[1]: http://example.org",
        r"公式 \(a_1 * b_1 * c\) 与 $x_1 * y_1 * z$",
        r"$$\frac{a}{b} \\ c$$",
        r"\[ \alpha * \beta * \gamma \]",
        "It costs $5 and then $10",
        "[bold]no markup[/bold] :smile:",
        "line one\nline two",
        "snake_case_name and 2 * 3 * 4",
    ],
)
def test_what_is_shown_as_written(text: str) -> None:
    assert shown(text) == text


def test_links_and_pictures_show_where_they_lead_and_are_no_links() -> None:
    text = "[good](http://evil.example) ![a](http://evil.example/b.png) <http://auto.example>"
    assert "good (http://evil.example)" in shown(text)
    assert "!a" in shown(text) and "http://evil.example/b.png" in shown(text)
    assert "\x1b]8" not in styled(text)


@pytest.mark.parametrize("entity", ["&#27;", "&#x1b;", "&#155;", "&#x9b;", "&#13;", "&#8;", "&#7;"])
def test_no_control_comes_out_of_an_entity(entity: str) -> None:
    for text in (f"a {entity}[2J b", f"`{entity}[2J`", f"[x](http://a/{entity}[2J)", f"```\n{entity}[2J\n```"):
        assert not set(shown(text)) & set("\x1b\x9b\r\x08\x07")


@pytest.mark.parametrize("text", ["**加粗：**文字", "**“你好”**世界", "文字**（注）**文字", "a **bold** b"])
def test_bold_beside_chinese_punctuation(text: str) -> None:
    assert shown(text) == text.replace("*", "")
    assert "\x1b[1m" in styled(text)


def test_code_is_highlighted_and_copies_as_it_is() -> None:
    code = "def f(x):\n    return 'a  b'  # 注释"
    assert shown(f"```python\n{code}\n```") == code
    assert styled(f"```python\n{code}\n```").count("\x1b[") > 4
    assert shown(f"```no-such-language\n{code}\n```") == code
    assert shown(f"```\n{code}") == code  # while it is written


def test_tables_with_wide_characters_are_straight() -> None:
    lines = shown("| 名称 | b |\n|---|---|\n| 中文 | 1 |\n| x | 2 |").splitlines()
    places = {cell_len(line[: line.index(mark)]) for line in lines for mark in "b12" if mark in line}
    assert len(places) == 1


def test_long_chinese_lines_break_between_characters() -> None:
    text = "GLM 是一个很长很长的中文句子，用来测试换行：标点不能出现在行首，（括号）也不能在行尾。" * 3
    lines = shown(text, 21).splitlines()
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(17 <= cell_len(line) <= 21 for line in lines[:-1])
    assert not any(line[0] in "，。：）" or line[-1] == "（" for line in lines)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one two", 80, ["one two"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("ab abcdefgh", 4, ["ab", "abcd", "efgh"]),
        ("中文中文", 5, ["中文", "中文"]),
        ("中文", 1, ["中", "文"]),
        ("好👨‍👩‍👧好", 2, ["好", "👨‍👩‍👧", "好"]),
        ("。。。。", 4, ["。。", "。。"]),
        ("  a", 2, ["", "a"]),
        ("", 5, [""]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    starts = [0, *wrap(text, width), len(text)]
    assert [text[begin:end].rstrip() for begin, end in pairwise(starts)] == lines


@pytest.mark.parametrize("width", range(1, 30))
def test_any_width_is_kept(width: int) -> None:
    assert all(cell_len(line) <= max(2, width) for line in shown(DOCUMENT, width).splitlines())


def test_settled_blocks_never_change() -> None:
    """However the text is cut, what was called settled is shown the same way in the whole."""
    whole = shown(DOCUMENT).replace("\n", "")
    settled, seen = "", 0
    for end in range(1, len(DOCUMENT) + 1):
        if length := first_blocks(DOCUMENT[seen:end]):
            settled += shown(DOCUMENT[seen : seen + length])
            seen += length
            assert whole.startswith(settled.replace("\n", ""))
    assert DOCUMENT[seen:] == "    indented\n\nthe end"  # what follows the last whole line is not known yet


def test_what_may_still_grow_is_not_settled() -> None:
    for text in ("- one\n- two\n\n3", "1. one\n\n2", "a\n=", "| a |\n|--", "```\ncode\n\nmore\n", "text\n\nmore"):
        assert first_blocks(text) == 0
    assert first_blocks("- one\n\nmore\n") == len("- one\n\n")
