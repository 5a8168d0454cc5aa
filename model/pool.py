"""Several models behind one door: each is loaded when it is asked for, and leaves when another needs its memory.

Whoever asks a model holds a ticket until the answer has ended. A model that has to leave takes no new tickets, and
leaves when the last one is given back; those who want it meanwhile wait until it has been loaded again.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import logging
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .errors import NotLoaded, UserError
from .types import Event, Finish, GenerationParams, Loading, Message, ModelInfo

if TYPE_CHECKING:
    from .chat_model import ImageSource
    from .gate import Pair
    from .offer import Offer

Progress = Callable[[str, int, int], None]
_LOOK_SECONDS = 0.25  # how often one who waits looks whether it was stopped
_log = logging.getLogger("glm.model")


class ModelPool:
    """The models of one program, the first of which is the default. Any thread may use it.

    offers: `model.offer.Offer`, or what acts like it. ready: called with each `ChatModel` once it is loaded.
    watch: told of each load and download how far it is, as `model.load` tells it.
    """

    def __init__(
        self,
        offers: Sequence[Offer],
        ready: Callable[[Any], None] = lambda chat_model: None,
        watch: Progress = lambda stage, done, total: None,
        max_waiting: int = 32,
    ) -> None:
        self.models = [PooledModel(offer, self) for offer in offers]
        self.ready = ready
        self.watch = watch
        self.max_waiting = max_waiting
        self._changed = threading.Condition()
        self._line: list[Ticket] = []  # of models that are not loaded, or have to leave
        self._worker: threading.Thread | None = None
        self._loading = Loading("")
        self._began = 0.0
        self._wanted: PooledModel | None = None  # whose load ends when nobody waits for it any more

    @classmethod
    def of(cls, chat_model: Any) -> ModelPool:
        """A pool of one model that is loaded already and stays."""
        pool = cls([])
        pool.models = [PooledModel(None, pool, chat_model)]
        return pool

    @property
    def current(self) -> PooledModel:
        """The model in memory that was asked last; the first of all where none is."""
        return max(self.models, key=lambda model: model.used_at if model.loaded else -1.0)

    def find(self, name: str) -> PooledModel | None:
        """The model of that name."""
        return next((model for model in self.models if model.name == name), None)

    def check(self) -> None:
        """Looks at what every model is, and gives them names that differ and stay.

        Raises: UserError, for a model that cannot be loaded.
        """
        taken: set[str] = set()
        for model in self.models:
            model.look()
            name = model.name
            names = (f"{name} ({count})" if count > 1 else name for count in itertools.count(1))
            model.rename(next(name for name in names if name not in taken))
            taken.add(model.name)

    def add(self, offer: Offer) -> PooledModel:
        """Offers one more model."""
        self.models.append(PooledModel(offer, self))
        return self.models[-1]

    def remove(self, model: PooledModel) -> None:
        """No longer offers a model that is not loaded."""
        self.models.remove(model)

    def keep_loaded(self) -> list[PooledModel]:
        """Loads every model that fits beside those before it, and offers no other; returns those left out.

        Raises: UserError.
        """
        left_out = []
        for place, model in enumerate(list(self.models)):
            if place and not model.fits_beside():
                self.remove(model)
                left_out.append(model)
            else:
                model.bring()
        return left_out

    def ticket(self, model: PooledModel) -> Ticket:
        """A claim on a model, taken on entering it as a context. Raises: UserError("busy") when too many wait."""
        return Ticket(self, model)

    # --- Under the lock

    def _enter(self, ticket: Ticket) -> None:
        model = ticket.model
        if model.loaded and not model.leaving:
            ticket.grant()
            return
        if len(self._line) >= self.max_waiting:
            raise UserError("busy", waiting=len(self._line))
        self._line.append(ticket)
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="load", daemon=True)
            self._worker.start()

    def _leave(self, ticket: Ticket) -> None:
        if ticket.granted:
            ticket.model.leases -= 1
            ticket.model.used_at = time.monotonic()
        elif ticket in self._line:
            self._line.remove(ticket)
        self._changed.notify_all()

    def _settle(self, model: PooledModel, fault: Exception | None = None) -> None:
        """Everybody who waits for the model gets it, or hears why not."""
        for ticket in [ticket for ticket in self._line if ticket.model is model]:
            self._line.remove(ticket)
            ticket.fault = fault
            if fault is None:
                ticket.grant()
        self._changed.notify_all()

    def _is_awaited(self, model: PooledModel) -> bool:
        return any(ticket.model is model for ticket in self._line)

    # --- In the thread that loads

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._line:
                    self._worker = None
                    return
                model = self._line[0].model
                self._wanted, self._loading, self._began = model, Loading(model.name), time.monotonic()
            try:
                fault = None
                if not model.loaded:
                    self._bring(model)
            except _NobodyWaits:  # whoever has asked since then is served by a load of its own
                continue
            except Exception as error:  # whoever waits for it decides what it means
                fault = error
            finally:
                self._wanted = None
            with self._changed:
                self._settle(model, fault)

    def _bring(self, model: PooledModel) -> None:
        """Loads a model. What can go wrong does so before another has to leave, wherever that can be known."""
        model.fetch(self._report)
        gone: list[PooledModel] = []
        try:
            if any(other.loaded for other in self.models):
                model.look()
                while not model.fits_beside() and (victim := self._dismiss(model)) is not None:
                    gone.append(victim)
                    _give_memory_back()
            self._load(model)
        except Exception:
            self._wanted = None
            for other in gone:
                with contextlib.suppress(Exception):  # whoever asks for it next is told
                    self._load(other)
            raise

    def _load(self, model: PooledModel) -> None:
        chat_model = model.load(self._report)
        self.ready(chat_model)
        with self._changed:
            model.settle(chat_model)

    def _dismiss(self, wanted: PooledModel) -> PooledModel | None:
        """Waits for the answers of the model that is needed least, and unloads it; None if no other is loaded."""
        with self._changed:
            loaded = [model for model in self.models if model.loaded]
            if not loaded:
                return None
            victim = min(loaded, key=lambda model: (model.leases > 0, model.used_at))
            victim.leaving = True
            try:
                while victim.leases:
                    self._loading = Loading(wanted.name, "wait", 0, victim.leases)
                    if not self._is_awaited(wanted):
                        raise _NobodyWaits
                    self._changed.wait(_LOOK_SECONDS)
                self._loading = Loading(wanted.name)
                _log.info("%s leaves the memory to %s", victim.name, wanted.name)
                victim.unload()
                return victim
            finally:
                victim.leaving = False
                if victim.loaded:
                    self._settle(victim)

    def _report(self, stage: str, done: int, total: int) -> None:
        if self._wanted is not None and not self._is_awaited(self._wanted):
            raise _NobodyWaits
        now = time.monotonic()
        if stage != self._loading.stage or done < self._loading.done:
            self._began = now
        passed = now - self._began
        left = passed * (total - done) / done if passed > 1 and done else None
        self._loading = Loading(self._loading.model, stage, done, total, left)
        self.watch(stage, done, total)


class _NobodyWaits(Exception):
    """Ends a load."""


class PooledModel:
    """A model of a pool, whether it is loaded or not: it answers as `ChatModel` does, after `Loading` where it has to.

    Attributes: `info`, which before the first load is what its structure tells; `known`, False where not even that is
    there, since it has to be downloaded; `leases`, how many answers are on their way.
    """

    def __init__(self, offer: Offer | None, pool: ModelPool, chat_model: Any = None) -> None:
        self._offer = offer
        self._pool = pool
        self._chat_model = chat_model
        self._name = ""
        self._info: ModelInfo | None = None if chat_model is None else chat_model.info
        self.leases = 0
        self.used_at = 0.0
        self.leaving = False

    @property
    def name(self) -> str:
        """By which it is asked for."""
        if self._name or self._info is None:
            return self._name or (self._offer.short_name if self._offer is not None else "")
        return self._info.name

    @property
    def loaded(self) -> bool:
        """Whether it is in memory."""
        return self._chat_model is not None

    @property
    def known(self) -> bool:
        """Whether `info` is more than a name."""
        return self._info is not None

    @property
    def info(self) -> ModelInfo:
        """What it is and can do."""
        if self._info is not None:
            return self._info if self._info.name == self.name else replace(self._info, name=self.name)
        source = "" if self._offer is None else self._offer.source
        return ModelInfo(self.name, "", source, "", "", 0, 0, True, GenerationParams(), {})

    def stream(
        self,
        messages: Sequence[Message],
        image: ImageSource | None = None,
        params: GenerationParams | None = None,
        stop: threading.Event | None = None,
        pair: Pair | None = None,
    ) -> Generator[Event]:
        """As `ChatModel.stream`, after `Loading` as long as the model is not in memory. Raises: as `load` too."""
        stop = stop or threading.Event()
        with self._pool.ticket(self) as ticket:
            yield from ticket.wait(stop)
            if not ticket.granted:
                yield Finish("cancelled", 0, 0, 0, 0.0, 0.0, 0.0)
                return
            with contextlib.closing(self._chat_model.stream(messages, image, params, stop, pair)) as events:
                yield from events

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """As `ChatModel.embed`. Raises: as `load` too."""
        with self._pool.ticket(self) as ticket:
            for _ in ticket.wait(threading.Event()):
                pass
            vectors: tuple[list[list[float]], int] = self._chat_model.embed(texts)
            return vectors

    def bringing(self, stop: threading.Event) -> Generator[Loading]:
        """Loads it unless it is in memory, and says how far that is. Raises: as `load`."""
        with self._pool.ticket(self) as ticket:
            yield from ticket.wait(stop)

    def bring(self) -> None:
        """Loads it unless it is in memory. Raises: as `load`."""
        for _ in self.bringing(threading.Event()):
            pass

    # --- For the pool

    def rename(self, name: str) -> None:
        """Gives it a name that stays, whatever it turns out to be called."""
        self._name = name

    def look(self) -> None:
        """Finds out what it is, without loading it. Raises: UserError."""
        if self._offer is not None and not self.loaded:
            self._info = self._offer.describe() or self._info

    def fits_beside(self) -> bool:
        """Whether there is memory for it beside the models that are loaded."""
        return self._offer is None or self._offer.fits_beside(self._info)

    def fetch(self, progress: Progress) -> None:
        """Downloads it. Raises: UserError."""
        assert self._offer is not None
        self._offer.fetch(progress)

    def load(self, progress: Progress) -> Any:
        """The `ChatModel`. Raises: UserError."""
        assert self._offer is not None
        return self._offer.load(progress)

    def settle(self, chat_model: Any) -> None:
        """It is loaded from now on."""
        self._info = chat_model.info
        chat_model.info = self.info
        self.used_at = time.monotonic()
        self._chat_model = chat_model

    def unload(self) -> None:
        """It is no longer in memory."""
        self._chat_model = None


class Ticket:
    """A claim on a model; leaving the context gives it back, granted or not."""

    def __init__(self, pool: ModelPool, model: PooledModel) -> None:
        self._pool = pool
        self.model = model
        self.granted = False
        self.fault: Exception | None = None

    def __enter__(self) -> Ticket:
        with self._pool._changed:
            self._pool._enter(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._pool._changed:
            self._pool._leave(self)

    def grant(self) -> None:
        """The model stays loaded until this ticket is given back."""
        self.granted = True
        self.model.leases += 1

    def wait(self, stop: threading.Event) -> Generator[Loading]:
        """Until the model is there, or `stop` is set, how far it is. Raises: what its load raised."""
        said = None
        while not self.granted and not stop.is_set():
            if isinstance(self.fault, UserError):
                raise NotLoaded(self.fault.code, **self.fault.fields) from self.fault
            if self.fault is not None:
                raise self.fault
            loading = self._pool._loading
            if loading.model != self.model.name:  # another one comes first
                loading = Loading(self.model.name)
            if loading != said:
                said = loading
                yield loading
            with self._pool._changed:
                if not self.granted and self.fault is None:
                    self._pool._changed.wait(_LOOK_SECONDS)


def _give_memory_back() -> None:
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.accelerator.is_available():
        torch.accelerator.empty_cache()
