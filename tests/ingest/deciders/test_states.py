"""Codes and words that are of several countries, or of a country and a state, are asked about and never taken for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.datasets import vocabulary

File = Callable[..., Path]


def _rows(values: str) -> list[str]:
    return [f"Person {chr(65 + i)} Roth,{value}" for i, value in enumerate(values.split())]


def _nationalities(preview: object) -> list[object]:
    changes = preview.changes()  # type: ignore[attr-defined]
    return [f.new for c in changes for f in c.fields if f.field == "nationality"]


@pytest.mark.parametrize(
    ("codes", "open_"),
    [
        ("CA GA AL DE", True),  # each is of both
        ("CA GA NY TX", True),  # some are of states alone
        ("CA GA FR US", False),  # some are of countries alone
        ("CA DE", False),  # two countries are no states
        ("DE DE DE DE", False),
        ("Texas Ohio Iowa Georgia", True),
        ("Georgia Armenia France", False),
    ],
)
def test_codes_of_countries_and_states(
    wb: Workbench, csv_file: File, codes: str, open_: bool
) -> None:
    preview = wb.preview(csv_file("name,nationality", *_rows(codes)))
    assert bool(preview.questions) == open_
    known = vocabulary.load("countries")
    for code, meant in zip(codes.split(), _nationalities(preview)):
        assert meant == (code if open_ else known[code.lower()])


@pytest.mark.parametrize(
    ("answer", "meant"), [("countries", "Canada"), ("states", "United States")]
)
def test_the_answer_settles_it(wb: Workbench, csv_file: File, answer: str, meant: str) -> None:
    preview = wb.preview(csv_file("name,nationality", *_rows("CA GA AL")))
    (asked,) = preview.questions
    step = next(a["step"] for a in asked.answers if a["step"]["value"] == answer)
    answered = wb.preview(preview.id, recipe=[*preview.recipe, step])
    assert not answered.questions and _nationalities(answered)[0] == meant


def test_words_of_several_countries_stay_and_are_asked_about(wb: Workbench, csv_file: File) -> None:
    preview = wb.preview(csv_file("name,nationality", *_rows("Korea Congo Korea Ireland KOREAN")))
    (asked,) = preview.questions
    assert (asked.rule, asked.severity, asked.count) == ("meanings", "warning", 4)
    assert _nationalities(preview) == ["Korea", "Congo", "Korea", "Ireland", "KOREAN"]
    step = next(a["step"] for a in asked.answers if a["label"] == "“Korea” is South Korea")
    answered = wb.preview(preview.id, recipe=[*preview.recipe, step])
    assert _nationalities(answered)[0] == "South Korea"
    assert answered.questions[0].count == 2


def test_a_word_of_several_meanings_is_no_word_of_one() -> None:
    several, known = vocabulary.several("countries"), vocabulary.load("countries")
    assert several.keys().isdisjoint(known)
    for meanings in several.values():
        assert len(meanings) > 1 and {*meanings} <= {*known.values()}
