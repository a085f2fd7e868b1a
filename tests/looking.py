"""A real Chromium to look at pages with, how patient one is with it, and a close look: the page fits, and axe-core finds nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser import find

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = next((Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js")).read_text()
SHAPE = (Path(__file__).parent / "shape.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AS_A_WHOLE = [
    "bypass",
    "document-title",
    "heading-order",
    "html-has-lang",
    "html-lang-valid",
    "landmark-banner-is-top-level",
    "landmark-contentinfo-is-top-level",
    "landmark-main-is-top-level",
    "landmark-no-duplicate-banner",
    "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main",
    "landmark-one-main",
    "landmark-unique",
    "meta-viewport",
    "page-has-heading-one",
    "region",
    "skip-link",
]
"""Axe's rules about a page rather than about something on it."""
OF_PAGE = "async rules => (await axe.run(document, {runOnly: {type: 'rule', values: rules}})).violations"
OF_PIECES = """async ([rules, shapes]) =>
  (await axe.run({include: shapes.map((each) => nattljusPieces.get(each))}, {runOnly: rules})).violations"""
PATIENCE = 20_000
"""Milliseconds that a page may take on a busy machine; what a person may wait for is asserted where it is promised."""

expect.set_options(timeout=PATIENCE)


class Shape(TypedDict):
    """What a page is made of, without its words. `twice` are ids that two elements have."""

    page: str
    pieces: list[str]
    twice: list[str]


@asynccontextmanager
async def a_chromium() -> AsyncIterator[Browser]:
    """A Chromium without any window open."""
    program = find()
    assert program is not None, "run `python -m tests.browser`"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        await browser.close()


_looked_at: set[bytes] = set()
"""What axe has found nothing on: the shapes of pages and of their pieces, each as wide and as dark as it was."""


async def look_at(page: Page) -> None:
    """The page fits its window, no id stands on it twice, and axe finds nothing.

    Axe takes a second for a long page, so it looks at the pieces whose shape it has not seen, and at the whole when its outline is new.
    """
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    made: Shape = await page.evaluate(SHAPE)
    assert made["twice"] == [], (page.url, made["twice"])
    look = await page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches].join()")
    known = {shape: sha256(f"{look} {shape}".encode()).digest() for shape in (made["page"], *made["pieces"])}
    new = [shape for shape in made["pieces"] if known[shape] not in _looked_at]
    whole = known[made["page"]] not in _looked_at
    if not (new or whole):
        return
    await page.evaluate(AXE)
    found = [*(await page.evaluate(OF_PAGE, AS_A_WHOLE) if whole else []), *(await page.evaluate(OF_PIECES, [RULES, new]) if new else [])]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], page.url
    _looked_at.update(known.values())
