"""A seeded generator of realistic, messy people, in every format: fast, never timed.

Twelve columns; names in Latin, Chinese, Cyrillic and Arabic script; aliases; dates in several styles;
words for countries and genders in several languages. 3 % of the rows have an error. Every twentieth row
is a near-duplicate of another one, with a slip in the name. Every fifth person is known: `known` holds
those alone, half of them with an older description and fewer labels.

A value is drawn by hashing the row's number, so every row can be made alone, on any thread, and a file
of ten million begins with the rows of the one of ten thousand. The hash is DuckDB's: the same files come
from the same version of DuckDB.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import xlsxwriter

VERSION = 2  # of the files' content: figures of different versions are not compared
COLUMNS = 12
SHEET_ROWS = 100_000  # of a workbook, whose writing and reading is far slower than text
MORE_ROWS = 10_000

_LATIN = (
    "Anna Beyoncé Carlos Doris Émile Fatima Greta Hugo Ingrid João Karin Liam María Noah Olivia"
    " Paul Quentin Rosa Søren Tomás Ursula Victor Wanda Xavier Yara Zoë".split(),
    "Garcia Müller O'Neill Smith-Jones Nguyễn Kowalski Rossi Silva Dubois Andersson Novák Brontë"
    " Weiß Łukasik Fernández Okafor Haddad Ionescu Kaya Jensen".split(),
)
_CYRILLIC = (
    "Анна Борис Вера Григорий Дарья Егор Жанна Иван Кира Лев Мария Николай Ольга Пётр".split(),
    "Иванова Смирнов Кузнецова Попов Соколова Лебедев Новикова Морозов Волкова Зайцев".split(),
)
_ARABIC = (
    "محمد فاطمة علي عائشة حسن مريم خالد ليلى يوسف زينب سامر هدى".split(),
    "المصري الحداد النجار الشامي الخطيب البغدادي الحلبي التونسي".split(),
)
_SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
_WORDS = (
    "singer known for quiet ballads and long tours; writer of novels about the sea, translated widely;"
    "actor in films and on stage;演员，代表作包括多部获奖电影。;Певица и автор песен;ممثلة ومغنية معروفة"
).split(";")


@dataclass(frozen=True)
class Files:
    """Where the generated files of so many people are; `path(kind)` of one in KINDS."""

    folder: Path
    rows: int

    def path(self, kind: str) -> Path:
        """Its place, whether it is there or not. Raises KeyError."""
        return self.folder / f"{kind}-{self.count(kind)}{KINDS[kind]}"

    def count(self, kind: str) -> int:
        """How many people the file is made for: workbooks and what belongs to them are smaller."""
        return min(self.rows, SHEET_ROWS) if kind in ("sheet", "sheet-csv") else self.rows


# What can be made, and the end of its name. `people`, `lines`, `array` and `sheet` hold the same people;
# `sheet-csv` those of the workbook; `changed` has another description in every fifth row; `more` are
# 10,000 rows for a large dataset, of which half is there already, with another description.
KINDS = {
    "people": ".csv",
    "lines": ".jsonl",
    "array": ".json",
    "sheet": ".xlsx",
    "sheet-csv": ".csv",
    "known": ".csv",
    "changed": ".csv",
    "more": ".csv",
}
_FORMATS = {
    ".csv": "FORMAT csv, HEADER",
    ".jsonl": "FORMAT json",
    ".json": "FORMAT json, ARRAY true",
}


def generate(folder: Path, rows: int, kinds: tuple[str, ...] = ("people", "known")) -> Files:
    """Write `<kind>-<rows>.<end>` for each kind, unless it is there."""
    files = Files(folder, rows)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        path = files.path(kind)
        if path.exists():
            continue
        partial = path.with_suffix(".partial")
        try:
            _write(files, kind, partial)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return files


def names(rows: int) -> list[str]:
    """The names of the people alone, as they stand in the files."""
    with duckdb.connect() as connection:
        column = f'SELECT "Full Name" FROM ({_select("people", rows)})'
        return [name for (name,) in connection.execute(column).fetchall() if name]


def _write(files: Files, kind: str, path: Path) -> None:
    with duckdb.connect() as connection:
        sql = _select(kind, files.count(kind))
        if kind == "sheet":
            _workbook(connection.execute(sql), path)
        else:
            how = _FORMATS[KINDS[kind]]
            connection.execute(f"COPY ({sql}) TO '{path.as_posix()}' ({how})")


def _workbook(found: duckdb.DuckDBPyConnection, path: Path) -> None:
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet("People")
        page.write_row(0, 0, [d[0] for d in found.description or []])
        number = 0
        while rows := found.fetchmany(2_000):
            for row in rows:
                number += 1
                for place, value in enumerate(row):
                    if value is not None:
                        page.write_string(number, place, value)


# ------------------------------------------------------------------ what stands in a row


def _select(kind: str, rows: int) -> str:
    everybody = f"SELECT i FROM range({rows}) t(i)"
    older = "'An older text about No. ' || i"
    newer = "'A newer text about No. ' || i"
    if kind == "known":
        return f"""SELECT * EXCLUDE (i) REPLACE (
                CASE WHEN i % 10 = 0 THEN {older} ELSE "About" END AS "About",
                CASE WHEN i % 10 = 0 THEN NULL ELSE "Labels" END AS "Labels")
            FROM ({_people(everybody)}) WHERE i % 5 = 0 AND i % 100 <> 37"""
    if kind == "changed":
        about = f'CASE WHEN i % 5 = 2 THEN {newer} ELSE "About" END AS "About"'
        return f"SELECT * EXCLUDE (i) REPLACE ({about}) FROM ({_people(everybody)})"
    if kind == "more":
        half = MORE_ROWS // 2
        step = max(rows // half, 1)
        some = f"""SELECT CASE WHEN n % 2 = 0 THEN n // 2 * {step} % {rows} ELSE {rows} + n // 2 END AS i
            FROM range({min(MORE_ROWS, 2 * rows)}) t(n)"""
        about = f'CASE WHEN i < {rows} THEN {newer} ELSE "About" END AS "About"'
        return f"SELECT * EXCLUDE (i) REPLACE ({about}) FROM ({_people(some)})"
    return f"SELECT * EXCLUDE (i) FROM ({_people(everybody)})"


def _dice(source: str) -> str:
    # i: the row. j: the person, who is another row's for a near-duplicate. r0 to r11: what the person
    # is made of; s0 and s1: the row's own.
    dice = [f"(hash(j * 32 + {n}) >> 11)::DOUBLE / 9007199254740992 AS r{n}" for n in range(12)]
    dice += [
        f"(hash(i * 32 + {n}) >> 11)::DOUBLE / 9007199254740992 AS s{n - 20}" for n in (20, 21)
    ]
    who = "CASE WHEN i % 20 = 13 THEN i - 6 ELSE i END"
    return f"SELECT *, {', '.join(dice)} FROM (SELECT i, {who} AS j FROM ({source}))"


def _pick(words: list[str], dice: str) -> str:
    texts = ", ".join("'" + w.replace("'", "''") + "'" for w in words)
    return f"[{texts}][1 + floor({dice} * {len(words)})::INT]"


def _han(dice: str) -> str:
    return f"chr(19968 + floor({dice} * 1500)::INT)"


def _name() -> str:
    # The third part keeps namesakes rare, as among real people; the birth date tells them apart.
    middle = (
        "chr(65 + (j % 26)::INT) || substr('aeiou', 1 + (j // 26 % 5)::INT, 1) || (j // 130 % 97)"
    )
    return f"""CASE
        WHEN r0 < 0.45 THEN {_pick(_LATIN[0], 'r1')} || ' ' || {middle} || ' ' || {_pick(_LATIN[1], 'r2')}
        WHEN r0 < 0.75 THEN {_pick(_SURNAMES, 'r1')} || {_han('r2')} || {_han('r3')}
        WHEN r0 < 0.90 THEN {_pick(_CYRILLIC[0], 'r1')} || ' ' || {middle} || ' ' || {_pick(_CYRILLIC[1], 'r2')}
        ELSE {_pick(_ARABIC[0], 'r1')} || ' ' || {_pick(_ARABIC[0], 'r3')} || ' ' || (j // 7 % 977)
             || ' ' || {_pick(_ARABIC[1], 'r2')} END"""


def _slipped() -> str:
    # A letter too few, one twice, or two that changed places; another character in a Chinese name.
    return f"""CASE WHEN i = j THEN "Name" WHEN r0 >= 0.45 AND r0 < 0.75 THEN left("Name", 2) || {_han('s1')}
        WHEN s0 < 0.4 THEN left("Name", -2) || right("Name", 1)
        WHEN s0 < 0.7 THEN "Name" || right("Name", 1)
        ELSE left("Name", -3) || substr("Name", -2, 1) || substr("Name", -3, 1) || right("Name", 1) END"""


def _born() -> str:
    day = "(DATE '1930-01-01' + floor(r4 * 29000)::INT)"
    return f"""CASE WHEN i % 100 = 37 THEN '31/02/1985'
        WHEN r5 < 0.60 THEN strftime({day}, '%Y-%m-%d') WHEN r5 < 0.80 THEN strftime({day}, '%d/%m/%Y')
        WHEN r5 < 0.88 THEN strftime({day}, '%d %b %Y') WHEN r5 < 0.92 THEN strftime({day}, '%Y年%m月%d日')
        WHEN r5 < 0.95 THEN strftime({day}, '%Y-%m') WHEN r5 < 0.98 THEN strftime({day}, '%Y') END"""


def _people(source: str) -> str:
    types = "INTJ INTP ENTJ ENTP INFJ INFP ENFJ ENFP ISTJ isfj ESTJ esfp N/A".split()
    jobs = ["Singer", "actor", "Writer", "film director", "athlete", "painter", "scientist"]
    genders = ["F", "M", "female", "male", "男", "女", "женщина", "non-binary"]
    countries = ["USA", "China", "中国", "Deutschland", "France", "Egypt", "Россия", "Brazil", "UK"]
    return f"""SELECT i,
        CASE WHEN i % 200 = 11 THEN NULL ELSE {_slipped()} END AS "Full Name",
        CASE WHEN r6 < 0.7 THEN {_pick(_LATIN[0], 'r6')} || ' ' || {_pick(_LATIN[1], 'r7')} END AS "English name",
        CASE WHEN r7 < 0.3 THEN {_pick(_LATIN[0], 'r8')} || '; ' || {_pick(_CYRILLIC[0], 'r9')}
             WHEN r7 < 0.5 THEN {_pick(_ARABIC[0], 'r8')} END AS "Also known as",
        {_born()} AS "Born",
        {_pick(genders, 'r8')} AS "Sex",
        {_pick(countries, 'r9')} AS "Country",
        {_pick(jobs, 'r10')} || CASE WHEN r11 < 0.4 THEN ' | ' || {_pick(jobs, 'r3')} ELSE '' END AS "Jobs",
        CASE WHEN i % 70 = 5 THEN 'XNTJ' WHEN r2 < 0.6 THEN {_pick(types, 'r3')} END AS "Type",
        {_pick(_WORDS, 'r1')} || ' No. ' || i AS "About",
        CASE WHEN r5 < 0.7 THEN 'https://img.example.org/' || i || '.jpg' END AS "Picture",
        CASE WHEN r6 < 0.8 THEN 'tag' || floor(r6 * 60)::INT || '; list ' || (i % 9) END AS "Labels",
        'catalogue ' || (i % 4) AS "Source"
        FROM (SELECT *, {_name()} AS "Name" FROM ({_dice(source)}))"""
