"""Runs the model's blocking stream in a thread of its own, so that no event loop and no thread pool waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from typing import Any

from model.types import Finish, GenerationParams, Message, Queued, Reading, Thinking, TokenScore

Event = Queued | Reading | Thinking | TokenScore | str | Finish


async def stream_events(
    chat_model: Any,
    messages: list[Message],
    image: Any,
    params: GenerationParams | None,
    stop: threading.Event,
    per_second: float = 15.0,
) -> AsyncIterator[list[Event]]:
    """`chat_model.stream(…)` in lists, at most `per_second` of them a second; the last comes at once.

    Leaving the iterator, in whatever way, sets `stop`. Raises what the stream raises, after what came before it.
    """
    loop = asyncio.get_running_loop()
    items: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()  # None: the stream has ended
    ended = asyncio.Event()

    def hand_over(item: Event | BaseException | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody listens any more
            loop.call_soon_threadsafe(items.put_nowait, item)

    def work() -> None:
        try:
            with contextlib.closing(chat_model.stream(messages, image, params, stop)) as stream:
                for event in stream:
                    hand_over(event)
        except BaseException as error:  # whoever listens decides what it means
            hand_over(error)
        hand_over(None)
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=work, name="answer", daemon=True).start()
    next_at = 0.0
    try:
        while True:
            batch = [await items.get()]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), max(0.0, next_at - loop.time()))
            while not items.empty():
                batch.append(items.get_nowait())
            next_at = loop.time() + 1 / per_second
            events = [item for item in batch if item is not None and not isinstance(item, BaseException)]
            if events:
                yield events
            for item in batch:
                if isinstance(item, BaseException):
                    raise item
                if item is None:
                    return
    finally:
        stop.set()
