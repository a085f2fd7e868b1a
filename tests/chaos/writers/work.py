"""What everybody shares: the dice, the letters, the way to the hub, the book of receipts, and the cases there are."""

import asyncio
import hashlib
import json
import random
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.chaos.receipts import REFERRAL, Book, Receipt
from tests.chaos.writers.asking import Answer, Asking, Machine
from tests.chaos.writers.letters import Letters
from tests.chaos.writers.replies import Replies

OWNER, LEAD = "socialjouren", "socialjouren-ledning"
"""The machine of Socialjouren's duty officers, and that of their team lead."""


@dataclass
class Case:
    """A referral, consultation or call that was acknowledged, as its agencies know it. `after` are the positions to wait for.

    `siblings` are the other referrals of its submission, `children` how many the submission or the call is about.
    """

    kind: str
    id: str
    reporter: Machine
    owner: Machine
    after: dict[str, int] = field(default_factory=dict)
    siblings: tuple["Case", ...] = ()
    children: int = 0

    def heard(self, answer: Answer) -> None:
        """Remembers how far the hub was."""
        store, _, number = answer.position.partition(":")
        if number:
            self.after[store] = max(int(number), self.after.get(store, 0))

    @property
    def positions(self) -> str:
        """The Nattljus-After header."""
        return ",".join(f"{store}:{number}" for store, number in sorted(self.after.items()))


@dataclass
class Work:
    """The shared state of one run's writers."""

    asking: Asking
    letters: Letters
    replies: Replies
    dice: random.Random
    book: Book
    stop: asyncio.Event
    fresh: dict[str, deque[Case]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=300)))
    """Cases that somebody may still work on, by their kind."""
    known: deque[Case] = field(default_factory=lambda: deque(maxlen=3000))
    """Cases that strangers may ask about."""

    def key(self) -> UUID:
        """A new idempotency key."""
        return UUID(int=self.dice.getrandbits(128), version=4)

    def next(self) -> Case | None:
        """A case to work on, the newest of its kind; half of them referrals of agencies, which are far the most, if there are others."""
        kinds = [kind for kind, cases in self.fresh.items() if cases]
        if not kinds:
            return None
        weights = [len(kinds) if kind == REFERRAL else 1 for kind in kinds]
        return self.fresh[self.dice.choices(kinds, weights)[0]].pop()

    def write(self, kind: str, what: str, who: Machine, answer: Answer, key: object = "", **more: Any) -> None:
        """Keeps one answer."""
        self.book.write(
            Receipt(
                kind=kind,
                what=what,
                client=who.client,
                agency=who.agency,
                unit=who.unit,
                key=str(key),
                asked=answer.asked,
                answered=answer.answered,
                at=time.time(),
                tries=answer.tries,
                status=answer.status,
                position=answer.position,
                **more,
            )
        )


def sha256(body: Mapping[str, Any]) -> str:
    """What was sent, without saying it."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
