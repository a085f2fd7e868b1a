"""The provider's two pages, in Swedish and English beside each other, in the order that the reader asks for."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from contracts.agencies import AgencyKind, Role
from deploy.local.organisation import Organisation

Language = Literal["sv", "en"]

_TEMPLATES = Path(__file__).with_name("templates")
_STYLE = (_TEMPLATES / "style.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_SAFE_STYLE = Markup(_STYLE)  # noqa: S704  our own file, and its hash is what the policy allows


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    sv: str
    en: str


@dataclass(frozen=True)
class Ordered:
    """The same words, the reader's language first."""

    first: str
    second: str


TEXTS = {
    "service": Text("Test-identitetstjänst", "Test identity service"),
    "warning": Text("ingen riktig inloggning", "not a real login"),
    "choose": Text("Välj vem du är", "Choose who you are"),
    "explanation": Text(
        "Alla personer är påhittade och inget lösenord behövs. Tjänsten finns bara på den här datorn.",
        "Everyone here is invented and no password is needed. The service exists on this computer only.",
    ),
    "groups": Text("Verksamheter", "Agencies"),
    "skip": Text("Till innehållet", "Skip to content"),
    "cancel": Text("Avbryt", "Cancel"),
    "back": Text("Till Nattljus", "To Nattljus"),
    "logged_out": Text("Du är utloggad", "You are logged out"),
    "refused": Text("Inloggningen kan inte påbörjas", "The login cannot start"),
}

KINDS = {
    AgencyKind.POLICE: Text("Polis", "Police"),
    AgencyKind.HEALTHCARE: Text("Hälso- och sjukvård", "Healthcare"),
    AgencyKind.SCHOOL: Text("Skola och förskola", "School and preschool"),
    AgencyKind.SOCIALJOUR: Text("Socialjouren", "Out-of-hours social services"),
    AgencyKind.DISTRICT: Text("Stadsdelsförvaltningar", "City districts"),
    AgencyKind.INSPECTOR: Text("Granskning och tillsyn", "Inspection"),
    AgencyKind.PROSECUTOR: Text("Åklagare", "Prosecutor"),
    AgencyKind.OTHER: Text("Övriga", "Others"),
}

ROLES = {
    Role.REPORTER: Text("Anmälare", "Reporter"),
    Role.DUTY_OFFICER: Text("Jourhavande", "Duty officer"),
    Role.DISTRICT_OFFICER: Text("Handläggare", "District officer"),
    Role.QUALIFIED_DISTRICT_OFFICER: Text("Behörig handläggare", "Qualified district officer"),
    Role.TEAM_LEAD: Text("Gruppledare", "Team lead"),
    Role.INSPECTOR: Text("Inspektör", "Inspector"),
    Role.STEWARD: Text("Katalogförvaltare", "Steward of the directory"),
}


@dataclass(frozen=True)
class PersonChoice:
    """A person on the login page."""

    subject: str
    name: str
    unit: str
    role: Ordered
    loa: int


@dataclass(frozen=True)
class Group:
    """The people of one kind of agency."""

    kind: str
    title: Ordered
    people: tuple[PersonChoice, ...]


def language_of(request: Request) -> Language:
    """The language to put first: the client's `ui_locales`, then the browser's, then Swedish."""
    asked = request.query_params.get("ui_locales", "").split()
    asked += request.headers.get("accept-language", "").split(",")
    for tag in asked:
        match tag.strip().lower()[:2]:
            case "sv":
                return "sv"
            case "en":
                return "en"
            case _:
                continue
    return "sv"


def ordered(text: Text, language: Language) -> Ordered:
    """Both texts, the reader's first."""
    return Ordered(text.sv, text.en) if language == "sv" else Ordered(text.en, text.sv)


class Pages:
    """Renders the pages under a policy that lets them load nothing, run nothing and send forms home or to the portal."""

    def __init__(self, organisation: Organisation, portal: str) -> None:
        self._organisation = organisation
        self._portal = portal
        self._templates = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        origin = urlsplit(portal)
        # The portal too: browsers hold the redirect after a form to form-action as well.
        self._headers = {
            "content-security-policy": (
                f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
                f"form-action 'self' {origin.scheme}://{origin.netloc}; frame-ancestors 'none'; base-uri 'none'"
            )
        }

    def login(self, request: Request, action: str) -> HTMLResponse:
        """Choose a person; the choice is sent to `action`."""
        language = language_of(request)
        groups = tuple(self._group(kind, language) for kind in KINDS)
        return self._page("login.html", language, 200, groups=[each for each in groups if each.people], action=action)

    def message(self, request: Request, text: str, status: int, detail: str = "") -> HTMLResponse:
        """A heading from TEXTS, and what the protocol's error says, which is for developers and in English."""
        language = language_of(request)
        message = ordered(TEXTS[text], language)
        return self._page("message.html", language, status, message=message, detail=detail, portal=self._portal)

    def _group(self, kind: AgencyKind, language: Language) -> Group:
        everyone = self._organisation
        people = tuple(
            PersonChoice(p.subject, p.name, everyone.units[p.unit].name, ordered(ROLES[p.role], language), p.loa)
            for p in everyone.people
            if everyone.agency_of(p.unit).kind is kind
        )
        return Group(kind.value, ordered(KINDS[kind], language), people)

    def _page(self, template: str, language: Language, status: int, **values: object) -> HTMLResponse:
        html = self._templates.get_template(template).render(
            language=language,
            other="en" if language == "sv" else "sv",
            style=_SAFE_STYLE,
            t={name: ordered(text, language) for name, text in TEXTS.items()},
            **values,
        )
        return HTMLResponse(html, status_code=status, headers=self._headers)
