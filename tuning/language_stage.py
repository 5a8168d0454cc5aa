"""Second stage: teach the decoder to answer, over the frozen encoder's view of a fixed set of pictures.

Encoding each picture once and asking many questions about it is what makes this affordable on a CPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from model.chat import VISUALGLM
from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning.dataset import picture_scene, scene_conversation, text_conversation
from tuning.sample import LANGUAGES, Conversation, Sample
from tuning.scenes import Scene
from tuning.trainer import Batch, Schedule, train
from tuning.vision_stage import draw_pixels

MAX_LENGTH = 160  # tokens of one sample; the few longer ones are left out
IGNORED = -100


def bank_scene(index: int, seed: int) -> tuple[Scene, Random]:
    """The scene of that number in the fixed set, and the random numbers to draw it with."""
    rng = Random(f"{seed} bank {index}")
    return picture_scene(rng), rng


@torch.inference_mode()
def encode_bank(model: GLMForConditionalGeneration, size: int, seed: int, batch_size: int = 256) -> Tensor:
    """Query states of `size` pictures, (size, num_query_tokens, qformer_hidden_size), fp16 on the CPU."""
    encoder = model.image_encoder
    assert encoder is not None
    config = encoder.config
    bank = torch.empty(size, config.num_query_tokens, config.qformer_hidden_size, dtype=torch.float16)
    for start in range(0, size, batch_size):
        drawn = (bank_scene(index, seed) for index in range(start, min(start + batch_size, size)))
        pixels = torch.stack([draw_pixels(scene, config.image_size, rng) for scene, rng in drawn])
        states = encoder.read(encoder.vision_model(pixels.to(model.device)))
        bank[start : start + len(pixels)] = states.half().cpu()
    return bank


def _choose(talk: Conversation, rng: Random) -> Sample:
    """The last round more often than not: it has the longest history; the first one often, too."""
    samples = list(talk.samples())
    return samples[0] if rng.random() < 0.5 else rng.choice(samples)


def encode_sample(sample: Sample, tokenizer: GLMTokenizer, slots: int) -> tuple[list[int], int]:
    """Ids of prompt, answer and `<eop>`, and how many of them are the prompt's."""
    texts = [message["content"] for message in sample.messages]
    history: list[tuple[str, str]] = list(zip(texts[:-1:2], texts[1:-1:2], strict=True))
    prompt = VISUALGLM.encode(tokenizer, history, texts[-1], slots).input_ids
    return [*prompt, *tokenizer.encode_text(sample.answer), tokenizer.eos_id], len(prompt)


Row = tuple[list[int], int, int]
"""Ids, how many of them are the prompt's, and the picture's number."""


def collate(rows: Sequence[Row], pad_id: int) -> Batch:
    """Right-padded input_ids and labels (B, L), labels only on the answers and their end, and pictures (B,)."""
    length = max(len(ids) for ids, _, _ in rows)
    input_ids = torch.full((len(rows), length), pad_id)
    labels = torch.full((len(rows), length), IGNORED)
    for row, (ids, prompt_length, _) in enumerate(rows):
        input_ids[row, : len(ids)] = torch.tensor(ids)
        labels[row, prompt_length : len(ids)] = torch.tensor(ids[prompt_length:])
    return {"input_ids": input_ids, "labels": labels, "pictures": torch.tensor([row[2] for row in rows])}


