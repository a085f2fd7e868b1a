"""Pages as their reader gets them, from values that a test makes: without a hub, and without logging in."""

import html as markup
import re
from functools import cache
from typing import Any

from contracts.agencies import AgencyKind
from services.portal.assets import Assets
from services.portal.language import Language
from services.portal.rendering import Renderer
from services.portal.units import Unit, Units

UNITS = Units(
    {
        unit.id: unit
        for unit in (
            Unit("socialjouren-jour", "Socialjouren", AgencyKind.SOCIALJOUR, "socialjouren"),
            Unit("farsta-mottagning", "Farsta mottagning", AgencyKind.DISTRICT, "farsta"),
            Unit("bromma-mottagning", "Bromma mottagning", AgencyKind.DISTRICT, "bromma"),
            Unit("lpo-farsta", "Lokalpolisområde Farsta", AgencyKind.POLICE, "polisen"),
            Unit("sachsska-barnakut", "Sachsska barnakuten", AgencyKind.HEALTHCARE, "region-stockholm"),
            Unit("jouraklagaren", "Jouråklagaren", AgencyKind.PROSECUTOR, "aklagarmyndigheten"),
        )
    }
)
SURROUNDINGS: dict[str, object] = {"person": None, "destinations": [], "here": "/", "other_language_address": "/"}


@cache
def _renderer() -> Renderer:
    return Renderer(Assets(), https=False)


def rendered(template: str, language: Language = Language.SV, **context: Any) -> str:
    """The page's HTML."""
    return _renderer().environments[language].get_template(template).render({**SURROUNDINGS, "units": UNITS, **context})


def rendered_part(template: str, language: Language = Language.SV, **context: Any) -> str:
    """The HTML of a part of a page that imports no macros of its own: the pages that include it do."""
    macros = ("forms", "show", "social")
    page = "".join(f"{{% import 'macros/{name}.html' as {name} %}}" for name in macros) + f"{{% include '{template}' %}}"
    return _renderer().environments[language].from_string(page).render({**SURROUNDINGS, "units": UNITS, **context})


def text_of(html: str) -> str:
    """What a page says between its head and its foot, in one line."""
    main = html.partition("<main")[2].partition("</main>")[0] or html
    return " ".join(markup.unescape(re.sub(r"<[^>]+>", " ", main)).split())
