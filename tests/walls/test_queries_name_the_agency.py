"""Every query of a view names the agency and the unit that it is for. A query that forgets them fails here, not in front of a child."""

import ast
from pathlib import Path

import pytest

from services import projections

ROOM = Path(projections.__file__).parent
WRITERS = {
    "filling.py",
    "projection.py",
    "projector.py",
    "rebuild.py",
    "recompute.py",
    "relays.py",
    "rows.py",
    "stored.py",
    "tables.py",
    "view.py",
    "workers.py",
}
"""These write views or make them, as the projector and the owner; nobody's question reaches them."""
STEWARDS = {"waiting.py"}
"""What waits in quarantine: ids, names of events and reasons, no row of any agency; its route asks for the role."""
ASKING = [*ROOM.glob("*.py"), *ROOM.glob("routes/*.py")]
SOURCES = {str(path.relative_to(ROOM)): path.read_text("utf-8") for path in sorted(ASKING) if path.name not in WRITERS | STEWARDS}

BY_STREAM = ("open", "select(file.c.state, file.c.audience)")
"""The one query without them: the case file's, by stream and audiences, which come from the caller's own row among the readers."""
NOBODYS = "POSITION"
"""How far the views have come belongs to no agency."""


def queries(source: str) -> dict[tuple[str, str], ast.stmt]:
    """Every select of a view: (function, the call as it is written) → the statement that it stands in."""
    found = {}
    for function in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        for statement in (node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function):
            for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call) and ast.unparse(node.func) == "select"):
                if NOBODYS not in {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}:
                    found[function.name, ast.unparse(call)] = statement
    return found


def compared(statement: ast.stmt) -> set[str]:
    """What a statement's `where` holds equal to the same of the caller: `agency`, `unit`."""
    wheres = [
        node
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "where"
    ]
    equal = [
        (argument.left, argument.comparators[0])
        for where in wheres
        for argument in where.args
        if isinstance(argument, ast.Compare) and isinstance(argument.ops[0], ast.Eq)
    ]
    return {
        mine.attr
        for mine, callers in equal
        if isinstance(mine, ast.Attribute) and ast.unparse(mine.value).endswith(".c") and ast.unparse(callers) == f"caller.{mine.attr}"
    }


def nameless(source: str) -> set[tuple[str, str]]:
    """The queries that do not name agency and unit."""
    return {query for query, statement in queries(source).items() if not compared(statement) >= {"agency", "unit"}}


@pytest.mark.parametrize("name", SOURCES)
def test_every_query_names_the_callers_agency_and_unit(name: str) -> None:
    assert nameless(SOURCES[name]) == ({BY_STREAM} if name == "reading.py" else set())


def test_there_are_queries_to_look_at() -> None:
    assert sum(len(queries(source)) for source in SOURCES.values()) >= 4


def test_the_case_file_is_read_only_after_the_readers_have_said_yes() -> None:
    written = {call: statement for (function, call), statement in queries(SOURCES["reading.py"]).items() if function == BY_STREAM[0]}
    asked, read = written["select(readers.TABLE.c.audiences)"], written[BY_STREAM[1]]
    assert asked.lineno < read.lineno
    assert ast.unparse(asked).startswith("may = await self.one(caller, ")  # which raises when there is no such row
    assert "file.c.audience.in_(may.audiences)" in ast.unparse(read)


@pytest.mark.parametrize(
    "where",
    [
        "",
        ".where(t.c.agency == caller.agency)",
        ".where(t.c.unit == caller.unit)",
        ".where(t.c.agency == caller.unit, t.c.unit == caller.unit)",
        ".where(t.c.agency != caller.agency, t.c.unit == caller.unit)",
        ".where((t.c.agency == caller.agency) | True, t.c.unit == caller.unit)",
    ],
)
def test_a_query_that_forgets_them_is_found(where: str) -> None:
    assert nameless(f"async def ask(caller):\n    return select(t){where}.limit(1)") == {("ask", "select(t)")}


@pytest.mark.parametrize("name", SOURCES)
def test_no_query_is_written_in_another_way(name: str) -> None:
    tree = ast.parse(SOURCES[name])
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module for alias in node.names}
    called = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    assert imported & {"text", "literal_column", "join", "union", "exists", "table"} == set()
    assert called & {"select", "fetch", "fetchrow", "fetchval", "join", "outerjoin", "exec_driver_sql"} == set()
