"""The page of comparisons: two models, or two ways to use one, answer the same question side by side."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

import gradio as gr

from model.errors import UserError
from model.types import ModelInfo

from .choice import options_html
from .comparison import OWN_SETTINGS, VOTES, Comparison, Contestant
from .comparison_file import comparison_json, comparison_markdown, who_text
from .controls import Controls, built_in, read_values
from .display import clean
from .examples import TEXTS, Example
from .head import Head
from .markup import SAVE_FILE, hello_html
from .messages import pick_language, say, sentence
from .metrics import MeteredModel, MeteredModels
from .settings import Settings
from .status import Problem, anonymous, status_line
from .turns import chat_messages
from .wiring import AS_LOADED, AT_ONCE, BOX, CHAT, QUIET, STREAM, TAKE_ORDER, Updates, file_to_save, merged, read_order

SIDES = ("left", "right")
CONTESTANTS = ("a", "b")
MOST_EXAMPLES = 6


class ComparePage:
    """Who competes above, what they say below, and a vote."""

    kind = "compare"
    examples = TEXTS[:MOST_EXAMPLES]

    def __init__(self, models: MeteredModels, settings: Settings) -> None:
        self.models = models
        self.settings = settings
        self.first_lang = pick_language(settings.lang)
        self.second_preset = "balanced" if len(models.all) > 1 else "creative"  # one model differs in its settings

    # --- Building

    def build(self, demo: gr.Blocks) -> None:
        """Makes the page inside `demo`, whose context is open."""
        lang = self.first_lang
        self.state = gr.State(Comparison(lang))
        self.presets = gr.BrowserState({}, storage_key="glm-webui-presets", secret="glm-webui")
        self.head = Head(self.kind, lang)
        with gr.Column(elem_classes="glm-compare"):
            with gr.Row(elem_classes="glm-pair"):
                contestants = [self.build_contestant(place, lang) for place in (0, 1)]
            self.selects, self.controls = ([*parts] for parts in zip(*contestants, strict=True))
            with gr.Row(elem_classes="glm-pair glm-answers"):
                sides = [self.build_side(side, lang) for side in SIDES]
            self.names, self.chats, self.statuses = ([*parts] for parts in zip(*sides, strict=True))
            self.build_votes(lang)
            self.build_box(lang)
        self.wire(demo)

    def build_contestant(self, place: int, lang: str) -> tuple[gr.HTML, Controls]:
        """A model and its settings."""
        letter = CONTESTANTS[place]
        with gr.Column(min_width=240, elem_classes="glm-contestant"):
            select = gr.HTML(self.select_html(Comparison(lang), place), padding=False)
            preset = self.second_preset if place else "balanced"
            info, fold = partial(self.info, place), say(f"settings_{letter}", lang)
            controls = Controls(info, self.state, self.presets, lang, id=f"glm-{letter}", fold=fold, preset=preset)
        return select, controls

    def build_side(self, side: str, lang: str) -> tuple[gr.HTML, gr.Chatbot, gr.HTML]:
        """An answer's heading, the conversation, and its status line."""
        with gr.Column(min_width=240, elem_classes="glm-answer-side"):
            name = gr.HTML(f"<h2>{say(f'compare_{side}', lang)}</h2>", elem_classes="glm-answer-name", padding=False)
            placeholder = hello_html(self.kind, lang) if side == "left" else ""
            chat = gr.Chatbot(elem_id=f"glm-{side}", height="100%", placeholder=placeholder, **CHAT)
            status = gr.HTML(status_line(None, self.models.current.info, lang), padding=False)
        return name, chat, status

    def build_votes(self, lang: str) -> None:
        """Which answer is better."""
        with gr.Row(elem_classes="glm-votes", visible=False) as self.vote_row:
            self.which = gr.HTML(f"<p>{say('compare_which', lang)}</p>", padding=False)
            self.votes = [
                gr.Button(say(f"vote_{vote}", lang), size="sm", min_width=0, elem_id=f"glm-vote-{vote}")
                for vote in VOTES
            ]

    def build_box(self, lang: str) -> None:
        """The text box and what stands around it."""
        with gr.Row(elem_classes="glm-chips") as self.chip_row:
            self.chips = [
                gr.Button(example.prompt(lang), size="sm", elem_classes="glm-chip", min_width=0)
                for example in self.examples
            ]
        self.notice = gr.HTML(status_line(None, self.models.current.info, lang), elem_id="glm-status", padding=False)
        self.box = gr.Textbox(
            label=say("box_compare", lang), placeholder=say("box_compare_hint", lang), elem_id="glm-box", **BOX
        )
        with gr.Row(elem_classes="glm-actions"):
            self.clear = gr.Button(say("compare_clear", lang), size="sm", elem_id="glm-clear", min_width=0)
            self.save = gr.Button(say("save", lang), size="sm", interactive=False, elem_id="glm-save", min_width=0)
            self.blind = gr.Checkbox(label=say("blind", lang), container=False, min_width=0, elem_id="glm-blind")
        hidden: dict[str, Any] = {"visible": "hidden", "show_label": False}
        self.saved = gr.Textbox("", elem_id="glm-saved", interactive=False, **hidden)
        self.order = gr.Textbox("", elem_id="glm-order", **hidden)
        self.chosen = gr.Button("", visible="hidden", elem_id="glm-choose")

    # --- What the page shows

    def model(self, place: int, comparison: Comparison) -> MeteredModel:
        """The model of a contestant."""
        return self.models.find(comparison.chosen[place]) or self.models.current

    def info(self, place: int, comparison: Comparison) -> ModelInfo:
        """What that is."""
        return self.model(place, comparison).info

    def select_html(self, comparison: Comparison, place: int) -> str:
        """The choice of a contestant's model; just its name where there is only one."""
        lang, chosen, letter = comparison.lang, self.info(place, comparison).name, CONTESTANTS[place]
        label = say(f"contestant_{letter}", lang)
        choice = html.escape(chosen)
        if len(self.models.all) > 1:
            options = options_html(self.models, chosen, lang)
            choice = f'<select class="glm-select" data-place="{place}" aria-label="{label}">{options}</select>'
        return f'<div class="glm-who"><b title="{label}">{letter.upper()}</b> {choice}</div>'

    def name_html(self, comparison: Comparison, side: int) -> str:
        """The heading of a side: who it is, once that may be known."""
        place, who = say(f"compare_{SIDES[side]}", comparison.lang), ""
        if comparison.rounds and not comparison.hidden:
            letter = CONTESTANTS[comparison.order[side]].upper()
            who = f"{letter} · {who_text(comparison.rounds[-1].contestants[side], comparison.lang)}"
        elif comparison.rounds:
            who = say("compare_hidden", comparison.lang)
        return f"<h2>{place} <small>{html.escape(who)}</small></h2>"

    def words(self, comparison: Comparison) -> Updates:
        """Every label in the visitor's language."""
        lang = comparison.lang
        updates: Updates = {
            **self.head.words(lang),
            self.which: f"<p>{say('compare_which', lang)}</p>",
            self.box: gr.update(label=say("box_compare", lang), placeholder=say("box_compare_hint", lang)),
            self.clear: gr.update(value=say("compare_clear", lang)),
            self.save: gr.update(value=say("save", lang)),
            self.blind: gr.update(label=say("blind", lang)),
        }
        for place, controls in enumerate(self.controls):
            updates[self.selects[place]] = self.select_html(comparison, place)
            updates[controls.fold] = gr.update(label=say(f"settings_{CONTESTANTS[place]}", lang))
            updates |= controls.words(lang)
        for vote, button in zip(VOTES, self.votes, strict=True):
            updates[button] = gr.update(value=say(f"vote_{vote}", lang))
        for chip, example in zip(self.chips, self.examples, strict=True):
            updates[chip] = gr.update(value=example.prompt(lang))
        return updates

    def word_parts(self) -> list[Any]:
        """The components that `words` updates."""
        parts = [*self.head.parts(), self.which, self.box, self.clear, self.save, self.blind, *self.selects]
        settings = [part for controls in self.controls for part in (controls.fold, *controls.word_parts())]
        return [*parts, *settings, *self.votes, *self.chips]

    def show(self, comparison: Comparison, text: str | None = None) -> Updates:
        """Both sides, and the state of box and buttons; `text` is for the box, None leaves it alone."""
        lang, running = comparison.lang, comparison.running
        updates: Updates = {self.notice: self.status_text(comparison)}
        for side, visitor in enumerate(comparison.sides):
            updates[self.names[side]] = self.name_html(comparison, side)
            updates[self.chats[side]] = gr.update(
                value=chat_messages(visitor.conversation, lang),
                placeholder=hello_html(self.kind, lang) if side == 0 else "",
            )
            info = self.info(comparison.order[side], comparison)
            notice = anonymous(visitor.notice) if comparison.hidden else visitor.notice
            updates[self.statuses[side]] = status_line(notice, info, lang)
            if not running:  # what is in memory may have changed
                updates[self.selects[side]] = self.select_html(comparison, side)
        filled: dict[str, Any] = {} if text is None else {"value": text}
        updates[self.box] = gr.update(submit_btn=not running, stop_btn=running, **filled)
        updates[self.chip_row] = gr.update(visible=not comparison.rounds)
        updates[self.save] = gr.update(interactive=comparison.may_vote)
        updates[self.blind] = gr.update(interactive=not comparison.rounds)
        updates[self.vote_row] = gr.update(visible=comparison.may_vote)
        voted = comparison.rounds[-1].vote if comparison.rounds else ""
        for vote, button in zip(VOTES, self.votes, strict=True):
            updates[button] = gr.update(variant="primary" if vote == voted else "secondary")
        return updates

    def answer_parts(self) -> list[Any]:
        """The components that `show` updates."""
        parts = [*self.names, *self.chats, *self.statuses, *self.selects, *self.votes]
        return [*parts, self.notice, self.box, self.chip_row, self.save, self.blind, self.vote_row]

    def status_text(self, comparison: Comparison) -> str:
        """The line above the box."""
        return status_line(comparison.notice, self.models.current.info, comparison.lang)

    # --- What happens

    def wire(self, demo: gr.Blocks) -> None:
        """Connects the components with the handlers below."""
        parts = self.answer_parts()
        everything = list(dict.fromkeys([*self.word_parts(), *parts]))
        settings = [part for controls in self.controls for part in controls.parts.values()]
        opened = demo.load(
            self.on_load,
            [self.state, self.head.stored, self.presets],
            everything,
            js="async (...inputs) => { await glm.wake(); return inputs; }",
            **QUIET,
        )
        self.head.name(opened)
        language = [self.state, self.head.language, self.presets]
        self.head.wire(self.on_language, language, [*everything, self.head.stored])
        self.box.submit(self.on_submit, [self.state, self.box, *settings], parts, js=AS_LOADED, **STREAM)
        self.box.stop(lambda comparison: comparison.stop(), self.state, None, **AT_ONCE)
        presets = [controls.preset for controls in self.controls]
        self.chosen.click(self.on_choice, [self.state, *presets, self.order], everything, js=TAKE_ORDER, **AT_ONCE)
        self.blind.input(self.on_blind, [self.state, self.blind], None, **AT_ONCE)
        self.clear.click(self.on_clear, self.state, parts, js=AS_LOADED, **AT_ONCE)
        self.save.click(
            self.on_save,
            [self.state, self.order],
            self.saved,
            js='async (state) => glm.asLoaded([state, await glm.chooseFormat(["md", "data"])])',
            **AT_ONCE,
        ).then(None, self.saved, None, js=SAVE_FILE, **AT_ONCE)
        for vote, button in zip(VOTES, self.votes, strict=True):
            button.click(partial(self.on_vote, vote), self.state, parts, js=AS_LOADED, **AT_ONCE)
        for chip, example in zip(self.chips, self.examples, strict=True):
            chip.click(partial(self.on_example, example), self.state, self.box, **AT_ONCE)

    def on_load(self, comparison: Comparison, stored: Any, presets: Any, request: gr.Request) -> Updates:
        """The page has opened."""
        wished = stored if isinstance(stored, str) else ""
        comparison.lang = pick_language(wished, self.settings.lang, request.headers.get("accept-language"))
        names = [model.info.name for model in self.models.all]
        names.sort(key=lambda name: name != self.models.current.info.name)
        comparison.chosen = [names[0], names[min(1, len(names) - 1)]]
        updates = self.all_words(comparison, presets)
        for controls, preset in zip(self.controls, ("balanced", self.second_preset), strict=True):
            updates = merged(updates, controls.for_model(comparison, preset))
        return updates

    def on_language(self, comparison: Comparison, lang: str, presets: Any) -> Updates:
        """Another language."""
        comparison.lang = pick_language(lang)
        return {**self.all_words(comparison, presets), self.head.stored: comparison.lang}

    def all_words(self, comparison: Comparison, presets: Any) -> Updates:
        """Every word on the page."""
        updates = merged(self.words(comparison), self.show(comparison))
        for controls in self.controls:
            updates |= controls.own_presets(presets, comparison.lang)
        return updates

    def on_choice(self, comparison: Comparison, *values: Any) -> Updates:
        """Another model for one of the two, from the next question on."""
        *presets, text = values
        order = read_order(text)
        place = order["id"]
        if place not in (0, 1) or self.models.find(order["text"]) is None:
            return {self.notice: self.status_text(comparison)}
        comparison.chosen[place] = order["text"]
        adapted = self.controls[place].for_model(comparison, presets[place])
        return {**adapted, self.selects[place]: self.select_html(comparison, place)}

    def on_blind(self, comparison: Comparison, blind: Any) -> None:
        """Names are hidden until the vote, or not; only before the first question."""
        if not comparison.rounds:
            comparison.blind = bool(blind)

    async def on_submit(self, comparison: Comparison, text: Any, *values: Any) -> AsyncIterator[Updates]:
        """The visitor has asked both."""
        comparison.notice = None
        contestants: tuple[Contestant, Contestant] | None = None
        if not isinstance(text, str) or not text.strip():
            comparison.notice = Problem(say("nothing_typed", comparison.lang))
        elif comparison.running:
            comparison.notice = Problem(say("still_answering", comparison.lang))
        else:
            half = len(values) // 2
            try:
                first, second = (self.contestant(comparison, place, values[place * half :][:half]) for place in (0, 1))
                contestants = first, second
            except UserError as error:
                comparison.notice = Problem(sentence(error, comparison.lang))
        if contestants is None:
            yield {self.notice: self.status_text(comparison)}
            return
        box: str | None = ""
        rounds = len(comparison.rounds)
        async for _ in comparison.ask(clean(text), contestants):
            yield self.show(comparison, box)
            box = None
        nobody = len(comparison.rounds) == rounds and not comparison.running
        yield self.show(comparison, text if nobody else None)

    def contestant(self, comparison: Comparison, place: int, values: tuple[Any, ...]) -> Contestant:
        """One of the two, as the controls say. Raises: UserError."""
        model = self.model(place, comparison)
        named = dict(zip(self.controls[place].parts, values, strict=True))
        defaults = model.info.defaults
        params, system = read_values(named, defaults)
        presets = {name: replace(defaults, **preset) for name, preset in built_in(defaults).items()}
        meant = replace(params, max_new_tokens=defaults.max_new_tokens)
        alike = [name for name, preset in presets.items() if preset == meant and not system]
        alike.sort(key=lambda name: name != "balanced")  # the model's own, which another may be equal to
        return Contestant(model, next(iter(alike), OWN_SETTINGS), params, system)

    def on_vote(self, vote: str, comparison: Comparison) -> Updates:
        """One answer is better, or neither; from now on the names are shown."""
        if comparison.may_vote:
            last = comparison.rounds[-1]
            hidden = comparison.hidden
            last.blind = last.blind or hidden
            last.vote = vote
            if self.models.usage is not None:
                left, right = last.contestants
                sides = (left.name, left.preset, right.name, right.preset)
                self.models.usage.add_vote(f"{comparison.id}/{len(comparison.rounds)}", *sides, vote, last.blind)
        return self.show(comparison)

    def on_clear(self, comparison: Comparison) -> Updates:
        """A new comparison of the same two."""
        comparison.notice = None
        comparison.clear()
        return self.show(comparison)

    def on_save(self, comparison: Comparison, file_format: str) -> str:
        """The comparison as a file for the script to hand over."""
        if not comparison.may_vote or file_format not in ("md", "data"):
            return ""
        title = comparison.sides[0].conversation.transcript.title()
        if file_format == "md":
            return file_to_save(title, "md", "text/markdown", comparison_markdown(comparison))
        return file_to_save(title, "json", "application/json", comparison_json(comparison))

    def on_example(self, example: Example, comparison: Comparison) -> str:
        """An example fills the box."""
        return example.prompt(comparison.lang)
