"""What is done about a call to the scene in the demo: each looks through the APIs whether it is done already, and does it if not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

from contracts.agencies import Purpose
from contracts.model import Model
from contracts.scene import Exposure, SceneAnswer, SceneOutcome, ScenePhase, SceneTime
from deploy.local.api import Api
from deploy.local.demo.asking import JOUR, PAGE, come, key_of, sent
from services.liaison.scene_bodies import (
    SceneAnswerIn,
    SceneChildIn,
    SceneClosingIn,
    SceneOutcomeIn,
    ScenePhaseIn,
    SceneTaskIn,
    SceneTimeIn,
)
from services.projections.answers import SceneRow


@dataclass(frozen=True)
class Called:
    """A call that is in the hub, made by `client`."""

    client: str
    scene: UUID
    code: str
    requested_at: datetime


class SceneStep(Protocol):
    """Something that somebody does about a call."""

    async def take(self, api: Api, called: Called) -> bool:
        """Do it. False when it was done already. Raises Trouble."""


async def scene_row(api: Api, client: str, called: Called) -> SceneRow:
    """The call as it stands with the machine's unit. Raises Trouble."""

    async def find() -> SceneRow | None:
        before = (called.requested_at + timedelta(microseconds=1)).isoformat()
        found = await api.ask(client, "GET", f"/projections/v1/scene-calls?{urlencode({'before': before, 'limit': PAGE})}")
        return next((row for row in map(SceneRow.model_validate, found.body) if row.scene == called.scene), None)

    return await come(f"the call {called.code}", find)


async def _does(api: Api, client: str, called: Called, what: str, body: Model | None = None) -> bool:
    """One of liaison's commands on the call, under a key of its own where it says something. False when it was nothing new."""
    path = f"/liaison/v1/scene-calls/{called.scene}/{what}"
    key = key_of(client, body) if body else None
    return (await api.ask(client, "POST", path, sent(body) if body else None, key=key)).recorded


@dataclass(frozen=True)
class Look:
    """Socialjouren's duty officer opens and reads the call."""

    async def take(self, api: Api, called: Called) -> bool:
        """Open and read."""
        if (await scene_row(api, JOUR, called)).seen_at or not await _does(api, JOUR, called, "openings"):
            return False
        await api.ask(JOUR, "GET", f"/projections/v1/scene-calls/{called.scene}?{urlencode({'purpose': Purpose.HANDLING})}")
        return True


@dataclass(frozen=True)
class Come:
    """Socialjouren answers who comes, and in how many minutes."""

    who: str
    minutes: int
    message: str

    async def take(self, api: Api, called: Called) -> bool:
        """Answer."""
        if (await scene_row(api, JOUR, called)).answer:
            return False
        arrives_at = called.requested_at + timedelta(minutes=self.minutes)
        body = SceneAnswerIn(answer=SceneAnswer.COMING, arrives_at=arrives_at, who=self.who, message=self.message)
        return await _does(api, JOUR, called, "answers", body)


@dataclass(frozen=True)
class Tick:
    """A task of the checklist is done; by the patrol, or by Socialjouren."""

    task: str
    by_patrol: bool = False

    async def take(self, api: Api, called: Called) -> bool:
        """Mark it."""
        by = called.client if self.by_patrol else JOUR
        if self.task in (await scene_row(api, by, called)).tasks_done:
            return False
        return await _does(api, by, called, "tasks", SceneTaskIn(task=self.task))


@dataclass(frozen=True)
class Note:
    """Socialjouren notes that something happens now, and to which child where each has its own."""

    what: SceneTime
    child: int | None = None

    async def take(self, api: Api, called: Called) -> bool:
        """Note it."""
        if self._noted(await scene_row(api, JOUR, called)):
            return False
        return await _does(api, JOUR, called, "times", SceneTimeIn(what=self.what, child=self.child))

    def _noted(self, row: SceneRow) -> bool:
        match self.what:
            case SceneTime.ALARM | SceneTime.NOTIFIED:
                return True  # a call has them from its beginning
            case SceneTime.ARRIVED:
                return row.arrived_at is not None
            case SceneTime.HANDED_OVER:
                return row.handed_over_at is not None
            case SceneTime.CHILD_SPOKEN_WITH:
                return bool(self.child and row.spoken_with_at[self.child - 1])
            case SceneTime.MEDICAL_EXAMINATION:
                return bool(self.child and row.examined_at[self.child - 1])


@dataclass(frozen=True)
class Write:
    """A child's card."""

    card: SceneChildIn
    by_patrol: bool = False

    async def take(self, api: Api, called: Called) -> bool:
        """Write it, unless something is known of the violence."""
        row, child = await scene_row(api, JOUR, called), self.card.child or 0
        if len(row.exposures) >= child > 0 and row.exposures[child - 1] is not Exposure.NOT_KNOWN:
            return False
        return await _does(api, called.client if self.by_patrol else JOUR, called, "children", self.card)


@dataclass(frozen=True)
class Begin:
    """The next phase begins."""

    phase: ScenePhase

    async def take(self, api: Api, called: Called) -> bool:
        """Go on."""
        row = await scene_row(api, JOUR, called)
        if {ScenePhase.CARE: row.care_at, ScenePhase.COORDINATION: row.coordination_at}.get(self.phase):
            return False
        return await _does(api, JOUR, called, "phases", ScenePhaseIn(phase=self.phase))


@dataclass(frozen=True)
class Lead:
    """It leads to something, for one child or for all."""

    outcome: SceneOutcome
    note: str
    child: int | None = None

    async def take(self, api: Api, called: Called) -> bool:
        """Record it."""
        row = await scene_row(api, JOUR, called)
        if (self.outcome, self.child) in zip(row.outcomes, row.outcome_children, strict=True):
            return False
        return await _does(api, JOUR, called, "outcomes", SceneOutcomeIn(outcome=self.outcome, child=self.child, note=self.note))


@dataclass(frozen=True)
class Close:
    """Socialjouren closes the call."""

    async def take(self, api: Api, called: Called) -> bool:
        """Close it."""
        if (await scene_row(api, JOUR, called)).closed_at:
            return False
        return await _does(api, JOUR, called, "closings", SceneClosingIn())
