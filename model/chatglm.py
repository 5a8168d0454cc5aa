"""ChatGLM-6B and VisualGLM-6B in all their published forms, and our own: a folder → a `Checkpoint`.

Told apart by structure: fields of config.json, rows of the embedding, dtypes and names of the tensors.
Source: the hub repositories THUDM/chatglm-6b (all releases), -int8, -int4, -int4-qe and visualglm-6b;
THUDM/SwissArmyTransformer (SAT) and THUDM/VisualGLM-6B for the other form of the latter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vision.config import VisionConfig
from vision.names import HUB_PREFIX, SAT_PREFIX, from_visualglm, to_visualglm

from .adapters import folded, matrices, with_adapters
from .chat import CHATGLM, VISUALGLM
from .checkpoint import CONFIG, PREFIX, TOKENIZER, Checkpoint, NamedTensors
from .config import GLMConfig
from .engine import GLMEngine
from .errors import UserError
from .glm import GLMForConditionalGeneration
from .headers import read_json
from .packed import as_stored
from .tensors import SAT_LATEST, TensorFiles, check_tensors, check_vocabulary
from .tokenizer import GLMTokenizer
from .types import GenerationParams

PUBLISHED_TOKENIZER = "ice_text.model"
SAT_CONFIG = "model_config.json"
OURS = "image_encoder."
"""Where the encoder is in `GLMForConditionalGeneration`."""

_SAT_HEAD = "mixins.chatglm-final."
_RECOMPUTED = re.compile(r"transformer\.layers\.\d+\.attention\.rotary_emb\.inv_freq")
_SAT_UNUSED = re.compile(_RECOMPUTED.pattern + r"|transformer\.position_embeddings\.weight")
_MARCH_ROWS, _MARCH_IMAGE_IDS = 150528, 20000
_RELEASES = {  # beginning of the sha256 of a shard, by which the hub's cache names it
    "be79e2b2": "v0.1.0",
    "607d08dd": "v0.1.0",
    "14dafdc7": "v1.1.0",
    "39d30a1d": "v1.1.0",
}
_DEFAULTS = {  # sampling of the originals' demos
    "ChatGLM-6B": GenerationParams(max_new_tokens=1024, temperature=0.95, top_p=0.7, top_k=50),
    "VisualGLM-6B": GenerationParams(max_new_tokens=512, temperature=0.8, top_p=0.4, top_k=100, repetition_penalty=1.2),
}

Rename = Callable[[NamedTensors], NamedTensors]
Shapes = dict[str, tuple[int, ...]]


def is_published(values: Mapping[str, Any]) -> bool:
    """Whether a parsed config.json is ChatGLM-6B's or VisualGLM-6B's, by the fields that only they have."""
    return values.get("model_type") == "chatglm" and {"inner_hidden_size", "position_encoding_2d"} <= values.keys()


def is_sat(folder: Path) -> bool:
    """Whether a folder is VisualGLM-6B as SwissArmyTransformer writes it."""
    return (folder / SAT_LATEST).is_file() and (folder / SAT_CONFIG).is_file()


def own(path: Path, folder: Path, values: dict[str, Any]) -> Checkpoint:
    """Our own form, from its parsed config.json. path: the folder, or a weight file in it. Raises: UserError."""
    config = _config(folder / CONFIG, lambda: GLMConfig.from_dict(values))
    tokenizer = GLMTokenizer.from_file(folder / TOKENIZER, config.num_image_tokens)
    if tokenizer.vocab_size > config.vocab_size:
        detail = f"the tokenizer has {tokenizer.vocab_size} pieces, but the model only {config.vocab_size} embeddings"
        raise UserError("model_broken", path=folder, detail=detail)
    return _assembled(
        path,
        TensorFiles(path),
        config,
        tokenizer,
        network_shapes(config),
        family=config.card.get("family") or ("VisualGLM" if config.vision else "ChatGLM"),
        version=config.card.get("version", ""),
        name=config.card.get("name", ""),
        defaults=_config(folder / CONFIG, lambda: GenerationParams(**config.card.get("defaults", {}))),
        description=config.card.get("description", {}),
    )


def published(path: Path, folder: Path, values: dict[str, Any]) -> Checkpoint:
    """A folder from the hub, from its parsed config.json. path: the folder, or a weight file in it.

    Raises: UserError naming the file, what was expected and what was found.
    """
    vision = _config(folder / CONFIG, lambda: _vision(values)) if "eva_config" in values else None
    config = _config(folder / CONFIG, lambda: GLMConfig.from_upstream(values | {"vision": vision}))
    files = TensorFiles(path)
    version = "" if config.vision else _release(files)
    shapes, rename = _with_encoder(config), _from_hub(config)
    return _checkpoint(path, folder, files, values, config, shapes, rename, _RECOMPUTED, version)


def sat(folder: Path) -> Checkpoint:
    """VisualGLM-6B as SwissArmyTransformer writes it, of both vintages. Raises: UserError as `published`.

    Until July 2023 the rows of `query_key_value` were grouped per head, as in the hub's files; later they are all
    heads' q, then k, then v. Shapes are equal; only the later configs have a `pad_token_id`. LoRA is folded in.
    """
    values = read_json(folder / SAT_CONFIG)
    for field in ("eva_args", "qformer_args", "hidden_size", "num_layers", "num_attention_heads", "vocab_size"):
        if field not in values:
            raise UserError("config_value", path=folder / SAT_CONFIG, name=field, allowed="there", value="missing")
    hidden, layers = values["hidden_size"], values["num_layers"]
    names = {"eva_config": values["eva_args"], "qformer_config": values["qformer_args"]}
    decoder: dict[str, Any] = {
        "eos_token_id": None,
        "inner_hidden_size": values.get("inner_hidden_size") or 4 * hidden,
        "residual_scale_layers": layers,  # SAT goes by the true depth
        "vision": _config(folder / SAT_CONFIG, lambda: _vision(values | names)),
        "pre_seq_len": None,  # a default of its P-Tuning mixin, which these files are without
    }
    config = _config(folder / SAT_CONFIG, lambda: GLMConfig.from_upstream(values | decoder))
    files = TensorFiles(folder)
    shapes = with_adapters({_to_sat(name): shape for name, shape in _with_encoder(config).items()}, files.infos)
    blocked = "pad_token_id" in values

    def rename(tensors: NamedTensors) -> NamedTensors:
        heads = config.num_attention_heads
        named = ((_from_sat(name), tensor) for name, tensor in folded(tensors, None if blocked else heads))
        return _from_hub(config)(_per_head(named, heads) if blocked else named)

    version = f"SwissArmyTransformer, {'since' if blocked else 'before'} July 2023"
    return _checkpoint(folder, folder, files, values, config, shapes, rename, _SAT_UNUSED, version)


def with_prefix(checkpoint: Checkpoint, path: Path) -> Checkpoint:
    """The checkpoint with a P-Tuning v2 prefix in front of it: a folder that upstream's trainer wrote, or its file.

    Older ones hold the whole model; only the prefix is read. Its length and form are told by its tensors.
    Raises: UserError("prefix_missing", "prefix_foreign", "tensors_mismatch").
    """
    config = checkpoint.config
    if not isinstance(config, GLMConfig):
        raise UserError("prefix_foreign", path=path, family=checkpoint.family)
    files = TensorFiles(path)
    found = {name: info for name, info in files.infos.items() if name.startswith(PREFIX)}
    table = found.get(f"{PREFIX}embedding.weight")
    if table is None or len(table.shape) != 2:
        raise UserError("prefix_missing", path=path)
    config.pre_seq_len = table.shape[0]
    config.prefix_projection = f"{PREFIX}trans.0.weight" in found
    expected = {name: shape for name, shape in network_shapes(config).items() if name.startswith(PREFIX)}
    check_tensors(path, found, expected)
    return replace(checkpoint, config=config, prefix=files)


def network_shapes(config: GLMConfig) -> Shapes:
    """Names and shapes of all weights of the network that a config describes."""
    with torch.device("meta"):
        network = GLMForConditionalGeneration(config)
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def _checkpoint(
    path: Path,
    folder: Path,
    files: TensorFiles,
    values: Mapping[str, Any],
    config: GLMConfig,
    shapes: Shapes,
    rename: Rename,
    ignored: re.Pattern[str],
    version: str,
) -> Checkpoint:
    family = "VisualGLM-6B" if config.vision else "ChatGLM-6B"
    if files.infos and all(name.startswith(PREFIX) for name in files.infos):
        raise UserError("prefix_only", path=path)
    embedding = files.infos.get("transformer.word_embeddings.weight")
    rows = embedding.shape[0] if embedding is not None and embedding.shape else config.vocab_size
    image_ids = _image_ids(folder, rows)
    tokenizer = GLMTokenizer.from_file(tokenizer_file(folder), image_ids)
    check_vocabulary(path, weights=rows, config=config.vocab_size, tokenizer=tokenizer.vocab_size)
    _check_ids(folder, values, config, tokenizer)
    config.num_image_tokens = image_ids
    return _assembled(
        path,
        files,
        config,
        tokenizer,
        shapes,
        family=family,
        version="March 2023" if image_ids else version,
        folded=matrices(shapes),
        ignored=ignored,
        rename=rename,
        defaults=_DEFAULTS[family],
    )


def _assembled(
    path: Path, files: TensorFiles, config: GLMConfig, tokenizer: GLMTokenizer, shapes: Shapes, **about: Any
) -> Checkpoint:
    """A network of ours. shapes: of its weights in full precision, by the files' names. about: what else is known."""
    stored = as_stored(shapes, files)
    return Checkpoint(
        path=path,
        files=files,
        config=config,
        model_class=GLMForConditionalGeneration,
        make_engine=_engine(tokenizer, config),
        context_length=config.max_position_embeddings,
        images=bool(config.vision),
        shapes=stored.shapes,
        packed=stored.packed,
        halved=stored.halved,
        banded=stored.banded,
        optional=_tied(config, stored.shapes),
        bits=stored.bits,
        **about,
    )


