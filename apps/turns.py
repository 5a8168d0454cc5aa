"""One answer on a page: from a run of the conversation to the frames that the page shows while it is written."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

from model.gate import Pair
from model.types import Finish, GenerationParams, Loading, Queued, Reading, Thinking

from .conversation import Conversation, Run, Visitor
from .display import show_model, show_user
from .messages import say, sentence
from .status import Problem, Sampled
from .transcript import Entry
from .worker import stream_events

OTHER_TEMPERATURE, OTHER_TOP_P = 0.8, 0.9  # of another answer where the settings are greedy
KEEP_SECONDS = 1.0  # how often the visitor's browser keeps an answer on its way


@dataclass(frozen=True)
class Frame:
    """What changes on the page; the rest of it is in the visitor. `text` None leaves the text box alone.

    With `keep` the visitor's browser is handed the conversation as it is now.
    """

    running: bool
    text: str | None = None
    keep: bool = True


def read_params(values: dict[str, Any], defaults: GenerationParams) -> GenerationParams:
    """The controls' values, checked: a browser may send anything. Raises: UserError("parameter")."""
    whole = ("max_new_tokens", "top_k", "seed")
    read = {name: _as_whole(value) if name in whole else value for name, value in values.items()}
    if isinstance(read.get("stop"), str):
        read["stop"] = tuple(line for line in read["stop"].splitlines() if line)
    chosen = {name: value for name, value in read.items() if value is not None}
    return GenerationParams(**{**vars(defaults), "seed": None, **chosen})


def varied(params: GenerationParams, versions: int) -> GenerationParams:
    """For another answer where there are so many already: what would only repeat itself is sampled after all."""
    if params.seed is not None:
        largest = int(GenerationParams.LIMITS["seed"][1])
        params = replace(params, seed=(params.seed + versions) % (largest + 1))
    if params.temperature == 0:
        return replace(params, temperature=OTHER_TEMPERATURE, top_p=OTHER_TOP_P)
    return params


def _as_whole(value: Any) -> Any:
    """A whole number however the page writes it; an empty box is None, and what is no number stays as it is."""
    if isinstance(value, str):
        text = value.strip()
        return (int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else value) if text else None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def chat_messages(conversation: Conversation, lang: str) -> list[dict[str, Any]]:
    """The conversation for the page's Chatbot; texts go as parts, since a bare string would lose its blanks."""
    path, running = conversation.transcript.path(), conversation.running
    shown: list[dict[str, Any]] = []
    for entry in path:
        if entry.role == "user":
            shown.append(_bubble("user", show_user(entry.text)))
            continue
        on_its_way = running and entry is path[-1]
        if entry.thinking:
            shown.append(_thinking(entry, on_its_way and not entry.text, lang))
        if entry.text or not on_its_way:
            shown.append(_bubble("assistant", _answer(entry, on_its_way, lang)))
    return shown


def _answer(entry: Entry, on_its_way: bool, lang: str) -> str:
    text = show_model(entry.text)
    if entry.ended == "cancelled" and not on_its_way:
        return f"{text}\n\n*{say('stopped', lang)}*"
    return text if text.strip() else f"*{say('no_answer', lang)}*"


def _thinking(entry: Entry, on_its_way: bool, lang: str) -> dict[str, Any]:
    """Folded away by the Chatbot once it is done."""
    title, status = say("thinking" if on_its_way else "thought", lang), "pending" if on_its_way else "done"
    return {**_bubble("assistant", show_model(entry.thinking)), "metadata": {"title": title, "status": status}}


def _bubble(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}


async def answer(
    chat_model: Any,
    visitor: Visitor,
    run: Run,
    params: GenerationParams,
    box: str | None = "",
    system: str = "",
    pair: Pair | None = None,
) -> AsyncGenerator[Frame]:
    """Writes the answer of `run` into the conversation, a frame for each change; the first one sets the text box.

    A run that asks for another answer is sampled even at temperature 0, and its figures say so. pair: of an answer that
    is written beside another by the same model.

    Whatever happens the run is settled; an error becomes the visitor's notice, and its question returns to the box.
    """
    conversation = visitor.conversation
    finish: Finish | None = None
    given, params = params, varied(params, run.versions) if run.versions else params
    run.model = chat_model.info.name
    visitor.notice = "working"
    kept_at = time.monotonic()
    yield Frame(running=True, text=box)
    try:
        async for events in stream_events(chat_model, run.messages(system), params, run.stop, pair=pair):
            if not conversation.owns(run):
                break
            for event in events:
                if isinstance(event, str):
                    run.text += event
                    visitor.notice = None
                elif isinstance(event, Thinking):
                    run.thinking += event.text
                    visitor.notice = "working"
                elif isinstance(event, (Loading, Queued, Reading)):
                    visitor.notice = event
                elif isinstance(event, Finish):
                    finish = event
            if finish is None:
                keep = time.monotonic() - kept_at >= KEEP_SECONDS
                kept_at = time.monotonic() if keep else kept_at
                yield Frame(running=True, keep=keep)
    except Exception as error:
        if conversation.owns(run):
            kept = conversation.settle(run, "cancelled")
            visitor.notice = Problem(sentence(error, visitor.lang))
            returns = not kept and run.before.find(run.question.id) is None
            if returns:
                visitor.pictures = run.question.pictures
            yield Frame(running=False, text=run.question.text if returns else None)
            return
    finally:
        if conversation.owns(run):
            conversation.settle(run, "cancelled" if finish is None else finish.reason)
            is_sampled = finish is not None and given.temperature == 0 != params.temperature
            visitor.notice = Sampled(finish, params.temperature) if finish and is_sampled else finish
    # The conversation may have moved on: this shows it as it is now, after whatever came before on its way to the page.
    yield Frame(running=conversation.running)
