"""Second stage: teach the decoder to answer, over the frozen encoder's view of a fixed set of pictures.

Encoding each picture once and asking many questions about it is what makes this affordable on a CPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from torch.nn import functional as F

from model.chat import VISUALGLM
from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning.dataset import text_conversation
from tuning.questions import CATEGORIES, rounds
from tuning.sample import LANGUAGES, Conversation, Sample
from tuning.scenes import MAX_OBJECTS, Scene, random_scene
from tuning.smalltalk import text_round
from tuning.trainer import Batch, Schedule, train
from tuning.vision_stage import draw_pixels

MAX_LENGTH = 160  # tokens of one sample; the few longer ones are left out
IGNORED = -100


def bank_scene(index: int, seed: int) -> tuple[Scene, Random]:
    """The scene of that number in the fixed set, and the random numbers to draw it with."""
    rng = Random(f"{seed} bank {index}")
    return random_scene(rng, (0, 0) if rng.random() < 0.02 else (1, MAX_OBJECTS)), rng


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


def picture_sample(scene: Scene, language: str, rng: Random) -> Sample:
    """A question about the scene, perhaps with rounds before it, or small talk that ignores the picture."""
    made = rounds(scene, language, rng, rng.randint(1, 3), weights=CATEGORIES, follow_up_share=0.3)
    while not made or rng.random() < 0.06:
        kind = rng.choice(("smalltalk", "sum", "difference", "out_of_domain"))
        made.insert(rng.randint(0, len(made)), text_round(language, rng, "train", kind))
    return _choose(Conversation(scene, language, tuple(made)), rng)


def encode_sample(sample: Sample, tokenizer: GLMTokenizer, slots: int) -> tuple[list[int], int]:
    """Ids of prompt, answer and `<eop>`, and how many of them are the prompt's."""
    texts = [message["content"] for message in sample.messages]
    history: list[tuple[str, str]] = list(zip(texts[:-1:2], texts[1:-1:2], strict=True))
    prompt = VISUALGLM.encode(tokenizer, history, texts[-1], slots).input_ids
    return [*prompt, *tokenizer.encode_text(sample.answer), tokenizer.eos_id], len(prompt)


def collate(rows: Sequence[tuple[list[int], int]], pad_id: int) -> Batch:
    """Right-padded input_ids and labels (B, L); labels only on the answers and their end."""
    length = max(len(ids) for ids, _ in rows)
    input_ids = torch.full((len(rows), length), pad_id)
    labels = torch.full((len(rows), length), IGNORED)
    for row, (ids, prompt_length) in enumerate(rows):
        input_ids[row, : len(ids)] = torch.tensor(ids)
        labels[row, prompt_length : len(ids)] = torch.tensor(ids[prompt_length:])
    return {"input_ids": input_ids, "labels": labels}


class Batches:
    """Draws batch number `step`: `picture_rows` questions about pictures of the bank, and `text_rows` without one."""

    def __init__(
        self, tokenizer: GLMTokenizer, slots: int, bank_size: int, seed: int, picture_rows: int, text_rows: int
    ) -> None:
        self.tokenizer = tokenizer
        self.slots = slots
        self.bank_size = bank_size
        self.seed = seed
        self.picture_rows = picture_rows
        self.text_rows = text_rows

    def __call__(self, step: int) -> Batch:
        rng = Random(f"{self.seed} language {step}")
        indices: list[int] = []
        with_picture: list[tuple[list[int], int]] = []
        while len(with_picture) < self.picture_rows:
            index = rng.randrange(self.bank_size)
            sample = picture_sample(bank_scene(index, self.seed)[0], rng.choice(LANGUAGES), rng)
            row = encode_sample(sample, self.tokenizer, self.slots)
            if len(row[0]) <= MAX_LENGTH:
                with_picture.append(row)
                indices.append(index)
        without: list[tuple[list[int], int]] = []
        while len(without) < self.text_rows:
            talk = text_conversation(rng, rng.choice(LANGUAGES), rng.choice((1, 1, 1, 2, 3)))
            row = encode_sample(_choose(talk, rng), self.tokenizer, 0)
            if len(row[0]) <= MAX_LENGTH:
                without.append(row)
        pictures = collate(with_picture, self.tokenizer.pad_id) | {"pictures": torch.tensor(indices)}
        texts = collate(without, self.tokenizer.pad_id)
        return pictures | {f"text_{name}": value for name, value in texts.items()}


def answer_loss(
    model: GLMForConditionalGeneration, ids: Tensor, labels: Tensor, **image: Tensor | int
) -> tuple[Tensor, float]:
    """Summed cross-entropy of the answers' tokens over their number, and the share of wholly right answers.

    The head runs only where there is something to learn: a prompt is most of a sample.
    """
    hidden = model.transformer(ids, **image)[:, :-1]
    targets = labels[:, 1:]
    wanted = targets != IGNORED
    logits = model.lm_head(hidden[wanted])
    loss = F.cross_entropy(logits.float(), targets[wanted])
    wrong = torch.zeros_like(targets, dtype=torch.bool)
    wrong[wanted] = logits.argmax(-1) != targets[wanted]
    return loss, float((~wrong.any(-1)).float().mean())


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
    encoder.vision_model.requires_grad_(False)
    encoder.qformer.requires_grad_(False)
    encoder.query_tokens.requires_grad_(False)

    def loss_of(batch: Batch) -> tuple[Tensor, dict[str, float]]:
        states = bank[batch["pictures"].cpu()].to(model.device).float()
        image_embeds = encoder.language_projection(states)
        image = {"image_embeds": image_embeds, "image_start": image_start}
        picture_loss, picture_right = answer_loss(model, batch["input_ids"], batch["labels"], **image)
        text_loss, text_right = answer_loss(model, batch["text_input_ids"], batch["text_labels"])
        return picture_loss + 0.5 * text_loss, {"picture_right": picture_right, "text_right": text_right}

    batches = Batches(tokenizer, encoder.config.num_query_tokens, bank_size, seed, picture_rows=96, text_rows=64)
    train("language", model, batches, loss_of, Schedule(steps, learning_rate=1.5e-3, warmup_steps=300), run_dir)
    model.requires_grad_(True)
