"""Makes views anew, as `nattljus rebuild` does, all in one process (DATA VIEW…); its exit code is 1 when one is not the same."""

import asyncio
import sys
from pathlib import Path

from deploy.local.rebuild import rebuild_views


async def main(data: Path, views: list[str]) -> bool:
    """All together; whether they came out byte for byte as they stood."""
    return all(rebuilt.same for rebuilt in await rebuild_views(data, views))


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main(Path(sys.argv[1]), sys.argv[2:])) else 1)
