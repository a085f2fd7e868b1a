"""A view whose table has changed since it was published rises its version: else a hub that stands already keeps the old one."""

from hashlib import sha256

import pytest
from sqlalchemy import MetaData
from sqlalchemy.schema import CreateTable

from services.projections.tables import DIALECT, indexes
from services.projections.view import View
from services.projections.views import VIEWS

PUBLISHED = {
    "readers": (2, "de48e6dce898d813"),
    "casefile": (1, "72f1594e1d92664f"),
    "board": (6, "5b10c0aeb7b789a7"),
    "receipts": (4, "a3fd0c0fc5080e11"),
    "consultations": (3, "5425938ac6ddd3c0"),
    "invitations": (1, "85d134f286ce9998"),
    "handovers": (1, "daf416b016facc3b"),
    "attachments": (1, "86234bae9a0ee4f4"),
    "missing_reasons": (1, "d5cb1bdda833d214"),
    "scenes": (1, "63d84dc2cae56ca5"),
}
"""View → its version, and the digest of its table and indexes then."""


def digest(view: View) -> str:
    table = view.table.to_metadata(MetaData(), schema="projections")
    made = (str(CreateTable(table).compile(dialect=DIALECT)), *indexes(view, "projections"))
    return sha256("\n".join(made).encode()).hexdigest()[:16]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_whose_table_has_changed_has_a_new_version(view: View) -> None:
    assert (view.version, digest(view)) == PUBLISHED[view.name], "raise the view's version, and write both here"
