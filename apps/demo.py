"""`python3 run.py demo`: options are read before gradio, so that help and a wrong one do not wait for it."""

from __future__ import annotations

from collections.abc import Sequence

from .settings import parse_settings


def main(argv: Sequence[str] | None = None) -> None:
    """Starts the server; a fault of the user's is one line and exit code 1."""
    settings = parse_settings(argv)
    from .server import run  # which prepares the environment, then imports gradio

    run(settings)


if __name__ == "__main__":
    main()
