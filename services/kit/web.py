"""The web side of a service: refusals as problems, who calls, positions, health. HTTP is decided here, once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

import structlog
from fastapi import Depends, FastAPI, Header, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from contracts.agencies import AgencyKind, Role
from contracts.model import Model
from contracts.refusals import Malformed, Missing, Refused, Stranger, Unavailable
from services.kit.auth.verify import BadToken, TokenVerifier
from services.kit.commands import digest
from services.kit.edge import TRACEPARENT, Edge, Roomy
from services.kit.eventstore import Position
from services.kit.groupcommit import LOST, NO_ANSWER
from services.kit.layers import Layered
from services.kit.openapi import PROBLEM
from services.kit.profile import describe, operation_id
from services.kit.recorded import Provenance
from services.kit.register import Caller, Register

log = structlog.get_logger()

POSITION_HEADER = "Nattljus-Position"
REQUEST_ID = "nattljus.request"
RETRY_SECONDS = 2
WAIT_SECONDS = 5.0

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def new_app(service: str, title: str, description: str, lifespan: Lifespan, roomy: Sequence[Roomy] = ()) -> FastAPI:
    """A FastAPI application with our problems, limits and description. `service` is also the first part of its paths.

    `roomy` are the addresses that take larger bodies than the others.
    """
    app = Layered(
        title=title,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"/{service}/v1/openapi.json",
        generate_unique_id_function=operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # nothing leaves the process that we did not choose
    )
    describe(app, service, description)
    app.add_middleware(Edge, roomy=roomy)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    for lost in LOST:
        app.add_exception_handler(lost, _lost)
    app.add_exception_handler(BadToken, _bad_token)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)

    @app.get("/livez", include_in_schema=False)
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    return app


def problem(status: int, code: str, detail: str, **more: Any) -> JSONResponse:
    """A problem by RFC 9457; `code` is stable for machines, `detail` is for people."""
    body = {
        "type": f"urn:nattljus:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        **more,
    }
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, status, headers, media_type=PROBLEM)


async def _refused(_: Request, error: Exception) -> Response:
    match error:
        case Stranger():
            status = 403
        case Missing():
            status = 404
        case Malformed():
            status = 422
        case _:
            status = 409
    refused = error if isinstance(error, Refused) else Refused()
    return problem(status, refused.code, refused.explanation, **({"found": str(error)} if str(error) else {}))


async def _unavailable(_: Request, error: Exception) -> Response:
    return problem(503, "unavailable", str(error) or " ".join((Unavailable.__doc__ or "").split()))


async def _lost(_: Request, error: Exception) -> Response:
    log.warning("what the hub stands on does not answer", exc_info=error)
    return problem(503, "unavailable", NO_ANSWER)


async def _bad_token(_: Request, error: Exception) -> Response:
    log.info("token refused", reason=str(error))
    return problem(401, "bad-token", " ".join((BadToken.__doc__ or "").split()))


async def _invalid(_: Request, error: Exception) -> Response:
    # The input itself stays out of the answer and of the log: it may name a child.
    found = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [{"field": _field(each), "problem": each["msg"]} for each in found]
    return problem(422, "malformed", Malformed().explanation, errors=fields)


def _field(error: dict[str, Any]) -> str:
    place = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]  # an unknown field's name is input too
    return ".".join(str(part) for part in place)


async def _http(_: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500)
    if status is HTTPStatus.NOT_FOUND:
        return problem(404, "missing", Missing().explanation)
    answer = problem(status, status.phrase.lower().replace(" ", "-"), f"{status.description or status.phrase}.")
    answer.headers.update(getattr(error, "headers", None) or {})  # 405 names what is allowed (RFC 9110, 15.5.6)
    return answer


BEARER = HTTPBearer(bearerFormat="JWT", auto_error=False, description="An access token (RFC 9068, at+jwt) of the hub's issuer.")


async def the_caller(request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]) -> Caller:
    """Who calls, from the bearer token that was sent. Raises BadToken, Stranger, Unavailable."""
    return await caller_of(request, sent.credentials if sent else None)


async def caller_of(request: Request, token: str | None) -> Caller:
    """Who calls, from a verified token and the register. Raises BadToken, Stranger, Unavailable."""
    if token is None:
        raise BadToken("no bearer token")
    verifier: TokenVerifier = request.app.state.verifier
    register: Register = request.app.state.register
    caller = await register.caller(await verifier.verify(token))
    structlog.contextvars.bind_contextvars(actor=str(caller.actor), unit=caller.unit)
    return caller


Who = Annotated[Caller, Depends(the_caller)]
After = Annotated[
    str,
    Header(
        alias="Nattljus-After",
        description="Positions to wait for, `intake:42`, as answers give them in Nattljus-Position; several with commas.",
    ),
]
IdempotencyKey = Annotated[
    UUID, Header(alias="Idempotency-Key", description="A UUID of your own for this one request; send the same again to repeat it safely.")
]
RepeatKey = Annotated[
    UUID | None,
    Header(alias="Idempotency-Key", description="With it the same request may be sent again; without it a repetition is refused."),
]


def allow(caller: Caller, *roles: Role) -> None:
    """Raises Stranger unless the caller holds one of the roles."""
    if caller.role not in roles:
        raise Stranger


def allow_kinds(caller: Caller, kinds: Collection[AgencyKind]) -> None:
    """Raises Stranger unless the caller's agency is of one of the kinds."""
    if caller.kind not in kinds:
        raise Stranger


def provenance(caller: Caller, request: Request, *, digest: str | None = None) -> Provenance:
    """The provenance of what this request causes; the trace comes from the caller's `traceparent`, if it has one."""
    trace = request.headers.get("traceparent", "")
    return Provenance(
        agency=caller.agency,
        unit=caller.unit,
        actor=caller.actor,
        at=datetime.now(UTC),
        correlation=request_id(request),
        traceparent=trace if TRACEPARENT.fullmatch(trace.encode()) else None,
        digest=digest,
    )


def request_id(request: Request) -> UUID:
    """One id for this request, made once."""
    known: UUID | None = request.scope.get(REQUEST_ID)
    if known is None:
        known = request.scope[REQUEST_ID] = uuid4()
    return known


def told(response: Response, positions: list[Position]) -> None:
    """Tells the caller how far the store is with this: a later read may ask to wait for it (`after=`)."""
    if positions:
        response.headers[POSITION_HEADER] = str(positions[-1])


def agency_stream(agency: str, key: UUID, what: str) -> UUID:
    """The stream that an idempotency key of an agency stands for; `what` is the kind of thing it makes (`referral`)."""
    return uuid5(key, f"{agency}:{what}")


@dataclass(frozen=True)
class Said:
    """A command with words of its own; `digest` recognises it when it is sent again, if it has an idempotency key."""

    digest: str | None


def said(key: UUID | None, body: Model) -> Said:
    """What a command's body says."""
    return Said(digest(key, body) if key else None)


def positions_in(text: str) -> list[Position]:
    """The positions of a Nattljus-After header. Raises Malformed."""
    try:
        return [Position.parse(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError:
        raise Malformed from None


async def caught_up(wanted: list[Position], reached: Callable[[Position], Awaitable[bool]]) -> None:
    """Waits until every position is reached. Raises Unavailable after WAIT_SECONDS."""
    deadline = time.monotonic() + WAIT_SECONDS
    for position in wanted:
        while not await reached(position):
            if time.monotonic() > deadline:
                raise Unavailable("The hub has not come so far yet. Ask again in a moment; nothing is lost.")
            await asyncio.sleep(0.02)
