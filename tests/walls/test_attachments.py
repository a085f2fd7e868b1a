"""Who gets a file of a referral: who sent it and who has the case, after it was opened, through the read log; nobody else anything."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.local.api import Api, open_api
from tests.files import attached, come, fetched, offered
from tests.intake.pictures import MARK, jpeg
from tests.stack import Hub

POLICE, JOUR, DISTRICT = "polisen-farsta", "socialjouren", "farsta"
STRANGERS = ("polisen-skarholmen", "skola-farsta", "skarholmen", "nattljus-seeder", "socialtjanstinspektorerna")


@pytest.fixture
async def api(hub: Hub) -> AsyncIterator[Api]:
    """The hub's public APIs."""
    async with open_api(hub.data.path) as api:
        yield api


async def referred(api: Api) -> str:
    body = {"children": [{"kind": "unknown", "name": "Test Testsson"}], "worry": f"Blåmärken {uuid4()}"}
    referral: str = (await api.ask(POLICE, "POST", "/intake/v1/referrals", body, key=uuid4())).body["referrals"][0]["id"]
    return referral


async def does(api: Api, client: str, referral: str, what: str, **body: object) -> None:
    await api.ask(client, "POST", f"/liaison/v1/referrals/{referral}/{what}", body or None)


async def read_log(hub: Hub, referral: str) -> list[tuple[str, str]]:
    """Who opened files of it, and how."""
    connection = await asyncpg.connect(hub.admin_dsn)
    try:
        rows = await connection.fetch(
            "SELECT agency, action FROM keyring.read_log WHERE stream = $1 AND action LIKE '%file' ORDER BY id", UUID(referral)
        )
    finally:
        await connection.close()
    return [(row["agency"], row["action"]) for row in rows]


async def test_a_file_goes_to_who_sent_it_and_to_who_has_the_case_and_every_opening_is_logged(api: Api, hub: Hub) -> None:
    referral = await referred(api)
    file = await attached(api, POLICE, referral, "blåmärke.jpg", jpeg())
    assert file["state"] == "unscanned", "no antivirus is configured here"
    [row] = (await api.ask(POLICE, "GET", f"/projections/v1/referrals/{referral}/attachments")).body
    assert (row["attachment"], row["state"]) == (file["id"], "unscanned")

    unasked = await fetched(api, POLICE, referral, file["id"])
    assert (unasked.status_code, unasked.json()["type"]) == (409, "urn:nattljus:problem:not-scanned")
    own = await fetched(api, POLICE, referral, file["id"], unscanned="true", purpose="following_up")
    assert own.status_code == 200
    assert own.headers["content-type"] == "image/jpeg"
    assert own.headers["content-disposition"] == "attachment; filename*=UTF-8''bl%C3%A5m%C3%A4rke.jpg"
    assert own.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in own.headers["content-security-policy"]
    assert MARK not in own.content

    early = await fetched(api, JOUR, referral, file["id"], unscanned="true")
    assert (early.status_code, early.json()["type"]) == (409, "urn:nattljus:problem:not-opened")
    await does(api, JOUR, referral, "openings")
    assert (await fetched(api, JOUR, referral, file["id"], unscanned="true")).content == own.content
    assert await read_log(hub, referral) == [("polisen", "open unscanned file"), ("socialjouren", "open unscanned file")]


async def test_the_district_gets_it_when_it_has_accepted_and_not_before(api: Api) -> None:
    referral = await referred(api)
    file = await attached(api, POLICE, referral, "anteckning.txt", b"Mormor kommer.")
    await does(api, JOUR, referral, "openings")
    await does(api, JOUR, referral, "immediate-safety-assessments", needsImmediateProtection=False, reasons="Hos mormor.")
    await does(api, JOUR, referral, "handover-offers", toUnit="farsta-mottagning", message="Barnet bor i Farsta.")
    assert (await fetched(api, DISTRICT, referral, file["id"], unscanned="true")).status_code == 404
    assert (await api.ask(DISTRICT, "GET", f"/projections/v1/referrals/{referral}/attachments")).body == []
    await does(api, DISTRICT, referral, "handover-acceptances")
    late = await attached(api, POLICE, referral, "till.txt", b"Hon kom inte.")
    await come(api, DISTRICT, referral, 2)
    assert len((await api.ask(DISTRICT, "GET", f"/projections/v1/referrals/{referral}/attachments")).body) == 2
    row = (await api.ask(DISTRICT, "GET", f"/projections/v1/board/{referral}")).body
    assert (row["attachments"], row["attachmentsSeen"]) == (2, 1)
    unopened = await fetched(api, DISTRICT, referral, late["id"], unscanned="true")
    assert (unopened.status_code, unopened.json()["type"]) == (409, "urn:nattljus:problem:not-opened")
    assert len((await api.ask(DISTRICT, "GET", f"/projections/v1/referrals/{referral}")).body["attachments"]) == 1
    await does(api, DISTRICT, referral, "supplement-openings")
    for each, content in ((file, b"Mormor kommer."), (late, b"Hon kom inte.")):
        assert (await fetched(api, DISTRICT, referral, each["id"], unscanned="true")).content == content
    opened = (await api.ask(DISTRICT, "GET", f"/projections/v1/referrals/{referral}")).body
    names = [entry["data"]["content"]["name"] for entry in opened["entries"] if entry["event"] == "AttachmentAdded"]
    assert (names, len(opened["attachments"])) == (["anteckning.txt", "till.txt"], 2)
    chain = (await api.ask(POLICE, "GET", f"/projections/v1/receipts/{referral}/chain")).body
    assert (chain["attachments"], chain["attachmentsSeen"]) == (2, 2)


