"""Measures whole models: python -m model.bench [SOURCE …] [--precision …] [--against COMMAND] [--json FILE]

Loading against reading the same files, decoding against reading the weights from memory, in the same run. A synthetic
checkpoint serves as well as a real one; without a SOURCE one is made for INT4 and one for INT8, of --scale, and removed
at the end. Figures are medians; a prompt is read --rounds times, or as often as half a minute allows.

--against measures another program at each context, in turns with ours. COMMAND is run by the shell with {context}
replaced; for each line that it is given it takes the time of one token and prints a line that ends in the milliseconds.
If it ends after a line it is started again.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
import torch

from kernels import dispatch
from kernels.machine import calmest, machine_name, read_gb_per_s, seconds

from . import loader, synthetic
from .chat import Prompt
from .chat_model import ChatModel
from .disk import forget_cached
from .errors import UserError
from .filling import settle
from .published import SCALES
from .source import resolve
from .tensors import find_weights
from .types import GenerationParams

CONTEXTS = (64, 512, 1024, 1800, 2047)
SYNTHETIC = ("chatglm-6b-int4", "chatglm-6b-int8")
_FULL_NEEDS = 12 * 10**9  # bytes of memory from which on full size is measured by itself
_PREFILL_SECONDS = 30
_READ_BYTES = 2**28  # of memory at least, to measure how fast it is read
_SECONDS_TO_START = 900  # for another program, which may have to read the prompt first


@dataclass(frozen=True)
class Loading:
    """seconds until it can answer, from files that memory does not hold; settled: until all weights are in memory, at
    gb_per_s; share: of the speed at which the disk reads those files in order.
    """

    seconds: float
    settled: float
    gb_per_s: float
    share: float
    resident_gb: float
    peak_gb: float
    weights_gb: float


@dataclass(frozen=True)
class Decoding:
    """With `context` tokens before it: ms for a token, and the ms that reading the weights alone takes.

    peak_gb: of the process while it read this prompt and wrote behind it. against: ms of each other program.
    """

    context: int
    prefill_tokens_per_s: float
    first_token_s: float
    ms_per_token: float
    limit_ms: float
    peak_gb: float
    against: dict[str, float] = field(default_factory=dict)


def main(argv: list[str] | None = None) -> None:
    description, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(prog="python -m model.bench", description=description, epilog=more)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="a folder, a weight file, or a name on the hub")
    parser.add_argument("--scale", choices=SCALES, help="without a SOURCE; default: full where memory allows")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--contexts", type=lambda text: [int(part) for part in text.split(",")], default=CONTEXTS)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--against", action="append", default=[], metavar="COMMAND", help="another program; see below")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw time over context there")
    options = parser.parse_args(argv)
    if len({*map(_name, options.against)}) < len(options.against):
        parser.error("--against: programs are told apart by the names of their files, so give each one of its own")
    dispatch.prepare()
    dispatch.wait()
    models = []
    machine = (
        f"{machine_name(torch.device(options.device))}, {torch.get_num_threads()} threads, torch {torch.__version__}"
    )
    print(machine)
    try:
        with ExitStack() as stack:
            for source in options.sources or _synthetic(options.scale or _largest_scale(), stack):
                models.append(_measure(source, options))
    except UserError as error:
        sys.exit(str(error))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "models": models}, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        plot(models, options.plot)


def _largest_scale() -> str:
    return "full" if psutil.virtual_memory().available > _FULL_NEEDS else "small"


def _synthetic(scale: str, stack: ExitStack) -> Iterator[str]:
    """Folders of random checkpoints, each removed before the next one is made."""
    for layout in SYNTHETIC:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="glm-webui-")))
        print(f"writing {layout}, {scale} …", flush=True)
        yield str(synthetic.write(layout, folder / layout, scale))
        shutil.rmtree(folder / layout)


def _measure(source: str, options: argparse.Namespace) -> dict[str, Any]:
    chat_model, loading = load_timed(source, options.device, options.precision)
    print(f"\n{chat_model.info.summary()}")
    print(" · ".join(f"{name} {value:.2f}" for name, value in asdict(loading).items()), flush=True)
    print("context  prefill/s  first s  ms/token  of limit  peak GB  " + "  ".join(map(_name, options.against)))
    rows, load = [], []
    for context in options.contexts:
        row = decode_timed(chat_model, context, options.rounds, options.against)
        rows.append(row)
        load.append(os.getloadavg()[0])
        others = "  ".join(f"{ms:.1f} ms = {ms / row.ms_per_token:.2f} ×" for ms in row.against.values())
        print(
            f"{row.context:7}  {row.prefill_tokens_per_s:9.1f}  {row.first_token_s:7.2f}  {row.ms_per_token:8.1f}"
            f"  {row.limit_ms / row.ms_per_token:8.0%}  {row.peak_gb:7.2f}  {others}",
            flush=True,
        )
    read = chat_model.info.weight_bytes / 1e6 / statistics.median(row.limit_ms for row in rows)
    print(f"memory {read:.1f} GB/s, load average {max(load):.1f}")
    return {
        "model": chat_model.info.summary(),
        "read_gb_per_s": read,
        "load_average": max(load),
        "loading": asdict(loading),
        "decoding": [asdict(row) for row in rows],
    }


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
    gc.collect()  # the model before this one
    _forget_peak()
    began = time.perf_counter()
    chat_model = loader.load(path, device, precision)
    took = time.perf_counter() - began
    settle(chat_model.engine.network)
    settled = time.perf_counter() - began
    resident = psutil.Process().memory_info().rss / 1e9
    weights = chat_model.info.weight_bytes / 1e9
    speed = size / settled
    return chat_model, Loading(took, settled, speed / 1e9, speed / disk, resident, _peak_gb(), weights)


@torch.inference_mode()
def decode_timed(chat_model: ChatModel, context: int, rounds: int, against: Sequence[str] = ()) -> Decoding:
    """Read a prompt of `context` tokens (without the special ids) and write some more behind it.

    Raises: UserError as `generate`, RuntimeError when another program says nothing.
    """
    engine = chat_model.engine
    ids = engine.tokenizer.encode_text("a b " * context)[: context - 2]
    prompt = engine.encode([{"role": "user", "content": "x"}], chat_model.info.context_length, 1)
    prompt = Prompt([*ids, *prompt.input_ids[-2:]])
    room = 8 * rounds  # more than is needed, as a token may be measured again
    params = GenerationParams(max_new_tokens=room, temperature=1.0, top_k=1, seed=0)

    stream: Iterator[int] = iter(())

    def begin() -> None:
        nonlocal stream
        events = engine.generate(prompt, params, room, (), None)
        stream = (event for event in events if isinstance(event, int))
        next(stream)

    _forget_peak()
    memory = _memory(chat_model)
    device = memory.device
    firsts: list[float] = []
    while len(firsts) < rounds and sum(firsts) < _PREFILL_SECONDS:
        firsts.append(seconds(begin, device))
    times, reads = [], []
    others: dict[str, list[float]] = {_name(command): [] for command in against}
    with ExitStack() as stack:
        programs = [stack.enter_context(Program(command, context)) for command in against]
        for _ in range(rounds):
            times.append(seconds(partial(next, stream), device))
            reads.append(read_gb_per_s(memory))
            for program, samples in zip(programs, others.values(), strict=True):
                samples.append(calmest(program.ms_of_a_token))
    return Decoding(
        context,
        len(prompt.input_ids) / statistics.median(firsts),
        statistics.median(firsts),
        statistics.median(times) * 1e3,
        chat_model.info.weight_bytes / 1e6 / statistics.median(reads),
        _peak_gb(),
        {name: statistics.median(samples) for name, samples in others.items()},
    )


class Program:
    """Another program that measures itself, as this module's docstring describes."""

    def __init__(self, command: str, context: int) -> None:
        self._command = command.replace("{context}", str(context))
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.communicate()  # closes its input, on which it ends

    def ms_of_a_token(self) -> float:
        """Raises: RuntimeError when it ends without a number."""
        for _ in range(2):  # one that has ended since its last line is started again
            if self._process is None:
                self._process = self._start()
            with suppress(BrokenPipeError):
                assert self._process.stdin is not None
                self._process.stdin.write("\n")
                self._process.stdin.flush()
            assert self._process.stdout is not None
            if line := self._process.stdout.readline():
                numbers = re.findall(r"\d+(?:\.\d+)?(?:e-?\d+)?", line)
                if numbers:
                    return float(numbers[-1])
                break
            self._process.communicate()
            self._process = None
        raise RuntimeError(f"{self._command} printed no milliseconds")

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(self._command, shell=True, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def plot(models: Sequence[dict[str, Any]], path: Path) -> None:
    """Draws the time of a token over the length of its context, with the limit and the other programs', as a PNG."""
    from matplotlib.figure import Figure  # slow to import

    picture = Figure(figsize=(4.8 * len(models), 3.6), layout="constrained")
    for axes, model in zip(picture.subplots(1, len(models), squeeze=False)[0], models, strict=True):
        rows = [Decoding(**row) for row in model["decoding"]]
        contexts = [row.context for row in rows]
        axes.plot(contexts, [row.ms_per_token for row in rows], "o-", label="glm-webui")
        axes.plot(contexts, [row.limit_ms for row in rows], "k--", linewidth=1, label="reading the weights alone")
        for name in rows[0].against:
            axes.plot(contexts, [row.against[name] for row in rows], "o-", linewidth=1, label=name)
        axes.set(
            title=model["model"].partition(":")[0], xlabel="tokens of context", ylabel="ms a token", ylim=(0, None)
        )
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7)
    picture.savefig(path, dpi=100)


