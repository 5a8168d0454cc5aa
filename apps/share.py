"""A public link through gradio's servers, with a QR code for phones."""

from __future__ import annotations

import contextlib
import logging
import secrets
import sys
from itertools import zip_longest

import segno
from rich.console import Console
from rich.text import Text

from .settings import Settings

_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}  # dark above, dark below


def open_link(settings: Settings) -> None:
    """Asks for a link to the server of `settings` and prints it; where there is none one line says why.

    The tunnel is a program of gradio's, which ends with this one.
    """
    from gradio.exceptions import ShareCertificateWriteError
    from gradio.networking import setup_tunnel

    try:
        address = setup_tunnel(settings.local_host, settings.port, secrets.token_urlsafe(32), None, None)
    except Exception as error:
        logging.getLogger("glm.apps").info("no share link: %r", error)
        if isinstance(error, ShareCertificateWriteError):
            reason = "this folder cannot be written to. Start from another one."
        elif isinstance(error, OSError) and error.errno is not None:
            place = f" ({error.filename})" if error.filename else ""
            reason = f"{error.strerror}{place}. Mend that and start again."
        elif isinstance(error, ValueError):
            reason = "gradio's server refused the tunnel, or a firewall did. Try again later, or use --listen."
        else:
            reason = "no Internet here. For this network use --listen."
        print(f"No share link: {reason} The server still works locally.", file=sys.stderr, flush=True)
        return
    print(f"Public link, for up to a week: {address}", flush=True)
    print_qr_code(address)


def print_qr_code(text: str) -> None:
    """`text` as a QR code, dark on light whatever the terminal's colours; nothing where it cannot be shown."""
    code = qr_code(text)
    console = Console(highlight=False)
    width = code.index("\n")
    with contextlib.suppress(UnicodeEncodeError, LookupError):
        code.encode(console.encoding)
        if console.width >= width:
            console.print(Text(code, style="#000000 on #ffffff"))


def qr_code(text: str) -> str:
    """`text` as a QR code with its margin: lines of half blocks, dark where the ink is."""
    rows = [list(row) for row in segno.make_qr(text, error="l").matrix_iter(border=4)]
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=[0] * len(rows[0]))
    return "\n".join("".join(_HALVES[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs)
