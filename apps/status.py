"""The line under a conversation: the place in the queue, what an answer cost, or what went wrong."""

from __future__ import annotations

import html
from dataclasses import dataclass

from model.types import Finish, Loading, ModelInfo, Queued, Reading

from .messages import say


@dataclass(frozen=True)
class Problem:
    """A sentence for the visitor."""

    text: str


@dataclass(frozen=True)
class Sampled:
    """The end of another answer that was sampled at a temperature although the settings have 0."""

    finish: Finish
    temperature: float


@dataclass(frozen=True)
class Note:
    """A sentence for the visitor about nothing wrong."""

    text: str


Notice = Loading | Queued | Reading | Finish | Sampled | Problem | Note | str | None
"""A str is a key of `messages`."""


_ELAPSED = '<span class="glm-elapsed" aria-hidden="true"></span>'  # the page's script counts the seconds


def status_line(notice: Notice, info: ModelInfo, lang: str) -> str:
    """The line as HTML. Words from outside are escaped; the rest is numbers."""
    if isinstance(notice, Problem):
        return f'<p class="glm-status glm-problem" role="alert">{html.escape(notice.text)}</p>'
    if isinstance(notice, Finish):
        return _figures(notice, info, lang)
    if isinstance(notice, Sampled):
        return _figures(notice.finish, info, lang, say("sampled", lang, temperature=notice.temperature))
    if isinstance(notice, Reading):
        text = say("reading", lang, done=notice.done, total=notice.total)
        return _line(text + _ELAPSED, notice.done / max(1, notice.total))
    if isinstance(notice, Loading) and notice.stage != "wait" and notice.total:
        return _line(html.escape(loading_sentence(notice, lang)) + _ELAPSED, notice.done / notice.total)
    text = ""
    if isinstance(notice, Loading):
        text = html.escape(loading_sentence(notice, lang)) + _ELAPSED
    elif isinstance(notice, Queued):
        text = queue_sentence(notice, lang) + _ELAPSED
    elif isinstance(notice, Note):
        text = html.escape(notice.text)
    elif notice:
        text = say(notice, lang) + _ELAPSED
    return f'<p class="glm-status" role="status">{text}</p>'


def anonymous(notice: Notice) -> Notice:
    """What may be said of a side whose model is not to be known: not its name, nor how it counts tokens."""
    if isinstance(notice, (Loading, Reading)):
        return "working"
    return None if isinstance(notice, (Finish, Sampled)) else notice


def queue_sentence(queued: Queued, lang: str) -> str:
    """Where in the queue the visitor stands; position 1 is next."""
    if queued.position == 1:
        return say("queued_next", lang)
    return say("queued", lang, position=queued.position, ahead=queued.position)


def loading_sentence(loading: Loading, lang: str) -> str:
    """What the model is waiting for, and how long that may take."""
    if loading.stage == "wait" or not loading.total:
        key = ("switch_waits_one" if loading.total == 1 else "switch_waits") if loading.total else "loading_begin"
        return say(key, lang, name=loading.model, count=loading.total)
    done, total = sizes(loading.done, loading.total)
    text = say(f"loading_{loading.stage}", lang, name=loading.model, done=done, total=total)
    if loading.seconds_left is None:
        return text
    return f"{text} · {say('seconds_left', lang, seconds=max(1, round(loading.seconds_left)))}"


def sizes(done: int, total: int) -> tuple[str, str]:
    """Bytes that are there, and those that there will be, in one unit; the second says it."""
    unit, size, digits = ("GB", 10**9, 1) if total >= 10**9 else ("MB", 10**6, 0)
    return f"{done / size:.{digits}f}", f"{total / size:.{digits}f} {unit}"


def finish_parts(finish: Finish, info: ModelInfo, lang: str) -> list[str]:
    """What an answer cost, as short phrases."""
    parts = []
    if finish.reason == "cancelled":
        parts.append(say("stopped", lang))
    if finish.tokens_per_second:
        parts.append(say("speed", lang, rate=f"{finish.tokens_per_second:.1f}"))
    if finish.completion_tokens:
        parts.append(say("first_token", lang, seconds=f"{finish.first_token_seconds:.2f}"))
    used = finish.prompt_tokens + finish.completion_tokens
    parts.append(say("context", lang, used=used, total=info.context_length))
    if finish.reason == "length":
        parts.append(say("cut", lang))
    if finish.dropped_rounds:
        key = "dropped_one" if finish.dropped_rounds == 1 else "dropped"
        parts.append(say(key, lang, count=finish.dropped_rounds))
    return parts


def _figures(finish: Finish, info: ModelInfo, lang: str, *more: str) -> str:
    share = min(1.0, (finish.prompt_tokens + finish.completion_tokens) / max(1, info.context_length))
    text = " · ".join(html.escape(part) for part in (*finish_parts(finish, info, lang), *more))
    return _line(text, share, "high" if share > 0.85 else "low")


def _line(text: str, share: float, level: str = "low") -> str:
    """A sentence and, as a bar, a share from 0 to 1."""
    meter = f'<span class="glm-meter {level}" aria-hidden="true"><span style="width:{100 * share:.1f}%"></span></span>'
    return f'<p class="glm-status" role="status">{text}{meter}</p>'
