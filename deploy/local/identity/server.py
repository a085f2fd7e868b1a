"""authlib's OAuth 2 core, told how to read Starlette's requests and write its responses."""
# mypy: allow-subclassing-any

from collections.abc import Iterable
from dataclasses import replace

from authlib.oauth2.base import invalid_error_characters
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from starlette.responses import JSONResponse, Response
from typing_extensions import override

from deploy.local.identity.clients import PERSON_SCOPES, Client, registered
from deploy.local.identity.keys import SigningKeys
from deploy.local.identity.settings import Settings
from deploy.local.identity.store import LOGIN_SECONDS, Grant, Store
from deploy.local.identity.tokens import AccessTokens, User
from deploy.local.organisation import Organisation

Pairs = Iterable[tuple[str, str]]


class IdentityRequest(OAuth2Request):
    """A request as authlib reads it. `query` is the address's, `form` the body's; each parameter at most once."""

    def __init__(self, method: str, url: str, query: Pairs = (), form: Pairs = ()) -> None:
        super().__init__(method, url)
        self._query = once_each(query)
        self._form = once_each(form)
        self.payload = BasicOAuth2Payload(self._query | self._form)

    @property
    @override
    def args(self) -> dict[str, str]:
        return self._query

    @property
    @override
    def form(self) -> dict[str, str]:
        return self._form


def once_each(pairs: Pairs) -> dict[str, str]:
    """The parameters by name. Raises InvalidRequestError for one that stands twice (RFC 6749, 3.1 and 3.2)."""
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if name in parameters:
            raise InvalidRequestError("A parameter stands more than once in the request.")
        # authlib repeats these in its error descriptions and fails on what RFC 6749 does not allow in one.
        if name in {"response_type", "redirect_uri", "grant_type"} and invalid_error_characters(value):
            raise InvalidRequestError("A parameter holds characters that it cannot have.")
        parameters[name] = value
    return parameters


class IdentityServer(AuthorizationServer):
    """The provider's state, and what authlib's core asks of it."""

    def __init__(self, settings: Settings, organisation: Organisation, store: Store, keys: SigningKeys) -> None:
        super().__init__(scopes_supported=PERSON_SCOPES)
        self.settings = settings
        self.organisation = organisation
        self.store = store
        self.keys = keys
        self.clients = registered(organisation, settings.portal)
        self.register_token_generator("default", AccessTokens(settings.issuer, settings.audience, keys, organisation))

    def user(self, subject: str) -> User | None:
        """The person who has this subject, if there is one."""
        person = self.organisation.people_by_subject.get(subject)
        return User(person) if person else None

    @override
    def query_client(self, client_id: str) -> Client | None:
        return self.clients.get(client_id)

    @override
    def save_token(self, token: dict[str, str], request: IdentityRequest) -> None:
        """Remember a refresh token. Access tokens speak for themselves and are not kept."""
        if refresh_token := token.get("refresh_token"):
            grant: Grant = request.credential
            lives = grant.auth_time + LOGIN_SECONDS
            self.store.save("refresh", refresh_token, replace(grant, scope=token["scope"], expires_at=lives))

    @override
    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    @override
    def create_oauth2_request(self, request: IdentityRequest) -> IdentityRequest:
        return request

    @override
    def handle_response(self, status: int, body: object, headers: Pairs) -> Response:
        named = dict(headers)
        if "Location" in named:
            # 303: the browser follows with GET also after a form was sent (RFC 9700, 4.12).
            return Response(status_code=303, headers=named)
        return JSONResponse(body, status_code=status, headers={k: v for k, v in named.items() if k != "Content-Type"})
