"""Liaison's composition root."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from services.kit.keyring import PrivateKeys
from services.kit.service import readiness, store_and_identity
from services.kit.settings import Settings
from services.kit.web import new_app
from services.liaison.routes import (
    cases,
    consultations,
    decisions,
    directory,
    handling,
    handovers,
    quarantine,
    scene_work,
    scenes,
    signals,
    sips,
)

DESCRIPTION = """Här arbetar Socialjouren och stadsdelarna med det som lämnats över:
skyddsbedömning, överlämning, beslut, SIP, svar på frågor och larm från en plats.

Here Socialjouren and the city districts work with what was handed over: safety assessment, handover, decision, SIP, answers
and calls to the scene.

Known limits (begränsningar): bodies up to 1 MiB. Service level: no agreement yet."""


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects when it starts, not before."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.keys is None:
            raise RuntimeError("NATTLJUS_KEYS is not set: liaison hands keys over when a district accepts a case.")
        app.state.private_keys = PrivateKeys(settings.keys)
        async with store_and_identity(app, settings, "liaison"):
            yield

    app = new_app("liaison", "Nattljus liaison", DESCRIPTION, lifespan)
    for room in (cases, decisions, handling, handovers, signals, consultations, scenes, scene_work, sips, directory, quarantine):
        app.include_router(room.router)
    readiness(app)
    return app
