"""Pages to keep and to print, as PDF/UA: tagged, so that they can be read aloud. One template (`.typ`) a document, filled in with JSON."""

import json
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """The document that `<template>.typ` makes of the data (`json(bytes(sys.inputs.data))` in it). Takes 50 ms: run it in a thread.

    With the fonts that typst brings, so that it looks the same on every machine. Raises typst.TypstError for a template that is wrong.
    """
    made: bytes = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
    return made
