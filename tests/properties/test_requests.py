"""What a request says: positions in a header, and the digest by which the same request is known again."""

import json
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from contracts.model import Model
from contracts.nameless import NamesSomebody, plain, refuse_names
from contracts.refusals import Malformed
from services.intake.bodies import ConsultationIn, ReferralIn, SceneCallIn
from services.kit.commands import digest
from services.kit.eventstore import Position
from services.kit.web import positions_in
from services.liaison.bodies import AnswerIn, DecisionIn, OfferIn, RefusalIn, ServiceIn, SIPIn, WithdrawalIn, WordsIn
from services.liaison.decision_bodies import (
    AssessmentIn,
    ConsultedIn,
    NoticeIn,
    OwedReasonsIn,
    PoliceReportIn,
    ReasonsIn,
    ReportMeetingIn,
)
from services.liaison.scene_bodies import SceneAmendmentIn, SceneAnswerIn, SceneChildIn, SceneOutcomeIn, SceneTimeIn
from tests.properties.instances import instances

POSITIONS = some.builds(Position, some.from_regex(r"[a-z_][a-z0-9_]*", fullmatch=True), some.integers(0, 10**18))
DECIDED = (AssessmentIn, PoliceReportIn, ReportMeetingIn, NoticeIn, ConsultedIn, ReasonsIn, OwedReasonsIn)
BODIES: some.SearchStrategy[Model] = some.one_of(
    *[instances(body) for body in (ReferralIn, ConsultationIn, OfferIn, WithdrawalIn, RefusalIn, DecisionIn, *DECIDED)],
    *[instances(body) for body in (AnswerIn, WordsIn, ServiceIn, SIPIn)],
    *[instances(body) for body in (SceneCallIn, SceneAmendmentIn, SceneAnswerIn, SceneTimeIn, SceneChildIn, SceneOutcomeIn)],
)
KEY = UUID("6f6a3c1e-7d0b-4b52-9a53-0a7a2b6f1c11")


@given(POSITIONS)
def test_a_position_is_read_as_it_is_written(position: Position) -> None:
    assert Position.parse(str(position)) == position


@given(some.text(max_size=20) | some.from_regex(r"[a-z]*:?[0-9²٣ +-]*", fullmatch=True))
def test_any_other_text_is_no_position_and_raises_one_error(text: str) -> None:
    try:
        position = Position.parse(text)
    except ValueError:
        return
    assert position.number >= 0
    assert Position.parse(str(position)) == position


@given(some.lists(POSITIONS, max_size=4), some.sampled_from((",", ", ", " ,, ")))
def test_a_header_names_several(positions: list[Position], between: str) -> None:
    assert positions_in(between.join(map(str, positions))) == positions


@given(some.text(max_size=30))
def test_a_header_that_names_none_is_malformed(text: str) -> None:
    try:
        positions_in(text)
    except Malformed:
        assert text.strip(", ")


@given(BODIES)
def test_the_same_said_in_another_order_or_spelling_is_the_same(body: Model) -> None:
    sent = json.loads(body.model_dump_json(by_alias=True))
    spelt = {name: sent[name] for name in sorted(sent, reverse=True)}
    again = type(body).model_validate_json(json.dumps(spelt, indent=3))
    left_out = type(body).model_validate(body.model_dump(exclude_defaults=True))
    assert digest(KEY, body) == digest(KEY, again) == digest(KEY, left_out)


@given(BODIES, BODIES)
def test_two_that_say_different_things_have_different_digests(one: Model, other: Model) -> None:
    assume(one.model_dump(mode="json", exclude_none=True) != other.model_dump(mode="json", exclude_none=True))
    assert digest(KEY, one) != digest(KEY, other)


@given(some.text(max_size=10), some.sampled_from(("199006022397", "20030430-2383", "051016-2381", "0512312398")), some.text(max_size=10))
def test_an_identity_number_among_any_words_is_found(before: str, number: str, after: str) -> None:
    assume(not plain(before)[-1:].isdigit() and not plain(after)[:1].isdigit())
    with pytest.raises(NamesSomebody):
        refuse_names(before + number + after)
