"""Why a file is not taken, and what to do instead."""

from contracts.refusals import Malformed


class EmptyFile(Malformed):
    """The file is empty. Open it and see whether it holds anything, then choose it again."""


class UnknownKind(Malformed):
    """Only pictures (JPEG, PNG, HEIC), PDF, plain text and Word (docx) can be attached.

    Save it as PDF, or take a picture of it, and attach that.
    """


class DamagedFile(Malformed):
    """The file cannot be opened: it is damaged, or was cut off on its way. Open it yourself, save it anew and attach that."""


class LockedFile(Malformed):
    """The file is locked with a password, so nobody who receives it could open it. Save it without the password and attach that."""


class MacrosInside(Malformed):
    """The document holds macros, which may do harm. Save it as PDF and attach that."""


class UnpacksTooLarge(Malformed):
    """The file is small, but unpacks to more than a reader's computer can hold. Make it smaller, or take a picture of what matters."""


REFUSALS = {each.__name__: each for each in (EmptyFile, UnknownKind, DamagedFile, LockedFile, MacrosInside, UnpacksTooLarge)}
"""By name: so a refusal comes out of the process that opens files."""
