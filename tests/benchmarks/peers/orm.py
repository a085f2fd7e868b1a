"""Peer: what most would write, SQLAlchemy's ORM with a session a request and one insert; with OUTBOX set, an outbox row beside it."""

import contextlib
import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, Request
from sqlalchemy import BigInteger, Identity, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.benchmarks.peers.serving import CONNECTIONS, PATH, Body, Receipt, dsn, new_app, receipt, serve

OUTBOX = bool(os.environ.get("OUTBOX"))


class Base(DeclarativeBase):
    """All tables."""


class ReferralRow(Base):
    """A referral."""

    __tablename__ = "referral"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    worry: Mapped[str]
    children: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text))
    immediate_danger: Mapped[bool]
    child_location: Mapped[str | None]
    guardians: Mapped[str | None]
    guardians_informed: Mapped[bool | None]
    not_informed_reason: Mapped[str | None]
    reporter_contact: Mapped[str | None]
    feedback_requested: Mapped[bool]
    occurred_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    received_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


COLUMNS = set(ReferralRow.__table__.columns.keys()) - {"id", "received_at"}
"""What a referral is stored as: the fields that the benchmark's referral fills, as in the other peers."""


class OutboxRow(Base):
    """What is to be published."""

    __tablename__ = "outbox"

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    referral: Mapped[UUID]
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """An engine with a pool, and a maker of sessions."""
    address = dsn().replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(address, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=30)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield
    await engine.dispose()


app = new_app(lifespan)


async def session(request: Request) -> AsyncIterator[AsyncSession]:
    """One a request, as FastAPI's own documentation shows it."""
    async with request.app.state.sessions() as session:
        yield session


@app.post(PATH, status_code=201)
async def take(body: Body, session: Annotated[AsyncSession, Depends(session)]) -> Receipt:
    """One row (and one in the outbox), in one transaction."""
    given = receipt(uuid4(), body)
    row = body.model_dump(mode="json", by_alias=False, include=COLUMNS) | {"occurred_at": body.occurred_at}
    session.add(ReferralRow(id=given.referrals[0].id, received_at=given.received_at, **row))
    if OUTBOX:
        payload = body.model_dump(mode="json")
        session.add(OutboxRow(referral=given.referrals[0].id, topic="ReferralReceived", payload=payload))
    await session.commit()
    return given


if __name__ == "__main__":
    serve(app)
