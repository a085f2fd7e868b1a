"""Driving a hub in memory: who sends what, what is acknowledged and remembered, and what must hold whatever was sent."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import event as note
from hypothesis.stateful import RuleBasedStateMachine, invariant

from contracts.referral import ReferralContent, ReferralReceived
from contracts.supplement import ReferralSupplemented, SupplementContent
from services.liaison.case import Case, fold
from tests.memory.hub import OFFICERS, REPORTERS, STEWARD, Hub, Person
from tests.properties.whole import (
    ALWAYS,
    CANARY,
    FINALLY,
    history,
    questions,
    received,
    who_may_read_can_and_nobody_else,
)
from tests.properties.world import WITH_CASES, Desk

Answer = TypeVar("Answer")
Body = Mapping[str, Any]
OFFICER_AT = {person.desk.unit: person for person in OFFICERS}
FORBIDDEN_CODES = {"conflict", "unforeseen"}
"""Refusals that nothing in one hand can explain: nobody else wrote at the same moment, and nothing may break."""


@dataclass(frozen=True)
class Sent:
    """A request under an idempotency key that was acknowledged, and what was answered."""

    who: Person
    path: str
    body: Body
    key: UUID
    answer: Body


class DrivenHub(RuleBasedStateMachine):
    """One hub, from empty, and what was acknowledged by it. The rules are its subclass's."""

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.hub = asyncio.Runner(), Hub()
        self.run(self.hub.start())
        self.referrals, self.questions, self.sent = list[UUID](), list[UUID](), list[Sent]()
        self.calls = list[UUID]()
        self.worries: dict[UUID, str] = {}
        self.sent_away, self.closed = set[Person](), set[str]()

    def run(self, work: Awaitable[Answer]) -> Answer:
        async def worked() -> Answer:
            return await work

        return self.runner.run(worked())

    def on_referral(self, who: str | Person, which: int, what: str, body: Body | None = None, key: UUID | None = None) -> None:
        self.send(self.person(who, which), f"/liaison/v1/referrals/{self.referral(which)}/{what}", body or {}, key)

    def referral(self, which: int) -> UUID:
        return self.referrals[which % len(self.referrals)] if self.referrals else UUID(int=which)

    def reporter(self, which: int) -> Person:
        """Who sent the referral; somebody, when there is none."""
        sent = received(self.hub).get(self.referral(which))
        return next((each for each in REPORTERS if sent and each.desk.unit == sent.from_unit), REPORTERS[0])

    def on_question(self, who: str | Person, which: int, what: str, body: Body, key: UUID | None = None) -> None:
        sender = self.asker(which) if isinstance(who, str) else who
        self.send(sender, f"/liaison/v1/consultations/{self.question(which)}/{what}", body, key)

    def question(self, which: int) -> UUID:
        return self.questions[which % len(self.questions)] if self.questions else UUID(int=which)

    def asker(self, which: int) -> Person:
        """A reporter of the unit that asked."""
        asked = questions(self.hub).get(self.question(which))
        return next((each for each in REPORTERS if asked and each.desk.unit == asked.from_unit), REPORTERS[0])

    def case(self, which: int) -> Case:
        return fold(history(self.hub, self.referral(which)))

    def person(self, who: str | Person, which: int) -> Person:
        """Whoever the word stands for just now."""
        if isinstance(who, Person):
            return who
        case = self.case(which)
        unit = case.pending.to_unit if who == "offered" and case.pending else case.owner_unit
        colleagues = [each for each in OFFICERS if who == "colleague" and each.desk.agency == case.owner_agency and each.desk.unit != unit]
        return (*colleagues, OFFICER_AT.get(unit, OFFICERS[0]))[0]

    def send(self, who: Person, path: str, body: Body, key: UUID | None = None) -> Any:
        """Sends, and sees that what is refused is refused for a reason and leaves no trace."""
        before = self.hub.size()
        answer = self.run(self.hub.call(who, "POST", path, body, key=key))
        assert answer.status_code in {201, 403, 404, 409, 422}, answer.text
        assert who not in self.sent_away or answer.status_code == 403
        if answer.status_code == 201:
            note(path.rpartition("/")[2])
            if key is not None:
                self.acknowledged(Sent(who, path, body, key, answer.json()))
            return answer.json()
        code = answer.json()["type"].rpartition(":")[2]
        note(f"refused: {code}")
        assert code not in FORBIDDEN_CODES
        assert self.hub.size() == before
        assert CANARY not in answer.text
        return None

    def acknowledged(self, sent: Sent) -> None:
        """Remembers what was acknowledged: from now on it must be there."""
        self.sent.append(sent)
        for each in sent.answer.get("referrals", ()):
            self.referrals.append(UUID(each["id"]))
            self.worries[UUID(each["id"])] = sent.body["worry"]

    def repeat(self, sent: Sent) -> None:
        before = self.hub.size()
        again = self.run(self.hub.call(sent.who, "POST", sent.path, sent.body, key=sent.key))
        assert self.hub.size() == before
        assert sent.who in self.sent_away or (again.status_code, again.json()) == (201, sent.answer), again.text

    @invariant()
    def what_always_holds_holds(self) -> None:
        """All of it."""
        for each in ALWAYS:
            each(self.hub)

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        """Each once."""
        assert sorted(received(self.hub)) == sorted(self.referrals)

    def teardown(self) -> None:
        """At the end of every run."""
        try:
            self.everything_has_followed()
            self.whoever_may_read_reads_what_was_written()
            for unit in WITH_CASES:
                self.closes(unit)
            for sent in self.sent:
                self.repeat(sent)
        finally:
            self.runner.close()

    def closes(self, unit: Desk) -> None:
        """The steward closes a unit."""
        self.send(STEWARD, f"/liaison/v1/directory/units/{unit.unit}/closings", {"validTo": "2026-01-01", "successor": None})
        self.closed.add(unit.unit)
        self.run(self.hub.register_refreshes())

    def everything_has_followed(self) -> None:
        """Then all is where it belongs."""
        for store in ("intake", "liaison"):  # nothing that follows in liaison from what intake received is followed by more
            self.run(self.hub.policies_follow(store, 10_000))
        for store in ("liaison", "intake"):
            self.run(self.hub.views_take(store, 0, 10_000))
        for each in (*ALWAYS, *FINALLY):
            each(self.hub)

    def whoever_may_read_reads_what_was_written(self) -> None:
        """And nobody else reads anything."""
        for agency, read in self.run(who_may_read_can_and_nobody_else(self.hub)):
            note(f"read by {agency}")
            if isinstance(read, ReferralReceived):
                assert isinstance(read.content, ReferralContent)
                assert read.content.worry in self.worries.values()
            if isinstance(read, ReferralSupplemented):
                assert isinstance(read.content, SupplementContent)
                assert read.content.text.startswith(CANARY)
