"""The query API's composition root."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from services.kit.keyring import PrivateKeys
from services.kit.service import identity, readiness
from services.kit.settings import Settings
from services.kit.web import new_app
from services.projections.present import Present
from services.projections.reading import Reading
from services.projections.routes import (
    attachments,
    board,
    consultation_figures,
    consultations,
    directory,
    invitations,
    missing_reasons,
    night_report,
    quarantine,
    receipts,
    scenes,
    signals,
    zones,
)

DESCRIPTION = """Här läser varje enhet sitt: tavlan, kvitton, rådgörande samtal, larm från en plats
och kallelser. Att öppna ett ärende loggas alltid.

Here every unit reads what is its own: the board, receipts, consultations, calls to the scene
and invitations. Opening a case is always logged.

Known limits (begränsningar): at most 200 rows in one answer. Service level: no agreement yet."""


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects when it starts, not before."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.keys is None:
            raise RuntimeError("NATTLJUS_KEYS is not set: without the agencies' keys nothing can be opened.")
        async with identity(app, settings) as pool:
            app.state.pool = pool
            app.state.reading = Reading(settings.readers, PrivateKeys(settings.keys))
            await app.state.reading.start()
            try:
                yield
            finally:
                await app.state.reading.stop()

    app = new_app("projections", "Nattljus projections", DESCRIPTION, lifespan)
    app.state.present = Present()
    working = (board, zones, signals, attachments, scenes, invitations, missing_reasons, night_report, quarantine, directory)
    for room in (*working, receipts, consultations, consultation_figures):
        app.include_router(room.router)
    readiness(app)
    return app
