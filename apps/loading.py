"""Loads the model that the settings name, with a progress bar where a person watches."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

from .messages import say
from .settings import ModelSettings

if TYPE_CHECKING:
    from model.chat_model import ChatModel
    from model.loader import Progress

_SHORT = 200_000_000  # bytes: a bar for loading less would only flash by


def load_model(
    settings: ModelSettings, lang: str = "en", source: str | None = None, watch: Progress | None = None
) -> ChatModel:
    """The model of `settings`, or `source` on the same device in the same precision; `watch` is told how far it is.

    Raises: UserError.
    """
    import model

    bars: dict[str, tqdm] = {}  # by stage

    def show(stage: str, done: int, total: int) -> None:
        if watch:
            watch(stage, done, total)
        if not sys.stderr.isatty() or (stage == "load" and total < _SHORT):
            return
        if stage not in bars:
            words = say(f"progress_{stage}", lang)
            bars[stage] = tqdm(total=total, desc=words, unit="B", unit_scale=True, leave=False, dynamic_ncols=True)
        bars[stage].update(done - bars[stage].n)

    try:
        return model.load(
            source or settings.model,
            settings.device,
            settings.precision,
            revision=None if source else settings.revision,  # both belong to the model that was asked for with them
            prefix=None if source else settings.prefix,
            gpus=settings.gpus,
            progress=show,
        )
    finally:
        for bar in bars.values():
            bar.close()
