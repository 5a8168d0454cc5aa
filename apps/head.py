"""The head of every page: links to the others, and the language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from .markup import links_html, name_page
from .messages import LANGUAGES, say
from .wiring import AT_ONCE, Updates


class Head:
    """Its components; `stored` is the language that the visitor has chosen, kept in the browser."""

    def __init__(self, kind: str, lang: str) -> None:
        self.kind = kind
        self.stored = gr.BrowserState("", storage_key="glm-webui-lang", secret="glm-webui")
        gr.Navbar(visible=False)
        with gr.Row(elem_classes="glm-top"):
            self.links = gr.HTML(links_html(kind, lang), elem_classes="glm-links", padding=False)
            self.language = gr.Radio(
                [(name, code) for code, name in LANGUAGES.items()],
                value=lang,
                label=say("language", lang),
                container=False,
                show_label=False,
                min_width=0,
                scale=0,
                elem_id="glm-language",
            )

    def words(self, lang: str) -> Updates:
        """Everything in it, in a language."""
        return {
            self.links: links_html(self.kind, lang),
            self.language: gr.update(value=lang, label=say("language", lang)),
        }

    def parts(self) -> list[Any]:
        """The components that `words` updates."""
        return [self.links, self.language]

    def name(self, event: Any) -> None:
        """Names the document in the visitor's language after an event."""
        event.then(None, self.language, None, js=name_page(self.kind), **AT_ONCE)

    def wire(self, on_language: Callable[..., Updates], inputs: list[Any], outputs: list[Any]) -> None:
        """Lets a choice of language reach `on_language`."""
        self.name(self.language.input(on_language, inputs, outputs, **AT_ONCE))
