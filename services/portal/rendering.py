"""Pages from templates: one Jinja environment per language, strict about every name."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from contracts.attachment import LARGEST_FILE
from services.portal import labels, times
from services.portal.assets import Assets
from services.portal.language import COOKIE, QUERY, Language, catalogue, language_of
from services.portal.person import destinations
from services.portal.sizes import size

YEAR = 365 * 24 * 60 * 60
NOTHING_KEPT = "/private"
"""Where the private persons' page lies: below it no cookie is set, not even for the language or by a page of trouble."""


class Renderer:
    """Renders templates; `https` decides whether the language cookie is Secure."""

    def __init__(self, assets: Assets, *, https: bool) -> None:
        self._https = https
        self.environments = {language: _environment(language, assets) for language in Language}

    def page(self, request: Request, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200) -> HTMLResponse:
        """One page for the person in `request.state.person` (if any), in the reader's language."""
        language = language_of(request)
        person = getattr(request.state, "person", None)
        surroundings = {
            "person": person,
            "destinations": list(destinations(person)),
            "here": request.url.path,
            "other_language_address": str(request.url.include_query_params(language=language.other.value).replace(scheme="", netloc="")),
        }
        text = self.environments[language].get_template(template).render({**surroundings, **(context or {})})
        response = HTMLResponse(text, status_code=status, headers={"content-language": language.value})
        if request.query_params.get(QUERY) == language.value and not request.url.path.startswith(NOTHING_KEPT):
            response.set_cookie(COOKIE, language.value, max_age=YEAR, samesite="lax", secure=self._https, httponly=True)
        return response


def _environment(language: Language, assets: Assets) -> Environment:
    environment = Environment(
        loader=PackageLoader("services.portal"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(language=language, asset=assets.address, new_key=lambda: str(uuid4()))
    environment.globals.update(largest_file=LARGEST_FILE)
    environment.globals.update(labels=labels, options=partial(labels.options, language=language))
    for show in (times.moment, times.day, times.span, size):
        environment.filters[show.__name__] = partial(show, language=language)
    return environment
