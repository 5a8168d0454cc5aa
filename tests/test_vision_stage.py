"""What the image encoder is taught about a picture, and the bank of pictures that it is taught with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import drawings
import numpy as np
import pytest
import torch
from PIL import Image

from tuning import bank, vision_stage
from tuning.bank import Bank
from tuning.pictures.kinds import KINDS, random_picture
from tuning.pictures.names import NAMES
from tuning.pictures.picture import Finish, Picture, render
from tuning.vision_stage import UNKNOWN, MarkHeads, targets
from vision.config import VisionConfig
from vision.encoder import ImageEncoder
from vision.image import CLIP_MEAN, CLIP_STD

TINY = VisionConfig(
    image_size=16,
    patch_size=4,
    stem_channels=(6, 8),
    hidden_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=24,
    qformer_hidden_size=12,
    qformer_num_hidden_layers=1,
    qformer_num_attention_heads=2,
    qformer_intermediate_size=20,
    num_query_tokens=25,
    output_size=10,
)
CONTENT = drawings.shapes(
    ("circle", "red", "big", 0.25, 0.85),
    ("star", "blue", "small", 0.93, 0.05),
    ("heart", "green", "medium", 0.23, 0.83),
)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads only wait for one another where there is so little to do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def drawable_without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank, "random_picture", lambda rng: random_picture(rng, rng.choice(("shapes", "icons"))))


# Targets


def test_targets_tell_every_mark_in_its_patch_and_its_cell() -> None:
    found = targets(Picture(CONTENT), 10)
    assert found["kind"] == list(KINDS).index("shapes")
    patches = found["patch_marks"]
    there = (patches[:, 0] != UNKNOWN).nonzero().flatten().tolist()
    assert there == [
        0 * 10 + 9,
        8 * 10 + 2,
    ]  # the heart and the circle are in one patch: it learns the one to the right
    star = patches[9]
    assert NAMES[int(star[0])] == "star" and NAMES[int(patches[82][0])] == "circle"
    # colours, sizes and numbers by their place in the lists: blue, small, none
    assert star[1:4].tolist() == [4, 0, UNKNOWN] and star[4:].tolist() == pytest.approx([0.3, 0.5], abs=1e-5)
    counts = found["counts"]
    assert counts.sum() == 3 and counts[4] == 1 and counts[4 * 5 + 1] == 2
    cell = found["cell_marks"].view(25, 3, 6)[21]
    assert [NAMES[int(mark[0])] for mark in cell[:2]] == ["heart", "circle"]  # from left to right
    assert cell[0, 4:].tolist() == pytest.approx([0.15, 0.15], abs=1e-5)
    assert (cell[2] == UNKNOWN).all()


def test_colours_of_a_grey_picture_are_not_taught() -> None:
    found = targets(Picture(CONTENT, finish=Finish(gray=True)), 10)
    for marks in (found["patch_marks"], found["cell_marks"]):
        assert (marks[:, 1] == UNKNOWN).all() and (marks[:, 0] != UNKNOWN).any()


def test_a_cell_tells_no_more_marks_than_it_has_slots() -> None:
    crowded = drawings.shapes(*(("star", "red", "small", x, 0.5) for x in (0.41, 0.45, 0.5, 0.55, 0.59)))
    found = targets(Picture(crowded), 4)
    assert found["counts"].max() == 3 and (found["cell_marks"][:, 0] != UNKNOWN).sum() == 3


# Heads and stem


def fed(heads: MarkHeads, pixels: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return heads.encoder.read(heads.encoder.vision_model(pixels))


def test_folding_the_norms_changes_nothing_that_is_seen() -> None:
    torch.manual_seed(0)
    encoder = ImageEncoder(TINY)
    names = list(encoder.state_dict())
    heads = MarkHeads(encoder)
    assert list(encoder.state_dict()) != names  # has norms now
    pixels = 2 * torch.randn(8, 3, 16, 16) + 1
    for _ in range(5):
        fed(heads, pixels)  # moves the running statistics away from 0 and 1
    for module in heads.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            assert module.running_mean is not None and module.running_mean.abs().max() > 1e-4
            torch.nn.init.uniform_(module.weight, 0.5, 2)
            torch.nn.init.uniform_(module.bias, -1, 1)
    heads.eval()
    before = fed(heads, pixels)
    heads.fold()
    torch.testing.assert_close(fed(heads, pixels), before, atol=1e-4, rtol=0)
    assert list(encoder.state_dict()) == names  # loads as an encoder that never had any


def batch_of(pictures: list[Picture]) -> dict[str, torch.Tensor]:
    rows = [targets(picture, 4) for picture in pictures]
    pixels = torch.stack([torch.randn(3, 16, 16, generator=torch.Generator().manual_seed(n)) for n in range(len(rows))])
    return {"pixel_values": pixels, **{name: torch.stack([row[name] for row in rows]) for name in rows[0]}}


def test_the_heads_learn_a_batch_by_heart() -> None:
    torch.manual_seed(0)
    one = drawings.shapes(("circle", "red", "big", 0.3, 0.3))
    other = drawings.icons(("cat", "blue", 0.7, 0.7))
    batch = batch_of([Picture(one), Picture(other)] * 2)
    heads = MarkHeads(ImageEncoder(TINY))
    optimizer = torch.optim.AdamW(heads.parameters(), lr=1e-2)
    losses = []
    for _ in range(45):
        loss, figures = heads.loss(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.2 * losses[0]
    assert {name: float(figures[name]) for name in ("name", "color", "size", "cells", "kind")} == {
        **{"name": 1.0, "color": 1.0, "size": 1.0, "cells": 1.0, "kind": 1.0}
    }


def test_a_batch_without_any_mark_has_a_finite_loss() -> None:
    loss, figures = MarkHeads(ImageEncoder(TINY)).loss(batch_of([Picture(drawings.shapes())] * 2))
    assert torch.isfinite(loss) and all(torch.isfinite(value) for value in figures.values())


# Bank


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of four pictures, drawn in this process."""

    class InPlace:
        def __init__(self, workers: int) -> None:
            pass

        def __enter__(self) -> InPlace:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        map = staticmethod(map)

    monkeypatch.setattr(bank, "CHUNK", 4)
    monkeypatch.setattr(bank, "ProcessPoolExecutor", InPlace)


