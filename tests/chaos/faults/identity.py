"""The identity provider's and the key service's bad days."""

import contextlib
from dataclasses import dataclass

import asyncpg

from deploy.local.identity.keys import SigningKeys
from tests.chaos.stage import Stage
from tests.chaos.watch import AWAY

UNWRAP = "keyring.unwrap(uuid, text, uuid, text, text, smallint, text, text, uuid)"
WHO = "nattljus_readers, nattljus_liaison"


@dataclass(frozen=True)
class KeysRotated:
    """F21: the identity provider signs with another key from now on."""

    part: str = ""
    row: str = "F21"
    kills: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        return "signing keys rotated"

    async def inject(self, stage: Stage) -> None:
        """The next key becomes the active one."""
        SigningKeys(stage.data.identity).rotate()

    async def heal(self, stage: Stage) -> None:
        """Nothing is broken."""


@dataclass(frozen=True)
class KeyServiceRefuses:
    """F24: nobody gets a key: reads are closed, writes go on."""

    seconds: float
    part: str = "projections"
    row: str = "F24"
    kills: bool = False

    def __str__(self) -> str:
        return f"no keys handed out for {self.seconds:.1f} s"

    async def inject(self, stage: Stage) -> None:
        """The right to call the only function that hands keys out is taken away."""
        await told(stage, f"REVOKE EXECUTE ON FUNCTION {UNWRAP} FROM {WHO}")

    async def heal(self, stage: Stage) -> None:
        """And given back."""
        await told(stage, f"GRANT EXECUTE ON FUNCTION {UNWRAP} TO {WHO}", patience=20)


async def told(stage: Stage, statement: str, patience: int = 1) -> None:
    """Has the administrator say it; tries again while the database is away."""
    for attempt in range(patience):
        with contextlib.suppress(*AWAY) if attempt + 1 < patience else contextlib.nullcontext():
            connection = await asyncpg.connect(stage.admin_dsn, timeout=2)
            try:
                await connection.execute(statement)
            finally:
                await connection.close(timeout=2)
            return
