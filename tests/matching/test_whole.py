"""Whole names, which the name engine holds against one another where the words alone do not settle it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.matching import whole

NAMES = (
    *("손흥민", "Son Heung-min", "이병헌", "Lee Byung-hun", "余华", "Yu Hua"),
    *("Kim Il-sung", "Kim Jong-il", "박정희", "Park Geun-hye", "Martin Luther", "Grace Hopper"),
)
ONE = {
    frozenset(pair)
    for pair in (("손흥민", "Son Heung-min"), ("이병헌", "Lee Byung-hun"), ("余华", "Yu Hua"))
}
LINK = 3.2  # bits: about nine in ten
Csv = Callable[..., Path]


def _weights(wb: Workbench) -> dict[frozenset[str], float]:
    found = wb.matching.pairs("named", min_weight=LINK, limit=100)
    return {frozenset(str(r["name"]) for r in pair.records): pair.weight for pair in found}


def _run(wb: Workbench, csv_file: Csv, more: list[dict[str, str]], lines: list[str]) -> None:
    fields = [{"name": "n"}, {"name": "name"}, *more]
    wb.datasets.save(from_dict({"name": "named", "fields": fields, "key": {"fields": ["n"]}}))
    header = ",".join(field["name"] for field in fields)
    wb.import_file(csv_file(header, *lines), "named")
    wb.matching.run("named")


def test_names_alone_are_as_the_engine_says(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(wb, csv_file, [], [f"{n},{name}" for n, name in enumerate(NAMES)])
    assert set(_weights(wb)) == ONE
    first, *_ = wb.matching.pairs("named", min_weight=LINK)
    assert "in another script" in first.sentence and "contradict" not in first.sentence
    # Who is looked for meets the records in the same way.
    found = wb.matching.find({"name": "손 흥민"}, dataset="named", limit=2)
    assert {f.record["name"] for f in found} == {"손흥민", "Son Heung-min"}
    assert all(f.weight > LINK for f in found)
    monkeypatch.setattr(whole, "ALONE", 0)  # what is not asked stays as the words say
    wb.matching.run("named")
    assert not ONE <= set(_weights(wb))


def test_beside_other_fields_names_of_other_scripts_are_raised(
    wb: Workbench, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    born = [f"19{20 + 7 * (n // 2)}-0{1 + n // 2}-1{n // 2}" for n in range(len(NAMES))]
    lines = [f"{n},{name},{born[n]}" for n, name in enumerate(NAMES)]
    _run(wb, csv_file, [{"name": "birth_date", "type": "date"}], lines)
    raised = _weights(wb)
    assert ONE <= set(raised)
    monkeypatch.setattr(whole, "BESIDE", 0)
    wb.matching.run("named")
    assert not ONE <= set(_weights(wb))


def test_a_name_that_many_have_says_less(wb: Workbench, csv_file: Csv) -> None:
    names = ["李娜", *["Li Na"] * 40, "余华", "Yu Hua"]
    _run(wb, csv_file, [], [f"{n},{name}" for n, name in enumerate(names)])
    said = _weights(wb)
    often = said.get(frozenset(("李娜", "Li Na")), 0.0)
    assert said[frozenset(("余华", "Yu Hua"))] > often + 3
