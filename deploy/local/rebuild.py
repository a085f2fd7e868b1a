"""`nattljus rebuild`: a view of the running hub made anew, with its progress said."""

import os
import time
from pathlib import Path

from deploy.local.doctor import existing
from deploy.local.progress import to_terminal
from deploy.local.surroundings import login
from deploy.local.trouble import Trouble
from deploy.postgres.migrate import OWNER
from services.projections.rebuild import Rebuilt, UnknownView, rebuild

EVERY = 1.0
"""Seconds between two lines of progress."""


async def rebuild_view(path: Path, view: str) -> Rebuilt:
    """Rebuild one view. Raises Trouble when there is none of this name, or no database to do it in."""
    began = said = time.monotonic()

    def progress(done: int, everything: int) -> None:
        nonlocal said
        if time.monotonic() - said > EVERY:
            said = time.monotonic()
            to_terminal(f"  … {view}: {done} of {everything} events, {said - began:.0f} s so far")

    try:
        return await rebuild(login(existing(path), OWNER), view, progress)
    except UnknownView as unknown:
        raise Trouble(f"there is no view {unknown}", os.EX_USAGE) from unknown
    except OSError as error:
        raise Trouble(f"the database does not answer ({error}): is the hub running? See `nattljus doctor`") from error
