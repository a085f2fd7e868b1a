"""The page for private persons: what they tell arrives, who they are stands nowhere, and a receipt can be made by nobody else."""

from uuid import uuid4

import httpx2
import pytest

from contracts.agencies import AgencyKind
from contracts.referral import ReferralContent, ReferralReceived
from services.intake.pace import Bucket
from services.portal.app import create_app
from services.portal.pages.private import RECEIPT
from services.portal.portal import Portal
from tests.memory.hub import OFFICERS
from tests.memory.hub import PORTAL as DOOR
from tests.memory.hub import REPORTERS as PROFESSIONALS
from tests.portal.parts import browser, portal_settings
from tests.portal.private import Private
from tests.properties.whole import received, who_may_read_can_and_nobody_else

FORM = {"child-1-kind": "unknown", "child-1-name": "Alva", "worry": "Skrik om nätterna.", "role": "Granne"}
WHO = {
    "user-agent": "Kanarieagent/1.0",
    "x-forwarded-for": "198.51.100.77",
    "forwarded": "for=198.51.100.77",
    "x-real-ip": "198.51.100.77",
    "referer": "https://example.se/kanariesida",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "cookie": "nattljus=kanariesession; nattljus-language=en; annat=kanariekaka",
}
"""What a browser, and those between it and the portal, tell of somebody."""
TELLING = ("Kanarie", "kanarie", "198.51.100.77", "4bf92f3577b34da6")


@pytest.fixture
async def private() -> Private:
    return await Private.opened()


def form(**more: str) -> dict[str, str]:
    return {**FORM, "idempotency_key": str(uuid4()), **more}


async def sent(private: Private, told: dict[str, str], **headers: str) -> httpx2.Response:
    async with browser(private.portal, **headers) as person:
        return await person.post("/private?language=en", data=told)


async def test_what_a_private_person_tells_arrives_without_a_name_and_asks_for_no_feedback(private: Private) -> None:
    answer = await sent(private, form())
    assert answer.status_code == 303
    (event,) = received(private.hub).values()
    assert (event.from_kind, event.from_agency, event.mandated, event.feedback_requested) == (
        AgencyKind.PRIVATE,
        DOOR.desk.agency,
        False,
        False,
    )
    await private.everything_followed()
    (opened,) = await read(private)
    assert (opened.reporter_name, opened.worry, opened.reporter_role) == ("", "Skrik om nätterna.", "Granne")


async def read(private: Private) -> list[ReferralContent]:
    """What Socialjouren reads."""
    opened = await who_may_read_can_and_nobody_else(private.hub)
    assert {agency for agency, _ in opened} == {"socialjouren"}
    return [event.content for _, event in opened if isinstance(event, ReferralReceived) and isinstance(event.content, ReferralContent)]


async def test_a_name_that_is_given_is_told_to_the_social_services(private: Private) -> None:
    await sent(private, form(reporter_name="Moa", phone="070-1"))
    await private.everything_followed()
    (opened,) = await read(private)
    assert (opened.reporter_name, opened.reporter_phone) == ("Moa", "070-1")


async def test_nothing_of_who_it_was_stands_anywhere(private: Private, capfd: pytest.CaptureFixture[str]) -> None:
    """Not in a store, a view, a key, a log, nor in what the portal says to the hub or shows on a page."""
    private.behind.heard.clear()
    answers = [await sent(private, form(), **WHO), await sent(private, form(worry=""), **WHO)]
    async with browser(private.portal, **WHO) as person:
        answers += [await person.get(path) for path in ("/private", "/private?language=en", answers[0].headers["location"])]
        answers.append(await person.get(answers[0].headers["location"].replace("?", "/pdf?")))
    await private.everything_followed()
    assert [answer.status_code for answer in answers] == [303, 422, 200, 200, 200, 200]
    written = repr((private.hub.database, private.hub.views.rows, dict(private.hub.views.positions)))
    between = repr([(str(request.url), list(request.headers.items()), request.content) for request in private.behind.heard])
    assert DOOR.desk.agency in written
    assert "Skrik om n" in between
    for place in (written, between, *capfd.readouterr(), *(answer.text for answer in answers)):
        assert [word for word in TELLING if word in place] == []


async def test_the_page_sets_no_cookie_and_remembers_no_language(private: Private) -> None:
    async with browser(private.portal) as person:
        for path in ("/private", "/private?language=en", "/private?language=sv"):
            answer = await person.get(path)
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers
            assert "drafts.js" not in answer.text
        for told in (form(), form(worry=""), form(add="child")):
            assert "set-cookie" not in (await person.post("/private?language=en", data=told)).headers
        astray = await person.get("/private/receipts/nonsense?language=en")
        assert (astray.status_code, "set-cookie" in astray.headers) == (404, False)


async def test_somebody_who_is_logged_in_in_another_window_is_nobody_here(private: Private) -> None:
    """The session's cookie comes with the request and is not looked at: without a database, looking would fail."""
    async with browser(private.portal, cookie="nattljus=a-session") as person:
        answer = await person.get("/private")
    assert answer.status_code == 200
    assert "Logga ut" not in answer.text


