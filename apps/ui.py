"""The pieces that both pages are made of, and how they act together."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import gradio as gr

from model.errors import UserError
from model.types import GenerationParams, ModelInfo

from .conversation import Visitor
from .display import clean
from .examples import TEXTS, Example
from .export import conversation_html
from .markup import SAVE_FILE, about_html, hello_html, links_html, name_page
from .messages import LANGUAGES, pick_language, say, sentence
from .settings import Settings
from .status import Problem, status_line
from .turns import Frame, answer, chat_messages, read_params

Updates = dict[Any, Any]
LATEX: list[dict[str, str | bool]] = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": r"\[", "right": r"\]", "display": True},
    {"left": r"\(", "right": r"\)", "display": False},
]
MOST_CHIPS = 12
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
STREAM: dict[str, Any] = {**QUIET, "trigger_mode": "multiple", "preprocess": False}
AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}


class Page:
    """A chat: header, conversation, status line, text box, controls. `kind` chooses its words ("chat", "image")."""

    kind = "chat"
    examples: tuple[Example, ...] = TEXTS[:MOST_CHIPS]

    def __init__(self, chat_model: Any, settings: Settings) -> None:
        self.chat_model = chat_model
        self.info: ModelInfo = chat_model.info
        self.settings = settings
        self.first_lang = pick_language(settings.lang)

    # --- Building

    def build(self, demo: gr.Blocks) -> None:
        """Makes the page inside `demo`, whose context is open."""
        self.visitor = gr.State(Visitor(self.first_lang))
        self.stored_lang = gr.BrowserState("", storage_key="glm-webui-lang", secret="glm-webui")
        gr.Navbar(visible=False)
        lang = self.first_lang
        with gr.Row(elem_classes="glm-top"):
            self.links = gr.HTML(links_html(self.kind, lang), elem_classes="glm-links", padding=False)
            self.language = gr.Radio(
                [(name, code) for code, name in LANGUAGES.items()],
                value=lang,
                container=False,
                show_label=False,
                min_width=0,
                scale=0,
                elem_id="glm-language",
            )
        self.about = gr.HTML(about_html(self.info, lang), elem_id="glm-about", padding=False)
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
            show_label=False,
            container=False,
            height="100%",
            layout="bubble",
            buttons=["copy"],
            latex_delimiters=LATEX,
            sanitize_html=True,
            feedback_options=None,
            placeholder=hello_html(self.kind, lang),
        )
        self.raw = gr.Textbox("[]", visible="hidden", elem_id="glm-raw", show_label=False, interactive=False)
        self.build_examples(lang)
        self.status = gr.HTML(status_line(None, self.info, lang), elem_id="glm-status", padding=False)
        self.box = gr.Textbox(
            lines=1,
            max_lines=10,
            show_label=False,
            label=say(f"box_{self.kind}", lang),
            placeholder=say(f"box_{self.kind}_hint", lang),
            container=False,
            autofocus=True,
            submit_btn=True,
            stop_btn=False,
            elem_id="glm-box",
        )
        with gr.Row(elem_classes="glm-actions"):
            self.again = gr.Button(
                say("regenerate", lang), size="sm", interactive=False, elem_id="glm-regenerate", min_width=0
            )
            self.clear = gr.Button(say("clear", lang), size="sm", elem_id="glm-clear", min_width=0)
            self.save = gr.Button(say("save", lang), size="sm", interactive=False, elem_id="glm-save", min_width=0)
        self.saved = gr.Textbox("", visible="hidden", elem_id="glm-saved", show_label=False, interactive=False)
        with gr.Accordion(say("controls", lang), open=False, elem_id="glm-controls") as self.accordion:
            self.build_controls(lang)

    def build_examples(self, lang: str) -> None:
        """A button for each example; a click fills the box with its prompt. They go when the conversation begins."""
        with gr.Row(elem_classes="glm-chips") as self.chip_row:
            self.chips = [
                gr.Button(example.prompt(lang), size="sm", elem_classes="glm-chip", min_width=0)
                for example in self.examples
            ]

    def build_controls(self, lang: str) -> None:
        """The sampling parameters, named as in `GenerationParams`."""
        defaults = self.info.defaults
        longest = max(1, self.info.context_length // 2)
        ranges: dict[str, tuple[float, float, float]] = {
            "max_new_tokens": (1, longest, 1),
            "temperature": (0, max(1.5, defaults.temperature), 0.05),
            "top_p": (0.05, 1, 0.05),
            "top_k": (0, max(100, defaults.top_k), 1),
            "repetition_penalty": (0.8, max(1.5, defaults.repetition_penalty), 0.05),
        }
        self.controls: dict[str, gr.Slider | gr.Textbox] = {}
        with gr.Row():
            for name, (low, high, step) in ranges.items():
                self.controls[name] = gr.Slider(
                    low,
                    high,
                    value=min(max(getattr(defaults, name), low), high),
                    step=step,
                    label=say(name, lang),
                    info=say(f"{name}_help", lang),
                    min_width=240,
                )
            self.controls["seed"] = gr.Textbox(
                "", max_lines=1, label=say("seed", lang), info=say("seed_help", lang), min_width=240
            )

    # --- What the page shows

    def words(self, visitor: Visitor) -> Updates:
        """Every label in the visitor's language."""
        lang = visitor.lang
        updates: Updates = {
            self.links: links_html(self.kind, lang),
            self.about: about_html(self.info, lang),
            self.language: lang,
            self.chatbot: gr.update(
                value=chat_messages(visitor.conversation, lang), placeholder=hello_html(self.kind, lang)
            ),
            self.status: status_line(visitor.notice, self.info, lang),
            self.box: gr.update(label=say(f"box_{self.kind}", lang), placeholder=say(f"box_{self.kind}_hint", lang)),
            self.again: gr.update(value=say("regenerate", lang)),
            self.clear: gr.update(value=say("clear", lang)),
            self.save: gr.update(value=say("save", lang)),
            self.accordion: gr.update(label=say("controls", lang)),
        }
        for chip, example in zip(self.chips, self.examples, strict=True):
            updates[chip] = gr.update(value=example.prompt(lang))
        for name, control in self.controls.items():
            updates[control] = gr.update(label=say(name, lang), info=say(f"{name}_help", lang))
        return updates

    def show(self, visitor: Visitor, frame: Frame | None = None) -> Updates:
        """The conversation and the status line; with a frame also the state of box and buttons."""
        updates: Updates = {
            self.chatbot: chat_messages(visitor.conversation, visitor.lang),
            self.status: status_line(visitor.notice, self.info, visitor.lang),
        }
        if frame is not None:
            text: dict[str, Any] = {} if frame.text is None else {"value": frame.text}
            updates[self.box] = gr.update(submit_btn=not frame.running, stop_btn=frame.running, **text)
            rounds = visitor.conversation.rounds
            texts = [text for round in rounds for text in (round.question, round.answer)]
            updates[self.raw] = json.dumps(texts, ensure_ascii=False)
            settled = gr.update(interactive=bool(rounds) and not frame.running)
            updates |= {self.again: settled, self.save: settled}
            updates[self.chip_row] = gr.update(visible=not rounds)
        return updates

    # --- What happens

    def wire(self, demo: gr.Blocks) -> None:
        """Connects the components with the handlers below."""
        everything, answer_parts = self.word_parts(), self.answer_parts()
        inputs = [self.visitor, *self.controls.values()]
        demo.load(self.on_load, [self.visitor, self.stored_lang], everything, **QUIET).then(
            None, self.language, None, js=name_page(self.kind), **AT_ONCE
        )
        self.language.input(
            self.on_language, [self.visitor, self.language], [*everything, self.stored_lang], **AT_ONCE
        ).then(None, self.language, None, js=name_page(self.kind), **AT_ONCE)
        self.box.submit(self.on_submit, [*inputs, self.box, *self.pictures()], answer_parts, **STREAM)
        self.again.click(self.on_again, inputs, answer_parts, **STREAM)
        self.box.stop(self.on_stop, self.visitor, None, **AT_ONCE)
        self.clear.click(self.on_clear, [self.visitor, *self.pictures()], answer_parts, preprocess=False, **AT_ONCE)
        self.save.click(self.on_save, self.visitor, self.saved, **AT_ONCE).then(
            None, self.saved, None, js=SAVE_FILE, **AT_ONCE
        )
        for chip, example in zip(self.chips, self.examples, strict=True):
            chip.click(partial(self.on_example, example), self.visitor, self.example_parts(), **AT_ONCE)

    def word_parts(self) -> list[Any]:
        """The components that `words` updates."""
        parts = [self.links, self.about, self.language, self.chatbot, self.status, self.box]
        buttons = [self.again, self.clear, self.save, *self.chips]
        return [*parts, *buttons, self.accordion, *self.controls.values()]

    def answer_parts(self) -> list[Any]:
        """The components that `show` updates."""
        return [self.chatbot, self.status, self.box, self.again, self.save, self.chip_row, self.raw]

    def example_parts(self) -> list[Any]:
        """The components that `on_example` updates."""
        return [self.box]

    def pictures(self) -> list[gr.Image]:
        """The picture component, where the page has one."""
        return []

    def on_load(self, visitor: Visitor, stored: str, request: gr.Request) -> Updates:
        """The page has opened: its language is the visitor's own choice, the operator's, or the browser's."""
        wished = stored if isinstance(stored, str) else ""
        visitor.lang = pick_language(wished, self.settings.lang, request.headers.get("accept-language"))
        return self.words(visitor)

    def on_language(self, visitor: Visitor, lang: str) -> Updates:
        visitor.lang = pick_language(lang)
        return {**self.words(visitor), self.stored_lang: visitor.lang}

    async def on_submit(self, visitor: Visitor, *values: Any) -> AsyncIterator[Updates]:
        """The visitor has sent a question."""
        count = len(self.controls)
        text, picture = values[count], picture_path(next(iter(values[count + 1 :]), None))
        if not isinstance(text, str) or not text.strip():
            visitor.notice = Problem(say("nothing_typed", visitor.lang))
            yield {self.status: status_line(visitor.notice, self.info, visitor.lang)}
            return
        conversation = visitor.conversation
        if picture != conversation.picture:
            conversation.clear(picture)
        follow_up = visitor.follow_ups.pop(text, "")
        async for updates in self.run(visitor, values[:count], clean(text), follow_up):
            yield updates

    async def on_again(self, visitor: Visitor, *values: Any) -> AsyncIterator[Updates]:
        """The visitor wants another answer to the last question."""
        async for updates in self.run(visitor, values, None):
            yield updates

    async def run(
        self, visitor: Visitor, values: tuple[Any, ...], text: str | None, follow_up: str = ""
    ) -> AsyncIterator[Updates]:
        """Asks `text`, or (None) the last question again; the box then proposes to follow up on it."""
        conversation = visitor.conversation
        try:
            params: GenerationParams = read_params(dict(zip(self.controls, values, strict=True)), self.info.defaults)
        except UserError as error:
            visitor.notice = Problem(sentence(error, visitor.lang))
            yield {self.status: status_line(visitor.notice, self.info, visitor.lang)}
            return
        run = conversation.ask_again() if text is None else conversation.ask(text)
        if run is None:
            key = "still_answering" if conversation.running else "nothing_to_repeat"
            gr.Warning(say(key, visitor.lang))
            yield {}
            return
        was_running: bool | None = None
        async for frame in answer(self.chat_model, visitor, run, params, follow_up):
            yield self.show(visitor, None if frame.running == was_running else frame)
            was_running = frame.running

    def on_stop(self, visitor: Visitor) -> None:
        visitor.conversation.stop()

    def on_clear(self, visitor: Visitor, payload: Any = None) -> Updates:
        """A new conversation, about the same picture."""
        visitor.start_anew(picture_path(payload))
        return self.show(visitor, Frame(running=False))

    def on_save(self, visitor: Visitor) -> str:
        """The conversation as one HTML file."""
        conversation = visitor.conversation
        return conversation_html(conversation.rounds, conversation.picture, self.info.name, visitor.lang)

    def on_example(self, example: Example, visitor: Visitor) -> Updates:
        """The visitor has chosen an example: its prompt is ready to be sent."""
        visitor.follow_ups = example.follow_ups(visitor.lang)
        return {self.box: example.prompt(visitor.lang)}


def picture_path(payload: Any) -> str | None:
    """The uploaded file that an image component names; gradio has checked that it lies in its upload folder."""
    path = payload.get("path") if isinstance(payload, dict) else None
    return path if isinstance(path, str) else None
