"""Who is logged in but may not be on a page is told why, and what to do: by their login, their place in the directory, or their role."""

import pytest
from fastapi import Request
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind, Role
from services.portal.app import create_app
from services.portal.person import Person, person_from_claims
from tests.portal.parts import browser, portal_settings

LEVEL = "http://id.elegnamnden.se/loa/1.0/loa{}"
NURSE = Person(subject="n", name="N", unit="sachsska-barnakut", kind=AgencyKind.HEALTHCARE, role=Role.REPORTER)


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (person_from_claims({"sub": "x", "acr": LEVEL.format(2)}), "Logga in på ett säkrare sätt"),
        (person_from_claims({"sub": "x", "acr": LEVEL.format(3)}), "Navet känner inte till din enhet än"),
        (person_from_claims({"sub": "x"}), "Navet känner inte till din enhet än"),
        (NURSE, "Det här är inte öppet för dig"),
        (None, "Det här är inte öppet för dig"),
    ],
)
async def test_a_closed_door_says_why(person: Person | None, words: str) -> None:
    app = create_app(portal_settings())

    @app.get("/closed")
    async def closed(request: Request) -> None:
        request.state.person = person
        raise HTTPException(403)

    async with browser(app) as somebody:
        answer = await somebody.get("/closed")
    assert answer.status_code == 403
    assert words in answer.text
