"""Columns to fields by one click: the rest left out, the next best field, a new field of a column."""

from __future__ import annotations

from pathlib import Path

from core import Workbench
from core.datasets.model import from_dict
from tests.pages.helpers import Open, button, fine


def test_the_rest_is_left_out_and_a_field_is_made_of_a_column(
    wb: Workbench, open_page: Open, tmp_path: Path
) -> None:
    fields = [{"name": "name", "required": True}]
    wb.datasets.save(from_dict({"name": "towns", "fields": fields, "key": {"fields": ["name"]}}))
    path = tmp_path / "towns.csv"
    path.write_text("name,height,zone\nBern,540,A\nKyiv,179,B\n", "utf-8")
    upload = wb.receive(path, dataset="towns")
    at = fine(open_page("upload", upload=upload.id, step="map"))
    fine(at.button(key=f"field-{upload.id}-1").click().run())
    assert wb.datasets.get("towns").field("height").type == "integer"
    fine(button(at, "Leave out the other 1").click().run())
    choices = [c.choice for c in wb.uploads.get(upload.id).plan.mapping]
    assert choices == ["name", "height", None]
    fine(button(at, "Keep the rest as extra fields").click().run())
    assert wb.uploads.get(upload.id).plan.mapping[2].choice == "extra"
    fine(button(at, "All is sure: check it").click().run())
    assert at.query_params["step"] == "check"
