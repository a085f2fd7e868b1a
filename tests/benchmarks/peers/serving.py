"""What the peers share: how they are served (as our services are), the body they take, the receipt they give."""

import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from uuid import UUID

import uvicorn
from fastapi import FastAPI

from services.intake.bodies import Receipt, ReceivedReferral, ReferralIn

Body = ReferralIn
"""The same model, so that validation costs the same."""
PATH = "/referrals"
CONNECTIONS = 32
"""In a peer's pool: as many as there are requests at once, so that none waits for one."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
__all__ = ["CONNECTIONS", "PATH", "Body", "Receipt", "dsn", "new_app", "receipt", "serve"]

TABLE = """
CREATE TABLE IF NOT EXISTS referral (
    id uuid PRIMARY KEY,
    recipient text NOT NULL,
    worry text NOT NULL,
    children jsonb NOT NULL,
    categories text[] NOT NULL,
    immediate_danger boolean NOT NULL,
    child_location text,
    guardians text,
    guardians_informed boolean,
    not_informed_reason text,
    reporter_contact text,
    feedback_requested boolean NOT NULL,
    occurred_at timestamptz,
    received_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS referral_received ON referral (recipient, received_at DESC, id DESC);
CREATE TABLE IF NOT EXISTS outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    referral uuid NOT NULL,
    topic text NOT NULL,
    payload jsonb NOT NULL
);
"""


def dsn() -> str:
    """Where the peer stores."""
    return os.environ["DSN"]


def new_app(lifespan: Lifespan | None = None) -> FastAPI:
    """A plain application."""
    return FastAPI(lifespan=lifespan, openapi_url=None)


def receipt(number: UUID, body: ReferralIn) -> Receipt:
    """What is answered, of the same size as ours."""
    code = f"{str(number)[:4]}-{str(number)[4:8]}"
    received = (ReceivedReferral(id=number, reference=code),)
    return Receipt(receipt_code=code, received_at=datetime.now(UTC), to_unit=body.recipient, referrals=received)


def serve(app: FastAPI) -> None:
    """As `nattljus serve` does."""
    uvicorn.run(
        app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=False, server_header=False, proxy_headers=False, log_level="warning"
    )
