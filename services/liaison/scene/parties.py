"""Who is who at a call to the scene: the patrol that called and Socialjouren; for everyone else it does not exist."""

from enum import StrEnum

from contracts.event import REPORTER
from contracts.refusals import Malformed, Missing, Refused, Stranger
from contracts.scene import SceneCallQueued
from services.liaison.scene.scene import Scene


class SceneIsClosed(Refused):
    """The call to the scene is closed. What happens now belongs to each child's referral; a new alarm is a new call."""


class NoSuchChild(Malformed):
    """The call has no child of this number. Record the child first, then what is about it."""


class Party(StrEnum):
    """What a unit is to the call."""

    PATROL = "patrol"
    SOCIALJOUREN = "socialjouren"


def holders(scene: Scene, audience: str) -> frozenset[str]:
    """The patrol's agency and Socialjouren; what social services think and do, Socialjouren alone."""
    if scene.queued is None:
        return frozenset()
    ours = frozenset({scene.queued.to_agency})
    return ours | {scene.queued.from_agency} if audience == REPORTER else ours


def known_to(scene: Scene, agency: str, unit: str) -> tuple[SceneCallQueued, Party]:
    """The call as it was queued, and what the unit is to it. Raises Missing for everyone else: they may not know that it exists."""
    queued = scene.queued
    if queued and (queued.to_agency, queued.to_unit) == (agency, unit):
        return queued, Party.SOCIALJOUREN
    if queued and (queued.from_agency, queued.from_unit) == (agency, unit):
        return queued, Party.PATROL
    raise Missing


def open_to(scene: Scene, agency: str, unit: str) -> tuple[SceneCallQueued, Party]:
    """The same for a call that is not closed. Raises Missing, SceneIsClosed."""
    found = known_to(scene, agency, unit)
    if scene.closed:
        raise SceneIsClosed
    return found


def ours(scene: Scene, agency: str, unit: str) -> SceneCallQueued:
    """The same for Socialjouren's unit alone. Raises Missing, SceneIsClosed."""
    queued, party = open_to(scene, agency, unit)
    if party is not Party.SOCIALJOUREN:
        raise Missing
    return queued


def theirs(scene: Scene, agency: str, unit: str) -> SceneCallQueued:
    """The same for the patrol's unit alone: nobody else writes its call. Raises Missing, SceneIsClosed, Stranger."""
    queued, party = open_to(scene, agency, unit)
    if party is not Party.PATROL:
        raise Stranger
    return queued


def refuse_unknown_child(scene: Scene, child: int | None) -> None:
    """Raises NoSuchChild for a number that none of the call's children has."""
    if child is not None and child not in scene.children:
        raise NoSuchChild
