"""The night's report as text in one language: what page and PDF are both made of."""

from uuid import UUID

from contracts.model import Model


class RowText(Model):
    """One row of a table. `referral` leads to the case, `scene` to the call."""

    referral: UUID | None = None
    scene: UUID | None = None
    cells: tuple[str, ...]


class TableText(Model):
    """A table with its heading; `nothing` is said when it has no rows."""

    name: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[RowText, ...]
    nothing: str


class NightReportText(Model):
    """The report in one language, as `night_report.html` shows it and `night_report.typ` sets it."""

    language: str
    title: str
    unit: str
    period: str
    made: str
    cut: str
    numbers: tuple[tuple[int, str], ...]
    tables: tuple[TableText, ...]
    foot: str
