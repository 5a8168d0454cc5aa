"""The HTTP API: OpenAI's forms, one sentence for each fault, nobody's words mixed with another's."""

from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from apps.api.body import MAX_BODY_BYTES, Body
from apps.api.schemas import ChatCompletionRequest, CompletionRequest, EmbeddingRequest
from apps.api.upstream import UpstreamRequest
from tests.live_server import running
from tests.served_api import COMPLETIONS, Api, data_url, fault, png, serving, streamed, with_picture
from tests.stub_model import INFO, StubModel, wait_until

DIRECT_ROUTES = [f"/gradio_api/{route}" for route in ("run/predict", "api/predict", "run/on_submit", "call/on_submit")]


@pytest.fixture
def api() -> Iterator[Api]:
    with serving(stub=StubModel(max_waiting=64)) as served:
        yield served


@pytest.fixture(scope="module")
def shared() -> Iterator[Api]:
    """For tests that change nothing."""
    with serving() as served:
        yield served


def test_health_models_and_headers(shared: Api) -> None:
    health = shared.client.get("/health")
    assert health.json() == {"status": "ok", "model": INFO.name}
    assert "default-src 'self'" in health.headers["content-security-policy"]
    assert health.headers["x-content-type-options"] == "nosniff"
    assert shared.client.get("/v1/models").json()["data"][0]["id"] == INFO.name


def test_answer_whole_and_streamed_are_the_same(shared: Api) -> None:
    text = "你好🙂 " * 30
    whole = shared.post(text).json()
    assert whole["object"] == "chat.completion"
    assert whole["choices"][0]["message"] == {"role": "assistant", "content": text}
    assert whole["choices"][0]["finish_reason"] == "stop"
    assert whole["usage"]["total_tokens"] == whole["usage"]["prompt_tokens"] + whole["usage"]["completion_tokens"]
    answer = shared.post(text, stream=True, stream_options={"include_usage": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    *chunks, usage = streamed(answer)
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == text
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks][-2:] == [None, "stop"]
    assert usage["choices"] == [] and usage["usage"] == whole["usage"]


def test_length_is_told(shared: Api) -> None:
    assert shared.post("slow 3", max_tokens=2).json()["choices"][0]["finish_reason"] == "length"
    assert (
        shared.post("slow 3", max_completion_tokens=2, max_tokens=3).json()["choices"][0]["finish_reason"] == "length"
    )


def test_pictures(shared: Api) -> None:
    data = png()
    answer = shared.post(with_picture(data_url(data))).json()["choices"][0]["message"]["content"]
    assert answer == f"A picture of {len(data)} bytes. Round 1: what?"


def test_pictures_belong_to_their_messages() -> None:
    """A model that sees several gets all of them, in their order; another one the newest."""
    sizes = [len(png(side)) for side in (8, 30, 90)]
    first, second, third = ({"type": "image_url", "image_url": {"url": data_url(png(side))}} for side in (8, 30, 90))
    messages = [
        {"role": "user", "content": [first, {"type": "text", "text": "one"}, second]},
        {"role": "assistant", "content": "said"},
        {"role": "user", "content": [{"type": "text", "text": "two"}, third]},
    ]
    for several, seen in ((True, sizes), (False, sizes[-1:])):
        stub = StubModel(dataclasses.replace(INFO, several_images=several))
        with serving(stub=stub) as served:
            answer = served.client.post(COMPLETIONS, json={"messages": messages}).json()["choices"][0]["message"][
                "content"
            ]
        assert answer == f"A picture of {', '.join(map(str, seen))} bytes. Round 2: two"
        assert [len(message.get("images", ())) for message in stub.seen[-1]] == [2, 0, 1]
    with serving() as served:
        many = {"messages": [{"role": "user", "content": [first] * 9}]}
        assert "8 pictures at most" in fault(served.client.post(COMPLETIONS, json=many))["message"]


def test_a_picture_without_its_object(shared: Api) -> None:
    part = {"type": "image_url", "image_url": data_url(png())}
    answer = shared.post([{"type": "text", "text": "what?"}, part])
    assert answer.json()["choices"][0]["message"]["content"].startswith("A picture of")


def test_text_parts_and_history(shared: Api) -> None:
    messages = [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": "c"},
        {"role": "user", "content": "history"},
    ]
    answer = shared.client.post(COMPLETIONS, json={"messages": messages}).json()
    assert answer["choices"][0]["message"]["content"] == "be brief | a\nb | c | history"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x.png",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "/etc/passwd",
        "ftp://a/b",
        "",
        "data:",
        "data:image/png;base64,%%%%",
        "data:image/png;base64,AAA",
        "data:text/html;base64,AAAA",
        7,
        None,
        ["a"],
    ],
)
def test_other_picture_addresses_are_refused(shared: Api, url: Any) -> None:
    answer = shared.post(with_picture(url))
    assert answer.status_code == 400
    assert fault(answer)["type"] == "invalid_request_error"


