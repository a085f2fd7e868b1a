"""What the test identity provider is told, and the two situations in which it refuses to start."""

import ipaddress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class CannotStartError(Exception):
    """The test identity provider must not run here; the message says why and what to do."""


class Settings(BaseSettings):
    """Read from NATTLJUS_*. `issuer` and `portal` are base URLs without a path; `issuer` follows host and port if unset."""

    model_config = SettingsConfigDict(env_prefix="NATTLJUS_", frozen=True, extra="ignore")

    environment: str = "local"
    host: str = "127.0.0.1"
    port: int = 8100
    issuer: str = ""
    data: Path = Path(".nattljus")
    portal: str = "http://127.0.0.1:8000"
    audience: str = "nattljus"

    @model_validator(mode="before")
    @classmethod
    def _plain_base_urls(cls, values: dict[str, object]) -> dict[str, object]:
        host = str(values.get("host", "127.0.0.1"))
        named = f"[{host}]" if ":" in host else host
        issuer = values.get("issuer") or f"http://{named}:{values.get('port', 8100)}"
        portal = values.get("portal", "http://127.0.0.1:8000")
        return values | {"issuer": str(issuer).rstrip("/"), "portal": str(portal).rstrip("/")}

    @model_validator(mode="after")
    def _no_path(self) -> Self:
        for url in (self.issuer, self.portal):
            if urlsplit(url).path or not urlsplit(url).hostname:
                raise ValueError(f"{url!r} must be scheme, host and port only")
        return self

    @property
    def directory(self) -> Path:
        """Where the provider's own state lies."""
        return self.data / "identity"

    def require_safe_surroundings(self) -> None:
        """Raise CannotStartError unless this is a local stack that only this machine can reach.

        Anyone who reaches this provider may become anyone, so a mistaken setting must stop it, not warn.
        """
        if self.environment != "local":
            raise CannotStartError(
                f"The test identity provider logs anyone in as anyone and runs only with NATTLJUS_ENVIRONMENT=local, "
                f"not {self.environment!r}. Point NATTLJUS_ISSUER at a real OpenID provider instead."
            )
        for name in (self.host, str(urlsplit(self.issuer).hostname)):
            if not is_loopback(name):
                raise CannotStartError(
                    f"The test identity provider logs anyone in as anyone and is reached from this machine only, "
                    f"but {name!r} is not a loopback address. Use 127.0.0.1 in NATTLJUS_HOST and NATTLJUS_ISSUER."
                )


def is_loopback(name: str) -> bool:
    """Whether a host name or address can be reached from this machine alone. Other names are never looked up."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
