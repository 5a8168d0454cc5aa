"""What people type appears as typed; what a model writes is Markdown without HTML; both in linear time."""

from __future__ import annotations

import html
import re
import time

import pytest

from apps.display import show_model, show_user

PAYLOADS = [
    "<script>window.flag=1</script>",
    "<img src=x onerror=window.flag=1>",
    "<img src=http://192.0.2.1/x.png>",
    "![a](http://192.0.2.1/x.png)",
    "!![a](http://192.0.2.1/x.png)",
    "!!![a](http://192.0.2.1/x.png)",
    r"\![a](http://192.0.2.1/x.png)",
    r"\\![a](http://192.0.2.1/x.png)",
    "![a][b]\n\n[b]: http://192.0.2.1/x.png",
    "[a](javascript:window.flag=1)",
    "<a href=javascript:window.flag=1>a</a>",
    "<iframe src=javascript:window.flag=1></iframe>",
    "<style>body{display:none}</style>",
    '<p style="position:fixed;inset:0">cover</p>',
    "<form action=http://192.0.2.1><input name=a></form>",
    "<svg onload=window.flag=1></svg>",
    "<math><mtext><img src=x onerror=window.flag=1></mtext></math>",
    "<details open ontoggle=window.flag=1>",
    "<body onload=window.flag=1>",
    "<a <b <img src=x onerror=window.flag=1>",
    "`<img src=x onerror=window.flag=1>",
    "`a` <img src=x onerror=window.flag=1> `b`",
    "``a` <img src=x onerror=window.flag=1>``",
    "`a\n<img src=x onerror=window.flag=1>`",
    "a ` b\n`<img src=x onerror=window.flag=1>` c",
    "http://a/`<img src=x onerror=window.flag=1>`",
    "| a | ` |\n|---|---|\n| <img src=x onerror=window.flag=1> ` | b |",
    "```\n```\n<img src=x onerror=window.flag=1>",
    "```a`b\n<img src=x onerror=window.flag=1>",
    "~~~\n```\n~~~\n<img src=x onerror=window.flag=1>",
    "```\n~~~\n```~~~\n<img src=x onerror=window.flag=1>",
    "- ```\n<img src=x onerror=window.flag=1>",
    "- ```\n  ```\n<img src=x onerror=window.flag=1>",
    "-\n  ```\n<img src=x onerror=window.flag=1>",
    "text\n2. x\n   ```\n<img src=x onerror=window.flag=1>\n   ```\n<img src=x onerror=window.flag=1>",
    "> ```\n<img src=x onerror=window.flag=1>",
    "    ```\n<img src=x onerror=window.flag=1>",
    "text\n    <img src=x onerror=window.flag=1>",
    "$<img src=x onerror=window.flag=1>$",
    r"\(<img src=x onerror=window.flag=1>\)",
    "$$\n<img src=x onerror=window.flag=1>\n$$",
    r"\<img src=x onerror=window.flag=1>",
    "<!-- --><img src=x onerror=window.flag=1>",
    "<![CDATA[<img src=x onerror=window.flag=1>]]>",
    "**<img src=x onerror=window.flag=1>**",
]
TYPED = [
    *PAYLOADS,
    "what does <div> do",
    "a<b and c>d",
    "def f():\n\treturn 1",
    "    indented\n\n\n\nfour lines on",
    "# no heading\n1. no list\n* no bullet\n---\n===",
    "**not bold** _not_ ~~not~~ `not` [not](a)",
    "$5 and $10, $x$ and $$y$$ and \\(z\\)",
    "&lt; &amp; &#60; &nbsp;",
    "| a | b |\n|---|---|",
    "www.example.com http://example.com a@example.com",
    "你好，**世界**！🙂",
]
OWN_TAGS = re.compile(r"</?(?:code|pre|strong)>")


def outside_fences(shown: str) -> str:
    """What is left when the fences, all at the left edge by construction, are taken out."""
    lines, fence = [], ""
    for line in shown.split("\n"):
        mark = re.match("`{3,}", line)
        if fence and line == fence:
            fence = ""
        elif not fence and mark:
            fence = mark[0]
        elif not fence:
            lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("text", TYPED)
def test_user_text_means_itself(text: str) -> None:
    shown = show_user(text)
    assert not re.search(r"[^\w\s&#;]", shown, re.ASCII) or not re.search(r"[!-\"$-%'-/:<-@\[-`{-~]", shown)
    assert html.unescape(shown).replace("\xa0", " ").replace("\n \n", "\n\n").split() == text.split()


def test_user_text_keeps_blanks_and_lines() -> None:
    assert show_user("  a  b\n\n\tc") == "&nbsp;&nbsp;a&nbsp;&nbsp;b\n&nbsp;\n&nbsp;&nbsp;&nbsp;&nbsp;c"
    assert show_user("a\r\nb\rc\x00\x07") == "a\nb\nc"


@pytest.mark.parametrize("text", PAYLOADS)
def test_model_text_has_no_html(text: str) -> None:
    for end in range(1, len(text) + 1):  # every state of a stream
        rest = OWN_TAGS.sub("", outside_fences(show_model(text[:end])))
        assert "<" not in rest
        assert not re.search(r"(?<!\\)!\[", rest)


def test_user_text_of_every_payload_has_no_mark_left() -> None:
    for text in TYPED:
        assert not re.search(r"[<>`*_$\[\]()!|~\\]", show_user(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <b> c", "a &lt;b> c"),
        ("`x` and `a<b`", "`x` and <code>a&#60;b</code>"),
        ("![cat](http://a/b.png)", "[cat](http://a/b.png)"),
        ("```html\n<b>", "```html\n<b>\n```"),
        ("~~~\n<b>\n```\n~~~\n<i>", "````\n<b>\n```\n````\n&lt;i>"),
        (
            "- a\n  ```py\n  if a < b:\n    c\n  ```\n- d",
            "- a\n  <pre><code>if a &#60; b&#58;&#10;  c</code></pre>\n- d",
        ),
        ("x\n\n    a<b\n\n    c\n\ny", "x\n\n```\na<b\n\nc\n```\n\ny"),
        ("It costs $5 and then $10", "It costs $5 and then $10"),
        ("$x<y$, $a$ and $ b$", r"\(x\lt y\), \(a\) and $ b$"),
        (r"\$x$ and `$y$`", "&#36;x$ and `$y$`"),
        ("$$\na<b\n$$", "$$\na\\lt b\n$$"),
        (r"\(a<b\) \[c\]", r"\(a\lt b\) \[c\]"),
        ("**“你好”**世界", "<strong>“你好”</strong>世界"),
        ("**加粗：**文字 **b** c", "<strong>加粗：</strong>文字 **b** c"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
    ],
)
def test_model_text(text: str, shown: str) -> None:
    assert show_model(text) == shown


@pytest.mark.parametrize(
    "part",
    [
        "`",
        "``a` ",
        "$",
        "$a ",
        "**",
        "**a",
        "<",
        r"\(",
        "\\(\n\n",
        "$$a\n\n",
        "![",
        "- ",
        "- ```\n",
        "    x\n",
        "```\n",
        " ",
    ],
)
def test_time_is_linear(part: str) -> None:
    def seconds(count: int) -> float:
        text = part * count + "\\)$$`"
        began = time.process_time()
        show_model(text)
        show_user(text)
        return time.process_time() - began

    assert seconds(20_000) < 0.05 + 4 * max(seconds(10_000), 0.01)