class Batches:
    """Draws batch number `step`: 128 questions about pictures of the bank, and 32 without one.

    Rows of like length stand together, in groups of 32 whose tensors are named `GROUP/NAME`: little is padded.
    """

    ROWS: ClassVar = {"picture": 128, "text": 32}
    GROUP = 32

    def __init__(self, tokenizer: GLMTokenizer, slots: int, bank_size: int, seed: int) -> None:
        self.tokenizer = tokenizer
        self.slots = slots
        self.bank_size = bank_size
        self.seed = seed

    def __call__(self, step: int) -> Batch:
        rng = Random(f"{self.seed} language {step}")
        batch: Batch = {}
        for kind, count in self.ROWS.items():
            rows: list[Row] = []
            while len(rows) < count:
                row = self.picture_row(rng) if kind == "picture" else self.text_row(rng)
                if len(row[0]) <= MAX_LENGTH:
                    rows.append(row)
            rows.sort(key=lambda row: len(row[0]))
            for start in range(0, count, self.GROUP):
                group = collate(rows[start : start + self.GROUP], self.tokenizer.pad_id)
                batch |= {f"{kind}{start}/{name}": value for name, value in group.items()}
        return batch

    def picture_row(self, rng: Random) -> Row:
        talk = None
        while talk is None or not talk.rounds:  # a scene may allow none of the questions drawn
            number = rng.randrange(self.bank_size)
            scene = bank_scene(number, self.seed)[0]
            talk = scene_conversation(scene, rng, rng.choice(LANGUAGES), rng.choice((1, 1, 1, 2, 3)))
        return (*encode_sample(_choose(talk, rng), self.tokenizer, self.slots), number)

    def text_row(self, rng: Random) -> Row:
        talk = text_conversation(rng, rng.choice(LANGUAGES), rng.choice((1, 1, 1, 2, 3)))
        return (*encode_sample(_choose(talk, rng), self.tokenizer, 0), -1)


def answer_loss(
    model: GLMForConditionalGeneration, ids: Tensor, labels: Tensor, **image: Any
) -> tuple[Tensor, Tensor, Tensor]:
    """Cross-entropy of the answers' tokens, summed; their number; and how many answers are wholly right.

    The head runs only where there is something to learn: a prompt is most of a row.
    """
    hidden = model.transformer(ids, **image)[:, :-1]
    targets = labels[:, 1:]
    wanted = targets != IGNORED
    logits = model.lm_head(hidden[wanted])
    loss = F.cross_entropy(logits.float(), targets[wanted], reduction="sum")
    wrong = torch.zeros_like(targets, dtype=torch.bool)
    wrong[wanted] = logits.argmax(-1) != targets[wanted]
    return loss, wanted.sum(), (~wrong.any(-1)).sum()


def run(
    model: GLMForConditionalGeneration,
    tokenizer: GLMTokenizer,
    run_dir: Path,
    steps: int,
    bank_size: int,
    seed: int = 1,
) -> None:
    """Train decoder and projection in place; the encoder before them stays as it is."""
    encoder = model.image_encoder
    assert encoder is not None
    image_start = len(tokenizer.encode_text("<img>"))
    bank = encode_bank(model, bank_size, seed)
    for frozen in (encoder.vision_model, encoder.qformer):
        frozen.requires_grad_(False)
    encoder.query_tokens.requires_grad_(False)

    def loss_of(batch: Batch) -> tuple[Tensor, dict[str, float]]:
        total, figures = torch.zeros((), device=model.device), dict[str, float]()
        for kind, count in Batches.ROWS.items():
            losses, tokens, right = torch.zeros(3, device=model.device)
            for start in range(0, count, Batches.GROUP):
                ids, labels, pictures = (batch[f"{kind}{start}/{key}"] for key in ("input_ids", "labels", "pictures"))
                image: dict[str, Any] = {}
                if kind == "picture":
                    states = bank[pictures.cpu()].to(model.device).float()
                    image = {"image_embeds": encoder.language_projection(states), "image_start": image_start}
                sums = answer_loss(model, ids, labels, **image)
                losses, tokens, right = losses + sums[0], tokens + sums[1], right + sums[2]
            total = total + count / sum(Batches.ROWS.values()) * losses / tokens
            figures[f"{kind}_right"] = float(right) / count
        return total, figures

    batches = Batches(tokenizer, encoder.config.num_query_tokens, bank_size, seed)
    train("language", model, batches, loss_of, Schedule(steps, learning_rate=1.5e-3, warmup_steps=300), run_dir)
    model.requires_grad_(True)
