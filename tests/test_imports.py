"""The import rule of docs/architecture.md, read off the syntax trees, and what importing a module may do."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {
    "apps": {"model", "vision"},  # of vision: reading and refusing pictures
    "model": {"kernels", "vision"},
    "tuning": {"kernels", "model", "vision"},
    "kernels": set(),
    "vision": set(),
}
FILES = sorted(file for package in ALLOWED for file in (ROOT / package).rglob("*.py"))


def package_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0]


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> list[str]:
    """The full names of the modules that a file imports, anywhere in it."""
    module = module_name(file).split(".")
    parents = module if file.name == "__init__.py" else module[:-1]
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = parents[: len(parents) - node.level + 1] if node.level else []
            found.append(".".join([*start, *(node.module or "").split(".")]).strip("."))
    return found


def run(program: str) -> str:
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_one_way(file: Path) -> None:
    own = package_of(file)
    siblings = {name.partition(".")[0] for name in imports(file)} & set(ALLOWED) - {own}
    assert siblings <= ALLOWED[own]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_the_settings_read_the_environment_and_command_line(file: Path) -> None:
    if module_name(file) == "apps.settings":
        return
    reads = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv", "sys.argv")
    ]
    assert reads == []


def test_importing_a_module_builds_no_model_and_needs_no_gradio() -> None:
    """Everything but the pages imports without gradio; nothing, the pages included, builds a network at import."""
    names = [module_name(file) for file in FILES if file.name != "__main__.py"]
    light = [name for name in names if not name.startswith("apps.")] + ["apps.cli", "apps.settings"]
    run(f"""
import importlib, sys, torch
from transformers import GenerationMixin, LogitsProcessor, PreTrainedModel  # builds activations of its own
def refuse(*_): raise AssertionError("a network was built at import")
real, torch.nn.Module.__init__ = torch.nn.Module.__init__, refuse
for name in {light!r}: importlib.import_module(name)
assert "gradio" not in sys.modules
torch.nn.Module.__init__ = real
import gradio
torch.nn.Module.__init__ = refuse
for name in {names!r}: importlib.import_module(name)
""")


def test_our_kernels_and_transformers_live_together() -> None:
    """transformers looks up a published library that is also called `kernels`: ours wins, and both work."""
    output = run("""
import kernels, torch, transformers
from transformers.utils import is_kernels_available
assert not is_kernels_available()
config = transformers.LlamaConfig(vocab_size=16, hidden_size=8, intermediate_size=8, num_hidden_layers=1,
                                  num_attention_heads=2, max_position_embeddings=16)
model = transformers.LlamaForCausalLM(config).eval()
print(kernels.__file__, tuple(model(torch.tensor([[1, 2, 3]])).logits.shape), sep="\\n")
""")
    assert output.splitlines() == [str(ROOT / "kernels" / "__init__.py"), "(1, 3, 16)"]
