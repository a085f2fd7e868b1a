"""Advice (rådgivning): what an answer comes to, and how it goes along with the referral that a consultation becomes."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from contracts.model import Model


class Advice(StrEnum):
    """What the answer comes to."""

    REFER_NOW = "refer_now"
    REFER_IF = "refer_if"
    OTHER_SERVICE = "other_service"
    NO_FURTHER_ACTION = "no_further_action"


class GivenAdvice(Model):
    """An answer as the unit that asked has read it. `condition` goes with REFER_IF, `service` (its name) with OTHER_SERVICE."""

    advice: Advice
    text: str = Field(max_length=20_000)
    condition: str | None = Field(default=None, max_length=2000)
    service: str | None = Field(default=None, max_length=200)
    answered_at: AwareDatetime
