"""The school's side of story 5: it sees the invitation, and nothing of what lies behind it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from playwright.async_api import expect

from deploy.local.api import Api
from tests.journeys.conftest import Visit
from tests.journeys.others import FARSTA, referred, taken_over
from tests.journeys.visitor import Visitor


async def test_a_school_sees_its_invitation_and_nothing_else(log_in: Visit, api: Api) -> None:
    worry, purpose = f"Slag {uuid4()}", f"En lugn start på dagen {uuid4().hex[:5]}"
    receipt = await referred(api, "polisen-farsta", worry)
    referral = receipt["referrals"][0]["id"]
    await taken_over(api, referral)
    school: Visitor = await log_in("test-skola-farsta")
    await school.go("/invitations")
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    consent = {"written": True, "givenAt": datetime.now(UTC).isoformat(), "purpose": "Möte med skolan"}
    body = {
        "referral": referral,
        "childName": "Test Testsson",
        "purpose": purpose,
        "place": "Testskolan Farsta, sal 3",
        "startsAt": starts.isoformat(),
        "endsAt": (starts + timedelta(hours=1)).isoformat(),
        "parties": ["testskolan-farsta"],
        "consents": [{"giver": giver, **consent} for giver in ("child", "guardian")],
    }
    sip = (await api.ask(FARSTA, "POST", "/liaison/v1/sips", body, key=uuid4())).body["id"]
    listed = school.page.locator(f"#sip-{sip}")
    await expect(listed).to_be_visible()
    assert "Test Testsson" not in await school.text()
    await listed.get_by_role("link").click()
    await school.look()
    text = await school.text()
    for told in (purpose, "Test Testsson", "sal 3", "Farsta mottagning"):
        assert told in text
    whole = await school.page.content()
    for untold in (worry, referral, receipt["receiptCode"]):
        assert untold not in whole
    assert "Test Testsson" not in await school.page.title()

    another: Visitor = await log_in("test-skola-skarholmen")
    assert await another.go(f"/invitations/{sip}") == 404
    await another.go("/invitations")
    assert sip not in await another.page.content()
