"""What points at somebody in a free text, by the table of examples that the page's script is held to as well."""

import json

import pytest

from contracts.nameless import CLEAR, NamesSomebody, Revealing, pieces, refuse_names
from tests.fixtures import FIXTURES

EXAMPLES: dict[str, list[str]] = json.loads((FIXTURES / "nameless.json").read_text("utf-8"))
POINTING = [(kind, text) for kind in Revealing for text in EXAMPLES[kind]]


def test_every_kind_has_examples() -> None:
    assert set(EXAMPLES) == {*Revealing, "nothing"}
    assert min(len(texts) for texts in EXAMPLES.values()) >= 5


@pytest.mark.parametrize(("kind", "text"), POINTING)
def test_what_points_at_somebody_is_found_as_what_it_is(kind: Revealing, text: str) -> None:
    assert {piece.kind for piece in pieces(text)} == {kind}


@pytest.mark.parametrize(("kind", "text"), POINTING)
def test_what_is_clear_is_refused_without_an_echo_and_the_rest_is_let_through(kind: Revealing, text: str) -> None:
    if kind not in CLEAR:
        refuse_names(text)
        return
    with pytest.raises(NamesSomebody) as refused:
        refuse_names("Barnet är ledset.", None, text)
    assert str(refused.value) == kind
    assert text not in refused.value.explanation


@pytest.mark.parametrize("text", EXAMPLES["nothing"])
def test_ordinary_words_and_numbers_are_let_through(text: str) -> None:
    assert pieces(text) == []
    refuse_names(text)


def test_what_is_found_is_told_piece_by_piece_and_each_once() -> None:
    found = pieces("Nils (20051016-2381) nås på 070-123 45 67. Alltså 20051016-2381, sade Nils.")
    assert [(piece.kind, piece.text) for piece in found] == [
        (Revealing.IDENTITY_NUMBER, "20051016-2381"),
        (Revealing.TELEPHONE, "070-123 45 67"),
        (Revealing.NAME, "Nils"),
    ]


def test_an_authority_is_nobody() -> None:
    assert pieces("Vi talade med Socialjouren, Polisen och Region Stockholm.") == []
