"""Who may use the pages for calls to the scene: a patrol, and Socialjouren's duty officers."""

from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException

from services.portal.login import LoggedIn, LoggedInBackground
from services.portal.sessions import Session


async def require_patrol(session: LoggedIn) -> Session:
    """For the form. Raises NotLoggedIn, HTTPException 403."""
    if not session.person.makes_calls:
        raise HTTPException(403)
    return session


async def require_duty_officer(session: LoggedInBackground) -> Session:
    """For what every page of a duty officer's fetches by itself. Raises NotLoggedIn, HTTPException 403."""
    if not session.person.answers_calls:
        raise HTTPException(403)
    return session


async def require_party(session: LoggedIn) -> Session:
    """For pages that both sides work with; the hub decides whose call it is. Raises NotLoggedIn, HTTPException 403."""
    return _party(session)


async def require_background_party(session: LoggedInBackground) -> Session:
    """The same for what their pages fetch by themselves. Raises NotLoggedIn, HTTPException 403."""
    return _party(session)


def _party(session: Session) -> Session:
    if not (session.person.makes_calls or session.person.answers_calls):
        raise HTTPException(403)
    return session


Patrol = Annotated[Session, Depends(require_patrol)]
DutyOfficerBackground = Annotated[Session, Depends(require_duty_officer)]
Party = Annotated[Session, Depends(require_party)]
PartyBackground = Annotated[Session, Depends(require_background_party)]
