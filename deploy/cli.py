"""The command line `nattljus`: everything a person runs, and the processes that `up` starts."""

import asyncio
import inspect
import json
import signal
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from deploy.local.trouble import Trouble

application = typer.Typer(
    help="Nattljus: the hub between police, emergency departments, schools and social services out of hours.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Data = Annotated[Path, typer.Option("--data", envvar="NATTLJUS_DATA", help="The data directory.")]
AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
HERE = Path(".nattljus")


def main() -> None:
    """Run the command that was asked for. A Trouble becomes one line on the error stream and its exit code."""
    try:
        application()
    except Trouble as trouble:
        typer.secho(f"nattljus: {trouble}", err=True, fg=typer.colors.RED)
        sys.exit(trouble.exit_code)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def own_version() -> str:
    """The installed version."""
    try:
        return version("nattljus")
    except PackageNotFoundError:
        return "not installed"


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"nattljus {own_version()}")
        raise typer.Exit


@application.callback()
def nattljus(
    _version: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Nattljus: the hub between police, emergency departments, schools and social services out of hours."""


@application.command()
def up(
    data: Data = HERE,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The portal's port, remembered for the next time.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only where to click, and what goes wrong.")] = False,
    servers_only: Annotated[bool, typer.Option("--servers-only", help="PostgreSQL and NATS alone, ready for services.")] = False,
    first_port: Annotated[int, typer.Option(min=1024, max=30_000, help="Choose new ports from this number on.")] = 8100,
) -> None:
    """Start the whole hub on this machine. Ctrl-C stops it; the next start finds its data."""
    from deploy.local.progress import silently, to_terminal
    from deploy.local.up import up as run

    say = silently if quiet else to_terminal
    asyncio.run(run(data, say, to_terminal, portal_port=port, first_port=first_port, servers_only=servers_only))


@application.command()
def serve(name: Annotated[str, typer.Argument(help="Which process: see ARCHITECTURE.md.")]) -> None:
    """Run one process, told by its NATTLJUS_ environment variables. For `up`, systemd and Kubernetes."""
    from deploy.serve import serve as run

    run(name)


@application.command()
def token(
    client_id: Annotated[str, typer.Argument(help="A machine of the organisation, such as polisen-farsta.")], data: Data = HERE
) -> None:
    """Print an access token for a machine, good for five minutes."""
    from deploy.local.api import machine_key
    from deploy.local.machine import NoTokenError, machine_token
    from deploy.local.stack import addresses

    issuer, key = addresses(data)["identity"], machine_key(data, client_id)
    try:
        typer.echo(asyncio.run(machine_token(issuer, client_id, key)))
    except NoTokenError as refused:
        raise Trouble(f"the identity provider gave no token: {refused}") from refused


@application.command()
def call(
    client_id: Annotated[str, typer.Argument(help="A machine of the organisation, such as polisen-farsta.")],
    method: Annotated[str, typer.Argument(help="GET, POST, PUT or DELETE.")],
    path: Annotated[str, typer.Argument(help="Such as /intake/v1/referrals; the service is its first part.")],
    body: Annotated[str | None, typer.Argument(help="JSON, or - to read it from the standard input.")] = None,
    data: Data = HERE,
    pick: Annotated[str | None, typer.Option(help="Print this value of the answer alone, such as referrals.0.id.")] = None,
    key: Annotated[UUID | None, typer.Option(help="The Idempotency-Key; a new one when none is given.")] = None,
) -> None:
    """Send one request to the running hub as a machine and print its answer. It sees what earlier calls did. Exit code 1 for a refusal."""
    from deploy.local.call import call as send
    from deploy.local.call import picked

    answer = asyncio.run(send(data, client_id, method, path, body, key))
    typer.echo(picked(answer, pick) if pick else json.dumps(answer.body, indent=2, ensure_ascii=False))
    raise typer.Exit(1 if answer.refused else 0)


@application.command()
def doctor(data: Data = HERE, as_json: AsJson = False) -> None:
    """Check everything a tired operator needs to know. Exit code 1 when something is wrong."""
    from deploy.local.doctor import examine, existing, table

    findings = asyncio.run(examine(existing(data)))
    well = all(finding.ok for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": well, "findings": [finding.as_dict() for finding in findings]}, indent=2))
    else:
        typer.echo(table(findings))
    raise typer.Exit(0 if well else 1)


@application.command()
def openapi(service: Annotated[str, typer.Argument(help="intake, liaison, projections or portal.")]) -> None:
    """Print a service's OpenAPI document."""
    from deploy.serve import http_application

    typer.echo(json.dumps(http_application(service).openapi(), indent=2, ensure_ascii=False))


@application.command()
def asyncapi() -> None:
    """Print the AsyncAPI document of the events."""
    from contracts.asyncapi import document

    typer.echo(json.dumps(document(), indent=2, ensure_ascii=False))


@application.command()
def demo(data: Data = HERE, as_json: AsJson = False) -> None:
    """Play one night at Socialjouren through the public APIs of the running hub."""
    from deploy.local.demo import main as play

    finish(play(data, as_json))


@application.command()
def accept(
    store: Annotated[str, typer.Argument(help="intake or liaison.")],
    data: Data = HERE,
    compared: Annotated[bool, typer.Option("--i-have-compared", help="Nothing of what its stream alone holds is needed any more.")] = False,
) -> None:
    """Take a store as it stands for the truth, after an alarm that only a person can answer, and make its stream anew from it."""
    from deploy.local.accept import accept as run

    if not compared:
        raise Trouble("the stream may hold the only copy of something acknowledged: compare first, then say --i-have-compared", 64)
    asyncio.run(run(data, store))
    typer.echo(f"{store}: its stream is made anew from it, and what was known of it is forgotten")


@application.command()
def rebuild(
    view: Annotated[str, typer.Argument(help="The view's name, such as board.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every view, reading every event once.")] = False,
    data: Data = HERE,
    as_json: AsJson = False,
) -> None:
    """Make a view anew from the events while the old one stays readable. Exit code 1 when it came out otherwise than it stood."""
    from deploy.local.rebuild import chosen, rebuild_views

    made = asyncio.run(rebuild_views(data, chosen(view, every=every)))
    for rebuilt in made:
        typer.echo(json.dumps(asdict(rebuilt)) if as_json else str(rebuilt))
    raise typer.Exit(0 if all(rebuilt.same for rebuilt in made) else 1)


def finish(result: Any) -> None:  # noqa: ANN401  a command of another room, which may be a coroutine
    """Wait for a coroutine, and leave with the exit code if it gives one."""
    value = asyncio.run(result) if inspect.iscoroutine(result) else result
    if isinstance(value, int):
        raise typer.Exit(value)


if __name__ == "__main__":
    main()
