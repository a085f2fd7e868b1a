"""Who may use the reporters' pages."""

from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException

from contracts.agencies import Role
from services.portal.login import LoggedIn, LoggedInBackground
from services.portal.sessions import Session


async def require_reporter(session: LoggedIn) -> Session:
    """For pages that only reporters work with. Raises NotLoggedIn, HTTPException 403."""
    return _reporter(session)


async def require_background_reporter(session: LoggedInBackground) -> Session:
    """The same for what their pages fetch by themselves. Raises NotLoggedIn, HTTPException 403."""
    return _reporter(session)


def _reporter(session: Session) -> Session:
    """The hub decides again at every request; this saves people from filling in a form that it would not take."""
    if session.person.role is not Role.REPORTER:
        raise HTTPException(403)
    return session


Reporting = Annotated[Session, Depends(require_reporter)]
ReportingBackground = Annotated[Session, Depends(require_background_reporter)]
