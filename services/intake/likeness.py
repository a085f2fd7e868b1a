"""By what a referral is known again when another is about the same child, or says the same: digests under intake's secret."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.referral import Child, IdentityKind
from services.intake.identity_numbers import canonical
from services.intake.referral import Report, Route
from services.kit.groupcommit import Likeness

LEAST_SECRET = 32
"""Characters. There are few identity numbers in the world: whoever knew the secret could try them all."""
SHORT = 10
"""A reserve number with fewer characters is only a part of one, and the same part belongs to many."""


class NoSecret(RuntimeError):
    """NATTLJUS_CHILD_KEY is not set, or is too short: without it nobody is told of earlier signals about the same child."""


class KnowingAgain:
    """The secret, and what is made under it (HMAC-SHA-256). A digest tells nothing about the child to who does not hold the secret."""

    def __init__(self, secret: str) -> None:
        if len(secret) < LEAST_SECRET:
            raise NoSecret
        self._secret = secret.encode()

    def child_key(self, child: Child) -> bytes | None:
        """The child's key, 32 octets; None without a number that tells this child from all others."""
        match child.kind:
            case IdentityKind.PERSONAL_IDENTITY_NUMBER | IdentityKind.COORDINATION_NUMBER:
                number = canonical(child)
                return self._digest("number", number) if number else None
            case IdentityKind.RESERVE_NUMBER:
                reserve = re.sub(r"[\W_]", "", child.number or "").upper()
                return self._digest("reserve", reserve) if len(reserve) >= SHORT else None
            case IdentityKind.UNKNOWN | IdentityKind.UNBORN:
                return None

    def text_key(self, unit: str, text: str, place: int) -> bytes:
        """The key of what a unit wrote about the child in this place of a referral, 32 octets: spaces, case and line ends tell nothing."""
        return self._digest("text", unit, str(place), " ".join(text.casefold().split()))

    def likenesses(self, streams: Sequence[UUID], report: Report, route: Route, received_at: datetime) -> list[Likeness]:
        """By what each child's referral is known again."""
        return [
            Likeness(
                stream, self.child_key(child), self.text_key(route.from_unit, report.told.worries, place), route.from_agency, received_at
            )
            for place, (stream, child) in enumerate(zip(streams, report.children, strict=True))
        ]

    def children_alone(self, streams: Sequence[UUID], report: Report, route: Route, received_at: datetime) -> list[Likeness]:
        """As `likenesses`, of what a private person tells: by the child, and by nothing of whoever wrote.

        Words would say of two referrals that the same person wrote both. A child without a number leaves nothing here.
        """
        keys = zip(streams, map(self.child_key, report.children), strict=True)
        return [Likeness(stream, key, None, route.from_agency, received_at) for stream, key in keys if key]

    def _digest(self, *words: str) -> bytes:
        return hmac.digest(self._secret, "\0".join(words).encode(), "sha256")
