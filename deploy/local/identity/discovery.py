"""What the provider says of itself (OpenID Connect Discovery 1.0, RFC 8414)."""

from deploy.local.identity.claims import OIDC_SWEDEN, acr
from deploy.local.identity.clients import AUTHENTICATION, PERSON_SCOPES
from deploy.local.identity.keys import ALGORITHM

Metadata = dict[str, str | bool | list[str]]


def metadata(issuer: str) -> Metadata:
    """The discovery document. It lists what is checked, and nothing that is not offered."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "end_session_endpoint": f"{issuer}/end_session",
        "jwks_uri": f"{issuer}/jwks",
        "scopes_supported": list(PERSON_SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [AUTHENTICATION],
        "token_endpoint_auth_signing_alg_values_supported": [ALGORITHM],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "subject_types_supported": ["public"],
        "acr_values_supported": [acr(level) for level in (2, 3, 4)],
        "claims_supported": [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "acr",
            "sid",
            "name",
            "nattljus_agency",
            *(f"{OIDC_SWEDEN}{claim}" for claim in ("orgNumber", "orgName", "orgAffiliation", "orgUnit")),
        ],
        "ui_locales_supported": ["sv", "en"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }
