"""A comma in a list of occupations: between two of them, or between a post and where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.ingest.deciders.answers import other
from core.workbench import Workbench

Csv = Callable[..., Path]


def kept(wb: Workbench) -> list[list[str]]:
    return [r["occupations"] for r in wb.records("celebrities", order_by="name").rows()]


def test_a_post_and_where_it_is_stay_together(wb: Workbench, csv_file: Csv) -> None:
    lines = ['Ann Lee,"Co-founder, Microsoft"', 'Bo Ek,"CEO, Tesla Motors"', "Cy Fox,Poet; Singer"]
    preview = wb.preview(csv_file("Name,Occupation", *lines), dataset="celebrities")
    step = next(s for s in preview.recipe if s.op == "split" and s.field == "occupations")
    assert step.value == ";|" and "2 of 2" in step.reason and other(step)
    wb.commit(preview.id)
    assert kept(wb) == [["co-founder, microsoft"], ["ceo, tesla motors"], ["poet", "singer"]]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("singer, actor", ["singer", "actor"]),
        ("Producer, Director", ["producer", "director"]),
        ("CEO, Philanthropist", ["ceo", "philanthropist"]),
        ("Founder, Farmer", ["founder", "farmer"]),
        ("Singer, Songwriter", ["singer", "songwriter"]),
    ],
)
def test_occupations_are_parted(wb: Workbench, csv_file: Csv, text: str, parts: list[str]) -> None:
    wb.import_file(csv_file("Name,Occupation", f'Ann Lee,"{text}"', f'Bo Ek,"{text}"'))
    assert kept(wb) == [parts, parts]
