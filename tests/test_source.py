"""Where a model comes from: paths, names and addresses, and downloads from a small hub on this machine."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import huggingface_hub
import pytest
from huggingface_hub import constants

from model import source
from model.errors import UserError
from model.source import needed_files, resolve

ROOT = Path(__file__).resolve().parents[1]
COMMIT = "1" * 40
LARGE = "pytorch_model-00001-of-00002.bin"
FILES = {
    "README.md": b"# ChatGLM",
    "config.json": b'{"model_type": "chatglm"}',
    "modeling_chatglm.py": b"raise SystemExit('ran')",
    "ice_text.model": b"\n\x0bsentencepiece" * 500,
    "pytorch_model.bin.index.json": b'{"weight_map": {}}',
    LARGE: bytes(range(256)) * 20_000,
    "pytorch_model-00002-of-00002.bin": b"second" * 10_000,
    "flax_model.msgpack": b"jax",
    "tf_model.h5": b"tensorflow",
    "onnx/model.onnx": b"onnx",
}
NEEDED = {name for name in FILES if name not in {"README.md", "modeling_chatglm.py", "flax_model.msgpack"}} - {
    "tf_model.h5",
    "onnx/model.onnx",
}


class Hub(ThreadingHTTPServer):
    """As much of the hub as huggingface_hub asks for. `pause` stops sending the large file after that many bytes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.files = dict(FILES)
        self.sent: dict[str, int] = {}
        self.ranges: list[str] = []
        self.pause: int | None = None
        self.answer: tuple[int, str] | None = None  # status and X-Error-Code instead of everything

    def handle_error(self, *_: object) -> None:
        """A client that went away is part of the tests."""

    def is_large(self, name: str) -> bool:
        return name.endswith((".bin", ".model"))

    def listing(self) -> list[dict[str, object]]:
        return [
            {"type": "file", "path": name, "rfilename": name, "size": len(data), "oid": self.etag(name)}
            | {"blobId": self.etag(name)}
            | ({"lfs": self.large_entry(name)} if self.is_large(name) else {})
            for name, data in self.files.items()
        ]

    def large_entry(self, name: str) -> dict[str, object]:
        return {"size": len(self.files[name]), "oid": self.etag(name), "sha256": self.etag(name), "pointerSize": 130}

    def etag(self, name: str) -> str:
        digest = hashlib.sha256(FILES[name]).hexdigest()
        return digest if self.is_large(name) else digest[:40]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def log_message(self, *_: object) -> None:
        pass

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        hub, parts = self.server, [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
        if hub.answer:
            self.reply(hub.answer[0], X_Error_Code=hub.answer[1])
        elif parts[:3] == ["api", "models", "THUDM"] and parts[3] == "chatglm-tiny":
            if parts[5] not in ("main", "v1.1.0", COMMIT):
                self.reply(404, X_Error_Code="RevisionNotFound")
                return
            listing = hub.listing()
            value = listing if parts[4] == "tree" else {"id": "THUDM/chatglm-tiny", "sha": COMMIT, "siblings": listing}
            self.reply(200, json.dumps(value).encode(), Content_Type="application/json")
        elif parts[:3] == ["THUDM", "chatglm-tiny", "resolve"]:
            self.send_file("/".join(parts[4:]))
        else:
            self.reply(404, X_Error_Code="RepoNotFound")

    def send_file(self, name: str) -> None:
        hub, data = self.server, self.server.files[name]
        headers = {"ETag": f'"{hub.etag(name)}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        begin = 0
        if match := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")):
            begin = int(match[1])
            hub.ranges.append(f"{name} {begin}")
            headers["Content-Range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
        self.send_response(206 if begin else 200)
        for key, value in (headers | {"Content-Length": str(len(data) - begin)}).items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        for start in range(begin, len(data), 100_000):
            part = data[start : start + 100_000]
            self.wfile.write(part)
            hub.sent[name] = hub.sent.get(name, 0) + len(part)
            while hub.pause is not None and name == LARGE and start + len(part) >= hub.pause:
                self.wfile.flush()
                time.sleep(0.02)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub, and an empty cache; huggingface_hub reads both from the environment when it is imported."""
    server = Hub()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setattr(constants, "ENDPOINT", server.address)
    template = server.address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    huggingface_hub.close_session()
    yield server
    server.pause = None
    server.shutdown()
    server.server_close()
    huggingface_hub.close_session()


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# paths, names, addresses


def test_paths_are_taken_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a model"
    folder.mkdir()
    file = folder / "model.safetensors"
    file.touch()
    assert resolve(folder) == folder
    assert resolve(str(file)) == file
    assert resolve(folder.as_uri()) == folder
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert resolve("~/a model") == folder
    (tmp_path / "THUDM" / "chatglm-6b").mkdir(parents=True)
    assert resolve("THUDM/chatglm-6b") == Path("THUDM/chatglm-6b")  # what is here wins over the hub


@pytest.mark.parametrize("name", ["./gone", "/gone/model", "~/gone", "file:///gone", "..\\gone"])
def test_a_missing_path_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises(UserError, match=r"There is no model at .*gone"):
        resolve(name)


@pytest.mark.parametrize("name", ["", "chatglm", "a/b/c", "a b/c", "https://example.com/org/name", "x" * 5000, "a\0b"])
def test_what_is_neither_path_nor_name_is_refused(name: str) -> None:
    with pytest.raises(UserError) as caught:
        resolve(name) if name else resolve("a//b")
    assert caught.value.code == "source_invalid"
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("address", "revision"),
    [
        ("https://huggingface.co/THUDM/chatglm-6b", None),
        ("https://huggingface.co/THUDM/chatglm-6b/", None),
        ("https://hf-mirror.com/THUDM/chatglm-6b?tab=readme", None),
        ("https://huggingface.co/THUDM/chatglm-6b/tree/main", "main"),
        ("https://huggingface.co/THUDM/chatglm-6b/blob/v1.1.0/config.json", "v1.1.0"),
        ("https://huggingface.co/THUDM/chatglm-6b/tree/refs%2Fpr%2F87", "refs/pr/87"),
    ],
)
def test_addresses_from_a_browser(address: str, revision: str | None) -> None:
    assert source._hub_name(address) == ("THUDM/chatglm-6b", revision)


def test_only_one_form_of_the_weights_is_taken() -> None:
    beside = ["config.json", "generation_config.json", "ice_text.model", "tokenizer.json", "tokenizer_config.json"]
    extra = [
        *("README.md", "model.onnx", "flax_model.msgpack", "tf_model.h5", "modeling_chatglm.py", "figures/a.png"),
        *("training_args.bin", "trainer_state.json", "tokenizer.py", "sub/config.json", "vocab.txt"),
    ]
    bins = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin", "pytorch_model.bin.index.json"]
    safe = [name.replace("pytorch_model", "model").replace("bin", "safetensors") for name in bins]
    assert needed_files([*beside, *extra, *bins]) == sorted([*beside, *bins])
    everything = [*beside, *extra, *bins, *safe, "consolidated.safetensors", "sub/model.safetensors"]
    assert needed_files(everything) == sorted([*beside, *safe])
    assert needed_files([*beside, "pytorch_model.bin", "model.safetensors"]) == sorted([*beside, "model.safetensors"])
    assert needed_files([*beside, "blip2.pth"]) == sorted([*beside, "blip2.pth"])
    assert needed_files([*beside, *extra]) == []


@pytest.mark.parametrize(
    ("weights", "beside"),
    [
        ("pytorch_model.bin", ["ice_text.model", "tokenizer_config.json"]),  # ChatGLM-6B
        ("pytorch_model.bin", ["tokenizer.model", "tokenizer_config.json", "tokenization_chatglm.py"]),  # 2 and 3
        ("model.safetensors", ["chat_template.jinja", "generation_config.json", "tokenizer.json"]),  # GLM-4
        ("model.safetensors", ["chat_template.json", "preprocessor_config.json", "tokenizer.json"]),  # GLM-4.1V
    ],
)
def test_everything_that_tells_how_to_use_the_weights_comes_with_them(weights: str, beside: list[str]) -> None:
    names = ["config.json", weights, *beside]
    assert needed_files([*names, "configuration_chatglm.py", "modeling_chatglm.py", "LICENSE"]) == sorted(names)


# downloads


def test_a_download_brings_what_is_needed_and_reports_its_progress(hub: Hub, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    folder = resolve("THUDM/chatglm-tiny", progress=lambda done, total: steps.append((done, total)))
    assert content(folder) == {name: FILES[name] for name in NEEDED}
    total = sum(len(FILES[name]) for name in NEEDED)
    assert steps[0] == (0, total)
    assert steps[-1] == (total, total)
    assert steps == sorted(steps)
    assert len({done for done, _ in steps}) > 2
    assert not list(tmp_path.rglob("*.incomplete"))


def test_a_second_run_downloads_nothing_and_works_without_network(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = resolve("THUDM/chatglm-tiny")
    sent = dict(hub.sent)
    assert resolve(f"{hub.address}/THUDM/chatglm-tiny/tree/main") == folder
    assert hub.sent == sent
    hub.answer = (503, "")
    assert resolve("THUDM/chatglm-tiny") == folder
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    huggingface_hub.close_session()
    assert resolve("THUDM/chatglm-tiny") == folder
    next(folder.glob("pytorch_model-00002*")).unlink()
    with pytest.raises(UserError, match=r"not complete in the cache, and HF_HUB_OFFLINE"):
        resolve("THUDM/chatglm-tiny")


def test_a_killed_download_goes_on_where_it_was(hub: Hub, tmp_path: Path) -> None:
    hub.pause = 2_000_000
    program = (
        "import sys, types\n"
        "sys.modules['model'] = types.ModuleType('model')\n"  # only the downloading part, without PyTorch
        "sys.modules['model'].__path__ = ['model']\n"
        "from huggingface_hub import constants\n"
        "constants.DOWNLOAD_CHUNK_SIZE = 100_000\n"  # written at a time; 10 MB else
        "from model.source import resolve\n"
        "resolve('THUDM/chatglm-tiny')\n"
    )
    environment = {"HF_ENDPOINT": hub.address, "HF_HUB_CACHE": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "0"}
    environment |= {"PATH": "/usr/bin:/bin", "no_proxy": "127.0.0.1", "HOME": str(tmp_path)}
    child = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    blobs = tmp_path / "cache" / "models--THUDM--chatglm-tiny" / "blobs"
    partial = blobs / f"{hub.etag(LARGE)}.incomplete"
    others = [blobs / hub.etag(name) for name in NEEDED if hub.is_large(name) and name != LARGE]
    try:
        until = time.monotonic() + 60
        while child.poll() is None and time.monotonic() < until:
            if all(map(Path.exists, [partial, *others])) and partial.stat().st_size >= 1_000_000:
                break
            time.sleep(0.05)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    kept = partial.stat().st_size
    assert not list(tmp_path.rglob(f"snapshots/*/{LARGE}"))  # nobody sees half a file
    hub.pause, hub.sent = None, {}
    steps: list[int] = []
    folder = resolve("THUDM/chatglm-tiny", progress=lambda done, _: steps.append(done))
    assert content(folder) == {name: FILES[name] for name in NEEDED}
    assert hub.ranges == [f"{LARGE} {kept}"]
    assert hub.sent[LARGE] < len(FILES[LARGE])
    assert steps[0] >= kept


def test_a_terminal_shows_one_bar_for_the_download(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fcntl")  # there are no pseudo terminals on Windows
    from tests.pseudo_terminal import at_terminal

    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    hub.pause = 2_000_000
    with at_terminal("-m", "apps.cli", "--model", "THUDM/chatglm-tiny", home=tmp_path) as terminal:
        shown = terminal.wait_for("Downloading: ")
        hub.pause = None
        assert "chatglm-tiny: " not in shown
        assert "cannot be loaded" in terminal.wait_for("cannot be loaded")  # it is no real model


def test_a_file_that_arrives_altered_is_not_kept(hub: Hub, tmp_path: Path) -> None:
    hub.files[LARGE] = bytes(len(FILES[LARGE]))
    with pytest.raises(UserError, match=rf"refused to send THUDM/chatglm-tiny: {LARGE} arrived damaged"):
        resolve("THUDM/chatglm-tiny")
    assert not list(tmp_path.rglob(f"snapshots/*/{LARGE}"))
    hub.files = dict(FILES)
    assert content(resolve("THUDM/chatglm-tiny"))[LARGE] == FILES[LARGE]


@pytest.mark.parametrize(
    ("answer", "revision", "match"),
    [
        ((401, "RepoNotFound"), None, "There is no model THUDM/chatglm-tiny on http.*hf auth login"),
        ((403, "GatedRepo"), None, "only for people who accepted its terms"),
        (None, "v9", "has no revision v9"),
        ((500, ""), None, "refused to send THUDM/chatglm-tiny: HTTP 500"),
    ],
)
def test_refusals_are_explained(hub: Hub, answer: tuple[int, str] | None, revision: str | None, match: str) -> None:
    hub.answer = answer
    with pytest.raises(UserError, match=match):
        resolve("THUDM/chatglm-tiny", revision)


def test_an_unknown_name_is_explained(hub: Hub) -> None:
    with pytest.raises(UserError, match=r"There is no model THUDM/chatglm-7b"):
        resolve("THUDM/chatglm-7b")
    with pytest.raises(UserError) as caught:
        resolve("THUDM/chat--glm..")
    assert caught.value.code == "hub_not_found"


def test_no_network_is_explained(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UserError, match=r"http://127\.0\.0\.1:9 cannot be reached.*HF_ENDPOINT"):
        resolve("THUDM/chatglm-tiny")


def test_a_repository_without_weights_is_explained(hub: Hub) -> None:
    hub.files = {name: FILES[name] for name in ("README.md", "config.json", "tf_model.h5")}
    with pytest.raises(UserError, match=r"has no weights that can be loaded here; it holds README\.md, config\.json"):
        resolve("THUDM/chatglm-tiny")


def test_a_full_disk_is_said_before_the_download(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(UserError, match=r"too full: 5\.2 MB are needed, only 1\.0 MB are free.*HF_HOME"):
        resolve("THUDM/chatglm-tiny")
    assert hub.sent == {}


def test_a_disk_that_fills_up_or_is_read_only_is_said(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, match in ((errno.ENOSPC, "is too full"), (errno.EROFS, "cache .* cannot be written.*HF_HOME")):

        def fail(*_: object, number: int = number, **__: object) -> None:
            raise OSError(number, "no")

        monkeypatch.setattr(source, "http_get", fail)
        with pytest.raises(UserError, match=match):
            resolve("THUDM/chatglm-tiny")
