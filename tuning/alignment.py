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
_SIDES = ((("left", "左"), (), ("right", "右")), (("top", "上"), (), ("bottom", "下")))
_CENTER = ("center", "中")


def mark_words(mark: Mark, colored: bool) -> list[str]:
    """What people call the mark, its colour, size, number and place, in both languages."""
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
    return [*words, *_place_words(mark)]


def _place_words(mark: Mark) -> list[str]:
    """On which sides of the picture the mark lies, by thirds: the decoder has no other way to learn a query's place."""
    thirds = (min(int(value * 3), 2) for value in (mark.x, mark.y))
    return [word for sides, third in zip(_SIDES, thirds, strict=True) for word in sides[third]] or list(_CENTER)


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
    inputs = states[pictures.start : pictures.stop].float().flatten(0, 1)
    inputs = torch.cat([inputs, torch.ones(len(inputs), 1)], dim=1)
    gram = inputs.T @ inputs
    gram += _RIDGE * gram.diagonal().mean() * torch.eye(len(gram))
    solution = torch.linalg.solve(gram, inputs.T @ wanted.flatten(0, 1)).T.to(projection.weight)
    projection.weight.mul_(_KEPT).add_(solution[:, :-1])
    projection.bias.copy_(solution[:, -1])
