"""Where the decoder's training starts: an image embedding is the sum of the word embeddings of what its query sees.

A decoder that has to find out from answers alone what image embeddings mean learns nothing about pictures for a
thousand steps. Here a red circle's embedding is near those of "red", 红色, "circle" and 圆形 from the start.
"""

from __future__ import annotations

import torch
from torch import Tensor

from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning.bank import Bank
from tuning.pictures.picture import Mark
from tuning.questions.icon_wordings import NOUNS
from tuning.sample import LANGUAGES
from tuning.vision_stage import GRID, mark_targets
from tuning.words import COLOR_WORDS, SHAPE_WORDS, SIZE_WORDS

_PARTS = {"bar": ("bar", "柱"), "slice": ("slice", "块"), "hour_hand": ("hour", "点"), "minute_hand": ("minute", "分")}
_RIDGE = 1e-3  # of the mean square of an input
_KEPT = 0.3  # of the fresh weights, so that nothing that the queries tell is lost
_PLACE_LENGTH = 0.35  # of an image embedding's: how much of it tells where it is


def mark_words(mark: Mark, colored: bool) -> list[str]:
    """What people call the mark, its colour, size and number, in both languages."""
    words = list(_PARTS.get(mark.name, ()))
    for language in LANGUAGES:
        for table in (SHAPE_WORDS[language], NOUNS[language]):
            if mark.name in table:
                words.append(table[mark.name][0])
        if mark.color and colored:
            words.append(COLOR_WORDS[language][mark.color][0])
        if mark.size:
            words.append(SIZE_WORDS[language][mark.size][0])
    if not words:
        words.append(mark.name)  # a letter, a digit, a character
    if mark.number is not None:
        words.append(str(5 * mark.number if mark.name == "minute_hand" else mark.number))
    return words


@torch.no_grad()
def align_projection(
    model: GLMForConditionalGeneration, tokenizer: GLMTokenizer, bank: Bank, states: Tensor, pictures: range
) -> None:
    """Set the projection by ridge regression from query states (bank size, queries, width) to sums of embeddings."""
    assert model.image_encoder is not None
    projection = model.image_encoder.language_projection
    embeddings = model.transformer.word_embeddings.weight.float().cpu()
    center, length = embeddings.mean(0), embeddings.norm(dim=1).mean()
    blank = set(tokenizer.encode_text(" "))
    known: dict[str, Tensor] = {}

    def embed(word: str) -> Tensor:
        if word not in known:
            ids = [piece for piece in tokenizer.encode_text(word) if piece not in blank]
            mean = (embeddings[ids] - center).mean(0)
            known[word] = mean / mean.norm() * length
        return known[word]

    wanted = torch.zeros(len(pictures), GRID * GRID, projection.out_features)
    for row, number in enumerate(pictures):
        picture = bank.picture(number)
        for mark in picture.marks():
            cell = mark_targets(mark, GRID)[0]
            for word in mark_words(mark, picture.colored):
                wanted[row, cell] += embed(word)
    weight, bias = _fit(states[pictures.start : pictures.stop], wanted)
    projection.weight.mul_(_KEPT).add_(weight.to(projection.weight))
    projection.bias.copy_(bias)


@torch.no_grad()
def add_places(model: GLMForConditionalGeneration, bank: Bank, states: Tensor, pictures: range) -> None:
    """Add to every image embedding where in the picture its marks are, along directions of their own.

    Close places get close directions, so that comparing two, or naming one, is a simple function of them; what a query
    tells of its place by itself is an arbitrary code for each of the cells.
    """
    assert model.image_encoder is not None
    projection = model.image_encoder.language_projection
    cells = (torch.arange(GRID) + 0.5) / GRID
    middles = torch.stack(torch.meshgrid(cells, cells, indexing="xy"), dim=-1).flatten(0, 1)  # (cells, 2) of x and y
    places = middles.repeat(len(pictures), 1, 1)
    for row, number in enumerate(pictures):
        found: dict[int, list[tuple[float, float]]] = {}
        for mark in bank.picture(number).marks():
            found.setdefault(mark_targets(mark, GRID)[0], []).append((mark.x, mark.y))
        for cell, marks in found.items():
            places[row, cell] = torch.tensor(marks).mean(0)
    told = torch.cat([2 * places - 1, torch.sin(2 * torch.pi * places), torch.cos(2 * torch.pi * places)], dim=-1)
    seen = states[pictures.start : pictures.stop]
    length = projection(seen.to(projection.weight)).norm(dim=-1).mean() / told.norm(dim=-1).mean()
    directions = torch.linalg.qr(torch.randn(projection.out_features, told.shape[-1])).Q  # orthonormal columns
    weight, bias = _fit(seen, told @ directions.T * length.cpu() * _PLACE_LENGTH)
    projection.weight.add_(weight.to(projection.weight))
    projection.bias.add_(bias.to(projection.bias))


def _fit(states: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor]:
    """Weight and bias of the linear map from states (..., width) to `wanted` (..., size), by ridge regression."""
    inputs = states.float().flatten(0, 1)
    inputs = torch.cat([inputs, torch.ones(len(inputs), 1)], dim=1)
    gram = inputs.T @ inputs
    gram += _RIDGE * gram.diagonal().mean() * torch.eye(len(gram))
    solution = torch.linalg.solve(gram, inputs.T @ wanted.flatten(0, 1)).T
    return solution[:, :-1], solution[:, -1]
