"""Writes `contracts/schemas/`: `python -m contracts` (or `make contracts`)."""

import json
import sys
from pathlib import Path

from contracts.asyncapi import document
from contracts.published import FOLDER, published


def files() -> dict[str, str]:
    """File name → text of everything that belongs in the folder."""
    texts = {f"{topic}.json": each for topic, each in published().items()} | {"asyncapi.json": document()}
    return {name: json.dumps(each, indent=2, ensure_ascii=False) + "\n" for name, each in texts.items()}


def write(folder: Path) -> list[Path]:
    """Writes the files that differ and gives their paths. Files of versions that nobody knows are left for a person to look at."""
    folder.mkdir(exist_ok=True)
    changed = {folder / name: text for name, text in files().items() if not _says(folder / name, text)}
    for path, text in changed.items():
        path.write_text(text, "utf-8")
    return list(changed)


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.stdout.writelines(f"{path}\n" for path in write(FOLDER))
