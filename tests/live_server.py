"""The real server around the stub model, for tests in another process: `python -m tests.live_server --port N`.

`--model several` sees all pictures of a conversation. `GET /stub` says what the stub has counted.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextlib.contextmanager
def running(port: int, *options: str, module: str = "tests.live_server") -> Iterator[str]:
    """The address of a server started for the duration of a `with` block."""
    command = [sys.executable, "-m", module, "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 90
        while True:
            try:
                urllib.request.urlopen(f"{address}/health", timeout=2).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def main() -> None:
    from apps.server import build_app, own_files
    from apps.serving import kept_usage, serve
    from apps.settings import parse_settings
    from model.pool import ModelPool

    from .stub_model import INFO, StubModel

    settings = parse_settings(sys.argv[1:])
    stub = StubModel(replace(INFO, several_images="several" in settings.model))

    async def counters() -> dict[str, int]:
        return {"steps": stub.steps, "inside": stub.inside, "most_inside": stub.most_inside, "asked": len(stub.seen)}

    with kept_usage(settings) as usage, own_files():
        app = build_app(ModelPool.of(stub), settings, usage)
        app.add_api_route("/stub", counters)
        app.router.routes.insert(0, app.router.routes.pop())  # before the pages, which are mounted at "/"
        serve(lambda _: app, settings)


if __name__ == "__main__":
    main()
