"""The HTTP API served in this process around the stub model, and what its tests have in common."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import uvicorn
from PIL import Image

from apps.api import build_api
from apps.metrics import MeteredModels
from apps.settings import Settings
from model.pool import ModelPool
from tests.stub_model import StubModel, wait_until

COMPLETIONS = "/v1/chat/completions"


class Api:
    """A served API with the stub behind it."""

    def __init__(self, settings: Settings, stub: StubModel, pool: ModelPool | None = None) -> None:
        app = build_api(MeteredModels(pool or ModelPool.of(stub)), settings)
        self.stub = stub
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()
        assert wait_until(lambda: self.server.started, 30)
        self.client = httpx.Client(base_url=self.address, timeout=60, trust_env=False)

    def close(self) -> None:
        self.client.close()
        self.server.should_exit = True
        self.thread.join(10)
        self.socket.close()

    def post(self, text: Any = "hello", **fields: Any) -> httpx.Response:
        """A chat completion about one message."""
        return self.to(COMPLETIONS, messages=[{"role": "user", "content": text}], **fields)

    def to(self, path: str, **fields: Any) -> httpx.Response:
        """A JSON body to a path."""
        return self.client.post(path, json=fields)

    def raw(self, body: bytes) -> httpx.Response:
        return self.client.post(COMPLETIONS, content=body)

    def metric(self, line: str) -> float:
        """The value behind a name of `/metrics`, labels included; 0 when it is not there."""
        found = re.search(rf"^{re.escape(line)} (\S+)$", self.client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0


@contextlib.contextmanager
def serving(
    settings: Settings | None = None, stub: StubModel | None = None, pool: ModelPool | None = None
) -> Iterator[Api]:
    """A served API for the duration of a `with` block; in place of the stub it can have models to choose from."""
    api = Api(settings or Settings(), stub or StubModel(), pool)
    try:
        yield api
    finally:
        api.close()


def fault(answer: httpx.Response) -> dict[str, Any]:
    """The error object of a refusal, whose form is checked."""
    error: dict[str, Any] = answer.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert not re.search(r"0x[0-9a-f]{4}|Traceback|/work|site-packages|pydantic", answer.text)
    return error


def png(size: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (size, size), "red").save(file, "PNG")
    return file.getvalue()


def data_url(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def with_picture(url: Any, text: str = "what?") -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": url}}]


def streamed(answer: httpx.Response) -> list[dict[str, Any]]:
    """The JSON of all server-sent events but the last, which says that it was."""
    lines = [line for line in answer.text.split("\n\n") if line]
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
