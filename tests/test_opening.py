"""The server while its model loads: what visitors and programs are told, and that it opens by itself."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, expect

from apps.api import build_api
from apps.metrics import MeteredModels
from apps.opening import Opening
from apps.settings import Settings, parse_settings
from model.errors import UserError
from model.pool import ModelPool
from tests.stub_model import INFO, StubModel, wait_until
from tests.test_access import violations

ROOT = Path(__file__).resolve().parents[1]
CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
GB = 10**9


class Opened:
    """A served `Opening` whose model loads as far as the test says."""

    def __init__(self, settings: Settings, build: Callable[[], FastAPI]) -> None:
        self.report: Callable[[str, int, int], None] | None = None
        self.problem: Exception | None = None
        self.may_end = threading.Event()
        self.faults: list[Exception | None] = []

        def prepare(watch: Callable[[str, int, int], None]) -> FastAPI:
            self.report = watch
            assert self.may_end.wait(60)
            if self.problem:
                raise self.problem
            return build()

        self.opening = Opening(prepare, settings)
        self.opening.on_fault = lambda: self.faults.append(self.opening.fault)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(self.opening, log_level="error", access_log=False))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.client = httpx.Client(base_url=self.address, timeout=60, trust_env=False)

    def __enter__(self) -> Opened:
        self.thread.start()
        assert wait_until(lambda: self.server.started and self.report, 30)
        self.opening.listening.set()
        return self

    def __exit__(self, *_: object) -> None:
        self.may_end.set()
        self.client.close()
        self.server.should_exit = True
        self.thread.join(20)
        self.socket.close()

    def loads(self, stage: str, done: int, total: int) -> None:
        assert self.report
        self.report(stage, done, total)

    def state(self, **headers: str) -> Any:
        return self.client.get("/loading", headers=headers).json()


@contextlib.contextmanager
def opening(settings: Settings | None = None) -> Iterator[Opened]:
    """A server whose model is still on its way; then it is the API with the stub as that model, and a page."""
    chosen = settings or Settings(model=("/models/chatglm-6b-int4",))

    def build() -> FastAPI:
        app = build_api(MeteredModels(ModelPool.of(StubModel())), chosen)
        app.add_api_route("/image", lambda: HTMLResponse("<title>Pictures</title>Here it is."))
        return app

    with Opened(chosen, build) as opened:
        yield opened


def test_it_says_how_far_the_model_is() -> None:
    with opening() as opened:
        expected = {"ready": False, "failed": False, "words": "Loading chatglm-6b-int4", "done": 0, "total": 0}
        assert opened.state() == expected
        opened.loads("download", 12_000_000, 500_000_000)
        assert opened.state()["words"] == "Downloading chatglm-6b-int4: 12 of 500 MB"
        opened.loads("load", 21 * GB // 10, 39 * GB // 10)
        state = opened.state()
        assert state["words"] == "Loading chatglm-6b-int4: 2.1 of 3.9 GB"
        assert state["done"] / state["total"] == pytest.approx(2.1 / 3.9)
        assert opened.state(**CHINESE)["words"] == "加载中：chatglm-6b-int4，已完成 2.1 / 3.9 GB"
        page = opened.client.get("/image", headers=CHINESE)
        assert page.status_code == 200 and "chatglm-6b-int4，已完成 2.1 / 3.9 GB" in page.text
        assert 'lang="zh-CN"' in page.text and "content-security-policy" in page.headers


def test_programs_are_told_to_wait_and_then_served() -> None:
    with opening() as opened:
        opened.loads("load", GB, 4 * GB)
        health = opened.client.get("/health")
        assert (health.status_code, health.json()) == (503, {"status": "loading"})
        body = {"messages": [{"role": "user", "content": "hello"}]}
        for answer in (opened.client.get("/v1/models"), opened.client.post("/v1/chat/completions", json=body)):
            assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
            error = answer.json()["error"]
            assert error["code"] == "model_loading" and "1.0 of 4.0 GB" in error["message"]
        assert opened.client.post("/", json={"prompt": "hello"}).status_code == 503
        opened.may_end.set()
        assert wait_until(lambda: opened.state()["ready"])
        assert opened.client.get("/health").json() == {"status": "ok", "model": INFO.name}
        answer = opened.client.post("/v1/chat/completions", json=body)
        assert answer.json()["choices"][0]["message"]["content"] == "hello"


def test_a_failed_load_is_told_in_the_visitors_language() -> None:
    with opening() as opened:
        opened.problem = UserError("model_missing", path="/models/chatglm-6b-int4")
        opened.state()  # somebody watches
        opened.may_end.set()
        assert wait_until(lambda: opened.state()["failed"])
        assert opened.state()["words"].startswith("There is no model at /models/chatglm-6b-int4.")
        assert opened.state(**CHINESE)["words"].startswith("/models/chatglm-6b-int4 处没有模型")
        assert wait_until(lambda: opened.faults == [opened.problem])


@pytest.mark.parametrize("options", [["--auth", "me:secret"], ["--api-key", "abc"]])
def test_a_guarded_server_names_nothing_to_strangers(options: list[str]) -> None:
    with opening(parse_settings([*options, "--model", "/models/private-name"])) as opened:
        opened.loads("load", GB, 4 * GB)
        assert opened.state()["words"] == "Loading the model: 1.0 of 4.0 GB"
        assert "private-name" not in opened.client.get("/").text + opened.client.get("/v1/models").text
        opened.problem = UserError("model_missing", path="/models/private-name")
        opened.may_end.set()
        assert wait_until(lambda: opened.state()["failed"])
        assert "private-name" not in opened.state()["words"] and "terminal" in opened.state()["words"]


@pytest.mark.browser
def test_the_page_shows_it_and_opens_by_itself(browser: Browser) -> None:
    with opening() as opened, contextlib.closing(browser.new_context(locale="en-US")) as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{opened.address}/image")
        bar = page.get_by_role("progressbar", name="Loading chatglm-6b-int4")
        expect(bar).to_be_visible()
        opened.loads("load", 3 * GB, 4 * GB)
        expect(page.locator("#words")).to_have_text("Loading chatglm-6b-int4: 3.0 of 4.0 GB")
        assert bar.evaluate("bar => bar.position") == 0.75
        assert violations(page) == []
        opened.may_end.set()
        expect(page.get_by_text("Here it is.")).to_be_visible()
        assert page.url.endswith("/image")
        assert faults == []


@pytest.mark.browser
def test_the_page_says_why_there_will_be_no_model(browser: Browser) -> None:
    with opening() as opened, contextlib.closing(browser.new_context(locale="en-US")) as context:
        page = context.new_page()
        page.goto(opened.address)
        opened.loads("load", GB, 4 * GB)
        expect(page.locator("#words")).to_contain_text("1.0 of 4.0 GB")
        opened.problem = UserError("file_truncated", path="/models/m.bin", expected=2, found=1)
        opened.may_end.set()
        expect(page.get_by_role("alert")).to_contain_text("/models/m.bin is cut off")
        expect(page.get_by_role("progressbar")).to_be_hidden()
        assert wait_until(lambda: opened.faults)


@pytest.mark.timeout(120)
def test_a_server_without_a_model_ends_with_one_line(free_port: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "apps.api", "--port", str(free_port), "--model", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 1 and done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0].startswith("Loading the model; http://127.0.0.1:")
    assert [line for line in lines[1:] if line] == [
        f"There is no model at {tmp_path / 'none'}. Give --model a folder with config.json, or leave it out."
    ]
