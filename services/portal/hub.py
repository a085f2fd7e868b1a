"""The hub as the portal sees it: three HTTP services, asked in the person's own name. The portal holds no key and no row of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, cast
from uuid import UUID

import httpx2
from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from services.portal.errors import HubSilent
from services.portal.sessions import Session

POSITION = "nattljus-position"
FILE_WITHIN = httpx2.Timeout(90.0, connect=3.0)
"""A picture is made anew and looked at before it is stored."""


class HubRefused(Exception):
    """A rule or a form said no. `code` is the refusal's name, `detail` its explanation in English, `fields` what could not be read."""

    def __init__(self, code: str, detail: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.detail, self.fields = code, detail, fields


class TokenRefused(Exception):
    """The hub does not take the session's token any more: the person logs in again."""


@dataclass(frozen=True)
class Answer:
    """What a command answered, and how far the store is with it."""

    body: dict[str, Any]
    position: str | None

    def shown_at(self, path: str) -> str:
        """The address of the page at this path, which waits until it shows what was just done."""
        return path + (f"?after={self.position}" if self.position else "")


@dataclass(frozen=True)
class Hub:
    """The services' addresses, by name, and the client to reach them."""

    http: httpx2.AsyncClient
    addresses: Mapping[str, str] = field(default_factory=dict)

    async def read(self, session: Session, path: str, after: str | None = None, **parameters: Any) -> Any:  # noqa: ANN401  JSON
        """GET from projections, `/board` and the like; waits for `after` (`liaison:41`).

        Raises HTTPException (403, 404), HubRefused, HubSilent, TokenRefused.
        """
        answer = await self._ask(session.tokens.access_token, "GET", "projections", path, after, params=parameters)
        return answer.json()

    async def command(
        self,
        session: Session,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        after: str | None = None,
        method: str = "POST",
    ) -> Answer:
        """POST (or PUT) to intake or liaison. `key` makes sending again safe. Raises HTTPException (403, 404), HubRefused, HubSilent."""
        answer = await self._ask(session.tokens.access_token, method, service, path, after, key, json=body)
        return Answer(answer.json(), answer.headers.get(POSITION))

    async def send_file(self, session: Session, referral: UUID, name: str, content: bytes, *, key: str, siblings: bool) -> Answer:
        """One file for a referral, to intake; `siblings`: for every child of the submission. Raises as `command`."""
        path, for_whom = f"/referrals/{referral}/attachments", {"forSiblings": str(siblings).lower()}
        sending = {"files": {"file": (name, content)}, "params": for_whom, "timeout": FILE_WITHIN}
        answer = await self._ask(session.tokens.access_token, "POST", "intake", path, None, key, **sending)
        return Answer(answer.json(), answer.headers.get(POSITION))

    async def file(self, session: Session, path: str, **parameters: Any) -> httpx2.Response:
        """A file's bytes from projections, with the headers that say what it is. Raises as `read`."""
        return await self._ask(session.tokens.access_token, "GET", "projections", path, None, params=parameters, timeout=FILE_WITHIN)

    async def hand_in(self, token: str, path: str, body: dict[str, Any], *, key: str) -> Answer:
        """POST to intake in nobody's name, with the token of the door for private persons. Raises as `command`."""
        answer = await self._ask(token, "POST", "intake", path, None, key, json=body)
        return Answer(answer.json(), answer.headers.get(POSITION))

    async def _ask(
        self, token: str, method: str, service: str, path: str, after: str | None, key: str | None = None, **more: Any
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"}
        headers |= {"Nattljus-After": after} if after else {}
        headers |= {"Idempotency-Key": key} if key else {}
        try:
            answer = await self.http.request(method, f"{self.addresses[service]}/{service}/v1{path}", headers=headers, **more)
        except httpx2.HTTPError as error:
            raise HubSilent(service) from error
        return _good(answer, service)


def _good(answer: httpx2.Response, service: str) -> httpx2.Response:
    if answer.is_success:
        return answer
    if answer.status_code == 401:
        raise TokenRefused
    if answer.status_code in {403, 404}:
        raise HTTPException(answer.status_code)
    if answer.status_code in {409, 413, 422}:
        problem = answer.json()
        fields = tuple(each["field"] for each in problem.get("errors", ()))
        raise HubRefused(problem["type"].rpartition(":")[2], problem["detail"], fields)
    raise HubSilent(f"{service} answered {answer.status_code}")


def hub_of(request: Request) -> Hub:
    """The hub, for a route."""
    return cast("Hub", request.app.state.hub)


HubClient = Annotated[Hub, Depends(hub_of)]