BODIES = [
    b"",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"{",
    b"{}",
    b"\xff\xfe",
    b'{"messages": "\xff"}',
    b"[" * 200_000,
    b'{"a":' * 3000 + b"1" + b"}" * 3000,
    b'{"messages": []}',
    b'{"messages": {}}',
    b'{"messages": "hello"}',
    b'{"messages": [7]}',
    b'{"messages": [{}]}',
    b'{"messages": [{"role": "user"}]}',
    b'{"messages": [{"role": "root", "content": "a"}]}',
    b'{"messages": [{"role": ["user"], "content": "a"}]}',
    b'{"messages": [{"role": "user", "content": 7}]}',
    b'{"messages": [{"role": "user", "content": [7]}]}',
    b'{"messages": [{"role": "user", "content": [{"type": "text"}]}]}',
    b'{"messages": [{"role": "user", "content": [{"type": "audio"}]}]}',
    b'{"messages": [{"role": "assistant", "content": "a"}]}',
    b'{"messages": [{"role": "user", "content": ""}]}',
    b'{"messages": [{"role": "user", "content": "  \\n "}]}',
    b'{"messages": [{"role": "user", "content": "a"}], "temperature": NaN}',
    b'{"messages": [{"role": "user", "content": "a"}], "temperature": Infinity}',
    b'{"messages": [{"role": "user", "content": "a"}], "stream": "yes"}',
    b'{"messages": [{"role": "user", "content": "a"}], "stream_options": 7}',
    b'{"messages": [{"role": "user", "content": "a"}], "n": 0}',
    b'{"messages": [{"role": "user", "content": "a"}], "n": 9}',
    b'{"messages": [{"role": "user", "content": "a"}], "n": "2"}',
    b'{"messages": [{"role": "user", "content": "a"}], "seed": ' + b"9" * 5000 + b"}",
    b'{"messages": [{"role": "system", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]}',
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bad_bodies(shared: Api, body: bytes) -> None:
    answer = shared.raw(body)
    assert answer.status_code == 400
    fault(answer)


def test_surrogates_and_nul_do_not_break(shared: Api) -> None:
    for text in ("\\ud800", "a\\u0000b", "\\u202e", "\\udfff\\ud83d"):
        answer = shared.raw(f'{{"messages": [{{"role": "user", "content": "{text}"}}]}}'.encode())
        assert answer.status_code == 200
        assert shared.raw(f'{{"stream": true, "messages": [{{"role": "user", "content": "{text}"}}]}}'.encode()).text


VALUES: list[Any] = [0, -1, 0.5, 3, 1e308, -1e308, 10**30, "0.5", "", True, [], {}, [1]]


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k", "max_tokens", "seed"])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:10])
def test_parameters(shared: Api, name: str, value: Any) -> None:
    answer = shared.post("params", **{name: value})
    if answer.status_code == 200:
        assert f"={value!r}" in answer.json()["choices"][0]["message"]["content"]
        assert not isinstance(value, (str, bool, list, dict))
    else:
        assert answer.status_code == 400
        assert fault(answer)["param"] in (name, "max_new_tokens")


def test_null_parameters_are_defaults_and_zero_is_greedy(shared: Api) -> None:
    text = shared.post("params", temperature=None, top_p=None, seed=None).json()["choices"][0]["message"]["content"]
    assert "temperature=0.8" in text and "seed=None" in text
    assert shared.post("params", temperature=0).status_code == 200


def test_large_bodies(shared: Api) -> None:
    announced = shared.client.build_request("POST", COMPLETIONS, content=b"{}")
    announced.headers["content-length"] = str(10 * MAX_BODY_BYTES)
    host, port = shared.socket.getsockname()
    with socket.create_connection((host, port)) as connection:
        head = f"POST {COMPLETIONS} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-length: {10 * MAX_BODY_BYTES}\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(100)

    def pieces() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1_000_000 + 3):
            yield b" " * 1_000_000

    answer = shared.client.post(COMPLETIONS, content=pieces())
    assert answer.status_code == 413
    fault(answer)
    assert shared.post("x" * 1_100_000).status_code == 413
    assert shared.post().status_code == 200


