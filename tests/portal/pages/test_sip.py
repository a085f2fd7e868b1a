"""The SIP form: what must be written, Stockholm's clock, and which units are proposed."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.agencies import AgencyKind
from services.portal.hub import HubRefused
from services.portal.pages.sip_form import SIPForm, offered_units, refused_at
from services.portal.times import stockholm
from services.portal.units import Unit, Units
from tests.portal.pages.rows import REFERRAL

FILLED = SIPForm(
    key="k",
    child_name="Alva",
    purpose="Skolgång",
    place="Skolan",
    starts="2026-11-24T09:00",
    ends="2026-11-24T10:00",
    parties=("testskolan-farsta",),
    guardian="written",
    guardian_given="2026-11-23T15:00",
    covers="Skola och socialtjänst",
)
SKOLA, FRISKOLA = AgencyKind.SCHOOL, Unit("friskolan", "Friskolan", AgencyKind.SCHOOL, district="sodermalm")
BUP = Unit("bup-akut", "BUP akutenhet", AgencyKind.HEALTHCARE)
UNITS = Units(
    {
        unit.id: unit
        for unit in (
            BUP,
            FRISKOLA,
            Unit("lpo-farsta", "Lokalpolisområde Farsta", AgencyKind.POLICE, district="farsta"),
            Unit("testskolan-farsta", "Testskolan Farsta", SKOLA, district="farsta"),
            Unit("farsta-mottagning", "Farsta mottagning", AgencyKind.DISTRICT, district="farsta"),
        )
    }
)


def test_a_filled_form_is_sent_in_utc_with_the_consents_that_were_given() -> None:
    assert FILLED.problems() == ()
    body = FILLED.body(REFERRAL)
    assert (body["startsAt"], body["endsAt"]) == ("2026-11-24T08:00:00+00:00", "2026-11-24T09:00:00+00:00")
    assert body["consents"] == [
        {"giver": "guardian", "written": True, "givenAt": "2026-11-23T14:00:00+00:00", "purpose": "Skola och socialtjänst"}
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"child_name": ""}, "child_name"),
        ({"purpose": ""}, "purpose"),
        ({"place": ""}, "place"),
        ({"starts": "i morgon"}, "starts"),
        ({"ends": ""}, "ends"),
        ({"guardian_given": ""}, "guardian_given"),
        ({"child": "oral"}, "child_given"),
        ({"covers": ""}, "covers"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(changed: dict[str, Any], field: str) -> None:
    assert [name for name, _ in replace(FILLED, **changed).problems()] == [field]


def test_no_consent_is_for_the_hub_to_refuse() -> None:
    assert replace(FILLED, guardian="", guardian_given="", covers="").problems() == ()
    assert [name for name, _ in refused_at(HubRefused("guardian-consent-missing", "x"))] == ["guardian"]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-07-01T09:00", "2026-07-01T07:00:00+00:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),
        ("2026-03-29T02:30", None),
        ("2026-11-24T09:00+01:00", None),
        ("", None),
    ],
)
def test_times_are_read_by_stockholms_clock(text: str, utc: str | None) -> None:
    at = stockholm(text)
    assert (at.isoformat() if at else None) == utc


def test_the_districts_own_school_comes_first_and_districts_are_not_invited() -> None:
    assert [unit.id for unit in offered_units(UNITS, SIPForm(), "farsta")] == ["testskolan-farsta", "friskolan", "bup-akut", "lpo-farsta"]


def test_a_search_keeps_what_is_chosen() -> None:
    form = replace(FILLED, find="bup")
    assert [unit.id for unit in offered_units(UNITS, form, "farsta")] == ["testskolan-farsta", "bup-akut"]
