"""Units by id, as the hub's directory names them: what pages show instead of ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.agencies import SOCIAL_SERVICES_KINDS, AgencyKind
from services.portal.hub import Hub
from services.portal.language import Language
from services.portal.sessions import Session


@dataclass(frozen=True)
class Unit:
    """An open unit: a function in an agency, never a person."""

    id: str
    name: str
    kind: AgencyKind
    agency: str = ""
    address: str = ""
    district: str | None = None
    takes_cases: bool = True
    telephone: str | None = None
    agency_name: Mapping[Language, str] = field(default_factory=dict)


class Units(dict[str, Unit]):
    """Open units by id."""

    def name(self, unit: str) -> str:
        """The unit's name; for one that has closed since, its id, which is made of its name."""
        return self[unit].name if unit in self else unit

    def telephone(self, unit: str) -> str | None:
        """The unit's number, if the directory knows one."""
        return self[unit].telephone if unit in self else None

    def agencies(self, kind: AgencyKind, language: Language) -> dict[str, str]:
        """The agencies of a kind that have open units, by id, with their names in the reader's language."""
        return {unit.agency: unit.agency_name.get(language, unit.agency) for unit in self.values() if unit.kind is kind}


async def units_of(hub: Hub, session: Session, kinds: Iterable[AgencyKind] = SOCIAL_SERVICES_KINDS) -> Units:
    """The open units of these kinds, by name: Socialjouren first, as it is open when the others are not."""
    found = await hub.read(session, "/units", kind=sorted(kinds))
    units = [_unit(each) for each in found]
    return Units({unit.id: unit for unit in sorted(units, key=lambda unit: unit.kind != AgencyKind.SOCIALJOUR)})


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        row["id"],
        row["name"],
        AgencyKind(row["kind"]),
        row["agency"],
        row["functionalAddress"],
        row["district"],
        row["takesCases"],
        row["telephone"],
        {Language.SV: row["agencySwedish"], Language.EN: row["agencyEnglish"]},
    )
