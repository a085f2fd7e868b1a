"""A consultation from the first question to the referral that it becomes, through the services' own routes, policies and views."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.agencies import Role
from contracts.referral import ReferralContent, ReferralReceived
from services.kit.keyring import Reader
from services.kit.recorded import open_content
from services.projections.rows import Row
from tests.memory.hub import PRIVATE, SERVICE, STEWARD, Hub, Person
from tests.memory.store import MemoryPrivateKeys
from tests.properties.world import JOUR, POLICE_TOO, WARD

DUTY, NURSE, PATROL = Person(JOUR, Role.DUTY_OFFICER), Person(WARD, Role.REPORTER), Person(POLICE_TOO, Role.REPORTER)
Body = Mapping[str, Any]


class Night:
    """A hub, and what is done in it one thing after the other, with everything that follows."""

    def __init__(self) -> None:
        self.hub = Hub()

    async def does(self, who: Person, path: str, body: Body | None = None, key: UUID | None = None) -> httpx2.Response:
        """One command; policies and views have followed when it returns."""
        answer = await self.hub.call(who, "POST", path, body or {}, key=key or uuid4())
        for store in ("intake", "liaison"):
            await self.hub.policies_follow(store, 100)
        for store in ("liaison", "intake"):
            await self.hub.views_take(store, self.hub.views.has_come(store), 100)
        return answer

    async def on(self, question: str, who: Person, what: str, **body: object) -> str:
        """One command on a consultation: `done`, or why not."""
        answer = await self.does(who, f"/liaison/v1/consultations/{question}/{what}", body)
        return "done" if answer.status_code == 201 else str(answer.json()["type"].rpartition(":")[2])

    async def asks(self, question: str = "Ska vi anmäla?") -> str:
        """A nurse asks."""
        answer = await self.does(NURSE, "/intake/v1/consultations", {"question": question, "category": "neglect"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def row(self, question: str, relation: str = "asked") -> Row:
        """How it stands."""
        rows = self.hub.views.rows["consultations"].values()
        return next(row for row in rows if (str(row["consultation"]), row["relation"]) == (question, relation))


@pytest.fixture
async def night() -> Night:
    """A hub in which everybody is at work."""
    night = Night()
    await night.hub.start()
    await night.hub.views_take("liaison", 0, 100)
    return night


def referral_of(question: str, children: int = 1) -> Body:
    advice = {"advice": "refer_now", "text": "Anmäl i natt.", "answeredAt": "2026-11-22T02:55:00Z"}
    named = [{"kind": "unknown", "name": f"Provbarn {number}"} for number in range(children)]
    return {"children": named, "worry": "Blåmärken.", "consultation": {"id": question, "advised": [advice]}}


async def test_the_nurse_sees_that_somebody_has_opened_it_and_who_waits_for_whom(night: Night) -> None:
    question = await night.asks()
    assert (night.row(question)["seen_at"], night.row(question)["waits_for"]) == (None, "to_answer")
    assert await night.on(question, DUTY, "answers", advice="refer_now", text="Anmäl nu.") == "question-not-read"
    assert await night.on(question, DUTY, "openings") == "done"
    assert night.row(question)["seen_at"] is not None
    assert await night.on(question, DUTY, "counter-questions", text="Har barnet sagt något?") == "done"
    assert night.row(question)["waits_for"] == "asked"
    assert await night.on(question, NURSE, "questions", text="Ja, att det inte vill hem.") == "done"
    assert (night.row(question)["waits_for"], night.row(question)["seen_at"]) == ("to_answer", None)
    assert await night.on(question, DUTY, "openings") == "done"
    assert await night.on(question, DUTY, "answers", advice="refer_now", text="Anmäl nu.") == "done"
    assert (night.row(question)["waits_for"], night.row(question)["advice"], night.row(question)["messages"]) == (None, "refer_now", 4)
    assert await night.on(question, DUTY, "answers", advice="refer_if", text="Vänta.", condition="Om igen.") == "already-answered"


async def test_another_service_is_one_of_the_directory(night: Night) -> None:
    question = await night.asks()
    await night.on(question, DUTY, "openings")
    assert await night.on(question, DUTY, "answers", advice="other_service", text="De har grupper.") == "no-service"
    assert await night.on(question, DUTY, "answers", advice="other_service", text="De har grupper.", service="nowhere") == "unknown-service"
    assert await night.on(question, DUTY, "answers", advice="other_service", text="De har grupper.", service=SERVICE) == "done"
    assert night.row(question)["service"] == SERVICE
    closed = await night.does(STEWARD, f"/liaison/v1/directory/services/{SERVICE}/closings", {"validTo": "2026-01-01"})
    assert closed.status_code == 201
    await night.on(question, NURSE, "questions", text="Och nu?")
    await night.on(question, DUTY, "openings")
    assert await night.on(question, DUTY, "answers", advice="other_service", text="De har grupper.", service=SERVICE) == "unknown-service"


async def test_the_server_refuses_what_is_clear_and_points_out_what_may_be(night: Night) -> None:
    for question in ("Barnet 20051016-2381", "Ring 070-123 45 67", "mamma@example.se"):
        refused = await night.does(NURSE, "/intake/v1/consultations", {"question": question})
        assert (refused.status_code, question in refused.text) == (422, False)
    asked = await night.does(NURSE, "/intake/v1/consultations", {"question": "Ska Nils på Storgatan 3 anmälas?"})
    assert (asked.status_code, asked.json()["mayTell"]) == (201, ["address", "name"])
    more = await night.does(NURSE, f"/liaison/v1/consultations/{asked.json()['id']}/questions", {"text": "Alltså Nils Ek."})
    assert more.json()["mayTell"] == ["name"]


async def test_a_referral_carries_the_advice_to_whoever_receives_it(night: Night) -> None:
    question = await night.asks()
    handed_over = await night.does(NURSE, "/intake/v1/referrals", referral_of(question, 2))
    assert handed_over.status_code == 201
    row = night.row(question)
    assert (row["referral_code"], row["became_referral_at"] is not None) == (handed_over.json()["receiptCode"], True)
    assert night.row(question, "to_answer")["referral_code"] is None
    for each in handed_over.json()["referrals"]:
        received = await opened(night.hub, UUID(each["id"]))
        assert str(received.consultation) == question
        assert isinstance(received.content, ReferralContent)
        assert [given.text for given in received.content.advised] == ["Anmäl i natt."]
    assert await night.on(question, NURSE, "questions", text="En sak till.") == "became-referral"


async def test_only_a_units_own_consultation_can_become_its_referral(night: Night) -> None:
    question, other = await night.asks(), await night.asks("En annan fråga")
    strange = await night.does(PATROL, "/intake/v1/referrals", referral_of(question))
    nowhere = await night.does(PATROL, "/intake/v1/referrals", referral_of(str(uuid4())))
    assert (strange.status_code, strange.json()) == (422, nowhere.json())
    await night.does(NURSE, "/intake/v1/referrals", referral_of(question))
    assert night.row(other)["became_referral_at"] is None
    plain = await night.does(NURSE, "/intake/v1/referrals", {"children": [{"kind": "unknown", "name": "Provbarn 0"}], "worry": "Oro."})
    assert plain.status_code == 201
    assert night.row(other)["became_referral_at"] is None


async def test_the_same_words_under_the_same_key_are_said_once(night: Night) -> None:
    question, key = await night.asks(), uuid4()
    path = f"/liaison/v1/consultations/{question}/questions"
    first, again = [await night.does(NURSE, path, {"text": "En sak till."}, key) for _ in range(2)]
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert night.row(question)["messages"] == 2


async def opened(hub: Hub, referral: UUID) -> ReferralReceived:
    """The referral as Socialjouren reads it."""
    login, who = hub.login("nattljus_reader_socialjour"), Reader(uuid4(), JOUR.agency, JOUR.unit, "duty_officer", 3)
    keys = await MemoryPrivateKeys(PRIVATE).unlock(login, referral, who, action="open", purpose="handling", request=uuid4())
    envelope = next(each.envelope for each in hub.database.events["intake"] if each.stream == referral)
    event = open_content(envelope, keys)
    assert isinstance(event, ReferralReceived)
    return event
