"""The order of the meetings."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.portal.pages.invitations import Invitation, split

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def meeting(number: int, starts: timedelta) -> Invitation:
    at = NOW + starts
    return Invitation(sip=UUID(int=number), relation="invited", led_by_unit="u", parties=(), starts_at=at, ends_at=at + timedelta(hours=1))


def test_the_next_meeting_and_the_latest_past_one_come_first() -> None:
    far, near, now_on, past = (meeting(n, timedelta(hours=h)) for n, h in enumerate((30, 2, -0.5, -5)))
    older = meeting(9, timedelta(days=-3))
    assert split([far, older, near, past, now_on], NOW) == ([now_on, near, far], [past, older])
