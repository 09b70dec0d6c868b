"""What one person may bring in a day, and how many imports at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import Workbench
from core.errors import TooMany
from core.settings import Settings
from core.workbench.request import ImportRequest

FILE = b"name\n" + b"Ada Lovelace\n" * 60_000
REQUEST = ImportRequest(dataset="celebrities", filename="a.csv", force=True)


def test_who_has_brought_enough_today_waits_and_nobody_else_does(settings: Settings) -> None:
    small = settings.model_copy(update={"day_mb": 1})
    with Workbench.open(settings=small) as wb:
        ann = wb.acting_as(replace(wb.actor, who="ann"))
        ann.uploads.receive(FILE, REQUEST)
        ann.uploads.receive(FILE, REQUEST)  # goes over it, and is the last one
        with pytest.raises(TooMany, match="1 MB a day may be uploaded, and ann has"):
            ann.uploads.receive(FILE, REQUEST)
        assert len(wb.uploads()) == 2
        wb.acting_as(replace(wb.actor, who="bob")).uploads.receive(FILE, REQUEST)


def test_rows_and_imports_at_once_are_limited_for_each(settings: Settings) -> None:
    small = settings.model_copy(update={"day_rows": 3, "imports_at_once": 1})
    with Workbench.open(settings=small) as wb:
        ann, bob = (wb.acting_as(replace(wb.actor, who=who)) for who in ("ann", "bob"))
        ann.import_file(b"name\nA B\nC D\n", "celebrities", filename="a.csv")
        with pytest.raises(TooMany, match="3 rows a day .* imported 2 today, and this file has 2"):
            ann.import_file(b"name\nE F\nG H\n", "celebrities", filename="b.csv")
        assert wb.records.count() == 2 and wb.check().ok
        ann.import_file(b"name\nE F\n", "celebrities", filename="c.csv")
        bob.import_file(b"name\nI J\nK L\n", "celebrities", filename="d.csv")
        one = bob.uploads.receive(b"name\nM N\n", replace(REQUEST, filename="e.csv"))
        two = bob.uploads.receive(b"name\nO P\n", replace(REQUEST, filename="f.csv"))
        bob.jobs.submit(one.id)  # no worker runs, so it waits
        with pytest.raises(TooMany, match="1 imports at once .* of bob wait or run"):
            bob.jobs.submit(two.id)
        with pytest.raises(TooMany), wb.services.access.importing("bob"):
            pass
        with wb.services.access.importing("ann"), pytest.raises(TooMany):
            ann.import_file(b"name\nQ R\n", "celebrities", filename="g.csv")
