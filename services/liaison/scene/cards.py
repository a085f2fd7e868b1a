"""A card for each child on the scene: written by patrol and Socialjouren alike, and struck when there is no such child."""

from collections.abc import Iterator
from datetime import datetime

from contracts.referral import AgeBand
from contracts.refusals import Malformed, Refused
from contracts.scene import MOST_CHILDREN, PER_CHILD, Exposure
from contracts.scene_work import ChildCard, SceneChildRecorded, SceneChildStruck
from services.liaison.scene.parties import open_to, refuse_unknown_child
from services.liaison.scene.scene import Scene


class TooManyChildren(Malformed):
    """A call holds twenty children at most. Make another call for the rest."""


class SomethingWasDone(Refused):
    """Something was done for this child: it was spoken with, examined or referred. Take that back first if it was another child."""


def record_child(
    scene: Scene, agency: str, unit: str, child: int | None, age_band: AgeBand, exposure: Exposure, card: ChildCard, recorded_at: datetime
) -> Iterator[SceneChildRecorded]:
    """Writes a child's card, or writes it anew; without a number, one child more. An age that is not known undoes none that was.

    Raises Missing, SceneIsClosed, NoSuchChild, TooManyChildren.
    """
    open_to(scene, agency, unit)
    refuse_unknown_child(scene, child)
    number = child or len(scene.bands) + 1
    if number > MOST_CHILDREN:
        raise TooManyChildren
    known = scene.bands[number - 1] if child else AgeBand.UNKNOWN
    band = known if age_band is AgeBand.UNKNOWN else age_band
    yield SceneChildRecorded(child=number, age_band=band, exposure=exposure, unit=unit, recorded_at=recorded_at, content=card)


def strike_child(scene: Scene, agency: str, unit: str, child: int, struck_at: datetime) -> Iterator[SceneChildStruck]:
    """There is no such child, or it has another card. Raises Missing, SceneIsClosed, NoSuchChild, SomethingWasDone."""
    open_to(scene, agency, unit)
    if child in scene.struck:
        return
    refuse_unknown_child(scene, child)
    done = {number for _, number in scene.outcomes} | scene.referrals.keys() | {number for what, number in scene.times if what in PER_CHILD}
    if child in done:
        raise SomethingWasDone
    yield SceneChildStruck(child=child, unit=unit, struck_at=struck_at)
