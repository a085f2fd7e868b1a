"""Intake's composition root."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from services.intake.antivirus import Clamd
from services.intake.files.aside import Aside
from services.intake.keeping import Examiner, Keeper
from services.intake.likeness import KnowingAgain
from services.intake.pace import Bucket
from services.intake.routes import attachments, consultations, private, referrals, scene_calls, supplements
from services.kit.multipart import Room
from services.kit.service import readiness, store_and_identity
from services.kit.settings import Settings
from services.kit.web import new_app

DESCRIPTION = """Här lämnar polis, vård och skola över orosanmälningar och ställer frågor till Socialjouren.
En patrull larmar Socialjouren till en plats. Ett kvitto ges först när allt är sparat.

Here police, healthcare and schools hand over referrals and ask Socialjouren for advice, and a patrol
calls Socialjouren to a scene. A receipt is given only when everything is stored.

Known limits (begränsningar): bodies up to 1 MiB, files up to 20 MiB, 20 children in one request. Service level: no agreement yet."""


def create_app(settings: Settings) -> FastAPI:
    """The application; it connects when it starts, not before."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.knowing = KnowingAgain(settings.child_key.get_secret_value())
        async with store_and_identity(app, settings, "intake") as store:
            app.state.keeper = Keeper(store)
            yield

    app = new_app("intake", "Nattljus intake", DESCRIPTION, lifespan, [attachments.ROOMY])
    # Not included: FastAPI would look for the route twice, after all others, for each request.
    direct = (referrals, consultations, private, scene_calls)
    app.router.routes[:0] = [route for room in direct for route in room.router.routes]
    app.include_router(supplements.router)
    app.include_router(attachments.router)
    app.state.examiner = Examiner(Aside(), Clamd(settings.clamd) if settings.clamd else None)
    app.state.room = Room(attachments.AT_ONCE)
    app.state.private_pace = Bucket(private.BURST, private.SECONDS)
    readiness(app)
    return app
