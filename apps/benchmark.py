"""What a visitor waits for, measured: `python -m apps.benchmark` prints the table of `docs/benchmarks.md`.

Starts the real server with `run.py demo`, asks it over HTTP, and takes medians; other work on the machine shows.
"""

from __future__ import annotations

import base64
import json
import platform
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import torch

import model

ROOT = Path(__file__).resolve().parents[1]
PICTURES = sorted((ROOT / "assets" / "examples").glob("*.png"))
ROUNDS = 9
TEXT = "What can you do?"
ABOUT_PICTURE = "What is in the picture?"


@contextmanager
def server() -> Iterator[tuple[str, float, int]]:
    """A server on a free port: its address, the seconds until it said that it is ready, and its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    command = [sys.executable, str(ROOT / "run.py"), "demo", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if line.startswith("Ready"):
                    break
            yield f"http://127.0.0.1:{port}", time.perf_counter() - began, process.pid
        finally:
            process.terminate()


def ask(address: str, question: str, picture: bytes | None = None) -> tuple[float, float, int]:
    """One streamed answer: seconds to the first piece, seconds from it to the last, tokens."""
    content: list[dict[str, Any]] = [{"type": "text", "text": question}]
    if picture is not None:
        url = "data:image/png;base64," + base64.b64encode(picture).decode()
        content.append({"type": "image_url", "image_url": {"url": url}})
    body = {
        "messages": [{"role": "user", "content": content}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    request = urllib.request.Request(
        f"{address}/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    began = time.perf_counter()
    first = last = 0.0
    tokens = 0
    with urllib.request.urlopen(request, timeout=120) as response:
        for line in response:
            if not line.startswith(b"data: {"):
                continue
            event = json.loads(line[6:])
            if event.get("choices") and event["choices"][0]["delta"].get("content"):
                last = time.perf_counter()
                first = first or last
            if event.get("usage"):
                tokens = event["usage"]["completion_tokens"]
    return first - began, last - first, tokens


def resident_megabytes(pid: int) -> float:
    """Memory that the process holds now; 0 where the system has no `/proc`."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS")) / 1024


def encode_seconds() -> float:
    """Median time of the image encoder alone, one picture."""
    chat_model = model.load()
    times = []
    for number in range(ROUNDS + 3):
        picture = PICTURES[0].read_bytes() + bytes([number])
        *_, finish = chat_model.stream([{"role": "user", "content": TEXT}], image=picture)
        assert isinstance(finish, model.Finish)
        times.append(finish.image_seconds)
    return statistics.median(times[3:])


def main() -> None:
    rows: list[tuple[str, str]] = []
    with server() as (_, _, _):
        pass  # the first start may compile and fill caches
    with server() as (address, ready, pid):
        rows.append(("second start to ready", f"{ready:.1f} s"))
        ask(address, TEXT)
        answers = [ask(address, TEXT) for _ in range(ROUNDS)]
        rows.append(("first token, text", f"{1000 * statistics.median(a[0] for a in answers):.0f} ms"))
        # different bytes each time, so that no picture's embeddings are at hand
        pictures = [PICTURES[n % len(PICTURES)].read_bytes() + bytes([n]) for n in range(ROUNDS)]
        looked = [ask(address, ABOUT_PICTURE, picture) for picture in pictures]
        rows.append(("first token, picture and text", f"{1000 * statistics.median(a[0] for a in looked):.0f} ms"))
        speeds = [(tokens - 1) / seconds for _, seconds, tokens in answers + looked if tokens > 5 and seconds]
        rows.append(("decoding", f"{statistics.median(speeds):.0f} tokens/s"))
        rows.append(("memory of the server", f"{resident_megabytes(pid):.0f} MB"))
    rows.append(("image encoder alone", f"{1000 * encode_seconds():.1f} ms"))
    print(f"{date.today()}, {platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}\n")
    print("| what | median |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
