"""Headers in the languages of the world, and headers that mean one thing or the other by their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.datasets.registry import Registry
from core.ingest.columns.mapping import guess

CELEBRITIES = Registry(Path("nowhere")).get("celebrities")


def mapped(headers: str, *rows: str) -> dict[str, str]:
    """Header to the field, or the part of one, that it goes to."""
    found = guess(CELEBRITIES, headers.split("|"), [row.split("|") for row in rows])
    return {m.column: m.field + (f":{m.part}" if m.part else "") for m in found if m.field}


@pytest.mark.parametrize(
    ("headers", "rows"),
    [
        ("*الاسم|*تاريخ الميلاد|تاريخ الوفاة|مكان الميلاد", ["أم كلثوم|1898-12-31|1975-02-03|طماي", "فيروز|1934-11-20||بيروت"]),
        ("*نام|*نام خانوادگی|*تاریخ تولد|محل تولد", ["محمدرضا|شجریان|1940-09-23|مشهد", "فرهاد|مهراد|1944-01-20|تهران"]),
        ("*שם פרטי|*שם משפחה|*תאריך לידה|תאריך פטירה|עיר", ["עפרה|חזה|19/11/1957|23/02/2000|תל אביב"]),
        ("*ชื่อ|*นามสกุล|*วันเกิด|วันเสียชีวิต|บริษัท", ["สมชาย|ใจดี|15/07/1977||ไทยพาณิชย์"]),
        ("*Họ và tên|*Ngày sinh|Ngày mất|Ngày vào làm", ["Trịnh Công Sơn|28/02/1939|01/04/2001|01/01/1960"]),
        ("*नाम|*जन्म तिथि|मृत्यु तिथि", ["लता मंगेशकर|28/09/1929|06/02/2022"]),
        ("*Όνομα|*Επώνυμο|*Ημερομηνία γέννησης|Ημερομηνία θανάτου", ["Μίκης|Θεοδωράκης|29/07/1925|02/09/2021"]),
        ("*Име|*Фамилия|*Дата на раждане|Дата на смърт", ["Лили|Иванова|24.04.1939|"]),
        ("*ПІБ|*Дата народження|Дата смерті|Місце народження", ["Ліна Костенко|19.03.1930||Ржищів"]),
        ("*Ф.И.О.|*Дата рожд.|Дата приёма", ["Пугачёва Алла Борисовна|15.04.1949|01.01.1990"]),
        ("*Ime|*Prezime|*Datum rođenja|Datum smrti", ["Ivo|Andrić|9.10.1892.|13.3.1975."]),
        ("*Vardas|*Pavardė|*Gimimo data|Mirties data", ["Jonas|Mekas|1922-12-24|2019-01-23"]),
        ("*Eesnimi|*Perekonnanimi|*Sünniaeg|Surmaaeg", ["Arvo|Pärt|11.09.1935|"]),
        ("*Nafn|*Fæðingardagur|Dánardagur", ["Halldór Laxness|23.04.1902|08.02.1998"]),
        ("*Jina|*Tarehe ya kuzaliwa|Tarehe ya kufariki", ["Julius Nyerere|1922-04-13|1999-10-14"]),
        ("*Adı|*Soyadı|*Doğum Yılı|Doğum Yeri|Şirket", ["Barış|Manço|1943|İstanbul|Koç"]),
        ("*Cognome|*Nome|*Nato il|Nato a|Morto il", ["Fellini|Federico|20/01/1920|Rimini|31/10/1993"]),
        ("*FirstName|*LastName|Account Name|Owner.Name", ["Mara|Quill|Acme|Eva Boss", "Jonas|Hart|Blue|Eva Boss"]),
        ("*Apellido Paterno|*Apellido Materno|*Nombre(s)|*F. Nac.", ["Pérez|López|Juan|01/02/1970", "Ruiz|Gil|Ana|13/02/1980"]),
        ("*Családi név|*Utónév|*Szül. dátum|Szül. hely", ["Bartók|Béla|1881.03.25|Szentmiklós"]),
        ("officer_name|*date_of_birth.month|*date_of_birth.year", ["x|5|1970"]),
    ],
)  # fmt: skip
def test_only_the_marked_headers_go_to_a_name_or_a_birth(headers: str, rows: list[str]) -> None:
    found = mapped(headers.replace("*", ""), *rows)
    of_interest = {h for h, f in found.items() if f.split(":")[0] in ("name", "birth_date")}
    assert of_interest == {h[1:] for h in headers.split("|") if h.startswith("*")}


@pytest.mark.parametrize("header", ["Born in", "Geboren in", "Né à", "Nato a", "Birth"])
def test_places_are_no_dates(header: str) -> None:
    assert mapped(f"Name|{header}", "Max Frisch|Zürich", "Jo Roth|Brody") == {"Name": "name"}
    both = mapped(f"Name|{header}", "Max Frisch|1911", "Jo Roth|1894")
    assert both == {"Name": "name", header: "birth_date"}


def test_the_field_itself_keeps_what_does_not_fit() -> None:
    assert mapped("name|birth_date", "Max Frisch|someday")["birth_date"] == "birth_date"


def test_a_label_is_a_name_where_nothing_else_is() -> None:
    assert mapped("qid|label|born", "Q1|Max Frisch|1911", "Q2|Joseph Roth|1894")["label"] == "name"
    assert mapped("Artist|Label", "Nina Simone|Philips", "Bill Evans|Blue Note") == {
        "Artist": "name"
    }
    assert mapped("Name|Labels", "Nina Simone|jazz; soul")["Labels"] == "tags"


def test_organisations_do_not_stand_in_the_way_of_a_name_in_parts() -> None:
    rows = [f"{n}|Roth|{n} University" for n in ("Ada", "Eva", "Ida")]
    assert mapped("firstname|surname|name", *rows) == {
        "firstname": "name:given",
        "surname": "name:family",
    }


def test_known_for_titles_of_works_is_no_occupation() -> None:
    assert "Role" not in mapped("Actor|Role", "Tom Hanks|Forrest Gump", "Meg Ryan|Sally")
    assert mapped("Name|Role", "Tom Hanks|CEO", "Meg Ryan|Engineer")["Role"] == "occupations"
    assert "Known For" not in mapped(
        "Name|Known For", "Fred Astaire|Top Hat", "Lauren Bacall|Dark Passage"
    )
    assert (
        mapped("Name|Known For", "Fred Astaire|dancer", "Lauren Bacall|actress")["Known For"]
        == "occupations"
    )
