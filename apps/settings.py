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
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from model.offer import EMBEDDED, Offer

from . import values
from .models_file import read_models
from .values import ApiKey

EVERYWHERE = "0.0.0.0"
SHARED_RATE, SHARED_QUEUE = 20, 16  # what a public link allows unless it is told otherwise


class SettingsError(Exception):
    """A setting that cannot work here, in one sentence that says what to do."""


@dataclass(frozen=True)
class ModelSettings:
    """What every start can be told: the model, how to run it, and the language of words for people."""

    model: tuple[str, ...] = ()
    models: tuple[Offer, ...] = ()
    device: str = "auto"
    precision: str = "auto"
    revision: str | None = None
    prefix: str | None = None
    gpus: int | None = None
    lang: str = "auto"

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The models to offer, the default first; what a models file leaves open is as for the others."""
        shared = {name: getattr(self, name) for name in ("device", "precision", "gpus")}
        given = self.model or (() if self.models else (EMBEDDED,))
        named = [Offer(source, revision=self.revision, prefix=self.prefix, **shared) for source in given]
        return (*named, *(offer.with_defaults(**shared) for offer in self.models))


@dataclass(frozen=True)
class ChatSettings(ModelSettings):
    """What the terminal chat can be told."""

    image: str | None = None
    once: bool = False


AnySettings = TypeVar("AnySettings", bound=ModelSettings)


@dataclass(frozen=True)
class Settings(ModelSettings):
    """Everything a server can be told; the defaults serve the embedded model to this machine only."""

    host: str = "127.0.0.1"
    port: int = 7860
    share: bool = False
    auth: tuple[str, str] | None = field(default=None, repr=False)  # never in a log
    api_key: tuple[ApiKey, ...] = ()
    api_key_file: tuple[ApiKey, ...] = ()
    cors: tuple[str, ...] = ()
    rate: int | None = None
    queue: int | None = None
    usage_file: Path | None = None
    save_conversations: Path | None = None
    switch_models: bool | None = None

    @property
    def may_switch(self) -> bool:
        """Whether visitors may have a model loaded that is not in memory; strangers only where it is said so."""
        return self.switch_models if self.switch_models is not None else not self.share

    @property
    def local_host(self) -> str:
        """The address at which this machine itself reaches the server."""
        return {EVERYWHERE: "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def questions_per_minute(self) -> int:
        """Of one visitor; 0 is no limit."""
        return self.rate if self.rate is not None else SHARED_RATE if self.share else 0

    @property
    def longest_queue(self) -> int | None:
        """How many questions may wait for the model; None leaves it to the model."""
        return self.queue if self.queue is not None else SHARED_QUEUE if self.share else None

    @property
    def api_keys(self) -> tuple[ApiKey, ...]:
        """All keys that the HTTP API takes; with none and no password it is open to this machine."""
        return self.api_key + self.api_key_file


def _checked(settings: AnySettings) -> AnySettings:
    if len(settings.model) > 1 and (settings.revision or settings.prefix):
        fail("--revision and --prefix belong to one model: with several, give them in a file for --models.", code=2)
    return settings


def parse_settings(argv: Sequence[str] | None = None, pages: bool = True) -> Settings:
    """Reads the command line (None: that of this process) over GLM_MODEL, GLM_PORT, … over the defaults.

    Without `pages`, keys of the HTTP API guard a server as well as a password does.
    Ends the process with one line and exit code 2 if they are not valid.
    """
    settings = _checked(Settings(**vars(_parser().parse_args(argv))))
    if settings.auth or (settings.api_keys and not pages):
        return settings
    what, guard = ("pages", "--auth USER:PASSWORD") if pages else ("API", "--api-key KEY")
    guard += " to say who may use it, or --auth auto for a generated password"
    if settings.share:
        fail(f"--share makes a public link: add {guard}.", code=2)
    if not is_loopback(settings.host):
        option = "--listen" if settings.host == EVERYWHERE else f"--host {settings.host}"
        fail(f"{option} opens the {what} to other machines: add {guard}.", code=2)
    return settings


def parse_chat_settings(argv: Sequence[str] | None = None) -> ChatSettings:
    """The same for the terminal chat; `--image` and `--once` belong to one start and are read from nowhere else."""
    parser = _Parser(usage="python3 run.py chat [options]", description=_ENVIRONMENT, allow_abbrev=False)
    _add_model_options(parser)
    parser.add_argument("--image", metavar="FILE", help="a picture to ask about")
    parser.add_argument(
        "--once", action="store_true", help="take all of the input as one question, print only the answer"
    )
    parser.set_defaults(**_given(ModelSettings))
    return _checked(ChatSettings(**vars(parser.parse_args(argv))))


def parse_space_folder(argv: Sequence[str] | None = None) -> Path:
    """The one argument of `run.py space`."""
    parser = _Parser(usage="python3 run.py space DIR", allow_abbrev=False)
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that does not exist yet, or is empty")
    folder: Path = parser.parse_args(argv).folder
    return folder


def parse_stats_file(argv: Sequence[str] | None = None) -> Path:
    """The one argument of `run.py stats`; without it GLM_USAGE_FILE counts, as it does for the server."""
    parser = _Parser(usage="python3 run.py stats [FILE]", allow_abbrev=False)
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="what --usage-file named at the start")
    parser.set_defaults(file=os.environ.get("GLM_USAGE_FILE") or None)
    file: Path | str | None = parser.parse_args(argv).file
    if file is None:
        fail("Give the file that --usage-file named at the start: python3 run.py stats FILE", code=2)
    return Path(file)


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
    """Makes gradio call nobody, and programs here reach this machine directly; before gradio is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # PyTorch's idle threads leave the cores to our kernels sooner
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


