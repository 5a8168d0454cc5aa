"""What the server counts for Prometheus: requests, queue, time to the first token, tokens a second, memory."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from model.gate import Pair
from model.pool import ModelPool, PooledModel
from model.types import Event, Finish, GenerationParams, Loading, Message, ModelInfo, Queued

from .usage import AnswerFigures, UsageFile

_SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
_RATES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """The instruments of one server, in a registry of its own."""

    def __init__(self, models: ModelPool) -> None:
        self._models = models
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)  # process_resident_memory_bytes and the like, on Linux
        registry.register(self)
        self.requests = Counter("glm_http_requests", "API requests", ["route", "status"], registry=registry)
        self.answers = Counter("glm_answers", "Answers by how they ended", ["reason"], registry=registry)
        self.waiting = Gauge("glm_queue_length", "Questions that wait for the model", registry=registry)
        self.running = Gauge("glm_answers_running", "Answers being written", registry=registry)
        self.queue_seconds = _histogram("glm_queue_seconds", "Wait for the model's turn", _SECONDS, registry)
        self.first_token = _histogram("glm_first_token_seconds", "From its turn to the first token", _SECONDS, registry)
        self.rate = _histogram("glm_tokens_per_second", "Tokens a second after the first", _RATES, registry)
        self.prompt_tokens = Counter("glm_prompt_tokens", "Tokens read", registry=registry)
        self.completion_tokens = Counter("glm_completion_tokens", "Tokens written", registry=registry)

    def collect(self) -> Iterator[Metric]:
        """What changes with the models in memory, for the registry."""
        infos = [model.info for model in self._models.models if model.loaded]
        about = InfoMetricFamily("glm_model", "Models in memory")
        for info in infos:
            about.add_metric(
                [], {"name": info.name, "family": info.family, "device": info.device, "precision": info.precision}
            )
        yield about
        if any("cuda" in info.device for info in infos):
            held = GaugeMetricFamily("glm_device_memory_bytes", "Memory of the accelerators that tensors hold")
            held.add_metric([], _device_memory())
            yield held

    def finished(self, finish: Finish, seconds: float) -> None:
        """Counts an answer that took `seconds` in all, the queue included."""
        self.prompt_tokens.inc(finish.prompt_tokens)
        self.completion_tokens.inc(finish.completion_tokens)
        self.queue_seconds.observe(queued_for(finish, seconds))
        if finish.completion_tokens:
            self.first_token.observe(finish.first_token_seconds)
        if finish.tokens_per_second:
            self.rate.observe(finish.tokens_per_second)


class MeteredModels:
    """The models of a server, whose answers are counted, whichever face asked for them.

    admit: called before each answer; it may raise a `UserError`.
    """

    def __init__(
        self,
        pool: ModelPool,
        usage: UsageFile | None = None,
        face: str = "api",
        metrics: Metrics | None = None,
        admit: Callable[[], None] = lambda: None,
    ) -> None:
        self.pool = pool
        self.usage = usage
        self.face = face
        self.metrics = metrics or Metrics(pool)
        self.admit = admit

    def for_pages(self, admit: Callable[[], None]) -> MeteredModels:
        """The same models as the pages see them; `admit` is called before each answer."""
        return MeteredModels(self.pool, self.usage, "page", self.metrics, admit)

    @property
    def all(self) -> list[MeteredModel]:
        """Every model on offer, the default first."""
        return [MeteredModel(model, self) for model in self.pool.models]

    @property
    def current(self) -> MeteredModel:
        """The model in memory that was asked last."""
        return MeteredModel(self.pool.current, self)

    def find(self, name: str) -> MeteredModel | None:
        """The model of that name."""
        found = self.pool.find(name)
        return None if found is None else MeteredModel(found, self)


class MeteredModel:
    """One of `MeteredModels`: a model whose answers are counted."""

    def __init__(self, model: PooledModel, server: MeteredModels) -> None:
        self._model = model
        self._server = server

    @property
    def info(self) -> ModelInfo:
        """As `PooledModel.info`."""
        return self._model.info

    @property
    def loaded(self) -> bool:
        """Whether it is in memory."""
        return self._model.loaded

    @property
    def known(self) -> bool:
        """Whether `info` is more than a name."""
        return self._model.known

    def bring(self) -> None:
        """As `PooledModel.bring`."""
        self._model.bring()

    def bringing(self, stop: threading.Event) -> Generator[Loading]:
        """As `PooledModel.bringing`."""
        return self._model.bringing(stop)

    def stream(
        self,
        messages: Sequence[Message],
        image: Any = None,
        params: GenerationParams | None = None,
        stop: threading.Event | None = None,
        pair: Pair | None = None,
    ) -> Generator[Event]:
        """As `PooledModel.stream`."""
        self._server.admit()
        metrics, began, reason = self._server.metrics, time.perf_counter(), "error"
        finish: Finish | None = None
        stage = metrics.running
        stage.inc()
        try:
            with contextlib.closing(self._model.stream(messages, image, params, stop, pair)) as events:
                for event in events:
                    now = metrics.waiting if isinstance(event, (Loading, Queued)) else metrics.running
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
            if self._server.usage is not None:
                seen = image is not None or any(message.get("images") for message in messages)
                figures = AnswerFigures(self._server.face, self.info.name, seen, reason)
                self._server.usage.add_answer(with_timings(figures, finish, time.perf_counter() - began))

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """As `PooledModel.embed`."""
        vectors, tokens = self._model.embed(texts)
        self._server.metrics.prompt_tokens.inc(tokens)
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


def _device_memory() -> float:
    import torch

    return float(sum(map(torch.cuda.memory_allocated, range(torch.cuda.device_count()))))
