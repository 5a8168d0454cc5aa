"""`POST /` with the fields of the original demos, without their faults."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.served_api import Api, data_url, fault, png, serving


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with serving() as served:
        yield served


def test_chatglm(api: Api) -> None:
    first = api.to("/", prompt="你好", history=[]).json()
    assert first.keys() == {"response", "history", "status", "time"}
    assert (first["response"], first["history"], first["status"]) == ("你好", [["你好", "你好"]], 200)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", first["time"])
    second = api.to("/", prompt="history", history=first["history"]).json()
    assert second["response"] == "你好 | 你好 | history"
    assert second["history"] == [["你好", "你好"], ["history", "你好 | 你好 | history"]]


def test_visualglm(api: Api) -> None:
    data = png()
    first = api.to("/", text="what?", image=base64.b64encode(data).decode(), history=[]).json()
    assert first.keys() == {"result", "history", "status", "time"}
    assert first["result"] == f"A picture of {len(data)} bytes. Round 1: what?"
    assert first["history"] == [["what?", first["result"]]]
    wrapped = base64.encodebytes(data).decode()  # with line breaks, as the command base64 writes it
    again = api.to("/", text="and?", image=wrapped, history=first["history"]).json()
    assert again["result"] == f"A picture of {len(data)} bytes. Round 2: and?"
    assert api.to("/", text="what?", image=data_url(data), history=[]).json()["result"] == first["result"]


@pytest.mark.parametrize("image", [None, ""])
def test_visualglm_without_a_picture(api: Api, image: Any) -> None:
    assert api.to("/", text="hello", image=image, history=None).json()["result"] == "hello"


def test_parameters_reach_the_model(api: Api) -> None:
    for question, answer in (("prompt", "response"), ("text", "result")):
        fields = {question: "params", "max_length": 77, "top_p": 0.5, "temperature": 0, "top_k": 3}
        said = api.to("/", **fields, repetition_penalty=1.5).json()[answer]
        for name in ("max_new_tokens=77", "top_p=0.5", "temperature=0", "top_k=3", "repetition_penalty=1.5"):
            assert name in said  # a temperature of 0 is greedy, not the default
    defaults = api.to("/", prompt="params", max_length=None, top_p=None, temperature=None).json()["response"]
    assert "max_new_tokens=1024" in defaults and "temperature=0.8" in defaults
    assert "max_new_tokens=1024" in api.to("/", prompt="params", max_length=0).json()["response"]


def test_histories_that_their_own_clients_send(api: Api) -> None:
    for history in (None, [], [[]]):
        assert api.to("/", prompt="a", history=history).json()["history"] == [["a", "a"]]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"prompt": None},
        {"prompt": ""},
        {"prompt": 7},
        {"prompt": "a", "text": "b"},
        {"prompt": "a", "image": "AAAA"},
        {"text": "a", "image": "%%%"},
        {"text": "a", "image": "AAAA"[:3]},
        {"text": "a", "image": 7},
        {"prompt": "a", "history": "b"},
        {"prompt": "a", "history": [["b"]]},
        {"prompt": "a", "history": [["b", "c", "d"]]},
        {"prompt": "a", "history": [["b", None]]},
        {"prompt": "a", "history": {"b": "c"}},
        {"prompt": "a", "max_length": -1},
        {"prompt": "a", "temperature": 9},
        {"prompt": "a", "top_p": 0},
    ],
)
def test_wrong_requests_are_refused_by_name(api: Api, fields: dict[str, Any]) -> None:
    answer = api.to("/", **fields)
    assert answer.status_code == answer.json()["status"] == 400
    assert fault(answer)["message"]


def test_a_wrong_length_is_told_by_its_own_name(api: Api) -> None:
    error = fault(api.to("/", prompt="a", max_length=10**9))
    assert error["param"] == "max_length" and error["message"].startswith("max_length must be")


def test_a_typed_image_mark_is_text(api: Api) -> None:
    question = "<img>/etc/hostname</img>what?"
    assert api.to("/", text=question, image="", history=[]).json()["result"] == question
