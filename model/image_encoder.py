"""An image encoder out of files of its own: BLIP-2 as LAVIS saves it, or what is in a VisualGLM-6B."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from vision.config import VisionConfig
from vision.encoder import ImageEncoder
from vision.names import from_lavis

from . import chatglm
from .config import GLMConfig
from .errors import UserError
from .headers import TensorInfo
from .recognise import recognise
from .tensors import TensorFiles, check_tensors

_VIT = "visual_encoder."
_LANGUAGE_MODEL = re.compile(r"(opt_model|t5_model|llm_model)\..+")  # whole dumps hold it, frozen
_BLOCK = re.compile(re.escape(_VIT) + r"blocks\.(\d+)\..+")
_LAYER = re.compile(r"Qformer\.bert\.encoder\.layer\.(\d+)\..+")
_PROJECTION = re.compile(r"(opt|t5|llm)_proj\.weight")
_PARTS = {  # what files may lack: how its names begin here → how to get it
    "vision_model.encoder.": "the vision transformer, which BLIP-2 files may lack; give its eva_vit_g.pth as well",
    "qformer.": "the Q-Former; give a BLIP-2 file (blip2_pretrained….pth) as well",
}


def load_image_encoder(paths: Sequence[Path], config: VisionConfig | None = None) -> ImageEncoder:
    """The encoder in one folder or in some files together, with its weights mapped from them, in their stored dtypes.

    paths: the folder of a VisualGLM-6B in any form; or the `.pth` files of a LAVIS BLIP-2 of stage 2 (a dict with
        `model`), where it lacks the vision transformer together with that one's file (a bare state dict, of which LAVIS
        leaves out the last block).
    config: what tensors do not tell: heads and epsilons, and the width that the projection must have; None for those of
        BLIP-2 and VisualGLM-6B, with any width. Layers, queries and sizes of pictures are told by the tensors.
    Raises: UserError as `recognise` and `TensorFiles`, and "encoder_missing", "encoder_incomplete",
    "projection_missing", "projection_width", "tensors_mismatch".
    """
    if len(paths) == 1 and paths[0].is_dir():
        encoder, stored = _of_checkpoint(paths[0])
    else:
        encoder, stored = _of_lavis(paths, config or VisionConfig())
    expected = encoder.config.output_size if config is None else config.output_size
    if encoder.config.output_size != expected:
        raise UserError("projection_width", path=paths[0], found=encoder.config.output_size, expected=expected)
    encoder.load_state_dict(dict(stored), strict=True, assign=True)
    return encoder.eval().requires_grad_(False)


def _of_checkpoint(path: Path) -> tuple[ImageEncoder, Iterator[tuple[str, Tensor]]]:
    """The encoder of a whole model, without memory, and its weights."""
    checkpoint = recognise(path)
    vision = checkpoint.config.vision_config if isinstance(checkpoint.config, GLMConfig) else None
    if vision is None:
        raise UserError("encoder_missing", path=path, family=checkpoint.family)
    named = checkpoint.rename(checkpoint.files.items(name for name in checkpoint.names if "lm_head" not in name))
    stored = ((name.removeprefix(chatglm.OURS), tensor) for name, tensor in named if name.startswith(chatglm.OURS))
    return _empty(vision), stored


def _of_lavis(paths: Sequence[Path], like: VisionConfig) -> tuple[ImageEncoder, Iterator[tuple[str, Tensor]]]:
    files = [TensorFiles(path) for path in paths]
    bare = [not any(name.startswith(_VIT) for name in file.infos) and "cls_token" in file.infos for file in files]
    infos: dict[str, TensorInfo] = {}
    for file, is_vit in sorted(zip(files, bare, strict=True), key=lambda item: not item[1]):  # what was trained wins
        infos |= {_full(name, is_vit): info for name, info in file.infos.items() if not _LANGUAGE_MODEL.fullmatch(name)}
    encoder = _empty(_told(paths[0], infos, like, drop_last=any(bare)))
    vision = encoder.config
    on_meta = ((name, torch.empty(info.shape, device="meta")) for name, info in infos.items())
    try:
        found = {name: tuple(tensor.shape) for name, tensor in from_lavis(on_meta, vision)}
    except ValueError as error:
        raise UserError("tensors_mismatch", path=paths[0], problems=error) from error
    _check_parts(paths[0], found)
    wanted = {name: tuple(tensor.shape) for name, tensor in encoder.state_dict().items()}
    anywhere = {name: TensorInfo(shape, torch.float32, paths[0], 0) for name, shape in found.items()}
    check_tensors(paths[0], anywhere, wanted)

    def stored() -> Iterator[tuple[str, Tensor]]:
        for file, is_vit in zip(files, bare, strict=True):
            for name, tensor in file.items():
                if infos.get(_full(name, is_vit)) is file.infos[name]:
                    yield _full(name, is_vit), tensor

    return encoder, from_lavis(stored(), vision)


def _full(name: str, is_vit: bool) -> str:
    return _VIT + name if is_vit else name


def _told(path: Path, infos: Mapping[str, TensorInfo], like: VisionConfig, drop_last: bool) -> VisionConfig:
    """The sizes that the tensors tell. drop_last: the last block of the vision transformer is not used.

    Raises: UserError("projection_missing", "encoder_incomplete", "tensors_mismatch").
    """

    def shape(name: str, rank: int, missing: str) -> tuple[int, ...]:
        if name not in infos:
            raise UserError("encoder_incomplete", path=path, missing=missing)
        found = infos[name].shape
        if len(found) != rank or 0 in found:
            raise UserError("tensors_mismatch", path=path, problems=f"{name} has shape {found}")
        return found

    vit, qformer = _PARTS.values()
    patch = shape(f"{_VIT}patch_embed.proj.weight", 4, vit)
    positions = shape(f"{_VIT}pos_embed", 3, vit)
    queries = shape("query_tokens", 3, qformer)
    projection = next((infos[name].shape for name in infos if _PROJECTION.fullmatch(name)), None)
    if projection is None:
        raise UserError("projection_missing", path=path)
    if (patch[0], queries[2]) != (like.hidden_size, like.qformer_hidden_size):  # then the heads are others, too
        expected = f"{like.hidden_size} and {like.qformer_hidden_size}"
        detail = f"its widths are {patch[0]} and {queries[2]} instead of {expected}"
        raise UserError("tensors_mismatch", path=path, problems=detail)
    layers = [int(found[1]) for name in infos if (found := _LAYER.fullmatch(name))]
    blocks = {int(found[1]) for name in infos if (found := _BLOCK.fullmatch(name))}
    return replace(
        like,
        image_size=math.isqrt(positions[1] - 1) * patch[2],
        patch_size=patch[2],
        num_hidden_layers=max(blocks, default=-1) + (0 if drop_last else 1),
        intermediate_size=shape(f"{_VIT}blocks.0.mlp.fc1.weight", 2, vit)[0],
        qformer_num_hidden_layers=max(layers, default=-1) + 1,
        qformer_intermediate_size=shape("Qformer.bert.encoder.layer.0.intermediate_query.dense.weight", 2, qformer)[0],
        num_query_tokens=queries[1],
        output_size=projection[0],
    )


def _check_parts(path: Path, found: Mapping[str, object]) -> None:
    for part, missing in _PARTS.items():
        if not any(name.startswith(part) for name in found):
            raise UserError("encoder_incomplete", path=path, missing=missing)


def _empty(config: VisionConfig) -> ImageEncoder:
    with torch.device("meta"):
        return ImageEncoder(config)
