"""Our own checkpoint form: a folder with `config.json`, `model.safetensors` and `tokenizer.model`."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from .config import GLMConfig
from .errors import UserError
from .glm import GLMForConditionalGeneration

CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.model"
_NAMED = 5  # names listed in an error before "and N more"


def read_config(folder: Path) -> GLMConfig:
    """Raises: UserError("model_missing", "model_broken")."""
    path = folder / CONFIG
    if not path.is_file():
        raise UserError("model_missing", path=folder)
    try:
        values = json.loads(path.read_text("utf-8"))
        if values.get("model_type") != GLMConfig.model_type:
            raise ValueError(f"its model_type {values.get('model_type')!r} is not one this version can load")
        return GLMConfig.from_dict(values)
    except Exception as error:  # transformers checks types and sizes in several ways of its own
        detail = str(error.__cause__ or error).splitlines()[0]
        raise UserError("model_broken", path=folder, detail=f"{CONFIG}: {detail}") from error


def load_weights(
    folder: Path, config: GLMConfig, device: torch.device, dtype: torch.dtype
) -> GLMForConditionalGeneration:
    """The network with its weights on `device` in `dtype`, ready for inference.

    Raises: UserError("model_broken") naming the file, and the first names that are missing, unknown or misshapen.
    """
    with torch.device("meta"):
        model = GLMForConditionalGeneration(config)
    path = folder / WEIGHTS
    try:
        found = load_file(path, device=str(device))
    except (OSError, SafetensorError) as error:
        reason = "is missing" if not path.exists() else "is damaged or incomplete; copy or download it again"
        raise UserError("model_broken", path=folder, detail=f"{WEIGHTS} {reason}") from error
    expected = {name: tensor.shape for name, tensor in model.state_dict().items()}
    if config.tie_word_embeddings:
        found.pop("lm_head.weight", None)
        del expected["lm_head.weight"]
    problems = [f"{name} is missing" for name in expected if name not in found]
    problems += [f"{name} is unknown" for name in found if name not in expected]
    problems += [
        f"{name} has shape {tuple(found[name].shape)} instead of {tuple(shape)}"
        for name, shape in expected.items()
        if name in found and found[name].shape != shape
    ]
    if problems:
        more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
        raise UserError("model_broken", path=folder, detail=f"{WEIGHTS}: {'; '.join(problems[:_NAMED])}{more}")
    state = {name: found.pop(name).to(dtype) for name in expected}
    model.load_state_dict(state, strict=False, assign=True)
    model.tie_weights()
    return model.eval().requires_grad_(False)


def save(model: GLMForConditionalGeneration, tokenizer: Path, folder: Path, dtype: torch.dtype) -> None:
    """Write a checkpoint: into a temporary folder beside `folder`, which then takes its name."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
    try:
        temporary.chmod(0o755)
        state = {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in model.state_dict().items()}
        if model.config.tie_word_embeddings:
            del state["lm_head.weight"]
        save_file(state, temporary / WEIGHTS, metadata={"format": "pt"})
        (temporary / WEIGHTS).chmod(0o644)  # safetensors lets nobody else read it
        values = model.config.to_diff_dict() | {"architectures": [type(model).__name__]}
        (temporary / CONFIG).write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", "utf-8")
        shutil.copyfile(tokenizer, temporary / TOKENIZER)
        if folder.exists():
            retired = temporary.with_name(temporary.name + ".old")
            os.replace(folder, retired)
            os.replace(temporary, folder)
            shutil.rmtree(retired)
        else:
            os.replace(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
