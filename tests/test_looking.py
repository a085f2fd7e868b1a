"""A close look sees what is wrong with a piece of a page, and with the page as a whole, also after it has seen pages like it."""

import pytest

from tests.looking import a_chromium, look_at

pytestmark = pytest.mark.real

PAGE = "<!doctype html><html lang=en><head><title>A page</title></head><body><main><h1>A page</h1>{}</main></body></html>"
FINE = "<ul><li><p>Something to read.</p></li></ul>"


@pytest.mark.parametrize(
    "bad",
    [
        "<ul><li><p>Something to read.</p></li><li><p style='color: #eee; background: #fff'>Faint</p></li></ul>",
        "<ul><li><input></li></ul>",
        "<section aria-label=Twice><p>One</p></section><section aria-label=Twice><p>Another</p></section>",
        "<h4>Too deep</h4>",
        "<p id=twice>One</p><p id=twice>Another</p>",
        "<p style='width: 4000px'>Too wide</p>",
    ],
)
async def test_what_is_wrong_is_seen_on_a_page_like_one_that_was_fine(bad: str) -> None:
    async with a_chromium() as browser:
        page = await browser.new_page()
        for body in (FINE, FINE + FINE):
            await page.set_content(PAGE.format(body))
            await look_at(page)
        await page.set_content(PAGE.format(bad))
        for _ in range(2):  # what was found bad is not taken for seen
            with pytest.raises(AssertionError):
                await look_at(page)
