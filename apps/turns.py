"""One answer on a page: from a run of the conversation to the frames that the page shows while it is written."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from model.types import Finish, GenerationParams, Queued

from .conversation import Conversation, Round, Run, Visitor
from .display import show_model, show_user
from .messages import say, sentence
from .status import Problem
from .worker import stream_events


@dataclass(frozen=True)
class Frame:
    """What changes on the page; the rest of it is in the visitor. `text` None leaves the text box alone."""

    running: bool
    text: str | None = None


def read_params(values: dict[str, Any], defaults: GenerationParams) -> GenerationParams:
    """The controls' values, checked: a browser may send anything. Raises: UserError("parameter")."""
    whole = ("max_new_tokens", "top_k", "seed")
    numbers = {name: _as_whole(value) if name in whole else value for name, value in values.items()}
    chosen = {name: value for name, value in numbers.items() if value is not None}
    return GenerationParams(**{**vars(defaults), "seed": None, **chosen})


def _as_whole(value: Any) -> Any:
    """A whole number however the page writes it; an empty box is None, and what is no number stays as it is."""
    if isinstance(value, str):
        text = value.strip()
        return (int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else value) if text else None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def chat_messages(conversation: Conversation, lang: str) -> list[dict[str, Any]]:
    """The conversation for the page's Chatbot; texts go as parts, since a bare string would lose its blanks."""
    shown: list[dict[str, Any]] = []
    for round in conversation.rounds:
        shown.append(_bubble("user", show_user(round.question)))
        if round.answer or round.stopped or not conversation.running or round is not conversation.rounds[-1]:
            shown.append(_bubble("assistant", _answer(round, lang)))
    return shown


def _answer(round: Round, lang: str) -> str:
    text = show_model(round.answer)
    if round.stopped:
        return f"{text}\n\n*{say('stopped', lang)}*"
    return text if text.strip() else f"*{say('no_answer', lang)}*"


def _bubble(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}


async def answer(
    chat_model: Any, visitor: Visitor, run: Run, params: GenerationParams, box: str = ""
) -> AsyncIterator[Frame]:
    """Writes the answer of `run` into the conversation, a frame for each change; the first one sets the text box.

    Whatever happens the run is settled; an error becomes the visitor's notice, and its question returns to the box.
    """
    conversation = visitor.conversation
    finish: Finish | None = None
    visitor.notice = "working"
    yield Frame(running=True, text=box)
    try:
        async for events in stream_events(chat_model, run.messages(), conversation.picture, params, run.stop):
            if not conversation.owns(run):
                break
            for event in events:
                if isinstance(event, str):
                    run.round.answer += event
                    visitor.notice = None
                elif isinstance(event, Queued):
                    visitor.notice = event
                else:
                    finish = event
            if finish is None:
                yield Frame(running=True)
    except Exception as error:
        if conversation.owns(run):
            kept = conversation.settle(run, whole=False)
            visitor.notice = Problem(sentence(error, visitor.lang))
            yield Frame(running=False, text=None if kept or run.replaced else run.round.question)
            return
    finally:
        if conversation.owns(run):
            conversation.settle(run, whole=finish is not None and finish.reason != "cancelled")
            visitor.notice = finish
    # The conversation may have moved on: this shows it as it is now, after whatever came before on its way to the page.
    yield Frame(running=conversation.running)
