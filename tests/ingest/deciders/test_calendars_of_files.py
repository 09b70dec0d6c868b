"""Of which calendar the years of a file are: told by its column, its neighbours and its script, and else asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.ingest.previewing import PreviewHandle
from core.workbench import Workbench

Lines = Callable[..., PreviewHandle]


@pytest.fixture
def lines(wb: Workbench, csv_file: Callable[..., Path]) -> Lines:
    """A preview of the lines of a file."""
    return lambda *rows: wb.preview(csv_file(*rows), dataset="celebrities")


def read(preview: PreviewHandle) -> list[str | None]:
    return [
        next((f.new for f in row.fields if f.field == "birth_date"), None)
        for row in preview.changes("new")
    ]


def asked(preview: PreviewHandle) -> dict[str, int]:
    return {p.rule: p.count for p in preview.problems if p.severity == "error"}


def calendar(preview: PreviewHandle) -> str | None:
    return next((s.value for s in preview.recipe if s.op == "calendar"), None)


@pytest.mark.parametrize(
    "rows",
    [
        ("姓名,生日,國籍", "王小明,63.11.29,台灣", "陳大文,68/1/2,台灣"),
        ("姓名,生日", "王小明,63.11.29", "陳大文,68/1/2"),  # by its letters
        ("Name,Birth date,Nationality", "Wang Ming,63/11/29,Taiwan", "Chen Wen,79-5-1,ROC"),
        ("نام و نام خانوادگی,تاریخ تولد", "علی رضایی,57/10/28", "مریم کریمی,60/01/01"),
        ("ชื่อ,วันเกิด", "สมชาย ใจดี,15/07/20", "สมหญิง ใจดี,3 ก.ค. 12"),
        ("氏名,生年月日", "山田 太郎,63/11/29", "鈴木 花子,55/5/1"),
        ("Name,Born,Nationality", "Somchai Jai,15/07/20,Thailand", "Som Ying,03/07/12,Thailand"),
    ],
)
def test_years_of_two_digits_among_those_who_count_otherwise_are_asked(
    lines: Lines, rows: tuple[str, ...]
) -> None:
    found = lines(*rows)
    assert read(found) == [] and asked(found) == {"calendar": 2}


def test_the_answer_makes_them_dates(lines: Lines, wb: Workbench) -> None:
    found = lines("姓名,生日,國籍", "王小明,63.11.29,台灣", "陳大文,68.1.2,台灣")
    days = []
    for value in ("roc", "gregorian"):
        kept = [s for s in found.recipe if s.op != "calendar"]
        answer = {"op": "calendar", "field": "birth_date", "value": value}
        days.append(read(wb.preview(found.id, recipe=[*kept, answer])))
    assert days == [["1974-11-29", "1979-01-02"], ["1963-11-29", "1968-01-02"]]


@pytest.mark.parametrize(
    "rows",
    [
        ("姓名,生日,国籍", "王小明,63/11/29,中国", "陈大文,68/1/2,中国"),
        ("Name,Born", "Ann Lee,63/11/29", "Bo Ek,68/1/2"),
        ("Name,Born,Nationality", "Taro Yama,15/07/68,Japan", "Hana Ono,13/02/66,Japan"),
        # Whole years of ours stand beside it.
        ("الاسم,تاريخ الميلاد", "محمد علي,1975-10-28", "خالد,1980-02-03", "سعيد,15/03/63"),
    ],
)
def test_elsewhere_they_are_of_our_calendar(lines: Lines, rows: tuple[str, ...]) -> None:
    found = lines(*rows)
    assert not asked(found) and {(d or "")[:3] for d in read(found)} >= {"196"}


def test_years_before_christ_of_a_query_count_a_year_0(lines: Lines) -> None:
    found = lines(
        "personLabel,birthDate",
        "Julius Caesar,-0099-07-12T00:00:00Z",
        "Plato,-0427-01-01T00:00:00Z",
        "Ann Lee,1950-02-01T00:00:00Z",
    )
    assert calendar(found) == "astronomical"
    assert read(found) == ["-0100-07-12", "-0428-01-01", "1950-02-01"]


def test_other_years_with_a_minus_have_none_and_it_is_said(lines: Lines, wb: Workbench) -> None:
    found = lines("name,born", "Julius Caesar,-0099-07-12", "Plato,-0427", "Augustus,63 BC")
    assert read(found) == ["-0099-07-12", "-0427", "-0063"] and calendar(found) == "gregorian"
    signed = lines("name,dob", "Gaius,-0100-07-12T00:00:00Z", "Ann,+1950-01-01T00:00:00Z")
    assert read(signed) == ["-0100-07-12", "1950-01-01"] and calendar(signed) == "gregorian"
    answer = {"op": "calendar", "field": "birth_date", "value": "astronomical"}
    kept = [s for s in found.recipe if s.op != "calendar"]
    assert read(wb.preview(found.id, recipe=[*kept, answer])) == ["-0100-07-12", "-0428", "-0063"]


@pytest.mark.parametrize(
    "header", ["Born (BS)", "Birth date (E.C.)", "Birth date (वि.सं.)", "Date of birth (Julian)"]
)
def test_a_calendar_that_is_not_converted_is_asked_about(lines: Lines, header: str) -> None:
    found = lines(f"Name,{header}", "Ram Rai,1940-05-12", "Sita Rai,30/11/1941", "Uma,May 1950")
    assert read(found) == [] and asked(found) == {"calendar": 3}


def test_two_digits_of_the_showa_era(lines: Lines, wb: Workbench) -> None:
    found = lines("氏名,生年月日", "山田 太郎,63/11/29", "鈴木 花子,55/5/1")
    kept = [s for s in found.recipe if s.op != "calendar"]
    answer = {"op": "calendar", "field": "birth_date", "value": "showa"}
    assert read(wb.preview(found.id, recipe=[*kept, answer])) == ["1988-11-29", "1980-05-01"]


@pytest.mark.parametrize(
    ("rows", "doubtful"),
    [
        (("Ali Rez,1357-10-28", "Foo Bar,1360-01-01"), 2),
        (("Ali Rez,1980", "Foo Bar,1402-05-06", "Baz Boo,1970"), 1),
        (("Ali Rez,1520", "Foo Bar,1402-05-06", "Baz Boo,1170"), 0),  # some centuries of people
    ],
)
def test_years_with_none_around_them_are_asked_about(
    lines: Lines, wb: Workbench, rows: tuple[str, ...], doubtful: int
) -> None:
    found = lines("name,born", *rows)
    assert len(read(found)) == len(rows)
    assert [p.count for p in found.questions] == [doubtful] * bool(doubtful)
    answer = {"op": "calendar", "field": "birth_date", "value": "gregorian"}
    assert not wb.preview(found.id, recipe=[*found.recipe, answer]).questions


def test_years_to_come_leave_all_of_them_open(lines: Lines) -> None:
    assert asked(lines("name,born", "Ram Rai,2056", "Sita Rai,2050-01-02", "Uma,2020")) == {
        "calendar": 3
    }
    assert asked(lines("name,born", "Som,2530", "Chai,2541", "Ying,2520")) == {"calendar": 3}
    assert asked(lines("name,born", "Ann,2091", *(f"Bo {i},19{i}" for i in range(60, 80)))) == {
        "max": 1
    }


def test_a_minus_is_read_without_a_year_0(lines: Lines) -> None:
    assert calendar(lines("name,born", "Caesar,-100", "Plato,-427")) == "gregorian"
