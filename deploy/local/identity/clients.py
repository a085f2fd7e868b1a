"""Who may ask for tokens: the portal on behalf of people, and the agencies' machines for themselves."""
# mypy: allow-subclassing-any

from collections.abc import Collection
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import ClientMixin
from typing_extensions import override

from deploy.local.identity.claims import ORGANISATION_SCOPE
from deploy.local.identity.machines import PORTAL_CLIENT
from deploy.local.organisation import Organisation

HUB_SCOPE = "nattljus"
PERSON_SCOPES = ("openid", "profile", "offline_access", ORGANISATION_SCOPE, HUB_SCOPE)
AUTHENTICATION = "private_key_jwt"


@dataclass(frozen=True)
class Client(ClientMixin):
    """A registered client, answering authlib's questions about it. No client has a secret that it shares with us."""

    client_id: str
    grant_types: Collection[str]
    scopes: Collection[str]
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()

    @property
    @override
    def client_metadata(self) -> dict[str, list[str]]:
        """What authlib's logout endpoint reads."""
        return {"post_logout_redirect_uris": list(self.post_logout_redirect_uris)}

    @override
    def get_client_id(self) -> str:
        return self.client_id

    @override
    def get_default_redirect_uri(self) -> None:
        """None: the redirect URI is part of every request, so that it can be compared."""

    @override
    def get_allowed_scope(self, scope: str | None) -> str:
        """The asked scopes that the client may have; the hub's own when it asks for none (RFC 6749, 3.3)."""
        return " ".join(each for each in (scope or HUB_SCOPE).split() if each in self.scopes)

    @override
    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    @override
    def check_client_secret(self, client_secret: str) -> bool:
        return False

    @override
    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == AUTHENTICATION

    @override
    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and "authorization_code" in self.grant_types

    @override
    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.grant_types


def registered(organisation: Organisation, portal: str) -> dict[str, Client]:
    """Every client by id. `portal` is the portal's base URL without a slash at the end."""
    clients = [
        Client(client_id=machine, grant_types=("client_credentials",), scopes=(HUB_SCOPE,)) for machine in organisation.machines_by_client
    ]
    clients.append(
        Client(
            client_id=PORTAL_CLIENT,
            grant_types=("authorization_code", "refresh_token"),
            scopes=PERSON_SCOPES,
            redirect_uris=(f"{portal}/login/callback",),
            post_logout_redirect_uris=(f"{portal}/",),
        )
    )
    return {client.client_id: client for client in clients}
