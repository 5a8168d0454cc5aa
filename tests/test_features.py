"""The table in docs/features.md: every yes of ours names a test that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = 8
OURS = {"yes", "no"}
THEIRS = {"yes", "part", "no", "–", "?"}


def table() -> list[list[str]]:
    lines = (ROOT / "docs" / "features.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in rows[2:] if not row[0].startswith("**")]  # without titles and sections


def value(cell: str) -> str:
    """A cell without the number of its note."""
    return re.sub(r"\s*[⁰¹²³⁴⁵⁶⁷⁸⁹]+$", "", cell)


def functions_of_tests() -> set[str]:
    files = (ROOT / "tests").glob("test_*.py")
    trees = (ast.parse(file.read_text("utf-8")) for file in files)
    functions = (node for tree in trees for node in ast.walk(tree))
    return {node.name for node in functions if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_yes_names_its_tests_and_nothing_else_does() -> None:
    existing = functions_of_tests()
    rows = table()
    assert len(rows) > 40
    for feature, ours, *_, shown_by in rows:
        named = re.findall(r"`(\w+)`", shown_by)
        assert bool(named) == (value(ours) == "yes"), feature
        assert all(name.startswith("test_") for name in named), feature
        assert not [name for name in named if name not in existing], feature


def test_cells_say_what_the_legend_explains() -> None:
    for row in table():
        assert len(row) == COLUMNS, row[0]
        assert value(row[1]) in OURS, row[0]
        assert {value(cell) for cell in row[2:-1]} <= THEIRS, row[0]


def test_notes_are_numbered_as_they_are_used() -> None:
    text = (ROOT / "docs" / "features.md").read_text("utf-8")
    in_table = {mark for row in table() for cell in row for mark in re.findall(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", cell)}
    below = set(re.findall(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", text.rpartition("| `test_targets`")[2]))
    assert in_table == below
