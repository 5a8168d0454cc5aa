"""A conversation as one file that opens anywhere, offline: HTML with formulas as MathML, or Markdown; with pictures.

`record` has the third form, JSON, which can be read back.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterator, Sequence

import mdtex2html
import nh3

from vision.errors import ImageError
from vision.image import load_image

from .display import clean, show_model
from .messages import say
from .transcript import Entry

MAX_SIDE = 1024  # pixels of a picture in the file
_EXTENSIONS = ["fenced_code", "tables", "nl2br", "sane_lists"]
_MATHML = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot"),
    *("mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom"),
}
_TAGS = (nh3.ALLOWED_TAGS | _MATHML) - {"img"}
_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, **{tag: {"display", "mathvariant", "stretchy", "xmlns"} for tag in _MATHML}}
_LONE_DOLLAR = re.compile(r"(?<!\$)\$(?!\$)")
_DOLLAR = "\ue024"  # a private character, which no converter touches
_STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1e293b }
.user { white-space: pre-wrap; background: #eef2ff; border-radius: 1rem; padding: .5rem 1rem; margin: 1.5rem 0 0 20% }
details { border-left: 3px solid #cbd5e1; padding-left: 1rem; margin: 1rem 0 } summary { cursor: pointer }
.picture { text-align: right; margin: 1.5rem 0 0 20% }
img { max-width: 100%; border-radius: .5rem } pre { background: #f1f5f9; padding: 1rem; overflow-x: auto }
table { border-collapse: collapse } td, th { border: 1px solid #cbd5e1; padding: .25rem .75rem }
@media (prefers-color-scheme: dark) {
  body { background: #0f172a; color: #e2e8f0 } .user { background: #312e81 } pre { background: #1e293b }
}
"""


def answer_html(text: str) -> str:
    """An answer's Markdown and formulas as safe HTML; plain text where they cannot be read."""
    try:
        shown = _LONE_DOLLAR.sub(
            _DOLLAR, show_model(text)
        )  # `show_model` has found the formulas: what is left is money
        made = mdtex2html.convert(shown, extensions=_EXTENSIONS).replace(_DOLLAR, "$")
    except Exception:  # the converter raises all kinds of errors on odd formulas
        made = f"<p>{html.escape(text)}</p>"
    cleaned: str = nh3.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    return cleaned


def conversation_html(path: Sequence[Entry], title: str, model_name: str, lang: str) -> str:
    """The messages that are shown, as a whole document, each picture with its question; one that has gone is left
    out. `model_name` is of answers that do not say which model wrote them; where several did, each is named."""
    models = _models(path, model_name)
    parts = []
    for entry in path:
        for url in _data_urls(entry):
            parts.append(f'<p class="picture"><img alt="{say("picture", lang)}" src="{url}"></p>')
        if entry.role == "user":
            parts.append(f'<div class="user">{html.escape(clean(entry.text))}</div>')
            continue
        if entry.thinking:
            thought = answer_html(clean(entry.thinking))
            parts.append(f"<details><summary>{say('thought', lang)}</summary>{thought}</details>")
        by = f"<p><small>{html.escape(entry.model or model_name)}</small></p>" if len(models) > 1 else ""
        parts.append(f"<article>{by}{answer_html(clean(entry.text))}</article>")
    head, about = html.escape(title or say("title", lang)), html.escape(" · ".join(models))
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{head}</title>'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head><body><h1>{head}</h1><p><small>{about}</small></p>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def conversation_markdown(path: Sequence[Entry], title: str, model_name: str, lang: str) -> str:
    """The messages that are shown, each below a heading and as it was typed or written."""
    parts = [f"# {title or say('title', lang)}", f"*{' · '.join(_models(path, model_name))}*"]
    for entry in path:
        parts.append(f"## {say('you', lang) if entry.role == 'user' else entry.model or model_name}")
        parts += [f"![{say('picture', lang)}]({url})" for url in _data_urls(entry)]
        if entry.thinking:
            summary = f"<summary>{say('thought', lang)}</summary>"
            parts.append(f"<details>{summary}\n\n{entry.thinking.strip()}\n\n</details>")
        parts.append(entry.text)
    return clean("\n\n".join(parts) + "\n")


def _models(path: Sequence[Entry], model_name: str) -> list[str]:
    """Who wrote the answers, in the order of their first ones."""
    return list(dict.fromkeys(entry.model or model_name for entry in path if entry.role == "assistant")) or [model_name]


def _data_urls(entry: Entry) -> Iterator[str]:
    """The pictures of a message, at most MAX_SIDE pixels wide and high."""
    for picture in entry.pictures:
        try:
            image = load_image(picture.path)
        except ImageError:
            continue
        image.thumbnail((MAX_SIDE, MAX_SIDE))
        file = io.BytesIO()
        image.save(file, "PNG")
        yield "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
