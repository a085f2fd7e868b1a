"""The script that points out what names somebody, held to the server's own table of examples: the same pieces, in the same words."""

import json
import subprocess
from pathlib import Path
from typing import Any

import playwright
import pytest

from services.portal.assets import STATIC
from services.portal.language import Language
from services.portal.pages.pointing import rules, sentences, shown
from tests.contracts.test_nameless import EXAMPLES

NODE = Path(playwright.__file__).parent / "driver" / "node"
"""The one that Playwright drives its browsers with: the same engine as Chromium's."""
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
MIXED = ["", "Nils (20051016-2381) nås på 070-123 45 67 eller mamma@example.se, Storgatan 3, och Nils igen", "$& $1 {piece} Anna Ek"]


def pointed_out(texts: list[str], language: Language) -> list[dict[str, Any]]:
    """What the script says beside each text, and which pieces it has shown then. It has no network to ask."""
    script = Path(__file__).with_name("nameless.mjs")
    told = json.dumps({"rules": rules(language), "texts": texts})
    ran = subprocess.run([NODE, script, STATIC / "nameless.js"], input=told, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


@pytest.mark.real
@pytest.mark.parametrize("language", Language)
def test_the_script_says_beside_the_text_what_the_server_says(language: Language) -> None:
    texts = [*TEXTS, *MIXED]
    for text, found in zip(texts, pointed_out(texts, language), strict=True):
        assert found["said"] == sentences(text, language), text
        assert found["looked"] == json.loads(shown(text)), text


def test_the_script_asks_nobody() -> None:
    source = (STATIC / "nameless.js").read_text("utf-8")
    assert [word for word in ("fetch", "XMLHttpRequest", "sendBeacon", "WebSocket", "import", "src", "http") if word in source] == []
