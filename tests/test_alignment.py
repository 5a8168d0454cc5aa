"""The decoder's training starts with image embeddings that mean what their words mean."""

from __future__ import annotations

from pathlib import Path

import drawings
import torch

import model
from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning import embedded
from tuning.alignment import align_projection, mark_words
from tuning.pictures.picture import Mark, Picture
from tuning.vision_stage import GRID

TOKENIZER = Path(model.__file__).parents[1] / "assets" / "embedded" / "tokenizer.model"
LOOKS = [(shape, color) for shape in ("circle", "star", "heart") for color in ("red", "blue", "green")]


class OneShapeEach:
    """A bank whose picture N shows the N-th look in its first cell."""

    def picture(self, number: int) -> Picture:
        return Picture(drawings.shapes((*LOOKS[number], "small", 0.1, 0.1)))


def test_a_mark_is_called_what_people_call_it() -> None:
    words = mark_words(Mark(0, 0, "star", "red", "small"), colored=True)
    assert words == ["star", "red", "small", "五角星", "红色", "小"]
    assert "red" not in mark_words(Mark(0, 0, "star", "red", "small"), colored=False)
    assert mark_words(Mark(0.5, 0.5, "国"), colored=True) == ["国"]
    assert mark_words(Mark(1, 0.5, "minute_hand", number=5), colored=True)[-1] == "25"


def test_the_embedding_of_a_red_circle_lies_near_its_words() -> None:
    torch.manual_seed(0)
    tokenizer = GLMTokenizer.from_file(TOKENIZER)
    decoder = GLMForConditionalGeneration(embedded.config(tokenizer))
    encoder = decoder.image_encoder
    assert encoder is not None
    states = 0.1 * torch.randn(len(LOOKS), GRID * GRID, embedded.VISION.qformer_hidden_size)
    for row, (shape, color) in enumerate(LOOKS):  # what a trained query tells linearly
        states[row, 0, ["circle", "star", "heart"].index(shape)] += 5
        states[row, 0, 3 + ["red", "blue", "green"].index(color)] += 5
    align_projection(decoder, tokenizer, OneShapeEach(), states, range(len(LOOKS)))

    def near(row: int, word: str) -> float:
        (piece,) = tokenizer.encode_text(word)
        embedding = decoder.transformer.word_embeddings.weight[piece]
        return float(torch.cosine_similarity(encoder.language_projection(states[row, 0]), embedding, dim=0).detach())

    for row, (shape, color) in enumerate(LOOKS):
        assert max(("circle", "star", "heart"), key=lambda word: near(row, word)) == shape
        assert max(("red", "blue", "green"), key=lambda word: near(row, word)) == color
