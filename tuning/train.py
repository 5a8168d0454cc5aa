"""Train the embedded model from nothing: `python -m tuning.train OUT`.

Three stages, each resumable by the same command: the vocabulary, the image encoder, the decoder. What is needed to
resume lies in `--run`; the finished model is written to OUT in our own form.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from model import checkpoint
from model.glm import GLMForConditionalGeneration
from model.loader import available_devices
from model.tokenizer import GLMTokenizer
from tuning import embedded, language_stage, vision_stage
from tuning.trainer import write_atomically
from tuning.vocabulary import build_vocabulary, sample_texts

VISION_STEPS, LANGUAGE_STEPS, PICTURES = 3500, 5000, 30000


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tuning.train", description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, help="folder to write the model to")
    parser.add_argument("--run", type=Path, default=Path("runs/embedded"), help="folder for what resuming needs")
    parser.add_argument("--device", default=available_devices()[0], help="cpu, cuda, …")
    parser.add_argument("--vision-steps", type=int, default=VISION_STEPS, help="batches of 64 pictures")
    parser.add_argument("--language-steps", type=int, default=LANGUAGE_STEPS, help="batches of 160 questions")
    parser.add_argument("--pictures", type=int, default=PICTURES, help="pictures the questions are asked about")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)

    options.run.mkdir(parents=True, exist_ok=True)
    vocabulary = options.run / checkpoint.TOKENIZER
    if not vocabulary.exists():
        write_atomically(vocabulary, lambda path: build_vocabulary(path, sample_texts(options.seed)))
    tokenizer = GLMTokenizer.from_file(vocabulary)
    torch.manual_seed(options.seed)
    model = GLMForConditionalGeneration(embedded.config(tokenizer)).to(options.device)
    assert model.image_encoder is not None
    model.image_encoder.reset_parameters()
    vision_stage.run(model.image_encoder, options.run, options.vision_steps, seed=options.seed)
    language_stage.run(model, tokenizer, options.run, options.language_steps, options.pictures, seed=options.seed)
    checkpoint.save(model, vocabulary, options.out, torch.float16)


if __name__ == "__main__":
    main()
