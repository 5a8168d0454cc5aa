"""`python3 run.py demo`: options are read before gradio, so that help and a wrong one do not wait for it."""

from __future__ import annotations

from collections.abc import Sequence

from .settings import parse_settings, prepare_environment


def main(argv: Sequence[str] | None = None) -> None:
    """Starts the server; a fault of the user's is one line and exit code 1."""
    settings = parse_settings(argv)
    prepare_environment()
    from .server import run

    run(settings)


if __name__ == "__main__":
    main()
