"""What only the last of 25,000 rows show is seen by every decider: one file has it all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core.datasets.model import from_text
from core.ingest.previewing import PreviewHandle
from core.settings import Settings
from core.workbench import Workbench

ROWS, LATE = 25_000, 3_000
TYPES = {
    **dict.fromkeys(("order", "years", "century", "months", "days", "zero"), "date"),
    **{"price": "number", "married": "boolean", "jobs": "list"},
}
RULES = {
    "country": 'vocabulary = "countries"',
    "land": 'vocabulary = "countries"',
    "sex": 'vocabulary = "genders"',
    "kind": 'choices = ["INTJ", "ENFP"]',
    "century": 'max = "today"',
    "years": 'max = "today"',
}
# A column: what its rows say, by their number, and what the last ones do.
Text = Callable[[int], str]
COLUMNS: dict[str, tuple[Text, Text, int]] = {
    "country": (lambda i: ("CA", "GA", "AL")[i % 3], lambda i: "NY", 2),
    "land": (lambda i: ("DE", "FR")[i % 2], lambda i: "NA", 2),
    "sex": (lambda i: "M", lambda i: "H", 2),
    "kind": (lambda i: "INTJ", lambda i: "INTJ (Architect)", 2),
    "order": (
        lambda i: f"{1 + i % 28:02d}/{1 + i % 12:02d}/1970",
        lambda i: f"{1 + i % 12:02d}/{13 + i % 15}/1970",
        LATE,
    ),
    "years": (lambda i: f"{1900 + i % 99}", lambda i: f"{2040 + i % 60}", LATE * 2),
    "century": (
        lambda i: f"12-Mar-{'19' if i % 2 else ''}{30 + i % 65}",
        lambda i: "12-Mar-1850",
        LATE,
    ),
    "months": (lambda i: f"{1 + i % 28}. listopada 1970.", lambda i: "5. stycznia 1970", 2),
    "days": (lambda i: f"{20_000 + i % 15_000}", lambda i: "1970-05-04", 2),
    "zero": (lambda i: f"19{10 + i % 80}-01-02", lambda i: "0000-00-00", 2),
    "price": (lambda i: f"{1 + i % 9}.{100 + i % 800}", lambda i: "1.234,5", 2),
    "married": (lambda i: "h", lambda i: "e", 2),
    "jobs": (lambda i: "singer", lambda i: "CEO, Tesla", 2),
}


@pytest.fixture(scope="module", name="preview")
def _preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreviewHandle]:
    home = tmp_path_factory.mktemp("late")
    path, settings = home / "late.csv", Settings(database=home / "m.duckdb", data_dir=home / "d")
    path.write_text("\n".join([",".join(["name", *COLUMNS]), *map(_row, range(ROWS))]), "utf-8")
    with Workbench.open(settings=settings.model_copy(update={"datasets_dir": home})) as wb:
        wb.save_dataset(from_text(_dataset()))
        yield wb.preview(path, dataset="late")


def _row(i: int) -> str:
    cells = [(late if i >= ROWS - last else text)(i) for text, late, last in COLUMNS.values()]
    return ",".join([f"Person {i}", *(f'"{cell}"' if "," in cell else cell for cell in cells)])


def _dataset() -> str:
    fields = [
        f'[[fields]]\nname = "{name}"\ntype = "{TYPES.get(name, "text")}"\n{RULES.get(name, "")}\n'
        for name in COLUMNS
    ]
    named = '[[fields]]\nname = "name"\nrequired = true\n'
    return f'name = "late"\n[key]\nfields = ["name"]\n{named}{"".join(fields)}'


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("land", "keep_words", None),
        ("sex", "replace", "M"),
        ("kind", "suffix", None),
        ("years", "calendar", "unknown"),
        ("century", "two_digit_years", "open"),
        ("months", "listopad", "november"),
        ("zero", "no_dates", None),
        ("price", "decimal_sign", ","),
        ("married", "yes_no", "tr"),
        ("jobs", "split", ";|"),
    ],
)
def test_a_step_that_the_last_rows_ask_for(
    preview: PreviewHandle, field: str, op: str, value: str | None
) -> None:
    assert (op, value) in [(s.op, s.value) for s in preview.recipe if s.field == field]


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("country", "states"),
        ("order", "date_order"),
        ("days", "day_numbers"),
        ("century", "century"),
        ("years", "calendar"),
    ],
)
def test_a_question_that_the_last_rows_open(preview: PreviewHandle, field: str, rule: str) -> None:
    assert (field, rule) in [(p.field, p.rule) for p in preview.questions]
