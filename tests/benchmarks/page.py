"""The figures as text and as a page of the documentation."""

from collections.abc import Iterator, Sequence

from tests.benchmarks.figures import Figure, Measured, Table, Verdict

EMPTY = "–"


def text_of(measured: Measured) -> str:
    """Tables, goals and notes in Markdown; a terminal can be read too."""
    return "\n\n".join([*map(_table, measured.tables), *_goals(measured.verdicts), *measured.notes])


def _table(table: Table) -> str:
    bound = table.rows.get(table.bound or "", {})
    head = [table.unit, *table.columns]
    lines = [[name, *(_cell(cells.get(column), bound.get(column)) for column in table.columns)] for name, cells in table.rows.items()]
    said = [f"**{table.title}**", "", *markdown(head, lines)]
    if table.bound:
        said += ["", f"In brackets: over “{table.bound}” in the same rounds, then the smallest and the largest round."]
    return "\n".join([*said, *("\n" + note for note in table.notes)])


def _cell(figure: Figure | None, bound: Figure | None) -> str:
    if figure is None or not figure.samples:
        return EMPTY
    least, most = figure.spread
    over = [f"{figure.median / bound.median:.2f}×"] if bound and bound is not figure and bound.samples and bound.median else []
    spread = [f"{number(least)}–{number(most)}"] if len(figure.samples) > 1 else []
    return f"**{number(figure.median)}**" + (f" ({'; '.join([*over, *spread])})" if over or spread else "")


def _goals(verdicts: Sequence[Verdict]) -> Iterator[str]:
    if verdicts:
        yield "\n".join(markdown(["goal", "at least", "moonshot", "measured", ""], [goal_row(verdict) for verdict in verdicts]))


def goal_row(verdict: Verdict) -> list[str]:
    """One line of the goals' table."""
    goal, sign = verdict.goal, "≤" if verdict.goal.less else "≥"
    unit = f" {goal.unit}" if goal.unit else ""
    moonshot = f"{sign} {number(goal.moonshot)}{unit}" if goal.moonshot is not None else EMPTY
    return [goal.name, f"{sign} {number(goal.least)}{unit}", moonshot, _cell(verdict.figure, None) + unit, verdict.met]


def number(value: float) -> str:
    """Three figures that matter."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table, line by line."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
