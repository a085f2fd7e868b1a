"""Additions in the case, words and files: registered as they come, unread until the unit that has the case opens them."""

from uuid import UUID

from contracts.attachment import AttachmentAdded, AttachmentContent, AttachmentRegistered, AttachmentSeen, FileKind
from contracts.case import ReferralSeen
from contracts.supplement import ReferralSupplemented, SupplementContent, SupplementRegistered, SupplementSeen
from services.liaison.case import HandedOver, NotSeen, fold, see
from services.liaison.supplement import register_attachment, register_supplement, see_supplements
from tests.given import given
from tests.liaison.cases import FARSTA, FARSTA_UNIT, JOUR, JOUR_UNIT, MORNING, NIGHT, at_farsta, decided, registered, seen


def added(number: int = 1, *, danger: bool = False) -> ReferralSupplemented:
    """As intake stores it."""
    content = SupplementContent(text="Pappan har en nyckel.", reporter_name="Polis i yttre tjänst")
    return ReferralSupplemented(
        submission=UUID(int=number), supplement=number, immediate_danger=danger, supplemented_at=NIGHT, content=content
    )


def come(number: int = 1, *, danger: bool = False) -> SupplementRegistered:
    """As it stands in the case."""
    return SupplementRegistered(supplement=number, immediate_danger=danger, received_at=NIGHT)


def read(number: int = 1, unit: str = JOUR_UNIT) -> SupplementSeen:
    """Opened."""
    return SupplementSeen(supplement=number, unit=unit, seen_at=MORNING)


def file(number: int = 1) -> AttachmentAdded:
    """As intake stores it."""
    content = AttachmentContent(name="blåmärke.jpg", kind=FileKind.JPEG, size=1, digest="0" * 64)
    return AttachmentAdded(attachment=UUID(int=number), added_at=NIGHT, content=content)


def file_come(number: int = 1) -> AttachmentRegistered:
    """As it stands in the case."""
    return AttachmentRegistered(attachment=UUID(int=number), file=number, received_at=NIGHT)


def files_read(number: int, unit: str = JOUR_UNIT) -> AttachmentSeen:
    """Opened."""
    return AttachmentSeen(file=number, unit=unit, seen_at=MORNING)


def test_what_intake_received_is_registered_once_in_its_order() -> None:
    first = registered().when(lambda case: register_supplement(case, added())).then(come())
    second = first.when(lambda case: register_supplement(case, added(2, danger=True))).then(come(2, danger=True))
    second.when(lambda case: register_supplement(case, added())).nothing()


def test_an_addition_to_what_people_took_out_of_the_quarantine_is_not_registered() -> None:
    given(fold).when(lambda case: register_supplement(case, added())).nothing()


def test_a_person_opens_all_that_has_come_and_only_news_is_news() -> None:
    case = seen().and_given(come(), come(2))
    after = case.when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING)).then(read(2))
    after.and_given(come(3)).when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING)).then(read(3))
    seen().when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING)).nothing()


def test_the_referral_itself_is_opened_first_and_takes_what_came_until_then_with_it() -> None:
    registered().and_given(come()).when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING)).refused(NotSeen)
    whole = (ReferralSeen(unit=JOUR_UNIT, seen_at=MORNING), read())
    registered().and_given(come()).when(lambda case: see(case, JOUR, JOUR_UNIT, MORNING)).then(*whole)


def test_only_who_has_the_case_opens_them_also_when_it_is_decided() -> None:
    moved = at_farsta().and_given(come())
    moved.when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING)).refused(HandedOver)
    moved.when(lambda case: see_supplements(case, FARSTA, FARSTA_UNIT, MORNING)).then(read(unit=FARSTA_UNIT))
    decided().and_given(come()).when(lambda case: see_supplements(case, FARSTA, FARSTA_UNIT, MORNING)).then(read(unit=FARSTA_UNIT))


def test_files_are_counted_as_they_come_each_once() -> None:
    first = registered().when(lambda case: register_attachment(case, file())).then(file_come())
    second = first.when(lambda case: register_attachment(case, file(2))).then(file_come(2))
    second.when(lambda case: register_attachment(case, file())).nothing()
    given(fold).when(lambda case: register_attachment(case, file())).nothing()


def test_a_file_that_came_after_the_referral_was_opened_is_opened_by_a_person_as_words_are() -> None:
    after = seen().and_given(file_come(), come()).when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING))
    both = after.then(read(), files_read(1))
    both.when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING)).nothing()
    more = both.and_given(file_come(2), file_come(3)).when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING))
    more.then(files_read(3))
    whole = (ReferralSeen(unit=JOUR_UNIT, seen_at=MORNING), files_read(1))
    registered().and_given(file_come()).when(lambda case: see(case, JOUR, JOUR_UNIT, MORNING)).then(*whole)


def test_a_file_that_comes_after_the_handover_is_the_new_owners_to_open() -> None:
    moved = at_farsta().and_given(file_come())
    moved.when(lambda case: see_supplements(case, JOUR, JOUR_UNIT, MORNING)).refused(HandedOver)
    moved.when(lambda case: see_supplements(case, FARSTA, FARSTA_UNIT, MORNING)).then(files_read(1, FARSTA_UNIT))
