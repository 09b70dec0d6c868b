"""The preview is the promise: what a commit does is what was shown, or it is refused and renewed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Dataset, Workbench
from core.errors import StalePreview

Csv = Callable[..., Path]


pytestmark = pytest.mark.usefixtures("few")


def test_equal_counts_can_be_another_import(wb: Workbench, csv_file: Csv) -> None:
    """Shown: Ann is new, Bo is unchanged. By then it would be the other way round."""
    bo = wb.import_file(csv_file("name", "Bo", name="bo.csv"))
    upload = wb.receive(csv_file("name", "Ann", "Bo"))
    shown = wb.preview(upload.id).counts
    wb.rollback(bo.id)
    wb.import_file(csv_file("name", "Ann", name="ann.csv"))
    with pytest.raises(StalePreview, match="the numbers are the same"):
        wb.commit(upload.id)
    assert wb.preview(upload.id).counts == shown
    assert wb.commit(upload.id).counts.new == 1


def test_rules_that_changed_make_another_import(wb: Workbench, csv_file: Csv) -> None:
    things = {"name": "things", "fields": [{"name": "name"}, {"name": "kind"}]}
    wb.save_dataset(Dataset.model_validate({**things, "key": {"fields": ["name"]}}))
    upload = wb.receive(csv_file("name,kind", "A,x", "B,y"), dataset="things")
    assert wb.preview(upload.id).counts.new == 2
    things["fields"] = [{"name": "name"}, {"name": "kind", "choices": ["x"]}]
    wb.save_dataset(Dataset.model_validate({**things, "key": {"fields": ["name"]}}), replace=True)
    with pytest.raises(StalePreview, match="2 new"):
        wb.commit(upload.id)
    assert wb.commit(upload.id).counts.model_dump()["rejected"] == 1
