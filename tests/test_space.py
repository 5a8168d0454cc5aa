"""The folder of a Hugging Face Space, started as Spaces do, and what ZeroGPU changes."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import pickle
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
import spaces
import yaml

from apps.space import PYTHON, ROOT, TORCH, write_space
from apps.zero_gpu import LONGEST_SECONDS, LentModel, seconds_for
from model.errors import UserError
from model.types import Finish, GenerationParams
from tests.stub_model import INFO, StubModel
from vision.errors import ImageError

ZERO_GPU_PYTHON = ("3.10.13", "3.12.12")  # what Hugging Face lists
ZERO_GPU_TORCH = ("2.8.0", "2.9.1", "2.10.0", "2.11.0")


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spaces") / "my space"
    write_space(folder)
    return folder


def pins(file: Path) -> dict[str, str]:
    return dict(line.split("==") for line in file.read_text().splitlines())


def test_the_front_matter(space: Path) -> None:
    text = (space / "README.md").read_text(encoding="utf-8")
    matter = yaml.safe_load(text.split("---\n")[1])
    assert (matter["sdk"], matter["sdk_version"]) == ("gradio", gr.__version__)
    assert matter["python_version"] == PYTHON and PYTHON in ZERO_GPU_PYTHON
    assert (space / matter["app_file"]).is_file()
    assert len(matter["short_description"]) <= 60
    colors = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {matter["colorFrom"], matter["colorTo"]} <= colors
    assert all(len(line) <= 120 for line in text.splitlines())


def test_its_pins_are_ours_but_what_the_platform_decides(space: Path) -> None:
    own, ours = pins(space / "requirements.txt"), pins(ROOT / "requirements.txt")
    assert own.pop("torch") == TORCH and TORCH in ZERO_GPU_TORCH
    assert own.items() <= ours.items()
    assert set(ours) - set(own) == {"torch", "gradio", "fastapi", "pydantic", "starlette", "uvicorn"}


def test_it_holds_every_module_it_imports(space: Path) -> None:
    own = {path.relative_to(space).with_suffix("").as_posix().replace("/", ".") for path in space.rglob("*.py")}
    own |= {name.removesuffix(".__init__") for name in own}
    for file in space.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = node.module or "" if isinstance(node, ast.ImportFrom) and not node.level else ""
            assert name in own or name.partition(".")[0] not in ("apps", "kernels", "model", "tuning", "vision"), file
    assert not list(space.rglob("__pycache__")) and not list(space.rglob(".git"))


def test_binary_files_go_through_lfs(space: Path) -> None:
    kinds = {line.split()[0][1:] for line in (space / ".gitattributes").read_text().splitlines()}
    for file in filter(Path.is_file, space.rglob("*")):
        try:
            file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            assert file.suffix in kinds, file


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        write_space(tmp_path)
    with pytest.raises(UserError, match="exists already"):
        write_space(tmp_path / "mine")
    with pytest.raises(UserError, match="cannot be written"):
        write_space(tmp_path / "mine" / "below")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    (tmp_path / "empty").mkdir()
    write_space(tmp_path / "empty")
    assert (tmp_path / "empty" / "app.py").is_file()


@contextlib.contextmanager
def started(space: Path, home: Path, port: int, **more: str) -> Iterator[httpx.Client]:
    """A client of the Space, started as Spaces do.

    Nothing but the platform's own variables; the folder is the working folder and the only place of our modules.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SYSTEM": "spaces",
        "SPACE_ID": "someone/glm",
        "SPACE_HOST": "someone-glm.hf.space",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_SSR_MODE": "True",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    log = home / "log"
    with log.open("w") as output:
        command = [sys.executable, "app.py"]
        process = subprocess.Popen(
            command, cwd=space, env={**environment, **more}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
            end = time.monotonic() + 120 * float(os.environ.get("GLM_TEST_PATIENCE", "1"))
            while True:
                try:
                    client.get("/config")
                    break
                except httpx.TransportError:
                    assert process.poll() is None and time.monotonic() < end, log.read_text()
                    time.sleep(0.2)
            yield client
    finally:
        process.kill()
        process.wait()


def test_it_starts_as_spaces_start_it(space: Path, tmp_path: Path, free_port: int) -> None:
    with started(space, tmp_path, free_port) as client:
        config = client.get("/config").json()
        assert config["title"] == "GLM Chat" and config["space_id"] == "someone/glm"
        assert "GLM Mini" in json.dumps(config)
        assert client.get("/").status_code == 200
        assert "Traceback" not in (tmp_path / "log").read_text()


def asked(client: httpx.Client, config: dict[str, Any], address: str) -> str:
    """All that the page is told after a question from this address."""
    submit = next(item for item in config["dependencies"] if any(event == "submit" for _, event in item["targets"]))
    values = {component["id"]: component["props"].get("value") for component in config["components"]}
    data = [*(values[id] for id in submit["inputs"][:-1]), "What is a cat?"]
    body = {"data": data, "fn_index": submit["id"], "session_hash": address}
    headers = {"x-forwarded-for": f"198.51.100.99, {address}"}  # the first is what the visitor says of itself
    client.post("/gradio_api/queue/join", json=body, headers=headers).raise_for_status()
    return client.get("/gradio_api/queue/data", params={"session_hash": address}, headers=headers).text


def test_its_variables_say_who_may_ask_and_keep_figures(space: Path, tmp_path: Path, free_port: int) -> None:
    usage = tmp_path / "usage.sqlite"
    variables = {"GLM_AUTH": "ann:secret", "GLM_RATE": "2", "GLM_QUEUE": "0", "GLM_USAGE_FILE": str(usage)}
    with started(space, tmp_path, free_port, **variables) as client:
        assert client.get("/config").status_code == 401
        for _ in range(10):
            assert client.post("/login", data={"username": "ann", "password": "guess"}).status_code == 400
        refused = client.post("/login", data={"username": "ann", "password": "secret"})
        assert refused.status_code == 400 and "Too many wrong passwords" in refused.text
        login = {"username": "ann", "password": "secret"}
        client.post("/login", data=login, headers={"x-forwarded-for": "203.0.113.1"}).raise_for_status()
        config = client.get("/config").json()
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda address: asked(client, config, address), ("203.0.113.1", "203.0.113.2")))
        assert ["The server is busy" in said for said in sorted(both, key=len)] == [True, False]
        asked(client, config, "203.0.113.1")
        assert "the limit of 2 questions a minute" in asked(client, config, "203.0.113.1")
        assert "the limit" not in asked(client, config, "203.0.113.2")
    with contextlib.closing(sqlite3.connect(usage)) as database:
        assert database.execute("select count(*) from answers where ended != 'error'").fetchone() == (3,)


