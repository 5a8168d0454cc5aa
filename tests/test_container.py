"""Dockerfile and compose file, read: every file is there, nobody is root, both targets are whole."""

from __future__ import annotations

import fnmatch
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from apps.settings import parse_settings
from apps.space import PYTHON

ROOT = Path(__file__).resolve().parents[1]
TARGETS = ("cpu", "cuda")


@pytest.fixture(scope="module")
def instructions() -> list[dict[str, Any]]:
    return list(DockerfileParser(str(ROOT / "Dockerfile"), cache_content=True).structure)


@pytest.fixture(scope="module")
def stages(instructions: list[dict[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    """Name of a stage → its instructions; the first is FROM."""
    found: dict[str, list[tuple[str, str]]] = {}
    for item in instructions:
        if item["instruction"] == "COMMENT":
            continue
        if item["instruction"] == "FROM":
            found[item["value"].split(" AS ")[1]] = name = []
        name.append((item["instruction"], item["value"]))
    return found


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return content


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps `path` out; its last line that fits decides."""
    result = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        if fnmatch.fnmatch(path, pattern) or path.startswith(pattern + "/"):
            result = not line.startswith("!")
    return result


def test_every_file_that_is_copied_exists_and_is_not_ignored(stages: dict[str, list[tuple[str, str]]]) -> None:
    copied = set()
    for stage in stages.values():
        for instruction, value in stage:
            if instruction == "COPY" and "--from" not in value:
                copied.update(value.split()[:-1])
    assert {"requirements.txt", "apps", "model", "vision", "kernels", "assets"} <= copied
    for path in copied:
        assert (ROOT / path).exists(), path
        assert not ignored(path), path
    assert ignored(".git") and ignored("runs") and ignored(".venv")


def test_the_program_is_whole(stages: dict[str, list[tuple[str, str]]]) -> None:
    """What apps/ reads and imports lies in the image."""
    copied = {value.split()[0] for instruction, value in stages["program"] if instruction == "COPY"}
    used = {"assets"}
    for file in (ROOT / "apps").rglob("*.py"):
        used.update(re.findall(r"^\s*(?:from|import) (model|vision|kernels|tuning)\b", file.read_text(), re.MULTILINE))
    assert used <= copied


@pytest.mark.parametrize("target", TARGETS)
def test_targets(target: str, stages: dict[str, list[tuple[str, str]]]) -> None:
    stage = stages[target]
    assert stage[0] == ("FROM", f"base AS {target}")
    assert ("COPY", "--from=program /app /app") in stage
    assert stage[-1][0] == "USER" and stage[-1][1] not in ("root", "0")
    install = next(value for instruction, value in stage if instruction == "RUN")
    assert "-r requirements.txt" in install
    assert ("whl/cpu" in install) == (target == "cpu")
    base = dict(stages["base"])
    assert base["FROM"].startswith(f"python:{PYTHON}-")
    assert "/health" in base["HEALTHCHECK"] and base["EXPOSE"] == "7860"
    assert "/home/glm/.cache" in json.loads(base["VOLUME"])


def test_the_command_starts_once_a_password_is_given(
    stages: dict[str, list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, *options = json.loads(dict(stages["base"])["CMD"])
    assert (program, *options[:2]) == ("python", "-m", "apps.demo")
    with pytest.raises(SystemExit):
        parse_settings(options[2:])
    monkeypatch.setenv("GLM_AUTH", "me:secret")
    assert parse_settings(options[2:]).host == "0.0.0.0"


@pytest.mark.parametrize("target", TARGETS)
def test_services(target: str, compose: dict[str, Any]) -> None:
    service = compose["services"][target]
    assert service["build"] == {"context": ".", "target": target}
    assert service["ports"] == ["127.0.0.1:7860:7860"]
    assert service["environment"]["GLM_AUTH"].startswith("${GLM_AUTH:?")
    assert service["read_only"] and service["cap_drop"] == ["ALL"] and "/tmp" in service["tmpfs"]
    volumes = [volume.split(":") for volume in service["volumes"]]
    assert {volume[1] for volume in volumes} == {"/home/glm/.cache", "/models"}
    assert all(name in compose["volumes"] for name, *_ in volumes if not name.startswith("."))
    assert ("deploy" in service) == (target == "cuda")


def test_every_variable_of_ours_is_an_option(compose: dict[str, Any]) -> None:
    fields = vars(parse_settings([]))
    for name in compose["services"]["cpu"]["environment"]:
        assert not name.startswith("GLM_") or name.removeprefix("GLM_").lower() in fields
