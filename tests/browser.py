"""A real browser for the tests of the pages. Each also asserts: no page error, no HTTP error, no request elsewhere."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.live_server import running

RESULTS = Path(__file__).parent.parent / "test-results"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
FLAGS += ["--use-fake-device-for-media-stream"]  # a camera
expect.set_options(timeout=30_000)
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running(port) as address:
        yield address


@pytest.fixture(scope="module")  # its event loop would bar other tests from starting one
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def new_page(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Opens pages, one browser context each, and checks afterwards that nothing went wrong in them."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on("response", lambda answer: answer.status >= 400 and faults.append(f"{answer.status} {answer.url}"))
        local = ("http://127.0.0.1:", "data:", "blob:")
        page.on("request", lambda asked: asked.url.startswith(local) or faults.append(asked.url))

    def open_page(
        path: str = "/",
        *,
        server: str = server,
        width: int = 1280,
        height: int = 800,
        locale: str = "en-US",
        dark: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, color_scheme="dark" if dark else "light"
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto(server + path)
        ready(page)
        return page

    failed_before = request.session.testsfailed
    yield open_page
    if faults or request.session.testsfailed > failed_before:
        RESULTS.mkdir(exist_ok=True)
        for number, context in enumerate(contexts):
            for page in context.pages:
                page.screenshot(path=RESULTS / f"{request.node.name[:60]}-{number}.png")
    for context in contexts:
        context.close()
    assert not faults


def ready(page: Page) -> None:
    """Waits until the page has loaded and said its language, which it does last."""
    page.wait_for_function("document.title.includes('·')")
    expect(page.locator("#glm-box textarea")).to_be_visible()


def send(page: Page, text: str) -> None:
    page.fill("#glm-box textarea", text)
    page.press("#glm-box textarea", "Enter")


def ask(page: Page, text: str) -> str:
    """Sends `text`; the last answer when it is whole."""
    answers = page.locator("#glm-conversation [data-testid=bot]").count()
    send(page, text)
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(answers + 1)
    expect(page.locator("#glm-status .glm-meter")).to_be_attached()
    expect(page.get_by_test_id("submit-button")).to_be_visible()
    return page.locator("#glm-conversation [data-testid=bot]").last.inner_text()


def counters(server: str) -> dict[str, int]:
    with urllib.request.urlopen(f"{server}/stub", timeout=10) as answer:
        counted: dict[str, int] = json.load(answer)
    return counted


def bubbles(page: Page, who: str = "bot") -> list[str]:
    return page.locator(f"#glm-conversation [data-testid={who}]").all_inner_texts()


def picture(folder: Path, colour: str = "red", size: int = 40) -> Path:
    path = folder / f"{colour}.png"
    Image.new("RGB", (size, size), colour).save(path)
    return path


def give(page: Page, path: Path) -> None:
    """Uploads a picture and waits until it is seen."""
    page.set_input_files("#glm-picture input[type=file]", path)
    expect(page.locator("#glm-picture img")).to_be_visible()
