"""The static files, under an address that changes with their content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Serves `/static/<version>/<path>`; the version is a hash of all files, so relative addresses within CSS hold too."""

    def __init__(self, directory: Path = STATIC) -> None:
        super().__init__(directory=directory)
        self.version = _version(directory)

    def address(self, path: str) -> str:
        """The address of one file for a page. Raises FileNotFoundError when there is none."""
        if not (STATIC / path).is_file():
            raise FileNotFoundError(path)
        return f"/static/{self.version}/{path}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file. A page from before an upgrade asks with an older version: it gets today's file, but may not keep it."""
        version, _, rest = path.partition("/")
        response = await super().get_response(rest, scope)
        response.headers["cache-control"] = FOR_EVER if version == self.version else "no-cache"
        return response


def _version(directory: Path) -> str:
    """Twelve hexadecimal digits over every file's path and content."""
    tree = hashlib.sha256()
    for path in sorted(each for each in directory.rglob("*") if each.is_file()):
        tree.update(path.relative_to(directory).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return tree.hexdigest()[:12]
