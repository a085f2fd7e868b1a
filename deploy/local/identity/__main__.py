"""`python -m deploy.local.identity` serves the provider; `... rotate` lets the next signing key sign."""

import sys

from deploy.local.identity.app import main
from deploy.local.identity.keys import SigningKeys
from deploy.local.identity.settings import Settings

if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main()
        case ["rotate"]:
            sys.stdout.write(f"{SigningKeys(Settings().directory).rotate()}\n")
        case _:
            sys.stderr.write("usage: python -m deploy.local.identity [rotate]\n")
            raise SystemExit(2)
