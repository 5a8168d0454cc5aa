"""Writes the folder of a Hugging Face Space: `python3 run.py space DIR`, then push DIR."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from model.errors import UserError

from .settings import fail, parse_space_folder

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("apps", "assets", "kernels", "model", "vision", "app.py", "LICENSE")
PYTHON = "3.12.12"  # the newest that ZeroGPU lists
TORCH = "2.11.0"  # the newest that ZeroGPU lists
FROM_PLATFORM = ("gradio", "fastapi", "pydantic", "starlette", "uvicorn")  # which come with `sdk_version`
BINARY = ("*.safetensors", "*.model", "*.png", "*.jpg", "*.webp")  # the Hub takes these through LFS only

FRONT_MATTER = """---
title: GLM Chat
emoji: 💬
colorFrom: indigo
colorTo: gray
sdk: gradio
sdk_version: {gradio}
python_version: "{python}"
app_file: app.py
short_description: Chat with GLM models about text and pictures
tags:
  - chatglm
  - visualglm
  - glm-4
license: apache-2.0
pinned: false
fullWidth: true
startup_duration_timeout: 1h
---

# GLM Chat

Chat with the small model that comes with this program, or with one of the GLM family: set the variable `GLM_MODEL` of
this Space to its name on the Hub, such as `THUDM/chatglm-6b`, and `GLM_PRECISION` to `int4` where memory is short.
`GLM_LANG` fixes the language of the page (`en`, `zh`). The secret `GLM_AUTH` (`USER:PASSWORD`) asks visitors for these,
`GLM_RATE` limits a visitor's questions a minute, and `GLM_QUEUE` how many questions may wait. With persistent storage,
`GLM_SAVE_CONVERSATIONS` set to `/data/conversations` saves what is said, which the page tells its visitors, and
`GLM_USAGE_FILE` set to `/data/usage.sqlite` keeps figures and opinions without a word of it. On ZeroGPU hardware every
answer borrows a GPU.
"""


def write_space(folder: Path) -> None:
    """Writes everything that the Space needs; `folder` appears when it is complete.

    Raises: UserError("folder_exists", "folder_unwritable").
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError("folder_exists", path=folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as work:
            made = Path(work) / "space"
            made.mkdir()
            _fill(made)
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise UserError("folder_unwritable", path=folder, reason=error.strerror or error) from error


def _fill(folder: Path) -> None:
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"))
        else:
            shutil.copy(ROOT / part, folder / part)
    pins = _pins()
    front_matter = FRONT_MATTER.format(gradio=pins["gradio"], python=PYTHON)
    (folder / "README.md").write_text(front_matter, encoding="utf-8")
    wanted = {name: pin for name, pin in pins.items() if name not in FROM_PLATFORM} | {"torch": TORCH}
    (folder / "requirements.txt").write_text("".join(f"{name}=={pin}\n" for name, pin in wanted.items()))
    (folder / "packages.txt").write_text("g++\n")  # compiles the quantised kernels for the processor
    (folder / ".gitattributes").write_text("".join(f"{kind} filter=lfs diff=lfs merge=lfs -text\n" for kind in BINARY))


def _pins() -> dict[str, str]:
    """Package → version, as this program installs them."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE))


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the folder that the command line names and says how to push it."""
    folder = parse_space_folder(argv)
    try:
        write_space(folder)
    except UserError as error:
        fail(error)
    print(f"{folder} is ready. Push it with: hf upload USER/NAME {folder} . --repo-type space")
    return 0


if __name__ == "__main__":
    sys.exit(main())
