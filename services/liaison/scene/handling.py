"""Who at Socialjouren has a call: who answered it, until a colleague takes it over, it is given back, or the team lead assigns it."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from contracts.handling import SceneCallAssigned, SceneCallGivenBack, SceneCallTaken
from services.liaison.handling import Handler, NotYours, TakenByColleague
from services.liaison.scene.parties import ours
from services.liaison.scene.scene import Scene


def take_call(scene: Scene, who: Handler, taken_at: datetime, over: UUID | None = None) -> Iterator[SceneCallTaken]:
    """Somebody takes the call. `over` names the colleague it is taken over from. Raises Missing, SceneIsClosed, TakenByColleague."""
    ours(scene, who.agency, who.unit)
    if scene.handler == who.actor:
        return
    if scene.handler is not None and scene.handler != over:
        raise TakenByColleague
    yield SceneCallTaken(actor=who.actor, role=who.role, unit=who.unit, over=scene.handler, taken_at=taken_at)


def taken_with_it(scene: Scene, who: Handler, taken_at: datetime) -> Iterator[SceneCallTaken]:
    """Who answers a call that nobody has, has it."""
    if scene.handler is None:
        yield from take_call(scene, who, taken_at)


def give_call_back(scene: Scene, who: Handler, given_back_at: datetime) -> Iterator[SceneCallGivenBack]:
    """Who has it gives it back; when nobody has it, nothing. Raises Missing, SceneIsClosed, NotYours."""
    ours(scene, who.agency, who.unit)
    if scene.handler is None:
        return
    if scene.handler != who.actor:
        raise NotYours
    yield SceneCallGivenBack(actor=who.actor, unit=who.unit, given_back_at=given_back_at)


def assign_call(scene: Scene, lead: Handler, to: Handler, assigned_at: datetime) -> Iterator[SceneCallAssigned]:
    """The team lead gives it to somebody of the same unit, whoever has it. Raises Missing, SceneIsClosed."""
    ours(scene, lead.agency, lead.unit)
    if scene.handler != to.actor:
        yield SceneCallAssigned(actor=to.actor, role=to.role, unit=lead.unit, assigned_by=lead.actor, assigned_at=assigned_at)