# ---- ZeroGPU


def lent(stub: StubModel, durations: list[int] | None = None) -> LentModel:
    """As `spaces.GPU` would lend: arguments and results are copied on their way."""

    def gpu(duration: Callable[..., int]) -> Callable[[Callable[..., Any]], Callable[..., Iterator[Any]]]:
        def decorate(task: Callable[..., Any]) -> Callable[..., Iterator[Any]]:
            def run(*arguments: Any) -> Iterator[Any]:
                if durations is not None:
                    durations.append(duration(*arguments))
                for result in task(*pickle.loads(pickle.dumps(arguments))):
                    yield pickle.loads(pickle.dumps(result))

            return run

        return decorate

    return LentModel(stub, gpu)


def ask(model: LentModel, text: str, **named: Any) -> list[Any]:
    return list(model.stream([{"role": "user", "content": text}], **named))


def test_a_lent_gpu_answers_as_the_model_does() -> None:
    durations: list[int] = []
    events = ask(lent(StubModel(), durations), "hello", params=GenerationParams(max_new_tokens=100))
    assert events[0] == "hello" and isinstance(events[-1], Finish)
    assert durations == [seconds_for([], None, GenerationParams(max_new_tokens=100))]
    assert LentModel(StubModel(), lambda duration: lambda task: task).info == INFO


def test_the_real_decorator_takes_it() -> None:
    """Away from ZeroGPU it does nothing."""
    assert ask(LentModel(StubModel(), spaces.GPU), "hello")[0] == "hello"


def test_the_time_asked_for_follows_the_length() -> None:
    short, long = (seconds_for([], None, GenerationParams(max_new_tokens=count)) for count in (50, 1000))
    assert short < long < seconds_for([], None, GenerationParams(max_new_tokens=32768)) == LONGEST_SECONDS


def test_a_stop_reaches_the_other_process_by_closing() -> None:
    stub, stop = StubModel(), threading.Event()
    events = []
    for event in lent(stub).stream([{"role": "user", "content": "slow 50"}], stop=stop):
        events.append(event)
        if len(events) == 3:
            stop.set()
    assert events[-1].reason == "cancelled" and events[-1].completion_tokens == 3
    assert stub.steps <= 4 and stub.inside == 0


def test_refusals_keep_their_words() -> None:
    with pytest.raises(UserError) as refusal:
        ask(lent(StubModel()), " ")
    assert refusal.value.code == "empty_prompt"

    class Blind(StubModel):
        def stream(self, *arguments: Any, **named: Any) -> Iterator[Any]:
            raise ImageError("not_found", path="a.png")
            yield

    with pytest.raises(ImageError, match=re.escape("a.png")):
        ask(lent(Blind()), "what?")


def test_a_spent_quota_is_a_sentence() -> None:
    def spent(*_: Any) -> Iterator[Any]:
        raise gr.Error("You have exceeded your GPU quota.")
        yield

    model = LentModel(StubModel(), lambda duration: lambda task: spent)
    with pytest.raises(UserError, match=r"No GPU was lent for this answer: You have exceeded your GPU quota\. Try"):
        ask(model, "hello")