def _name(command: str) -> str:
    """Of another program: that of its file."""
    return Path(command.split()[0]).name


def _memory(chat_model: ChatModel) -> torch.Tensor:
    """Memory to read: the largest of the weights, or as much as no cache holds."""
    network = chat_model.engine.network
    largest = max([*network.parameters(), *network.buffers()], key=lambda tensor: tensor.nbytes).flatten().detach()
    if largest.nbytes >= _READ_BYTES:
        return largest
    return torch.zeros(_READ_BYTES, dtype=torch.int8, device=largest.device)


def _seconds_to_read(files: list[Path]) -> float:
    buffer = bytearray(2**24)
    began = time.perf_counter()
    for file in files:
        with file.open("rb", buffering=0) as opened:
            while opened.readinto(buffer):
                pass
    return time.perf_counter() - began


_STATUS, _REFERENCES = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def _forget_peak() -> None:
    """Let the peak begin anew, where the system can."""
    with suppress(OSError):
        _REFERENCES.write_text("5")


def _peak_gb() -> float:
    """The most memory that the process has had, on Linux since `_forget_peak`."""
    try:
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e9
    except (OSError, StopIteration):
        memory = psutil.Process().memory_info()
        return getattr(memory, "peak_wset", memory.rss) / 1e9  # the peak on Windows, else what it has now


if __name__ == "__main__":
    main()
