"""How our APIs describe themselves, by Digg's REST API profile: contact, licence, limits, both languages, `/api-info`."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel

from contracts.model import Model
from services.kit.openapi import in_profile

VERSION = "1.0.0"
RELEASED = "2026-11-22"
CONTACT = {"name": "Nattljus", "url": "https://nattljus.example.se", "email": "nattljus@example.se"}
LICENCE = {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/sv/"}
TERMS = "https://nattljus.example.se/villkor"


class ApiInfo(Model):
    """What an API says of itself (Digg's REST API profile, VER.06)."""

    api_name: str
    api_version: str
    api_released: str
    api_documentation: str
    api_status: str


def operation_id(route: APIRoute) -> str:
    """`hand_over_referral` → `handOverReferral`: the same for ever, whatever the path."""
    return to_camel(route.name)


def describe(app: FastAPI, service: str, description: str) -> None:
    """Fills in the OpenAPI head, fits the document to the profile and adds `/api-info` under the service's own path."""
    app.version, app.description = VERSION, description
    app.contact, app.license_info, app.terms_of_service = CONTACT, LICENCE, TERMS
    router = APIRouter(prefix=f"/{service}/v1", tags=["api-info"])
    info = ApiInfo(
        api_name=service,
        api_version=VERSION,
        api_released=RELEASED,
        api_documentation=f"/{service}/v1/openapi.json",
        api_status="active",
    )

    @router.get("/api-info", summary="About this API", description="Name, version and status of this API (Digg's REST API profile).")
    async def api_info() -> ApiInfo:
        return info

    app.include_router(router)

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = in_profile(FastAPI.openapi(app), service)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
