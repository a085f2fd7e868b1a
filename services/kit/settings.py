"""The settings of a process: environment variables `NATTLJUS_*`, each also as a file (`NATTLJUS_*_FILE`)."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "NATTLJUS_"


class Settings(BaseSettings):
    """What one process needs to know; a process is given only what it needs, so most values may be absent."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    environment: Literal["local", "production"] = "production"
    host: str = "127.0.0.1"
    port: int = 8000
    database: SecretStr = SecretStr("")
    readers: dict[str, SecretStr] = Field(default_factory=dict)
    nats: str = ""
    """Where NATS answers; of a cluster several addresses, with commas, of which one must answer when the process starts."""
    nats_seed: SecretStr = SecretStr("")
    nats_monitor: str = ""
    stream_replicas: int = 1
    round_seconds: float = 60.0
    """How often everything is compared with everything."""
    issuer: str = ""
    audience: str = "nattljus"
    keys: Path | None = None
    clamd: str = ""
    """Where the antivirus (clamd) answers: the path of its socket, or `host:port`. Empty: files are stored unscanned, and say so."""
    intake: str = ""
    liaison: str = ""
    projections: str = ""
    portal: str = ""
    client_id: str = ""
    client_key: SecretStr = SecretStr("")
    private_id: str = ""
    """The machine as which the portal hands in what private persons tell; empty where they have no page."""
    private_key: SecretStr = SecretStr("")
    session_key: SecretStr = SecretStr("")
    child_key: SecretStr = SecretStr("")
    """The hub's secret under which intake knows a child's number again; at least 32 characters of chance."""
    commit: str = "unknown"

    @property
    def dsn(self) -> str:
        """The login of this process, as asyncpg and psycopg take it."""
        return self.database.get_secret_value()


def settings_from_environment() -> Settings:
    """The settings; `NATTLJUS_X_FILE` names a file whose content is the value of X. Raises OSError when it cannot be read."""
    values = {
        name.removeprefix(PREFIX).removesuffix("_FILE").lower(): Path(path).read_text().strip()
        for name, path in os.environ.items()
        if name.startswith(PREFIX) and name.endswith("_FILE")
    }
    return Settings.model_validate(values) if not values else Settings(**values)  # type: ignore[arg-type]
