"""The benchmark of whole models, at a size that says nothing about speed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from model import bench, synthetic

# one number a line, for as long as it is asked
ENDLESS = f"{sys.executable} -u -c 'import sys; [print({{context}}, \"tokens:\", 2.5) for line in sys.stdin]'"


def test_a_table_a_file_and_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = synthetic.write("chatglm-6b-int4", tmp_path / "chatglm-6b-int4", "tiny")
    figures, picture = tmp_path / "figures.json", tmp_path / "plot.png"
    options = ["--contexts", "8,16", "--rounds", "2", "--against", ENDLESS]
    bench.main([str(source), *options, "--json", str(figures), "--plot", str(picture)])
    (model,) = json.loads(figures.read_text())["models"]
    assert model["read_gb_per_s"] > 0 and "chatglm-6b-int4" in model["model"]
    assert [row["context"] for row in model["decoding"]] == [8, 16]
    for row in model["decoding"]:
        assert list(row["against"].values()) == [2.5]
        assert min(row["ms_per_token"], row["limit_ms"], row["prefill_tokens_per_s"], row["peak_gb"]) > 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "of limit" in capsys.readouterr().out


def test_without_a_source_checkpoints_are_made_and_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bench.main(["--scale", "tiny", "--contexts", "8", "--rounds", "1"])
    printed = capsys.readouterr().out
    assert "chatglm-6b-int4:" in printed and "chatglm-6b-int8:" in printed
    assert not list(tmp_path.glob("glm-webui-*"))


def test_a_program_that_ends_is_started_again() -> None:
    with bench.Program("echo 3 ms", 64) as program:
        assert [program.ms_of_a_token() for _ in range(3)] == [3, 3, 3]


@pytest.mark.parametrize("command", ["true", "echo no number"])
def test_a_program_without_a_number_is_an_error(command: str) -> None:
    with bench.Program(command, 64) as program, pytest.raises(RuntimeError, match="printed no milliseconds"):
        program.ms_of_a_token()
