"""The requirements files pin what is imported and nothing else."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("apps", "kernels", "model", "tuning", "vision")
TOOLS = {"mypy", "pytest-timeout", "pytest-xdist", "ruff", "spaces"}  # started, plugged in or optional
ELSEWHERE = {"lavis", "spaces", "torch_npu", "triton"}  # in other environments, and on GPUs: none is needed


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text().splitlines()
    return dict((canonical(name), pin) for name, pin in (line.split("==") for line in lines if "==" in line))


def imported(*places: str) -> dict[str, set[str]]:
    """Distribution → the files that import it, standard library and own packages left out."""
    distributions = packages_distributions()
    own = {*PACKAGES, "app", "run", *(file.stem for file in (ROOT / "tests").rglob("*.py")), "tests"}
    found: dict[str, set[str]] = {}
    paths = [ROOT / place for place in places]
    for file in (file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            for name in (name.partition(".")[0] for name in names):
                if name not in own | ELSEWHERE | sys.stdlib_module_names:
                    distribution = canonical(distributions.get(name, [name])[0])
                    found.setdefault(distribution, set()).add(str(file.relative_to(ROOT)))
    return found


def test_the_program_imports_what_is_pinned_and_nothing_else() -> None:
    used = imported("app.py", *PACKAGES)
    pinned = pins("requirements.txt")
    assert not {name: files for name, files in used.items() if name not in pinned}, "imported but not pinned"
    assert not set(pinned) - set(used), "pinned but not imported"


def test_the_tests_import_what_is_pinned_and_nothing_else() -> None:
    used = imported("tests")
    program, tests = set(pins("requirements.txt")), set(pins("requirements-test.txt"))
    assert not {name: files for name, files in used.items() if name not in program | tests}, "imported but not pinned"
    assert not tests - set(used) - TOOLS, "pinned but not imported"
    assert not program & tests, "pinned twice"


def test_run_py_needs_the_standard_library_only() -> None:
    assert imported("run.py") == {}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-test.txt"])
def test_the_pins_are_exact_and_installed(file: str) -> None:
    lines = [line for line in (ROOT / file).read_text().splitlines() if line != "-c requirements.txt"]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9.]+", line) for line in lines)
    assert {name: version(name).partition("+")[0] for name in pins(file)} == pins(file)


def test_torch_comes_first() -> None:
    """Its pin must stand before any package that would ask for the newest one."""
    assert (ROOT / "requirements.txt").read_text().startswith("torch==")
