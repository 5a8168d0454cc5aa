"""run.py, in a small clone of its own with one tiny package to install, and for real where it ends before a load."""

from __future__ import annotations

import ast
import importlib.util
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
SETTING_UP = "Setting up Python packages"
SERVER = """
import os, sys, tinydep
print("server", tinydep.VERSION, os.getpid(), os.getcwd(), *sys.argv[1:], flush=True)
if "wait" in sys.argv:
    import time
    time.sleep(120)
sys.exit(7 if "fail" in sys.argv else 0)
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="written with the paths and signals of POSIX")


def run(clone: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(clone / "run.py"), *arguments]
    settings: dict[str, object] = {"cwd": clone, "timeout": 120, "capture_output": True, "text": True, "check": False}
    return subprocess.run(command, **(settings | options))  # type: ignore[call-overload, no-any-return]


def make_wheel(folder: Path, version: str) -> None:
    info = f"tinydep-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tinydep-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tinydep.py", f'VERSION = "{version}"\n')
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tinydep\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def require(clone: Path, requirement: str) -> None:
    (clone / "requirements.txt").write_text(f"--no-index\n--find-links {(clone / 'wheels').as_uri()}\n{requirement}\n")


@pytest.fixture(scope="module")
def first_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone after its first start."""
    clone = tmp_path_factory.mktemp("clone")
    for folder in ("apps", "wheels"):
        (clone / folder).mkdir()
    shutil.copy(ROOT / "run.py", clone)
    (clone / "apps" / "demo.py").write_text(SERVER)
    make_wheel(clone / "wheels", "1.0")
    make_wheel(clone / "wheels", "2.0")
    require(clone, "tinydep==1.0")
    result = run(clone, "demo")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(SETTING_UP) and "server 1.0" in result.stdout
    return clone


@pytest.fixture
def clone(first_clone: Path, tmp_path: Path) -> Path:
    """A copy of that clone, for one test to spoil."""
    return Path(shutil.copytree(first_clone, tmp_path / "a clone", symlinks=True))


def test_without_a_command_it_prints_its_usage() -> None:
    for arguments, code in (((), 2), (("nonsense",), 2), (("--help",), 0)):
        result = run(ROOT, *arguments)
        assert result.returncode == code
        assert "usage: python3 run.py COMMAND" in (result.stderr if code else result.stdout)
    assert run(ROOT, "nonsense").stderr.startswith("There is no command nonsense.")


def test_an_old_python_is_refused_in_one_line() -> None:
    source = (ROOT / "run.py").read_text()
    ast.parse(source, feature_version=(3, 6))
    program = f"import sys; sys.version_info = (3, 8, 1); exec(compile({source!r}, 'run.py', 'exec'))"
    result = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr == "This program needs Python 3.11 or newer, but this is Python 3.8.\n"


def test_a_second_start_installs_nothing_and_is_quick(clone: Path) -> None:
    files = sorted((path, path.stat().st_mtime_ns) for path in (clone / ".venv").rglob("*"))
    used = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = run(clone, "demo", "--port", "8000")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert result.stdout.startswith("server 1.0") and result.stdout.endswith(" --port 8000\n")
    assert files == sorted((path, path.stat().st_mtime_ns) for path in (clone / ".venv").rglob("*"))
    assert min(used) < 0.3  # seconds of processor time, for run.py itself and the start of the server's Python


def test_changed_requirements_are_installed(clone: Path) -> None:
    require(clone, "tinydep==2.0")
    result = run(clone, "demo")
    assert result.stdout.startswith(SETTING_UP) and "server 2.0" in result.stdout


def test_a_killed_installation_is_repaired(clone: Path) -> None:
    require(clone, "tinydep==2.0")
    command = [sys.executable, str(clone / "run.py"), "demo"]
    unfinished = clone / ".venv" / "unfinished"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        while not unfinished.exists():
            assert process.poll() is None
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGKILL)
    assert unfinished.exists()
    shutil.rmtree(next((clone / ".venv" / "lib").glob("python*/site-packages/pip/_internal")))  # whatever was half-way
    result = run(clone, "demo")
    assert result.returncode == 0 and "server 2.0" in result.stdout
    assert not unfinished.exists()


def test_an_environment_whose_python_is_gone_is_made_anew(clone: Path) -> None:
    for name in (clone / ".venv" / "bin").glob("python*"):
        name.unlink()
        name.symlink_to("/nonexistent/python")
    result = run(clone, "demo")
    assert result.returncode == 0 and "server 1.0" in result.stdout


def test_packages_that_cannot_be_had_give_one_line(clone: Path) -> None:
    require(clone, "tinydep==3.0")
    result = run(clone, "demo")
    assert result.returncode == 1 and result.stdout.count("\n") == 1
    assert result.stderr.startswith("The Python packages could not be installed: No matching distribution")
    assert "Check the Internet connection" in result.stderr and result.stderr.count("\n") == 1
    require(clone, "tinydep==2.0")
    assert "server 2.0" in run(clone, "demo").stdout


