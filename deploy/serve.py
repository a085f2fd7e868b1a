"""One process of the hub, by name: the HTTP services under uvicorn, the others as they run themselves."""

import asyncio
import importlib
import os
from typing import TYPE_CHECKING

from deploy.local.trouble import Trouble

if TYPE_CHECKING:
    from fastapi import FastAPI

STORED = ("intake", "liaison", "projections")
"""Those that read the directory's store before they answer. The portal answers without, and says what is missing."""

HTTP = ("intake", "liaison", "projections", "portal")
"""Module `services.<name>.app`, each with `create_app(settings)`."""

ALONE = {
    "identity": "deploy.local.identity.app",
    "policies": "services.liaison.policies",
    "watchdog": "services.liaison.watchdog",
    "relay": "services.projections.relays",
    "projector": "services.projections.projector",
    "reconciler": "services.reconciler.reconciler",
    "scanner": "services.intake.scanner",
}
"""Modules with a `main()` of their own."""

GRACEFUL_SECONDS = 5
"""How long running requests may take to end after a stop: less than the supervisor's patience, and Kubernetes'."""


def serve(name: str) -> None:
    """Run the process until it is told to stop. Raises Trouble for an unknown name."""
    if name in ALONE:
        importlib.import_module(ALONE[name]).main()
        return
    import uvicorn

    from deploy.whole_answers import WholeAnswers
    from services.kit.garbage import collect_seldom
    from services.kit.process import configure_logs, database_answers
    from services.kit.settings import settings_from_environment

    configure_logs()
    settings, application = settings_from_environment(), http_application(name)
    collect_seldom()
    if name in STORED:
        asyncio.run(database_answers(settings.dsn))
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        http=WholeAnswers,
        access_log=False,  # addresses carry opaque ids, and who asked for which is the read log's business alone
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def http_application(name: str) -> "FastAPI":
    """The FastAPI application of a service, told by the environment. Raises Trouble for an unknown name."""
    from services.kit.settings import settings_from_environment

    if name not in HTTP:
        raise Trouble(f"there is no process {name}: choose one of {', '.join((*HTTP, *ALONE))}", os.EX_USAGE)
    application: FastAPI = importlib.import_module(f"services.{name}.app").create_app(settings_from_environment())
    return application
