"""The layers between a server and a route: as few as do something."""

from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp
from typing_extensions import override


class Layered(FastAPI):
    """FastAPI without three layers that do nothing here: telemetry is off, the Edge limits bodies and answers what nobody foresaw."""

    @override
    def build_middleware_stack(self) -> ASGIApp:
        """Our own layers, then whoever answers refusals, then whoever closes files, then the routes."""
        app: ASGIApp = ExceptionMiddleware(AsyncExitStackMiddleware(self.router), self.exception_handlers)
        for layer, args, options in reversed(self.user_middleware):
            app = layer(app, *args, **options)
        return app
