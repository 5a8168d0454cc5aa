"""The pictures of the pages in docs/screens, of the embedded model at work: `python -m tests.make_screenshots`.

Each page in English and in Chinese, wide and on a phone, light and dark, so that a change of one can be looked at.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import FLAGS, ready
from tests.live_server import running

ROOT = Path(__file__).parent.parent
PORT = 7997
QUESTIONS = {
    "en": ("What is 47 + 85?", "Make a table of the seasons."),
    "zh": ("47加85等于多少？", "写一个四季的表格。"),
}
SHOTS = [
    ("/", "en", 1280, False),
    ("/", "zh", 360, True),
    ("/image", "en", 1280, False),
    ("/image", "zh", 1280, True),
    ("/image", "en", 360, False),
    ("/compare", "en", 1280, False),
    ("/compare", "zh", 360, False),
]


def fill(page: Page, path: str, lang: str) -> None:
    """Something to see: an example about a picture, or two questions."""
    send = page.locator("#glm-box .submit-button")
    if path == "/image":
        page.locator(".glm-thumb").nth(2).click()
        expect(page.locator("#glm-box textarea")).not_to_be_empty()
        send.click()
    else:
        for question in QUESTIONS[lang]:
            page.fill("#glm-box textarea", question)
            send.click()
            expect(page.locator("[data-testid=bot]").last).not_to_be_empty()
            page.wait_for_timeout(3000)  # the whole answer
    page.wait_for_timeout(1500)  # figures of the answer, fonts


def take(browser: Browser, address: str, path: str, lang: str, width: int, dark: bool) -> Path:
    """One picture, named by what it shows."""
    locale, scheme = ("en-US", "zh-CN")[lang == "zh"], "dark" if dark else "light"
    context = browser.new_context(
        viewport={"width": width, "height": 800 if width > 400 else 740}, locale=locale, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(address + path)
    ready(page)
    fill(page, path, lang)
    size = "wide" if width > 400 else "phone"
    file = ROOT / "docs" / "screens" / f"{path.strip('/') or 'chat'}-{lang}-{size}-{scheme}.png"
    file.parent.mkdir(exist_ok=True)
    page.screenshot(path=file)
    context.close()
    return file


def main() -> None:
    """Take them all."""
    with running(PORT, module="apps.demo") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for shot in SHOTS:
            print(take(browser, address, *shot).relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
