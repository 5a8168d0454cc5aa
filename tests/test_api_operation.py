"""Running the API: what is counted and logged, its description, and the API alone."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from apps.settings import parse_settings
from tests.live_server import running
from tests.served_api import COMPLETIONS, Api, serving, streamed
from tests.stub_model import INFO, wait_until

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as served:
        yield served


# ---- Metrics


def test_answers_are_counted(api: Api) -> None:
    api.post("slow 3")
    api.post("hello", stream=True)
    api.post("slow 3", max_tokens=2)
    api.post("fail")
    api.to("/v1/embeddings", input="abc")
    api.client.get("/v1/nothing/secret-address")
    assert api.metric('glm_answers_total{reason="stop"}') == 2
    assert api.metric('glm_answers_total{reason="length"}') == 1
    assert api.metric('glm_answers_total{reason="error"}') == 1
    assert api.metric("glm_completion_tokens_total") == 3 + 1 + 2
    assert api.metric("glm_prompt_tokens_total") == len("slow 3") * 2 + len("hello") + len("abc")
    assert api.metric("glm_first_token_seconds_count") == 3
    assert api.metric("glm_tokens_per_second_count") == 2  # one token alone has no rate
    assert api.metric(f'glm_http_requests_total{{route="{COMPLETIONS}",status="200"}}') == 3
    assert api.metric(f'glm_http_requests_total{{route="{COMPLETIONS}",status="500"}}') == 1
    assert api.metric("process_resident_memory_bytes") > 1e6 or sys.platform != "linux"
    assert "secret-address" not in api.client.get("/metrics").text


def test_the_queue_is_counted_while_it_lasts(api: Api) -> None:
    body = {"messages": [{"role": "user", "content": "slow 400"}], "stream": True}
    with (
        api.client.stream("POST", COMPLETIONS, json=body),
        httpx.Client(base_url=api.address, timeout=60, trust_env=False) as other,
    ):
        assert wait_until(lambda: api.stub.inside == 1)
        with other.stream("POST", COMPLETIONS, json=body):
            assert wait_until(lambda: api.metric("glm_queue_length") == 1)
            assert api.metric("glm_answers_running") == 1
    assert wait_until(lambda: api.metric('glm_answers_total{reason="cancelled"}') == 2)
    assert api.metric("glm_queue_length") == api.metric("glm_answers_running") == 0


# ---- Log


def lines(caplog: pytest.LogCaptureFixture, count: int) -> list[dict[str, Any]]:
    def found() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.name == "glm.requests"]

    assert wait_until(lambda: len(found()) >= count)
    assert all("\n" not in line for line in found())
    return [json.loads(line) for line in found()]


def test_each_request_is_one_json_line_without_contents(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "glm.requests")
    with serving(parse_settings(["--api-key", "sesame"])) as api:
        api.client.headers["authorization"] = "Bearer sesame"
        answers = [
            api.post("private words"),
            api.post("private words", stream=True),
            api.to("/", prompt="private words", history=[["private words", "private words"]]),
            api.to("/v1/embeddings", input="private words"),
            api.post("private words", temperature="private words"),
            api.post("private words", model="private words"),
            api.client.get("/v1/private words?private words"),
            api.client.get("/v1/models", headers={"authorization": "Bearer private words"}),
        ]
        api.client.get("/health")
        api.client.get("/metrics")
        found = lines(caplog, len(answers))
    assert len(found) == len(answers)
    assert [line["status"] for line in found] == [answer.status_code for answer in answers]
    assert [line["id"] for line in found] == [answer.headers["x-request-id"] for answer in answers]
    assert [line["route"] for line in found[:3]] == [COMPLETIONS, COMPLETIONS, "/"]
    for line in found[:3]:
        assert line["finish"] == "stop" and line["completion_tokens"] == 1 and line["prompt_tokens"] >= 13
        assert line["first_token_seconds"] == 0.03 and line["seconds"] >= 0 and line["model"] == INFO.name
    assert [line.get("stream") for line in found[:2]] == [False, True]
    assert [line.get("error") for line in found[4:]] == [
        "invalid_type",
        "model_not_found",
        "not_found",
        "invalid_api_key",
    ]
    assert len({line["key"] for line in found[:-1]}) == 1 and "key" not in found[-1]
    assert "private" not in caplog.text and "sesame" not in caplog.text


def test_a_client_that_goes_is_in_the_log(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "glm.requests")
    body = {"messages": [{"role": "user", "content": "slow 400"}], "stream": True}
    with api.client.stream("POST", COMPLETIONS, json=body) as answer:
        next(answer.iter_lines())
    (line,) = lines(caplog, 1)
    assert line["finish"] == "cancelled"


# ---- Description


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def test_the_description_names_every_route_and_field(api: Api) -> None:
    document = api.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert set(document["paths"]) == {
        "/",
        "/health",
        "/metrics",
        "/v1/models",
        "/v1/models/{name}",
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/embeddings",
    }
    for reference in references(document):
        place = document
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]
    body = document["paths"][COMPLETIONS]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields = document["components"]["schemas"][body.rpartition("/")[2]]["properties"]
    assert {"messages", "stream", "logprobs", "top_logprobs", "seed", "stop", "max_completion_tokens"} <= set(fields)
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"


def test_the_page_of_the_description_loads_nothing_from_elsewhere(api: Api) -> None:
    page = api.client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "http://" not in page.text and "https://" not in page.text
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"):
        assert f"docs/{name}" in page.text
        assert len(api.client.get(f"/docs/{name}").content) > 1000
    for name in ("other.js", "..%2f__init__.py", "../consts.py"):
        assert api.client.get(f"/docs/{name}").status_code == 404


@pytest.mark.browser
def test_a_route_can_be_tried_on_the_page(api: Api, browser: Browser) -> None:
    requested: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{api.address}/docs")
    page.click(f"[data-path='{COMPLETIONS}']")
    page.click(".try-out__btn")
    page.click(".opblock.is-open .execute")
    expect(page.locator(".live-responses-table")).to_contain_text('"content": "What can you do?"')
    page.close()
    assert all(url.startswith(api.address) for url in requested)


# ---- Alone


def test_the_api_imports_no_gradio() -> None:
    program = "import sys, apps.api.__main__; print('gradio' in sys.modules, 'torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert result.stdout.split()[0] == "False"


def test_the_whole_server_has_the_api_before_the_pages(free_port: int) -> None:
    with running(free_port) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        assert client.post("/", json={"prompt": "hello"}).json()["response"] == "hello"
        assert "gradio" in client.get("/").text
        assert client.get("/image").status_code == 200
        assert "swagger" in client.get("/docs").text
        assert client.get("/v1/nothing").json()["error"]["code"] == "not_found"
        body = {"messages": [{"role": "user", "content": "hello"}], "stream": True}
        assert len(streamed(client.post(COMPLETIONS, json=body))) == 3
        assert 'glm_answers_total{reason="stop"} 2.0' in client.get("/metrics").text
