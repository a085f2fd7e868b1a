"""What a unit may look at without opening anything: how far its referral has come, whether its question is answered."""

from uuid import UUID, uuid4

import asyncpg

from deploy.local.api import open_api
from tests.place import until
from tests.stack import Hub

POLICE, JOUR = "polisen-farsta", "socialjouren"


async def readings(hub: Hub, stream: str) -> int:
    """How often the read log says that somebody opened this."""
    connection = await asyncpg.connect(hub.admin_dsn)
    try:
        found: int = await connection.fetchval("SELECT count(*) FROM keyring.read_log WHERE stream = $1", UUID(stream))
        return found
    finally:
        await connection.close()


async def test_the_chain_of_a_referral_is_its_units_own_and_opens_nothing(hub: Hub) -> None:
    body = {"children": [{"kind": "unknown", "name": "Test Testsson"}], "worry": f"Slag {uuid4()}"}
    async with open_api(hub.data.path) as api:
        receipt = (await api.ask(POLICE, "POST", "/intake/v1/referrals", body, key=uuid4())).body
        referral = receipt["referrals"][0]["id"]
        row = (await api.ask(POLICE, "GET", f"/projections/v1/receipts/{referral}/chain")).body
        assert (row["referral"], row["receiptCode"], row["seenAt"]) == (referral, receipt["receiptCode"], None)
        assert "Testsson" not in str(row)
        for stranger in ("polisen-skarholmen", "skola-farsta", JOUR):
            assert (await api.send(stranger, "GET", f"/projections/v1/receipts/{referral}/chain")).status == 404
        assert await readings(hub, referral) == 0
        await api.ask(POLICE, "GET", f"/projections/v1/receipts/{referral}")
    assert await readings(hub, referral) == 1


async def test_whether_a_question_is_answered_is_known_without_opening_it(hub: Hub) -> None:
    question = f"När ska vi anmäla? {uuid4().hex[:5]}"
    async with open_api(hub.data.path) as api:
        asked = (await api.ask(POLICE, "POST", "/intake/v1/consultations", {"question": question}, key=uuid4())).body["id"]
        assert (await api.ask(POLICE, "GET", f"/projections/v1/consultations/{asked}/state")).body["answeredAt"] is None
        assert (await api.send("skola-farsta", "GET", f"/projections/v1/consultations/{asked}/state")).status == 404
        refused = await api.send(JOUR, "GET", f"/projections/v1/consultations/{asked}")
        assert (refused.status, refused.body["title"]) == (409, "Question not opened")
        await api.ask(JOUR, "POST", f"/liaison/v1/consultations/{asked}/openings")
        row = (await api.ask(POLICE, "GET", f"/projections/v1/consultations/{asked}/state")).body
        assert (row["seenAt"] is not None, row["waitsFor"], row["messages"]) == (True, "to_answer", 1)
        answer = {"advice": "refer_now", "text": "Anmäl genast."}
        await api.ask(JOUR, "POST", f"/liaison/v1/consultations/{asked}/answers", answer)
        row = (await api.ask(POLICE, "GET", f"/projections/v1/consultations/{asked}/state")).body
        assert row["advice"] == "refer_now"
        assert "Anmäl genast" not in str(row)
    assert await readings(hub, asked) == 0


async def test_an_addition_stays_closed_until_somebody_opens_it_and_then_both_sides_read_it(hub: Hub) -> None:
    words = f"Pappan har en nyckel {uuid4()}"
    body = {"children": [{"kind": "unknown", "name": "Test"}, {"kind": "unknown", "name": "Testa"}], "worry": f"Slag {uuid4()}"}
    async with open_api(hub.data.path) as api:
        receipt = (await api.ask(POLICE, "POST", "/intake/v1/referrals", body, key=uuid4())).body
        first, second = (each["id"] for each in receipt["referrals"])
        await api.ask(JOUR, "POST", f"/liaison/v1/referrals/{first}/openings")
        key, addition = uuid4(), {"text": words, "forSiblings": True}
        path = f"/intake/v1/referrals/{first}/supplements"
        added = await api.ask(POLICE, "POST", path, addition, key=key)
        assert added.body["children"] == 2
        assert (await api.ask(POLICE, "POST", path, addition, key=key)).body == added.body
        assert (await api.send(POLICE, "POST", path, {**addition, "text": "Annat."}, key=key)).status == 422

        async def unread() -> bool:
            row = (await api.ask(JOUR, "GET", f"/projections/v1/board/{first}")).body
            return (row["supplements"], row["supplementsSeen"]) == (1, 0)

        await until(unread)
        assert words not in str((await api.ask(JOUR, "GET", f"/projections/v1/referrals/{first}")).body)
        assert words in str((await api.ask(POLICE, "GET", f"/projections/v1/receipts/{first}")).body)
        await api.ask(JOUR, "POST", f"/liaison/v1/referrals/{first}/supplement-openings")
        assert words in str((await api.ask(JOUR, "GET", f"/projections/v1/referrals/{first}")).body)
        chain = (await api.ask(POLICE, "GET", f"/projections/v1/receipts/{first}/chain")).body
        assert (chain["supplements"], chain["supplementsSeen"]) == (1, 1)
        await api.ask(JOUR, "POST", f"/liaison/v1/referrals/{second}/openings")
        assert words in str((await api.ask(JOUR, "GET", f"/projections/v1/referrals/{second}")).body), "opened with the referral"


async def test_an_addition_to_an_earlier_signal_stays_closed_too_whoever_opens_that_for_a_reason(hub: Hub) -> None:
    words, number = f"Mamman har flyttat {uuid4()}", uuid4().hex.upper()
    child = {"kind": "reserve_number", "number": number}
    async with open_api(hub.data.path) as api:

        async def sent() -> str:
            body = {"children": [child], "worry": f"Slag {uuid4()}"}
            receipt = (await api.ask(POLICE, "POST", "/intake/v1/referrals", body, key=uuid4())).body
            referral: str = receipt["referrals"][0]["id"]
            await api.ask(JOUR, "POST", f"/liaison/v1/referrals/{referral}/openings")
            return referral

        first, later = await sent(), await sent()
        await api.ask(POLICE, "POST", f"/intake/v1/referrals/{first}/supplements", {"text": words}, key=uuid4())

        async def unread() -> bool:
            row = (await api.ask(JOUR, "GET", f"/projections/v1/board/{first}")).body
            return (row["supplements"], row["supplementsSeen"], row["urgency"]) == (1, 0, 0)

        await until(unread)
        earlier = f"/projections/v1/referrals/{later}/earlier-signals/{first}?purpose=earlier_signals"
        opened = (await api.ask(JOUR, "GET", earlier)).body
        assert (words in str(opened), opened["attachments"]) == (False, [])
        await api.ask(JOUR, "POST", f"/liaison/v1/referrals/{first}/supplement-openings")
        assert words in str((await api.ask(JOUR, "GET", earlier)).body)
