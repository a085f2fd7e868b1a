"""Client authentication with a signed assertion (RFC 7523, private_key_jwt): the only way a client can log in."""
# mypy: allow-subclassing-any

import time

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from typing_extensions import override

from deploy.local.identity.clients import AUTHENTICATION, Client
from deploy.local.identity.keys import ALGORITHM
from deploy.local.identity.machines import public_key
from deploy.local.identity.server import IdentityRequest, IdentityServer

LEEWAY_SECONDS = 30
LONGEST_SECONDS = 300
"""How far ahead an assertion may expire: the used ones are remembered until then."""


class ClientAssertion(JWTBearerClientAssertion):
    """Checks everything that authlib checks, and that the assertion is short-lived and signed as we expect."""

    CLIENT_AUTH_METHOD = AUTHENTICATION

    def __init__(self, server: IdentityServer, token_endpoint: str) -> None:
        super().__init__(validate_jti=True, leeway=LEEWAY_SECONDS)
        self._server = server
        self._audiences = [server.settings.issuer, token_endpoint]

    @override
    def __call__(self, query_client: object, request: IdentityRequest) -> Client | None:
        client: Client | None = super().__call__(query_client, request)
        if client and request.form.get("client_id", client.client_id) != client.client_id:
            # RFC 7521, 4.2: a client_id beside the assertion must name the same client.
            raise InvalidClientError(description="The client_id is not the one that the assertion names.")
        return client

    @override
    def get_audiences(self) -> list[str]:
        return self._audiences

    @override
    def resolve_client_public_key(self, client: Client) -> ECKey:
        return public_key(self._server.settings.data, client.client_id)

    @override
    def process_assertion_claims(self, assertion: str, resolve_key: ECKey) -> dict[str, object]:
        # authlib lets the assertion's own header choose among all recommended algorithms.
        try:
            claims = jwt.decode(assertion, resolve_key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError) as error:
            raise InvalidClientError(description="The client assertion is not signed with the client's key.") from error
        self.verify_claims(claims)
        return claims

    @override
    def validate_jti(self, claims: dict[str, object], jti: object) -> bool:
        """Whether the assertion is used for the first time. authlib calls this last, when everything else was right."""
        expires = claims["exp"]
        if not isinstance(expires, int) or expires > time.time() + LONGEST_SECONDS + LEEWAY_SECONDS:
            raise InvalidClientError(description="The client assertion may live five minutes at most.")
        return self._server.store.first_use(str(claims["sub"]), str(jti), expires + LEEWAY_SECONDS)


def register_assertion(server: IdentityServer, token_endpoint: str) -> None:
    """Let clients log in with an assertion addressed to the issuer or to its token endpoint."""
    server.register_client_auth_method(AUTHENTICATION, ClientAssertion(server, token_endpoint))
