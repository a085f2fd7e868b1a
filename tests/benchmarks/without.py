"""A service of ours with a wall taken down, to see what the wall costs: composed otherwise here, never by a setting of the product.

`python -m tests.benchmarks.without SERVICE`, with WITHOUT=tokens, encryption or both. Row-level security is taken down in the run's own
database instead.
"""

import os
import sys
from types import ModuleType
from uuid import UUID

import uvicorn
from fastapi import Request

from contracts.agencies import Role
from deploy.local.organisation import load
from deploy.serve import http_application
from deploy.whole_answers import WholeAnswers
from services.kit import direct, web
from services.kit.groupcommit import NewKeys
from services.kit.keyring import Keyring
from services.kit.process import configure_logs
from services.kit.register import Caller
from services.kit.sealing import Sealer
from services.kit.settings import settings_from_environment
from tests.benchmarks.sample import ACTOR, CLIENT

CALLERS = {"intake": CLIENT, "projections": "socialjouren"}
NO_KEY = bytes(32)


def without_tokens(service: str) -> None:
    """Everybody is the same caller, whatever they send."""
    machine = load().machines_by_client[CALLERS[service]]
    agency = load().agency_of(machine.unit)
    caller = Caller(ACTOR, agency.id, agency.kind, machine.unit, Role(machine.role), 3, "Test")

    async def known(_request: Request, _token: str | None) -> Caller:
        return caller

    for asking in (web, direct):
        replace(asking, "caller_of", known)


def without_encryption() -> None:
    """Content is stored as it is, and no keys come into being."""

    async def public_key(_self: Keyring, _stream: UUID, _audience: str) -> bytes:
        return NO_KEY

    async def new_keys(_self: Keyring, *_: object, **__: object) -> tuple[bytes, NewKeys]:
        return NO_KEY, NewKeys()

    def seal(_self: Sealer, _public: bytes, plaintext: bytes, _context: str) -> bytes:
        return plaintext

    replace(Keyring, "public_key", public_key)
    replace(Keyring, "new_keys", new_keys)
    replace(Sealer, "seal", seal)


def replace(owner: type | ModuleType, name: str, replacement: object) -> None:
    """Puts something else in the place of what the product has there. Raises AttributeError when nothing is there."""
    if not hasattr(owner, name):
        raise AttributeError(f"{owner.__name__}.{name} is not there any more: this would measure nothing")
    setattr(owner, name, replacement)


def main() -> None:
    """Serves until it is stopped, as `nattljus serve` does."""
    service, walls = sys.argv[1], os.environ["WITHOUT"].split()
    configure_logs()
    settings = settings_from_environment()
    if "encryption" in walls:
        without_encryption()
    app = http_application(service)
    if "tokens" in walls:
        without_tokens(service)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        http=WholeAnswers,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
