"""Results, previews and uploads in a notebook: the first rows, and no text that acts as HTML."""

from __future__ import annotations

import polars
import pytest

from core import Workbench
from core.errors import InputError


def test_a_notebook_shows_tables_without_harm(wb: Workbench) -> None:
    names = [f"P{n:02}" for n in range(24)] + ["<script>alert(1)</script>"]
    upload = wb.import_frame(polars.DataFrame({"name": names}))
    assert "imported" in upload._repr_html_() and "<td>25</td>" in upload._repr_html_()
    shown = wb.records(fields=["name"], order_by="name")._repr_html_()
    assert shown.count("<tr>") == 21 and "&lt;script&gt;" in shown and "<script>" not in shown
    assert "the first 20 rows" in shown
    draft = wb.receive(polars.DataFrame({"name": ["New"]}))
    assert "nothing is imported yet" in wb.preview(draft.id)._repr_html_()
    with pytest.raises(InputError):
        wb.import_frame("people.csv")
