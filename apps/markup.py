"""The pages' few pieces of HTML and JavaScript. Words from outside are escaped."""

from __future__ import annotations

import json

from .messages import LANGUAGES, TABLES, say

_LIST_ICON = (
    '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor"'
    ' stroke-width="1.6" stroke-linecap="round"><path d="M3 5h14M3 10h14M3 15h9"/></svg>'
)
SAVE_FILE = "(text) => glm.saveFile(text)"


def script_words() -> str:
    """The words that the page's script needs, in both languages, as JSON."""
    beginnings = ("side_", "message_", "version", "editor_", "format_", "name_", "file_", "picture", "camera_")
    table = {
        lang: {
            key: word
            for key, word in words.items()
            if key.startswith(beginnings) or key in ("undo", "clear", "close", "conversation", "you")
        }
        for lang, words in TABLES.items()
    }
    return json.dumps(table, ensure_ascii=False).replace("</", "<\\/")


def links_html(here: str, lang: str) -> str:
    """Links to all pages; `here` is the kind of the one that shows them."""
    links = []
    for kind, address in (("chat", "./"), ("image", "./image"), ("compare", "./compare")):
        current = ' aria-current="page"' if kind == here else ""
        links.append(f'<a href="{address}"{current}>{say(f"nav_{kind}", lang)}</a>')
    button = (
        f'<button type="button" id="glm-side-button" aria-controls="glm-side-bar" aria-label="{say("side_open", lang)}"'
        f' title="{say("side_title", lang)}">{_LIST_ICON}</button>'
    )
    return f"<nav>{button}{''.join(links)}</nav>"


def not_found_html(lang: str) -> str:
    """A whole page for an address where nothing is."""
    style = "font: 17px/1.6 system-ui, sans-serif; margin: 20vh auto; width: min(30rem, 88vw)"
    words, back = say("not_found", lang), say("not_found_back", lang)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{words}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>'
        f'<body style="{style}"><main><h1 style="font-size: 1.3rem">{words}</h1><p><a href="/">{back}</a></p></main>'
        "</body></html>"
    )


def hello_html(kind: str, lang: str) -> str:
    """What an empty conversation says."""
    return (
        f'<div class="glm-hello"><h2>{say(f"hello_{kind}", lang)}</h2><p>{say(f"hello_{kind}_more", lang)}</p>'
        f'<p class="glm-keys">{say("hello_keys_compare" if kind == "compare" else "hello_keys", lang)}</p></div>'
    )


def name_page(kind: str) -> str:
    """JavaScript that names the document, and its language, in the visitor's language."""
    titles = {lang: f"{say(f'nav_{kind}', lang)} · {say('title', lang)}" for lang in LANGUAGES}
    return (
        "(lang) => { document.documentElement.lang = lang === 'zh' ? 'zh-CN' : lang;"
        f" document.title = {json.dumps(titles)}[lang] || document.title; glm.speak(lang); }}"
    )
