"""What tokens say of a person or a machine: who, how surely, and in which organisation."""

from deploy.local.organisation import Machine, Organisation, Person

OIDC_SWEDEN = "https://id.oidc.se/claim/"
ORGANISATION_SCOPE = "https://id.oidc.se/scope/naturalPersonOrgId"
LEVEL = "http://id.elegnamnden.se/loa/1.0/loa{}"
MACHINE_LOA = 3
"""A machine has shown that it holds its private key; locally that counts as much as a person's usual login."""

Claims = dict[str, str]


def acr(loa: int) -> str:
    """The authentication context that Sweden's e-identity framework names for a level of assurance, 2 to 4."""
    return LEVEL.format(loa)


def organisation_claims(organisation: Organisation, subject: str, unit: str) -> Claims:
    """The organisation's claims (Claims and Scopes Specification for the Swedish OpenID Connect Profile 1.0, 2.2).

    `nattljus_agency` stands beside them because the city's authorities share one org number. It says which agency
    vouches for the login; unit and role come from the hub's register, so `orgUnit` is text for people only.
    """
    agency = organisation.agency_of(unit)
    return {
        f"{OIDC_SWEDEN}orgNumber": agency.org_number,
        f"{OIDC_SWEDEN}orgName": agency.swedish,
        f"{OIDC_SWEDEN}orgAffiliation": f"{subject}@{agency.org_number}",
        f"{OIDC_SWEDEN}orgUnit": organisation.units[unit].name,
        "nattljus_agency": agency.id,
    }


def person_claims(organisation: Organisation, person: Person) -> Claims:
    """What every token about a person says besides the protocol's own claims."""
    claims = organisation_claims(organisation, person.subject, person.unit)
    return claims | {"name": person.name, "acr": acr(person.loa)}


def machine_claims(organisation: Organisation, machine: Machine) -> Claims:
    """What a machine's access token says besides the protocol's own claims."""
    return organisation_claims(organisation, machine.client_id, machine.unit) | {"acr": acr(MACHINE_LOA)}
