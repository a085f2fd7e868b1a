"""A machine's access token, for the README's commands and the demo: `python -m deploy.local.machine CLIENT_ID`."""

import asyncio
import os
import sys
import time
import uuid
from pathlib import Path

import httpx2
from joserfc import jwt

from deploy.local.identity.machines import key_file, private_key

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 60


class NoTokenError(Exception):
    """The provider gave no token; the message is its reason."""


def client_assertion(client_id: str, key: Path, audience: str) -> str:
    """A signed statement that we are the client (RFC 7523), good for a minute and one use."""
    private = private_key(key)
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode({"alg": "ES256", "kid": private.kid}, claims, private, ["ES256"])


async def machine_token(issuer: str, client_id: str, key_file: Path, *, http: httpx2.AsyncClient | None = None) -> str:
    """An access token for a machine, by client_credentials with private_key_jwt. It lives five minutes.

    `http` is for a caller that has a client already; it stays open. Raises NoTokenError when the provider refuses.
    """
    if http is None:
        async with httpx2.AsyncClient(timeout=10, trust_env=False) as own:
            return await machine_token(issuer, client_id, key_file, http=own)
    discovery = await http.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    answer = await http.post(
        discovery.raise_for_status().json()["token_endpoint"],
        data={
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": client_assertion(client_id, key_file, issuer.rstrip("/")),
        },
    )
    if answer.is_error:
        raise NoTokenError(f"{client_id}: {answer.text}")
    token: str = answer.json()["access_token"]
    return token


def main() -> None:
    """Print a token. NATTLJUS_ISSUER says who gives it, NATTLJUS_DATA where the key lies (default ./.nattljus)."""
    if len(sys.argv) != 2 or "NATTLJUS_ISSUER" not in os.environ:
        sys.stderr.write("usage: NATTLJUS_ISSUER=http://127.0.0.1:PORT python -m deploy.local.machine CLIENT_ID\n")
        raise SystemExit(2)
    client_id = sys.argv[1]
    key = key_file(Path(os.environ.get("NATTLJUS_DATA", ".nattljus")), client_id)
    try:
        token = asyncio.run(machine_token(os.environ["NATTLJUS_ISSUER"], client_id, key))
    except (NoTokenError, FileNotFoundError, httpx2.HTTPError) as error:
        sys.stderr.write(f"No token: {error}\n")
        raise SystemExit(1) from error
    sys.stdout.write(f"{token}\n")


if __name__ == "__main__":
    main()
