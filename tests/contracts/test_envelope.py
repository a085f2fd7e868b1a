"""The envelope: CloudEvents 1.0, nothing more, and silent about what it was given when it refuses."""

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.envelope import Envelope
from contracts.event import UnknownEvent
from tests.fixtures.sample import FOLDER

SAMPLE: dict[str, Any] = json.loads((FOLDER / "ReferralReceived.v1.json").read_text("utf-8"))
REQUIRED = {"id", "source", "type", "subject", "time", "data", "revision", "agency", "unit", "actor", "correlation"}


def test_names_are_lower_case_letters_and_digits_as_the_specification_wants() -> None:
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in Envelope.model_fields)


def test_absent_extensions_are_left_out() -> None:
    bare = {name: value for name, value in SAMPLE.items() if name in REQUIRED}
    written = json.loads(Envelope.model_validate(bare).to_bytes())
    assert set(written) == REQUIRED | {"specversion", "datacontenttype"}


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_nothing_required_is_filled_in(name: str) -> None:
    with pytest.raises(ValidationError):
        Envelope.model_validate({each: value for each, value in SAMPLE.items() if each != name})


@pytest.mark.parametrize(
    "changed",
    [
        {"specversion": "2.0"},
        {"datacontenttype": "text/plain"},
        {"agencyid": "Provbarn Ett"},
        {"childname": "Provbarn Ett"},
        {"id": "Provbarn Ett"},
        {"subject": "200510162381"},
        {"time": "Provbarn Ett"},
        {"time": "2026-11-22T02:40:00"},
        {"data": "Provbarn Ett"},
        {"actor": "Provbarn Ett"},
    ],
    ids=str,
)
def test_what_does_not_belong_is_refused_without_an_echo(changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Envelope.model_validate(SAMPLE | changed)
    assert "Provbarn" not in str(refused.value)
    assert "20051016" not in str(refused.value)


def test_a_newer_event_says_only_its_name() -> None:
    newer = Envelope.model_validate(SAMPLE | {"type": "nattljus.ReferralReceived.v99"})
    with pytest.raises(UnknownEvent, match=r"^ReferralReceived\.v99$"):
        newer.event()


def test_bad_data_in_a_good_envelope_is_refused_without_an_echo() -> None:
    damaged = Envelope.model_validate(SAMPLE | {"data": SAMPLE["data"] | {"receivedAt": "Provbarn Ett"}})
    with pytest.raises(ValidationError) as refused:
        damaged.event()
    assert "Provbarn" not in str(refused.value)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Envelope.model_validate(SAMPLE).agency = "annan"  # type: ignore[misc]
