"""What the server counts for Prometheus: requests, queue, time to the first token, tokens a second, memory."""

from __future__ import annotations

import contextlib
import copy
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

from model.types import Event, Finish, GenerationParams, Message, ModelInfo, Queued

from .usage import AnswerFigures, UsageFile

_SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
_RATES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """The instruments of one server, in a registry of its own."""

    def __init__(self, info: ModelInfo) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)  # process_resident_memory_bytes and the like, on Linux
        Info("glm_model", "The loaded model", registry=registry).info(
            {"name": info.name, "family": info.family, "device": info.device, "precision": info.precision}
        )
        self.requests = Counter("glm_http_requests", "API requests", ["route", "status"], registry=registry)
        self.answers = Counter("glm_answers", "Answers by how they ended", ["reason"], registry=registry)
        self.waiting = Gauge("glm_queue_length", "Questions that wait for the model", registry=registry)
        self.running = Gauge("glm_answers_running", "Answers being written", registry=registry)
        self.queue_seconds = _histogram("glm_queue_seconds", "Wait for the model's turn", _SECONDS, registry)
        self.first_token = _histogram("glm_first_token_seconds", "From its turn to the first token", _SECONDS, registry)
        self.rate = _histogram("glm_tokens_per_second", "Tokens a second after the first", _RATES, registry)
        self.prompt_tokens = Counter("glm_prompt_tokens", "Tokens read", registry=registry)
        self.completion_tokens = Counter("glm_completion_tokens", "Tokens written", registry=registry)
        if info.device.startswith("cuda"):
            memory = Gauge("glm_device_memory_bytes", "Memory of the accelerator that tensors hold", registry=registry)
            memory.set_function(lambda: _device_memory(info.device))

    def finished(self, finish: Finish, seconds: float) -> None:
        """Counts an answer that took `seconds` in all, the queue included."""
        self.prompt_tokens.inc(finish.prompt_tokens)
        self.completion_tokens.inc(finish.completion_tokens)
        self.queue_seconds.observe(queued_for(finish, seconds))
        if finish.completion_tokens:
            self.first_token.observe(finish.first_token_seconds)
        if finish.tokens_per_second:
            self.rate.observe(finish.tokens_per_second)


class MeteredModel:
    """A `model.ChatModel` whose answers are counted, whichever face asked for them."""

    def __init__(self, chat_model: Any, usage: UsageFile | None = None) -> None:
        self.info: ModelInfo = chat_model.info
        self.metrics = Metrics(self.info)
        self.usage = usage
        self._model = chat_model
        self._face = "api"
        self._admit: Callable[[], None] = lambda: None

    def for_pages(self, admit: Callable[[], None]) -> MeteredModel:
        """The same model as the pages see it; before each answer `admit` is called, which may raise a `UserError`."""
        twin = copy.copy(self)
        twin._face, twin._admit = "page", admit
        return twin

    def stream(
        self,
        messages: Sequence[Message],
        image: Any = None,
        params: GenerationParams | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Event]:
        """As `ChatModel.stream`."""
        self._admit()
        metrics, began, reason = self.metrics, time.perf_counter(), "error"
        finish: Finish | None = None
        stage = metrics.running
        stage.inc()
        try:
            with contextlib.closing(self._model.stream(messages, image, params, stop)) as events:
                for event in events:
                    now = metrics.waiting if isinstance(event, Queued) else metrics.running
                    if now is not stage:
                        stage.dec()
                        stage = now
                        stage.inc()
                    if isinstance(event, Finish):
                        finish, reason = event, event.reason
                        metrics.finished(event, time.perf_counter() - began)
                    yield event
        except GeneratorExit:
            reason = "cancelled" if reason == "error" else reason
            raise
        finally:
            stage.dec()
            metrics.answers.labels(reason).inc()
            if self.usage is not None:
                seen = image is not None or any(message.get("images") for message in messages)
                figures = AnswerFigures(self._face, self.info.name, seen, reason)
                self.usage.add_answer(with_timings(figures, finish, time.perf_counter() - began))

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """As `ChatModel.embed`."""
        vectors, tokens = self._model.embed(texts)
        self.metrics.prompt_tokens.inc(tokens)
        return vectors, tokens


def queued_for(finish: Finish, seconds: float) -> float:
    """How much of the `seconds` that an answer took in all it waited for the model."""
    return max(0.0, seconds - finish.first_token_seconds - finish.decode_seconds)


def with_timings(figures: AnswerFigures, finish: Finish | None, seconds: float) -> AnswerFigures:
    """With what is known of an answer that took `seconds` in all."""
    if finish is None:
        return figures
    return replace(
        figures,
        prompt_tokens=finish.prompt_tokens,
        completion_tokens=finish.completion_tokens,
        queue_seconds=queued_for(finish, seconds),
        first_token_seconds=finish.first_token_seconds if finish.completion_tokens else None,
        tokens_per_second=finish.tokens_per_second or None,
    )


def _histogram(name: str, text: str, buckets: Sequence[float], registry: CollectorRegistry) -> Histogram:
    return Histogram(name, text, buckets=buckets, registry=registry)


def _device_memory(device: str) -> float:
    import torch

    return float(torch.cuda.memory_allocated(device))
