"""What holds for every test: no network beyond this machine, no settings of the developer's, two threads."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.settings import is_loopback, prepare_environment

# Before torch and gradio are imported, and for the servers that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "2")
for name in [name for name in os.environ if name.startswith("GLM_") and name != "GLM_GOLDEN"]:
    del os.environ[name]
prepare_environment()

pytest_plugins = ["tests.browser"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what this machine cannot run; on CI a missing browser is a fault, so there the tests fail."""
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser that Playwright drives."""
    assert CHROMIUM, "Chromium is not installed"
    return CHROMIUM


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tiny checkpoint of every layout; SwissArmyTransformer's with the vocabulary that one has to put there."""
    from model import synthetic
    from model.published import LAYOUTS

    root = tmp_path_factory.mktemp("published")
    for name in LAYOUTS:
        synthetic.write(name, root / name)
        if "-sat" in name:
            synthetic.write_vocabulary(name, root / name)
    return {name: root / name for name in LAYOUTS}


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuses every connection of this process that leaves the machine."""
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(connection: socket.socket, address: Any) -> None:
        if connection.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
            raise ConnectionRefusedError(f"a test tried to reach {address[0]}")

    def connect(connection: socket.socket, address: Any) -> None:
        check(connection, address)
        real_connect(connection, address)

    def connect_ex(connection: socket.socket, address: Any) -> int:
        check(connection, address)
        return real_connect_ex(connection, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def compiled_kernel(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The compiled library is there; without a C++ compiler the tests are skipped."""
    import torch  # not before the environment is set, above

    from kernels import dispatch

    dispatch.prepare(tmp_path_factory.mktemp("kernels"))
    dispatch.wait()
    if dispatch.cpu_kernel(torch.device("cpu")) is None:
        pytest.skip("no C++ compiler here")
