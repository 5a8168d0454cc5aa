"""Runs the model's blocking calls in threads of their own, so that no event loop and no thread pool waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, ParamSpec, TypeVar

from model.gate import Pair
from model.types import Event, GenerationParams, Message

Item = TypeVar("Item")
Result = TypeVar("Result")
Given = ParamSpec("Given")


def stream_events(
    chat_model: Any,
    messages: list[Message],
    params: GenerationParams | None,
    stop: threading.Event,
    per_second: float = 15.0,
    pair: Pair | None = None,
) -> AsyncGenerator[list[Event]]:
    """`chat_model.stream(…)` in lists, as `batches` hands them on."""
    more = {} if pair is None else {"pair": pair}
    return batches(lambda: chat_model.stream(messages, None, params, stop, **more), stop, per_second)


async def batches(
    begin: Callable[[], Generator[Item]], stop: threading.Event, per_second: float = 15.0
) -> AsyncGenerator[list[Item]]:
    """The items of a generator that runs in a thread, in lists, at most `per_second` of them a second; the last comes
    at once.

    Leaving the iterator, in whatever way, sets `stop`. Raises what the generator raises, after what came before it.
    """
    loop = asyncio.get_running_loop()
    items: asyncio.Queue[Item | BaseException | None] = asyncio.Queue()  # None: the stream has ended
    ended = asyncio.Event()

    def hand_over(item: Item | BaseException | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody listens any more
            loop.call_soon_threadsafe(items.put_nowait, item)

    def work() -> None:
        try:
            with contextlib.closing(begin()) as stream:
                for event in stream:
                    hand_over(event)
        except BaseException as error:  # whoever listens decides what it means
            hand_over(error)
        hand_over(None)
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)

    # With the context of the page's event, in which `spaces.GPU` looks for the visitor.
    threading.Thread(target=contextvars.copy_context().run, args=(work,), name="answer", daemon=True).start()
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


async def in_thread(function: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """What `function` returns or raises, from a thread of its own; if nobody waits any more, that is dropped."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[Result] = loop.create_future()

    def hand_over(settle: Callable[[Any], None], value: Any) -> None:
        if not result.done():
            settle(value)

    def work() -> None:
        settle: Callable[[Any], None] = result.set_result
        try:
            value: Any = function(*given, **named)
        except BaseException as error:  # whoever listens decides what it means
            settle, value = result.set_exception, error
        with contextlib.suppress(RuntimeError):  # the loop has closed
            loop.call_soon_threadsafe(hand_over, settle, value)

    threading.Thread(target=work, name="work", daemon=True).start()
    return await result
