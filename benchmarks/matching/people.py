"""A seeded list of people, a third of them several times with errors: `person` is the truth.

Names are made of syllables, some of them far more frequent than others. A copy has one to three errors: a letter left
out, doubled or changed, words turned, an initial, another family name, a digit of the date, day and month turned, the
year alone, another place, nothing at all in a field. Everything follows from hashes of the row's number and the seed.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_FIRST = "ka mi ro li an be da fe gu ha jo le na os pe ra sa to vi wil".split()
_LAST = "berg son man feld ski ton ley ford well ner bach dorf stein mann ová ini elli ez ard ung".split()
_MIDDLE = "la ri no te mu sha ber dan kel mor nis par ros tan var zen bur col dun fen".split()
_JOBS = "actor;singer;writer;painter;composer;doctor;lawyer;politician;footballer;chess player;engineer;nurse"
FIELDS = ("id", "person", "name", "born", "place", "code", "gender", "job")


def write(path: Path, rows: int, seed: int = 1) -> None:
    """A CSV of about so many rows."""
    with duckdb.connect() as connection:
        connection.execute(_functions(seed))
        connection.execute(f"COPY ({_select(rows)}) TO '{path}' (FORMAT csv, HEADER)")


def _list(words: list[str]) -> str:
    return "[" + ", ".join(f"'{w}'" for w in words) + "]"


def _functions(seed: int) -> str:
    return f"""
    CREATE MACRO rnd(n, salt) AS (hash(n, salt, {seed}) % 1000003) / 1000003.0;
    CREATE MACRO pick(words, x) AS words[1 + (len(words) * x)::BIGINT % len(words)];
    CREATE MACRO given(x) AS pick({_list(_FIRST)}, x) || pick({_list(_MIDDLE)}, x * 20 % 1);
    CREATE MACRO family(x) AS pick({_list(_FIRST)}, x) || pick({_list(_MIDDLE)}, x * 20 % 1)
        || pick({_list(_LAST)}, x * 400 % 1) || pick(['', '', 's', 'er'], x * 8000 % 1);
    CREATE MACRO slip(t, x, y) AS CASE (3 * x)::INTEGER % 3
        WHEN 0 THEN t[:(len(t) * y)::INTEGER] || t[(len(t) * y)::INTEGER + 2:]
        WHEN 1 THEN t[:(len(t) * y)::INTEGER + 1] || t[(len(t) * y)::INTEGER + 1:]
        ELSE t[:(len(t) * y)::INTEGER] || chr(97 + (25 * x * y)::INTEGER) || t[(len(t) * y)::INTEGER + 2:] END"""


def _select(rows: int) -> str:
    return f"""
    WITH rowed AS (  -- six rows of every ten belong to somebody who is there once, the rest to twos, threes, fours
        SELECT n, CASE WHEN n % 10 < 6 THEN n WHEN rnd(n // 40, 'size') < 0.5 THEN n - n % 10 + 6 + (n % 10 - 6) // 2 * 2
               ELSE n - n % 10 + 6 END AS person FROM range({rows}) r(n)
    ), people AS (
        SELECT n, person, given(pow(rnd(person, 'g'), 2)) AS given, family(pow(rnd(person, 'f'), 1.5)) AS family,
               DATE '1900-01-01' + (36500 * rnd(person, 'b'))::INTEGER AS born,
               family(pow(rnd(person, 'p'), 3)) || 'ville' AS place, 10000 + (89999 * rnd(person, 'c'))::INTEGER AS code,
               CASE WHEN rnd(person, 's') < 0.5 THEN 'female' ELSE 'male' END AS gender,
               pick(string_split('{_JOBS}', ';'), rnd(person, 'j')) AS job,
               CASE WHEN n = person THEN 0 ELSE 1 + (3 * rnd(n, 'k'))::INTEGER % 3 END AS errors
        FROM rowed
    ), errors AS (
        SELECT *, list_transform(range(errors), lambda i: (12 * rnd(n, i))::INTEGER % 12) AS kinds FROM people
    ), broken AS (
        SELECT n, person, CASE WHEN list_contains(kinds, 0) THEN slip(given, rnd(n, 'x'), rnd(n, 'y') * 0.9)
                    WHEN list_contains(kinds, 1) THEN given[1] ELSE given END AS given,
               CASE WHEN list_contains(kinds, 2) THEN slip(family, rnd(n, 'u'), rnd(n, 'v') * 0.9)
                    WHEN list_contains(kinds, 3) AND gender = 'female' THEN family(rnd(n, 'm')) ELSE family END AS family,
               kinds, born, place, code, gender, job FROM errors
    )
    SELECT 'r' || n AS id, 'p' || person AS person,
           CASE WHEN list_contains(kinds, 4) THEN family || ' ' || given ELSE given || ' ' || family END AS name,
           CASE WHEN list_contains(kinds, 5) THEN NULL
                WHEN list_contains(kinds, 6) THEN strftime(born, '%Y')
                WHEN list_contains(kinds, 7) AND day(born) <= 12 THEN strftime(born, '%Y-%d-%m')
                WHEN list_contains(kinds, 8) THEN strftime(born + INTERVAL (1 + (8 * rnd(n, 'd'))::INTEGER) DAY, '%Y-%m-%d')
                ELSE strftime(born, '%Y-%m-%d') END AS born,
           CASE WHEN list_contains(kinds, 9) THEN NULL ELSE place END AS place,
           CASE WHEN list_contains(kinds, 10) THEN NULL ELSE code::VARCHAR END AS code, gender,
           CASE WHEN list_contains(kinds, 11) THEN NULL ELSE job END AS job FROM broken"""
