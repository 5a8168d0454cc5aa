"""Train the embedded model from nothing: `python -m tuning.train OUT`.

Four stages, each resumable by the same command: the vocabulary, the pictures, the image encoder, the decoder. What is
needed to resume lies in `--run`; the finished model is written to OUT in our own form. With `--start` the decoder of a
finished model learns on: vocabulary and image encoder stay as they are.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import torch
from safetensors.torch import load_file

from model import checkpoint
from model.devices import available_devices
from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning import embedded, language_stage, sort_of_clevr, vision_stage
from tuning.bank import Bank
from tuning.pictures.kinds import random_picture
from tuning.trainer import write_atomically
from tuning.vocabulary import build_vocabulary, sample_texts

PICTURES, VISION_STEPS, LANGUAGE_STEPS = 100_000, 4600, 6000


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tuning.train", description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, help="folder to write the model to")
    parser.add_argument("--start", type=Path, help="folder of a model of this shape that is to learn on")
    parser.add_argument("--run", type=Path, default=Path("runs/embedded"), help="folder for what resuming needs")
    parser.add_argument("--device", default=available_devices()[0], help="cpu, cuda, …")
    parser.add_argument("--pictures", type=int, default=PICTURES, help="pictures to draw")
    parser.add_argument("--vision-steps", type=int, default=VISION_STEPS, help="batches of 64 pictures")
    parser.add_argument(
        "--language-steps",
        type=int,
        default=LANGUAGE_STEPS,
        help=f"batches of {sum(language_stage.ROWS.values())} questions",
    )
    parser.add_argument("--sort-of-clevr", action="store_true", help="learn on from scenes of that benchmark alone")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    if options.sort_of_clevr and not options.start:
        parser.error("--sort-of-clevr needs --start: the image encoder has to know shapes already")
    if options.start and not (options.start / checkpoint.WEIGHTS).is_file():
        parser.error(f"{options.start} holds no {checkpoint.WEIGHTS}: give --start the folder of one of our models")

    options.run.mkdir(parents=True, exist_ok=True)
    vocabulary = (options.start or options.run) / checkpoint.TOKENIZER
    if not vocabulary.exists():
        texts = sample_texts(options.seed)
        write_atomically(vocabulary, lambda path: build_vocabulary(path, texts, embedded.VOCAB_SIZE))
    tokenizer = GLMTokenizer.from_file(vocabulary)
    cores = os.cpu_count() or 1
    draw = sort_of_clevr.picture if options.sort_of_clevr else random_picture
    bank = Bank(options.run / "pictures", options.pictures, embedded.VISION.image_size, options.seed, cores, draw)
    torch.manual_seed(options.seed)
    model = GLMForConditionalGeneration(embedded.config(tokenizer)).to(options.device)
    encoder = model.image_encoder
    assert encoder is not None
    if options.start:
        state = load_file(options.start / checkpoint.WEIGHTS)
        model.load_state_dict(state | {"lm_head.weight": state["transformer.word_embeddings.weight"]})
    else:
        encoder.reset_parameters()
    workers = 1
    if torch.device(options.device).type == "cuda":  # a CPU gains nothing by compiling, and has no cores to spare
        workers = max(1, cores - 1)
        for layer in (*encoder.vision_model.encoder.layers, *model.transformer.layers):
            layer.compile(dynamic=True)
    if not options.start:
        vision_stage.run(encoder, bank, options.run, options.vision_steps, workers)
    goes_on = options.start is not None
    language_stage.run(model, tokenizer, bank, options.run, options.language_steps, workers, goes_on=goes_on)
    checkpoint.save(model, vocabulary, options.out, torch.float16)


if __name__ == "__main__":
    main()
