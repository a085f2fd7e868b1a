"""The whole hub in memory, whoever sends whatever to it, whatever order events reach the policies and the views in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import event as note
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.consultation import Advice
from contracts.feedback import LawfulFact
from contracts.referral import ReferralContent, ReferralReceived
from services.liaison.case import Case, fold
from tests.memory.hub import OFFICERS, PEOPLE, REPORTERS, STEWARD, Hub, Person
from tests.properties.whole import (
    ALWAYS,
    CANARY,
    every_board_says_how_its_agency_stands,
    history,
    received,
    what_was_received_is_registered_once,
    who_may_read_can_and_nobody_else,
)
from tests.properties.world import DESKS, WITH_CASES, Desk

Answer = TypeVar("Answer")
Body = Mapping[str, Any]
OFFICER_AT = {person.desk.unit: person for person in OFFICERS}
REPORTER_AT = {person.desk.unit: person for person in REPORTERS}
ANYBODY = some.sampled_from(("owner", "offered", "colleague", "colleague", *PEOPLE))
OWNER, OFFERED = some.just("owner") | some.just("owner") | ANYBODY, some.just("offered") | some.just("offered") | ANYBODY
WHICH = some.integers(0, 9)
UNITS = some.sampled_from([desk.unit for desk in WITH_CASES]) | some.sampled_from([desk.unit for desk in DESKS] + ["nowhere"])
SENDERS = some.sampled_from(REPORTERS) | some.sampled_from(REPORTERS) | some.sampled_from(PEOPLE)
HANDS = some.sampled_from(("owner", "owner", "colleague"))
KEYS = some.lists(some.uuids(), min_size=4, max_size=4, unique=True)
WORDS = some.sampled_from((CANARY, f"{CANARY} igen", ""))
FORBIDDEN_CODES = {"conflict", "unforeseen"}
"""Refusals that nothing in one hand can explain: nobody else wrote at the same moment, and nothing may break."""


@dataclass(frozen=True)
class Sent:
    """A request under an idempotency key that was acknowledged, and what was answered."""

    who: Person
    path: str
    body: Body
    key: UUID
    answer: object


class HubMachine(RuleBasedStateMachine):
    """One hub, from empty."""

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.hub = asyncio.Runner(), Hub()
        self._run(self.hub.start())
        self.referrals, self.questions, self.sent = list[UUID](), list[UUID](), list[Sent]()
        self.worries: dict[UUID, str] = {}
        self.sent_away: set[Person] = set()

    def _run(self, work: Awaitable[Answer]) -> Answer:
        async def worked() -> Answer:
            return await work

        return self.runner.run(worked())

    @initialize(keys=KEYS, reporter=some.sampled_from(REPORTERS), stage=some.integers(0, 7), which=some.integers(0, 1), hand=HANDS)
    def begins(self, keys: list[UUID], reporter: Person, stage: int, which: int, hand: str) -> None:
        """Three referrals and two questions are there; one referral has gone so many of the usual steps, in one hand or another."""
        self.hands_over(reporter, keys[0], 1, CANARY, "socialjouren-jour")
        self.hands_over(reporter, keys[1], 2, CANARY, "farsta-mottagning")
        self.asks(reporter, keys[2], CANARY, "socialjouren-jour")
        self.asks(REPORTERS[-1], keys[3], CANARY, "farsta-mottagning")
        self.policies_follow("intake", 9)
        first, second = (("farsta-mottagning", "socialjouren-jour"), ("skarholmen-mottagning", "farsta-mottagning"))[which]
        usual: tuple[Callable[[], None], ...] = (
            partial(self.opens, hand, which),
            partial(self.assesses, hand, which, CANARY, keys[0], needs=True),
            partial(self.offers, hand, which, first, CANARY, keys[1]),
            partial(self.accepts, "offered", which),
            partial(self.offers, "owner", which, second, CANARY, keys[2]),
            partial(self.decides, "owner", which, LawfulFact.INVESTIGATION_OPENED, CANARY, keys[3]),
            partial(self.schedules, "owner", which, ["farsta-grundskola"], keys[0], 1),
        )
        for step in usual[:stage]:
            step()

    @rule(who=SENDERS, key=some.uuids(), children=some.integers(0, 3), worry=WORDS, to=UNITS)
    def hands_over(self, who: Person, key: UUID, children: int, worry: str, to: str) -> None:
        """A referral about some children."""
        told = [{"kind": "unknown", "name": f"{CANARY} {number}"} for number in range(children)]
        body = {"recipient": to, "children": told, "worry": worry}
        answer = self._send(who, "/intake/v1/referrals", body, key)
        for each in answer["referrals"] if answer else ():
            self.referrals.append(UUID(each["id"]))
            self.worries[UUID(each["id"])] = worry

    @rule(
        who=some.sampled_from(REPORTERS) | some.sampled_from(PEOPLE),
        key=some.uuids(),
        question=WORDS | some.just("Ring 08-123 45 67"),
        to=UNITS,
    )
    def asks(self, who: Person, key: UUID, question: str, to: str) -> None:
        """A question to social services."""
        if answer := self._send(who, "/intake/v1/consultations", {"question": question, "recipient": to}, key):
            self.questions.append(UUID(answer["id"]))

    @rule(who=OWNER, which=WHICH)
    def opens(self, who: str | Person, which: int) -> None:
        """Seen."""
        self._on_referral(who, which, "openings")

    @rule(who=OWNER, which=WHICH, reasons=WORDS, key=some.none() | some.uuids(), needs=some.booleans())
    def assesses(self, who: str | Person, which: int, reasons: str, key: UUID | None, *, needs: bool) -> None:
        """Assessed."""
        self._on_referral(who, which, "immediate-safety-assessments", {"needsImmediateProtection": needs, "reasons": reasons}, key)

    @rule(who=OWNER, which=WHICH, to=UNITS, message=WORDS, key=some.none() | some.uuids())
    def offers(self, who: str | Person, which: int, to: str, message: str, key: UUID | None) -> None:
        """Offered."""
        self._on_referral(who, which, "handover-offers", {"toUnit": to, "message": message}, key)

    @rule(who=OFFERED, which=WHICH)
    def accepts(self, who: str | Person, which: int) -> None:
        """Accepted."""
        self._on_referral(who, which, "handover-acceptances")

    @rule(who=OFFERED, which=WHICH, reason=WORDS, key=some.none() | some.uuids())
    def refuses(self, who: str | Person, which: int, reason: str, key: UUID | None) -> None:
        """Refused."""
        self._on_referral(who, which, "handover-refusals", {"reason": reason}, key)

    @rule(who=OWNER, which=WHICH, fact=some.sampled_from(LawfulFact), reasons=WORDS, key=some.none() | some.uuids())
    def decides(self, who: str | Person, which: int, fact: LawfulFact, reasons: str, key: UUID | None) -> None:
        """Decided."""
        self._on_referral(who, which, "decisions", {"decision": fact, "reasons": reasons}, key)

    @rule(who=some.sampled_from(REPORTERS), which=WHICH)
    def reads_feedback(self, who: Person, which: int) -> None:
        """Read."""
        self._on_referral(who, which, "feedback-readings")

    @rule(
        who=some.sampled_from((OFFICERS[0], *PEOPLE)),
        which=WHICH,
        advice=some.sampled_from(Advice),
        text=WORDS,
        key=some.none() | some.uuids(),
    )
    def answers(self, who: Person, which: int, advice: Advice, text: str, key: UUID | None) -> None:
        """Answered."""
        question = self.questions[which % len(self.questions)] if self.questions else UUID(int=which)
        self._send(who, f"/liaison/v1/consultations/{question}/answers", {"advice": advice, "text": text}, key)

    @rule(
        who=OWNER,
        which=WHICH,
        parties=some.lists(UNITS, min_size=1, max_size=3).map(lambda units: ["farsta-grundskola", *units]),
        key=some.uuids(),
        starts=some.integers(-2, 50),
    )
    def schedules(self, who: str | Person, which: int, parties: list[str], key: UUID, starts: int) -> None:
        """A plan with everybody's consent."""
        now = datetime.now(UTC)
        consents = [{"giver": giver, "written": True, "givenAt": now.isoformat(), "purpose": CANARY} for giver in ("child", "guardian")]
        times = {"startsAt": (now + timedelta(hours=starts)).isoformat(), "endsAt": (now + timedelta(hours=starts + 1)).isoformat()}
        about = {"referral": str(self._referral(which)), "childName": CANARY, "purpose": CANARY, "place": CANARY}
        self._send(self._person(who, which), "/liaison/v1/sips", {**about, **times, "parties": parties, "consents": consents}, key)

    @rule(which=WHICH)
    def sends_the_same_again(self, which: int) -> None:
        """A repeated request is answered as the first time, and nothing more is stored."""
        for sent in self.sent[which % 10 :: 10]:
            self._repeat(sent)

    def _repeat(self, sent: Sent) -> None:
        before = self.hub.size()
        again = self._run(self.hub.call(sent.who, "POST", sent.path, sent.body, key=sent.key))
        assert self.hub.size() == before
        assert sent.who in self.sent_away or (again.status_code, again.json()) == (201, sent.answer), again.text

    @rule(which=WHICH)
    def sends_other_words_under_the_same_key(self, which: int) -> None:
        """What a key has made it makes of no other words."""
        made = [sent for sent in self.sent if sent.path.startswith("/intake")]
        if made:
            sent = made[which % len(made)]
            before = self.hub.size()
            changed = {name: f"{text} till" if name in {"worry", "question"} else text for name, text in sent.body.items()}
            again = self._run(self.hub.call(sent.who, "POST", sent.path, changed, key=sent.key))
            assert again.status_code == (403 if sent.who in self.sent_away else 422), again.text
            assert self.hub.size() == before

    @rule(unit=some.sampled_from(WITH_CASES))
    def steward_closes(self, unit: Desk) -> None:
        """A unit closes: nothing new is sent there."""
        body = {"validTo": "2026-01-01", "successor": None}
        self._send(STEWARD, f"/liaison/v1/directory/units/{unit.unit}/closings", body)
        self._run(self.hub.register_refreshes())

    @rule(who=some.sampled_from(REPORTERS))
    def steward_sends_away(self, who: Person) -> None:
        """Somebody's assignment ends: from then on that token opens nothing."""
        answer = self._run(self.hub.call(STEWARD, "DELETE", f"/liaison/v1/directory/assignments/{who.holder}"))
        assert answer.status_code == 200
        self.sent_away.add(who)
        self._run(self.hub.register_refreshes())

    @rule(store=some.sampled_from(("intake", "intake", "liaison")), most=some.integers(1, 9))
    def policies_follow(self, store: str, most: int) -> None:
        """The policies take what comes next, one event or many."""
        self._run(self.hub.policies_follow(store, most))

    @rule()
    def policies_start_anew(self) -> None:
        """As after a crash."""
        self._run(self.hub.policies_start())

    @rule(store=some.sampled_from(("intake", "liaison")), back=some.integers(-4, 6), most=some.integers(1, 12))
    def views_take(self, store: str, back: int, most: int) -> None:
        """The views get what comes next, or again what they had, or what is not their turn yet."""
        self._run(self.hub.views_take(store, max(0, self.hub.views.has_come(store) - back), most))

    def _on_referral(self, who: str | Person, which: int, what: str, body: Body | None = None, key: UUID | None = None) -> None:
        self._send(self._person(who, which), f"/liaison/v1/referrals/{self._referral(which)}/{what}", body or {}, key)

    def _referral(self, which: int) -> UUID:
        return self.referrals[which % len(self.referrals)] if self.referrals else UUID(int=which)

    def _case(self, which: int) -> Case:
        return fold(history(self.hub, self._referral(which)))

    def _person(self, who: str | Person, which: int) -> Person:
        """Whoever the word stands for just now."""
        if isinstance(who, Person):
            return who
        case = self._case(which)
        unit = case.pending.to_unit if who == "offered" and case.pending else case.owner_unit
        colleagues = [each for each in OFFICERS if who == "colleague" and each.desk.agency == case.owner_agency and each.desk.unit != unit]
        return (*colleagues, OFFICER_AT.get(unit, OFFICERS[0]))[0]

    def _send(self, who: Person, path: str, body: Body, key: UUID | None = None) -> Any:
        """Sends, and sees that what is refused is refused for a reason and leaves no trace."""
        before = self.hub.size()
        answer = self._run(self.hub.call(who, "POST", path, body, key=key))
        assert answer.status_code in {201, 403, 404, 409, 422}, answer.text
        assert who not in self.sent_away or answer.status_code == 403
        if answer.status_code == 201:
            note(path.rpartition("/")[2])
            if key is not None:
                self.sent.append(Sent(who, path, body, key, answer.json()))
            return answer.json()
        code = answer.json()["type"].rpartition(":")[2]
        note(f"refused: {code}")
        assert code not in FORBIDDEN_CODES
        assert self.hub.size() == before
        assert CANARY not in answer.text
        return None

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
                self.steward_closes(unit)
            for sent in self.sent:
                self._repeat(sent)
        finally:
            self.runner.close()

    def everything_has_followed(self) -> None:
        """Then all is where it belongs."""
        for store in ("intake", "liaison"):  # nothing that follows in liaison from what intake received is followed by more
            self._run(self.hub.policies_follow(store, 10_000))
        for store in ("liaison", "intake"):
            self._run(self.hub.views_take(store, 0, 10_000))
        for each in (*ALWAYS, what_was_received_is_registered_once, every_board_says_how_its_agency_stands):
            each(self.hub)

    def whoever_may_read_reads_what_was_written(self) -> None:
        """And nobody else reads anything."""
        for agency, read in self._run(who_may_read_can_and_nobody_else(self.hub)):
            note(f"read by {agency}")
            if isinstance(read, ReferralReceived):
                assert isinstance(read.content, ReferralContent)
                assert read.content.worry in self.worries.values()


HubMachine.TestCase.settings = settings(max_examples=settings().max_examples // 2)
TestHub = HubMachine.TestCase
