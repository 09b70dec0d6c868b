"""Figures of what was brought, and the uploads behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import Workbench
from core.errors import InputError


def test_figures_and_what_is_behind_them(wb: Workbench, tmp_path: Path) -> None:
    def bring(bench: Workbench, name: str, *rows: str, source: str = "list") -> str:
        path = tmp_path / name
        path.write_text("\n".join(("name,mbti", *rows)) + "\n", "utf-8")
        return bench.import_file(path, source_name=source).id

    good = bring(wb, "a.csv", "Ada,INTJ", "Bob,INTP")
    bad = bring(wb.through("api", "robot"), "b.csv", "Cid,XXXX", "Dan,ISFP", source="agency")
    found = wb.uploads.analytics(by="source")
    assert (found.total.uploads, found.total.rows, found.total.rejected) == (2, 4, 1)
    assert {g.name: (g.uploads, g.rejected) for g in found.groups} == {
        "list": (1, 0),
        "agency": (1, 1),
    }
    assert found.total.wait is not None and found.total.wait >= 0
    assert len(found.days) == 1 and found.days[0].rows == 4
    assert (found.causes[0].field, found.causes[0].rule, found.causes[0].rows) == (
        "mbti",
        "choices",
        1,
    )
    assert "MBTI" in found.causes[0].title
    assert [u.id for u in wb.uploads.behind(by="actor", value="robot")] == [bad]
    assert [u.id for u in wb.uploads.behind(cause=("mbti", "choices"))] == [bad]
    day = found.days[0].name
    assert {u.id for u in wb.uploads.behind(day=day)} == {good, bad}  # type: ignore[arg-type]
    assert wb.uploads.analytics(dataset="nothing").total.uploads == 0
    with pytest.raises(InputError):
        wb.uploads.analytics(by="weather")  # type: ignore[arg-type]
