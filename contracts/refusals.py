"""A broken rule is a refusal in the domain's words; the docstring is the explanation that people read."""

import re
from inspect import cleandoc


class Refused(Exception):
    """The rules do not allow this now."""

    @property
    def explanation(self) -> str:
        """What is wrong and what to do next, as one line of English (the portal translates it)."""
        return " ".join(cleandoc(type(self).__doc__ or "").split())

    @property
    def code(self) -> str:
        """Kebab-case name for machines: `AlreadyDecided` → `already-decided`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class Stranger(Refused):
    """You are logged in, but your unit or role may not do this. Ask your team lead or the steward of the directory."""


class Missing(Refused):
    """There is nothing here that you may see. Check the address or the reference."""


class Malformed(Refused):
    """Something in what you sent cannot be understood. Correct it and send it again."""


class Conflict(Refused):
    """Somebody else changed this at the same moment. Look at it again and decide anew."""


class AlreadySaid(Refused):
    """This is recorded already, in other words than yours. What you wrote now was not stored: read what stands there first."""


class KeyReused(Malformed):
    """This idempotency key was used for something else. Make a new key for a new request."""


class Unavailable(Exception):
    """The hub cannot store this just now. Nothing was acknowledged; send the same again, with the same key."""
