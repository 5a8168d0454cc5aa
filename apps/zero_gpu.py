"""Hugging Face ZeroGPU: a GPU is lent to another process for the length of one answer.

Source: the `spaces` package, zero/wrappers.py. What goes there and comes back is copied, so a stop flag does not reach
it; closing the generator does. It finds the visitor, whose quota it takes, in the context of gradio's event.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from model.errors import UserError
from model.gate import Pair
from model.types import Finish, GenerationParams, Message
from vision.errors import ImageError

TOKENS_PER_SECOND = 20  # that a lent GPU writes at least, with a model of six billion parameters
PREPARATION_SECONDS = 15  # the weights' way to the GPU, and reading the prompt
LONGEST_SECONDS = 120  # a visitor's quota is spent by what is asked for


@dataclass(frozen=True)
class _Refusal:
    """A `UserError` or `ImageError` on its way between processes."""

    kind: type[UserError] | type[ImageError]
    code: str
    fields: dict[str, object]


class LentModel:
    """A chat model whose answers are written under `gpu`, which is `spaces.GPU`."""

    def __init__(self, chat_model: Any, gpu: Callable[..., Any]) -> None:
        self.info = chat_model.info

        def answer(messages: list[Message], image: Any, params: GenerationParams) -> Iterator[Any]:
            try:
                yield from chat_model.stream(messages, image, params)
            except (UserError, ImageError) as error:
                yield _Refusal(type(error), error.code, error.fields)

        self._answer = gpu(duration=seconds_for)(answer)

    def stream(
        self,
        messages: Sequence[Message],
        image: Any = None,
        params: GenerationParams | None = None,
        stop: threading.Event | None = None,
        pair: Pair | None = None,
    ) -> Iterator[Any]:
        """As `ChatModel.stream`; a pair borrows one GPU after the other. Raises also: UserError("gpu_refused")."""
        pieces = 0
        try:
            with closing(self._answer(list(messages), image, params or self.info.defaults)) as events:
                for event in events:
                    if isinstance(event, _Refusal):
                        raise event.kind(event.code, **event.fields)
                    yield event
                    pieces += isinstance(event, str)
                    if stop is not None and stop.is_set() and not isinstance(event, Finish):
                        yield Finish("cancelled", 0, pieces, 0, 0.0, 0.0, 0.0)
                        return
        except gr.Error as error:  # no GPU is free, or the visitor's quota is spent
            raise UserError("gpu_refused", reason=str(error.message).rstrip(".")) from error


def seconds_for(messages: list[Message], image: Any, params: GenerationParams) -> int:
    """How long an answer may need the GPU."""
    return min(LONGEST_SECONDS, PREPARATION_SECONDS + params.max_new_tokens // TOKENS_PER_SECOND)
