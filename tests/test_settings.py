"""apps/settings.py: every option, every refusal, the environment and the port check."""

from __future__ import annotations

import dataclasses
import os
import socket
import subprocess
import sys

import pytest

from apps.settings import Settings, SettingsError, check_port, fail, is_loopback, parse_settings, prepare_environment
from model.offer import Offer


def test_the_defaults_serve_this_machine_only() -> None:
    assert parse_settings([]) == Settings()
    assert (Settings().offers, Settings().host, Settings().port, Settings().auth) == (
        (Offer("embedded"),),
        "127.0.0.1",
        7860,
        None,
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_every_option_is_read() -> None:
    text = "--model some/dir --device cpu --precision fp32 --host 0.0.0.0 --port 65535 --share --auth me:a:b --lang zh"
    assert parse_settings(text.split()) == Settings(
        model=("some/dir",),
        device="cpu",
        precision="fp32",
        host="0.0.0.0",
        port=65535,
        share=True,
        auth=("me", "a:b"),
        lang="zh",
    )


def test_the_environment_is_read_below_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLM_MODEL", "some/dir")
    monkeypatch.setenv("GLM_PORT", "8000")
    monkeypatch.setenv("GLM_AUTH", "me:secret")
    monkeypatch.setenv("GLM_LANG", "")  # set but empty counts as not set
    monkeypatch.setenv("GLM_SHARE", "1")  # a public link is asked for where it can be seen, or not at all
    assert parse_settings(["--port", "9000"]) == Settings(model=("some/dir",), port=9000, auth=("me", "secret"))


def test_the_password_is_in_no_log() -> None:
    assert "secret" not in repr(Settings(auth=("me", "secret")))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--port 0", "--port"),
        ("--port 65536", "1 to 65535"),
        ("--port -1", "--port"),
        ("--port 7860.5", "1 to 65535"),
        ("--port ٧٨٦٠", "1 to 65535"),
        (f"--port {'9' * 5000}", "1 to 65535"),
        ("--auth secret", "USER:PASSWORD"),
        ("--auth :secret", "USER:PASSWORD"),
        ("--auth me:", "USER:PASSWORD"),
        ("--lang fr", "auto, en, zh"),
        ("--share", "add --auth USER:PASSWORD"),
        ("--host 0.0.0.0", "add --auth USER:PASSWORD"),
        ("--host ::", "add --auth USER:PASSWORD"),
        ("--host my.computer", "add --auth USER:PASSWORD"),
        ("--model", "--model"),
        ("--nonsense", "--nonsense"),
        ("--dev cpu", "--dev"),
        ("surplus", "surplus"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(
    arguments: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse_settings(arguments.split())
    output = capsys.readouterr()
    assert (stopped.value.code, output.out) == (2, "")
    assert expected in output.err and output.err.count("\n") == 1


def test_a_wrong_environment_variable_is_refused_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GLM_LANG", "fr")
    with pytest.raises(SystemExit) as stopped:
        parse_settings([])
    assert stopped.value.code == 2 and "auto, en, zh" in capsys.readouterr().err


def test_help_lists_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse_settings(["--help"])
    text = capsys.readouterr().out
    assert stopped.value.code == 0 and text.startswith("usage: python3 run.py")
    assert all(f"--{item.name.replace('_', '-')} " in text for item in dataclasses.fields(Settings))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_free_port_passes_and_a_busy_one_is_named(free_port: int) -> None:
    check_port("127.0.0.1", free_port)
    with socket.create_server(("127.0.0.1", free_port)), pytest.raises(SettingsError) as refusal:
        check_port("127.0.0.1", free_port)
    expected = f"Port {free_port} is in use: stop the other program or choose another with --port {free_port + 1}."
    assert str(refusal.value) == expected


def test_a_port_that_has_just_been_left_is_free(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)) as server:
        client = socket.create_connection(("127.0.0.1", free_port))
        server.accept()[0].close()  # the side that closes first keeps the port in TIME_WAIT
        client.close()
    check_port("127.0.0.1", free_port)


def test_a_foreign_address_is_named() -> None:
    with pytest.raises(SettingsError, match=r"192\.0\.2\.1 does not belong to this machine"):
        check_port("192.0.2.1", 7860)


def test_fail_prints_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        fail("first\nsecond")
    assert stopped.value.code == 1 and capsys.readouterr().err == "first second\n"


@pytest.mark.parametrize(
    ("before", "after"), [("", "127.0.0.1,localhost"), ("a.example, localhost", "a.example,localhost,127.0.0.1")]
)
def test_a_proxy_is_never_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", before)
    prepare_environment()
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == after
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    prepare_environment()
    assert os.environ["NO_PROXY"] == after


def test_settings_import_nothing_heavy() -> None:
    program = "import sys, apps.settings; print({'torch', 'gradio', 'numpy', 'transformers'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert result.stdout == "set()\n"
