"""The end of story 3: the patrol reads its feedback, and nobody else sees anything of it, by page or by guessing an address."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from deploy.local.api import Api
from tests.journeys.conftest import Visit
from tests.journeys.others import FARSTA, does, referred, rows, taken_over
from tests.journeys.visitor import Visitor


async def test_feedback_comes_by_itself_and_says_one_lawful_fact_when_somebody_reads_it(log_in: Visit, api: Api) -> None:
    receipt = await referred(api, "polisen-farsta", f"Slag {uuid4()}")
    referral = receipt["referrals"][0]["id"]
    await taken_over(api, referral)
    patrol: Visitor = await log_in("test-polis-farsta")
    await patrol.go(f"/sent/{referral}")
    assert "Inget ännu" in await patrol.text()
    await does(api, FARSTA, referral, "decisions", decision="investigation_opened", reasons="Upprepat våld.")
    await expect(patrol.page.get_by_role("button", name="Läs återkopplingen")).to_be_visible()
    assert "En utredning har inletts" not in await patrol.text()
    await patrol.press("Läs återkopplingen")
    text = await patrol.text()
    assert "En utredning har inletts." in text
    assert "19 kap.\u00a06\u00a0§" in text
    assert "Upprepat våld" not in text
    row = next(row for row in await rows(api, "polisen-farsta", f"receipts?code={receipt['receiptCode']}"))
    assert row["feedbackReadAt"]
    await patrol.go("/sent")


@pytest.mark.parametrize("stranger", ["test-skola-farsta", "test-sjukskoterska-huddinge", "test-polis-skarholmen"])
async def test_nobody_else_sees_anything_of_it(log_in: Visit, api: Api, stranger: str) -> None:
    worry = f"Slag {uuid4()}"
    receipt = await referred(api, "polisen-farsta", worry)
    referral, code = receipt["referrals"][0]["id"], receipt["receiptCode"]
    await taken_over(api, referral)
    await does(api, FARSTA, referral, "decisions", decision="investigation_not_opened", reasons="Ett missförstånd.")
    other: Visitor = await log_in(stranger)
    assert await other.go(f"/sent/{referral}") == 404
    hidden = [f"/sent/{referral}/content", f"/sent/{referral}/chain", f"/receipts/{code}"]
    hidden += [f"/consultations/{referral}", f"/invitations/{referral}", f"/cases/{referral}", f"/cases/{referral}/open", "/board"]
    for path in hidden:
        answer = await other.page.request.get(other.portal + path)
        assert answer.status in {403, 404}, path
        assert worry not in await answer.text()
    for path in ("/sent", f"/sent?code={code}", "/sent/rows", "/invitations", "/consultations"):
        answer = await other.page.request.get(other.portal + path)
        assert answer.status == 200
        assert referral not in await answer.text()
    answer = await other.page.request.post(f"{other.portal}/sent/{referral}/feedback", headers={"Origin": other.portal})
    assert answer.status == 404
