"""A night over HTTP, on the hub in memory: referrals ready to be handed over, what people do with them, and what the views then show."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx2

from contracts.agencies import Role
from contracts.event import Event, SealedEvent
from services.projections.rows import Row
from tests.memory.hub import OFFICERS, OTHERS, REPORTERS, Hub, Person
from tests.properties.whole import history, who_may_read_can_and_nobody_else

JOUR, FARSTA, FARSTA_TOO, SKARHOLMEN = OFFICERS
JOUR_LEAD = next(person for person in OTHERS if person.desk == JOUR.desk and person.role is Role.TEAM_LEAD)
POLICE = REPORTERS[0]
WRITTEN = "Kanariefågel"


@dataclass
class Night:
    """What happens at the hub."""

    hub: Hub = field(default_factory=Hub)

    async def begins(self, children: int = 1) -> list[UUID]:
        """A referral about so many children, each opened and assessed by Socialjouren."""
        await self.hub.start()
        told = [{"kind": "unknown", "name": f"{WRITTEN} {number}"} for number in range(children)]
        body = {"children": told, "worry": WRITTEN, "feedbackRequested": True}
        answer = await self.hub.call(POLICE, "POST", "/intake/v1/referrals", body, key=uuid4())
        assert answer.status_code == 201, answer.text
        await self.hub.policies_follow("intake")
        referrals = [UUID(each["id"]) for each in answer.json()["referrals"]]
        for referral in referrals:
            await self.done(JOUR, referral, "openings")
            await self.done(JOUR, referral, "immediate-safety-assessments", needsImmediateProtection=False, reasons=WRITTEN)
        return referrals

    async def does(self, who: Person, referral: UUID, what: str, **body: object) -> httpx2.Response:
        """One command, whatever the answer."""
        return await self.hub.call(who, "POST", f"/liaison/v1/referrals/{referral}/{what}", body)

    async def done(self, who: Person, referral: UUID, what: str, **body: object) -> None:
        """One command, which is taken."""
        answer = await self.does(who, referral, what, **body)
        assert answer.status_code == 201, answer.text

    async def refused(self, who: Person, referral: UUID, what: str, **body: object) -> str:
        """The code by which a command is refused. Nothing is stored."""
        before = self.hub.size()
        answer = await self.does(who, referral, what, **body)
        assert answer.status_code in {403, 404, 409, 422}, answer.text
        assert self.hub.size() == before
        return str(answer.json()["type"]).rpartition(":")[2]

    async def offers(self, referral: UUID, to: Person = FARSTA, **more: object) -> None:
        """Socialjouren offers it."""
        await self.done(JOUR, referral, "handover-offers", toUnit=to.desk.unit, message=WRITTEN, **more)

    def names(self, referral: UUID) -> list[str]:
        """What has happened to it in liaison, in order."""
        return [type(each).__name__ for each in self.events(referral)]

    def events(self, referral: UUID) -> list[Event]:
        """The same as events."""
        return history(self.hub, referral)

    async def rows(self, view: str, referral: UUID) -> dict[str, Row]:
        """A referral's rows in a view when everything has followed, by unit."""
        for store in ("intake", "liaison"):
            await self.hub.policies_follow(store, 10_000)
        for store in ("liaison", "intake"):
            await self.hub.views_take(store, 0, 10_000)
        rows = self.hub.views.rows[view].values()
        return {row["unit"]: row for row in rows if row["stream" if view == "readers" else "referral"] == referral}

    async def read_by(self, who: Person) -> set[tuple[str, str]]:
        """Everything that the agency's units may open, opened with the keys that it holds: (event, content)."""
        return {
            (type(event).__name__, event.content.to_bytes().decode())
            for agency, event in await who_may_read_can_and_nobody_else(self.hub)
            if agency == who.desk.agency and isinstance(event, SealedEvent)
        }
