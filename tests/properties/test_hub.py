"""The whole hub in memory, whoever sends whatever to it, whatever order events reach the policies and the views in."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import httpx2
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import initialize, rule

from contracts.advice import Advice
from contracts.attachment import FileState
from contracts.feedback import LawfulFact
from contracts.police_report import PoliceReport
from contracts.prosecutor import GuardianNotice
from contracts.report_meeting import ReportMeeting
from services.liaison.siblings import siblings
from tests.memory.hub import OFFICERS, PEOPLE, PORTAL, REPORTERS, SERVICE, STEWARD, Person
from tests.properties.driven import Body, DrivenHub, Sent
from tests.properties.whole import CANARY
from tests.properties.world import DESKS, POLICE_TOO, WITH_CASES, Desk

ANYBODY = some.sampled_from(("owner", "offered", "colleague", "colleague", *PEOPLE))
OWNER, OFFERED = some.just("owner") | some.just("owner") | ANYBODY, some.just("offered") | some.just("offered") | ANYBODY
WHICH = some.integers(0, 9)
UNITS = some.sampled_from([desk.unit for desk in (*WITH_CASES, POLICE_TOO)]) | some.sampled_from(
    [desk.unit for desk in DESKS] + ["nowhere"]
)
SENDERS = some.sampled_from(REPORTERS) | some.sampled_from(REPORTERS) | some.sampled_from(PEOPLE)
STAGES = some.integers(0, 7) | some.integers(6, 7)
REPORTER = some.sampled_from((REPORTERS[-1], *REPORTERS))
SIBLINGS = some.sampled_from(("together", "together", "split", None))
HANDS = some.sampled_from(("owner", "owner", "colleague"))
ACTS: some.SearchStrategy[tuple[str, str, Body]] = some.sampled_from(
    (
        ("owner", "openings", {}),
        ("owner", "supplement-openings", {}),
        ("owner", "immediate-safety-assessments", {"needsImmediateProtection": True, "reasons": CANARY}),
        ("owner", "immediate-safety-assessments", {"needsImmediateProtection": False, "reasons": CANARY}),
        ("owner", "immediate-safety-assessments", {"needsImmediateProtection": True, "corrects": 1, "correction": CANARY}),
        ("owner", "report-meetings", {"outcome": "not_offered"}),
        ("owner", "guardian-holds", {"reasons": CANARY}),
        ("owner", "handover-offers", {"toUnit": "skarholmen-mottagning", "siblings": "together"}),
        ("owner", "handover-offers", {"toUnit": "farsta-mottagning", "siblings": "split"}),
        ("owner", "handover-withdrawals", {"reason": CANARY}),
        ("offered", "handover-acceptances", {}),
        ("offered", "handover-refusals", {"reason": CANARY}),
        ("owner", "decisions", {"decision": "investigation_opened", "reasons": CANARY}),
        ("owner", "decisions", {"decision": "investigation_not_opened", "reasons": CANARY}),
    )
)
MEETS = {"reporterInvited": True, "meetsAt": "2027-01-12T13:00:00Z"}
CALLS = {"toUnit": "jouraklagaren"}
ON_THE_WAY: tuple[tuple[str, Body], ...] = (
    *(("police-report-decisions", {"decision": each, "barnahusConsulted": True, "reasons": CANARY}) for each in PoliceReport),
    *(("report-meetings", {"outcome": each, "reasons": CANARY, **MEETS}) for each in ReportMeeting),
    ("prosecutor-notices", {**CALLS, "note": CANARY}),
    ("prosecutor-notices", {"toUnit": "lpo-farsta", "note": CANARY}),
    *(("prosecutor-consultations", {**CALLS, "guardian": each, "answer": CANARY}) for each in GuardianNotice),
    ("guardian-holds", {"reasons": CANARY}),
    ("guardian-hold-endings", {"reasons": CANARY}),
)
MAYBE = some.none() | some.uuids()
KEYS = some.lists(some.uuids(), min_size=4, max_size=4, unique=True)
FILES = some.sampled_from((CANARY.encode(), f"{CANARY} igen".encode(), f"{CANARY}\r\n".encode(), b"", b"MZ"))
WORDS = some.sampled_from((CANARY, f"{CANARY} igen", ""))
SAID = WORDS | some.just("Ring 08-123 45 67")
ADVISER = some.sampled_from((OFFICERS[0], OFFICERS[0], *PEOPLE))


class HubMachine(DrivenHub):
    """Everything that anybody can do to it."""

    @initialize(keys=KEYS, reporter=REPORTER, stage=STAGES, which=some.integers(0, 1), hand=HANDS, fact=some.sampled_from(LawfulFact))
    def begins(self, keys: list[UUID], reporter: Person, stage: int, which: int, hand: str, fact: LawfulFact) -> None:
        """Three referrals and two questions are there; one of each has gone so many of the usual steps, in one hand or another."""
        self.hands_over(reporter, keys[0], 1, CANARY, "socialjouren-jour")
        self.hands_over(reporter, keys[1], 2, CANARY, "farsta-mottagning")
        self.asks(reporter, keys[2], CANARY, "socialjouren-jour")
        self.asks(REPORTERS[-1], keys[3], CANARY, "farsta-mottagning")
        self.policies_follow("intake", 9)
        self.opens_a_question(OFFICERS[0], 0)
        first, second = (("farsta-mottagning", "socialjouren-jour"), ("skarholmen-mottagning", "farsta-mottagning"))[which]
        usual: tuple[Callable[[], None], ...] = (
            partial(self.opens, hand, which),
            partial(self.assesses, hand, which, CANARY, keys[0], needs=True),
            partial(self.offers, hand, which, first, CANARY, keys[1]),
            partial(self.accepts, "offered", which),
            partial(self.offers, "owner", which, second, CANARY, keys[2]),
            partial(self.decides, "owner", which, fact, CANARY, keys[3]),
            partial(self.schedules, "owner", which, ["farsta-grundskola"], keys[0], 1),
        )
        talk: tuple[Callable[[], None], ...] = (
            partial(self.answers, OFFICERS[0], 0, Advice.REFER_IF, CANARY, {"condition": CANARY}, keys[0]),
            partial(self.asks_again, "asker", 0, CANARY, keys[1]),
            partial(self.opens_a_question, OFFICERS[0], 0),
            partial(self.asks_back, OFFICERS[0], 0, CANARY, keys[2]),
            partial(self.question_becomes_a_referral, "asker", 0, keys[3], 2, known=True),
        )
        for step in (*usual[:stage], *talk[: 7 - stage]):
            step()

    @rule(who=SENDERS, key=some.uuids(), children=some.integers(0, 3), worry=WORDS, to=UNITS, wish=some.sampled_from((True, True, False)))
    def hands_over(self, who: Person, key: UUID, children: int, worry: str, to: str, *, wish: bool = True) -> None:
        """A referral about some children, with or without a wish for feedback."""
        told = [{"kind": "unknown", "name": f"{CANARY} {number}"} for number in range(children)]
        self.send(who, "/intake/v1/referrals", {"recipient": to, "children": told, "worry": worry, "feedbackRequested": wish}, key)

    @rule(
        who=some.sampled_from(REPORTERS) | some.sampled_from(PEOPLE),
        key=some.uuids(),
        question=WORDS | some.just("Ring 08-123 45 67"),
        to=UNITS,
    )
    def asks(self, who: Person, key: UUID, question: str, to: str) -> None:
        """A question to social services."""
        if answer := self.send(who, "/intake/v1/consultations", {"question": question, "recipient": to}, key):
            self.questions.append(UUID(answer["id"]))

    @rule(who=some.sampled_from((PORTAL, PORTAL, *PEOPLE)), key=some.uuids(), children=some.integers(0, 2), worry=WORDS, name=WORDS)
    def tells_privately(self, who: Person, key: UUID, children: int, worry: str, name: str) -> None:
        """A private person, by the portal's door; nobody else comes in there."""
        told = [{"kind": "unknown", "name": f"{CANARY} {number}"} for number in range(children)]
        answer = self.send(who, "/intake/v1/private-referrals", {"children": told, "worry": worry, "reporterName": name}, key)
        assert answer is None or who is PORTAL

    @rule(
        who=some.just("reporter") | some.just("reporter") | some.sampled_from(PEOPLE),
        which=WHICH,
        key=some.uuids(),
        text=WORDS,
        danger=some.booleans(),
        siblings=some.booleans(),
    )
    def adds(self, who: str | Person, which: int, key: UUID, text: str, danger: bool, siblings: bool) -> None:
        """Something that the reporter came to think of, or that has happened since."""
        body = {"text": text, "childLocation": CANARY, "immediateDanger": danger, "forSiblings": siblings}
        self.send(
            who if isinstance(who, Person) else self.reporter(which), f"/intake/v1/referrals/{self.referral(which)}/supplements", body, key
        )

    @rule(
        who=some.just("reporter") | some.just("reporter") | some.sampled_from(PEOPLE),
        which=WHICH,
        key=some.uuids(),
        content=FILES,
        siblings=some.booleans(),
        verdict=some.sampled_from(FileState),
        times=some.integers(1, 3),
    )
    def attaches(self, who: str | Person, which: int, key: UUID, content: bytes, siblings: bool, verdict: FileState, times: int) -> None:
        """A file, perhaps by an impatient finger; once it is there, other bytes under its key are refused, and it stays as it stands."""
        sender, referral = who if isinstance(who, Person) else self.reporter(which), self.referral(which)
        self.hub.antivirus.verdict = verdict

        async def together() -> list[httpx2.Response]:
            sending = (self.hub.send_file(sender, referral, CANARY, content, key=key, siblings=siblings) for _ in range(times))
            return await asyncio.gather(*sending)

        answers = self.run(together())
        assert len({(answer.status_code, answer.text) for answer in answers}) == 1, [answer.text for answer in answers]
        assert answers[0].status_code in {201, 403, 404, 422}, answers[0].text
        if answers[0].status_code == 201:
            before = self.hub.size()
            other = self.run(self.hub.send_file(sender, referral, CANARY, content + b" till", key=key, siblings=siblings))
            assert (other.status_code, self.hub.size()) == (422, before)

    @rule(verdict=some.sampled_from(FileState))
    def scans(self, verdict: FileState) -> None:
        """The antivirus looks at what waits, or is away."""
        self.hub.antivirus.verdict = verdict
        self.run(self.hub.scan())

    @rule(who=OWNER, which=WHICH)
    def reads_additions(self, who: str | Person, which: int) -> None:
        """Somebody opens what was added."""
        self.on_referral(who, which, "supplement-openings")

    @rule(who=OWNER, which=WHICH)
    def opens(self, who: str | Person, which: int) -> None:
        """Seen."""
        self.on_referral(who, which, "openings")

    @rule(who=OWNER, which=WHICH, reasons=WORDS, key=MAYBE, needs=some.booleans(), corrects=some.none() | some.integers(1, 2))
    def assesses(self, who: str | Person, which: int, reasons: str, key: UUID | None, *, needs: bool, corrects: int | None = None) -> None:
        """Assessed, or corrected."""
        found = {"needsImmediateProtection": needs, "reasons": reasons, "corrects": corrects, "correction": reasons}
        self.on_referral(who, which, "immediate-safety-assessments", found, key)

    @rule(who=OWNER, which=WHICH, reasons=WORDS, key=MAYBE, what=some.sampled_from(ON_THE_WAY))
    def decides_on_the_way(self, who: str | Person, which: int, reasons: str, key: UUID | None, what: tuple[str, Body]) -> None:
        """Reported, met, prosecutor asked, guardians held back."""
        path, body = what
        self.on_referral(who, which, path, {name: reasons if text == CANARY else text for name, text in body.items()}, key)

    @rule(who=OWNER, which=WHICH, place=some.integers(0, 9), reasons=WORDS, key=MAYBE)
    def gives_reasons(self, who: str | Person, which: int, place: int, reasons: str, key: UUID | None) -> None:
        """Given, most often where none are owed."""
        events = self.hub.database.events["liaison"]
        owing = [each for each in events if getattr(each.event, "owed", None) and each.stream == self.referral(which)]
        fact = owing[place % len(owing)] if owing else events[-1 - place]
        self.on_referral(who, which, "reasons", {"of": str(fact.envelope.id), "reasons": reasons}, key)

    @rule(who=OWNER, which=WHICH, to=UNITS, message=WORDS, key=some.none() | some.uuids(), siblings=SIBLINGS)
    def offers(self, who: str | Person, which: int, to: str, message: str, key: UUID | None, siblings: str | None = "together") -> None:
        """Offered."""
        self.on_referral(who, which, "handover-offers", {"toUnit": to, "message": message, "siblings": siblings}, key)

    @rule(who=OFFERED, which=WHICH, read=some.none() | some.integers(1, 3))
    def accepts(self, who: str | Person, which: int, read: int | None = None) -> None:
        """Accepted."""
        self.on_referral(who, which, "handover-acceptances", {"offer": read})

    @rule(who=OWNER, which=WHICH, reason=WORDS, key=some.none() | some.uuids())
    def withdraws(self, who: str | Person, which: int, reason: str, key: UUID | None) -> None:
        """Taken back."""
        self.on_referral(who, which, "handover-withdrawals", {"reason": reason}, key)

    @rule(which=WHICH)
    def a_family_is_looked_after(self, which: int) -> None:
        """All brothers and sisters are opened and assessed, so that they can move together."""
        for each in siblings(self.case(which)) or [self.referral(which)]:
            if each in self.referrals:
                number = self.referrals.index(each)
                self.opens("owner", number)
                self.assesses("owner", number, CANARY, None, needs=True)

    @rule(who=OFFERED, which=WHICH, reason=WORDS, key=some.none() | some.uuids())
    def refuses(self, who: str | Person, which: int, reason: str, key: UUID | None) -> None:
        """Refused."""
        self.on_referral(who, which, "handover-refusals", {"reason": reason}, key)

    @rule(who=OWNER, which=WHICH, fact=some.sampled_from(LawfulFact), reasons=WORDS, key=some.none() | some.uuids())
    def decides(self, who: str | Person, which: int, fact: LawfulFact, reasons: str, key: UUID | None) -> None:
        """Decided."""
        self.on_referral(who, which, "decisions", {"decision": fact, "reasons": reasons}, key)

    @rule(who=some.sampled_from(REPORTERS), which=WHICH)
    def reads_feedback(self, who: Person, which: int) -> None:
        """Read."""
        self.on_referral(who, which, "feedback-readings")

    @rule(who=ADVISER, which=WHICH)
    def opens_a_question(self, who: Person, which: int) -> None:
        """Read."""
        self.on_question(who, which, "openings", {})

    @rule(
        who=ADVISER,
        which=WHICH,
        advice=some.sampled_from(Advice),
        text=SAID,
        more=some.fixed_dictionaries({}, optional={"condition": SAID, "service": some.sampled_from((SERVICE, "nowhere"))}),
        key=some.none() | some.uuids(),
    )
    def answers(self, who: Person, which: int, advice: Advice, text: str, more: Body, key: UUID | None) -> None:
        """Answered."""
        self.on_question(who, which, "answers", {"advice": advice, "text": text, **more}, key)

    @rule(who=ADVISER, which=WHICH, text=SAID, key=some.uuids())
    def asks_back(self, who: Person, which: int, text: str, key: UUID) -> None:
        """Asked back."""
        self.on_question(who, which, "counter-questions", {"text": text}, key)

    @rule(who=some.just("asker") | some.sampled_from(PEOPLE), which=WHICH, text=SAID, key=some.uuids())
    def asks_again(self, who: str | Person, which: int, text: str, key: UUID) -> None:
        """Asked again."""
        self.on_question(who, which, "questions", {"text": text}, key)

    @rule(
        who=some.just("asker") | some.sampled_from(PEOPLE),
        which=WHICH,
        key=some.uuids(),
        children=some.integers(1, 3),
        known=some.booleans(),
    )
    def question_becomes_a_referral(self, who: str | Person, which: int, key: UUID, children: int, *, known: bool) -> None:
        """Of the unit's own question, or of one that is not, or that is none."""
        question = self.question(which) if known else UUID(int=which)
        advised = [{"advice": "refer_now", "text": CANARY, "answeredAt": "2026-11-22T02:40:00Z"}]
        told = [{"kind": "unknown", "name": f"{CANARY} {number}"} for number in range(children)]
        body = {"children": told, "worry": CANARY, "consultation": {"id": str(question), "advised": advised}}
        self.send(self.asker(which) if isinstance(who, str) else who, "/intake/v1/referrals", body, key)

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
        about = {"referral": str(self.referral(which)), "childName": CANARY, "purpose": CANARY, "place": CANARY}
        self.send(self.person(who, which), "/liaison/v1/sips", {**about, **times, "parties": parties, "consents": consents}, key)

    @rule(which=WHICH)
    def sends_the_same_again(self, which: int) -> None:
        """A repeated request is answered as the first time, and nothing more is stored."""
        for sent in self.sent[which % 10 :: 10]:
            self.repeat(sent)

    @rule(which=WHICH)
    def sends_other_words_under_the_same_key(self, which: int) -> None:
        """What a key has made it makes of no other words."""
        made = [sent for sent in self.sent if sent.path.startswith("/intake")]
        if made:
            sent = made[which % len(made)]
            before = self.hub.size()
            changed = {name: f"{text} till" if name in {"worry", "question", "text"} else text for name, text in sent.body.items()}
            again = self.run(self.hub.call(sent.who, "POST", sent.path, changed, key=sent.key))
            assert again.status_code == (403 if sent.who in self.sent_away else 422), again.text
            assert self.hub.size() == before

    @rule(unit=some.sampled_from(WITH_CASES))
    def steward_closes(self, unit: Desk) -> None:
        """A unit closes: nothing new is sent there."""
        self.closes(unit)

    @rule(who=some.sampled_from(REPORTERS))
    def steward_sends_away(self, who: Person) -> None:
        """Somebody's assignment ends: from then on that token opens nothing."""
        answer = self.run(self.hub.call(STEWARD, "DELETE", f"/liaison/v1/directory/assignments/{who.holder}"))
        assert answer.status_code == 200
        self.sent_away.add(who)
        self.run(self.hub.register_refreshes())

    @rule(store=some.sampled_from(("intake", "intake", "liaison")), most=some.integers(1, 9))
    def policies_follow(self, store: str, most: int) -> None:
        """The policies take what comes next, one event or many."""
        self.run(self.hub.policies_follow(store, most))

    @rule()
    def policies_start_anew(self) -> None:
        """As after a crash."""
        self.run(self.hub.policies_start())

    @rule(store=some.sampled_from(("intake", "liaison")), back=some.integers(-4, 6), most=some.integers(1, 12))
    def views_take(self, store: str, back: int, most: int) -> None:
        """The views get what comes next, or again what they had, or what is not their turn yet."""
        self.run(self.hub.views_take(store, max(0, self.hub.views.has_come(store) - back), most))

    @rule(which=WHICH, acts=some.lists(ACTS, min_size=2, max_size=4))
    def several_act_at_once(self, which: int, acts: list[tuple[str, str, Body]]) -> None:
        """Whoever comes first: the others are refused, or come after; the policies come by at the same moment."""
        path = f"/liaison/v1/referrals/{self.referral(which)}"
        calls = [self.hub.call(self.person(who, which), "POST", f"{path}/{what}", body) for who, what, body in acts]

        async def together() -> list[httpx2.Response]:
            answers = asyncio.gather(*calls)
            await asyncio.gather(answers, *(self.hub.policies_follow(store, 3) for store in ("intake", "liaison")))
            return await answers

        for answer in self.run(together()):
            assert answer.status_code in {201, 403, 404, 409, 422}, answer.text

    @rule(who=some.sampled_from(REPORTERS), key=some.uuids(), children=some.integers(1, 2), times=some.integers(2, 4))
    def sends_the_same_several_times_at_once(self, who: Person, key: UUID, children: int, times: int) -> None:
        """An impatient finger: one referral, one receipt."""
        if who in self.sent_away or "socialjouren-jour" in self.closed:
            return
        body = {"children": [{"kind": "unknown", "name": CANARY}] * children, "worry": CANARY}

        async def together() -> list[httpx2.Response]:
            return await asyncio.gather(*(self.hub.call(who, "POST", "/intake/v1/referrals", body, key=key) for _ in range(times)))

        answers = self.run(together())
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        self.acknowledged(Sent(who, "/intake/v1/referrals", body, key, answers[0].json()))


HubMachine.TestCase.settings = settings(max_examples=settings().max_examples // 2)
TestHub = HubMachine.TestCase
