"""Measures a whole model: python -m model.bench SOURCE [--precision …] [--contexts 64,512,1024,2047] [--json FILE]

Loading against reading the same files, decoding against reading the weights from memory, in the same run. A synthetic
checkpoint serves as well as a real one (`python -m model.synthetic`). Figures are medians of --rounds tokens.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from kernels import dispatch

from . import loader
from .chat import Prompt
from .chat_model import ChatModel
from .disk import forget_cached
from .errors import UserError
from .source import resolve
from .tensors import find_weights
from .types import GenerationParams, Reading

CONTEXTS = (64, 512, 1024, 2047)
_READ_BYTES = 2**29  # of memory, to measure how fast it is read


@dataclass(frozen=True)
class Loading:
    """seconds from files that memory does not hold; share: of the speed at which the disk reads them in order."""

    seconds: float
    gb_per_s: float
    share: float
    resident_gb: float
    peak_gb: float
    weights_gb: float


@dataclass(frozen=True)
class Decoding:
    """With `context` tokens before it: ms for a token; share: what reading the weights alone would take of it."""

    context: int
    prefill_tokens_per_s: float
    first_token_s: float
    ms_per_token: float
    share: float
    peak_gb: float


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m model.bench", description=__doc__)
    parser.add_argument("source", help="a folder, a weight file, or a name on the hub")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--contexts", type=lambda text: [int(part) for part in text.split(",")], default=CONTEXTS)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args(argv)
    dispatch.prepare()
    dispatch.wait()
    try:
        chat_model, loading = load_timed(options.source, options.device, options.precision)
        print(chat_model.info.summary(), flush=True)
        print(" · ".join(f"{name} {value:.2f}" for name, value in asdict(loading).items()), flush=True)
        decoding = []
        print("context  prefill/s  first s  ms/token  share  peak GB")
        for context in options.contexts:
            row = decode_timed(chat_model, context, options.rounds)
            decoding.append(row)
            print(
                f"{row.context:7}  {row.prefill_tokens_per_s:9.1f}  {row.first_token_s:7.2f}  {row.ms_per_token:8.1f}"
                f"  {row.share:5.0%}  {row.peak_gb:7.2f}",
                flush=True,
            )
    except UserError as error:
        sys.exit(str(error))
    if options.json:
        figures = {
            "machine": f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads",
            "model": chat_model.info.summary(),
            "loading": asdict(loading),
            "decoding": [asdict(row) for row in decoding],
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def load_timed(source: str, device: str, precision: str) -> tuple[ChatModel, Loading]:
    """A model, and how it was loaded. Raises: UserError as `load`."""
    path = resolve(source)
    files, _ = find_weights(path)
    size = sum(file.stat().st_size for file in files)
    for file in files:
        forget_cached(file)
    disk = size / _seconds_to_read(files)
    for file in files:
        forget_cached(file)
    began = time.perf_counter()
    chat_model = loader.load(path, device, precision)
    seconds = time.perf_counter() - began
    resident = _resident_gb()
    weights = chat_model.info.weight_bytes / 1e9
    return chat_model, Loading(seconds, size / seconds / 1e9, size / seconds / disk, resident, _peak_gb(), weights)


@torch.inference_mode()
def decode_timed(chat_model: ChatModel, context: int, rounds: int) -> Decoding:
    """Read a prompt of `context` tokens (without the special ids) and write some more behind it."""
    engine = chat_model.engine
    ids = engine.tokenizer.encode_text("a b " * context)[: context - 2]
    prompt = engine.encode([{"role": "user", "content": "x"}], chat_model.info.context_length, 1)
    prompt = Prompt([*ids, *prompt.input_ids[-2:]])
    params = GenerationParams(max_new_tokens=rounds + 2, temperature=1.0, top_k=1, seed=0)
    times: list[float] = []
    reads: list[float] = []
    began = time.perf_counter()
    first = 0.0
    stream = _tokens(engine.generate(prompt, params, rounds + 2, (), None))
    for count in range(rounds + 1):
        start = time.perf_counter()
        next(stream, None)
        if count == 0:
            first = time.perf_counter() - began
        else:
            times.append(time.perf_counter() - start)
            reads.append(_read_gb_per_s(chat_model.info.device))
    per_token = statistics.median(times)
    limit = chat_model.info.weight_bytes / 1e9 / statistics.median(reads)
    return Decoding(context, len(prompt.input_ids) / first, first, per_token * 1e3, limit / per_token, _peak_gb())


def _tokens(events: Iterator[int | Reading]) -> Iterator[int]:
    return (event for event in events if isinstance(event, int))


def _read_gb_per_s(device: str) -> float:
    """How fast memory is read from one end to the other."""
    memory = _memory(device)
    began = time.perf_counter()
    kernel = dispatch.cpu_kernel(memory.device)
    if kernel is not None:
        kernel.read(memory)
    else:
        memory.sum()
        if memory.device.type == "cuda":
            torch.cuda.synchronize()
    return memory.nbytes / (time.perf_counter() - began) / 1e9


_memories: dict[str, torch.Tensor] = {}


def _memory(device: str) -> torch.Tensor:
    if device not in _memories:
        _memories[device] = torch.zeros(_READ_BYTES // 8, dtype=torch.int64, device=device.partition(",")[0])
    return _memories[device]


def _seconds_to_read(files: list[Path]) -> float:
    buffer = bytearray(2**24)
    began = time.perf_counter()
    for file in files:
        with file.open("rb", buffering=0) as opened:
            while opened.readinto(buffer):
                pass
    return time.perf_counter() - began


def _peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _resident_gb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e9


if __name__ == "__main__":
    main()
