"""Names in several columns, or the other way round in one: joined, turned, and the same through every door."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import duckdb
import orjson
import pytest
from hypothesis import example, given, settings, strategies as st

from core.backups import acts
from core.cleaning import joined as joined_
from core.cleaning.plan import Column, Plan, default_steps, parse_steps, rebased
from core.cleaning.step import Step
from core.cleaning.steps import turn
from core.datasets.empty_words import BRACKETS, bare, bared, may_name
from core.datasets.model import Dataset
from core.datasets.registry import Registry
from core.errors import BadMapping, BadRecipe
from core.ingest.columns.mapping import guess
from core.settings import Settings
from core.workbench import Workbench

CELEBRITIES = Registry(Path("nowhere")).get("celebrities")
WORDS = CELEBRITIES.cleaning.empty_words


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def parts(
    *columns: str, rows: list[list[str]] | None = None, of: Dataset = CELEBRITIES
) -> list[str | None]:
    found = guess(of, columns, rows or [])
    return [f"{m.field}:{m.part}" if m.part else m.field for m in found]


@pytest.mark.parametrize(
    "columns, found",
    [
        (["First Name", "Last Name"], ["name:given", "name:family"]),
        (["prénom", "nom"], ["name:given", "name:family"]),
        (["Vorname", "Name"], ["name:given", "name:family"]),
        (["姓", "名"], ["name:family", "name:given"]),
        (["성", "이름"], ["name:family", "name:given"]),
        (["nombre", "apellido 1", "apellido 2"], ["name:given", "name:family", "name:family2"]),
        (["Фамилия", "Имя", "Отчество"], ["name:family", "name:given", "name:middle"]),
        (["first", "middle", "last"], ["name:given", "name:middle", "name:family"]),
        (["player_first_name", "player_last_name"], ["name:given", "name:family"]),
        (["First Name", "Last Name", "Full Name"], [None, None, "name"]),
        (["First Name"], [None]), (["Last Name"], [None]), (["Vorname"], [None]),
        (["Spouse First Name", "Last Name"], [None, None]),
        (["Phonetic First Name", "First Name", "Last Name"], [None, "name:given", "name:family"]),
    ],
)  # fmt: skip
def test_parts_are_found(columns: list[str], found: list[str | None]) -> None:
    assert parts(*columns) == found


def test_a_word_for_name_is_the_whole_one_when_its_values_hold_the_part() -> None:
    whole = [["Ada Lovelace", "Lovelace"], ["Alan Turing", "Turing"]]
    assert parts("Name", "Surname", rows=whole) == ["name", None]
    assert parts("Name", "Surname", rows=[[a.split()[0], b] for a, b in whole]) == [
        "name:given",
        "name:family",
    ]
    assert parts("姓", "名字", rows=[["周", "周杰伦"]]) == [None, "name"]
    assert parts("姓", "名字", rows=[["周", "杰伦"]]) == ["name:family", "name:given"]


def test_nothing_is_joined_when_one_part_is_the_whole_name() -> None:
    rows = [["Ada Lovelace", "Lovelace"], ["Alan Turing", "Turing"]]
    assert parts("First Name", "Last Name", rows=rows) == [None, None]
    assert parts("Last Name", "First Name", rows=rows[::-1]) == [None, None]


def test_a_title_is_told_by_its_values() -> None:
    rows = [["Dr.", "Ada", "Lovelace"], ["Mr", "Alan", "Turing"]]
    assert parts("Title", "First Name", "Last Name", rows=rows)[0] == "name:title"
    rows = [["Engineer", "Ada", "Lovelace"], ["Head of Sales", "Alan", "Turing"]]
    assert parts("Title", "First Name", "Last Name", rows=rows)[0] is None


# ------------------------------------------------------------------ held against plain Python


def joined(first: str, middle: str, last: str) -> str | None:
    """The rule in plain Python."""
    alone = [w for w in WORDS if not may_name(w)]

    def is_word(text: str, words: Sequence[str]) -> bool:
        return bare(text) in bared(words) and text.strip(BRACKETS) != ""

    def piece(text: str, empty: Sequence[str]) -> str | None:
        letters = any(unicodedata.category(c)[0] == "L" for c in text)
        return text.strip(" ") if letters and not is_word(text.strip(" "), empty) else None

    if first.strip(" ").lower() == last.strip(" ").lower() and is_word(first.strip(" "), WORDS):
        return None
    found = piece(first, alone), piece(middle, WORDS), piece(last, alone)
    east = re.compile("[一-鿿가-힣ぁ-ゖー々]+")
    if east.fullmatch(first.strip(" ")) and east.fullmatch(last.strip(" ")):
        return "".join(filter(None, (found[2], found[1], found[0])))
    return " ".join(filter(None, found)) or None


PIECES = st.sampled_from(
    [
        "",
        " ",
        "Ada",
        "null",
        "Null",
        "-",
        "N/A",
        "?",
        "周",
        "杰伦",
        " Lovelace ",
        "van der",
        "ひばり",
        "김",
        "3",
        "O'Neil",
    ]
) | st.text("aA周 -", max_size=4)


@given(st.lists(st.tuples(PIECES, PIECES, PIECES), min_size=30, max_size=60))
@example([("-", "周", "-"), ("", "周", ""), ("N/A ", "周", " n/a"), ("()", "周", "()")])
@settings(deadline=None, max_examples=6)
def test_the_join_is_what_the_rule_says(names: list[tuple[str, str, str]]) -> None:
    columns = tuple(
        Column(index=i, column=p, field="name", part=p)
        for i, p in enumerate(("given", "middle", "family"))
    )
    plan = Plan(dataset="celebrities", mapping=columns)
    steps = (
        Step(op="join", field="name", value="given middle family"),
        *default_steps(CELEBRITIES, {"name"}),
    )
    sql = joined_.texts(plan, steps)["name"]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE names (c0 VARCHAR, c1 VARCHAR, c2 VARCHAR)")
        connection.executemany("INSERT INTO names VALUES (?, ?, ?)", names)
        found = connection.execute(f"SELECT {sql} FROM names ORDER BY rowid").fetchall()
    assert found == [(joined(*name),) for name in names]


@pytest.mark.parametrize(
    "text, found",
    [
        ("Lovelace, Ada", "Ada Lovelace"), ("King, Martin Luther, Jr.", "Martin Luther King Jr."),
        ("King, Martin Luther Jr.", "Martin Luther King Jr."), ("van Gogh, Vincent", "Vincent van Gogh"),
        ("周, 杰伦", "周杰伦"), ("Sammy Davis, Jr.", "Sammy Davis, Jr."), ("Plato", "Plato"),
        ("Elizabeth II, Queen of England", "Elizabeth II, Queen of England"), ("O’Neil, Éva-Maria", "Éva-Maria O’Neil"),
        ("Smith, John, Doe, Jane", "Smith, John, Doe, Jane"), ("Beethoven, Ludwig van", "Ludwig van Beethoven"),
        ("Lovelace, 1815", "Lovelace, 1815"), ("BIDEN, JOSEPH R JR", "JOSEPH R BIDEN JR"), ("King, Jr., Martin Luther", "Martin Luther King Jr."),
        ("BIDEN, JOSEPH R., JR.", "JOSEPH R. BIDEN JR."), ("Twain, Mark, 1835-1910.", "Mark Twain"), ("Austen, Jane, 1775-", "Jane Austen"),
        ("Poe, Edgar A.", "Edgar A. Poe"), ("Poe, Edgar Allan, b. 1809", "Edgar Allan Poe"), ("Twain, Mark (1835-1910)", "Mark Twain"),
        ("King, Martin, Jr., 1929-1968", "Martin King Jr."), ("Davis, Sammy, III", "Sammy Davis III"), ("Чехов, Антон Павлович", "Антон Павлович Чехов"),
    ],
)  # fmt: skip
def test_turned(text: str, found: str) -> None:
    sql = turn.sql(CELEBRITIES.field("name"), Step(op="turn", field="name"), "x", frozenset())
    assert duckdb.sql(f"SELECT {sql} FROM (SELECT ? AS x)", params=[text]).fetchall() == [(found,)]


# ------------------------------------------------------------------ through the corridor


def steps_of(wb: Workbench, path: Path) -> list[str]:
    return [s.op for s in wb.preview(path).recipe]


def test_only_a_column_that_is_turned_throughout_is_turned(wb: Workbench, tmp_path: Path) -> None:
    turned = written(
        tmp_path / "a.csv", "name", '"Lovelace, Ada"', '"Turing, Alan"', '"King, Martin, Jr."'
    )
    assert steps_of(wb, turned)[-1] == "turn"
    for number, lines in enumerate(
        (
            ['"Sammy Davis, Jr."', '"Martin Luther King, Jr."'],
            ["Ada Lovelace", '"Turing, Alan"', "Grace Hopper"],
            ['"Ada Lovelace, Mathematician"', '"Alan Turing, Mathematician"'],
        )
    ):
        assert "turn" not in steps_of(wb, written(tmp_path / f"{number}.csv", "name", *lines))


def test_names_of_one_word_have_no_order(wb: Workbench, tmp_path: Path) -> None:
    lines = ['"Swift, Taylor"', "Madonna", "Prince", '"Grande, Ariana"', "Cher", '"周, 杰伦"']
    wb.import_file(written(tmp_path / "a.csv", "name", *lines))
    assert names(wb) == ["Ariana Grande", "Cher", "Madonna", "Prince", "Taylor Swift", "周杰伦"]


def test_years_behind_the_names_are_left_out_and_it_is_said(wb: Workbench, tmp_path: Path) -> None:
    lines = ['"Twain, Mark, 1835-1910."', '"Austen, Jane, 1775-1817"', '"Poe, Edgar Allan"']
    preview = wb.preview(written(tmp_path / "a.csv", "name", *lines))
    assert "years behind 2" in next(s.reason for s in preview.recipe if s.op == "turn")


def test_names_that_may_be_turned_are_asked_about(wb: Workbench, tmp_path: Path) -> None:
    lines = ["Ada Lovelace", '"Turing, Alan"', "Grace Hopper", '"Noether, Emmy"']
    preview = wb.preview(written(tmp_path / "a.csv", "name", *lines))
    (question,) = preview.questions
    assert (question.rule, question.count, question.severity) == ("name_order", 2, "warning")
    turned, left = (a["step"] for a in question.as_dict()["answers"])
    assert not wb.preview(preview.id, recipe=[*preview.recipe, left]).questions
    wb.commit(wb.preview(preview.id, recipe=[*preview.recipe, turned]).id)
    assert names(wb) == ["Ada Lovelace", "Alan Turing", "Emmy Noether", "Grace Hopper"]


def test_a_turn_that_was_taken_away_stays_away(wb: Workbench, tmp_path: Path) -> None:
    preview = wb.preview(written(tmp_path / "a.csv", "name", '"Lovelace, Ada"', '"Turing, Alan"'))
    wb.plan(preview.id, steps=[s for s in preview.recipe if s.op != "turn"])
    wb.commit(wb.preview(preview.id).id)
    assert wb.sql("SELECT name FROM celebrities ORDER BY 1").fetchall()[0] == ("Lovelace, Ada",)
    assert wb.check(deep=True).findings == ()


def names(wb: Workbench) -> list[str]:
    return sorted(r["name"] for r in wb.records("celebrities").rows())


def test_joined_names_come_in_and_are_replayed(wb: Workbench, tmp_path: Path) -> None:
    file = written(
        tmp_path / "a.csv", "Title,First Name,Last Name,Company", "Dr.,Ada,Lovelace,Acme", "Mr.,Alan,Turing,Bletchley",
        "Ms.,杰伦,周,JVR",
    )  # fmt: skip
    upload = wb.import_file(file)
    assert names(wb) == ["Alan Turing", "Dr. Ada Lovelace", "周杰伦"]
    step = upload.reading["recipe"][0]
    assert (step["op"], step["value"]) == ("join", "title given family") and "First Name" in step[
        "reason"
    ]
    assert wb.check(deep=True).findings == ()
    (ada,) = wb.records("celebrities", where={"name": "Dr. Ada Lovelace"}).rows()
    assert json.loads(ada["_extra"])["Last Name"] == "Lovelace"


def test_a_choice_joins_and_a_choice_undoes(wb: Workbench, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "A,B,C", "Ada,Lovelace,Countess", "Alan,Turing,Fellow")
    preview = wb.preview(file, mapping={"A": "name:given", "B": "name:family"})
    assert [c.choice for c in preview.mapping] == ["name:given", "name:family", "extra"]
    wb.plan(preview.id, choices={"C": "name"})
    again = wb.preview(preview.id)
    assert [c.choice for c in again.mapping] == ["extra", "extra", "name"]
    assert "join" not in [s.op for s in again.recipe]


def test_a_remembered_join_is_joined_again(wb: Workbench, tmp_path: Path) -> None:
    choice = {"A": "name:given", "B": "name:family"}
    first = wb.preview(written(tmp_path / "a.csv", "A,B", "Ada,Lovelace"), mapping=choice)
    wb.plan(first.id, confirmed=True)
    wb.commit(first.id)
    wb.import_file(written(tmp_path / "b.csv", "A,B", "Alan,Turing"))
    assert names(wb) == ["Ada Lovelace", "Alan Turing"]


def test_a_row_of_parts_comes_back_from_quarantine(wb: Workbench, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "First Name,Last Name,MBTI", "Ada,Lovelace,XXXX", ",,INTJ")
    upload = wb.import_file(file)
    assert upload.counts.rejected == 2 and names(wb) == []
    (mbti,) = [p for p in wb.problems(upload.id) if p.field == "name"]
    assert mbti.column == "First Name + Last Name"
    wb.requeue(upload.id, {1: {"MBTI": "INTP"}, 2: {"First Name": "Alan", "Last Name": "Turing"}})
    assert names(wb) == ["Ada Lovelace", "Alan Turing"]
    assert wb.check(deep=True).findings == ()


def test_nothing_holds_the_name_and_the_candidates_are_told(wb: Workbench, tmp_path: Path) -> None:
    file = written(
        tmp_path / "a.csv", "Company,Founded", "Acme Holdings,1960-01-02", "Blue River,1970-03-04"
    )
    with pytest.raises(BadMapping) as caught:
        wb.import_file(file)
    assert "Name" in caught.value.detail and "header says organisation" in caught.value.hint
    assert [c["column"] for c in caught.value.extra["candidates"]] == ["Company"]


@pytest.mark.parametrize(
    "choices, detail",
    [
        ({"A": "name:given", "B": "name:given"}, "both for name (given)"),
        ({"A": "name", "B": "name:given"}, "both for name (given)"),
        ({"A": "name:nose"}, "'nose' is no part"), ({"A": "gender:given"}, "cannot be put together"),
        ({"A": "nme:given"}, "no field 'nme:given'"),
    ],
)  # fmt: skip
def test_parts_that_do_not_work(
    wb: Workbench, tmp_path: Path, choices: dict[str | int, str | None], detail: str
) -> None:
    file = written(tmp_path / "a.csv", "A,B", "Ada,Lovelace")
    with pytest.raises(BadMapping) as caught:
        wb.preview(file, mapping=choices)
    assert detail in caught.value.detail


def test_steps_that_do_not_work() -> None:
    for step in (
        {"op": "join", "field": "name", "value": "given nose"},
        {"op": "turn", "field": "gender_x"},
    ):
        with pytest.raises(BadRecipe):
            parse_steps(CELEBRITIES, [step])
    with pytest.raises(BadRecipe, match="text field"):
        parse_steps(CELEBRITIES, [{"op": "turn", "field": "tags"}])


def test_other_columns_are_joined_in_another_way() -> None:
    old = (Column(index=0, column="a", field="name", part="given"),)
    new = (Column(index=1, column="b", field="name", part="given"),)
    recipe = (Step(op="join", field="name", value="given"), Step(op="tidy"))
    assert rebased(CELEBRITIES, recipe, old, new) == (Step(op="tidy"),)
    assert rebased(CELEBRITIES, recipe, old, old) == recipe


def test_joined_names_are_rebuilt_from_the_files(settings: Settings, tmp_path: Path) -> None:
    with Workbench.open(settings=settings) as workbench:
        lines = ["First Name,Last Name,Company", "Ada,Lovelace,Acme", "杰伦,周,JVR"]
        workbench.import_file(written(tmp_path / "a.csv", *lines))
        turned = written(tmp_path / "b.csv", "Name", '"Turing, Alan"', '"Hopper, Grace"')
        workbench.import_file(turned)
        before = names(workbench)
    assert before == ["Ada Lovelace", "Alan Turing", "Grace Hopper", "周杰伦"]
    done = acts.rebuild(settings, tmp_path / "new.duckdb")
    assert done.report.findings == ()
    with Workbench.open(tmp_path / "new.duckdb") as again:
        assert names(again) == before


def test_an_export_of_joined_names_comes_back_unchanged(wb: Workbench, tmp_path: Path) -> None:
    lines = ["First Name,Last Name,Company", "Ada,Lovelace,Acme", "杰伦,周,JVR"]
    wb.import_file(written(tmp_path / "a.csv", *lines))
    exported = tmp_path / "out.json"
    exported.write_bytes(orjson.dumps(list(wb.records("celebrities").rows()), default=str))
    again = wb.preview(exported)
    assert (again.counts.unchanged, again.counts.rows) == (2, 2)
    assert {c.part for c in again.mapping} == {None}


def test_a_suffix_in_a_list_belongs_to_the_name_before_it(wb: Workbench, tmp_path: Path) -> None:
    lines = [
        'Ann Lee,"Martin Luther King, Jr."',
        'Bo Ek,"Bo, Bobby"',
        'Cy Fox,"Al Di, III, Mr. Show"',
    ]
    wb.import_file(written(tmp_path / "a.csv", "Name,Aliases", *lines))
    rows = wb.records("celebrities", order_by="name").rows()
    kept = ["Martin Luther King, Jr."], ["Bo", "Bobby"], ["Al Di, III", "Mr. Show"]
    assert [r["aliases"] for r in rows] == list(kept)


def test_suffixes_that_are_not_all_known_are_still_suffixes(wb: Workbench, tmp_path: Path) -> None:
    lines = ["Martin,King,Jr.", "Bo,Ek,", "Di,Gee,RN", "Eve,Hu,DSc"]
    wb.import_file(written(tmp_path / "a.csv", "First Name,Last Name,Suffix", *lines))
    assert names(wb) == ["Bo Ek", "Di Gee RN", "Eve Hu DSc", "Martin King Jr."]
