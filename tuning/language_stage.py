"""Second stage: teach the decoder to answer, over the frozen encoder's view of the bank's pictures.

Encoding each picture once and asking many questions about it is what makes this affordable on a CPU.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from model.chat import VISUALGLM
from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning import looking
from tuning.alignment import add_places, align_projection
from tuning.bank import Bank
from tuning.dataset import DOMAINS, picture_conversation, talk_conversation
from tuning.drills import COPYING_STEPS, Drills
from tuning.pictures.picture import Picture
from tuning.questions.domain import View, rounds
from tuning.sample import LANGUAGES, Conversation, Sample
from tuning.trainer import Batch, Schedule, train, write_atomically

NAME = "language"  # of the stage's files
MAX_LENGTH = 192  # tokens of one sample; the few longer ones are left out
_GROUP_TOKENS = 1024  # of rows that are computed together, padding included
_DESCRIBED = 0.15  # of the pictures' rows ask for all there is: many tokens to learn from at once
IGNORED = -100
_SPELLED = {"read", "reverse_word", "upper_case", "lower_case"}
_QUOTED = re.compile('["“]([^"”]+)["”]')
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


def _choose(talk: Conversation, rng: Random) -> Sample:
    """The last round half of the time, as some only mean something after those before; else any."""
    samples = list(talk.samples())
    return samples[-1] if rng.random() < 0.5 else rng.choice(samples)


def encode_sample(sample: Sample, tokenizer: GLMTokenizer, slots: int) -> tuple[list[int], int]:
    """Ids of prompt, answer and `<eop>`, and how many of them are the prompt's."""
    texts = [message["content"] for message in sample.messages]
    history: list[tuple[str, str]] = list(zip(texts[:-1:2], texts[1:-1:2], strict=True))
    prompt = VISUALGLM.encode(tokenizer, history, texts[-1], slots).input_ids
    return [*prompt, *encode_answer(sample.answer, sample.category, tokenizer), tokenizer.eos_id], len(prompt)


def encode_answer(text: str, category: str, tokenizer: GLMTokenizer) -> list[int]:
    """Ids of an answer; what is read off a picture, or turned letter by letter, is spelled with one piece a character.

    It decodes to the same text, and each piece can be copied from one mark, or one letter, instead of guessed at.
    """
    if category in _SPELLED:
        return [tokenizer.piece_id("▁"), *_spell(text, tokenizer)]
    quoted = _QUOTED.search(text) if category == "describe_writing" else None
    if quoted is None:
        return tokenizer.encode_text(text)
    before = tokenizer.encode_text(text[: quoted.start(1)])
    return [*before, *_spell(quoted[1], tokenizer), *_continue(text[quoted.end(1) :], tokenizer)]


def _spell(text: str, tokenizer: GLMTokenizer) -> list[int]:
    blank = tokenizer.piece_id("▁")
    return [piece for c in text for piece in ([blank] if c == " " else _continue(c, tokenizer))]


def _continue(text: str, tokenizer: GLMTokenizer) -> list[int]:
    """Ids of text in the middle of a word: behind a newline, SentencePiece puts no blank in front."""
    ids = tokenizer.encode_text("\n" + text)
    return ids[ids.index(tokenizer.piece_id("<n>")) + 1 :]


Row = tuple[list[int], int, int]
"""Ids, how many of them are the prompt's, and the picture's number."""


