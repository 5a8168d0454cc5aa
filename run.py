"""Starts everything from a fresh clone; needs only Python 3.11 or newer. See USAGE."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  the file stays readable for older Pythons so that this can be said
    sys.exit("This program needs Python 3.11 or newer, but this is Python {}.{}.".format(*sys.version_info[:2]))

USAGE = """usage: python3 run.py COMMAND [options]

  demo    start the web pages and the HTTP API
  chat    chat in the terminal
  api     start the HTTP API alone
  stats   what visitors asked of a server that keeps its usage: stats [FILE]
  space   write the folder of a Hugging Face Space: space DIR
  test    install what the tests need and run them; further arguments go to pytest

"python3 run.py demo --help" lists the options."""

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
UNFINISHED = VENV / "unfinished"  # exists while packages are being installed, and after that was interrupted
MODULES = {"demo": "apps.demo", "chat": "apps.cli", "api": "apps.api", "space": "apps.space", "stats": "apps.stats"}
CHECKS = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])
TESTS = ["pytest", "-n", "2", "--dist", "loadfile"]  # two at a time: most of them wait for a server or a browser
SYSTEM_PACKAGES = ("chromium", "fonts-dejavu", "fonts-liberation", "fonts-noto-cjk", "fonts-noto-color-emoji")


class SetupError(Exception):
    """Something the user has to mend, in one sentence that says how."""


def main(arguments: list[str]) -> int:
    """Runs one command and returns its exit code; on POSIX a started server replaces this process."""
    command = arguments[0] if arguments else ""
    if command in ("-h", "--help"):
        print(USAGE)
        return 0
    if command not in MODULES and command != "test":
        if command:
            print(f"There is no command {command}.\n", file=sys.stderr)
        print(USAGE, file=sys.stderr)
        return 2
    try:
        install("requirements.txt")
        if command == "test":
            install("requirements-test.txt")
            install_system_packages()
            return run_checks(arguments[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The setup failed: {error}. Mend that and start again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next start carries on.", file=sys.stderr)
        return 130
    return replace_process([PYTHON, "-P", "-m", MODULES[command], *arguments[1:]])


# ---- Python packages


def install(requirements: str) -> None:
    """Makes `.venv` hold the packages of a requirements file; costs one stamp comparison when it does already."""
    if is_installed(requirements):
        return
    with installation_lock() as lock_fd:
        if is_installed(requirements):  # by the start that held the lock before
            return
        print("Setting up Python packages (a few minutes, once) ...", flush=True)
        stamp(requirements).unlink(missing_ok=True)
        if UNFINISHED.exists() or not is_usable():
            create_environment()
        UNFINISHED.touch()
        install_packages(requirements, lock_fd)
        stamp(requirements).write_text(fingerprint(requirements))
        UNFINISHED.unlink()


def stamp(requirements: str) -> Path:
    return VENV / (requirements + ".stamp")


def is_installed(requirements: str) -> bool:
    try:
        return stamp(requirements).read_text() == fingerprint(requirements)
    except OSError:
        return False


def fingerprint(requirements: str) -> str:
    """What the installed packages depend on: the requirements file and the interpreter inside `.venv`."""
    version = subprocess.run(
        [PYTHON, "-I", "-S", "-c", "import sys; print(sys.version)"], check=False, capture_output=True
    ).stdout
    return hashlib.sha256(version + (ROOT / requirements).read_bytes()).hexdigest()


def is_usable() -> bool:
    """Whether `.venv` has a working pip under a Python that is new enough."""
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-I", "-c", probe], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def create_environment() -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        raise SetupError(
            "This Python cannot make virtual environments: install the package "
            f"{package} (Debian, Ubuntu: sudo apt-get install {package}) and start again."
        )
    # Without pip first: the mark must lie in the environment before anything that can be interrupted half-way.
    setup_step([sys.executable, "-I", "-m", "venv", "--clear", "--without-pip", str(VENV)])
    UNFINISHED.touch()
    setup_step([PYTHON, "-I", "-m", "ensurepip"])


def setup_step(command: list[str]) -> None:
    result = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode != 0:
        reason = (result.stdout.strip().splitlines() or ["no reason given"])[-1]
        raise SetupError(f"The virtual environment {VENV} could not be made: {reason}. Mend that and start again.")


def install_packages(requirements: str, lock_fd: int) -> None:
    """Runs pip, isolated from PYTHONPATH, user site and foreign install targets."""
    log = VENV / "install.log"
    command = [PYTHON, "-I", "-m", "pip", "install", "--no-user", "--no-input", "--disable-pip-version-check"]
    environment = {name: value for name, value in os.environ.items() if name not in ("PIP_TARGET", "PIP_PREFIX")}
    with log.open("w", encoding="utf-8") as output:
        result = subprocess.run(
            [*command, "-r", str(ROOT / requirements)],
            check=False,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            # A pip that outlives this process keeps the lock, so that no second one works beside it.
            pass_fds=() if os.name == "nt" else (lock_fd,),
        )
    if result.returncode != 0:
        UNFINISHED.unlink()  # pip ended by itself: what it had installed is whole
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        reason = next((line[7:] for line in reversed(lines) if line.startswith("ERROR: ")), "see the log").rstrip(".")
        raise SetupError(
            f"The Python packages could not be installed: {reason}. "
            f"Check the Internet connection and the free disk space, then start again (details: {log})."
        )


@contextlib.contextmanager
def installation_lock() -> Iterator[int]:
    """Holds the one installation lock, a lock on `requirements.txt` itself; yields its file descriptor."""
    with (ROOT / "requirements.txt").open("r+b") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 30)  # beyond the end: a locked byte could not be read
            locked = False
            while not locked:
                with contextlib.suppress(OSError):  # raised after each ten seconds of waiting
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    locked = True
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


# ---- What runs inside .venv


def child_environment() -> dict[str, str]:
    """The environment of the programs started: our modules are found from any working folder, foreign ones never."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    environment.pop("PYTHONHOME", None)
    return environment


def replace_process(command: list[str]) -> int:
    """Runs the command instead of this process where the system can, so that signals reach it directly."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, child_environment())
    process = subprocess.Popen(command, env=child_environment())
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C reaches the child too, which ends in its own way
            return process.wait()


# ---- Tests


def run_checks(pytest_arguments: list[str]) -> int:
    """Runs linter, formatter, type checker and pytest, all of them even if one fails."""
    failed = []
    for command in (*CHECKS, [*TESTS, *pytest_arguments]):
        title = " ".join(command)
        print(f"== {title}", flush=True)
        if subprocess.run([PYTHON, "-m", *command], check=False, cwd=ROOT, env=child_environment()).returncode != 0:
            failed.append(title)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def install_system_packages() -> None:
    """Installs browser and fonts where apt-get may be used, otherwise says what the tests lack."""
    advice = "Tests with a browser or text in pictures are left out unless Chromium and the fonts are installed"
    if not shutil.which("apt-get"):
        if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
            print(f"{advice}.", flush=True)
        return
    missing = [name for name in SYSTEM_PACKAGES if not has_debian_package(name)]
    if not missing:
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    print(f"Installing {', '.join(missing)} ...", flush=True)
    apt_get = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        try:
            subprocess.run([*apt_get, *arguments], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            print(f"{advice}: sudo apt-get install {' '.join(missing)}", flush=True)
            return


def has_debian_package(name: str) -> bool:
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name]
    return subprocess.run(query, check=False, capture_output=True).stdout == b"installed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
