"""The line under a conversation: the place in the queue, what an answer cost, or what went wrong."""

from __future__ import annotations

import html
from dataclasses import dataclass

from model.types import Finish, ModelInfo, Queued, Reading

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


Notice = Queued | Reading | Finish | Sampled | Problem | str | None
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
    text = ""
    if isinstance(notice, Queued):
        text = queue_sentence(notice, lang) + _ELAPSED
    elif notice:
        text = say(notice, lang) + _ELAPSED
    return f'<p class="glm-status" role="status">{text}</p>'


def queue_sentence(queued: Queued, lang: str) -> str:
    """Where in the queue the visitor stands; position 1 is next."""
    if queued.position == 1:
        return say("queued_next", lang)
    return say("queued", lang, position=queued.position, ahead=queued.position)


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
