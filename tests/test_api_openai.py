"""OpenAI's forms in full: choices, scores, stop texts, thinking, plain completions, embeddings, what is not here."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from tests.served_api import Api, fault, serving, streamed
from tests.stub_model import INFO


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with serving() as served:
        yield served


def contents(answer: Any) -> list[str]:
    return [choice["message"]["content"] for choice in answer.json()["choices"]]


def test_a_model_by_its_name(api: Api) -> None:
    entry = api.client.get("/v1/models").json()["data"][0]
    assert entry["id"] == INFO.name and entry["object"] == "model" and isinstance(entry["created"], int)
    assert api.client.get(f"/v1/models/{INFO.name}").json() == entry
    assert api.post(model=INFO.name).json()["model"] == INFO.name
    assert api.post(model="").status_code == api.post(model=None).status_code == 200


def test_another_model_is_not_found(api: Api) -> None:
    for answer in (
        api.client.get("/v1/models/gpt-4o"),
        api.client.get("/v1/models/org/name"),
        api.post(model="gpt-4o"),
        api.to("/v1/completions", prompt="a", model="gpt-4o"),
        api.to("/v1/embeddings", input="a", model="gpt-4o"),
    ):
        assert answer.status_code == 404
        assert fault(answer)["code"] == "model_not_found"


def test_what_is_not_there_is_said_in_the_same_form(api: Api) -> None:
    for answer in (
        api.client.get("/v1/files"),
        api.client.get("/v1/chat/completions"),
        api.client.delete("/v1/models"),
        api.client.get("/elsewhere"),
    ):
        assert answer.status_code == 404
        assert fault(answer)["code"] == "not_found"


def test_several_choices_have_seeds_of_their_own(api: Api) -> None:
    answer = api.post("params", n=3, seed=7)
    assert [text.partition("seed=")[2][:1] for text in contents(answer)] == ["7", "8", "9"]
    assert [choice["index"] for choice in answer.json()["choices"]] == [0, 1, 2]
    assert "seed=None" in contents(api.post("params"))[0]
    one, three = api.post("hello").json()["usage"], api.post("hello", n=3).json()["usage"]
    assert three["prompt_tokens"] == one["prompt_tokens"]  # read once
    assert three["completion_tokens"] == 3 * one["completion_tokens"]
    assert three["total_tokens"] == three["prompt_tokens"] + three["completion_tokens"]


def test_streamed_choices_are_those_of_the_whole_answer(api: Api) -> None:
    whole = api.post("params", n=2, seed=7)
    chunks = streamed(api.post("params", n=2, seed=7, stream=True, stream_options={"include_usage": True}))
    assert {chunk["id"] for chunk in chunks} == {chunks[0]["id"]}
    texts = ["", ""]
    for chunk in chunks[:-1]:
        assert chunk["object"] == "chat.completion.chunk" and chunk["usage"] is None
        (choice,) = chunk["choices"]
        texts[choice["index"]] += choice["delta"].get("content", "")
    assert texts == contents(whole)
    reasons = [chunk["choices"][0]["finish_reason"] for chunk in chunks[:-1]]
    assert [reason for reason in reasons if reason] == ["stop", "stop"]
    assert chunks[-1]["choices"] == [] and chunks[-1]["usage"] == whole.json()["usage"]
    assert all("usage" not in chunk for chunk in streamed(api.post("params", stream=True)))


@pytest.mark.parametrize("stop", ["word2", ["nowhere", "word2"], ["d2 word3"]])
def test_stop_texts_end_an_answer_before_them(api: Api, stop: Any) -> None:
    answer = api.post("slow 5", stop=stop)
    assert contents(answer)[0].rstrip() in ("word0 word1", "word0 word1 wor")
    assert answer.json()["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("stop", [7, [7], [""], "", {}, ["a"] * 17])
def test_wrong_stop_texts_are_refused(api: Api, stop: Any) -> None:
    answer = api.post("hello", stop=stop)
    assert answer.status_code == 400 and fault(answer)["param"].startswith("stop")


def test_no_stop_texts(api: Api) -> None:
    assert contents(api.post("hello", stop=[])) == contents(api.post("hello", stop=None)) == ["hello"]


def test_scores_of_tokens(api: Api) -> None:
    answer = api.post("hello", logprobs=True, top_logprobs=3).json()["choices"][0]
    (token,) = answer["logprobs"]["content"]
    assert (token["token"], token["logprob"], bytes(token["bytes"])) == ("hello", -0.5, b"hello")
    first, half, never = token["top_logprobs"]
    assert first == {"token": "hello", "logprob": -0.5, "bytes": list(b"hello")}
    assert bytes(half["bytes"]) == "你".encode()[:2] and half["token"] == "\ufffd"
    assert never["logprob"] == -9999.0  # JSON has no infinity
    assert answer["logprobs"]["refusal"] is None
    alone = api.post("hello", logprobs=True).json()["choices"][0]["logprobs"]["content"]
    assert [token["top_logprobs"] for token in alone] == [[]]
    assert api.post("hello").json()["choices"][0]["logprobs"] is None


def test_streamed_scores_are_those_of_the_whole_answer(api: Api) -> None:
    wanted = {"logprobs": True, "top_logprobs": 2}
    whole = api.post("slow 4", **wanted).json()["choices"][0]["logprobs"]["content"]
    chunks = streamed(api.post("slow 4", stream=True, **wanted))
    found = [chunk["choices"][0]["logprobs"] for chunk in chunks]
    assert [token for scores in found if scores for token in scores["content"]] == whole
    assert len(whole) == 4


def test_scores_asked_for_wrongly(api: Api) -> None:
    for fields, param in (
        ({"top_logprobs": 3}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"logprobs": 3}, "logprobs"),
    ):
        answer = api.post("hello", **fields)
        assert answer.status_code == 400 and fault(answer)["param"] == param


def test_thinking_is_apart_from_the_answer(api: Api) -> None:
    message = api.post("think so").json()["choices"][0]["message"]
    assert message == {"role": "assistant", "content": "think so", "reasoning_content": "Hm. "}
    deltas = [chunk["choices"][0]["delta"] for chunk in streamed(api.post("think so", stream=True))]
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "Hm. "
    assert "".join(delta.get("content", "") for delta in deltas) == "think so"
    assert api.to("/v1/completions", prompt="think so").json()["choices"][0]["text"] == "think so"
    assert "Hm." not in api.to("/v1/completions", prompt="think so", stream=True).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tools", [{"type": "function", "function": {"name": "f"}}]),
        ("response_format", {"type": "json_object"}),
        ("modalities", ["text", "audio"]),
        ("logit_bias", {"5": 100}),
        ("frequency_penalty", 0.5),
        ("presence_penalty", -1),
    ],
)
def test_what_cannot_be_done_is_refused(api: Api, name: str, value: Any) -> None:
    answer = api.post("hello", **{name: value})
    assert answer.status_code == 400
    assert (fault(answer)["param"], fault(answer)["code"]) == (name, "unsupported_value")


def test_what_asks_for_nothing_is_accepted(api: Api) -> None:
    fields: dict[str, Any] = {"tools": None, "response_format": {"type": "text"}, "frequency_penalty": 0.0}
    assert api.post("hello", **fields, user="me", metadata={}, unheard_of=[1]).status_code == 200


def test_a_wrong_value_is_told_by_the_name_that_was_sent(api: Api) -> None:
    for name in ("max_tokens", "max_completion_tokens"):
        error = fault(api.post("hello", **{name: 0}))
        assert error["param"] == name and error["message"].startswith(f"{name} must be")
    assert fault(api.post(seed=1.5))["message"] == "seed must be an integer."
    assert fault(api.to("/v1/completions"))["message"] == "prompt is missing."
    error = fault(api.post([{"type": "text", "text": "a"}, {"type": "input_audio"}]))
    assert error["message"] == "messages[0].content[1] must be a part of type text or image_url."
    assert error["param"] == "messages[0].content[1]"


def test_plain_completions(api: Api) -> None:
    answer = api.to("/v1/completions", prompt="history", max_tokens=50).json()
    assert answer["object"] == "text_completion" and answer["id"].startswith("cmpl-")
    assert answer["choices"] == [{"index": 0, "text": "history", "finish_reason": "stop", "logprobs": None}]
    several = api.to("/v1/completions", prompt=["one", "two!"], n=2).json()
    assert [choice["text"] for choice in several["choices"]] == ["one", "one", "two!", "two!"]
    assert [choice["index"] for choice in several["choices"]] == [0, 1, 2, 3]
    assert several["usage"]["prompt_tokens"] == len("one") + len("two!")


def test_streamed_plain_completions(api: Api) -> None:
    fields: dict[str, Any] = {"prompt": ["slow 3", "hello"], "logprobs": 2}
    whole = api.to("/v1/completions", **fields).json()
    chunks = streamed(api.to("/v1/completions", **fields, stream=True, stream_options={"include_usage": True}))
    for index, choice in enumerate(whole["choices"]):
        mine = [part for chunk in chunks[:-1] for part in chunk["choices"] if part["index"] == index]
        assert "".join(part["text"] for part in mine) == choice["text"]
        assert [part["finish_reason"] for part in mine if part["finish_reason"]] == [choice["finish_reason"]]
        for name in ("tokens", "token_logprobs", "top_logprobs", "text_offset"):
            found = [value for part in mine if part["logprobs"] for value in part["logprobs"][name]]
            assert found == choice["logprobs"][name]
    assert whole["choices"][0]["logprobs"]["tokens"] == ["word0 ", "word1 ", "word2 "]
    assert whole["choices"][0]["logprobs"]["text_offset"] == [0, 6, 12]
    assert chunks[-1]["usage"] == whole["usage"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"prompt": []},
        {"prompt": [1, 2, 3]},
        {"prompt": [[1, 2]]},
        {"prompt": None},
        {"prompt": "  "},
        {"prompt": ["a"] * 33},
        {"prompt": "a", "suffix": "b"},
        {"prompt": "a", "echo": True},
        {"prompt": "a", "logprobs": 6},
        {"prompt": "a", "n": 100},
    ],
)
def test_wrong_plain_completions(api: Api, fields: dict[str, Any]) -> None:
    answer = api.to("/v1/completions", **fields)
    assert answer.status_code == 400
    fault(answer)


def test_embeddings_in_both_encodings(api: Api) -> None:
    answer = api.to("/v1/embeddings", input=["abc", "b"], encoding_format="float").json()
    assert answer["object"] == "list" and answer["model"] == INFO.name
    assert [item["embedding"] for item in answer["data"]] == [[3.0, 97.0, 0.1], [1.0, 98.0, 0.1]]
    assert [(item["object"], item["index"]) for item in answer["data"]] == [("embedding", 0), ("embedding", 1)]
    assert answer["usage"] == {"prompt_tokens": 4, "total_tokens": 4}
    encoded = api.to("/v1/embeddings", input="abc", encoding_format="base64").json()["data"][0]["embedding"]
    assert struct.unpack("<3f", base64.b64decode(encoded)) == pytest.approx((3.0, 97.0, 0.1))


def test_many_embeddings_keep_their_order(api: Api) -> None:
    texts = ["x" * length for length in range(1, 101)]
    data = api.to("/v1/embeddings", input=texts).json()["data"]
    assert [item["embedding"][0] for item in data] == list(range(1, 101))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"input": []},
        {"input": [1, 2]},
        {"input": None},
        {"input": ""},
        {"input": ["a", ""]},
        {"input": "a", "dimensions": 3},
        {"input": "a", "encoding_format": "int8"},
        {"input": ["a"] * 2049},
    ],
)
def test_wrong_embeddings(api: Api, fields: dict[str, Any]) -> None:
    answer = api.to("/v1/embeddings", **fields)
    assert answer.status_code == 400
    fault(answer)


def test_unforeseen_faults_of_every_route_are_generic(api: Api) -> None:
    for answer in (
        api.to("/v1/completions", prompt="fail"),
        api.to("/v1/embeddings", input="fail"),
        api.to("/", prompt="fail"),
    ):
        assert answer.status_code == 500
        assert "report id" in fault(answer)["message"] and "secret" not in answer.text
