"""Decisions are pure: no clock, no chance, no world outside; times and ids are handed to them."""

import ast
import inspect
import sys
from importlib import import_module

import pytest

INTAKE = ("attachment", "consultation", "pace", "protected", "referral", "scene", "supplement")
LIAISON = (
    *("advising", "case", "consultation", "decisions", "directory", "feedback", "handling", "handover", "investigation", "likeness"),
    *("limits", "officer", "police_report", "prosecutor", "reasons", "report_meeting", "safety", "siblings", "signals", "sip", "stalled"),
    "supplement",
)
SCENE = ("calling", "cards", "ending", "parties", "scene", "working")
DECISIONS = [*(f"services.intake.{name}" for name in INTAKE), *(f"services.liaison.{name}" for name in LIAISON)]
DECISIONS += [f"services.liaison.scene.{name}" for name in SCENE]
WORLDLY = {"asyncio", "io", "logging", "os", "pathlib", "random", "secrets", "socket", "subprocess", "sys", "threading", "time"}
CHANCE = {"now", "today", "utcnow", "uuid1", "uuid4", "open", "print", "input"}


def source(name: str) -> ast.Module:
    return ast.parse(inspect.getsource(import_module(name)))


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_knows_contracts_and_the_standard_library_only(name: str) -> None:
    tree = source(name)
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    outside = {each for each in imported if each not in DECISIONS and each.partition(".")[0] not in {"contracts", *sys.stdlib_module_names}}
    assert outside == set()
    assert {each.partition(".")[0] for each in imported} & WORLDLY == set()


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_asks_neither_the_clock_nor_chance(name: str) -> None:
    tree = source(name)
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {func.attr if isinstance(func, ast.Attribute) else func.id for func in called if isinstance(func, ast.Attribute | ast.Name)}
    assert names & CHANCE == set()
