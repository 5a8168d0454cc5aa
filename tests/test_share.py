"""--share and --listen: who may come in, the link with its QR code, and whom the tunnel speaks for."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import gradio.networking
import httpx
import pytest
import segno
from gradio.exceptions import ShareCertificateWriteError

from apps.serving import open_models
from apps.settings import Settings, parse_settings
from apps.share import open_link, qr_code
from apps.values import GeneratedAuth
from tests.stub_model import StubModel, wait_until

LINK = "https://0123456789abcdef01.gradio.live"
SHARED = f"""
import sys
import gradio.networking
gradio.networking.setup_tunnel = lambda host, port, *more: "{LINK}" if host == "127.0.0.1" else ""
from tests.live_server import main
main()
"""


@pytest.mark.parametrize("option", ["--share", "--listen", "--host 0.0.0.0", "--host ::"])
def test_without_a_password_nothing_is_opened(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    for pages, guard in ((True, "--auth USER:PASSWORD"), (False, "--api-key KEY")):
        with pytest.raises(SystemExit):
            parse_settings(option.split(), pages)
        said = capsys.readouterr().err
        assert guard in said and "--auth auto" in said and said.count("\n") == 1


def test_a_generated_password() -> None:
    settings = [parse_settings(["--listen", "--auth", "auto"]) for _ in range(2)]
    assert all(isinstance(one.auth, GeneratedAuth) and len(one.auth[1]) > 12 for one in settings)
    assert settings[0].auth != settings[1].auth
    assert settings[0].host == "0.0.0.0"
    assert str(settings[0].auth and settings[0].auth[1]) not in repr(settings[0])


def test_a_public_link_has_limits_that_can_be_changed(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    shared = ["--share", "--auth", "me:secret"]
    rates = [parse_settings(options).questions_per_minute for options in ([], shared, [*shared, "--rate", "0"])]
    assert rates == [0, 20, 0]
    for options, waiting in (([], 32), (shared, 16), ([*shared, "--queue", "5"], 5)):
        settings = parse_settings([*options, "--port", str(free_port)])
        stub = StubModel()
        monkeypatch.setattr("model.load", lambda *_, stub=stub, **__: stub)
        open_models(settings)
        assert stub.gate.max_waiting == waiting


@pytest.mark.parametrize("option", ["--rate -1", "--rate many", "--queue 1.5", "--queue 99999"])
def test_a_limit_is_a_number(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_settings(option.split())
    assert "from 0 to 9999" in capsys.readouterr().err


@pytest.mark.parametrize("text", [LINK, "https://a.b", f"{LINK}/{'path' * 20}"])
def test_the_qr_code_fits_a_terminal_and_says_the_link(text: str) -> None:
    lines = qr_code(text).split("\n")
    assert len({len(line) for line in lines}) == 1 and len(lines[0]) <= 80
    upper = [[character in "▀█" for character in line] for line in lines]
    lower = [[character in "▄█" for character in line] for line in lines]
    drawn = [row for pair in zip(upper, lower, strict=True) for row in pair]
    wanted = [[bool(module) for module in row] for row in segno.make_qr(text, error="l").matrix]
    size = len(wanted)
    assert [row[4 : 4 + size] for row in drawn[4 : 4 + size]] == wanted
    assert sum(map(sum, drawn)) == sum(map(sum, wanted))  # the margin is empty


def test_the_link_is_printed_with_its_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = []
    monkeypatch.setattr(gradio.networking, "setup_tunnel", lambda *given: asked.append(given) or LINK)
    open_link(Settings(host="::", port=1234, share=True, auth=("me", "secret")))
    said = capsys.readouterr()
    assert LINK in said.out and "secret" not in said.out and said.err == ""
    code = qr_code(LINK).split("\n")
    assert [line.ljust(len(code[0])) for line in said.out.splitlines()[-len(code) :]] == code
    assert asked[0][:2] == ("::1", 1234)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (None, "no Internet"),  # gradio's own, which the tests' ban on connections refuses
        (RuntimeError("Could not get share link from Gradio API Server."), "no Internet"),
        (httpx.ConnectTimeout("too slow"), "no Internet"),
        (ShareCertificateWriteError("read-only"), "this folder cannot be written to"),
        (PermissionError(13, "Permission denied", "/cache/frpc"), "Permission denied (/cache/frpc)"),
        (OSError(28, "No space left on device"), "No space left on device. Mend"),
        (ValueError("Could not create share link\nlogin to server failed"), "refused the tunnel"),
    ],
)
def test_without_a_link_one_line_says_why(
    fault: Exception | None,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def refuse(*_: object) -> str:
        assert fault is not None
        raise fault

    monkeypatch.chdir(tmp_path)
    if fault is not None:
        monkeypatch.setattr(gradio.networking, "setup_tunnel", refuse)
    open_link(Settings(share=True, auth=("me", "secret")))
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert words in said.err and "still works locally" in said.err


@contextlib.contextmanager
def shared(port: int, output: Path) -> Iterator[None]:
    """A server that a tunnel leads to, as far as it can tell."""
    options = ["--port", str(port), "--share", "--auth", "auto", "--rate", "2"]
    with output.open("w") as file:
        process = subprocess.Popen([sys.executable, "-c", SHARED, *options], stdout=file, cwd=Path(__file__).parents[1])
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def answers(address: str) -> bool:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"{address}/health", timeout=2).close()
        return True
    return False


def test_a_shared_server(free_port: int, tmp_path: Path) -> None:
    """The password is told once and lets visitors in; each has a limit, and cannot pretend to be another."""
    address, output = f"http://127.0.0.1:{free_port}", tmp_path / "output"
    with shared(free_port, output):
        assert wait_until(lambda: answers(address), 90)
        assert wait_until(lambda: LINK in output.read_text())
        ((user, password),) = re.findall(r"sign in as (\S+) with the password (\S+)", output.read_text())
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            assert client.get("/v1/models").status_code == 401
            assert client.post("/login", data={"username": user, "password": "guess"}).status_code == 400
            assert client.post("/login", data={"username": user, "password": password}).status_code == 200

            for _ in range(9):
                assert client.post("/login", data={"username": user, "password": "guess"}).status_code == 400
            answer = client.post("/login", data={"username": user, "password": password})
            assert answer.status_code == 400 and "Too many wrong passwords" in answer.text
            assert int(answer.headers["retry-after"]) <= 60

        def statuses(forwarded: list[str], local_address: str | None = None) -> list[int]:
            transport = httpx.HTTPTransport(local_address=local_address)
            with httpx.Client(base_url=address, transport=transport, timeout=60) as client:
                client.headers["authorization"] = f"Bearer {password}"
                body = {"messages": [{"role": "user", "content": "hello"}]}
                return [
                    client.post("/v1/chat/completions", json=body, headers={"x-forwarded-for": visitor}).status_code
                    for visitor in forwarded
                ]

        assert statuses(["203.0.113.7"] * 3) == [200, 200, 429]
        assert statuses([f"198.51.100.{number}, 203.0.113.8" for number in range(3)]) == [200, 200, 429]
        # Only the tunnel is believed, and it comes from 127.0.0.1.
        assert statuses([f"198.51.100.{number}" for number in range(3)], "127.0.0.2") == [200, 200, 429]
    assert output.read_text().count(password) == 1
    assert output.read_text().count("▀") > 20
