"""What Marquee writes, it reads back unchanged: every record, in every format, of several datasets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from core import Dataset, Settings, Workbench
from core.datasets.model import from_dict
from core.records.export import columns, csv_bytes, xlsx_file
from core.records.lines import csv_records

ODD = [
    *("-M-", "=what it says", "@em", "+49 30 1", "'=x", "''=x", "'Twas", "-5", "'-5", "=", "\t=1"),
    *("NA", "null", "Null", "-", "?", "n/a", "\\N", "none", "#REF!", "true", "1.0", "007", "1e5"),
    *(
        "a;b",
        "a|b",
        "a, b",
        "a，b",
        "a、b",
        "a；b",
        "a\nb",
        "[a",
        '["a"]',
        '"',
        "a/b",
        '"a", b',
        "{}",
    ),
    *(
        "12345678901234567890",
        "_x0041_",
        " a",
        "a  b",
        "a ",
        "é",
        "e\u0301",
        "\u200e",
        "周杰伦",
        "😀",
    ),
    *(
        "1990-01-02",
        "-0044",
        "3/4/1990",
        "12-Mar-68",
        "1,234",
        "a\r\nb",
        "a\rb",
        "\x1a",
        "\x01",
        "￾",
    ),
]
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.sampled_from("=+-@'\";|, \t\n[]a1é周/"), min_size=1, max_size=8),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=6),
)
DATES = st.sampled_from(
    [
        "1990",
        "1990-05",
        "1990-05-01",
        "-0044",
        "-0044-03",
        "-0044-03-15",
        "0079-08-24",
        "1899-12-31",
    ]
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64)
FIELDS: list[dict[str, Any]] = [
    {"name": "name", "type": "text", "required": True},
    {"name": "born", "type": "date"},
    {"name": "about", "type": "text", "multiline": True},
    {"name": "words", "type": "list"},
    {"name": "more", "type": "list", "on_update": "union"},
    {"name": "size", "type": "number"},
    {"name": "pieces", "type": "integer"},
    {"name": "good", "type": "boolean"},
    {"name": "row", "type": "text"},
]
KEYED = {"fields": ["name"], "when_both": "born"}
DATASETS = {
    "usual": {"key": KEYED},
    "untidy": {"key": KEYED, "cleaning": {"tidy": False, "list_separators": "/"}},
    "whole": {"cleaning": {"tidy": False, "empty_words": ["x"], "list_separators": ""}},
}
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"name": TEXTS},
        optional={
            "born": DATES,
            "about": TEXTS,
            "words": st.lists(TEXTS, max_size=3),
            "more": st.lists(TEXTS, max_size=3),
            "size": NUMBERS | st.sampled_from([1.234, 1e300, 0.1 + 0.2, 5.0, -0.0]),
            "pieces": st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 2_000),
            "good": st.booleans(),
            "row": TEXTS,
            "note": TEXTS,
            "name_": TEXTS,
            "a.b": TEXTS,
        },
    ),
    min_size=1,
    max_size=14,  # a file costs more than a row: few examples, each of many people
)
NUMBER = count()


@pytest.fixture(scope="module")
def wb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("trips")
    opened = Settings(
        database=home / "m.duckdb", data_dir=home / "data", datasets_dir=home / "datasets"
    )
    with Workbench.open(settings=opened) as workbench:
        for name, more in DATASETS.items():
            workbench.save_dataset(from_dict({"name": name, "fields": FIELDS, **more}))
        yield workbench


def as_csv(wb: Workbench, dataset: Dataset, path: Path) -> None:
    names = columns(dataset)
    found = wb.records(dataset.name, fields=names)
    path.write_bytes(b"".join(csv_records(found, names, dataset.cleaning.list_separators)))


def as_csv_cell_by_cell(wb: Workbench, dataset: Dataset, path: Path) -> None:
    names, separators = columns(dataset), dataset.cleaning.list_separators
    rows = ([*row.values()] for row in wb.records(dataset.name, fields=names).rows())
    path.write_bytes(b"".join(csv_bytes(names, rows, separators)))


def as_xlsx(wb: Workbench, dataset: Dataset, path: Path) -> None:
    names, separators = columns(dataset), dataset.cleaning.list_separators
    rows = ([*row.values()] for row in wb.records(dataset.name, fields=names).rows())
    xlsx_file(path, names, rows, separators=separators)


def as_json(wb: Workbench, dataset: Dataset, path: Path) -> None:
    path.write_bytes(orjson.dumps(list(wb.records(dataset.name).rows()), default=str))


def as_page_of_the_api(wb: Workbench, dataset: Dataset, path: Path) -> None:
    rows = list(wb.records(dataset.name).rows())
    for row in rows:
        row.pop("_key")
        row["_extra"] = json.loads(row["_extra"]) if row["_extra"] else None
    path.write_bytes(orjson.dumps({"records": rows, "total": None, "next": None}, default=str))


def as_json_lines(wb: Workbench, dataset: Dataset, path: Path) -> None:
    rows = wb.records(dataset.name).rows()
    path.write_bytes(b"\n".join(orjson.dumps(row, default=str) for row in rows))


FORMATS: dict[str, Callable[[Workbench, Dataset, Path], None]] = {
    "a.csv": as_csv,
    "b.csv": as_csv_cell_by_cell,
    "c.xlsx": as_xlsx,
    "d.json": as_json,
    "e.json": as_page_of_the_api,
    "f.jsonl": as_json_lines,
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", DATASETS)
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=PEOPLE, cleaned=st.booleans())
@example(
    people=[{"name": text, "row": text, "words": [text, "x"], "note": text} for text in ODD],
    cleaned=False,
)
@example(people=[{"name": text, "about": text, "more": ["x", text]} for text in ODD], cleaned=True)
def test_unchanged(
    wb: Workbench,
    tmp_path: Path,
    format: str,
    name: str,
    people: list[dict[str, Any]],
    cleaned: bool,
) -> None:
    dataset = wb.dataset(name)
    path = tmp_path / f"{next(NUMBER)}.json"
    path.write_bytes(orjson.dumps(people))
    mapping = {n: n for n in people[0] if n in dataset.field_names}
    # Without words that mean empty, words such as NA and null are stored.
    options: dict[str, Any] = (
        {} if cleaned else {"recipe": [{"op": "tidy"}] * dataset.cleaning.tidy}
    )
    upload = wb.import_file(path, name, force=True, mapping=mapping, **options)
    try:
        there = wb.count(name)
        if there:
            out = tmp_path / f"{next(NUMBER)}.{format.partition('.')[2]}"
            FORMATS[format](wb, dataset, out)
            preview = wb.preview(out, name)
            told = [(c.title, c.fields, c.problems) for c in preview.changes()]
            problems = [(p.title, p.examples) for p in preview.problems]
            counts = preview.counts.model_dump(exclude_defaults=True)
            assert counts == {"rows": there, "unchanged": there}, (told, problems)
            wb.cancel(preview.id)
    finally:
        wb.rollback(upload.id)