async def test_the_same_form_sent_again_is_one_referral_with_the_same_receipt(private: Private) -> None:
    told = form()
    first, again = await sent(private, told), await sent(private, told)
    assert first.status_code == again.status_code == 303
    assert len(received(private.hub)) == 1
    async with browser(private.portal) as person:
        pages = [(await person.get(answer.headers["location"])).text for answer in (first, again)]
    (code,) = {event.receipt_code for event in received(private.hub).values()}
    assert all(code in page for page in pages)
    assert (await sent(private, {**told, "worry": "Annat."})).status_code == 422
    assert len(received(private.hub)) == 1


async def test_a_script_is_told_where_the_receipt_is(private: Private) -> None:
    answer = await sent(private, form(), accept="application/json")
    assert answer.status_code == 201
    assert answer.json()["to"].startswith("/private/receipts/")


async def test_the_receipt_says_the_code_and_nothing_of_the_child(private: Private) -> None:
    answer = await sent(private, form(**{"child-2-kind": "personal_identity_number", "child-2-number": "200510162382"}))
    async with browser(private.portal) as person:
        page = await person.get(answer.headers["location"])
        file = await person.get(answer.headers["location"].replace("?", "/pdf?"))
    assert "A number may be mistyped" in page.text
    assert not [word for word in ("Alva", "Skrik", "20051016") if word in page.text]
    assert file.headers["content-type"] == "application/pdf"
    assert file.content.startswith(b"%PDF-")


async def test_nobody_makes_up_a_receipt(private: Private) -> None:
    answer = await sent(private, form())
    good = answer.headers["location"].partition("?")[0].rpartition("/")[2]
    portal: Portal = private.portal.state.portal
    elsewhere = portal.seal.close(b'{"code":"K7Q2-FX9M"}', b"nattljus-login").hex()
    nonsense = portal.seal.close(b"{}", RECEIPT).hex()
    async with browser(private.portal) as person:
        for forged in (good[:-2] + ("00" if good[-2:] != "00" else "11"), elsewhere, nonsense, "zz", "00"):
            for path in (f"/private/receipts/{forged}", f"/private/receipts/{forged}/pdf"):
                assert (await person.get(path)).status_code == 404, path


async def test_whatever_does_not_go_well_the_form_comes_back_with_everything_in_it(private: Private) -> None:
    refused = await sent(private, form(worry="", words="Jag vill inte hem", **{"child-1-name": ""}))
    assert refused.status_code == 422
    private.behind.silent = True
    away = await sent(private, form())
    assert away.status_code == 502
    assert "Skrik om nätterna." in away.text
    assert "telephone now" in away.text
    private.behind.silent = False
    added = await sent(private, form(add="child"))
    assert (added.status_code, 'name="child-2-name"' in added.text) == (200, True)
    assert len(received(private.hub)) == 0


async def test_a_flood_is_turned_away_without_anybody_being_remembered_and_what_stood_already_is_answered(private: Private) -> None:
    private.hub._apps["intake"].state.private_pace = Bucket(2, 3600.0)
    told = [form() for _ in range(4)]
    assert [(await sent(private, each)).status_code for each in told] == [303, 303, 502, 502]
    assert (await sent(private, told[0])).status_code == 303
    assert len(received(private.hub)) == 2
    body = {"children": [{"kind": "unknown", "name": "A"}], "worry": "x"}
    answer = await private.hub.call(PROFESSIONALS[0], "POST", "/intake/v1/referrals", body, key=uuid4())
    assert answer.status_code == 201, "professionals are never held back by it"


async def test_the_door_is_for_private_persons_and_for_nothing_else(private: Private) -> None:
    body = {"children": [{"kind": "unknown", "name": "A"}], "worry": "x"}
    hub = private.hub
    for who in (*PROFESSIONALS, *OFFICERS):
        assert (await hub.call(who, "POST", "/intake/v1/private-referrals", body, key=uuid4())).status_code == 403
    for path, told in (("referrals", body), ("consultations", {"question": "Ska vi anmäla?"})):
        assert (await hub.call(DOOR, "POST", f"/intake/v1/{path}", told, key=uuid4())).status_code == 403
    (stream,) = (await hub.call(DOOR, "POST", "/intake/v1/private-referrals", body, key=uuid4())).json()["referrals"]
    opening = await hub.call(DOOR, "POST", f"/liaison/v1/referrals/{stream['id']}/openings")
    assert opening.status_code == 403


async def test_without_a_door_there_is_no_page_and_nobody_is_sent_to_it() -> None:
    app = create_app(portal_settings())
    async with browser(app) as person:
        assert (await person.get("/private")).status_code == 404
        assert (await person.post("/private", data=form())).status_code == 404
        assert 'href="/private"' not in (await person.get("/")).text


async def test_the_first_page_leads_there(private: Private) -> None:
    async with browser(private.portal) as person:
        assert 'href="/private"' in (await person.get("/")).text
