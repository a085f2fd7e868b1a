"""One thing that the doctor looked at, and how findings are shown."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, whether it is well, and what was seen or is to be done."""

    what: str
    ok: bool
    seen: str

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def table(findings: Iterable[Finding]) -> str:
    """For people: what is wrong stands out."""
    rows = list(findings)
    width = max(len(row.what) for row in rows)
    lines = [f"{'ok   ' if row.ok else 'WRONG'}  {row.what:<{width}}  {row.seen}" for row in rows]
    wrong = sum(not row.ok for row in rows)
    return "\n".join([*lines, "", "Everything is well." if not wrong else f"{wrong} of {len(rows)} are wrong."])
