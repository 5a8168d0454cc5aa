"""What lies at a path, told by its structure and never by its name."""

from __future__ import annotations

from pathlib import Path

from . import chatglm
from .checkpoint import CONFIG, Checkpoint
from .config import GLMConfig
from .errors import UserError
from .headers import read_header
from .tensors import read_config


def recognise(path: Path) -> Checkpoint:
    """The checkpoint in a folder, or the one whose weights are the file `path`, with the other files beside it.

    Only headers of weights are read, and everything that is wrong is found before anything large is allocated.
    Raises: UserError naming file, key, what was expected and what was found.
    """
    folder = path.parent if path.is_file() else path
    if path.is_file():
        read_header(path)  # what is no weight file is said before its folder is looked at
    if path.is_dir() and chatglm.is_sat(folder):
        checkpoint = chatglm.sat(folder)
    else:
        values = read_config(folder, (GLMConfig.model_type, "chatglm", "glm", "glm4", "glm4v"))
        if values["model_type"] == GLMConfig.model_type:
            checkpoint = chatglm.own(path, folder, values)
        elif chatglm.is_published(values):
            checkpoint = chatglm.published(path, folder, values)
        else:
            from .causal import folder as causal  # transformers' model classes take a second to import

            if not causal.is_causal(values):
                found = ", ".join(sorted(values)[:8])
                raise UserError("model_broken", path=folder, detail=f"{CONFIG} is of no known GLM; it has {found}")
            checkpoint = causal.checkpoint(path, folder, values)
    checkpoint.check()
    return checkpoint