def test_two_first_starts_at_once_share_one_installation(clone: Path) -> None:
    shutil.rmtree(clone / ".venv")
    command = [sys.executable, str(clone / "run.py"), "demo"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = sorted(process.communicate(timeout=120)[0] for process in processes)
    assert outputs[0].startswith(SETTING_UP) and outputs[1].startswith("server 1.0")


def test_foreign_environments_do_no_harm(clone: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    (foreign / "apps").mkdir(parents=True)
    for name in ("tinydep.py", "pip.py", "apps/demo.py"):
        (foreign / name).write_text("raise SystemExit('foreign code ran')")
    shutil.rmtree(clone / ".venv")
    hostile = {
        "PYTHONPATH": str(foreign),
        "VIRTUAL_ENV": str(foreign),
        "CONDA_PREFIX": str(foreign),
        "PIP_TARGET": str(foreign),
        "PIP_PREFIX": str(foreign),
        "PIP_USER": "1",
    }
    result = run(clone, "demo", "--model", "./mine", cwd=foreign, env={**os.environ, **hostile})
    assert "server 1.0" in result.stdout, result.stderr
    assert result.stdout.endswith(f" {foreign} --model ./mine\n")  # a relative path means what the user means


def test_a_python_without_venv_is_told_what_to_install(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(clone / ".venv")
    program = load(clone)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    assert program.main(["demo"]) == 1
    error = capsys.readouterr().err
    assert "sudo apt-get install python3." in error and error.count("\n") == 1


def test_signals_and_exit_codes_pass_through(clone: Path) -> None:
    assert run(clone, "demo", "fail").returncode == 7
    command = [sys.executable, str(clone / "run.py"), "demo", "wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().split()[2] == str(process.pid)  # the server replaced run.py
        process.terminate()
        assert process.wait(timeout=10) == -signal.SIGTERM


def load(clone: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_of_a_clone", clone / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("user", "prefix"), [(0, []), (1000, ["sudo", "-n"])])
def test_missing_system_packages_are_installed(
    user: int, prefix: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = load(ROOT)
    calls: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(program, "has_debian_package", lambda name: name == "chromium")
    monkeypatch.setattr(subprocess, "run", lambda command, **_: calls.append(command))
    program.install_system_packages()
    apt_get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    fonts = ["fonts-dejavu", "fonts-liberation", "fonts-noto-cjk", "fonts-noto-color-emoji"]
    assert calls == [[*apt_get, "update"], [*apt_get, "install", "-y", "--no-install-recommends", *fonts]]
    assert capsys.readouterr().out.count("\n") == 1

    def refuse(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", refuse)
    program.install_system_packages()
    assert f"sudo apt-get install {' '.join(fonts)}" in capsys.readouterr().out


def test_without_apt_a_sentence_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = load(ROOT)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    program.install_system_packages()
    assert capsys.readouterr().out.startswith("Tests with a browser or text in pictures are left out unless Chromium")


def test_every_check_runs_and_one_failure_fails_the_whole(clone: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """In the clone neither ruff nor mypy nor pytest is installed, so each of them fails."""
    assert load(clone).run_checks(["-k", "something"]) == 1
    output = capfd.readouterr()
    titles = ["ruff check", "ruff format --check", "mypy", "pytest -n 2 --dist loadfile -k something"]
    assert output.out.splitlines() == [f"== {title}" for title in titles]
    assert output.err.endswith(f"Failed: {', '.join(titles)}\n")


# ---- The real server, as far as a fault lets it come


def fault(result: subprocess.CompletedProcess[str]) -> str:
    """The one line on stderr beside lines of progress, which end in an ellipsis."""
    assert result.returncode != 0
    lines = [line for line in result.stderr.splitlines() if not line.endswith("…")]
    assert len(lines) == 1, textwrap.shorten(result.stderr, 2000)
    return lines[0]


@pytest.mark.parametrize("command", ["demo", "chat"])
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--device", "abacus"], "abacus"),
        (["--model", "/nonexistent/model"], "--model"),
        (["--precision", "fp3"], "fp3"),
        (["--port", "x"], "--port"),
    ],
)
def test_a_wrong_option_gives_one_line(command: str, arguments: list[str], expected: str) -> None:
    assert expected in fault(run(ROOT, command, *arguments, stdin=subprocess.DEVNULL))


def test_a_busy_port_gives_one_line_before_the_model_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = run(ROOT, "demo", "--port", str(port))
    expected = f"Port {port} is in use: stop the other program or choose another with --port "
    assert fault(result).startswith(expected) and result.stderr.count("\n") == 1


def test_help_lists_the_options_of_the_server() -> None:
    result = run(ROOT, "demo", "--help")
    assert result.returncode == 0 and "--precision" in result.stdout and result.stderr == ""
