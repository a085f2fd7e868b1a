"""The first steward: the one act of the directory that no steward can do, done by an operator who holds the database's login."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from contracts.agencies import AgencyKind, Role
from contracts.directory import directory_stream
from services.kit.commands import decide
from services.kit.eventstore import EventStore
from services.kit.recorded import Provenance
from services.liaison.directory import fold, give_assignment, register_agency, register_unit

OPERATOR = uuid5(NAMESPACE_URL, "nattljus:operator")


async def appoint_first_steward(store: EventStore, holder: UUID, agency: str, unit: str, names: tuple[str, str, str]) -> None:
    """Registers the steward's agency and unit and gives the assignment; what stands already is left as it is.

    `names` are the agency's Swedish and English names and the unit's. Raises Unavailable.
    """
    by = Provenance(agency, unit, OPERATOR, datetime.now(UTC), correlation=uuid4())
    swedish, english, unit_name = names

    await decide(
        store,
        directory_stream("agency", agency),
        fold,
        lambda history: () if history else register_agency(history, agency, AgencyKind.SOCIALJOUR, swedish, english, None),
        by,
    )
    await decide(
        store,
        directory_stream("unit", unit),
        fold,
        lambda history: () if history else register_unit(history, unit, agency, unit_name, unit_name, None, None),
        by,
    )
    await decide(
        store,
        directory_stream("holder", str(holder)),
        fold,
        lambda history: give_assignment(history, holder, agency, unit, Role.STEWARD),
        by,
    )
