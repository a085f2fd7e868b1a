"""How our APIs describe themselves, by Digg's REST API profile: contact, licence, limits, both languages."""

from typing import Any

from fastapi import APIRouter, FastAPI

VERSION = "1.0.0"
RELEASED = "2026-11-22"
CONTACT = {"name": "Nattljus", "url": "https://nattljus.example.se", "email": "nattljus@example.se"}
LICENCE = {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/sv/"}


def describe(app: FastAPI, service: str, description: str) -> None:
    """Fills in the OpenAPI head and adds `/api-info` under the service's own path."""
    app.version, app.description = VERSION, description
    app.contact, app.license_info = CONTACT, LICENCE
    app.terms_of_service = "https://nattljus.example.se/villkor"
    router = APIRouter(prefix=f"/{service}/v1", tags=["api-info"])

    @router.get("/api-info", summary="About this API", description="Name, version and status of this API (Digg's REST API profile).")
    async def api_info() -> dict[str, Any]:
        return {
            "apiName": service,
            "apiVersion": VERSION,
            "apiReleased": RELEASED,
            "apiDocumentation": f"/{service}/v1/openapi.json",
            "apiStatus": "active",
        }

    app.include_router(router)
