"""From the score of a file to steps of its recipe, before anything is imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import InputError, WrongState
from tests.quality.test_repair import FIELDS

Csv = Callable[..., Path]
CHECK = "validity:kind:choices"
ROWS = ("Ada,singr,1950", "Ben,singr,", "Cy,actor,1970", "Di,plumber,1980")


def test_a_score_its_values_the_new_score_and_the_steps(wb: Workbench, csv_file: Csv) -> None:
    wb.datasets.save(from_dict({"name": "people", "fields": FIELDS, "key": {"fields": ["name"]}}))
    upload, quality = wb.preview(csv_file("name,kind,born", *ROWS), "people").id, wb.quality
    score = quality.of_file(upload)
    check = score.check(CHECK)
    assert check and (check.counted, check.bad) == (4, 3)
    found = [(v.value, v.count, v.suggestion) for v in quality.file_values(upload, CHECK)]
    assert found[0] == ("singr", 2, "singer") and found[1][:2] == ("plumber", 1)
    before = wb.uploads.get(upload).plan
    seen = quality.project_fix(upload, CHECK, {"singr": "singer"})
    assert seen.rows == 2 and (seen.points or 0) > 0
    assert wb.uploads.get(upload).plan == before  # nothing was kept
    quality.fix(upload, CHECK, {"singr": "singer"})
    assert quality.of_file(upload).total == pytest.approx(seen.after.total)
    imported = wb.commit(upload)
    assert {r["kind"] for r in wb.records("people").rows()} == {"singer", "actor", "plumber"}
    with pytest.raises(WrongState):
        quality.fix(imported.id, CHECK, {"plumber": "actor"})


def test_bad_input_is_a_clear_word(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.preview(csv_file("name,mbti", "Ada,INTX", name="a.csv")).id
    with pytest.raises(InputError, match="no check"):
        wb.quality.file_values(upload, "validity:nothing")
    with pytest.raises(InputError, match="says for a value"):
        wb.quality.project_fix(upload, "validity:mbti:choices", {})
    with pytest.raises(InputError, match="a list"):
        wb.quality.file_values(
            wb.preview(csv_file("name,tags", "Ada,x", name="b.csv")).id, "completeness:tags"
        )
