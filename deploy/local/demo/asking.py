"""What the demo asks of the hub about one referral: commands, logged readings, and the rows that say how far it has come."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID, uuid5

from contracts.agencies import Purpose
from contracts.model import Model
from deploy.local.api import Api
from deploy.local.organisation import load
from deploy.local.trouble import Trouble
from services.projections.answers import BoardRow, ReceiptRow

SEED = UUID("6f0c2f2e-4d0b-5c0f-9f3d-6a1f6e0f2b51")
"""From which every idempotency key of the demo is made, with what is sent: the same night on the same hub is one night."""

JOUR = "socialjouren"
"""Socialjouren's machine."""
PATIENCE = 30.0
"""Seconds until a row that must come has come."""
PAGE = 20
"""Rows asked for at most; a submission has no more children than that."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Filed:
    """A referral that is in the hub, sent by `client`; `number` counts the submission's children from 0."""

    client: str
    referral: UUID
    code: str
    number: int
    received_at: datetime


def unit_of(client: str) -> str:
    """The unit that a machine belongs to."""
    return load().machines_by_client[client].unit


def sent(body: Model) -> dict[str, object]:
    """A body as it goes over HTTP."""
    return body.model_dump(mode="json")


def key_of(client: str, body: Model) -> UUID:
    """The idempotency key under which a machine sends this."""
    return uuid5(SEED, f"{client} {body.model_dump_json(exclude_none=True)}")


async def command(api: Api, client: str, filed: Filed, what: str, body: Model | None = None, *, key: UUID | None = None) -> bool:
    """Carry out one of liaison's commands on the referral. False when it was nothing new. Raises Trouble."""
    path = f"/liaison/v1/referrals/{filed.referral}/{what}"
    return (await api.ask(client, "POST", path, sent(body) if body else None, key=key)).recorded


async def read(api: Api, client: str, filed: Filed, purpose: Purpose, *, as_reporter: bool = False) -> None:
    """Open the case file, as social services or as the reporting unit: a reading that stands in the log. Raises Trouble."""
    view = "receipts" if as_reporter else "referrals"
    await api.ask(client, "GET", f"/projections/v1/{view}/{filed.referral}?{urlencode({'purpose': purpose})}")


async def find_board_row(api: Api, client: str, filed: Filed) -> BoardRow | None:
    """The referral on the board of the machine's unit, or None. Raises Trouble."""
    before = (filed.received_at + timedelta(microseconds=1)).isoformat()
    answer = await api.ask(client, "GET", f"/projections/v1/board?{urlencode({'before': before, 'limit': PAGE})}")
    return next((row for row in map(BoardRow.model_validate, answer.body) if row.referral == filed.referral), None)


async def board_row(api: Api, client: str, filed: Filed) -> BoardRow:
    """The same, where it must stand or come. Raises Trouble."""
    return await come(f"{filed.code} on the board of {unit_of(client)}", lambda: find_board_row(api, client, filed))


async def find_receipt_row(api: Api, filed: Filed) -> ReceiptRow | None:
    """The referral as its reporting unit sees it, or None. Raises Trouble."""
    answer = await api.ask(filed.client, "GET", f"/projections/v1/receipts?{urlencode({'code': filed.code, 'limit': PAGE})}")
    return next((row for row in map(ReceiptRow.model_validate, answer.body) if row.referral == filed.referral), None)


async def receipt_row(api: Api, filed: Filed, *, with_feedback: bool = False) -> ReceiptRow:
    """The same, where it must come, and `with_feedback` where that must come. Raises Trouble."""

    async def found() -> ReceiptRow | None:
        row = await find_receipt_row(api, filed)
        return row if row and (row.feedback or not with_feedback) else None

    return await come(f"feedback on {filed.code}" if with_feedback else f"the receipt {filed.code}", found)


async def come(what: str, find: Callable[[], Awaitable[Row | None]]) -> Row:
    """Ask until it is there. Raises Trouble after PATIENCE."""
    until = time.monotonic() + PATIENCE
    while (row := await find()) is None:
        if time.monotonic() > until:
            raise Trouble(f"{what} has not come in {PATIENCE:.0f} s: see `nattljus doctor`, then play the demo again, it goes on from here")
        await asyncio.sleep(0.05)
    return row
