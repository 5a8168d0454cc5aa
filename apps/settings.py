"""The settings of a start: read once, here and nowhere else, from the command line and the environment."""

from __future__ import annotations

import argparse
import errno
import ipaddress
import locale
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import NoReturn

LANGUAGES = ("auto", "en", "zh")


class SettingsError(Exception):
    """A setting that cannot work here, in one sentence that says what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything a start can be told; the defaults serve the embedded model to this machine only."""

    model: str = "embedded"
    device: str = "auto"
    precision: str = "auto"
    host: str = "127.0.0.1"
    port: int = 7860
    share: bool = False
    auth: tuple[str, str] | None = field(default=None, repr=False)  # never in a log
    lang: str = "auto"


def parse_settings(argv: Sequence[str] | None = None) -> Settings:
    """Reads the command line (None: that of this process) over GLM_MODEL, GLM_PORT, … over the defaults.

    Ends the process with one line and exit code 2 if they are not valid.
    """
    settings = Settings(**vars(_parser().parse_args(argv)))
    if settings.auth is None and settings.share:
        fail("--share makes a public link: add --auth USER:PASSWORD to say who may use it.", code=2)
    if settings.auth is None and not is_loopback(settings.host):
        fail(
            f"--host {settings.host} opens the pages to other machines: add --auth USER:PASSWORD, or leave --host out.",
            code=2,
        )
    return settings


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server at `host`; a name other than localhost counts as open."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def system_language() -> str:
    """The language that the person's system is set to, such as zh_CN; empty if it says nothing."""
    return locale.getlocale()[0] or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""


def check_port(host: str, port: int) -> None:
    """Raises `SettingsError` if a server cannot listen there; cheap, so that it can come before the model's load."""
    other_port = port + 1 if port < 65535 else Settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name != "nt":  # as servers do: a connection that has just ended does not make the port busy
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is in use: stop the other program or choose another with --port {other_port}."
        elif error.errno == errno.EACCES:
            reason = f"Port {port} needs special rights: choose another with --port {Settings.port}."
        else:
            reason = f"The address {host} does not belong to this machine: leave --host out, or use --host 0.0.0.0."
        raise SettingsError(reason) from error


def prepare_environment() -> None:
    """Makes gradio and the hub libraries call nobody, and reach this machine directly; before they are imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    direct = (os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "").split(",")
    direct = [host.strip() for host in direct if host.strip()]
    direct += [host for host in ("127.0.0.1", "localhost") if host not in direct]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(direct)


def keep_uploads_in(folder: str) -> None:
    """Makes gradio keep visitors' files in `folder`."""
    os.environ["GRADIO_TEMP_DIR"] = folder


def fail(message: object, code: int = 1) -> NoReturn:
    """Ends the process with one line on stderr, which is all that a user error shows."""
    print(" ".join(str(message).split()), file=sys.stderr)
    sys.exit(code)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        fail(f"{message[0].upper()}{message[1:]} (--help lists the options)", code=2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        usage="python3 run.py {demo,chat} [options]",
        description="Each option can also be set in the environment, for example GLM_PORT=8000; --share cannot.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--model", metavar="DIR", help='folder of a model; the default "embedded" comes with this program')
    add("--device", help="where the model runs: auto (default), cpu, cuda, cuda:1, mps, …")
    add("--precision", help="number format of the weights: auto (default), fp32, bf16, fp16")
    add("--host", help=f"address to listen at (default {Settings.host}; 0.0.0.0: all, needs --auth)")
    add("--port", type=_port, help=f"port to listen at (default {Settings.port})")
    add("--share", action="store_true", help="also make a public link through gradio's servers (needs --auth)")
    add("--auth", type=_auth, metavar="USER:PASSWORD", help="ask visitors for this name and password")
    add("--lang", type=_language, metavar="{auto,en,zh}", help="language of the pages (default auto: the visitor's)")
    given = {item.name: os.environ.get(f"GLM_{item.name.upper()}") for item in fields(Settings) if item.name != "share"}
    # argparse checks a string default like an argument, so a wrong environment variable is refused in the same way.
    parser.set_defaults(**{item.name: given.get(item.name) or item.default for item in fields(Settings)})
    return parser


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 65535, not {text!r}")
    return port


def _auth(text: str) -> tuple[str, str]:
    user, _, password = text.partition(":")
    if not user or not password:
        raise argparse.ArgumentTypeError("must be USER:PASSWORD, both of them not empty")
    return user, password


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(LANGUAGES)}, not {text!r}")
    return text
