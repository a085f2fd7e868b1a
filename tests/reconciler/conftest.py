"""Keepers in a hurry, and a NATS that may be damaged."""

import pytest

from services.reconciler import ledger as ledger_module
from services.reconciler import streamkeeper
from tests.reconciler.broker import apart, broker, copies

__all__ = ["apart", "broker", "copies"]


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks often, and has stretches so short that a store of some hundred events has many."""
    monkeypatch.setattr(streamkeeper, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(ledger_module, "STRETCH", 50)
    monkeypatch.setattr(streamkeeper, "STRETCH", 50)
