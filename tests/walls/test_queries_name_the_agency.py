"""Every query of a view names the agency and the unit that it is for. A query that forgets them fails here, not in front of a child."""

import ast
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self
from uuid import uuid4

import pytest
from sqlalchemy import ColumnElement, bindparam, or_, select, true

from contracts.agencies import AgencyKind, Role
from services import projections
from services.kit.keyring import PrivateKeys
from services.kit.register import Caller
from services.projections.questions import Question
from services.projections.reading import Reading
from services.projections.views.boardtable import TABLE

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

AGENCY, UNIT = TABLE.c.agency == bindparam("agency"), TABLE.c.unit == bindparam("unit")


def calls(source: str) -> list[str]:
    """The name of everything that is called, as often as it is."""
    return [ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


def test_a_question_that_names_both_can_be_asked() -> None:
    question = Question(select(TABLE).where(UNIT, TABLE.c.relation == bindparam("relation"), AGENCY))
    assert question.values({"agency": "a", "unit": "u", "relation": "r"}) == ["u", "r", "a"]


@pytest.mark.parametrize(
    "where",
    [
        (),
        (AGENCY,),
        (UNIT,),
        (AGENCY, TABLE.c.unit == bindparam("agency")),
        (TABLE.c.agency != bindparam("agency"), UNIT),
        (AGENCY | true(), UNIT),
        (or_(AGENCY, UNIT),),
        (TABLE.c.agency == "socialjouren", UNIT),
        (TABLE.c.from_unit == bindparam("unit"), AGENCY),
    ],
)
def test_a_question_that_forgets_agency_or_unit_cannot_be_made(where: tuple[ColumnElement[bool], ...]) -> None:
    with pytest.raises(ValueError, match="must name"):
        Question(select(TABLE).where(*where))


async def test_whose_rows_they_are_comes_from_the_caller_and_from_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    class Pool:
        @contextlib.asynccontextmanager
        async def acquire(self, **_settings: float) -> AsyncIterator[Self]:
            yield self

        async def fetch(self, _text: str, *values: object) -> list[object]:
            asked.extend(values)
            return []

    caller = Caller(uuid4(), "socialjouren", AgencyKind.SOCIALJOUR, "socialjouren-jour", Role.DUTY_OFFICER, 3, "A Reader")
    reading = Reading({}, PrivateKeys(Path()))
    monkeypatch.setattr(reading, "_pools", {"socialjour": Pool()})
    await reading.rows(caller, Question(select(TABLE).where(AGENCY, UNIT)), agency="polisen", unit="lpo-farsta")
    assert asked == ["socialjouren", "socialjouren-jour"]


def test_four_questions_alone_name_no_unit() -> None:
    """How far the views have come belongs to no agency; the case file and the files are asked for by stream and by audiences."""
    made = {name for name, source in SOURCES.items() if "Unwalled" in calls(source)}
    tree = ast.parse(SOURCES["questions.py"])
    assert made == {"questions.py"}
    assert {
        ast.unparse(node.targets[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "Unwalled"
    } == {"SLOWEST", "SEALED", "FILES", "SEALED_FILE"}
    assert calls(SOURCES["questions.py"]).count("Unwalled") == 4


OF_AN_AUDIENCE = ("SEALED", "SEALED_FILE", "FILES")
"""Questions for what belongs to an audience of a stream."""


def test_what_belongs_to_an_audience_is_read_only_after_the_readers_have_said_yes() -> None:
    for question in OF_AN_AUDIENCE:
        assert {name for name, source in SOURCES.items() if question in source} == {"questions.py", "reading.py"}
    tree = ast.parse(SOURCES["reading.py"])
    asked = []
    for opening in (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.name in {"open", "files", "file"}):
        first, *later = (ast.unparse(statement) for statement in opening.body[1:])
        assert first == "may = await self.one(caller, AUDIENCES, stream=stream)"  # which raises when there is no such row
        for question in OF_AN_AUDIENCE:
            for statement in (each for each in later if f"caller, {question}, " in each):
                assert "stream=stream" in statement
                assert "audiences=may['audiences'])" in statement
                asked.append(question)
    assert sorted(asked) == ["FILES", "SEALED", "SEALED", "SEALED_FILE"]
    assert len([node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in OF_AN_AUDIENCE]) == len(asked)


@pytest.mark.parametrize("name", SOURCES)
def test_no_query_is_written_in_another_way(name: str) -> None:
    tree = ast.parse(SOURCES[name])
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module for alias in node.names}
    assert imported & {"text", "literal_column", "join", "union", "exists", "table"} == set()
    asking = [call for call in calls(SOURCES[name]) if call in {"fetch", "fetchrow", "fetchval", "cursor", "prepare"}]
    assert asking == (["fetch"] if name == "reading.py" else [])
    assert not {"outerjoin", "exec_driver_sql"} & set(calls(SOURCES[name]))
    assert "select" not in calls(SOURCES[name]) or name == "questions.py"
