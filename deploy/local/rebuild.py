"""`nattljus rebuild`: views of the running hub made anew, with their progress said."""

import os
import time
from pathlib import Path

from deploy.local.doctor import existing
from deploy.local.progress import to_terminal
from deploy.local.surroundings import login
from deploy.local.trouble import Trouble
from deploy.postgres.migrate import OWNER
from services.kit.process import configure_logs
from services.projections.rebuild import Rebuilt, rebuild_together
from services.projections.views import VIEWS, UnknownView

EVERY = 1.0
"""Seconds between two lines of progress."""


def chosen(view: str, *, every: bool) -> list[str]:
    """The views that a person means. Raises Trouble when they name none, or one and all."""
    if bool(view) == every:
        raise Trouble("name one view, such as board, or say --all", os.EX_USAGE)
    return [each.name for each in VIEWS] if every else [view]


async def rebuild_views(path: Path, views: list[str]) -> list[Rebuilt]:
    """Rebuild views, reading every event once. Raises Trouble when there is none of a name, or no database to do it in."""
    configure_logs()
    began = said = time.monotonic()

    def progress(done: int, share: float) -> None:
        nonlocal said
        if time.monotonic() - said > EVERY:
            said = time.monotonic()
            left = (said - began) * (1 - share) / share
            to_terminal(f"  … {', '.join(views)}: {done} events, {share:.0%}, {said - began:.0f} s so far, about {left:.0f} s left")

    try:
        return await rebuild_together(login(existing(path), OWNER), views, progress)
    except UnknownView as unknown:
        raise Trouble(f"there is no view {unknown}", os.EX_USAGE) from unknown
    except OSError as error:
        raise Trouble(f"the database does not answer ({error}): is the hub running? See `nattljus doctor`") from error
