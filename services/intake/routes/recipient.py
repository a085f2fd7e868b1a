"""Where what is handed over goes: to a unit of social services where somebody can take it on."""

from collections.abc import Collection

from fastapi import Request

from contracts.agencies import MANDATED_KINDS, SOCIAL_SERVICES_KINDS, AgencyKind, Role
from services.intake.referral import Route
from services.kit.register import Caller, Register, UnknownUnit


def route_to(
    request: Request, caller: Caller, recipient: str, roles: Collection[Role], kinds: Collection[AgencyKind] = SOCIAL_SERVICES_KINDS
) -> Route:
    """From the caller's unit to the recipient, of one of the kinds, where somebody must hold one of the roles. Raises UnknownUnit."""
    register: Register = request.app.state.register
    unit = register.directory.unit(recipient)
    if unit.kind not in kinds or not register.directory.manned(unit.id, roles):
        raise UnknownUnit
    return Route(caller.kind, caller.agency, caller.unit, unit.kind, unit.agency, unit.id, caller.kind in MANDATED_KINDS)
