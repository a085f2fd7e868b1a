"""Calling Socialjouren to a scene: only the place is ever required, and the same call sent again is the same call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.event import Event
from contracts.referral import AgeBand, age_band_of_years
from contracts.refusals import Malformed, Refused
from contracts.scene import MOST_CHILDREN, SceneCall, SceneCallRequested
from services.intake.referral import Route, receipt_code

BELIEVED = timedelta(hours=24)
"""How old a call may be by the phone's own clock: an older one has a clock that is wrong, and counts from when it came."""


class NoPlace(Malformed):
    """Write where you are: an address, or how to find you. Nothing else on the form has to be filled in."""


class NotInUse(Refused):
    """Calls to the scene are not in use in this district yet. Danger to life: 112. Ring Socialjouren, and make a referral."""


class NoSuchCall(Malformed):
    """Make the referral from your own unit's call to the scene, and say for each child which one of the call's it is."""


@dataclass(frozen=True)
class SceneOrigin:
    """The call that a submission comes from, and which of its children each referral is about, counted from 1."""

    call: UUID
    children: Sequence[int]


def request_scene_call(
    call: SceneCall,
    route: Route,
    stream: UUID,
    requested_at: datetime,
    *,
    in_use: bool,
    danger: bool,
    called_at: datetime | None,
) -> SceneCallRequested:
    """The call as an event. `called_at` is the phone's own clock when it was made. Raises NotInUse, NoPlace."""
    if not in_use:
        raise NotInUse
    if not call.place:
        raise NoPlace
    return SceneCallRequested(
        receipt_code=receipt_code(stream),
        from_kind=route.from_kind,
        from_agency=route.from_agency,
        from_unit=route.from_unit,
        to_kind=route.to_kind,
        to_agency=route.to_agency,
        to_unit=route.to_unit,
        danger=danger,
        interpreter=bool(call.interpreter),
        age_bands=tuple(AgeBand.UNKNOWN if each.age_years is None else age_band_of_years(each.age_years) for each in call.children),
        alarm_at=alarm(called_at, requested_at),
        requested_at=requested_at,
        content=call,
    )


def alarm(called_at: datetime | None, requested_at: datetime) -> datetime:
    """When the patrol called: by its own clock where that can be, for a call may have waited for a network."""
    believed = called_at is not None and requested_at - BELIEVED <= called_at <= requested_at
    return called_at if called_at and believed else requested_at


def refuse_strange_origin(origin: SceneOrigin, children: int, history: Sequence[Event], unit: str) -> None:
    """Raises NoSuchCall unless `history` is a call of this unit and each of the submission's children has one of its numbers."""
    first = history[0] if history else None
    own = isinstance(first, SceneCallRequested) and first.from_unit == unit
    numbers = {number for number in origin.children if 1 <= number <= MOST_CHILDREN}
    if not own or len(origin.children) != children or len(numbers) != children:
        raise NoSuchCall
