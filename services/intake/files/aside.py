"""Opening a file in a process of its own: whatever its bytes do to a decoder, they do it there, and nothing secret is near."""

import asyncio
import json
import sys
from contextlib import suppress

from contracts.attachment import FileKind
from services.intake.files.kept import Kept
from services.intake.files.refusals import REFUSALS, DamagedFile, UnpacksTooLarge

AT_ONCE = 2
"""Files that are opened at once; others wait their turn."""
SECONDS = 40.0


class Aside:
    """Opens files, a few at once."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, content: bytes) -> Kept:
        """What is kept of a file. Raises what `refusals` lists: UnpacksTooLarge after SECONDS, DamagedFile if it ends its process."""
        async with self._turns:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-m",
                "services.intake.files",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
            )
            try:
                async with asyncio.timeout(SECONDS):
                    said, _ = await process.communicate(content)
            except TimeoutError:
                raise UnpacksTooLarge from None
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return _understood(said)


def _understood(said: bytes) -> Kept:
    """What the process said: a line of JSON, then what it made."""
    line, _, made = said.partition(b"\n")
    if not line:
        raise DamagedFile
    told = json.loads(line)
    if name := told.get("refused"):
        raise REFUSALS[name]
    return Kept(FileKind(told["kind"]), made if told["made"] else None)
