"""What `up` says when everything is ready: where to click, and whom to log in as."""

from deploy.local.organisation import load

SHOWN = (
    "test-polis-farsta",
    "test-jour-ett",
    "test-farsta",
    "test-sjukskoterska-huddinge",
    "test-skola-farsta",
    "test-inspektor",
    "test-katalog",
)
"""One person for each work; the login page has the others."""


def welcome(portal: str) -> str:
    """The lines, each person with unit and role."""
    organisation = load()
    people = [organisation.people_by_subject[subject] for subject in SHOWN]
    rows = [(person.name, organisation.units[person.unit].name, person.role.replace("_", " ")) for person in people]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    table = "\n".join(f"    {name:<{widths[0]}}  {unit:<{widths[1]}}  {role}" for name, unit, role in rows)
    return (
        f"\nNattljus is ready: {portal}\n\n  Log in as, among others (no password; everyone and every case here is invented):\n\n{table}\n"
    )
