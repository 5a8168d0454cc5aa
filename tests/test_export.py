"""The saved conversation: one safe file, with formulas, tables and the picture inside."""

from __future__ import annotations

import base64
import io
import re
import time

import pytest
from PIL import Image

from apps.export import answer_html, conversation_html, conversation_markdown
from apps.pictures import Picture, picture_at
from apps.transcript import Entry
from tests.test_display import PAYLOADS


def exchange(question: str, answer: str, thinking: str = "", *pictures: Picture) -> list[Entry]:
    return [Entry(0, None, "user", question, pictures=pictures), Entry(1, 0, "assistant", answer, thinking)]


RICH = r"""Area **is** \(x^2\) and costs $5 or $10.

$$\frac{a}{b}$$

```python
price = "$5" if x < 1 else "$$"
```

| a | b |
|---|---|
| 1 | 2 |
"""


def test_formulas_code_tables_and_money_come_out_right():
    made = answer_html(RICH)
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in made
    assert "<mfrac>" in made
    assert "<strong>is</strong>" in made
    assert "costs $5 or $10" in made
    assert "if x &lt; 1" in made
    assert "<td>1</td>" in made


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_runs_and_nothing_is_fetched(payload):
    document = conversation_html(exchange(payload, payload, payload), payload, payload, "en")
    body = document.partition("</head>")[2].lower()
    for danger in ("<script", "<iframe", "<img", "<form", "<style", "<svg", "<object", "<link"):
        assert danger not in body
    assert 'href="javascript:' not in body
    assert "default-src 'none'" in document


def test_what_was_typed_stays_as_typed():
    document = conversation_html(exchange("  a < b\n\t$x$ **no** <b>", "fine"), "", "GLM", "zh")
    assert "  a &lt; b\n\t$x$ **no** &lt;b&gt;" in document
    assert '<html lang="zh">' in document


def test_pictures_travel_inside_the_file_each_before_its_question(tmp_path):
    Image.new("RGB", (3000, 10), "red").save(tmp_path / "wide", "PNG")
    Image.new("RGB", (20, 10), "red").save(tmp_path / "small", "PNG")
    wide, small = (picture_at(tmp_path / name) for name in ("wide", "small"))
    path = [*exchange("first", "a", "", wide), *exchange("second", "b"), *exchange("third", "c", "", small, wide)]
    document = conversation_html(path, "", "GLM", "en")
    found = re.findall(r'src="data:image/png;base64,([^"]+)"|<div class="user">(\w+)', document)
    assert [word for _, word in found] == ["", "first", "second", "", "", "third"]
    with Image.open(io.BytesIO(base64.b64decode(found[0][0]))) as image:
        assert image.width == 1024
    (tmp_path / "wide").unlink()
    assert conversation_html(path, "", "GLM", "en").count("<img") == 1


@pytest.mark.parametrize("odd", [r"\(" * 2000, r"\(\frac{\)", "$$" * 999, "\ud800", "[" * 3000])
def test_odd_answers_are_saved_anyway(odd):
    began = time.thread_time()
    document = conversation_html(exchange("q", odd), "", "GLM", "en")
    assert document.endswith("</html>\n")
    assert time.thread_time() - began < 10


def test_thoughts_are_folded_away(tmp_path):
    document = conversation_html(exchange("q", "so", "**why**"), "", "GLM", "en")
    assert "<details><summary>Thoughts</summary><p><strong>why</strong></p></details>" in document


def test_markdown_has_every_message_as_it_was_written(tmp_path):
    path = tmp_path / "picture"
    Image.new("RGB", (30, 10), "red").save(path, "PNG")
    asked = exchange("a < b\n  *c*", RICH, "why", picture_at(path))
    text = conversation_markdown(asked, "Sums", "GLM", "zh")
    assert text.startswith("# Sums\n\n*GLM*\n\n## 您\n\n![图片](data:image/png;base64,")
    assert ")\n\na < b\n  *c*\n\n## GLM\n\n<details><summary>思考过程</summary>\n\nwhy\n\n</details>\n" in text
    assert RICH in text


def test_where_several_models_answered_each_is_named():
    path = [
        Entry(0, None, "user", "Hi"),
        Entry(1, 0, "assistant", "Hello!", model="First"),
        Entry(2, 1, "user", "And you?"),
        Entry(3, 2, "assistant", "Good day.", model="Second <1>"),
    ]
    page = conversation_html(path, "", "Third", "en")
    assert "First · Second &lt;1&gt;" in page and "Third" not in page
    assert page.index("Hello!") < page.index("<small>Second &lt;1&gt;</small>") < page.index("Good day.")
    text = conversation_markdown(path, "", "Third", "en")
    assert "## First\n\nHello!" in text and "## Second <1>\n\nGood day." in text
    alone = conversation_html(path[:2], "", "Third", "en")
    assert alone.count("First") == 1
