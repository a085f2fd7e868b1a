"""Access tokens (RFC 9068) and ID tokens: made here, five minutes long, signed with the active key."""
# mypy: allow-subclassing-any

import secrets
import time
from dataclasses import dataclass

from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from typing_extensions import override

from deploy.local.identity.claims import Claims, machine_claims, person_claims
from deploy.local.identity.clients import Client
from deploy.local.identity.keys import ALGORITHM, SigningKeys
from deploy.local.identity.store import Grant
from deploy.local.organisation import Organisation, Person

TOKEN_SECONDS = 300
LEEWAY_SECONDS = 30


@dataclass(frozen=True)
class User:
    """A person as authlib asks for one."""

    person: Person

    def get_user_id(self) -> str:
        """The subject in tokens."""
        return self.person.subject


class AccessTokens(JWTBearerTokenGenerator):
    """authlib's RFC 9068 tokens with our audience and claims, and refresh tokens that say nothing."""

    def __init__(self, issuer: str, audience: str, keys: SigningKeys, organisation: Organisation) -> None:
        super().__init__(
            issuer=issuer,
            alg=ALGORITHM,
            refresh_token_generator=lambda **_: secrets.token_urlsafe(32),
            expires_generator=TOKEN_SECONDS,
        )
        self._audience = audience
        self._keys = keys
        self._organisation = organisation

    @override
    def get_jwks(self) -> KeySet:
        """The active key alone. As a set, because only then does joserfc write its kid into the header."""
        return KeySet([self._keys.active()])

    @override
    def get_audiences(self, client: Client, user: User | None, scope: str) -> str:
        return self._audience

    @override
    def get_extra_claims(self, client: Client, grant_type: str, user: User | None, scope: str) -> Claims:
        if user is not None:
            return person_claims(self._organisation, user.person)
        return machine_claims(self._organisation, self._organisation.machines_by_client[client.client_id])


def id_token(issuer: str, keys: SigningKeys, claims: Claims, grant: Grant, access_token: str) -> str:
    """An ID token for the client that the grant was given to (OpenID Connect Core 2). `sid` is the login."""
    now = int(time.time())
    body: dict[str, str | int] = {
        **claims,
        "iss": issuer,
        "sub": grant.subject,
        "aud": grant.client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "auth_time": grant.auth_time,
        "sid": grant.login,
        "at_hash": create_half_hash(access_token, ALGORITHM).decode(),
    }
    if grant.nonce:
        body["nonce"] = grant.nonce
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, body, KeySet([keys.active()]), [ALGORITHM])


def subject_of(access_token: str, issuer: str, audience: str, keys: SigningKeys) -> str | None:
    """Whose access token this is, if it is ours, valid now, and allows UserInfo; otherwise None."""
    wanted = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        token = jwt.decode(access_token, keys.published(), algorithms=[ALGORITHM])
        wanted.validate(token.claims)
    except (JoseError, ValueError):
        return None
    if token.header.get("typ") != "at+jwt" or "openid" not in str(token.claims.get("scope", "")).split():
        return None
    return str(token.claims["sub"])
