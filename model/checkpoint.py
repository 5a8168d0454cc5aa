"""A recognised checkpoint, and writing one in our own form: `config.json`, `model.safetensors`, `tokenizer.model`."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import PreTrainedConfig, PreTrainedModel

from kernels.pack import from_bands

from .engine import Engine
from .glm import GLMForConditionalGeneration
from .tensors import TensorFiles, check_finite, check_tensors
from .types import GenerationParams

CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.model"

PREFIX = "transformer.prefix_encoder."
"""Beginning of the names of a P-Tuning v2 prefix."""

NamedTensors = Iterable[tuple[str, Tensor]]
Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes there will be."""


@dataclass(frozen=True)
class Checkpoint:
    """Everything a folder or file holds but the values of its weights, of which only the headers were read.

    shapes: the tensors it must have, by the names in its files. packed: those of INT8 or INT4 numbers; halved: of INT4;
    banded: of either, in the order of the CPU kernels. folded: LoRA matrices, which vanish in other weights. optional:
    those it may lack. ignored: what it may have beside them, which is never read. rename: stored names and values →
    those of `model_class`, one by one in any order.
    """

    path: Path
    files: TensorFiles
    family: str  # as people call it: "ChatGLM-6B", "GLM-4"
    version: str  # "" where nothing tells
    config: PreTrainedConfig
    model_class: type[PreTrainedModel]
    make_engine: Callable[[Any], Engine[Any]]
    context_length: int  # tokens, prompt and answer together
    images: bool
    shapes: Mapping[str, tuple[int, ...]]
    packed: frozenset[str] = frozenset()
    halved: frozenset[str] = frozenset()
    banded: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    ignored: re.Pattern[str] | None = None
    rename: Callable[[NamedTensors], NamedTensors] = field(default=lambda tensors: tensors)
    bits: int | None = None  # of the packed tensors
    prefix: TensorFiles | None = None  # a P-Tuning prefix that is kept apart
    name: str = ""  # what the model calls itself
    defaults: GenerationParams = field(default_factory=GenerationParams)
    description: Mapping[str, str] = field(default_factory=dict)
    thinking: bool = False  # its prompt asks it to think aloud first
    several_images: bool = False  # it sees all pictures of a conversation, not only the newest

    @property
    def folder(self) -> Path:
        """Where the small files are."""
        return self.path.parent if self.path.is_file() else self.path

    def check(self) -> None:
        """Compare names, shapes and dtypes with the network, and look into the scales of packed weights.

        Raises: UserError as `model.tensors.check_tensors` and `check_finite`.
        """
        check_tensors(
            self.path, self.files.infos, self.shapes, packed=self.packed, optional=self.optional, ignored=self.ignored
        )
        check_finite(self.files, [name for name in self.files.infos if name.endswith(".weight_scale")])

    @property
    def parameters(self) -> int:
        """How many numbers the network has; scales, LoRA, tied and left out weights are none."""
        weights = (name for name in self.names if not name.endswith("_scale") and name not in self.folded)
        return sum(self._numbers(name) for name in weights)

    def _numbers(self, name: str) -> int:
        info = self.files.infos[name]
        return info.nbytes * (2 if name in self.halved else 1) if name in self.packed else info.numel

    @property
    def names(self) -> list[str]:
        """The stored tensors to read, in the order in which they lie on the disk."""
        return [name for name in self.files.infos if name in self.shapes and name not in self.optional]

    def in_rows(self, name: str, stored: Tensor) -> Tensor:
        """A tensor as it is stored in published order (`kernels.pack`), for everybody but the CPU kernels."""
        if name.removesuffix("_scale") not in self.banded or stored.dim() < 3:
            return stored
        return from_bands(stored, 4 if name in self.halved else 8)

    def tensors(self, progress: Progress | None = None, without: Collection[str] = ()) -> Iterator[tuple[str, Tensor]]:
        """Every weight under the network's own name, in published order; one at a time, mapped and then released.

        without: names in the files that are not wanted.
        """
        names = [name for name in self.names if name not in without]
        total = sum(self.files.infos[name].nbytes for name in names)

        def counted() -> Iterator[tuple[str, Tensor]]:
            done = 0
            for name, tensor in self.files.items(names):
                yield name, self.in_rows(name, tensor)
                done += self.files.infos[name].nbytes
                if progress is not None:
                    progress(done, total)

        yield from self.rename(counted())
        if self.prefix is not None:
            yield from self.prefix.items(name for name in self.prefix.infos if name.startswith(PREFIX))


def save(model: GLMForConditionalGeneration, tokenizer: Path, folder: Path, dtype: torch.dtype) -> None:
    """Write a checkpoint: into a temporary folder beside `folder`, which then takes its name.

    Whatever fails, the folder that was there is there again; a process killed between the two renamings leaves it
    beside, under a name that ends in `.old`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
    retired = temporary.with_name(temporary.name + ".old")
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
            os.replace(folder, retired)
        os.replace(temporary, folder)
        shutil.rmtree(retired, ignore_errors=True)
    except BaseException:
        if retired.exists() and not folder.exists():
            os.replace(retired, folder)
        shutil.rmtree(temporary, ignore_errors=True)
        raise
