"""The decoder's stages: teach it to look at pictures, then to answer, over the frozen encoder's view of the bank.

Encoding each picture once and asking many questions about it is what makes this affordable on a CPU.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning.alignment import add_places, align_projection
from tuning.bank import Bank
from tuning.drills import COPYING_STEPS, Drills
from tuning.looking import LESSONS
from tuning.rows import Questions, Row, answer_loss, in_batch
from tuning.trainer import Batch, Schedule, train, write_atomically

Draws = Mapping[str, Callable[[Random], Row]]
ROWS = MappingProxyType({"picture": 32, "look": 12, "talk": 20, "drill": 20})  # of a batch
LESSON_ROWS = MappingProxyType({"look": 64, "talk": 24})  # without talk, a decoder that could talk forgets it
_MAX_LENGTH = 304  # tokens of one sample; the few longer ones are left out
_ALIGNED = 4000  # pictures that the projection's first weights are computed from
_CHECKS = 12  # batches of held-out questions


def bank_states(model: GLMForConditionalGeneration, bank: Bank, path: Path) -> Tensor:
    """What `encode_bank` gives, from the file if the same encoder wrote it about the same bank."""
    encoder = model.image_encoder
    assert encoder is not None
    digest = hashlib.sha256(f"{bank.seed} {bank.size}".encode())
    for name, value in encoder.state_dict().items():
        if not name.startswith("language_projection"):
            digest.update(value.cpu().numpy().tobytes())
    if path.exists():
        saved = torch.load(path, mmap=True, weights_only=True)
        if saved["made_by"] == digest.hexdigest():
            states: Tensor = saved["states"]
            return states
    states = encode_bank(model, bank)
    write_atomically(path, lambda part: torch.save({"made_by": digest.hexdigest(), "states": states}, part))
    return states


@torch.inference_mode()
def encode_bank(model: GLMForConditionalGeneration, bank: Bank, batch_size: int = 250) -> Tensor:
    """Query states of the bank's pictures, (size, num_query_tokens, qformer_hidden_size), fp16 on the CPU."""
    encoder = model.image_encoder
    assert encoder is not None
    config = encoder.config
    states = torch.empty(bank.size, config.num_query_tokens, config.qformer_hidden_size, dtype=torch.float16)
    for numbers in bank.in_batches(batch_size):
        pixels = bank.pixel_values(numbers).to(model.device)
        states[numbers[0] : numbers[-1] + 1] = encoder.read(encoder.vision_model(pixels)).half().cpu()
    return states


def lessons(questions: Questions, step: int) -> Batch:
    """Batch number `step` of the lessons in looking: about pictures only what has had its turn, and some talk."""
    lesson = next(lesson for lesson in LESSONS if step < lesson.until)
    draw: Draws = {"look": partial(questions.look, lesson=lesson), "talk": questions.talk}
    rng = Random(f"{questions.bank.seed} looking {questions.split} {step}")
    return in_batch(_rows(LESSON_ROWS, draw, rng), questions.tokenizer.pad_id)


def mixture(questions: Questions, step: int) -> Batch:
    """Batch number `step` of everything: `ROWS` of questions about pictures and without one, and of drills of both."""
    draw: Draws = {
        "picture": questions.picture,
        "look": questions.look,
        "talk": questions.talk,
        "drill": partial(questions.drill, step=step),
    }
    rng = Random(f"{questions.bank.seed} language {questions.split} {step}")
    return in_batch(_rows(ROWS, draw, rng), questions.tokenizer.pad_id)


def _rows(counts: Mapping[str, int], draw: Draws, rng: Random) -> dict[str, list[Row]]:
    """So many rows of each kind, without the few that are too long."""
    rows: dict[str, list[Row]] = {kind: [] for kind in counts}
    for kind, count in counts.items():
        while len(rows[kind]) < count:
            row = draw[kind](rng)
            if len(row.ids) <= _MAX_LENGTH:
                rows[kind].append(row)
    return rows


def run(
    model: GLMForConditionalGeneration,
    tokenizer: GLMTokenizer,
    bank: Bank,
    run_dir: Path,
    steps: int,
    workers: int = 1,
    held_out: int = 2000,
    goes_on: bool = False,
) -> None:
    """Train decoder and projection in place; the encoder before them stays as it is.

    The bank's first `held_out` pictures are only asked about, in wordings that are never trained on. A model that
    `goes_on` learning has its projection already, and knows how to look and to copy.
    """
    encoder = model.image_encoder
    assert encoder is not None
    image_start = len(tokenizer.encode_text("<img>"))
    states = bank_states(model, bank, run_dir / "states.pt")
    for frozen in (encoder.vision_model, encoder.qformer):
        frozen.requires_grad_(False)
    encoder.query_tokens.requires_grad_(False)

    def loss_of(batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        counts: dict[str, int] = {}
        sums: dict[str, Tensor] = {}
        for group in dict.fromkeys(name.rpartition("/")[0] for name in batch):
            ids, labels, hinted, pictures = (
                batch[f"{group}/{key}"] for key in ("input_ids", "labels", "hints", "pictures")
            )
            image: dict[str, Any] = {}
            if pictures[0] >= 0:
                queries = states[pictures.cpu()].to(model.device).float()
                image = {"image_embeds": encoder.language_projection(queries), "image_start": image_start}
            kind = group.partition("/")[0]
            counts[kind] = counts.get(kind, 0) + len(ids)
            sums[kind] = sums.get(kind, 0) + torch.stack(answer_loss(model, ids, labels, hinted, **image))
        parts = [counts[kind] * loss / tokens for kind, (loss, tokens, _) in sums.items()]
        right = {f"{kind}_right": wholly.detach() / counts[kind] for kind, (_, _, wholly) in sums.items()}
        return torch.stack(parts).sum() / sum(counts.values()), right

    slots = encoder.config.num_query_tokens
    drills = Drills(tokenizer, 0 if goes_on else COPYING_STEPS)
    known = Questions(tokenizer, slots, bank, range(held_out, bank.size), drills)
    unseen = Questions(tokenizer, slots, bank, range(held_out), drills, "held_out")
    if not goes_on:
        if not (run_dir / "looking.pt").exists():
            aligned = range(held_out, min(held_out + _ALIGNED, bank.size))
            align_projection(model, tokenizer, bank, states, aligned)
            add_places(model, bank, states, aligned)
        last = LESSONS[-1].until
        schedule = Schedule(last, 1e-3, warmup_steps=50, average=0.99, save_every=250, muon=True)
        checks = (lessons(unseen, last - 1 - number) for number in range(_CHECKS))
        train("looking", model, partial(lessons, known), loss_of, schedule, run_dir, workers, checks)
    # decaying at once: at the full rate, what is known already is known worse (Bergsma et al. 2025, arXiv:2502.15938)
    schedule = Schedule(steps, 8e-4, warmup_steps=100, cooldown=1.0, average=0.998, save_every=250, muon=True)
    checks = (mixture(unseen, step) for step in range(_CHECKS))
    train("language", model, partial(mixture, known), loss_of, schedule, run_dir, workers, checks)
    model.requires_grad_(True)
