"""A definition that changed reads an old file otherwise: the deep check says so, and it is no error."""

from __future__ import annotations

import pytest

from core import Workbench
from core.datasets.model import from_text

THEN = """name = "towns"
[key]
fields = ["name"]
[[fields]]
name = "name"
required = true
[[fields]]
name = "city"
[[fields]]
name = "day"
type = "date"
[[fields]]
name = "tags"
type = "list"
on_update = "union"
"""
CHANGES = {
    "another key": ('fields = ["name"]', 'fields = ["name", "city"]'),
    "another type": ('type = "date"', 'type = "text"'),
}
# Two rows of one name complete each other, and a date is written as people write it.
FILE = b"name,city,day,tags\nAda,,44 BC,b\nAda,Rome,,a\nBob,Bonn,1 May 1900,c\n"


@pytest.mark.parametrize("change", CHANGES)
def test_values_of_another_definition(wb: Workbench, change: str) -> None:
    wb.save_dataset(from_text(THEN))
    wb.import_file(FILE, "towns", filename="a.csv")
    assert wb.check(deep=True).findings == ()
    wb.save_dataset(from_text(THEN.replace(*CHANGES[change])), replace=True)
    report = wb.check(deep=True)
    assert report.ok and {f.code for f in report.findings} == {"read_otherwise"}


def test_other_words_are_no_other_definition(wb: Workbench) -> None:
    wb.save_dataset(from_text(THEN))
    wb.import_file(FILE, "towns", filename="a.csv")
    named = THEN.replace('name = "city"', 'name = "city"\ntitle = "Town"\nsynonyms = ["place"]')
    wb.save_dataset(from_text(named), replace=True)
    wb.database.write(lambda c: c.execute("UPDATE towns SET city = 'Paris' WHERE name = 'Bob'"))
    assert "value_differs" in {f.code for f in wb.check(deep=True).findings}
