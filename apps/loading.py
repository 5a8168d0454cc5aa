"""The models that the settings offer, loaded with a progress bar where a person watches."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from model.pool import ModelPool

from .messages import say
from .settings import ModelSettings

if TYPE_CHECKING:
    from model.loader import Progress

_SHORT = 200_000_000  # bytes: a bar for loading less would only flash by


class ProgressBar:
    """A bar on stderr for each download and each load that takes a while."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._bar: tqdm | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Shows how far it is, as `model.load` tells it."""
        if self._bar is not None and (stage != self._stage or done < self._bar.n):
            self.close()
        if not sys.stderr.isatty() or (stage == "load" and total < _SHORT):
            return
        if self._bar is None:
            words, self._stage = say(f"progress_{stage}", self._lang), stage
            self._bar = tqdm(total=total, desc=words, unit="B", unit_scale=True, leave=False, dynamic_ncols=True)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Removes the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def open_pool(
    settings: ModelSettings,
    lang: str = "en",
    watch: Progress | None = None,
    ready: Callable[[Any], None] = lambda chat_model: None,
) -> ModelPool:
    """The models of `settings`, of which the first is loaded; `watch` is told how far each load and download is.

    ready: called with each model once it is loaded. Raises: UserError.
    """
    bar = ProgressBar(lang)

    def show(stage: str, done: int, total: int) -> None:
        bar(stage, done, total)
        if watch:
            watch(stage, done, total)

    def settle(chat_model: Any) -> None:
        bar.close()
        ready(chat_model)

    pool = ModelPool(settings.offers, settle, show)
    try:
        if len(pool.models) > 1:
            pool.check()
        pool.models[0].bring()
    finally:
        bar.close()
    return pool