@pytest.mark.usefixtures("small_files")
def test_a_bank_holds_its_pictures_as_the_model_sees_them(tmp_path: Path) -> None:
    made = Bank(tmp_path, 6, 16, seed=3, workers=1)
    assert made.size == 8
    assert made.in_batches(3) == [[0, 1, 2], [3, 4, 5], [6, 7]]
    values = made.pixel_values([6, 1])
    assert values.shape == (2, 3, 16, 16)
    seen = (values * torch.tensor(CLIP_STD).view(3, 1, 1) + torch.tensor(CLIP_MEAN).view(3, 1, 1)) * 255
    for number, image in zip((6, 1), seen, strict=True):
        picture = made.picture(number)
        sides = [
            np.asarray(render(picture, side).resize((16, 16), Image.Resampling.BICUBIC)).astype(float)
            for side in range(96, 225)
        ]
        near = min(np.abs(image.permute(1, 2, 0).numpy() - side).max() for side in sides)
        assert near < 0.01  # at one of the sizes that pictures are drawn at
        assert targets(picture, 4)["patch_marks"].equal(targets(made.picture(number), 4)["patch_marks"])


@pytest.mark.usefixtures("small_files")
def test_a_bank_resumes_and_grows_and_its_seed_decides_it(tmp_path: Path) -> None:
    whole = Bank(tmp_path / "whole", 12, 16, seed=3, workers=1)
    Bank(tmp_path / "grown", 4, 16, seed=3, workers=1)
    kept = (tmp_path / "grown" / "pictures-00000.npy").stat().st_mtime_ns
    grown = Bank(tmp_path / "grown", 12, 16, seed=3, workers=1)
    assert (tmp_path / "grown" / "pictures-00000.npy").stat().st_mtime_ns == kept
    numbers = list(range(12))
    assert grown.pixel_values(numbers).equal(whole.pixel_values(numbers))
    other = Bank(tmp_path / "other", 12, 16, seed=4, workers=1)
    assert not other.pixel_values(numbers).equal(whole.pixel_values(numbers))
    assert all(other.picture(number) != whole.picture(number) for number in numbers)
    assert sorted(path.name for path in (tmp_path / "whole").iterdir()) == [f"pictures-0000{n}.npy" for n in range(3)]


def test_a_bank_is_drawn_by_other_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank, "CHUNK", 2)  # the processes are forked, so they see it as well
    values = Bank(tmp_path, 4, 16, seed=3, workers=2).pixel_values([0, 1, 2, 3])
    assert len({value.sum().item() for value in values}) == 4


@pytest.mark.usefixtures("small_files")
def test_batches_pass_over_the_pictures_that_are_not_held_out(tmp_path: Path) -> None:
    made = Bank(tmp_path, 8, 16, seed=3, workers=1)
    batches = vision_stage.Batches(made, 2, 4, held_out=2)
    drawn = [[float(image.sum()) for image in batches(step)["pixel_values"]] for step in range(6)]
    trained = {float(image.sum()) for image in made.pixel_values([2, 3, 4, 5, 6, 7])}
    assert {value for batch in drawn[:3] for value in batch} == trained  # once each before one comes again
    assert {value for batch in drawn[3:] for value in batch} == trained
    assert drawn[:3] != drawn[3:]
    assert [float(image.sum()) for image in batches(4)["pixel_values"]] == drawn[4]


@pytest.mark.usefixtures("small_files")
def test_the_stage_trains_resumes_and_leaves_a_plain_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Bank(tmp_path / "pictures", 8, 16, seed=3, workers=1)

    def trained() -> ImageEncoder:
        torch.manual_seed(0)
        encoder = ImageEncoder(TINY)
        vision_stage.run(encoder, made, tmp_path, steps=3, workers=0, held_out=4, batch_size=2)
        return encoder.eval()

    first, pixels = trained(), made.pixel_values([0, 1])
    untrained = ImageEncoder(TINY)
    assert first.state_dict().keys() == untrained.state_dict().keys()
    assert all(parameter.requires_grad for parameter in first.parameters())
    again = trained()  # loads what the first one has left
    with torch.no_grad():
        assert torch.equal(first(pixels), again(pixels))
    report = (tmp_path / "vision.jsonl").read_text()
    assert report.count("\n") == 1 and '"held_out_kind"' in report
