"""model/pool.py: several models, loaded when they are asked for, never taken from under an answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from model.errors import UserError
from model.pool import ModelPool
from model.types import Finish, Loading, Queued
from tests.stub_model import StubOffer, wait_until


class Asked:
    """A question to a model on its way, in a thread of its own."""

    def __init__(self, model: Any, text: str = "hello") -> None:
        self.events: list[Any] = []
        self.fault: Exception | None = None
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self._ask, args=(model, text), daemon=True)
        self._thread.start()

    def _ask(self, model: Any, text: str) -> None:
        try:
            for event in model.stream([{"role": "user", "content": text}], stop=self.stop):
                self.events.append(event)
        except Exception as fault:
            self.fault = fault

    @property
    def text(self) -> str:
        return "".join(event for event in self.events if isinstance(event, str))

    @property
    def loading(self) -> list[Loading]:
        return [event for event in self.events if isinstance(event, Loading)]

    def whole(self) -> str:
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self.fault:
            raise self.fault
        assert isinstance(self.events[-1], Finish)
        return self.text


@pytest.fixture
def offers() -> dict[str, StubOffer]:
    return {name: StubOffer(name) for name in ("one", "two", "three")}


@pytest.fixture
def pool(offers: dict[str, StubOffer]) -> ModelPool:
    made = ModelPool(list(offers.values()))  # type: ignore[arg-type]
    made.check()
    made.models[0].bring()
    return made


def loaded(pool: ModelPool) -> list[str]:
    return [model.name for model in pool.models if model.loaded]


def test_a_model_is_loaded_when_it_is_asked_for_and_the_other_leaves(pool: ModelPool) -> None:
    one, two, _ = pool.models
    assert loaded(pool) == ["one"]
    asked = Asked(two)
    assert asked.whole() == "hello"
    assert asked.loading and asked.loading[0].model == "two"
    assert loaded(pool) == ["two"] and pool.current is two
    assert Asked(one).whole() == "hello"
    assert loaded(pool) == ["one"]


def test_models_that_fit_stay(offers: dict[str, StubOffer], pool: ModelPool) -> None:
    offers["two"].beside = True
    for model in pool.models[:2] * 3:
        assert Asked(model).whole() == "hello"
    assert loaded(pool) == ["one", "two"]
    assert (offers["one"].loads, offers["two"].loads) == (1, 1)


def test_an_answer_ends_before_its_model_leaves_and_newcomers_wait(
    offers: dict[str, StubOffer], pool: ModelPool
) -> None:
    one, two, _ = pool.models
    running = Asked(one, "slow 40")
    assert wait_until(lambda: "word3" in running.text)
    switch = Asked(two)
    assert wait_until(lambda: any(event.stage == "wait" and event.total == 1 for event in switch.loading))
    newcomer = Asked(one, "newcomer")
    assert wait_until(lambda: newcomer.loading)
    assert running.whole().split()[-1] == "word39"
    assert switch.whole() == "hello"
    assert newcomer.whole() == "newcomer"  # the model came back for it
    assert (offers["one"].loads, offers["two"].loads) == (2, 1)


def test_a_load_says_how_far_it_is(offers: dict[str, StubOffer], pool: ModelPool) -> None:
    offers["two"].may_load.clear()
    asked = Asked(pool.models[1])
    assert wait_until(lambda: any(event.seconds_left is not None for event in asked.loading))
    last = asked.loading[-1]
    assert (last.model, last.stage, last.done, last.total) == ("two", "load", 3_100_000_000, 6_200_000_000)
    waiting = Asked(pool.models[2])
    assert wait_until(lambda: waiting.loading)
    assert waiting.loading[-1] == Loading("three")  # another one comes first
    offers["two"].may_load.set()
    assert asked.whole() == "hello" and waiting.whole() == "hello"


def test_all_who_wait_for_a_model_get_it_together(offers: dict[str, StubOffer], pool: ModelPool) -> None:
    offers["two"].may_load.clear()
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(Asked, pool.models[1]).result() for _ in range(6)]
        assert wait_until(lambda: all(one.loading for one in asked))
        offers["two"].may_load.set()
        assert [one.whole() for one in asked] == ["hello"] * 6
    assert offers["two"].loads == 1


def test_a_failed_load_leaves_the_other_in_service(offers: dict[str, StubOffer], pool: ModelPool) -> None:
    offers["two"].fault = UserError("file_missing", path="model.safetensors")
    with pytest.raises(UserError, match=r"model\.safetensors"):
        Asked(pool.models[1]).whole()
    assert loaded(pool) == ["one"]
    assert Asked(pool.models[0]).whole() == "hello"
    offers["two"].fault = None
    assert Asked(pool.models[1]).whole() == "hello"  # mended in the meantime


def test_what_is_wrong_is_found_before_the_other_leaves(
    offers: dict[str, StubOffer], pool: ModelPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise UserError("file_truncated", path="weights", expected=2, found=1)

    monkeypatch.setattr(offers["two"], "describe", broken)
    with pytest.raises(UserError, match="cut off"):
        Asked(pool.models[1]).whole()
    assert loaded(pool) == ["one"] and offers["one"].loads == 1  # it never left


def test_who_stops_waiting_leaves_the_line_and_the_load_ends(offers: dict[str, StubOffer], pool: ModelPool) -> None:
    offers["two"].may_load.clear()
    asked = Asked(pool.models[1])
    assert wait_until(lambda: any(event.stage == "load" for event in asked.loading))
    asked.stop.set()
    assert asked.whole() == ""
    assert asked.events[-1].reason == "cancelled"
    assert wait_until(lambda: loaded(pool) == ["one"])  # it came back, since nobody waits for the other
    assert Asked(pool.models[0]).whole() == "hello"


def test_who_asks_again_after_stopping_is_served(offers: dict[str, StubOffer], pool: ModelPool) -> None:
    offers["two"].may_load.clear()
    first = Asked(pool.models[1])
    assert wait_until(lambda: any(event.stage == "load" for event in first.loading))
    offers["one"].may_load.clear()  # to come back takes it a while
    first.stop.set()
    assert first.whole() == ""
    assert wait_until(lambda: offers["one"].loads == 2)
    again = Asked(pool.models[1])
    assert wait_until(lambda: bool(again.loading))
    for offer in offers.values():
        offer.may_load.set()
    assert again.whole() == "hello"


def test_a_long_line_refuses(offers: dict[str, StubOffer], pool: ModelPool) -> None:
    offers["two"].may_load.clear()
    pool.max_waiting = 2
    asked = [Asked(pool.models[1]) for _ in range(2)]
    assert wait_until(lambda: all(one.loading for one in asked))
    with pytest.raises(UserError, match="2 requests are waiting"):
        Asked(pool.models[1]).whole()
    offers["two"].may_load.set()
    assert [one.whole() for one in asked] == ["hello"] * 2


def test_without_switching_only_what_fits_is_offered(offers: dict[str, StubOffer]) -> None:
    offers["three"].beside = True
    pool = ModelPool(list(offers.values()))  # type: ignore[arg-type]
    pool.check()
    assert [model.name for model in pool.keep_loaded()] == ["two"]
    assert loaded(pool) == ["one", "three"] and pool.find("two") is None


def test_names_differ_and_a_strange_model_is_known_once_it_is_loaded() -> None:
    offers = [StubOffer("same"), StubOffer("same"), StubOffer("strange", strange=True, context_length=99)]
    pool = ModelPool(offers)  # type: ignore[arg-type]
    pool.check()
    assert [model.name for model in pool.models] == ["same", "same (2)", "strange"]
    second, strange = pool.models[1:]
    second.bring()
    assert second.info.name == "same (2)"
    assert not strange.known and strange.info.name == "strange"
    strange.bring()
    assert strange.known and strange.info.context_length == 99


def test_a_pair_shares_one_place_and_takes_turns() -> None:
    """Two answers by one model, side by side: pieces of both come alternately, and somebody else waits for both."""
    from model.gate import Pair

    offer = StubOffer("one")
    order: list[str] = []

    def follow(name: str, stream: Iterator[Any]) -> None:
        for event in stream:
            if isinstance(event, str):
                order.append(name)
            elif isinstance(event, Queued):
                order.append(f"{name} waits")

    pair = Pair()
    message = [{"role": "user", "content": "slow 20"}]
    streams = {name: offer.model.stream(message, pair=pair) for name in ("left", "right")}
    threads = [threading.Thread(target=follow, args=item) for item in streams.items()]
    for thread in threads:
        thread.start()
    assert wait_until(lambda: {"left", "right"} <= set(order))
    other = threading.Thread(target=follow, args=("other", offer.model.stream(message)))
    other.start()
    for thread in [*threads, other]:
        thread.join(30)
    assert "left waits" not in order and "right waits" not in order and "other waits" in order
    both = [name for name in order if name in ("left", "right")]
    assert sum(one != next_ for one, next_ in pairwise(both)) > 20
    assert "other" not in order[: len(order) - 20]
