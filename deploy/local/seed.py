"""Fills the register with the organisation, through the hub's own commands as its steward. Doing it twice is nothing."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx2

from contracts.directory import holder_id
from deploy.local.data import open_data
from deploy.local.identity.machines import key_file
from deploy.local.machine import machine_token
from deploy.local.organisation import Agency, Organisation, Service, Unit, load
from deploy.local.stack import addresses
from deploy.local.surroundings import login
from deploy.local.trouble import Trouble
from services.kit.eventstore import EventStore
from services.liaison.first_steward import appoint_first_steward

SEEDER = "nattljus-seeder"
KNOWN_SECONDS = 10.0
FORBIDDEN = 403


async def seed(data: Path) -> None:
    """Seeds the hub that runs on this data directory. Raises Trouble, httpx2.HTTPError."""
    where, organisation = addresses(data), load()
    await _appoint_seeder(data, where["identity"], organisation)
    token = await machine_token(where["identity"], SEEDER, key_file(data, SEEDER))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(
        base_url=f"{where['liaison']}/liaison/v1/directory", headers=headers, timeout=30, trust_env=False
    ) as http:
        await _known(http)
        for agency in organisation.agencies:
            await _put(http, f"/agencies/{agency.id}", _agency(agency))
            for unit in agency.units:
                await _put(http, f"/units/{unit.id}", _unit(agency, unit))
        for closed in (unit for unit in organisation.units.values() if unit.valid_to):
            await _post(http, f"/units/{closed.id}/closings", {"validTo": str(closed.valid_to), "successor": closed.successor})
        for service in organisation.services:
            await _put(http, f"/services/{service.id}", _service(service))
        for tried in organisation.features:
            for district in tried.districts:
                await _put(http, "/features", {"district": district, "feature": tried.feature, "since": str(tried.since)})
        for subject, unit_id, role in _assignments(organisation):
            await _put(http, "/assignments", {"issuer": where["identity"], "subject": subject, "unit": unit_id, "role": role})


async def _known(http: httpx2.AsyncClient) -> None:
    """Waits until liaison's register knows the new steward: it reads the directory once a second."""
    until = time.monotonic() + KNOWN_SECONDS
    steward = load().agency_of(load().machines_by_client[SEEDER].unit)
    path, body = f"/agencies/{steward.id}", _agency(steward)
    answer = await http.put(path, json=body)
    while answer.status_code == FORBIDDEN and time.monotonic() < until:
        await asyncio.sleep(0.1)
        answer = await http.put(path, json=body)
    _accepted(answer)


async def _appoint_seeder(data: Path, issuer: str, organisation: Organisation) -> None:
    dsn = login(open_data(data), "nattljus_liaison")
    unit = organisation.units[organisation.machines_by_client[SEEDER].unit]
    agency = organisation.agency_of(unit.id)
    store = EventStore("liaison", dsn)
    await store.start()
    try:
        await appoint_first_steward(store, holder_id(issuer, SEEDER), agency.id, unit.id, (agency.swedish, agency.english, unit.name))
    finally:
        await store.stop()


def _agency(agency: Agency) -> dict[str, Any]:
    return {"kind": agency.kind, "swedish": agency.swedish, "english": agency.english, "orgNumber": agency.org_number}


def _unit(agency: Agency, unit: Unit) -> dict[str, Any]:
    return {
        "agency": agency.id,
        "name": unit.name,
        "functionalAddress": unit.functional_address,
        "district": unit.district,
        "validFrom": str(unit.valid_from) if unit.valid_from else None,
    }


def _service(service: Service) -> dict[str, Any]:
    return {
        "district": service.district,
        "name": service.name,
        "what": service.what,
        "functionalAddress": service.functional_address,
        "openHours": service.open_hours,
    }


def _assignments(organisation: Organisation) -> list[tuple[str, str, str]]:
    people = [(person.subject, person.unit, person.role.value) for person in organisation.people]
    return people + [(machine.client_id, machine.unit, machine.role.value) for machine in organisation.machines]


async def _put(http: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> None:
    _accepted(await http.put(path, json=body))


async def _post(http: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> None:
    _accepted(await http.post(path, json=body))


def _accepted(answer: httpx2.Response) -> None:
    if answer.is_error:
        path = answer.request.url.path
        raise Trouble(f"the hub did not take the organisation: {path} answered {answer.status_code}: {answer.text}")
