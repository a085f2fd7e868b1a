"""What a unit may look at without opening anything: how far its referral has come, whether its question is answered."""

from uuid import UUID, uuid4

import asyncpg

from deploy.local.api import open_api
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
        answer = {"advice": "refer_now", "text": "Anmäl genast."}
        await api.ask(JOUR, "POST", f"/liaison/v1/consultations/{asked}/answers", answer)
        row = (await api.ask(POLICE, "GET", f"/projections/v1/consultations/{asked}/state")).body
        assert row["advice"] == "refer_now"
        assert "Anmäl genast" not in str(row)
    assert await readings(hub, asked) == 0
