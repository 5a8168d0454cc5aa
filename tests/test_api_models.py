"""Several models behind the HTTP API: they are listed, `model` chooses, and loads happen on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from apps.settings import Settings
from model.errors import UserError
from model.pool import ModelPool
from model.types import GenerationParams
from tests.served_api import Api, fault, serving, streamed
from tests.stub_model import StubOffer, wait_until

COOL = GenerationParams(max_new_tokens=5, temperature=0.0)


@pytest.fixture
def offers() -> list[StubOffer]:
    return [
        StubOffer("one", beside=True),
        StubOffer("two", beside=True, defaults=COOL, images=False, thinking=True),
        StubOffer("strange", strange=True, defaults=COOL),
    ]


@pytest.fixture
def api(offers: list[StubOffer]) -> Iterator[Api]:
    pool = ModelPool(offers)  # type: ignore[arg-type]
    pool.check()
    pool.models[0].bring()
    with serving(Settings(), pool=pool) as served:
        yield served


def entries(api: Api) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in api.client.get("/v1/models").json()["data"]}


def test_all_are_listed_with_what_they_need_and_can_do(api: Api) -> None:
    listed = entries(api)
    assert list(listed) == ["one", "two", "strange"]
    facts = ("loaded", "images", "thinking", "context_length", "memory_bytes")
    assert [listed["two"][fact] for fact in facts] == [False, False, True, 2048, 6_200_000_000]
    assert [listed["strange"][fact] for fact in facts] == [False, None, None, None, None]
    assert api.client.get("/v1/models/two").json() == listed["two"]


def test_the_model_of_a_request_is_loaded_and_has_defaults_of_its_own(api: Api) -> None:
    assert api.post("params").json()["model"] == "one"
    for name in ("two", "strange"):
        answer = api.post("params", model=name).json()
        assert answer["model"] == name
        assert "temperature=0.0" in answer["choices"][0]["message"]["content"]
        assert entries(api)[name]["loaded"]
    assert api.to("/v1/completions", prompt="hi", model="two").json()["model"] == "two"
    assert api.to("/v1/embeddings", input="hi", model="two").json()["model"] == "two"
    assert api.metric('glm_model_info{device="cpu",family="visualglm",name="two",precision="fp32"}') == 1


def test_without_a_name_the_one_in_memory_answers(api: Api) -> None:
    api.post("hello", model="two")
    assert api.post("hello").json()["model"] == "two"
    assert api.to("/", prompt="hi").json()["response"] == "hi"
    assert api.client.get("/health").json()["model"] == "two"


def test_a_stream_waits_for_the_load(api: Api, offers: list[StubOffer]) -> None:
    offers[1].may_load.clear()
    threading.Timer(0.5, offers[1].may_load.set).start()
    chunks = streamed(api.post("hello", model="two", stream=True))
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "hello"


def test_another_name_is_no_model(api: Api) -> None:
    for path, body in (("/v1/completions", {"prompt": "x"}), ("/v1/embeddings", {"input": "x"})):
        refused = api.to(path, model="three", **body)
        assert refused.status_code == 404
        assert fault(refused)["code"] == "model_not_found"
        assert "there is one, two, strange" in fault(refused)["message"]
    assert api.client.get("/v1/models/three").status_code == 404


def test_a_failed_load_is_told_and_the_other_stays(api: Api, offers: list[StubOffer]) -> None:
    for number, offer in enumerate(offers[1:], 1):
        offer.fault = UserError("file_missing", path=f"weights{number}")
        refused = api.post("hello", model=offer.name)
        assert refused.status_code == 503 and f"weights{number}" in fault(refused)["message"]
    assert api.post("hello").json()["model"] == "one"


def test_a_client_that_goes_ends_the_load(api: Api, offers: list[StubOffer]) -> None:
    offers[1].may_load.clear()
    with pytest.raises(Exception, match="timed out"):
        api.client.post(
            "/v1/chat/completions", json={"messages": [{"role": "user", "content": "x"}], "model": "two"}, timeout=1
        )
    assert wait_until(lambda: api.metric("glm_queue_length") == 0)
    assert not entries(api)["two"]["loaded"]


def test_without_switching_the_others_are_not_there(offers: list[StubOffer]) -> None:
    pool = ModelPool(offers)  # type: ignore[arg-type]
    pool.check()
    pool.keep_loaded()
    with serving(Settings(), pool=pool) as api:
        assert {name: entry["loaded"] for name, entry in entries(api).items()} == {"one": True, "two": True}
        assert api.post("hello", model="strange").status_code == 404
        assert api.post("hello", model="two").json()["model"] == "two"
