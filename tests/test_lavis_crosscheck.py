"""Our encoder against a run of LAVIS' own modules, made by `make_lavis_crosscheck.py` in its own environment.

The committed file holds a small random model; LAVIS_CROSSCHECK may name another one, for example of a real checkpoint.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from golden_cases import load_case
from safetensors import safe_open

from vision.config import VisionConfig
from vision.encoder import ImageEncoder
from vision.names import from_lavis

CROSSCHECK = Path(
    os.environ.get("LAVIS_CROSSCHECK") or Path(__file__).parent / "golden" / "lavis_crosscheck.safetensors"
)
TOLERANCE = 2e-5  # float32 on CPU, as for the other cases made with LAVIS


def test_encoder_agrees_with_lavis():
    if not CROSSCHECK.exists():
        pytest.skip(f"{CROSSCHECK} is not there; make_lavis_crosscheck.py writes it")
    with safe_open(CROSSCHECK, framework="pt") as file:
        config = VisionConfig.from_dict(json.loads(file.metadata()["config"]))
    case = load_case(CROSSCHECK)
    encoder = ImageEncoder(config).eval()
    encoder.load_state_dict(dict(from_lavis(case.weights.items(), config)))
    with torch.no_grad():
        image_states = encoder.vision_model(case.tensors["pixel_values"])
        query_states = encoder.read(image_states)
        found = {
            "vit_output": image_states,
            "qformer_output": query_states,
            "projected": encoder(case.tensors["pixel_values"]),
        }
    for name, tensor in found.items():
        torch.testing.assert_close(
            tensor, case.tensors[name], atol=TOLERANCE, rtol=0, msg=lambda m, n=name: f"{n}: {m}"
        )
