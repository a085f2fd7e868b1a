"""Every code that a page may show has its words."""

from enum import StrEnum

import pytest

import contracts.advice
import contracts.agencies
import contracts.attachment
import contracts.consultation
import contracts.feedback
import contracts.nameless
import contracts.police_report
import contracts.prosecutor
import contracts.quarantine
import contracts.reasons
import contracts.referral
import contracts.report_meeting
import contracts.scene
import contracts.signals
import contracts.sip
import contracts.stalled
from services.portal import labels

MODULES = (
    contracts.advice,
    contracts.agencies,
    contracts.attachment,
    contracts.consultation,
    contracts.feedback,
    contracts.nameless,
    contracts.police_report,
    contracts.prosecutor,
    contracts.quarantine,
    contracts.reasons,
    contracts.referral,
    contracts.report_meeting,
    contracts.scene,
    contracts.signals,
    contracts.sip,
    contracts.stalled,
)
ENUMS = sorted(
    {each for module in MODULES for each in vars(module).values() if isinstance(each, type) and issubclass(each, StrEnum)} - {StrEnum},
    key=lambda each: each.__name__,
)
TABLES = [table for name, table in vars(labels).items() if name.isupper() and isinstance(table, dict)]


@pytest.mark.parametrize("enum", ENUMS)
def test_every_member_of_an_enum_has_its_own_words(enum: type[StrEnum]) -> None:
    table = next(table for table in TABLES if set(table) == set(enum))
    assert len(set(table.values())) == len(enum)
