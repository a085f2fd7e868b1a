"""Carrying out what somebody asks for over HTTP: decided on one stream, stored, answered with how far the store has come by that."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Path, Request, Response

from contracts.event import Event
from services.kit.commands import Holders, decide
from services.kit.recorded import Provenance
from services.kit.register import Caller
from services.kit.web import Said, provenance, told
from services.liaison import case
from services.liaison.bodies import Done

State = TypeVar("State")
ReferralId = Annotated[UUID, Path(alias="referralId", description="The referral's opaque id.")]


@dataclass(frozen=True)
class Carrier(Generic[State]):
    """Carries decisions out on one kind of stream: how its history is folded, and who holds its keys."""

    fold: Callable[[Sequence[Event]], State]
    holders: Holders[State]

    async def __call__(
        self,
        request: Request,
        response: Response,
        caller: Caller,
        stream: UUID,
        decision: Callable[[State, Provenance], Iterable[Event]],
        words: Said | None = None,
        *,
        says: bool = False,
    ) -> Done:
        """Decides, and stores. `words` and `says` as for `decide`. Raises what the decision refuses, AlreadySaid, Conflict, Unavailable."""
        by = provenance(caller, request, digest=words.digest if words else None)
        store = request.app.state.store
        _, positions = await decide(store, stream, self.fold, lambda state: decision(state, by), by, self.holders, says=says)
        told(response, positions)
        return Done(id=stream)


on_case = Carrier(case.fold, case.holders)
"""On the case of a referral."""
