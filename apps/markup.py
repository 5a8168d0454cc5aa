"""The pages' few pieces of HTML and JavaScript. Words from outside are escaped."""

from __future__ import annotations

import html
import json

from model.types import ModelInfo

from .messages import LANGUAGES, say

SAVE_FILE = """(text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  link.download = "conversation.html";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}"""


def links_html(here: str, lang: str) -> str:
    """Links to both pages; `here` is the kind of the one that shows them."""
    links = []
    for kind, address in (("chat", "./"), ("image", "./image")):
        current = ' aria-current="page"' if kind == here else ""
        links.append(f'<a href="{address}"{current}>{say(f"nav_{kind}", lang)}</a>')
    return f"<nav>{''.join(links)}</nav>"


def about_html(info: ModelInfo, lang: str) -> str:
    """The loaded model's name, and what it can do."""
    count = _short_count(info.parameters)
    facts = say("model_runs", lang, parameters=count, precision=info.precision, device=info.device)
    return (
        f"<p><strong>{html.escape(info.name)}</strong> <small>{html.escape(facts)}</small></p>"
        f"<p>{html.escape(info.description.get(lang, ''))}</p>"
    )


def hello_html(kind: str, lang: str) -> str:
    """What an empty conversation says."""
    return f'<div class="glm-hello"><h2>{say(f"hello_{kind}", lang)}</h2><p>{say(f"hello_{kind}_more", lang)}</p></div>'


def _short_count(count: int) -> str:
    for unit, size in (("B", 10**9), ("M", 10**6), ("K", 10**3)):
        if count >= size:
            return f"{count / size:.1f}{unit}"
    return str(count)


def name_page(kind: str) -> str:
    """JavaScript that names the document, and its language, in the visitor's language."""
    titles = {lang: f"{say(f'nav_{kind}', lang)} · {say('title', lang)}" for lang in LANGUAGES}
    return (
        "(lang) => { document.documentElement.lang = lang === 'zh' ? 'zh-CN' : lang;"
        f" document.title = {json.dumps(titles)}[lang] || document.title; }}"
    )
