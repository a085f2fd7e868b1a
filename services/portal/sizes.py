"""How large something is, as people read it."""

from babel.numbers import format_decimal

from services.portal.language import Language


def size(octets: int, language: Language) -> str:
    """Such as "230 kB" or "1,2 MB", by thousands as computers show it to people; never less than 1 kB."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))} kB"
    return f"{format_decimal(round(octets / 1_000_000, 1), locale=language.locale)} MB"
