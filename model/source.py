"""Where a model comes from: a folder or file here, or a name on the Hugging Face hub."""

from __future__ import annotations

import errno
import glob
import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from huggingface_hub import HfApi, constants, get_cached_repo_tree, hf_hub_url, snapshot_download
from huggingface_hub.errors import (
    CachedRepoTreeNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    HTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import http_get, repo_folder_name
from huggingface_hub.hf_api import RepoSibling
from huggingface_hub.utils import WeakFileLock, build_hf_headers, tqdm

from .disk import check_space, filled_up
from .errors import UserError

Found = TypeVar("Found")
Progress = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes there will be, from several threads, one at a time."""

_HUB_HOSTS = {"huggingface.co", "hf.co", "hf-mirror.com"}
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
BESIDE_WEIGHTS = {  # all that is read here
    *("config.json", "generation_config.json", "preprocessor_config.json"),
    *("ice_text.model", "tokenizer.model", "tokenizer.json", "tokenizer_config.json"),
    *("chat_template.jinja", "chat_template.json"),
    "tokenization_chatglm.py",  # as text: it tells ChatGLM2 from ChatGLM3
}
_WEIGHTS = (  # the first kind that a repository has; the shards of an index come with it
    re.compile(r"model\.safetensors\.index\.json|model-\d{5}-of-\d{5}\.safetensors"),
    re.compile(r"model\.safetensors"),
    re.compile(r"(?!adapter_|consolidated).+\.safetensors"),
    re.compile(r"pytorch_model\.bin\.index\.json|pytorch_model-\d{5}-of-\d{5}\.bin"),
    re.compile(r"pytorch_model\.bin"),
    re.compile(r"(?!adapter_|training_args|optimizer|scheduler|rng_state).+\.(bin|pt|pth)"),
)
_CONNECTIONS = 4  # files that are downloaded at the same time


def resolve(source: str | Path, revision: str | None = None, progress: Progress | None = None) -> Path:
    """The folder or file that `source` names; what is on the hub is brought into its cache first.

    source: a path (also `~/…` and `file://…`), a hub name "org/name", or its address in a browser. A path that exists
        wins over a hub name. A `Path` is never looked for on the hub.
    revision: branch, tag or commit on the hub; the address in a browser may hold one as well.
    HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE and HF_TOKEN work as usual; without network the cache serves.
    Raises: UserError("model_missing", "source_invalid", "hub_not_found", "hub_gated", "hub_revision",
    "hub_unreachable", "hub_offline", "hub_failed", "hub_no_weights", "disk_full", "cache_unwritable").
    """
    return _found(source, revision, lambda name, branch: _download(name, branch, progress))


def present(source: str | Path, revision: str | None = None) -> Path | None:
    """As `resolve`, but nothing is downloaded: None for what is not in the hub's cache, or not whole.

    Raises: UserError.
    """
    return _found(source, revision, _cached)


def _found(source: str | Path, revision: str | None, on_hub: Callable[[str, str], Found]) -> Path | Found:
    path = _local(source)
    if path is not None:
        return path
    name, address_revision = _hub_name(str(source))
    revision = revision or address_revision or constants.DEFAULT_REVISION
    try:
        return on_hub(name, revision)
    except (HTTPError, HFValidationError, OSError) as error:
        raise _explained(error, name, revision) from error


def needed_files(names: Sequence[str]) -> list[str]:
    """Out of the files of a hub repository: config, tokenizer and one form of the weights, safetensors first.

    No code but what is read as text, no weights for other frameworks, nothing from sub-folders. Without weights:
    nothing.
    """
    weights = next((found for kind in _WEIGHTS if (found := [name for name in names if _matches(kind, name)])), [])
    return sorted({*weights, *BESIDE_WEIGHTS.intersection(names)}) if weights else []


def _matches(pattern: re.Pattern[str], name: str) -> bool:
    return "/" not in name and pattern.fullmatch(name) is not None


def _local(source: str | Path) -> Path | None:
    """The path that `source` is; None where it can only be a name on the hub."""
    text = str(source)
    path = Path(url2pathname(urlsplit(text).path) if text.startswith("file://") else source)
    try:
        path = path.expanduser()
        if path.exists() or path.is_symlink():
            return path
    except (OSError, RuntimeError, ValueError) as error:  # too long, an unknown ~user, a NUL
        raise UserError("source_invalid", source=_short(text)) from error
    is_path = isinstance(source, Path) or path.is_absolute() or text.startswith((".", "~", "file://")) or "\\" in text
    if is_path:
        raise UserError("model_missing", path=path)
    return None


def _hub_name(source: str) -> tuple[str, str | None]:
    """(org/name, revision) from a name or from an address `https://huggingface.co/org/name/tree/revision`."""
    name, revision = source, None
    if re.match(r"https?://", source):
        address = urlsplit(source)
        parts = [unquote(part) for part in address.path.split("/") if part]
        if address.hostname not in _HUB_HOSTS | {urlsplit(constants.ENDPOINT).hostname}:
            raise UserError("source_invalid", source=_short(source))
        name = "/".join(parts[:2])
        revision = parts[3] if len(parts) > 3 and parts[2] in ("tree", "blob", "resolve", "commit") else None
    if not _HUB_NAME.fullmatch(name):
        raise UserError("source_invalid", source=_short(source))
    return name, revision


def _download(name: str, revision: str, progress: Progress | None) -> Path:
    try:
        info = HfApi().model_info(name, revision=revision, files_metadata=True)
    except (HTTPError, OfflineModeIsEnabled):
        if cached := _cached(name, revision):
            return cached
        raise
    siblings = {sibling.rfilename: sibling for sibling in info.siblings or []}
    names = needed_files(list(siblings))
    if not names:
        found = ", ".join(list(siblings)[:8]) or "nothing"
        raise UserError("hub_no_weights", name=name, endpoint=constants.ENDPOINT, found=found)
    folder = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=name, repo_type="model")
    large = [_LargeFile(name, str(info.sha), siblings[file], folder) for file in names if siblings[file].lfs]
    present = sum(file.present for file in large)
    total = sum(siblings[file].size or 0 for file in names)
    check_space(folder, total - present)
    with _Meter(name, total, present, progress) as meter:
        _fetch_all(large, meter)
        patterns = [glob.escape(file) for file in names]
        return Path(snapshot_download(name, revision=revision, allow_patterns=patterns, tqdm_class=_Silent))


def _cached(name: str, revision: str) -> Path | None:
    """The folder of an earlier download, if it is whole."""
    try:
        names = [file.path for file in get_cached_repo_tree(name, revision=revision)]
        patterns = [glob.escape(file) for file in needed_files(names)]
    except CachedRepoTreeNotFoundError:  # another program's download; whether it is whole is seen on opening it
        patterns = None
    try:
        folder = snapshot_download(name, revision=revision, allow_patterns=patterns, local_files_only=True)
    except LocalEntryNotFoundError:
        return None
    return Path(folder)


class _LargeFile:
    """A file of the hub's large file storage, on its way into the cache of huggingface_hub.

    huggingface_hub starts a file again when its process was killed; with gigabytes per file that is not good enough.
    So the large ones are brought here, continued where they ended, checked against their hash, and only then given the
    name under which `snapshot_download` finds and links them.
    """

    def __init__(self, repository: str, commit: str, sibling: RepoSibling, folder: Path) -> None:
        assert sibling.lfs is not None
        self.size, self.sha256 = sibling.lfs.size, sibling.lfs.sha256
        self.name = sibling.rfilename
        self.url = hf_hub_url(repository, sibling.rfilename, revision=commit)
        self.blob = folder / "blobs" / self.sha256
        self.partial = self.blob.with_name(self.sha256 + ".incomplete")
        self.lock = folder.parent / ".locks" / folder.name / f"{self.sha256}.lock"

    @property
    def present(self) -> int:
        """Bytes that need not be downloaded any more."""
        path = self.blob if self.blob.exists() else self.partial
        return min(path.stat().st_size, self.size) if path.exists() else 0

    def fetch(self, meter: _Meter) -> None:
        for folder in (self.blob.parent, self.lock.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with WeakFileLock(self.lock):
            if self.blob.exists():
                return
            with self.partial.open("ab") as file:
                if file.tell() > self.size:
                    file.truncate(0)
                http_get(
                    self.url,
                    file,
                    resume_size=file.tell(),
                    headers=build_hf_headers(),
                    expected_size=self.size,
                    displayed_filename=self.name,
                    tqdm_class=meter.for_file,  # type: ignore[arg-type]
                )
            with self.partial.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != self.sha256:
                self.partial.unlink()
                raise OSError(f"{self.name} arrived damaged")
            self.partial.replace(self.blob)


def _fetch_all(files: Sequence[_LargeFile], meter: _Meter) -> None:
    """Several at a time; when one fails, or the user interrupts, the others stop and keep what they have."""
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        try:
            for future in wait([pool.submit(file.fetch, meter) for file in files], return_when=FIRST_EXCEPTION).done:
                future.result()
        except BaseException:
            meter.stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class _Meter:
    """Bytes of all files together, for the callback; without one, as a bar on a terminal."""

    def __init__(self, name: str, total: int, present: int, progress: Progress | None) -> None:
        self.total, self.present, self.progress = total, present, progress
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        disable = True if progress else None  # None: a bar only on a terminal
        self._bar = tqdm(desc=name, total=total, initial=present, unit="B", unit_scale=True, disable=disable)

    def __enter__(self) -> _Meter:
        self.update(0)
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self.update(self.total - self.present)  # the small files
        self._bar.close()

    def for_file(self, **_: Any) -> nullcontext[_Meter]:
        """Takes the place of the bar per file that `http_get` would make."""
        return nullcontext(self)

    def update(self, count: float | None) -> None:
        if self.stopped.is_set():
            raise OSError(errno.ECANCELED, "stopped because another download failed")
        with self._lock:
            # A server that ignores where to continue sends a file's beginning once more.
            step = min(int(count or 0), self.total - self.present)
            self.present += step
            self._bar.update(step)
            if self.progress:
                self.progress(self.present, self.total)


class _Silent(tqdm):
    """No bars of huggingface_hub: ours counts the bytes of all files together."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **(options | {"disable": True}))


def _explained(error: Exception, name: str, revision: str) -> UserError:
    """What an exception of huggingface_hub means to the user."""
    endpoint = constants.ENDPOINT
    if isinstance(error, GatedRepoError):
        return UserError("hub_gated", name=name, endpoint=endpoint)
    if isinstance(error, (RepositoryNotFoundError, HFValidationError)):
        return UserError("hub_not_found", name=name, endpoint=endpoint)
    if isinstance(error, RevisionNotFoundError):
        return UserError("hub_revision", name=name, revision=revision, endpoint=endpoint)
    if isinstance(error, OfflineModeIsEnabled):
        return UserError("hub_offline", name=name)
    if isinstance(error, HfHubHTTPError):
        return UserError("hub_failed", name=name, endpoint=endpoint, reason=f"HTTP {error.response.status_code}")
    if isinstance(error, (HTTPError, LocalEntryNotFoundError)):
        return UserError("hub_unreachable", name=name, endpoint=endpoint)
    cache = Path(constants.HF_HUB_CACHE)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return filled_up(cache)
    if isinstance(error, OSError) and error.errno:
        return UserError("cache_unwritable", path=cache, reason=error.strerror)
    return UserError("hub_failed", name=name, endpoint=endpoint, reason=str(error).splitlines()[0])


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:80] + "…"
