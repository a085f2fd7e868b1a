"""A Chromium for the journeys: the system's, or Playwright's own, or one installed here where that may be done.

`python -m tests.browser` finds or installs one, and otherwise says the one command to run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"))


def find() -> Path | None:
    """The program to start, or None when this machine has none."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return playwrights()


def playwrights() -> Path | None:
    """The Chromium that `playwright install chromium` has downloaded, if it has."""
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def install() -> None:
    """Install one: as root Debian's package, else (or if that fails) Playwright's download."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        if all(subprocess.run(command, env=environment, check=False).returncode == 0 for command in APT):
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    """Find one, or install one, or say what to do and fail."""
    if find() is None:
        sys.stderr.write("no Chromium on this machine: installing one for the tests\n")
        install()
    found = find()
    if found is None:
        advice = "apt-get install chromium" if shutil.which("apt-get") else f"{sys.executable} -m playwright install --with-deps chromium"
        sys.stderr.write(f"no Chromium could be installed: run `{advice}` as a user who may, then `make test` again\n")
        raise SystemExit(os.EX_UNAVAILABLE)
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()
