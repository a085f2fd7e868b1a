"""Calls to the scene in the whole hub, whoever calls, answers, notes and closes whatever: one queue, and nothing for strangers."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx2
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import initialize, rule

from contracts.scene import Exposure, SceneAnswer, SceneOutcome, ScenePhase, SceneTime
from tests.memory.hub import OFFICERS, OTHERS, PEOPLE, REPORTERS, Person
from tests.properties.driven import DrivenHub, Sent
from tests.properties.whole import CANARY

PATROL, JOUR = REPORTERS[0], OFFICERS[0]
WHICH, KEY = some.integers(0, 9), some.none() | some.uuids()
THERE = some.sampled_from((PATROL, JOUR, JOUR, JOUR, *PEOPLE))
SOMEBODY = some.sampled_from((JOUR, JOUR, OTHERS[0], *PEOPLE))
CALLER = some.sampled_from((PATROL, PATROL, *PEOPLE))
CHILD = some.none() | some.integers(1, 4)
AGES = some.lists(some.none() | some.integers(0, 17), max_size=3)
KEYS = some.lists(some.uuids(), min_size=4, max_size=4, unique=True)
MINUTES = some.integers(-30, 3)
TASKS = some.sampled_from(("police-safe", "jour-barnahus", "care-examine", "make-coffee"))


class CallMachine(DrivenHub):
    """Everything that anybody can do about a call."""

    @initialize(keys=KEYS, ages=AGES, stage=some.integers(0, 6))
    def begins(self, keys: list[UUID], ages: list[int | None], stage: int) -> None:
        """A call with two children is there, and one with any; the first has gone so many of the usual steps."""
        self.calls_to_a_scene(PATROL, keys[0], CANARY, "farsta", [3, None])
        self.calls_to_a_scene(PATROL, keys[1], CANARY, "farsta", ages)
        self.policies_follow("intake", 9)
        self.views_take("intake", 0, 9)
        usual: tuple[Callable[[], None], ...] = (
            partial(self.sees, JOUR, 0),
            partial(self.answers_a_call, JOUR, 0, SceneAnswer.COMING, CANARY, keys[2]),
            partial(self.notes, JOUR, 0, SceneTime.CHILD_SPOKEN_WITH, 1, 0, keys[3]),
            partial(self.writes_a_card, PATROL, 0, 2, Exposure.SAW, keys[2]),
            partial(self.refers_from_a_call, PATROL, 0, 1, keys[3]),
            partial(self.closes_a_call, JOUR, 0, CANARY, keys[0]),
        )
        for step in usual[:stage]:
            step()

    def on_call(self, who: Person, which: int, what: str, body: Mapping[str, Any] | None = None, key: UUID | None = None) -> None:
        """One command on one of the calls, or on one that never was."""
        call = self.calls[which % len(self.calls)] if self.calls else UUID(int=which)
        self.send(who, f"/liaison/v1/scene-calls/{call}/{what}", body or {}, key)

    @rule(
        who=some.sampled_from((PATROL, PATROL, *PEOPLE)),
        key=some.uuids(),
        place=some.sampled_from((CANARY, CANARY, "")),
        district=some.sampled_from(("farsta", "farsta", "farsta", "skarholmen", None)),
        ages=AGES,
    )
    def calls_to_a_scene(self, who: Person, key: UUID, place: str, district: str | None, ages: list[int | None]) -> None:
        """A patrol calls, somebody who is none, or one where it is not in use."""
        children = [{"ageYears": age, "description": CANARY} for age in ages]
        body = {"place": place, "district": district, "children": children, "interpreter": CANARY, "seen": CANARY}
        if answer := self.send(who, "/intake/v1/scene-calls", body, key):
            self.calls.append(UUID(answer["id"]))

    @rule(who=THERE, which=WHICH)
    def sees(self, who: Person, which: int) -> None:
        """Seen."""
        self.on_call(who, which, "openings")

    @rule(who=THERE, which=WHICH, what=some.sampled_from(SceneAnswer), message=some.sampled_from((CANARY, "")), key=some.uuids())
    def answers_a_call(self, who: Person, which: int, what: SceneAnswer, message: str, key: UUID) -> None:
        """Answered."""
        soon = (datetime.now(UTC) + timedelta(minutes=20)).isoformat()
        self.on_call(who, which, "answers", {"answer": what, "arrivesAt": soon, "who": CANARY, "message": message}, key)

    @rule(who=CALLER, which=WHICH, place=some.sampled_from((CANARY, "")), danger=some.none() | some.booleans(), key=some.uuids())
    def amends(self, who: Person, which: int, place: str, danger: bool | None, key: UUID) -> None:
        """The patrol corrects its call, or somebody else would."""
        self.on_call(who, which, "amendments", {"place": place, "danger": danger, "seen": place, "contact": place}, key)

    @rule(who=CALLER, which=WHICH, reasons=some.sampled_from((CANARY, CANARY, "")), key=KEY)
    def calls_off(self, who: Person, which: int, reasons: str, key: UUID | None) -> None:
        """The patrol calls it off."""
        self.on_call(who, which, "withdrawals", {"reasons": reasons}, key)

    @rule(who=SOMEBODY, which=WHICH, over=some.none() | some.sampled_from([each.holder for each in OFFICERS]))
    def takes(self, who: Person, which: int, over: UUID | None) -> None:
        """Taken, or taken over."""
        self.on_call(who, which, "takings", {"over": str(over) if over else None})

    @rule(who=SOMEBODY, which=WHICH)
    def gives_back(self, who: Person, which: int) -> None:
        """Given back."""
        self.on_call(who, which, "returns")

    @rule(who=some.sampled_from((OTHERS[0], OTHERS[0], *PEOPLE)), which=WHICH, to=some.sampled_from(PEOPLE))
    def assigns(self, who: Person, which: int, to: Person) -> None:
        """Assigned."""
        self.on_call(who, which, "assignments", {"to": str(to.holder)})

    @rule(store=some.sampled_from(("intake", "liaison")), most=some.integers(1, 20))
    def watchdog_follows(self, store: str, most: int) -> None:
        """The watchdog takes what comes next."""
        self.run(self.hub.watchdog_follows(store, most))

    @rule()
    def watchdog_forgets(self) -> None:
        """As after a power cut that took its table."""
        self.hub.limits.running.clear()
        self.hub.limits.positions.clear()

    @rule(hours=some.sampled_from((0, 0.1, 0.2, 21, 25)))
    def watchdog_looks(self, hours: float) -> None:
        """At what is late by then."""
        self.run(self.hub.watchdog_looks(datetime.now(UTC) + timedelta(hours=hours)))

    @rule(who=THERE, which=WHICH, phase=some.sampled_from(ScenePhase))
    def goes_on(self, who: Person, which: int, phase: ScenePhase) -> None:
        """To the next phase, or to one that is not."""
        self.on_call(who, which, "phases", {"phase": phase})

    @rule(who=THERE, which=WHICH, what=some.sampled_from(SceneTime), child=CHILD, minutes=MINUTES, key=KEY)
    def notes(self, who: Person, which: int, what: SceneTime, child: int | None, minutes: int, key: UUID | None) -> None:
        """A time."""
        at = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
        self.on_call(who, which, "times", {"what": what, "at": at, "child": child}, key)

    @rule(who=THERE, which=WHICH, what=some.sampled_from(SceneTime), child=CHILD)
    def takes_a_time_back(self, who: Person, which: int, what: SceneTime, child: int | None) -> None:
        """It has not happened."""
        self.on_call(who, which, "times", {"what": what, "child": child, "happened": False})

    @rule(who=THERE, which=WHICH, child=some.integers(1, 4))
    def strikes(self, who: Person, which: int, child: int) -> None:
        """A child that is none."""
        self.on_call(who, which, "strikings", {"child": child})

    @rule(who=THERE, which=WHICH, child=CHILD, exposure=some.sampled_from(Exposure), key=some.uuids())
    def writes_a_card(self, who: Person, which: int, child: int | None, exposure: Exposure, key: UUID) -> None:
        """Of a child that was seen, or of one more."""
        person = {"kind": "unknown", "name": CANARY}
        self.on_call(who, which, "children", {"child": child, "person": person, "exposure": exposure, "note": CANARY}, key)

    @rule(who=THERE, which=WHICH, task=TASKS, done=some.booleans())
    def marks(self, who: Person, which: int, task: str, *, done: bool) -> None:
        """A task."""
        self.on_call(who, which, "tasks", {"task": task, "done": done})

    @rule(who=THERE, which=WHICH, outcome=some.sampled_from(SceneOutcome), child=CHILD, key=KEY)
    def comes_of_it(self, who: Person, which: int, outcome: SceneOutcome, child: int | None, key: UUID | None) -> None:
        """An outcome."""
        self.on_call(who, which, "outcomes", {"outcome": outcome, "child": child, "note": CANARY}, key)

    @rule(who=THERE, which=WHICH, outcome=some.sampled_from(SceneOutcome), child=CHILD)
    def takes_an_outcome_back(self, who: Person, which: int, outcome: SceneOutcome, child: int | None) -> None:
        """It did not come to this."""
        self.on_call(who, which, "outcomes", {"outcome": outcome, "child": child, "came": False})

    @rule(who=THERE, which=WHICH, reasons=some.sampled_from((CANARY, "")), key=KEY)
    def closes_a_call(self, who: Person, which: int, reasons: str, key: UUID | None) -> None:
        """Closed."""
        self.on_call(who, which, "closings", {"reasons": reasons}, key)

    @rule(who=some.sampled_from((PATROL, *REPORTERS)), which=WHICH, child=some.integers(1, 2), key=some.uuids())
    def refers_from_a_call(self, who: Person, which: int, child: int, key: UUID) -> None:
        """A referral about one of its children, when the policies have come to the call."""
        call = self.calls[which % len(self.calls)] if self.calls else UUID(int=which)
        known = {
            child for row in self.hub.views.rows["scenes"].values() if row["scene"] == call for child in range(1, len(row["age_bands"]) + 1)
        }
        if child in known:
            told = {"children": [{"kind": "unknown", "name": CANARY}], "worry": CANARY, "scene": {"call": str(call), "children": [child]}}
            self.send(who, "/intake/v1/referrals", told, key)

    @rule(which=WHICH)
    def sends_the_same_again(self, which: int) -> None:
        """As a phone does whose network came back: answered as the first time, and nothing more is stored."""
        for sent in self.sent[which % 10 :: 10]:
            self.repeat(sent)

    @rule(who=some.just(PATROL), key=some.uuids(), times=some.integers(2, 4))
    def sends_the_same_several_times_at_once(self, who: Person, key: UUID, times: int) -> None:
        """One call, one receipt."""
        body = {"place": CANARY, "district": "farsta"}

        async def together() -> list[httpx2.Response]:
            return await asyncio.gather(*(self.hub.call(who, "POST", "/intake/v1/scene-calls", body, key=key) for _ in range(times)))

        answers = self.run(together())
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        self.acknowledged(Sent(who, "/intake/v1/scene-calls", body, key, answers[0].json()))

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


CallMachine.TestCase.settings = settings(max_examples=settings().max_examples // 2)
TestCalls = CallMachine.TestCase
