"""Intake's composition root."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from services.intake.likeness import KnowingAgain
from services.intake.routes import router
from services.kit.service import readiness, store_and_identity
from services.kit.settings import Settings
from services.kit.web import new_app

DESCRIPTION = """Här lämnar polis, vård och skola över orosanmälningar och ställer frågor till Socialjouren.
Ett kvitto ges först när allt är sparat.

Here police, healthcare and schools hand over referrals and ask Socialjouren for advice. A receipt is given only when everything is stored.

Known limits (begränsningar): bodies up to 1 MiB, at most 20 children in one request. Service level: no agreement yet."""


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects when it starts, not before."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.knowing = KnowingAgain(settings.child_key.get_secret_value())
        async with store_and_identity(app, settings, "intake"):
            yield

    app = new_app("intake", "Nattljus intake", DESCRIPTION, lifespan)
    app.router.routes[:0] = router.routes  # not included: FastAPI would look for the route twice, after all others, for each request
    readiness(app)
    return app
