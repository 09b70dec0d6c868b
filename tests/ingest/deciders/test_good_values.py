"""Values that are good although a program would write them otherwise: yes and no in a language, a choice with an end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.datasets.model import from_text
from core.ingest.previewing import PreviewHandle
from core.workbench import Workbench

DATASET = """name = "members"
[key]
fields = ["name"]
[[fields]]
name = "name"
required = true
[[fields]]
name = "active"
type = "boolean"
[[fields]]
name = "kind"
case = "upper"
choices = ["INTJ", "INFJ", "ENFP"]
[[fields]]
name = "size"
choices = ["S", "M", "10", "big"]
"""
Members = Callable[..., PreviewHandle]


@pytest.fixture
def members(wb: Workbench, tmp_path: Path) -> Members:
    wb.save_dataset(from_text(DATASET))

    def preview(field: str, *texts: str) -> PreviewHandle:
        lines = "".join(f'Member {chr(97 + i)},"{text}"\n' for i, text in enumerate(texts))
        path = tmp_path / "members.csv"
        path.write_text(f"name,{field}\n{lines}", "utf-8")
        return wb.preview(path, dataset="members")

    return preview


def read(preview: PreviewHandle, field: str) -> list[object]:
    rows = preview.changes("new")
    return [next((f.new for f in row.fields if f.field == field), None) for row in rows]


@pytest.mark.parametrize(
    ("texts", "values", "language"),
    [
        ("ja nein Ja", [True, False, True], "de"),
        ("wahr falsch", [True, False], "de"),
        ("J N", [True, False], "de"),
        ("oui non OUI", [True, False, True], "fr"),
        ("sí no", [True, False], "es"),
        ("Si No", [True, False], "es"),
        ("sim não", [True, False], "pt"),
        ("kyllä ei", [True, False], "fi"),
        ("tak nie", [True, False], "pl"),
        ("ano ne", [True, False], "cs"),
        ("evet hayır HAYIR", [True, False, False], "tr"),
        ("E H", [True, False], "tr"),
        ("Y T", [True, False], "id"),
        ("да нет", [True, False], "ru"),
        ("ναι όχι", [True, False], "el"),
        ("はい いいえ", [True, False], "ja"),
        ("예 아니오", [True, False], "ko"),
        ("نعم لا", [True, False], "ar"),
        ("✓ x", [True, False], "marks"),
        ("✔ ✘", [True, False], "marks"),
        ("on off", [True, False], "en"),
        ("是 否", [True, False], None),
        ("yes N 1 0.0 1.0", [True, False, True, False, True], None),
        ("true f t", [True, False, True], None),
    ],
)
def test_yes_and_no(members: Members, texts: str, values: list[bool], language: str | None) -> None:
    found = members("active", *texts.split())
    assert read(found, "active") == values
    said = [s for s in found.recipe if s.op == "yes_no"]
    assert [s.value for s in said] == ([language] if language else [])
    assert all("is" in s.reason or "has" in s.reason for s in said)


def test_a_mark_or_nothing(members: Members) -> None:
    """What is empty says nothing: it is not taken for no."""
    assert read(members("active", "x", "", "X"), "active") == [True, None, True]


@pytest.mark.parametrize(
    "texts", [("E", "N"), ("H", "N"), ("ja", "oui"), ("e",), ("ja", "igen", "oui")]
)
def test_an_open_language_is_asked(members: Members, wb: Workbench, texts: tuple[str, ...]) -> None:
    found = members("active", *texts)
    assert [q.rule for q in found.questions] == ["yes_no"]
    assert not [s for s in found.recipe if s.op == "yes_no"]
    if texts == ("E", "N"):
        recipe = [*found.recipe, {"op": "yes_no", "field": "active", "value": "et"}]
        assert read(wb.preview(found.id, recipe=recipe), "active") == [False, False]


def test_words_beside_the_language_are_refused(members: Members) -> None:
    found = members("active", "ja", "nein", "vielleicht", "oui")
    assert read(found, "active") == [True, False] and found.counts.rejected == 2
    assert [p.rule for p in found.problems] == ["type"]


@pytest.mark.parametrize(
    ("text", "value", "off"),
    [
        ("INTJ-A", "INTJ", "-A"),
        ("infj-t", "INFJ", "-T"),
        ("INTJ – A", "INTJ", " – A"),
        ("INTJ (Architect)", "INTJ", " (ARCHITECT)"),
        ("INTJ（建筑师）", "INTJ", "(建筑师)"),
        ("INTJ-A (Assertive Architect)", "INTJ", "-A (ASSERTIVE ARCHITECT)"),
        ("INTJ: The Architect", "INTJ", ": THE ARCHITECT"),
        ("ENFP - Campaigner", "ENFP", " - CAMPAIGNER"),
        ("intj", "INTJ", None),
    ],
)
def test_a_choice_with_an_end(members: Members, text: str, value: str, off: str | None) -> None:
    found = members("kind", text, "ENFP")
    assert read(found, "kind") == [value, "ENFP"]
    said = [s for s in found.recipe if s.op == "suffix"]
    assert [s.words for s in said] == ([(off,)] if off else [])
    assert all(off and off.strip() in s.reason for s in said)


def test_what_is_no_end_is_refused(members: Members) -> None:
    kinds = ("INTJ/INFJ", "INTJ-INFJ", "INTJ (or INFJ)", "INTJ?", "INTJ (?)", "INTJX", "XINTJ-A")
    found = members("kind", *kinds, "INTJ or so")
    assert found.counts.rejected == 8 and [p.rule for p in found.problems] == ["choices"]
    assert members("size", "S-M", "S-x", "10-x", "big-10", "M (L)").counts.rejected == 5
