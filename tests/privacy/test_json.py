"""A person in raw JSON files: their items are written anew, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import Workbench
from core.errors import Conflict
from core.files.json.items import CHUNK
from core.settings import Settings
from tests.privacy.conftest import file_in

pytestmark = pytest.mark.usefixtures("without_blocks")

EVE = '{"name": "Eve \\u0051uillfeather", "birth_date": "1999-01-01", "aliases": ["Evi", "EQ"], "source": 7.50}'
GONE = '{"name": "xxx xxxxxxxxxxxx", "birth_date": "xxxx-xx-xx", "aliases": ["xxx", "xx"], "source": "x.xx"}'
FAY = '{"name":"Fay Low" ,"description":"é \\u00e9"}'
JSONS = {
    "array": f"[\n  {FAY},\n  {EVE} ,\n{{}},  {FAY}\n]\n",
    "lines": f"{FAY}\r\n{EVE}\r\n{FAY}",
    "envelope": f'{{"metadata": {{"version": 2}}, "celebrities": [{FAY}, {EVE}], "total": 2}}',
    "mark": f"\ufeff[{EVE}, {FAY}]",
    "rows": '[["name", "birth_date"], ["Eve Quillfeather", "1999-01-01"], ["Fay Low", "1998-01-01"]]',
}


def test_json_is_redacted_item_by_item(wb: Workbench, settings: Settings, tmp_path: Path) -> None:
    for name, text in JSONS.items():
        wb.import_file(file_in(tmp_path, text, f"{name}.json"))
    eve = str(next(wb.records(where={"name": "Eve Quillfeather"}).rows())["record_id"])
    before = {r["record_id"]: r for r in wb.records().rows() if r["record_id"] != eve}
    done = wb.privacy.forget(eve)
    assert done.paper.count("1 rows redacted in a new file") == len(JSONS)
    for upload in wb.uploads()[: len(JSONS)]:
        name = upload.filename.removesuffix(".json")
        wanted = JSONS[name].replace(EVE, GONE)
        if name == "rows":
            wanted = wanted.replace("Eve Quillfeather", "xxx xxxxxxxxxxxx")
            wanted = wanted.replace("1999-01-01", "xxxx-xx-xx")
        assert wb.uploads.original(upload.id).read_bytes().decode("utf-8") == wanted
    assert {r["record_id"]: r for r in wb.records().rows()} == before
    assert wb.check(deep=True).ok, wb.check(deep=True)
    assert not any(b"Evi" in p.read_bytes() for p in settings.data_dir.rglob("*") if p.is_file())


def test_a_large_json_file_is_redacted_in_pieces(wb: Workbench, tmp_path: Path) -> None:
    """Read the fast way, by DuckDB; the item stands behind what is read at once."""
    people = [{"name": f"Person {n:06}", "description": "é" * 1_500} for n in range(3_000)]
    people[2_900] = {"name": "Eve Quillfeather", "description": "collects barometers"}
    text = json.dumps(people, ensure_ascii=False, indent=0)
    assert text.index("Quillfeather") > CHUNK
    upload = wb.import_file(file_in(tmp_path, text, "people.json"))
    eve = str(next(wb.records(where={"name": "Eve Quillfeather"}).rows())["record_id"])
    wb.privacy.forget(eve)
    left = json.loads(wb.uploads.original(upload.id).read_text("utf-8"))
    assert left.pop(2_900)["name"] == "xxx xxxxxxxxxxxx"
    assert left == people[:2_900] + people[2_901:]


BY_KEY = (
    '{"Eve Quillfeather": {"birth_date": "1999-01-01"}, "Fay Low": {"birth_date": "1998-01-01"}}'
)
BY_COLUMN = '{"name": ["Eve Quillfeather", "Gus Ray"], "birth_date": ["1999-01-01", "1998-01-01"]}'


def test_a_file_that_cannot_be_changed_alone_is_asked_about(wb: Workbench, tmp_path: Path) -> None:
    wb.import_file(file_in(tmp_path, BY_KEY, "keys.json"), mapping={"key": "name"})
    wb.import_file(file_in(tmp_path, BY_COLUMN, "columns.json"))
    eve = str(next(wb.records(where={"name": "Eve Quillfeather"}).rows())["record_id"])
    with pytest.raises(Conflict, match="cannot be changed row by row") as told:
        wb.privacy.forget(eve)
    assert "keys.json" in told.value.detail and "columns.json" in told.value.detail
    assert wb.records.count() == 6
    done = wb.privacy.forget(eve, destroy_files=True)
    assert done.paper.count("destroyed as a whole") == 2
    assert wb.records.count() == 5 and wb.records.count(where={"name": "Fay Low"}) == 1
    assert wb.check().ok, wb.check()
