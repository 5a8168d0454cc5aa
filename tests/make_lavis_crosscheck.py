"""Run LAVIS' own ViT and Q-Former once and keep weights, inputs and outputs, for `test_lavis_crosscheck.py`.

LAVIS cannot live beside a current transformers, so this runs in an environment of its own (`requirements-lavis.txt`):

    python tests/make_lavis_crosscheck.py OUT.safetensors
    python tests/make_lavis_crosscheck.py OUT.safetensors --config vision.json --checkpoint blip2.pth eva_vit_g.pth

Without a checkpoint the weights are random and small. `--config` names a JSON file with `VisionConfig`'s fields; a
checkpoint may come in several files, the ViT's with or without the prefix `visual_encoder.`.
"""

from __future__ import annotations

import argparse
import importlib.machinery
import importlib.metadata
import importlib.util
import json
import site
import sys
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

TINY = {
    "image_size": 21,
    "patch_size": 7,
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 104,
    "layer_norm_eps": 1e-6,
    "post_layernorm_eps": 1e-5,
    "qformer_hidden_size": 24,
    "qformer_num_hidden_layers": 3,
    "qformer_num_attention_heads": 2,
    "qformer_intermediate_size": 48,
    "qformer_layer_norm_eps": 1e-12,
    "cross_attention_frequency": 2,
    "num_query_tokens": 6,
    "output_size": 40,
}

_DISTRIBUTIONS = {"lavis": "salesforce-lavis", "timm": "timm"}


def skip_package_init(*names: str) -> None:
    """Register empty parents, so that importing one module of a package does not import all of it."""
    for name in names:
        spec = importlib.machinery.ModuleSpec(name, loader=None, is_package=True)
        spec.submodule_search_locations = [str(Path(root, *name.split("."))) for root in site.getsitepackages()]
        package = importlib.util.module_from_spec(spec)
        package.__version__ = importlib.metadata.version(
            _DISTRIBUTIONS[name.partition(".")[0]]
        )  # timm asks for its own
        sys.modules[name] = package


class LavisEncoder(nn.Module):
    """The image path as LAVIS' `Blip2OPT` builds it, under the same parameter names."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        skip_package_init("timm", "timm.models", "lavis", "lavis.common", "lavis.models", "lavis.models.blip2_models")
        from lavis.models.blip2_models.Qformer import BertConfig, BertLMHeadModel
        from lavis.models.eva_vit import VisionTransformer

        self.visual_encoder = VisionTransformer(
            img_size=config["image_size"],
            patch_size=config["patch_size"],
            embed_dim=config["hidden_size"],
            depth=config["num_hidden_layers"],
            num_heads=config["num_attention_heads"],
            mlp_ratio=config["intermediate_size"] / config["hidden_size"],
            qkv_bias=True,
            norm_layer=partial(nn.LayerNorm, eps=config["layer_norm_eps"]),
            use_mean_pooling=False,
        )
        # LAVIS' own subclass only adds a cast to float32, which is what runs here anyway.
        self.ln_vision = nn.LayerNorm(config["hidden_size"], eps=config["post_layernorm_eps"])
        bert = BertConfig(
            vocab_size=8,
            hidden_size=config["qformer_hidden_size"],
            num_hidden_layers=config["qformer_num_hidden_layers"],
            num_attention_heads=config["qformer_num_attention_heads"],
            intermediate_size=config["qformer_intermediate_size"],
            layer_norm_eps=config["qformer_layer_norm_eps"],
            encoder_width=config["hidden_size"],
            add_cross_attention=True,
            cross_attention_freq=config["cross_attention_frequency"],
            query_length=config["num_query_tokens"],
        )
        self.Qformer = BertLMHeadModel(config=bert)
        self.Qformer.cls = None
        self.Qformer.bert.embeddings.word_embeddings = None
        self.Qformer.bert.embeddings.position_embeddings = None
        for layer in self.Qformer.bert.encoder.layer:
            layer.output = None
            layer.intermediate = None
        self.query_tokens = nn.Parameter(
            torch.zeros(1, config["num_query_tokens"], config["qformer_hidden_size"]),
        )
        self.opt_proj = nn.Linear(config["qformer_hidden_size"], config["output_size"])

    def forward(self, pixel_values: torch.Tensor) -> dict[str, torch.Tensor]:
        image_states = self.ln_vision(self.visual_encoder(pixel_values))
        query_states = self.Qformer.bert(
            query_embeds=self.query_tokens.expand(len(image_states), -1, -1),
            encoder_hidden_states=image_states,
            encoder_attention_mask=torch.ones(image_states.shape[:-1], dtype=torch.long),
            return_dict=True,
        ).last_hidden_state
        return {
            "vit_output": image_states,
            "qformer_output": query_states,
            "projected": self.opt_proj(query_states),
        }


def randomise(model: nn.Module, generator: torch.Generator) -> None:
    """Random weights that leave nothing at zero or one, so that a swapped or forgotten tensor shows."""
    for name, parameter in model.named_parameters():
        norm = "norm" in name.lower() or "ln_" in name
        centre = 1.0 if norm and name.endswith("weight") else 0.0
        nn.init.normal_(parameter, centre, 0.1 if parameter.dim() == 1 else 0.15, generator=generator)


def load(model: LavisEncoder, paths: list[Path]) -> None:
    """Fill the model from checkpoint files; every parameter must come from one of them."""
    found: dict[str, torch.Tensor] = {}
    for path in paths:
        stored = torch.load(path, map_location="cpu", weights_only=True)
        for name, tensor in stored.get("model", stored).items():
            bare_vit = name.startswith(("cls_token", "pos_embed", "patch_embed.", "blocks."))
            found[f"visual_encoder.{name}" if bare_vit else name] = tensor.float()
    missing = model.load_state_dict({k: v for k, v in found.items() if k in model.state_dict()}, strict=False)
    left = [name for name in missing.missing_keys if name != "Qformer.bert.embeddings.position_ids"]
    if left:
        raise SystemExit(f"{len(left)} weights are in none of the files: {', '.join(left[:5])}")


def main() -> None:
    """Build, run and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--config", type=Path, help="JSON with VisionConfig's fields (default: a tiny model)")
    parser.add_argument("--checkpoint", type=Path, nargs="+", help="LAVIS .pth files (default: random weights)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    config = json.loads(options.config.read_text()) if options.config else TINY
    generator = torch.Generator().manual_seed(options.seed)
    model = LavisEncoder(config).eval()
    if options.checkpoint:
        load(model, options.checkpoint)
    else:
        randomise(model, generator)
    size = config["image_size"]
    pixel_values = torch.randn(2, 3, size, size, generator=generator)
    with torch.no_grad():
        outputs = model(pixel_values)
    tensors = {f"w/{name}": tensor.contiguous() for name, tensor in model.state_dict().items()}
    tensors |= {"t/pixel_values": pixel_values} | {f"t/{name}": tensor for name, tensor in outputs.items()}
    save_file(tensors, options.output, metadata={"config": json.dumps(config)})
    print(f"{options.output}: {len(tensors)} tensors, {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
