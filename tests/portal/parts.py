"""The parts of the portal's tests: its settings, an application, and a browser that follows its redirects."""

import json
from pathlib import Path

import httpx2
from fastapi import FastAPI
from joserfc.jwk import ECKey
from pydantic import SecretStr

from deploy.local.identity.machines import PORTAL_CLIENT
from services.kit.settings import Settings

ISSUER = "http://127.0.0.1:8100"
PORTAL = "http://127.0.0.1:8000"
SESSION_KEY = "c2l4dGVlbiBieXRlcyB0d2ljZSBtYWtlIHRoaXJ0eXQ"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nattljus"


def portal_settings(database: str = NOWHERE, key: str | None = None, portal: str = PORTAL) -> Settings:
    """Settings of a portal; without a database it can still show what needs no session."""
    return Settings(
        environment="local",
        database=SecretStr(database),
        issuer=ISSUER,
        portal=portal,
        projections="http://127.0.0.1:8103",
        client_id=PORTAL_CLIENT,
        client_key=SecretStr(key or json.dumps(ECKey.generate_key("P-256").as_dict(private=True))),
        session_key=SecretStr(SESSION_KEY),
    )


def browser(app: FastAPI, *, base: str = PORTAL, **headers: str) -> httpx2.AsyncClient:
    """A browser at the portal that says where it comes from, as browsers do, and follows no redirect."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False),
        base_url=base,
        headers={"sec-fetch-site": "same-origin"} | headers,
    )


def key_of(data: Path) -> str:
    """The portal's private key in a local data directory."""
    return (data / "machines" / f"{PORTAL_CLIENT}.jwk").read_text()
