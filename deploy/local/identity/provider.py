"""What the test identity provider does at each of its addresses."""
# mypy: allow-subclassing-any

from urllib.parse import urlencode

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oidc.rpinitiated import EndSessionEndpoint
from authlib.oidc.rpinitiated.end_session import EndSessionRequest
from joserfc.jwk import KeySet
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from typing_extensions import override

from deploy.local.identity.claims import person_claims
from deploy.local.identity.discovery import metadata
from deploy.local.identity.pages import Pages
from deploy.local.identity.server import IdentityRequest, IdentityServer, Pairs
from deploy.local.identity.tokens import subject_of


class EndSession(EndSessionEndpoint):
    """RP-initiated logout: ends the login that the ID token came from, so that nothing of it can be refreshed."""

    server: IdentityServer

    @override
    def get_server_jwks(self) -> KeySet:
        return self.server.keys.published()

    @override
    def end_session(self, end_session_request: EndSessionRequest) -> None:
        login = (end_session_request.id_token_claims or {}).get("sid")
        if isinstance(login, str):
            self.server.store.end_login(login)


class Provider:
    """One method an address. What takes time runs in a thread, so the event loop is never held."""

    def __init__(self, server: IdentityServer, pages: Pages) -> None:
        self._server = server
        self._pages = pages
        self._settings = server.settings
        self._metadata = metadata(server.settings.issuer)

    def discovery(self, _request: Request) -> Response:
        """What this provider offers, and where."""
        return JSONResponse(self._metadata)

    def jwks(self, _request: Request) -> Response:
        """The public keys that tokens may be signed with, now or soon or lately."""
        return JSONResponse(self._server.keys.published().as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        """Show the people (GET); send the one chosen back to the client with a code (POST)."""
        form = await form_of(request)
        return await run_in_threadpool(self._authorize, request, form)

    async def token(self, request: Request) -> Response:
        """Exchange a code, a refresh token or a machine's credentials for tokens."""
        form = await form_of(request)
        return await run_in_threadpool(self._token, form)

    async def end_session(self, request: Request) -> Response:
        """End a login, and go back to the client when it may be told where."""
        form = await form_of(request)
        return await run_in_threadpool(self._end_session, request, form)

    def userinfo(self, request: Request) -> Response:
        """Who an access token is about."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        subject = None
        if scheme.lower() == "bearer":
            subject = subject_of(token, self._settings.issuer, self._settings.audience, self._server.keys)
        user = self._server.user(subject) if subject else None
        if user is None:
            return JSONResponse({"error": "invalid_token"}, 401, headers={"www-authenticate": 'Bearer error="invalid_token"'})
        claims = person_claims(self._server.organisation, user.person)
        # How somebody logged in belongs to the ID token, not to the person (Swedish OIDC claims, 2.3).
        del claims["acr"]
        return JSONResponse({"sub": user.person.subject, **claims})

    def alive(self, _request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": "alive"})

    def ready(self, _request: Request) -> Response:
        """The signing keys can be read."""
        self._server.keys.active()
        return JSONResponse({"status": "ready"})

    def _authorize(self, request: Request, form: Pairs) -> Response:
        try:
            asked = self._asked(request, form)
            grant = self._server.get_consent_grant(asked)
            if request.method == "GET":
                return self._pages.login(request, f"/authorize?{urlencode(request.query_params.multi_items())}")
            return self._chosen(asked, grant)
        except OAuth2Error as error:
            if error.redirect_uri:
                return self._with_issuer(self._server.handle_error_response(None, error))
            return self._pages.message(request, "refused", 400, f"{error.error}: {error.get_error_description()}")

    def _chosen(self, asked: IdentityRequest, grant: AuthorizationCodeGrant) -> Response:
        user = self._server.user(asked.form.get("subject", ""))
        response: Response = self._server.create_authorization_response(asked, grant_user=user, grant=grant)
        return self._with_issuer(response)

    def _token(self, form: Pairs) -> Response:
        try:
            asked = IdentityRequest("POST", self._settings.issuer + "/token", form=form)
        except OAuth2Error as error:
            refused: Response = self._server.handle_error_response(None, error)
            return refused
        response: Response = self._server.create_token_response(asked)
        return response

    def _end_session(self, request: Request, form: Pairs) -> Response:
        try:
            valid = self._server.validate_endpoint_request("end_session", self._asked(request, form))
        except (OAuth2Error, ValueError):
            # ValueError: authlib cannot quote every reason why a token is malformed.
            return self._pages.message(request, "refused", 400, "invalid_request")
        # The provider keeps no session in the browser, so without a valid hint there is nothing to end or confirm.
        response: Response | None = self._server.create_endpoint_response("end_session", valid)
        return response or self._pages.message(request, "logged_out", 200)

    def _asked(self, request: Request, form: Pairs) -> IdentityRequest:
        url = self._settings.issuer + request.url.path
        return IdentityRequest(request.method, url, request.query_params.multi_items(), form)

    def _with_issuer(self, response: Response) -> Response:
        """Say who answers, so that a client with several providers cannot be mixed up (RFC 9207)."""
        if location := response.headers.get("location"):
            response.headers["location"] = add_params_to_uri(location, [("iss", self._settings.issuer)])
        return response


async def form_of(request: Request) -> list[tuple[str, str]]:
    """The parameters in the body, if it is a form; files are not parameters."""
    if request.method != "POST":
        return []
    async with request.form() as form:
        return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
