"""Numbers as people write them: which sign parts the decimals is decided by the column, or asked; units are said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.datasets.model import from_text
from core.ingest.previewing import PreviewHandle
from core.workbench import Workbench

DATASET = """name = "shops"
[key]
fields = ["name"]
[[fields]]
name = "name"
required = true
[[fields]]
name = "price"
type = "number"
[[fields]]
name = "share"
type = "number"
max = 1
[[fields]]
name = "visits"
type = "integer"
"""
Shops = Callable[..., PreviewHandle]


@pytest.fixture
def shops(wb: Workbench, tmp_path: Path) -> Shops:
    wb.save_dataset(from_text(DATASET))

    def preview(field: str, *texts: str) -> PreviewHandle:
        lines = "".join(f'Shop {chr(97 + i)},"{text}"\n' for i, text in enumerate(texts))
        path = tmp_path / "shops.csv"
        path.write_text(f"name,{field}\n{lines}", "utf-8")
        return wb.preview(path, dataset="shops")

    return preview


def read(preview: PreviewHandle, field: str) -> list[object]:
    rows = preview.changes("new")
    return [next((f.new for f in row.fields if f.field == field), None) for row in rows]


def steps(preview: PreviewHandle) -> list[tuple[str, str | None]]:
    return [
        (s.op, s.value) for s in preview.recipe if s.op in ("decimal_sign", "unit", "negatives")
    ]


@pytest.mark.parametrize(
    ("texts", "values", "decided"),
    [
        (["1.234,5", "12,25", "1.000"], [1234.5, 12.25, 1000.0], [("decimal_sign", ",")]),
        (["1,234.5", "12.25", "1,000"], [1234.5, 12.25, 1000.0], [("decimal_sign", ".")]),
        (["1,234,567", "1,234"], [1234567.0, 1234.0], [("decimal_sign", ".")]),
        (["1.234.567", "1.234"], [1234567.0, 1234.0], [("decimal_sign", ",")]),
        (["$5", "$1,234.50"], [5.0, 1234.5], [("unit", "$"), ("decimal_sign", ".")]),
        (["5,50 €", "1.234,50 €"], [5.5, 1234.5], [("unit", "€"), ("decimal_sign", ",")]),
        (["50 %", "12.5%"], [50.0, 12.5], [("unit", "%")]),
        (["1 234,5", "12,5"], [1234.5, 12.5], [("decimal_sign", ",")]),
        (["1 234,5", "2 000"], [1234.5, 2000.0], [("decimal_sign", ",")]),
        (["1'234.5", "2'000"], [1234.5, 2000.0], [("decimal_sign", ".")]),
        (["1e3", "1.5", "-2"], [1000.0, 1.5, -2.0], []),
        (["1.234", "2.345"], [1.234, 2.345], []),
        (["€ 1.234,50", "€ 5"], [1234.5, 5.0], [("unit", "€"), ("decimal_sign", ",")]),
        (["5 PLN", "7 PLN"], [5.0, 7.0], [("unit", "PLN")]),
        (["1\u202f234", "1\u00a0234,5"], [1234.0, 1234.5], [("decimal_sign", ",")]),
        (["1\u2009234", "12"], [1234.0, 12.0], [("decimal_sign", ".")]),
        (["５０％", "７％"], [50.0, 7.0], [("unit", "%")]),
        (
            ["(1,234.50)", "2.5"],
            [-1234.5, 2.5],
            [("negatives", "minus"), ("decimal_sign", ".")],
        ),
        (["(1.234,50)"], [-1234.5], [("negatives", "minus"), ("decimal_sign", ",")]),
        (["(5)", "7"], [-5.0, 7.0], [("negatives", "minus")]),
        (
            ["($5)", "$(6)", "$-7", "-$8", "$9"],
            [-5.0, -6.0, -7.0, -8.0, 9.0],
            [("unit", "$"), ("negatives", "minus")],
        ),
        (["(5) €", "(6 €)", "7-"], [-5.0, -6.0, -7.0], [("unit", "€"), ("negatives", "minus")]),
    ],
)
def test_decided(
    shops: Shops, texts: list[str], values: list[float], decided: list[object]
) -> None:
    found = shops("price", *texts)
    assert read(found, "price") == values and steps(found) == decided
    assert all(s.reason for s in found.recipe if s.op in ("decimal_sign", "unit", "negatives"))


def test_open_ones_are_asked_and_answered(shops: Shops, wb: Workbench) -> None:
    found = shops("price", "1,234", "2,345")
    assert [q.rule for q in found.questions] == ["decimal_sign"] and not read(found, "price")
    for sign, values in ((".", [1234.0, 2345.0]), (",", [1.234, 2.345])):
        recipe = [*found.recipe, {"op": "decimal_sign", "field": "price", "value": sign}]
        assert read(wb.preview(found.id, recipe=recipe), "price") == values


def test_two_ways_in_one_column_are_asked(shops: Shops) -> None:
    found = shops("price", "1,234.5", "1.234,5", "7")
    assert read(found, "price") == [7.0] and not steps(found)
    late = shops("price", "12,5", "1.234,5", "12.5")
    assert steps(late) == [] and read(late, "price") == [12.5]


def test_two_currencies_are_no_one_number(shops: Shops) -> None:
    found = shops("price", "$5", "€5")
    assert not read(found, "price") and found.counts.rejected == 2
    assert [p.rule for p in found.problems] == ["units"]
    mixed = shops("price", "50 %", "0.5", "($7)")
    assert read(mixed, "price") == [0.5] and {p.rule for p in mixed.problems} == {"units"}


@pytest.mark.parametrize(("meant", "values"), [("minus", [-1.0, -2.0]), ("plain", [1.0, 2.0])])
def test_brackets_alone_are_asked(
    shops: Shops, wb: Workbench, meant: str, values: list[float]
) -> None:
    """They may number a list."""
    found = shops("price", "(1)", "(2)")
    assert [q.rule for q in found.questions] == ["negatives"] and not steps(found)
    recipe = [*found.recipe, {"op": "negatives", "field": "price", "value": meant}]
    assert read(wb.preview(found.id, recipe=recipe), "price") == values


def test_other_brackets_are_no_number(shops: Shops) -> None:
    found = shops("price", "(-5)", "(5", "5)", "(abc)", "-(5)-", "1 (2)", "7")
    assert read(found, "price") == [7.0] and found.counts.rejected == 6


def test_a_share_is_said_as_it_is_kept(shops: Shops, wb: Workbench) -> None:
    dataset = wb.dataset("shops")
    for field, said in (("price", "50 % is 50"), ("share", "50 % is 0.5")):
        (step,) = [s for s in shops(field, "50 %").recipe if s.op == "unit"]
        assert step.sentence(dataset).endswith(said)


def test_a_share_of_one(shops: Shops) -> None:
    assert read(shops("share", "50 %", "12.5 %"), "share") == [0.5, 0.125]


def test_whole_numbers(shops: Shops) -> None:
    found = shops("visits", "1,234", "5", "1.0", "1e3", "1,5", "1.5", "12345678901234567.0")
    assert read(found, "visits") == [12345678901234567] or read(found, "visits")[:1] == [5]
    good = shops("visits", "1,234", "5", "1.0", "1e3")
    assert read(good, "visits") == [1234, 5, 1, 1000] and steps(good) == [("decimal_sign", ".")]
    assert shops("visits", "1.5", "2.5").counts.rejected == 2


@pytest.mark.parametrize(
    ("text", "rounded"),
    [
        ("9007199254740993", True),
        ("9007199254740992", False),
        ("0.30000000000000004", False),
        ("0.12345678901234567890", True),
        ("1000000000000000000000", False),
        ("1.5000000000000000000", False),
        ("1.7976931348623157e308", False),
        ("-12345678901234567.5", True),
        ("$9,007,199,254,740,993.00", True),
        ("$1,007,199,254,740.50", False),
    ],
)
def test_digits_that_are_lost_are_told(shops: Shops, text: str, rounded: bool) -> None:
    preview = shops("price", text)
    assert preview.counts.new == 1
    assert [(p.rule, p.severity) for p in preview.problems] == [("rounded", "warning")] * rounded
