"""What a file's dates ask for: decided with its evidence as a step, or asked; never an ancient year in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from core.ingest.deciders.answers import other
from core.ingest.previewing import PreviewHandle
from core.workbench import Workbench

Born = Callable[..., PreviewHandle]


@pytest.fixture
def born(wb: Workbench, csv_file: Callable[..., Path]) -> Born:
    """A preview of a file with one date for each name, under a header."""

    def preview(*texts: str, header: str = "Born", names: str = "Person") -> PreviewHandle:
        rows = [f'{names} {"abcdefghijklmnopqrstuvwxyz"[i]},"{t}"' for i, t in enumerate(texts)]
        return wb.preview(csv_file(f'name,"{header}"', *rows), dataset="celebrities")

    return preview


def read(preview: PreviewHandle) -> list[str | None]:
    return [
        next((f.new for f in row.fields if f.field == "birth_date"), None)
        for row in preview.changes("new")
    ]


def step(preview: PreviewHandle, op: str) -> tuple[str | None, str] | None:
    return next(((s.value, s.reason) for s in preview.recipe if s.op == op), None)


def asked(preview: PreviewHandle) -> dict[str, int]:
    return {p.rule: p.count for p in preview.problems if p.severity == "error"}


def test_years_of_two_digits_are_of_the_hundred_years_before_today(born: Born) -> None:
    found = born("12-Mar-68", "3-Oct-75", "Mar 5, 91", "Jan-79", "'62")
    assert read(found) == ["1968-03-12", "1975-10-03", "1991-03-05", "1979-01"]
    value, reason = step(found, "two_digit_years") or ("", "")
    assert value == f"{date.today().year - 99}-1999" and "not in the future" in reason
    assert asked(found) == {"type": 1}  # '62 alone is no date


def test_a_month_without_signs_around_it(born: Born) -> None:
    assert read(born("06NOV88", "12DEC1960")) == ["1988-11-06", "1960-12-12"]
    assert asked(born("06NOV05")) == {"century": 1}


def test_a_year_of_two_centuries_is_asked_and_answered(born: Born, wb: Workbench) -> None:
    found = born("12-Mar-68", "3-Oct-05")
    assert asked(found) == {"century": 1} and [q.rule for q in found.questions] == ["century"]
    steps = [*found.recipe, {"op": "two_digit_years", "field": "birth_date", "value": "1900-1999"}]
    assert read(wb.preview(found.id, recipe=steps)) == ["1968-03-12", "1905-10-03"]


def test_whole_years_beside_it_show_the_century(born: Born) -> None:
    old = born("12-Mar-68", "3-Oct-05", "1944-01-02", "1951-02-03", "1903-04-05")
    assert read(old)[1] == "1905-10-03" and not asked(old)
    young = born("12-Mar-98", "3-Oct-05", "1999-01-02", "2001-02-03", "2012-04-05")
    assert read(young)[1] == "2005-10-03" and not asked(young)


def test_times_say_nothing_about_a_day_of_birth(born: Born) -> None:
    found = born("3/5/1949 0:00", "6/28/1971 0:00", "1/12/1964 12:00:00 AM", "Sept 5 1980")
    assert read(found) == ["1949-03-05", "1971-06-28", "1964-01-12", "1980-09-05"]
    late = born("1949-03-05T23:00:00Z", "1950-03-05T00:00:00Z")
    assert [p.rule for p in late.problems] == ["time_left_out"] and late.problems[0].count == 1


def test_what_programs_write_for_no_date_is_empty(born: Born) -> None:
    found = born("25/11/1984", "0/0/00", "0000-00-00", "  /  /    ", "00.00.0000", "1900-01-00")
    assert read(found) == ["1984-11-25", *[None] * 5] and not asked(found)
    assert "5 values" in (step(found, "no_dates") or ("", ""))[1]


def test_a_header_that_names_the_order_decides_it(born: Born) -> None:
    found = born("03/04/1990", "05/06/1991", header="Birth date (DD/MM/YYYY)")
    assert read(found) == ["1990-04-03", "1991-06-05"]
    assert "DD/MM/YYYY" in (step(found, "date_order") or ("", ""))[1]
    against = born("03/14/1990", "05/06/1991", header="Birth date (DD/MM/YYYY)")
    assert read(against) == ["1990-03-14", "1991-05-06"]


@pytest.mark.parametrize(
    "header",
    ["Geburtsdatum (TT.MM.JJJJ)", "Date de naissance (jj/mm/aaaa)", "Дата рождения (дд.мм.гггг)"]
    + ["Data urodzenia (DD-MM-RRRR)", "geboortedatum (dd-mm-jjjj)", "Doğum tarihi (gg.aa.yyyy)"],
)
def test_letters_of_a_date_in_a_header_name_nothing_else(born: Born, header: str) -> None:
    assert read(born("03/04/1990", "05/06/1991", header=header)) == ["1990-04-03", "1991-06-05"]


def test_day_numbers_of_a_spreadsheet(born: Born) -> None:
    found = born("35376", "28000.5", "")
    assert read(found) == ["1996-11-07", "1976-08-28", None] and step(found, "day_numbers")
    mixed = born("35376", "1976-08-28")
    assert asked(mixed) == {"day_numbers": 1} and read(mixed) == ["1976-08-28"]


def test_years_of_other_calendars(born: Born) -> None:
    roc = born("民國79年5月1日", "102/5/6", "79/1/18", header="生日")
    assert read(roc) == ["1990-05-01", "2013-05-06", "1990-01-18"]
    assert step(roc, "calendar") and {p.rule for p in roc.problems} == {"era"}
    assert read(born("2520-07-15", "2533", header="Born (พ.ศ.)")) == ["1977-07-15", "1990"]


def test_a_year_in_a_script_that_counts_otherwise_is_asked(born: Born) -> None:
    found = born("1357/10/28", "1360/01/01", header="birth date", names="علی")
    assert asked(found) == {"calendar": 2} and not read(found)


def test_what_was_made_of_a_text_is_said_with_the_text(born: Born) -> None:
    found = born("c. 1958", "1958–2009", "昭和55年7月15日", "44 BC")
    assert read(found) == ["1958", "1958", "1980-07-15", "-0044"]
    said = {p.rule: p.found[0].value for p in found.problems}
    assert said == {"approximate": "c. 1958", "life_span": "1958–2009", "era": "昭和55年7月15日"}
    assert not asked(found)


def test_every_question_has_answers_that_are_steps(born: Born, wb: Workbench) -> None:
    open_ = {
        "date_order": "03/04/1990",
        "century": "3-Oct-05",
        "day_numbers": "35376",
    }
    found = born("44 BC", *open_.values())
    asked_ = {q.rule: q for q in found.questions}
    assert set(asked_) == set(open_)
    for question in asked_.values():
        for answer in question.as_dict()["answers"]:
            if answer["step"]["value"] in ("ymd", "ydm"):  # 03/04/1990 has its year behind
                continue
            recipe = [*found.recipe, answer["step"]]
            left = {q.rule for q in wb.preview(found.id, recipe=recipe).questions}
            assert question.rule not in left, answer


def test_what_was_decided_can_be_undone(born: Born, wb: Workbench) -> None:
    found = born("35376", "28000")
    steps = [other(s) or s for s in found.recipe]
    while not any(s.op == "day_numbers" and s.value == "off" for s in steps):
        steps = [other(s) or s for s in steps]
    assert asked(wb.preview(found.id, recipe=steps)) == {"day_numbers": 2}


def test_a_few_names_of_a_calendar_decide_nothing_about_the_others(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    lines = ["A Bee,3-Oct-68", "B Cee,12-Dec-99", "C Dee,1958", "D Eff,1960", "E Gee,民國79年"]
    wb.import_file(csv_file("name,birth_date", *lines))
    rows = wb.sql("SELECT birth_date FROM celebrities ORDER BY name").fetchall()
    assert [row[0] for row in rows] == ["1968-10-03", "1999-12-12", "1958", "1960", "1990"]


@pytest.mark.parametrize("name", ["dob", "Geburtsdatum", "出生日期", "birth_date"])
def test_day_numbers_are_dates_below_a_name_that_says_so(
    wb: Workbench, csv_file: Callable[..., Path], name: str
) -> None:
    wb.import_file(csv_file(f"name,{name}", "Ann Lee,35376", "Bo Ek,28000", "Cy Fox,19345"))
    rows = wb.sql("SELECT birth_date FROM celebrities ORDER BY name").fetchall()
    assert [row[0] for row in rows] == ["1996-11-07", "1976-08-28", "1952-12-17"]


@pytest.mark.parametrize(
    ("other", "month"),
    [
        (["3. prosinca 1975.", "1. srpnja 1970."], "10"),
        (["3 grudnia 1975", "1 lipca 1970"], "11"),
        (["3. prosince 1975", "1. července 1970"], "11"),
        (["3 prosinca 1975"], "10"),
        (["1975-12-03"], "11"),
    ],
)
def test_listopad_is_a_month_of_its_neighbours(born: Born, other: list[str], month: str) -> None:
    found = born("5 listopada 1960", *other)
    assert read(found)[0] == f"1960-{month}-05" and not asked(found)
    said = step(found, "listopad")
    assert (said is not None and "Croatian" in said[1]) == (month == "10")


def test_the_dots_of_a_croatian_date_tell_listopad_as_well(born: Born) -> None:
    assert read(born("5. listopada 1960.", "7. listopada 1961."))[0] == "1960-10-05"


def test_digits_of_a_script_ask_for_its_calendar(born: Born) -> None:
    for texts in (["۱۳۵۷/۱۰/۲۸", "۱۳۶۰/۰۱/۰۱"], ["١٤٠٠/٠٥/١٢", "١٣٩٠/٠١/٠١"]):
        found = born(*texts)
        assert read(found) == [] and asked(found) == {"calendar": 2}


def test_a_month_and_year_are_not_a_year_of_two_digits(born: Born) -> None:
    found = born("mai 1912", "3-Oct-68", "juin 1904")
    assert read(found) == ["1912-05", "1968-10-03", "1904-06"]


def test_a_day_that_is_not_known_is_no_reason_to_refuse_the_year(born: Born) -> None:
    found = born("1958-00-00", "1958-08-00", "00/00/1960", "00.05.1961", "0000-00-00", "1900-01-00")
    assert read(found) == ["1958", "1958-08", "1960", "1961-05", None, None]
    assert not asked(found)


def test_a_month_and_a_day_are_no_month_and_year(born: Born) -> None:
    found = born("Mar 29", "Nov 30", "Apr 27", header="Birth date")
    assert read(found) == [] and asked(found) == {"type": 3}
    assert read(born("Mar 65", "Jan-29")) == ["1965-03", "1929-01"]


def test_blanks_behind_the_dots_put_the_day_first(born: Born) -> None:
    assert read(born("2. 1. 1980", "3. 4. 1975")) == ["1980-01-02", "1975-04-03"]


def test_years_before_the_last_century_leave_those_of_two_digits_open(
    born: Born, wb: Workbench
) -> None:
    found = born("1813-10-10", "07.07.60", "07.05.33")
    assert read(found) == ["1813-10-10"] and asked(found) == {"century": 2}
    steps = [s for s in found.recipe if s.op != "two_digit_years"]
    answer = {"op": "two_digit_years", "field": "birth_date", "value": "1800-1899"}
    order = {"op": "date_order", "field": "birth_date", "value": "dmy"}
    assert read(wb.preview(found.id, recipe=[*steps, answer, order]))[1:] == [
        "1860-07-07",
        "1833-05-07",
    ]
    few = born("1564", "12-Mar-68", *[f"19{n}-02-03" for n in range(70, 92)])
    assert read(few)[:2] == ["1564", "1968-03-12"] and not asked(few)


def test_a_death_before_the_birth_leaves_the_century_open(
    wb: Workbench, csv_file: Callable[..., Path]
) -> None:
    head = "Name,Born,Died"
    rows = ["Gustav Ma,07.07.60,1911-05-18", "Johannes Bra,13.05.33,1897-04-03", "Ann Lee,1.1.70,"]
    assert asked(wb.preview(csv_file(head, *rows), dataset="celebrities")) == {"century": 3}
    later = [row.replace("1911", "2011").replace("1897", "1997") for row in rows]
    found = wb.preview(csv_file(head, *later), dataset="celebrities")
    assert read(found) == ["1960-07-07", "1933-05-13", "1970-01-01"] and not asked(found)


@pytest.mark.parametrize(("day_first", "month"), [(2, None), (9, "1990-04-03")])
def test_dates_that_contradict_each_other_leave_the_order_open(
    born: Born, day_first: int, month: str | None
) -> None:
    texts = [f"{13 + n}/12/1980" for n in range(day_first)]
    found = born("03/04/1990", "12/27/1982", *texts)
    assert (read(found)[0] == month) if month else asked(found) == {"date_order": 1}


@pytest.mark.parametrize(
    ("header", "texts", "dates"),
    [
        ("DOB", ["09071956", "13121960", "31011970"], ["1956-07-09", "1960-12-13", "1970-01-31"]),
        ("Birthday", ["560709", "601213", "700131"], ["1956-07-09", "1960-12-13", "1970-01-31"]),
        ("생년월일", ["930516", "881130"], ["1993-05-16", "1988-11-30"]),
        ("Geburtsdatum", ["100758", "310169"], ["1958-07-10", "1969-01-31"]),
    ],
)
def test_dates_without_signs_are_read_below_a_name_that_says_so(
    born: Born, header: str, texts: list[str], dates: list[str]
) -> None:
    found = born(*texts, header=header)
    assert read(found) == dates and not asked(found) and step(found, "date_order")


def test_six_digits_that_may_be_read_in_three_ways_are_asked(born: Born, wb: Workbench) -> None:
    found = born("050709", "101112", header="dob")
    assert read(found) == [] and asked(found) == {"date_order": 2}
    answer = {"op": "date_order", "field": "birth_date", "value": "ymd"}
    assert asked(wb.preview(found.id, recipe=[*found.recipe, answer])) == {"century": 2}


@pytest.mark.parametrize(
    "texts", [["286329600000", "-425692800000", "1000000000000"], ["x1", "y2", "z3"]]
)
def test_what_is_no_date_below_a_name_for_births_is_a_problem(born: Born, texts: list[str]) -> None:
    assert asked(born(*texts, header="生年月日")) == {"type": 3}


def test_year_day_month_as_the_header_says(born: Born) -> None:
    """1950-02-01 under YYYY-DD-MM is in January; a date that can only be the usual order is read so, and told."""
    found = born("1950-02-01", "1950-25-12", "19500304", "1950-01-13", header="Born (YYYY-DD-MM)")
    assert read(found) == ["1950-01-02", "1950-12-25", "1950-04-03", "1950-01-13"]
    assert step(found, "date_order") == ("ydm", "the column is named YYYY-DD-MM")
    assert [p.count for p in found.problems if p.rule == "other_order"] == [1]
    # A header that most dates contradict decides nothing.
    wrong = born("1950-02-13", "1950-02-14", "1950-25-12", header="Born (YYYY-DD-MM)")
    assert read(wrong)[:2] == ["1950-02-13", "1950-02-14"] and step(wrong, "date_order") is None
