"""Who may use the social services' pages."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException

from contracts.agencies import SOCIAL_SERVICES_KINDS, AgencyKind, Role
from services.portal.login import LoggedIn, LoggedInBackground
from services.portal.sessions import Session

OFFICERS = frozenset({Role.DUTY_OFFICER, Role.DISTRICT_OFFICER, Role.QUALIFIED_DISTRICT_OFFICER, Role.TEAM_LEAD})
PLANNERS = frozenset({Role.DISTRICT_OFFICER, Role.QUALIFIED_DISTRICT_OFFICER})
ADVISERS = frozenset({Role.DUTY_OFFICER, Role.TEAM_LEAD})


def _one_of(roles: frozenset[Role]) -> Callable[[Session], Awaitable[Session]]:
    """The hub decides again at every request; this saves people from pages that hold nothing for them."""

    async def require(session: LoggedIn) -> Session:
        return _allowed(session, roles)

    return require


def _one_of_in_background(roles: frozenset[Role]) -> Callable[[Session], Awaitable[Session]]:
    async def require(session: LoggedInBackground) -> Session:
        return _allowed(session, roles)

    return require


def _allowed(session: Session, roles: frozenset[Role]) -> Session:
    if session.person.role not in roles or session.person.kind not in SOCIAL_SERVICES_KINDS:
        raise HTTPException(403)
    return session


def kind_of(session: Session) -> AgencyKind:
    """Whether the person works at Socialjouren or in a district. Raises HTTPException 403 for a person of neither."""
    if session.person.kind not in SOCIAL_SERVICES_KINDS:
        raise HTTPException(403)
    return session.person.kind


Officer = Annotated[Session, Depends(_one_of(OFFICERS))]
OfficerBackground = Annotated[Session, Depends(_one_of_in_background(OFFICERS))]
Planner = Annotated[Session, Depends(_one_of(PLANNERS))]
Adviser = Annotated[Session, Depends(_one_of(ADVISERS))]
AdviserBackground = Annotated[Session, Depends(_one_of_in_background(ADVISERS))]
