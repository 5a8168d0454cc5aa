"""The real terminal chat around the stub model, for tests in another process: `python -m tests.stub_chat [options]`."""

from __future__ import annotations

import sys


def main() -> int:
    import model
    from apps import cli

    from .stub_model import StubModel

    model.load = lambda *_, **__: StubModel()  # type: ignore[assignment]
    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