MANY = [0] * 1000


@pytest.mark.parametrize(
    ("path", "form", "fields", "param"),
    [
        ("/v1/embeddings", EmbeddingRequest, {"input": MANY}, "input[0]"),
        ("/v1/completions", CompletionRequest, {"prompt": MANY}, "prompt[0]"),
        ("/v1/completions", CompletionRequest, {"prompt": "a", "stop": MANY}, "stop[0]"),
        (COMPLETIONS, ChatCompletionRequest, {"messages": MANY}, "messages[0]"),
        (
            COMPLETIONS,
            ChatCompletionRequest,
            {"messages": [{"role": "user", "content": MANY}]},
            "messages[0].content[0]",
        ),
        ("/", UpstreamRequest, {"prompt": "a", "history": [MANY]}, "history[0][0]"),
    ],
)
def test_of_a_list_full_of_faults_one_is_looked_at(
    shared: Api, path: str, form: type[Body], fields: dict[str, Any], param: str
) -> None:
    """A body of 32 MB has room for millions, and while they are looked at nobody else is answered."""
    answer = shared.to(path, **fields)
    assert answer.status_code == 400 and answer.json()["error"]["param"] == param
    with pytest.raises(ValidationError) as error:
        form.model_validate(fields)
    assert error.value.error_count() == 1


def test_too_many_items_are_refused(shared: Api) -> None:
    part = {"type": "text", "text": "a"}
    many = [{"role": "user", "content": [part] * 3000}]
    for path, fields in (("/v1/embeddings", {"input": ["a"] * 3000}), (COMPLETIONS, {"messages": many})):
        answer = shared.to(path, **fields)
        assert answer.status_code == 400 and "at most 2048 items" in fault(answer)["message"]
    assert shared.post([part] * 2048).status_code == 200


def test_unforeseen_errors_are_generic(shared: Api, caplog: pytest.LogCaptureFixture) -> None:
    answer = shared.post("fail")
    assert answer.status_code == 500
    assert "report id" in fault(answer)["message"]
    assert "secret" not in answer.text and "secret" in caplog.text
    assert "report id" in shared.post("fail", stream=True).text
    assert shared.post("numbers").status_code == 500
    assert shared.post().status_code == 200


def test_no_images() -> None:
    with serving(stub=StubModel(dataclasses.replace(INFO, images=False))) as served:
        assert fault(served.post(with_picture(data_url(png()))))["code"] == "no_images"


def test_interleaved_users_never_mix(api: Api) -> None:
    """1,000 turns of eight clients, each with its own marker."""

    async def user(number: int, client: httpx.AsyncClient) -> None:
        history: list[dict[str, str]] = []
        for turn in range(125):
            history = [*history[-4:], {"role": "user", "content": f"history marker-{number} turn {turn}"}]
            answer = await client.post(COMPLETIONS, json={"messages": history})
            text = answer.json()["choices"][0]["message"]["content"]
            assert set(re.findall(r"marker-(\d)", text)) == {str(number)}
            assert f"turn {turn}" in text
            history.append({"role": "assistant", "content": f"ok marker-{number}"})

    async def users() -> None:
        async with httpx.AsyncClient(base_url=api.address, timeout=60, trust_env=False) as client:
            await asyncio.gather(*(user(number, client) for number in range(8)))

    asyncio.run(users())
    assert len(api.stub.seen) == 1000
    assert api.stub.most_inside == 1


