"""The steps of a case in the demo: each looks through the APIs whether it is done already, and does it if not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from contracts.agencies import Purpose
from contracts.sip import ConsentGiver
from deploy.local.api import Api
from deploy.local.demo.asking import JOUR, Filed, board_row, command, find_board_row, key_of, read, receipt_row, sent, unit_of
from services.intake.bodies import SupplementIn
from services.liaison.bodies import ConsentIn, OfferIn, RefusalIn, SIPIn
from services.liaison.siblings import Siblings


class Step(Protocol):
    """Something that somebody does with a referral."""

    async def take(self, api: Api, filed: Filed) -> bool:
        """Do it. False when it was done already. Raises Trouble."""


@dataclass(frozen=True)
class Open:
    """Socialjouren's duty officer opens and reads it."""

    async def take(self, api: Api, filed: Filed) -> bool:
        """Open and read."""
        if (await board_row(api, JOUR, filed)).seen_at or not await command(api, JOUR, filed, "openings"):
            return False
        await read(api, JOUR, filed, Purpose.ASSESSMENT)
        return True


@dataclass(frozen=True)
class Offer:
    """Socialjouren offers the case to a district, with its brothers and sisters. `to` is the district's machine."""

    to: str
    message: str

    async def take(self, api: Api, filed: Filed) -> bool:
        """Offer, unless the district was offered it before, whatever it answered."""
        if await find_board_row(api, self.to, filed):
            return False
        body = OfferIn(to_unit=unit_of(self.to), message=self.message, siblings=Siblings.TOGETHER)
        return await command(api, JOUR, filed, "handover-offers", body)


@dataclass(frozen=True)
class Accept:
    """The district takes the case over and reads it."""

    by: str

    async def take(self, api: Api, filed: Filed) -> bool:
        """Accept and read."""
        if (await board_row(api, self.by, filed)).relation != "offered" or not await command(api, self.by, filed, "handover-acceptances"):
            return False
        await read(api, self.by, filed, Purpose.DECISION)
        return True


@dataclass(frozen=True)
class Refuse:
    """The district does not take the case, and says why."""

    by: str
    reason: str

    async def take(self, api: Api, filed: Filed) -> bool:
        """Refuse."""
        if (await board_row(api, self.by, filed)).relation != "offered":
            return False
        return await command(api, self.by, filed, "handover-refusals", RefusalIn(reason=self.reason))


@dataclass(frozen=True)
class Supplement:
    """The reporting unit adds something to what it has sent, for every child of it. Nobody at Socialjouren has opened it yet."""

    text: str

    async def take(self, api: Api, filed: Filed) -> bool:
        """Add it, unless something was added."""
        if (await receipt_row(api, filed)).supplements:
            return False
        body = SupplementIn(text=self.text, for_siblings=True)
        path = f"/intake/v1/referrals/{filed.referral}/supplements"
        return (await api.ask(filed.client, "POST", path, sent(body), key=key_of(filed.client, body))).recorded


@dataclass(frozen=True)
class ReadFeedback:
    """The reporting unit reads the feedback when it has come."""

    async def take(self, api: Api, filed: Filed) -> bool:
        """Wait for it and read it."""
        if (await receipt_row(api, filed, with_feedback=True)).feedback_read_at:
            return False
        await read(api, filed.client, filed, Purpose.FOLLOWING_UP, as_reporter=True)
        return await command(api, filed.client, filed, "feedback-readings")


def working_day(day: datetime) -> datetime:
    """The same day, or the Monday after it at a week-end."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= 5 else 0)


@dataclass(frozen=True)
class Invite:
    """The district sets a SIP meeting about the contact's first child. `consents` say who consented, and whether in writing."""

    by: str
    child_name: str
    purpose: str
    place: str
    days: int
    parties: tuple[str, ...]
    consents: tuple[tuple[ConsentGiver, bool], ...]

    async def take(self, api: Api, filed: Filed) -> bool:
        """Set it so many `days` after the referral came: the same day however often the demo is played."""
        if filed.number:
            return False
        starts = working_day(filed.received_at + timedelta(days=self.days)).replace(hour=13, minute=0, second=0, microsecond=0)
        body = SIPIn(
            referral=filed.referral,
            child_name=self.child_name,
            purpose=self.purpose,
            place=self.place,
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            parties=tuple(unit_of(party) for party in self.parties),
            consents=tuple(
                ConsentIn(giver=giver, written=written, given_at=filed.received_at, purpose=self.purpose)
                for giver, written in self.consents
            ),
        )
        return (await api.ask(self.by, "POST", "/liaison/v1/sips", sent(body), key=key_of(self.by, body))).recorded