def collate(rows: Sequence[Row], pad_id: int) -> Batch:
    """Right-padded input_ids and labels (B, L), labels only on the answers and their end, and pictures (B,)."""
    length = -(-max(len(ids) for ids, _, _ in rows) // 8) * 8  # few different shapes: each is prepared for anew
    input_ids = torch.full((len(rows), length), pad_id)
    labels = torch.full((len(rows), length), IGNORED)
    for row, (ids, prompt_length, _) in enumerate(rows):
        input_ids[row, : len(ids)] = torch.tensor(ids)
        labels[row, prompt_length : len(ids)] = torch.tensor(ids[prompt_length:])
    return {"input_ids": input_ids, "labels": labels, "pictures": torch.tensor([row[2] for row in rows])}


def in_groups(rows: list[Row]) -> Iterator[list[Row]]:
    """The rows by length, as many together as `_GROUP_TOKENS` allow."""
    group: list[Row] = []
    for row in sorted(rows, key=lambda row: len(row[0])):
        if (len(group) + 1) * len(row[0]) > _GROUP_TOKENS:
            yield group
            group = []
        group.append(row)
    yield group


def _description(picture: Picture, language: str, split: str, rng: Random) -> Conversation:
    """One request to describe the picture, if there is a description of its kind."""
    domain = DOMAINS[picture.kind]
    weights = {name: share for name, share in domain.CATEGORIES.items() if name.startswith("describe")}
    made = rounds(domain, View(picture, language), rng, 1, split, weights) if weights else []
    return Conversation(picture, language, tuple(made))


class Batches:
    """Draws batch number `step`: 48 questions about pictures of the bank, 24 without one, and 40 drills.

    Rows of like length stand together, in groups whose tensors are named `KIND/NUMBER/NAME`: little is padded.
    """

    ROWS = MappingProxyType({"picture": 40, "look": 48, "talk": 24, "drill": 16})

    def __init__(
        self,
        tokenizer: GLMTokenizer,
        slots: int,
        bank: Bank,
        pictures: range,
        split: str = "train",
        copying_steps: int = COPYING_STEPS,
    ) -> None:
        self.tokenizer = tokenizer
        self.slots = slots
        self.bank = bank
        self.pictures = pictures
        self.split = split
        self.drills = Drills(tokenizer, copying_steps)

    def __call__(self, step: int) -> Batch:
        rng = Random(f"{self.bank.seed} language {self.split} {step}")
        batch: Batch = {}
        for kind, count in self.ROWS.items():
            rows: list[Row] = []
            while len(rows) < count:
                row = self._row(kind, rng, step)
                if len(row[0]) <= MAX_LENGTH:
                    rows.append(row)
            for number, group in enumerate(in_groups(rows)):
                tensors = collate(group, self.tokenizer.pad_id)
                batch |= {f"{kind}/{number}/{name}": value for name, value in tensors.items()}
        return batch

    def _row(self, kind: str, rng: Random, step: int) -> Row:
        if kind == "picture":
            return self._picture_row(rng)
        if kind == "look":
            return self._look_row(rng)
        return self._talk_row(rng) if kind == "talk" else self._drill_row(rng, step)

    def _picture_row(self, rng: Random) -> Row:
        talk = None
        while talk is None or not talk.rounds:  # a picture may allow none of the questions drawn
            number = rng.choice(self.pictures)
            picture, language = self.bank.picture(number), rng.choice(LANGUAGES)
            if rng.random() < _DESCRIBED:
                talk = _description(picture, language, self.split, rng)
            else:
                talk = picture_conversation(picture, rng, language, rng.choice((1, 1, 1, 2, 3)), self.split)
        return (*encode_sample(_choose(talk, rng), self.tokenizer, self.slots), number)

    def _look_row(self, rng: Random) -> Row:
        talk = None
        while talk is None:
            number = rng.choice(self.pictures)
            picture = self.bank.picture(number)
            if picture.kind in looking.KINDS:
                talk = looking.drill(picture, rng.choice(LANGUAGES), rng)
        return (*encode_sample(talk.last(), self.tokenizer, self.slots), number)

    def _talk_row(self, rng: Random) -> Row:
        talk = talk_conversation(rng, rng.choice(LANGUAGES), rng.choice((1, 1, 1, 1, 2, 3)), self.split)
        return (*encode_sample(_choose(talk, rng), self.tokenizer, 0), -1)

    def _drill_row(self, rng: Random, step: int) -> Row:
        talk = self.drills.conversation(step, rng.choice(LANGUAGES), self.split, rng)
        return (*encode_sample(talk.last(), self.tokenizer, 0), -1)


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
    return loss, wanted.sum().float(), (~wrong.any(-1)).sum().float()


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
    `goes_on` learning has its projection already, and knows how to copy.
    """
    encoder = model.image_encoder
    assert encoder is not None
    image_start = len(tokenizer.encode_text("<img>"))
    states = bank_states(model, bank, run_dir / "states.pt")
    for frozen in (encoder.vision_model, encoder.qformer):
        frozen.requires_grad_(False)
    encoder.query_tokens.requires_grad_(False)

    def loss_of(batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        total, figures = torch.zeros((), device=model.device), dict[str, Tensor]()
        groups = list(dict.fromkeys(name.rpartition("/")[0] for name in batch))
        for kind, count in Batches.ROWS.items():
            sums = torch.zeros(3, device=model.device)
            for group in groups:
                if not group.startswith(f"{kind}/"):
                    continue
                ids, labels, pictures = (batch[f"{group}/{key}"] for key in ("input_ids", "labels", "pictures"))
                image: dict[str, Any] = {}
                if pictures[0] >= 0:
                    queries = states[pictures.cpu()].to(model.device).float()
                    image = {"image_embeds": encoder.language_projection(queries), "image_start": image_start}
                sums = sums + torch.stack(answer_loss(model, ids, labels, **image))
            total = total + count / sum(Batches.ROWS.values()) * sums[0] / sums[1]
            figures[f"{kind}_right"] = sums[2].detach() / count
        return total, figures

    slots = encoder.config.num_query_tokens
    copying_steps = 0 if goes_on else COPYING_STEPS
    batches = Batches(tokenizer, slots, bank, range(held_out, bank.size), copying_steps=copying_steps)
    unseen = Batches(tokenizer, slots, bank, range(held_out), "held_out", copying_steps)
    if not goes_on and not (run_dir / f"{NAME}.pt").exists():
        aligned = range(held_out, min(held_out + _ALIGNED, bank.size))
        align_projection(model, tokenizer, bank, states, aligned)
        add_places(model, bank, states, aligned)
    # decaying early: at the full rate, what is known already is known worse (Bergsma et al. 2025, arXiv:2502.15938)
    schedule = Schedule(steps, 1.5e-3, warmup_steps=300, cooldown=0.85, average=0.998, save_every=250, muon=True)
    checks = (unseen(step) for step in range(_CHECKS))
    train(NAME, model, batches, loss_of, schedule, run_dir, workers, checks)
    model.requires_grad_(True)