class _Several(argparse.Action):
    """An option that may be repeated: its values are tuples, joined; the first replaces the default."""

    def __call__(self, _: object, namespace: argparse.Namespace, given: Any, __: str | None = None) -> None:
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, (before if isinstance(before, tuple) else ()) + given)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        fail(f"{message[0].upper()}{message[1:]} (--help lists the options)", code=2)


_ENVIRONMENT = "Each option can also be set in the environment, for example GLM_MODEL=/models/glm"


def _add_model_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--model",
        action=_Several,
        type=lambda text: (text,),
        metavar="SOURCE",
        help="folder, weight file or hub name; may be repeated, to choose among them; the default comes with this "
        "program",
    )
    add("--models", type=read_models, metavar="FILE", help="offer the models that a TOML file lists (docs/models.md)")
    add("--device", help="where the model runs: auto (default), cpu, cuda, cuda:1, mps, …")
    add("--precision", help="number format of the weights: auto (default), fp32, bf16, fp16, int8, int4")
    add("--revision", metavar="NAME", help="branch, tag or commit of a model on the hub")
    add("--prefix", metavar="DIR", help="P-Tuning v2 prefix of a ChatGLM-6B, as upstream's training writes it")
    add("--gpus", type=values.count, metavar="N", help="spread the model over that many GPUs")
    add(
        "--lang",
        type=values.language,
        metavar="{auto,en,zh}",
        help="language of words for people (default auto: theirs)",
    )


def _given(kind: type[ModelSettings], *, without: tuple[str, ...] = ()) -> dict[str, object]:
    """The defaults of the fields of `kind`, under what the environment says of those not named in `without`.

    argparse checks a string default like an argument, so a wrong environment variable is refused in the same way.
    """
    names = {item.name: item.default for item in fields(kind)}
    given = {name: os.environ.get(f"GLM_{name.upper()}") for name in names if name not in without}
    return {name: given.get(name) or default for name, default in names.items()}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        usage="python3 run.py {demo,api} [options]",
        description=f"{_ENVIRONMENT}; --share and --listen cannot.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    _add_model_options(parser)
    add("--host", help=f"address to listen at (default {Settings.host})")
    add(
        "--listen",
        action="store_const",
        dest="host",
        const=EVERYWHERE,
        help=f"let other machines in, as --host {EVERYWHERE} does (needs --auth)",
    )
    add("--port", type=values.port, help=f"port to listen at (default {Settings.port})")
    add("--share", action="store_true", help="also make a public link through gradio's servers (needs --auth)")
    add("--auth", type=values.auth, metavar="USER:PASSWORD", help="ask visitors for these; auto: a generated password")
    add(
        "--rate",
        type=values.limit,
        metavar="N",
        help=f"questions a minute that one visitor may ask; 0: any number (the default; {SHARED_RATE} with --share)",
    )
    add(
        "--queue",
        type=values.limit,
        metavar="N",
        help=f"questions that may wait for the model (default 32; {SHARED_QUEUE} with --share)",
    )
    add(
        "--usage-file",
        type=Path,
        metavar="FILE",
        help="keep figures of answers and visitors' opinions, never texts, in this SQLite file",
    )
    add(
        "--save-conversations",
        type=values.folder,
        metavar="DIR",
        help="save what is said on the pages in this folder, which the pages tell their visitors",
    )
    add(
        "--switch-models",
        type=values.yes_or_no,
        metavar="yes|no",
        help="let visitors have a model loaded that is not in memory (default yes; no with --share)",
    )
    add(
        "--api-key",
        action=_Several,
        type=values.api_keys,
        metavar="KEY",
        help="ask HTTP clients for this key; may be repeated",
    )
    add(
        "--api-key-file",
        action=_Several,
        type=values.api_key_file,
        metavar="FILE",
        help="keys as lines: SHA-256 in hex, then a name",
    )
    add(
        "--cors",
        action=_Several,
        type=values.origins,
        metavar="ORIGIN",
        help="let pages of this site call /v1, e.g. http://localhost:3000",
    )
    parser.set_defaults(**_given(Settings, without=("share",)))
    return parser
