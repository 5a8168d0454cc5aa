"""Which of the models answers a visitor: the choice in the page's head, and what the chosen one is."""

from __future__ import annotations

import html
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr

from model.types import ModelInfo

from .conversation import Visitor
from .facts import abilities, needs, short_count, size_text
from .messages import say, sentence
from .metrics import MeteredModel, MeteredModels
from .status import Note, Problem, status_line
from .wiring import AT_ONCE, STREAM, TAKE_ORDER, Updates, read_order
from .worker import batches


class ModelChoice:
    """The components of the choice; `stored` is what the visitor chose, kept in the browser."""

    def __init__(self, models: MeteredModels, visitor: gr.State, lang: str, saved: bool = False) -> None:
        """saved: whether the operator saves conversations, which is said beside the model."""
        self.models = models
        self.saved = saved
        self.visitor = visitor
        self.stored = gr.BrowserState("", storage_key="glm-webui-model", secret="glm-webui")
        nobody = Visitor(lang)
        with gr.Row(elem_classes="glm-model"):
            several = len(models.all) > 1
            self.select = gr.HTML(self.select_html(nobody), elem_id="glm-choice", padding=False, visible=several)
            self.about = gr.HTML(self.about_html(nobody), elem_id="glm-about", padding=False)
        self.chosen = gr.Button("", visible="hidden", elem_id="glm-choose")

    def model(self, visitor: Visitor) -> MeteredModel:
        """The model that answers the visitor."""
        return self.models.find(visitor.model) or self.models.current

    def info(self, visitor: Visitor) -> ModelInfo:
        """What that is."""
        return self.model(visitor).info

    def settle(self, visitor: Visitor, stored: Any) -> None:
        """A page has opened: its model is the visitor's own choice, or the one in memory."""
        wished = stored if isinstance(stored, str) and self.models.find(stored) is not None else ""
        visitor.model = wished or self.models.current.info.name

    def words(self, visitor: Visitor) -> Updates:
        """The choice and what is chosen, in the visitor's language."""
        return {self.select: self.select_html(visitor), self.about: self.about_html(visitor)}

    def parts(self) -> list[Any]:
        """The components that `words` updates."""
        return [self.select, self.about]

    def select_html(self, visitor: Visitor) -> str:
        """Every model with what it needs and can do."""
        options = options_html(self.models, self.info(visitor).name, visitor.lang)
        label = say("models", visitor.lang)
        return f'<select class="glm-select" id="glm-model" aria-label="{label}" title="{label}">{options}</select>'

    def about_html(self, visitor: Visitor) -> str:
        """The chosen model's name, and what it can do."""
        model, lang = self.model(visitor), visitor.lang
        info, asleep = model.info, ""
        note = f'<p class="glm-saved">{say("saved_note", lang)}</p>' if self.saved else ""
        facts = []
        if info.parameters:
            count = short_count(info.parameters)
            facts.append(say("model_runs", lang, parameters=count, precision=info.precision, device=info.device))
        facts += abilities(info, lang)
        if not model.loaded:
            size = size_text(info.weight_bytes) if info.weight_bytes else say("needs_download", lang)
            asleep = say("model_asleep", lang, size=size) + " "
        return (
            f"<h1>{html.escape(info.name)}</h1> <small>{html.escape(' · '.join(facts))}</small>"
            f"<p>{html.escape(asleep + info.description.get(lang, ''))}</p>{note}"
        )

    def wire(
        self, on_model: Callable[[Visitor, Any], Updates], inputs: list[Any], outputs: list[Any], status: gr.HTML
    ) -> None:
        """Lets a choice reach `on_model`, once the model is there.

        inputs: the script's order, and the preset chosen.
        """

        async def on_choice(visitor: Visitor, preset: Any, order: str) -> AsyncIterator[Updates]:
            async for updates in self.on_choice(visitor, order, on_model, preset):
                yield {status if part is None else part: update for part, update in updates.items()}

        order, preset = inputs
        self.chosen.click(on_choice, [self.visitor, preset, order], outputs, js=TAKE_ORDER, **STREAM).then(
            None, None, None, js="() => glm.settleChoice()", **AT_ONCE
        )

    async def on_choice(
        self, visitor: Visitor, order: str, on_model: Callable[[Visitor, Any], Updates], preset: Any
    ) -> AsyncIterator[Updates]:
        """The visitor has chosen a model: it is loaded, and the one before answers until then if this fails.

        The key None stands for the status line.
        """
        model, before = self.models.find(read_order(order)["text"]), self.info(visitor).name
        if model is None or visitor.conversation.running:
            yield self.words(visitor)
            return
        wished = visitor.model = model.info.name
        stop = threading.Event()
        try:
            async for loading in batches(lambda: model.bringing(stop), stop, per_second=5.0):
                if visitor.model != wished:  # another one has been chosen since
                    return
                visitor.notice = loading[-1]
                yield {None: status_line(visitor.notice, model.info, visitor.lang)}
        except Exception as error:
            visitor.model = before
            visitor.notice = Problem(sentence(error, visitor.lang))
            yield on_model(visitor, preset)
            return
        visitor.notice = Note(say("switched", visitor.lang, name=wished))
        yield {**on_model(visitor, preset), self.stored: visitor.model}


def options_html(models: MeteredModels, chosen: str, lang: str) -> str:
    """Every model with what it needs and can do, for a `<select>`."""
    options = []
    for model in models.all:
        info = model.info
        facts = " · ".join([info.name, *abilities(info, lang), needs(info, model.loaded, lang)])
        mark = " selected" if info.name == chosen else ""
        options.append(f'<option value="{html.escape(info.name)}"{mark}>{html.escape(facts)}</option>')
    return "".join(options)
