"""A real Chromium to look at pages with, how patient one is with it, and the rules that axe-core looks for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

from tests.browser import find

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = next((Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 20_000
"""Milliseconds that a page may take on a busy machine; what a person may wait for is asserted where it is promised."""

expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def a_chromium() -> AsyncIterator[Browser]:
    """A Chromium without any window open."""
    program = find()
    assert program is not None, "run `python -m tests.browser`"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        await browser.close()
