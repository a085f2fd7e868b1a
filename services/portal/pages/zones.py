"""The zones of the board as people see them: where a row stands, what more is to be said of it, and what can be done at once."""

from enum import StrEnum

from contracts.agencies import AgencyKind
from contracts.stalled import ESCALATED, Level
from services.portal.labels import LEVELS
from services.portal.language import N_
from services.portal.pages.board_row import BoardRow, Relation


class Zone(StrEnum):
    """The zones, in the order of the page; `mine` is what the reader has taken of what is `ours`."""

    NEW = "new"
    MINE = "mine"
    OURS = "ours"
    WAITING = "waiting"
    DONE = "done"


OPEN = (Zone.NEW, Zone.MINE, Zone.OURS, Zone.WAITING)
"""Zones where something is left to do, for us or for others."""

ZONES: dict[Zone, str] = {
    Zone.NEW: N_("New: nobody has taken it"),
    Zone.MINE: N_("Mine"),
    Zone.OURS: N_("Ours: a colleague has taken it"),
    Zone.WAITING: N_("Waiting for others"),
    Zone.DONE: N_("Handed over or finished"),
}
TONIGHT = N_("Ours tonight: a colleague has taken it")
"""What the third zone is called where the night is the work."""


def name_of(zone: Zone, kind: AgencyKind) -> str:
    """The zone's name on a board of this kind of agency, as a message id."""
    return TONIGHT if zone is Zone.OURS and kind is AgencyKind.SOCIALJOUR else ZONES[zone]


def zone_of(row: BoardRow) -> Zone:
    """Where the row stands for this reader: the hub says in which zone, the reader's own part of `ours` is theirs."""
    return Zone.MINE if row.zone == Zone.OURS and row.mine else Zone(row.zone)


class Act(StrEnum):
    """What can be done with a row where it stands, without opening it."""

    TAKE = "take"
    TAKE_OVER = "take-over"
    GIVE_BACK = "give-back"


ACT_NAMES: dict[Act, str] = {Act.TAKE: N_("Take it"), Act.TAKE_OVER: N_("Take it over"), Act.GIVE_BACK: N_("Give it back")}


def act_of(row: BoardRow) -> Act | None:
    """What the reader can do at once: nothing with what is offered to the unit, waits for others or is over."""
    if row.relation is not Relation.OWNER or row.registry_number is None:
        return None
    return {Zone.NEW: Act.TAKE, Zone.MINE: Act.GIVE_BACK, Zone.OURS: Act.TAKE_OVER}.get(zone_of(row))


def escalated(row: BoardRow) -> bool:
    """Whether something about it has taken so long that the team lead was told."""
    return any(each.endswith(f":{Level.TEAM_LEAD}") for each in row.stalled)


def flags_of(row: BoardRow) -> list[tuple[str, str]]:
    """What is to be said of it beside its state: message ids, each with a tone."""
    flags = []
    if row.stalled:
        told = {Level(each.partition(":")[2]) for each in row.stalled}
        level = next(level for level in reversed(Level) if level in told)
        flags.append((LEVELS[level], "danger" if level in ESCALATED else "warning"))
    if row.on_hold:
        flags.append((N_("Say nothing at home yet"), "warning"))
    if row.owed:
        flags.append((N_("Reasons are missing"), "info"))
    if row.signals and row.bearing is None:
        flags.append((N_("Several signals about the child"), "warning"))
    if row.alike:
        flags.append((N_("May be the same as another"), "info"))
    elif row.linked:
        flags.append((N_("Linked with another"), "neutral"))
    return flags
