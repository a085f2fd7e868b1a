"""The whole hub in memory once more, with shifts, a watchdog and children who come back: no referral is ever in no queue."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import rule

from contracts.signals import Bearing
from tests.memory.hub import OFFICERS, OTHERS, PEOPLE, REPORTERS, Person
from tests.properties.test_hub import OWNER, WHICH, WORDS, HubMachine
from tests.properties.whole import CANARY, history

SOCIAL = (*OFFICERS, *OTHERS)
LEADS = some.sampled_from((OTHERS[0], OTHERS[0], OTHERS[1], *PEOPLE))
NUMBERS = some.sampled_from(("200512312398", "200510162381", None))
"""Two children who come back again and again, and one without a number."""
TEXTS = some.sampled_from((CANARY, f"{CANARY} igen", f"{CANARY}  IGEN"))
HOURS = some.sampled_from((0, 0.2, 0.6, 1.5, 24, 24 * 12, 24 * 20))


class BoardMachine(HubMachine):
    """Everything that anybody can do, and all that has to do with the board."""

    @rule(who=some.sampled_from(REPORTERS), key=some.uuids(), numbers=some.lists(NUMBERS, min_size=1, max_size=2), worry=TEXTS)
    def a_child_comes_back(self, who: Person, key: UUID, numbers: list[str | None], worry: str) -> None:
        """A referral about a child with a number."""
        children: list[dict[str, Any]] = [
            {"kind": "personal_identity_number", "number": each} if each else {"kind": "unknown", "name": CANARY} for each in numbers
        ]
        self.send(who, "/intake/v1/referrals", {"children": children, "worry": worry}, key)

    @rule(who=OWNER | some.sampled_from(SOCIAL), which=WHICH)
    def opens_and_takes(self, who: str | Person, which: int) -> None:
        """In one go."""
        self.on_referral(who, which, "openings", {"take": True})

    @rule(who=OWNER | some.sampled_from(SOCIAL), which=WHICH, over=some.none() | some.sampled_from([each.holder for each in SOCIAL]))
    def takes(self, who: str | Person, which: int, over: UUID | None) -> None:
        """Taken, or taken over."""
        self.on_referral(who, which, "takings", {"over": str(over) if over else None})

    @rule(who=OWNER | some.sampled_from(SOCIAL), which=WHICH)
    def gives_back(self, who: str | Person, which: int) -> None:
        """Given back."""
        self.on_referral(who, which, "returns")

    @rule(who=LEADS, which=WHICH, to=some.sampled_from(PEOPLE))
    def assigns(self, who: Person, which: int, to: Person) -> None:
        """Assigned."""
        self.on_referral(who, which, "assignments", {"to": str(to.holder)})

    @rule(who=OWNER, which=WHICH, bearing=some.sampled_from(Bearing), reasons=WORDS)
    def weighs(self, who: str | Person, which: int, bearing: Bearing, reasons: str) -> None:
        """Weighed."""
        self.on_referral(who, which, "signal-weighings", {"bearing": bearing, "reasons": reasons})

    @rule(who=OWNER, which=WHICH, other=WHICH, what=some.sampled_from(("links", "separations")))
    def compares(self, who: str | Person, which: int, other: int, what: str) -> None:
        """Linked or held apart; most often with one that looks the same."""
        registered = self.case(which).registered
        offered = registered.alike if registered else ()
        self.on_referral(who, which, what, {"other": str(offered[other % len(offered)] if offered else self.referral(other))})

    @rule(store=some.sampled_from(("intake", "liaison")), most=some.integers(1, 9))
    def watchdog_follows(self, store: str, most: int) -> None:
        """The watchdog takes what comes next."""
        self.run(self.hub.watchdog_follows(store, most))

    @rule()
    def watchdog_forgets(self) -> None:
        """Its table is lost, and made again from the stores."""
        self.hub.limits.running.clear()
        self.hub.limits.positions.clear()

    @rule(hours=HOURS)
    def watchdog_looks(self, hours: float) -> None:
        """It looks, now or much later."""
        self.run(self.hub.watchdog_looks(datetime.now(UTC) + timedelta(hours=hours)))

    def everything_has_followed(self) -> None:
        """And when the watchdog has come to everything, it waits for nothing that was done, and has said everything that is late."""
        super().everything_has_followed()
        for store in ("intake", "liaison"):
            self.run(self.hub.watchdog_follows(store, 10_000))
        far = datetime.now(UTC) + timedelta(days=60)
        while self.run(self.hub.watchdog_looks(far)):
            pass
        assert self.hub.limits.running == {}
        before = {stream: len(history(self.hub, stream)) for stream in self.referrals}
        self.hub.limits.positions.clear()
        for store in ("intake", "liaison"):
            self.run(self.hub.watchdog_follows(store, 10_000))
        while self.run(self.hub.watchdog_looks(far)):
            pass
        assert {stream: len(history(self.hub, stream)) for stream in self.referrals} == before, "said twice"
        self.run(self.hub.views_take("liaison", 0, 10_000))


BoardMachine.TestCase.settings = settings(max_examples=settings().max_examples // 2)
TestBoard = BoardMachine.TestCase