def test_twenty_posts_at_once_are_one_at_a_time(api: Api) -> None:
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: api.post("slow 2").status_code, range(20)))
    assert answers == [200] * 20
    assert api.stub.most_inside == 1


def test_full_queue_is_refused_at_once() -> None:
    with serving(stub=StubModel(max_waiting=2)) as served:
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: served.post("slow 10"), range(12)))
        codes = sorted(answer.status_code for answer in answers)
        assert set(codes) == {200, 503} and codes.count(200) >= 3
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.headers["retry-after"] and fault(refused)["type"] == "overloaded"
        assert served.post().status_code == 200


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_stops_the_work(api: Api, stream: bool) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": "slow 400"}], "stream": stream}).encode()
    host, port = api.socket.getsockname()
    head = f"POST {COMPLETIONS} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-length: {len(body)}\r\n\r\n".encode()

    def leave(after: Any) -> None:
        with socket.create_connection((host, port)) as connection:
            connection.sendall(head + body)
            assert wait_until(after)

    leave(lambda: api.stub.steps >= 3)
    steps = api.stub.steps
    assert wait_until(lambda: api.stub.inside == 0)
    assert api.stub.steps <= steps + 2  # the one under way when the connection closed, and at most one more
    assert len(api.stub.seen) == 1
    with socket.create_connection((host, port)) as first:  # one that leaves while it waits never runs
        first.sendall(head + body)
        assert wait_until(lambda: api.stub.inside == 1)
        leave(lambda: len(api.stub.gate._line) == 2)
        assert wait_until(lambda: len(api.stub.gate._line) == 1)
    assert wait_until(lambda: api.stub.inside == 0)
    assert len(api.stub.seen) == 2


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/", {"prompt": "slow 400"}),
        ("/v1/completions", {"prompt": ["slow 400"] * 3}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "slow 400"}], "n": 3, "stream": True}),
        ("/v1/embeddings", {"input": ["slow"] * 400}),
    ],
)
def test_a_client_that_goes_stops_what_was_still_to_do(api: Api, path: str, fields: dict[str, Any]) -> None:
    body = json.dumps(fields).encode()
    host, port = api.socket.getsockname()
    head = f"POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection((host, port)) as connection:
        connection.sendall(head + body)
        assert wait_until(lambda: api.stub.steps >= 3)
    ended = [f'glm_http_requests_total{{route="{path}",status="{status}"}}' for status in (200, 499)]
    assert wait_until(lambda: any(map(api.metric, ended)))
    assert api.post().status_code == 200
    assert api.stub.steps < 100  # of 400 and more
    assert len(api.stub.seen) <= 2


def test_health_answers_while_a_model_works(api: Api) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        busy = pool.submit(api.post, "slow 20")
        assert wait_until(lambda: api.stub.inside == 1)
        assert api.client.get("/health").status_code == 200
        assert not busy.done()
        assert busy.result().status_code == 200


def test_every_route_but_health_asks_for_the_password(free_port: int) -> None:
    """The whole server, pages and all."""
    paths = ["/config", "/image/config", "/gradio_api/info", "/gradio_api/openapi.json", "/monitoring", "/v1/models"]
    with running(free_port, "--auth", "ann:sesame") as address, httpx.Client(base_url=address, timeout=60) as client:
        assert client.get("/health").status_code == 200
        codes = {path: client.get(path).status_code for path in paths}
        codes |= {path: client.post(path, json={}).status_code for path in (*DIRECT_ROUTES, "/gradio_api/queue/join")}
        assert set(codes.values()) <= {401, 404}, codes
        assert "sesame" not in client.get("/").text
        login = client.post("/login", data={"username": "ann", "password": "sesame"})
        assert login.status_code == 200
        assert client.get("/config").status_code == 200
