"""The pieces that both pages are made of, and how they act together."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any
from urllib.parse import quote

import gradio as gr

from model.errors import UserError
from vision.errors import ImageError

from . import record
from .archive import Archive
from .choice import ModelChoice
from .controls import Controls, read_values
from .conversation import Run, Visitor
from .display import clean
from .examples import TEXTS, Example
from .export import conversation_html, conversation_markdown
from .head import Head
from .markup import SAVE_FILE, hello_html
from .messages import pick_language, say, sentence
from .metrics import MeteredModels
from .pictures import Picture
from .settings import Settings
from .status import Problem, status_line
from .turns import Frame, answer, chat_messages
from .wiring import (
    AS_LOADED,
    AS_SENT,
    AT_ONCE,
    BOX,
    CHAT,
    QUIET,
    STREAM,
    TAKE_ORDER,
    Updates,
    file_to_save,
    merged,
    read_order,
)

MOST_CHIPS = 12


class Page:
    """A chat: header, conversation, status line, text box, controls. `kind` chooses its words ("chat", "image")."""

    kind = "chat"
    examples: tuple[Example, ...] = TEXTS[:MOST_CHIPS]

    def __init__(self, models: MeteredModels, settings: Settings, archive: Archive | None = None) -> None:
        self.models = models
        self.settings = settings
        self.usage = models.usage
        self.archive = archive
        self.first_lang = pick_language(settings.lang)

    # --- Building

    def build(self, demo: gr.Blocks) -> None:
        """Makes the page inside `demo`, whose context is open."""
        self.visitor = gr.State(Visitor(self.first_lang))
        # Not inside the settings, which gradio only makes when they are opened.
        self.stored_presets = gr.BrowserState({}, storage_key="glm-webui-presets", secret="glm-webui")
        lang = self.first_lang
        self.head = Head(self.kind, lang)
        self.choice = ModelChoice(self.models, self.visitor, lang, saved=self.archive is not None)
        self.build_body(lang)
        self.wire(demo)

    def build_body(self, lang: str) -> None:
        """Everything below the header."""
        with gr.Column(elem_classes="glm-chat"):
            self.build_chat(lang)

    def build_chat(self, lang: str) -> None:
        """The conversation and what belongs to it."""
        self.chatbot = gr.Chatbot(
            elem_id="glm-conversation",
            height="100%",
            **CHAT,
            placeholder=hello_html(self.kind, lang),
        )
        self.build_examples(lang)
        self.status = gr.HTML(status_line(None, self.models.current.info, lang), elem_id="glm-status", padding=False)
        self.box = gr.Textbox(
            label=say(f"box_{self.kind}", lang),
            placeholder=say(f"box_{self.kind}_hint", lang),
            elem_id="glm-box",
            **BOX,
        )
        with gr.Row(elem_classes="glm-actions"):
            self.again = gr.Button(
                say("regenerate", lang), size="sm", interactive=False, elem_id="glm-regenerate", min_width=0
            )
            self.undo = gr.Button(say("undo", lang), size="sm", interactive=False, elem_id="glm-undo", min_width=0)
            self.clear = gr.Button(say("clear", lang), size="sm", elem_id="glm-clear", min_width=0)
            self.save = gr.Button(say("save", lang), size="sm", interactive=False, elem_id="glm-save", min_width=0)
        self.build_links_to_script()
        with gr.Accordion(say("controls", lang), open=False, elem_id="glm-controls") as self.accordion:
            self.controls = Controls(self.choice.info, self.visitor, self.stored_presets, lang)

    def build_links_to_script(self) -> None:
        """What the page's script reads (`state`, `saved`), writes (`order`) and presses; nobody sees it."""
        hidden: dict[str, Any] = {"visible": "hidden", "show_label": False}
        self.state = gr.Textbox("", elem_id="glm-state", interactive=False, **hidden)
        self.saved = gr.Textbox("", elem_id="glm-saved", interactive=False, **hidden)
        self.order = gr.Textbox("", elem_id="glm-order", **hidden)
        self.at_once = gr.Button("", visible="hidden", elem_id="glm-at-once")
        self.in_turn = gr.Button("", visible="hidden", elem_id="glm-in-turn")

    def build_examples(self, lang: str) -> None:
        """A button for each example; a click fills the box with its prompt. They go when the conversation begins."""
        with gr.Row(elem_classes="glm-chips") as self.chip_row:
            self.chips = [
                gr.Button(example.prompt(lang), size="sm", elem_classes="glm-chip", min_width=0)
                for example in self.examples
            ]

    # --- What the page shows

    def words(self, visitor: Visitor) -> Updates:
        """Every label in the visitor's language."""
        lang = visitor.lang
        updates: Updates = {
            **self.head.words(lang),
            **self.choice.words(visitor),
            self.chatbot: gr.update(
                value=chat_messages(visitor.conversation, lang), placeholder=hello_html(self.kind, lang)
            ),
            self.status: self.status_text(visitor),
            self.box: gr.update(label=say(f"box_{self.kind}", lang), placeholder=say(f"box_{self.kind}_hint", lang)),
            self.again: gr.update(value=say("regenerate", lang)),
            self.undo: gr.update(value=say("undo", lang)),
            self.clear: gr.update(value=say("clear", lang)),
            self.save: gr.update(value=say("save", lang)),
            self.accordion: gr.update(label=say("controls", lang)),
        }
        for chip, example in zip(self.chips, self.examples, strict=True):
            updates[chip] = gr.update(value=example.prompt(lang))
        return {**updates, **self.controls.words(lang)}

    def show(self, visitor: Visitor, frame: Frame | None = None) -> Updates:
        """The conversation and the status line; with a frame also the state of box and buttons."""
        updates: Updates = {
            self.chatbot: chat_messages(visitor.conversation, visitor.lang),
            self.status: self.status_text(visitor),
        }
        if frame is not None:
            text: dict[str, Any] = {} if frame.text is None else {"value": frame.text}
            updates[self.box] = gr.update(submit_btn=not frame.running, stop_btn=frame.running, **text)
            empty = visitor.conversation.transcript.leaf is None
            settled = gr.update(interactive=not empty and not frame.running)
            updates |= {self.again: settled, self.save: settled}
            updates[self.undo] = gr.update(interactive=visitor.conversation.can_undo and not frame.running)
            updates[self.chip_row] = gr.update(visible=empty)
            updates[self.state] = self.state_text(visitor)
            if not frame.running:  # what is in memory may have changed
                updates |= self.choice.words(visitor)
                self.save_copy(visitor)
        return updates

    def status_text(self, visitor: Visitor) -> str:
        """The line under the conversation."""
        return status_line(visitor.notice, self.choice.info(visitor), visitor.lang)

    def save_copy(self, visitor: Visitor) -> None:
        """The operator's copy of the conversation, where there is to be one."""
        if self.archive is not None:
            self.archive.keep(visitor.conversation, self.kind, self.choice.info(visitor).name)

    def state_text(self, visitor: Visitor) -> str:
        """For the script: the conversation as the visitor's browser keeps it, where its pictures are, which go with the
        next question, whether an answer is on its way, and whether opinions on answers are asked for."""
        conversation = visitor.conversation
        info = self.choice.info(visitor)
        pictures = {**conversation.transcript.pictures(), **{picture.name: picture for picture in visitor.pictures}}
        state = {
            "record": record.to_json(conversation, self.kind, info.name),
            "pictures": {name: f"gradio_api/file={quote(picture.path)}" for name, picture in pictures.items()},
            "next": [picture.name for picture in visitor.pictures],
            "several": info.several_images,
            "running": conversation.running,
            "feedback": self.usage is not None,
        }
        return json.dumps(state, ensure_ascii=False)

    # --- What happens

    def wire(self, demo: gr.Blocks) -> None:
        """Connects the components with the handlers below."""
        everything, parts = [*self.word_parts(), *self.answer_parts()], self.answer_parts()
        inputs = [self.visitor, *self.controls.parts.values()]
        opened = demo.load(
            self.on_load,
            [self.visitor, self.head.stored, self.stored_presets, self.choice.stored, self.order],
            everything,
            js="async (...inputs) => [...inputs.slice(0, -1), await glm.restore()]",
            **QUIET,
        )
        self.head.name(opened)
        self.head.wire(
            self.on_language,
            [self.visitor, self.head.language, self.stored_presets],
            [*self.word_parts(), self.head.stored],
        )
        self.choice.wire(
            self.on_model, [self.order, self.controls.preset], [*everything, self.choice.stored], self.status
        )
        self.box.submit(self.on_submit, [*inputs, self.box], parts, js=AS_SENT, **STREAM)
        self.again.click(self.on_again, inputs, parts, js=AS_LOADED, **STREAM)
        self.in_turn.click(self.on_order_in_turn, [*inputs, self.order], parts, js=TAKE_ORDER, **STREAM)
        self.at_once.click(self.on_order, [self.visitor, self.order], parts, js=TAKE_ORDER, **AT_ONCE).then(
            None, None, None, js="() => glm.orderDone()", **AT_ONCE
        )
        self.state.change(None, self.state, None, js="(text) => glm.show(text)", **AT_ONCE)
        self.box.stop(self.on_stop, self.visitor, None, **AT_ONCE)
        self.undo.click(self.on_undo, self.visitor, parts, js=AS_LOADED, **AT_ONCE)
        self.clear.click(self.on_clear, self.visitor, parts, **AT_ONCE)
        self.save.click(
            self.on_save,
            [self.visitor, self.order],
            self.saved,
            js="async (visitor) => glm.asLoaded([visitor, await glm.chooseFormat()])",
            **AT_ONCE,
        ).then(None, self.saved, None, js=SAVE_FILE, **AT_ONCE)
        for chip, example in zip(self.chips, self.examples, strict=True):
            chip.click(partial(self.on_example, example), self.visitor, self.example_parts(), **AT_ONCE)

    def word_parts(self) -> list[Any]:
        """The components that `words` updates."""
        parts = [*self.head.parts(), *self.choice.parts(), self.chatbot, self.status, self.box]
        buttons = [self.again, self.undo, self.clear, self.save, *self.chips]
        return [*parts, *buttons, self.accordion, *self.controls.word_parts()]

    def answer_parts(self) -> list[Any]:
        """The components that `show` updates."""
        buttons = [self.again, self.undo, self.save, self.chip_row]
        return [self.chatbot, self.status, self.box, *buttons, self.state, *self.choice.parts()]

    def example_parts(self) -> list[Any]:
        """The components that `on_example` updates."""
        return [self.box]

    def on_load(
        self, visitor: Visitor, stored: str, presets: Any, model: Any, order: str, request: gr.Request
    ) -> Updates:
        """The page has opened: its language is the visitor's own choice, the operator's, or the browser's; its
        conversation the one that this tab showed before, if it did."""
        wished = stored if isinstance(stored, str) else ""
        visitor.lang = pick_language(wished, self.settings.lang, request.headers.get("accept-language"))
        self.choice.settle(visitor, model)
        updates = {**self.words(visitor), **self.controls.own_presets(presets, visitor.lang)}
        updates[self.state] = self.state_text(visitor)
        return merged(updates, self.on_order(visitor, order)) if order else updates

    def on_language(self, visitor: Visitor, lang: str, presets: Any) -> Updates:
        visitor.lang = pick_language(lang)
        updates = {**self.words(visitor), **self.controls.own_presets(presets, visitor.lang)}
        return {**updates, self.head.stored: visitor.lang}

    def on_model(self, visitor: Visitor, preset: Any) -> Updates:
        """Another model answers the visitor from now on."""
        updates = {**self.words(visitor), **self.controls.for_model(visitor, preset)}
        return merged(updates, self.show(visitor, Frame(visitor.conversation.running)))

    async def on_submit(self, visitor: Visitor, *values: Any) -> AsyncIterator[Updates]:
        """The visitor has sent a question."""
        *given, text = values
        if not isinstance(text, str) or not text.strip():
            visitor.notice = Problem(say("nothing_typed", visitor.lang))
            yield {self.status: self.status_text(visitor)}
            return

        def ask() -> Run | None:
            run = visitor.conversation.ask(clean(text), visitor.pictures)
            if run is not None:
                visitor.pictures = ()
                visitor.follow_ups.pop(text, None)
            return run

        async for updates in self.run(visitor, tuple(given), ask, visitor.follow_ups.get(text, "")):
            yield updates

    async def on_again(self, visitor: Visitor, *values: Any) -> AsyncIterator[Updates]:
        """The visitor wants another answer to the last question."""
        async for updates in self.run(visitor, values, visitor.conversation.ask_again):
            yield updates

    async def on_order_in_turn(self, visitor: Visitor, *values: Any) -> AsyncIterator[Updates]:
        """The visitor wants something of the model that belongs to one message."""
        order, conversation = read_order(values[-1]), visitor.conversation
        text = clean(order["text"]) if order["do"] == "ask instead" else ""

        def start() -> Run | None:
            if text.strip():
                return conversation.ask(text, instead_of=order["id"])
            if order["do"] == "answer again":
                return conversation.ask_again(order["id"])
            return conversation.go_on() if order["do"] == "go on" else None

        async for updates in self.run(visitor, values[:-1], start, box=None, edited=text or None):
            yield updates

    async def run(
        self,
        visitor: Visitor,
        values: tuple[Any, ...],
        start: Callable[[], Run | None],
        box: str | None = "",
        edited: str | None = None,
    ) -> AsyncIterator[Updates]:
        """Lets the model answer what `start` asks; meanwhile the text box holds `box`, or (None) what it held.

        edited: a question that is not from the box, and goes there when the settings are wrong: then nothing is asked.
        """
        try:
            said = dict(zip(self.controls.parts, values, strict=True))
            model = self.choice.model(visitor)
            params, system = read_values(said, model.info.defaults)
        except UserError as error:
            visitor.notice = Problem(sentence(error, visitor.lang))
            yield self.show(visitor, Frame(visitor.conversation.running, text=edited))
            return
        run = start()
        if run is None:
            key = "still_answering" if visitor.conversation.running else "nothing_to_repeat"
            gr.Warning(say(key, visitor.lang), title=say("notice", visitor.lang))
            yield {self.status: gr.skip()}
            return
        try:
            async with aclosing(answer(model, visitor, run, params, box, system)) as frames:
                async for frame in frames:
                    yield self.show(visitor, frame if frame.keep else None)
        finally:
            self.save_copy(visitor)  # also when the page is gone: by now the answer is settled

    def on_stop(self, visitor: Visitor) -> None:
        visitor.conversation.stop()

    def on_clear(self, visitor: Visitor) -> Updates:
        """A new conversation."""
        visitor.start_anew()
        return self.show(visitor, Frame(running=False))

    def on_undo(self, visitor: Visitor) -> Updates:
        """The last change is taken back; a question that goes with it returns to the text box."""
        question = visitor.conversation.undo()
        visitor.notice = None
        if question is None:
            return self.show(visitor, Frame(visitor.conversation.running))
        visitor.pictures = question.pictures
        return self.show(visitor, Frame(visitor.conversation.running, text=question.text))

    def on_order(self, visitor: Visitor, text: str) -> Updates:
        """The visitor has done something in a part of the page that the script draws."""
        order, conversation = read_order(text), visitor.conversation
        acts: dict[str, Callable[[], str | None]] = {
            **self.more_orders(visitor, order),
            "open": lambda: self.open(visitor, order["text"]),
            "import": lambda: self.open(visitor, order["text"], anew=True),
            "forget": lambda: self.forget(order["text"]),
            "rename": lambda: setattr(conversation, "title", clean(order["text"]).strip()[: record.MAX_TITLE]),
            "remove": lambda: conversation.remove(order["id"]),
            "show version": lambda: conversation.show_version(order["id"]),
            "edit answer": lambda: conversation.edit_answer(order["id"], clean(order["text"])),
            "like": lambda: self.rate(visitor, order["id"], True, order["text"]),
            "dislike": lambda: self.rate(visitor, order["id"], False, order["text"]),
            "take opinion back": lambda: self.rate(visitor, order["id"], None),
        }
        box = acts[order["do"]]() if order["do"] in acts else None
        return self.show(visitor, Frame(visitor.conversation.running, text=box))

    def forget(self, text: str) -> None:
        """The visitor has deleted the conversations whose ids a JSON list holds."""
        try:
            ids = json.loads(text)
        except (ValueError, RecursionError):
            return
        if self.archive is not None and isinstance(ids, list):
            for id in ids:
                self.archive.forget(str(id))

    def more_orders(self, visitor: Visitor, order: dict[str, Any]) -> dict[str, Callable[[], str | None]]:
        """What a page of another kind understands as well."""
        return {}

    def rate(self, visitor: Visitor, entry_id: int, liked: bool | None, reason: str = "") -> None:
        """What the visitor thinks of an answer, for the operator who asks for it."""
        conversation = visitor.conversation
        entry = conversation.transcript.find(entry_id)
        if self.usage is not None and entry is not None and entry.role == "assistant":
            wrote = self.models.find(entry.model) or self.choice.model(visitor)  # a file may name anything
            self.usage.add_feedback(f"{conversation.id}/{entry.id}", wrote.info.name, liked, clean(reason))

    def open(self, visitor: Visitor, text: str, anew: bool = False) -> str | None:
        """Takes up a conversation from the visitor's browser, or (`anew`) from a file; a question in it that was not
        answered is for the text box."""
        try:
            read = record.from_json(text, self.keep)
        except (UserError, ImageError) as error:
            visitor.notice = Problem(sentence(error, visitor.lang))
            return None
        visitor.start_anew()
        last, transcript = read.transcript.path()[-1], read.transcript
        if last.role == "user":
            transcript = transcript.remove(last)
            visitor.pictures = last.pictures
        visitor.conversation.load(transcript, read.title, None if anew else read.id)
        return last.text if last.role == "user" else None

    def keep(self, data: bytes) -> Picture | None:
        """A picture of an opened conversation, on pages that show pictures."""
        return None

    def on_save(self, visitor: Visitor, file_format: str) -> str:
        """The conversation as a file for the script to hand over: its name, type and text."""
        conversation = visitor.conversation
        name = self.choice.info(visitor).name
        path, title = conversation.transcript.path(), conversation.title or conversation.transcript.title()
        shown = (path, title, name, visitor.lang)
        if file_format == "html":
            kind, text = "text/html", conversation_html(*shown)
        elif file_format == "md":
            kind, text = "text/markdown", conversation_markdown(*shown)
        elif file_format == "json":
            kind, text = "application/json", record.to_file(conversation, self.kind, name)
        else:
            return ""
        return file_to_save(title, file_format, kind, text)

    def on_example(self, example: Example, visitor: Visitor) -> Updates:
        """The visitor has chosen an example: its prompt is ready to be sent."""
        visitor.follow_ups = example.follow_ups(visitor.lang)
        return {self.box: example.prompt(visitor.lang)}
