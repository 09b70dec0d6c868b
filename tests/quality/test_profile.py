"""Profiles: of a file as it came, of a dataset, of a frame; counts are exact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars
import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import NotFound

Csv = Callable[..., Path]


def test_a_file_before_anything_is_cleaned(wb: Workbench, csv_file: Csv) -> None:
    rows = [f"P{i % 3},{1950 + i},{'' if i % 2 else 'x'},{'' if i % 2 else i}" for i in range(100)]
    upload = wb.receive(csv_file("name,born,a,b", *rows))
    found = wb.quality.profile(upload.id)
    assert (found.rows, [c.name for c in found.columns]) == (100, ["name", "born", "a", "b"])
    name, born = found.column("name"), found.column("born")
    assert (name.filled, name.empty, name.distinct) == (100, 0, 3)
    assert name.top == (("P0", 34), ("P1", 33), ("P2", 33)) or dict(name.top)["P0"] == 34
    assert born.looks_like == "integer" and born.patterns == (("9999", 100),)
    [pair] = found.together
    assert (pair.left, pair.right, pair.correlation, pair.rows) == ("a", "b", 1.0, 50)
    with pytest.raises(KeyError):
        found.column("nobody")


def test_the_records_of_a_dataset(wb: Workbench, csv_file: Csv) -> None:
    fields = [
        {"name": "name"},
        {"name": "born", "type": "date"},
        {"name": "size", "type": "number"},
        {"name": "tags", "type": "list"},
        {"name": "job"},
        {"name": "hue", "choices": ["a", "ab", "abc", "blue-green"]},
    ]
    wb.datasets.save(from_dict({"name": "people", "fields": fields}))
    rows = [
        f"{'周杰伦' if i == 1 else f'Ada {i}'},19{i:02},{i}.5,x;t{i},{word},{word}"
        for i, word in enumerate(["a", "ab", "abc"] * 33)
    ]
    far = "Far,1999,100000.5,x,blue-green,blue-green"
    wb.import_file(csv_file("name,born,size,tags,job,hue", *rows, far), "people")
    found = wb.quality.profile("people")
    born, size, tags = found.column("Born"), found.column("Size"), found.column("Tags")
    assert born.decades == tuple((1900 + 10 * i, 10) for i in range(10))
    # By their length; words of a list have none.
    assert [found.column(name).outliers for name in ("Job", "Hue")] == [1, 0]
    assert size.outliers == 1 and size.largest == "100000.5"
    assert sum(b.count for b in size.histogram) == 100
    assert tags.top[0] == ("x", 100) and tags.longest == 2
    assert found.column("Name").scripts == (("Latin", 99), ("Han", 1))


def test_frames_paths_and_what_is_neither(wb: Workbench, csv_file: Csv) -> None:
    assert wb.quality.profile(polars.DataFrame({"a": [1, 1, None]})).column("a").top == (("1", 2),)
    assert wb.quality.profile(csv_file("a", "1", "2")).rows == 2
    assert wb.quality.profile(str(csv_file("a", "1", "2"))).rows == 2
    with pytest.raises(NotFound, match="no dataset, upload or file"):
        wb.quality.profile("nothing")


def test_nothing_and_the_same_everywhere(wb: Workbench, csv_file: Csv) -> None:
    empty = wb.quality.profile("celebrities")
    assert empty.rows == 0 and {c.filled for c in empty.columns} == {0}
    same = wb.quality.profile(csv_file("a,b", *["x,"] * 50))
    assert same.column("a").distinct == 1 and same.column("b").distinct == 0
    assert same.column("b").top == () and same.together == ()
