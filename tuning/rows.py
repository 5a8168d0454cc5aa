"""What the decoder learns from: rows of a prompt, an answer and hints, in batches, and the loss on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from random import Random
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from model.chat import VISUALGLM
from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning import looking
from tuning.bank import Bank
from tuning.dataset import DOMAINS, picture_conversation, talk_conversation
from tuning.drills import Drills
from tuning.looking import Lesson
from tuning.pictures.picture import Picture
from tuning.questions.domain import View, rounds
from tuning.sample import LANGUAGES, Conversation, Round, Sample
from tuning.talk.smalltalk import TEXTS
from tuning.trainer import Batch

IGNORED = -100
_BLIND = 0.04  # of the rows of talk ask about a picture that is not there
_DESCRIBED = 0.15  # of the pictures' rows ask for all there is: many tokens to learn from at once
_GROUP_TOKENS = 1024  # of rows that are computed together, padding included
_WHOLE, _QUOTED, _BEFORE_COMMA = re.compile(".+"), re.compile('(?<=["“])[^"”]+'), re.compile("[^,，]+")
_SPELLED = {
    **dict.fromkeys(("read", "reverse_word", "upper_case", "lower_case", "spell"), _WHOLE),
    **dict.fromkeys(("describe_writing", "read_exists"), _QUOTED),
    **dict.fromkeys(("count_letter", "word_length"), _BEFORE_COMMA),
}
"""Where answers of a category are spelled."""
_HINT_WEIGHT = 0.5  # of a token's of an answer
_ASKS, _ANSWERS = "问:", "答:"  # pieces of `model.chat.VISUALGLM`


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
    spelled = _SPELLED[category].search(text) if category in _SPELLED else None
    if spelled is None:
        return tokenizer.encode_text(text)
    before, after = text[: spelled.start()], text[spelled.end() :]
    return [
        *(tokenizer.encode_text(before) if before else [tokenizer.piece_id("▁")]),
        *_spell(spelled[0], tokenizer),
        *(_continue(after, tokenizer) if after else []),
    ]


def _spell(text: str, tokenizer: GLMTokenizer) -> list[int]:
    blank = tokenizer.piece_id("▁")
    return [piece for c in text for piece in ([blank] if c == " " else _continue(c, tokenizer))]


def _continue(text: str, tokenizer: GLMTokenizer) -> list[int]:
    """Ids of text in the middle of a word: behind a newline, SentencePiece puts no blank in front."""
    ids = tokenizer.encode_text("\n" + text)
    return ids[ids.index(tokenizer.piece_id("<n>")) + 1 :]


@dataclass(frozen=True)
class Row:
    """Ids, how many of them are the prompt's, the picture's number (-1 without one), and hints.

    A hint says what the output of a token of the prompt is to be: see `hints`.
    """

    ids: list[int]
    prompt_length: int
    picture: int = -1
    hints: Mapping[int, int] = field(default_factory=dict)


def hints(sample: Sample, ids: list[int], prompt_length: int, tokenizer: GLMTokenizer) -> dict[int, int]:
    """Places of tokens of the last question → the first piece of what is to be found out about what they name.

    An answer that depends on two searches, for the words that say what is meant and for that in the picture, tells
    neither how to begin. Source of the idea: deeply-supervised nets (Lee et al. 2015, arXiv:1409.5185).
    """
    if not sample.hints:
        return {}
    pieces = [tokenizer.piece(piece) for piece in ids[:prompt_length]]
    start = prompt_length - pieces[::-1].index(_ASKS)
    end = start + pieces[start:].index(_ANSWERS) - 1  # a newline stands between them
    question = sample.messages[-1]["content"].rstrip()
    at = len(question) - sum(map(len, pieces[start:end]))  # not 0 where blanks were added in front
    edges = [*accumulate(map(len, pieces[start:end]), initial=at)]
    found: dict[int, int] = {}
    for hint in sample.hints:
        said = next(piece for piece in tokenizer.encode_text(hint.said) if tokenizer.piece(piece) != "▁")
        covered = (n for n, (left, right) in enumerate(pairwise(edges)) if left < hint.end and hint.start < right)
        found |= dict.fromkeys((start + n for n in covered), said)
    return found


def collate(rows: Sequence[Row], pad_id: int) -> Batch:
    """Right-padded input_ids, labels (only on the answers and their end) and hints (B, L), and pictures (B,)."""
    length = -(-max(len(row.ids) for row in rows) // 8) * 8  # few different shapes: each is prepared for anew
    input_ids = torch.full((len(rows), length), pad_id)
    labels, hinted = (torch.full((len(rows), length), IGNORED) for _ in range(2))
    for number, row in enumerate(rows):
        ids, first = torch.tensor(row.ids), row.prompt_length
        input_ids[number, : len(ids)] = ids
        labels[number, first : len(ids)] = ids[first:]
        for place, said in row.hints.items():
            hinted[number, place] = said
    pictures = torch.tensor([row.picture for row in rows])
    return {"input_ids": input_ids, "labels": labels, "hints": hinted, "pictures": pictures}


def in_batch(kinds: Mapping[str, list[Row]], pad_id: int) -> Batch:
    """Rows of each kind in groups of like length, whose tensors are named `KIND/NUMBER/NAME`: little is padded."""
    batch: Batch = {}
    for kind, rows in kinds.items():
        for number, group in enumerate(in_groups(rows)):
            tensors = collate(group, pad_id)
            batch |= {f"{kind}/{number}/{name}": value for name, value in tensors.items()}
    return batch


def in_groups(rows: list[Row]) -> Iterator[list[Row]]:
    """The rows by length, as many together as `_GROUP_TOKENS` allow."""
    group: list[Row] = []
    for row in sorted(rows, key=lambda row: len(row.ids)):
        if (len(group) + 1) * len(row.ids) > _GROUP_TOKENS:
            yield group
            group = []
        group.append(row)
    yield group


@dataclass(frozen=True)
class Questions:
    """Draws rows about pictures of the bank (`pictures` are their numbers), and rows without one."""

    tokenizer: GLMTokenizer
    slots: int
    bank: Bank
    pictures: range
    drills: Drills
    split: str = "train"

    def picture(self, rng: Random) -> Row:
        """A question about a picture, in the words of the split, maybe with earlier rounds."""
        talk = None
        while talk is None or not talk.rounds:  # a picture may allow none of the questions drawn
            number = rng.choice(self.pictures)
            picture, language = self.bank.picture(number), rng.choice(LANGUAGES)
            if rng.random() < _DESCRIBED:
                talk = _description(picture, language, self.split, rng)
            else:
                talk = picture_conversation(picture, rng, language, rng.choice((1, 1, 1, 2, 3)), self.split)
        return self._about(number, _choose(talk, rng))

    def look(self, rng: Random, lesson: Lesson | None = None) -> Row:
        """A drill about a picture, of a lesson or of any kind; where there are no drills, a question."""
        talk = None
        while talk is None:
            number = rng.choice(self.pictures)
            picture = self.bank.picture(number)
            if picture.kind in looking.KINDS:
                talk = looking.drill(picture, rng.choice(LANGUAGES), rng, lesson)
            elif lesson is None:
                return self.picture(rng)
        return self._about(number, talk.last())

    def talk(self, rng: Random) -> Row:
        """A question without a picture, in the words of the split, maybe with earlier rounds; some need a picture."""
        language = rng.choice(LANGUAGES)
        if rng.random() < _BLIND:
            talk = self._blind(language, rng)
        else:
            talk = talk_conversation(rng, language, rng.choice((1, 1, 1, 1, 2, 3)), self.split)
        return Row(*encode_sample(_choose(talk, rng), self.tokenizer, 0))

    def _blind(self, language: str, rng: Random) -> Conversation:
        """A question about a picture that is not there, of a clock never: without one, it is the time of day."""
        asked: tuple[Round, ...] = ()
        while not asked:
            picture = self.bank.picture(rng.choice(self.pictures))
            if picture.kind != "clock":
                asked = picture_conversation(picture, rng, language, 1, self.split, chat_share=0.0).rounds
        return Conversation(None, language, (Round(asked[0].question, (TEXTS[language].NO_PICTURE,), "no_picture"),))

    def drill(self, rng: Random, step: int) -> Row:
        """A drill without a picture for that step of the training."""
        talk = self.drills.conversation(step, rng.choice(LANGUAGES), self.split, rng)
        return Row(*encode_sample(talk.last(), self.tokenizer, 0))

    def _about(self, number: int, sample: Sample) -> Row:
        ids, prompt_length = encode_sample(sample, self.tokenizer, self.slots)
        return Row(ids, prompt_length, number, hints(sample, ids, prompt_length, self.tokenizer))


def _choose(talk: Conversation, rng: Random) -> Sample:
    """The last round half of the time, as some only mean something after those before; else any."""
    samples = list(talk.samples())
    return samples[-1] if rng.random() < 0.5 else rng.choice(samples)


def _description(picture: Picture, language: str, split: str, rng: Random) -> Conversation:
    """One request to describe the picture, if there is a description of its kind."""
    domain = DOMAINS[picture.kind]
    weights = {name: share for name, share in domain.CATEGORIES.items() if name.startswith("describe")}
    made = rounds(domain, View(picture, language), rng, 1, split, weights) if weights else []
    return Conversation(picture, language, tuple(made))


def answer_loss(
    model: GLMForConditionalGeneration, ids: Tensor, labels: Tensor, hinted: Tensor, **image: Any
) -> tuple[Tensor, Tensor, Tensor]:
    """Cross-entropy of the answers' tokens, and a little of the hints', summed; how many tokens the answers have, and
    how many of them are wholly right.

    The head runs only where there is something to learn: a prompt is most of a row.
    """
    hidden = model.transformer(ids, **image)[:, :-1]
    answers = labels[:, 1:]
    targets = torch.where(answers == IGNORED, hinted[:, :-1], answers)
    wanted = targets != IGNORED
    logits = model.lm_head(hidden[wanted])
    answered = answers != IGNORED
    weight = torch.where(answered[wanted], 1.0, _HINT_WEIGHT)
    loss = (weight * F.cross_entropy(logits.float(), targets[wanted], reduction="none")).sum()
    wrong = torch.zeros_like(answered)
    wrong[wanted] = logits.argmax(-1) != targets[wanted]
    return loss, answered.sum().float(), (~(wrong & answered).any(-1)).sum().float()