async def test_who_has_handed_a_case_over_is_told_of_no_file_that_comes_later(api: Api) -> None:
    referral = await referred(api)
    file = await attached(api, POLICE, referral, "anteckning.txt", b"Mormor kommer.")
    await does(api, JOUR, referral, "openings")
    await does(api, JOUR, referral, "immediate-safety-assessments", needsImmediateProtection=False, reasons="Hos mormor.")
    await does(api, JOUR, referral, "handover-offers", toUnit="farsta-mottagning", message="Barnet bor i Farsta.")
    await does(api, DISTRICT, referral, "handover-acceptances")
    late = await attached(api, POLICE, referral, "till.txt", b"Hon kom inte.")
    await come(api, DISTRICT, referral, 2)
    await does(api, DISTRICT, referral, "supplement-openings")
    listed = (await api.ask(JOUR, "GET", f"/projections/v1/referrals/{referral}/attachments")).body
    opened = (await api.ask(JOUR, "GET", f"/projections/v1/referrals/{referral}")).body
    for rows in (listed, opened["attachments"]):
        assert [row["attachment"] for row in rows] == [file["id"]]
    assert "till.txt" not in str(opened)
    assert (await fetched(api, JOUR, referral, late["id"], unscanned="true")).status_code == 404
    assert (await fetched(api, JOUR, referral, file["id"], unscanned="true")).content == b"Mormor kommer."


async def test_a_stranger_learns_of_no_file_and_sends_none(api: Api, hub: Hub) -> None:
    referral = await referred(api)
    file = await attached(api, POLICE, referral, "anteckning.txt", b"Mormor kommer.")
    for stranger in STRANGERS:
        for attachment in (file["id"], str(uuid4())):
            assert (await fetched(api, stranger, referral, attachment, unscanned="true")).status_code == 404
        assert (await api.send(stranger, "GET", f"/projections/v1/referrals/{referral}/attachments")).status == 404
        assert (await offered(api, stranger, referral, "x.txt", b"x")).status_code in {403, 404}
    assert (await offered(api, JOUR, referral, "x.txt", b"x")).status_code == 403
    assert await read_log(hub, referral) == []


async def test_no_byte_and_no_name_of_a_file_stands_in_clear_in_the_database(api: Api, hub: Hub) -> None:
    word = f"Kanariefil{uuid4().hex}"
    referral = await referred(api)
    file = await attached(api, POLICE, referral, f"{word}.txt", f"Hej {word}".encode())
    connection = await asyncpg.connect(hub.admin_dsn)
    try:
        row = await connection.fetchrow("SELECT key, sealed, octets FROM intake.attachment WHERE id = $1", UUID(file["id"]))
        states = await connection.fetch("SELECT state FROM intake.stored_events WHERE originator_id = $1", UUID(referral))
    finally:
        await connection.close()
    for each in (row["key"], row["sealed"], *(state["state"] for state in states)):
        assert word.encode() not in each
    assert row["octets"] == len(f"Hej {word}")


async def test_without_the_streams_keys_a_file_is_gone(api: Api, hub: Hub) -> None:
    referral = await referred(api)
    file = await attached(api, POLICE, referral, "anteckning.txt", b"Mormor kommer.")
    connection = await asyncpg.connect(hub.admin_dsn)
    try:
        await connection.execute("DELETE FROM keyring.wrapped_key WHERE stream = $1", UUID(referral))
    finally:
        await connection.close()
    assert (await fetched(api, POLICE, referral, file["id"], unscanned="true")).status_code == 404
