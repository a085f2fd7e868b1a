"""The views, each named by the screen it answers: its table, what an event does to it."""

from services.projections.view import View
from services.projections.views import (
    attachments,
    board,
    casefile,
    consultations,
    handovers,
    invitations,
    missing_reasons,
    readers,
    receipts,
    scenes,
)

VIEWS: tuple[View, ...] = (
    readers.VIEW,
    casefile.VIEW,
    board.VIEW,
    receipts.VIEW,
    consultations.VIEW,
    invitations.VIEW,
    handovers.VIEW,
    attachments.VIEW,
    missing_reasons.VIEW,
    scenes.VIEW,
)
"""In the order in which one event is applied to them."""


class UnknownView(LookupError):
    """There is no view of this name."""


def view_named(name: str) -> View:
    """The view of this name. Raises UnknownView, naming those there are."""
    for view in VIEWS:
        if view.name == name:
            return view
    raise UnknownView(f"{name}: choose one of {', '.join(sorted(view.name for view in VIEWS))}")
