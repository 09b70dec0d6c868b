"""A seeded generator of realistic, messy people as CSV: fast, never timed.

Twelve columns; names in Latin, Chinese, Cyrillic and Arabic script; dates in several styles; words
for countries and genders in several languages; 3 % of the rows have an error. Every fifth person is
known: `known` writes those alone, half of them with an older description and fewer tags.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

SEED = 0.42
COLUMNS = 12

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
    """The generated files: all people, and those that are known before."""

    people: Path
    known: Path
    rows: int


def generate(folder: Path, rows: int) -> Files:
    """Write people-<rows>.csv and known-<rows>.csv, unless they are there."""
    files = Files(folder / f"people-{rows}.csv", folder / f"known-{rows}.csv", rows)
    if files.people.exists() and files.known.exists():
        return files
    folder.mkdir(parents=True, exist_ok=True)
    # One thread: random() gives the same numbers in the same order only then.
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SELECT setseed(?)", [SEED])
        connection.execute(f"CREATE TEMP TABLE dice AS {_dice()}", [rows])
        connection.execute(f"CREATE TEMP VIEW people AS {_people()}")
        _copy(connection, "SELECT * EXCLUDE (i) FROM people ORDER BY i", files.people)
        _copy(connection, _known(), files.known)
    return files


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    partial = path.with_suffix(".partial")
    connection.execute(f"COPY ({sql}) TO '{partial.as_posix()}' (FORMAT csv, HEADER)")
    partial.replace(path)


def _dice() -> str:
    names = ", ".join(f"random() AS r{n}" for n in range(12))
    return f"SELECT i, {names} FROM range(?) t(i)"


def _pick(words: list[str], dice: str) -> str:
    texts = ", ".join("'" + w.replace("'", "''") + "'" for w in words)
    return f"[{texts}][1 + floor({dice} * {len(words)})::INT]"


def _han(dice: str) -> str:
    return f"chr(19968 + floor({dice} * 1500)::INT)"


def _name() -> str:
    # The third part keeps namesakes rare, as among real people; the birth date tells them apart.
    middle = (
        "chr(65 + (i % 26)::INT) || substr('aeiou', 1 + (i // 26 % 5)::INT, 1) || (i // 130 % 97)"
    )
    return f"""CASE
        WHEN r0 < 0.45 THEN {_pick(_LATIN[0], 'r1')} || ' ' || {middle} || ' ' || {_pick(_LATIN[1], 'r2')}
        WHEN r0 < 0.75 THEN {_pick(_SURNAMES, 'r1')} || {_han('r2')} || {_han('r3')}
        WHEN r0 < 0.90 THEN {_pick(_CYRILLIC[0], 'r1')} || ' ' || {middle} || ' ' || {_pick(_CYRILLIC[1], 'r2')}
        ELSE {_pick(_ARABIC[0], 'r1')} || ' ' || {_pick(_ARABIC[0], 'r3')} || ' ' || (i // 7 % 977)
             || ' ' || {_pick(_ARABIC[1], 'r2')} END"""


def _born() -> str:
    day = "(DATE '1930-01-01' + floor(r4 * 29000)::INT)"
    return f"""CASE WHEN i % 100 = 37 THEN '31/02/1985'
        WHEN r5 < 0.60 THEN strftime({day}, '%Y-%m-%d') WHEN r5 < 0.80 THEN strftime({day}, '%d/%m/%Y')
        WHEN r5 < 0.88 THEN strftime({day}, '%d %b %Y') WHEN r5 < 0.92 THEN strftime({day}, '%Y年%m月%d日')
        WHEN r5 < 0.95 THEN strftime({day}, '%Y-%m') WHEN r5 < 0.98 THEN strftime({day}, '%Y') END"""


def _people() -> str:
    types = "INTJ INTP ENTJ ENTP INFJ INFP ENFJ ENFP ISTJ isfj ESTJ esfp N/A".split()
    jobs = ["Singer", "actor", "Writer", "film director", "athlete", "painter", "scientist"]
    genders = ["F", "M", "female", "male", "男", "女", "женщина", "non-binary"]
    countries = ["USA", "China", "中国", "Deutschland", "France", "Egypt", "Россия", "Brazil", "UK"]
    return f"""SELECT i,
        CASE WHEN i % 200 = 11 THEN NULL ELSE {_name()} END AS "Full Name",
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
        FROM dice"""


def _known() -> str:
    return """SELECT * EXCLUDE (i) REPLACE (
            CASE WHEN i % 10 = 0 THEN 'An older text about No. ' || i ELSE "About" END AS "About",
            CASE WHEN i % 10 = 0 THEN NULL ELSE "Labels" END AS "Labels")
        FROM people WHERE i % 5 = 0 AND i % 100 <> 37 ORDER BY i"""
