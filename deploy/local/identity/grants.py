"""The three ways to a token, with the checks that authlib's core leaves to us or leaves open."""
# mypy: allow-subclassing-any

import secrets
import time
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import InvalidRequestError, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from typing_extensions import override

from deploy.local.identity.claims import person_claims
from deploy.local.identity.clients import AUTHENTICATION, Client
from deploy.local.identity.server import IdentityRequest, IdentityServer
from deploy.local.identity.store import CODE_SECONDS, Grant
from deploy.local.identity.tokens import User, id_token


@dataclass(frozen=True)
class Credential:
    """A redeemed code or refresh token as authlib asks for one."""

    grant: Grant
    code_challenge_method: str = "S256"

    @property
    def code_challenge(self) -> str:
        """What the verifier must hash to."""
        return self.grant.challenge

    def get_redirect_uri(self) -> str:
        """Where the code was sent."""
        return self.grant.redirect_uri

    def get_scope(self) -> str:
        """What was granted, scopes with spaces between."""
        return self.grant.scope

    def check_client(self, client: Client) -> bool:
        """Whether it was given to this client."""
        return client.client_id == self.grant.client_id


class ChallengeRequired(CodeChallenge):
    """PKCE with S256 from every client.

    authlib's own `required` asks only public clients, and a confidential one got a code without a challenge. A stolen
    code is as useful at a confidential client whose callback can be made to swallow it (RFC 9700, 2.1.1).
    """

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012  authlib's attribute

    @override
    def validate_code_challenge(self, grant: grants.AuthorizationCodeGrant, redirect_uri: str) -> None:
        parameters = grant.request.payload.data
        if not parameters.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        # Without a method the protocol says "plain", so its absence is as wrong as another method.
        if parameters.get("code_challenge_method") != "S256":
            raise InvalidRequestError("'code_challenge_method' must be S256")
        super().validate_code_challenge(grant, redirect_uri)


class OpenID(OpenIDCode):
    """Adds the ID token, both when a code is exchanged and when a login is refreshed."""

    def __init__(self, server: IdentityServer) -> None:
        super().__init__(require_nonce=False)
        self.server = server

    @override
    def exists_nonce(self, nonce: str, request: IdentityRequest) -> bool:
        """The nonce ties an ID token to the client's own session, so the client checks it; a code works once anyway."""
        return False

    @override
    def encode_id_token(self, token: dict[str, str], request: IdentityRequest) -> str:
        server: IdentityServer = self.server
        claims = person_claims(server.organisation, request.user.person)
        return id_token(server.settings.issuer, server.keys, claims, request.credential, token["access_token"])


class Code(grants.AuthorizationCodeGrant):
    """Authorization code, for the portal."""

    TOKEN_ENDPOINT_AUTH_METHODS = [AUTHENTICATION]  # noqa: RUF012  authlib's attribute
    server: IdentityServer

    @override
    def save_authorization_code(self, code: str, request: IdentityRequest) -> None:
        asked = request.payload.data
        now = time.time()
        grant = Grant(
            login=secrets.token_urlsafe(16),
            client_id=request.client.client_id,
            subject=request.user.person.subject,
            scope=request.scope,
            auth_time=int(now),
            expires_at=now + CODE_SECONDS,
            redirect_uri=asked["redirect_uri"],
            nonce=asked.get("nonce", ""),
            challenge=asked["code_challenge"],
        )
        self.server.store.save("code", code, grant)

    @override
    def query_authorization_code(self, code: str, client: Client) -> Credential | None:
        """Redeem the code at once: whatever fails after this, it is used."""
        grant = self.server.store.redeem("code", code, client.client_id)
        self.request.credential = grant
        return Credential(grant) if grant else None

    @override
    def delete_authorization_code(self, authorization_code: Credential) -> None:
        """It was redeemed already."""

    @override
    def authenticate_user(self, authorization_code: Credential) -> User | None:
        return self.server.user(authorization_code.grant.subject)


class Refresh(grants.RefreshTokenGrant):
    """Refresh tokens that work once and are replaced each time; the second use of one ends the login."""

    TOKEN_ENDPOINT_AUTH_METHODS = [AUTHENTICATION]  # noqa: RUF012  authlib's attribute
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: IdentityServer

    @override
    def authenticate_refresh_token(self, refresh_token: str) -> Credential | None:
        grant = self.server.store.redeem("refresh", refresh_token, self.request.client.client_id)
        self.request.credential = grant
        return Credential(grant) if grant else None

    @override
    def authenticate_user(self, refresh_token: Credential) -> User | None:
        return self.server.user(refresh_token.grant.subject)

    @override
    def revoke_old_credential(self, refresh_token: Credential) -> None:
        """It was redeemed already."""


class Machine(grants.ClientCredentialsGrant):
    """Client credentials, for the agencies' own systems."""

    TOKEN_ENDPOINT_AUTH_METHODS = [AUTHENTICATION]  # noqa: RUF012  authlib's attribute


def register_grants(server: IdentityServer) -> None:
    """Open the three ways, and no other."""
    server.register_grant(Code, [ChallengeRequired(required=True), OpenID(server)])
    server.register_grant(Refresh, [OpenID(server)])
    server.register_grant(Machine)