def _config(file: Path, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except UserError:
        raise
    except KeyError as error:
        raise UserError("model_broken", path=file.parent, detail=f"{file.name} lacks {error.args[0]}") from error
    except Exception as error:  # transformers checks types and sizes in several ways of its own
        detail = str(error.__cause__ or error).splitlines()[0]
        raise UserError("model_broken", path=file.parent, detail=f"{file.name}: {detail}") from error


def _vision(values: Mapping[str, Any]) -> VisionConfig:
    """VisualGLM's `eva_config` and `qformer_config`; the epsilons are constants of its code."""
    vit, qformer = values["eva_config"], values["qformer_config"]
    size = vit["image_size"]
    return VisionConfig(
        image_size=size[0] if isinstance(size, list) else size,
        patch_size=vit["patch_size"],
        hidden_size=vit["hidden_size"],
        num_hidden_layers=vit["num_layers"],
        num_attention_heads=vit["num_attention_heads"],
        intermediate_size=vit.get("inner_hidden_size") or 4 * vit["hidden_size"],
        qformer_hidden_size=qformer["hidden_size"],
        qformer_num_hidden_layers=qformer["num_layers"],
        qformer_num_attention_heads=qformer["num_attention_heads"],
        qformer_intermediate_size=qformer.get("inner_hidden_size") or 4 * qformer["hidden_size"],
        num_query_tokens=values["image_length"],
        output_size=values["hidden_size"],
    )


def tokenizer_file(folder: Path) -> Path:
    """The vocabulary; SwissArmyTransformer's folders come without one. Raises: UserError("tokenizer_missing")."""
    for name in (PUBLISHED_TOKENIZER, TOKENIZER):
        if (folder / name).exists():
            return folder / name
    raise UserError("tokenizer_missing", path=folder, file=PUBLISHED_TOKENIZER)


def _image_ids(folder: Path, rows: int) -> int:
    """Ids before those of text: 20000 in March 2023. A smaller copy of that release states its own number."""
    path = folder / "tokenizer_config.json"
    stated = read_json(path).get("num_image_tokens") if path.is_file() else None
    if rows == _MARCH_ROWS:
        return _MARCH_IMAGE_IDS
    return stated if isinstance(stated, int) and 0 < stated < rows and stated != _MARCH_IMAGE_IDS else 0


def _check_ids(folder: Path, values: Mapping[str, Any], config: GLMConfig, tokenizer: GLMTokenizer) -> None:
    """Take the control ids from the vocabulary; what the config states of them must agree, as files get mixed up."""
    for name in ("bos", "eos", "mask", "gmask", "pad"):
        key, found = f"{name}_token_id", getattr(tokenizer, f"{name}_id")
        stated = values.get(key, found)
        if stated != found and name != "pad":  # the first releases stated a wrong one, which nothing uses
            allowed = f"{found} as in the vocabulary"
            raise UserError("config_value", path=folder / CONFIG, name=key, allowed=allowed, value=stated)
        setattr(config, key, found)


def _release(files: TensorFiles) -> str:
    """v0.1.0 and v1.1.0 differ in nothing but values; the hub's cache names files by their sha256."""
    for info in files.infos.values():
        if release := _RELEASES.get(info.file.resolve().name[:8]):
            return release
    return "v0.1.0 or v1.1.0"


def _engine(tokenizer: GLMTokenizer, config: GLMConfig) -> Callable[[Any], GLMEngine]:
    return lambda network: GLMEngine(network, tokenizer, VISUALGLM if config.vision else CHATGLM)


# Shapes and names


def _tied(config: GLMConfig, shapes: Shapes) -> frozenset[str]:
    """The head's tensors where they only repeat the embedding's; then they may be missing, and are not read."""
    names = (name for name in shapes if _from_sat(name) in ("lm_head.weight", "lm_head.weight_scale"))
    return frozenset(names if config.tie_word_embeddings else ())


def _with_encoder(config: GLMConfig) -> Shapes:
    """`network_shapes` with the names of the hub's files."""
    decoder: Shapes = {}
    encoder: Shapes = {}
    for name, shape in network_shapes(config).items():
        (encoder if name.startswith(OURS) else decoder)[name.removeprefix(OURS)] = shape
    if config.vision_config is None:
        return decoder
    stored = to_visualglm(
        ((name, torch.empty(shape, device="meta")) for name, shape in encoder.items()), config.vision_config
    )
    return decoder | {name: tuple(tensor.shape) for name, tensor in stored}


def _from_hub(config: GLMConfig) -> Rename:
    """The encoder's names in the hub's files → ours; the decoder's are the same."""

    def rename(tensors: NamedTensors) -> Iterator[tuple[str, Tensor]]:
        vision = config.vision_config
        for name, tensor in tensors:
            if vision is not None and name.startswith(HUB_PREFIX):
                yield from ((OURS + ours, part) for ours, part in from_visualglm([(name, tensor)], vision))
            else:
                yield name, tensor

    return rename


def _to_sat(name: str) -> str:
    name = SAT_PREFIX + name.removeprefix(HUB_PREFIX) if name.startswith(HUB_PREFIX) else name
    return _SAT_HEAD + name if name.startswith("lm_head.") else name


def _from_sat(name: str) -> str:
    name = HUB_PREFIX + name.removeprefix(SAT_PREFIX) if name.startswith(SAT_PREFIX) else name
    return name.removeprefix(_SAT_HEAD)


def _per_head(tensors: NamedTensors, heads: int) -> Iterator[tuple[str, Tensor]]:
    """Rows of all heads' q, then k, then v → each head's q, k and v; of the decoder only."""
    for name, tensor in tensors:
        if name.startswith("transformer.layers.") and ".query_key_value." in name:
            tensor = tensor.unflatten(0, (3, heads, -1)).transpose(0, 1).flatten(0, 2)
        yield name, tensor
