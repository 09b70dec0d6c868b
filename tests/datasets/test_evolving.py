"""A definition changes while records are there: nothing is lost or falsified without a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Dataset, Workbench
from core.datasets.model import to_toml
from core.errors import BadDataset

NAME = {"name": "name", "required": True}


@pytest.fixture
def wb(tmp_path: Path) -> Any:
    path = tmp_path / "a.csv"
    path.write_text("name,town,born\nAnn,Rome,1990\nBo,Oslo,hello\n", "utf-8")
    with Workbench.open(tmp_path / "m.duckdb", data_dir=tmp_path / "data") as workbench:
        workbench.registry.folder = tmp_path / "datasets"
        workbench.save_dataset(things(NAME, {"name": "town"}, {"name": "born"}))
        workbench.import_file(path, "things")
        yield workbench


def things(*fields: dict[str, Any]) -> Dataset:
    return Dataset.model_validate(
        {"name": "things", "fields": list(fields), "key": {"fields": ["name"]}}
    )


def towns(wb: Workbench) -> list[Any]:
    return sorted(r["town"] for r in wb.records("things").rows())


def by_hand(wb: Workbench, dataset: Dataset) -> None:
    (wb.registry.folder / "things.toml").write_text(to_toml(dataset), "utf-8")
    wb.registry._seen = ()
    wb.count("things")


def saved(wb: Workbench, dataset: Dataset) -> None:
    wb.save_dataset(dataset, replace=True)


@pytest.mark.parametrize("save", [saved, by_hand])
def test_another_name_would_lose_the_values(
    wb: Workbench, save: Callable[[Workbench, Dataset], None]
) -> None:
    with pytest.raises(BadDataset, match=r"town \(2 values\) would go while city would come"):
        save(wb, things(NAME, {"name": "city"}, {"name": "born"}))
    saved(wb, things(NAME, {"name": "town", "title": "City"}, {"name": "born"}))
    assert towns(wb) == ["Oslo", "Rome"] and wb.check(deep=True).findings == ()


@pytest.mark.parametrize("save", [saved, by_hand])
def test_a_text_becomes_a_date_when_it_holds_dates(
    wb: Workbench, save: Callable[[Workbench, Dataset], None]
) -> None:
    dated = things(NAME, {"name": "town"}, {"name": "born", "type": "date"})
    with pytest.raises(BadDataset, match="1 of its values are none, for example 'hello'"):
        save(wb, dated)
    saved(wb, things(NAME, {"name": "town"}, {"name": "born"}))
    bo = next(r for r in wb.records("things").rows() if r["name"] == "Bo")
    wb.edit("things", bo["record_id"], {"born": "1980-02"})
    save(wb, dated)
    assert wb.dataset("things").field("born").type == "date"
    assert wb.check().findings == ()


def test_a_field_that_goes_has_its_values_again_when_it_comes_back(wb: Workbench) -> None:
    saved(wb, things(NAME, {"name": "born"}))
    record = next(r for r in wb.records("things").rows() if r["name"] == "Ann")
    assert "town" not in record
    (change,) = wb.history("things", str(record["record_id"]))
    assert change.fields["town"] == (None, "Rome")
    assert wb.check(deep=True).findings == ()
    saved(wb, things(NAME, {"name": "born"}, {"name": "city"}))
    assert wb.check(deep=True).findings == ()
    saved(wb, things(NAME, {"name": "born"}, {"name": "town"}))
    assert towns(wb) == ["Oslo", "Rome"]
    assert wb.check(deep=True).findings == ()
