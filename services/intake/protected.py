"""Protected registration (skyddad folkbokföring): what would tell where the child is stays outside, whoever sends it.

Withheld, not refused: a referral is never turned away for what stands in it. The receipt says that something was left out.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from contracts.model import Model
from contracts.referral import Child
from contracts.told import Protection, Told

ORDER = list(Protection)
TOLD_WHERE = {"child_location": None, "guardians": None}
Holder = TypeVar("Holder", bound=Model)


def strongest(children: Sequence[Child]) -> Protection:
    """The strongest protection that is stated for any of them."""
    return max((child.protection for child in children), key=ORDER.index, default=Protection.NONE)


def told_without_place(told: Told) -> Told:
    """What is told, without where the child is and how its guardians, with whom it may live, are reached.

    The guardians' names and relations stay, as long as they stand one by one: of one text nobody can tell what is what.
    """
    guardians = tuple(_without(guardian, {"contact": None}) for guardian in told.known_guardians)
    return _without(told, {**TOLD_WHERE, "known_guardians": guardians})


def withholds(children: Sequence[Child], told: Told) -> bool:
    """Whether anything of this is left out."""
    if strongest(children) is not Protection.PROTECTED_REGISTRATION:
        return False
    return told_without_place(told) != told or any(child.without_place != child for child in children)


def _without(value: Holder, fields: Mapping[str, object]) -> Holder:
    return value.model_copy(update=fields)
