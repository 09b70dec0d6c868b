"""Words of a name, their roles, and where a name without blanks is cut."""

from __future__ import annotations

import pytest

from core.names import words

ROLES = [
    ("J.K. Rowling", "initial initial name"),
    ("JK Rowling", "initial initial name"),
    ("Dr. Martin Luther King, Jr.", "title name name name suffix"),
    ("Ludwig van Beethoven", "name particle name"),
    ("Abdel Fattah el-Sisi", "name name particle name"),
    ("al-Khwarizmi", "particle name"),
    ("Ben Affleck", "name name"),
    ("Al Pacino", "name name"),
    ("Osama bin Laden", "name particle name"),
    ("Jeanne d'Arc", "name particle name"),
    ("Do Kyung-soo", "name name name"),
    ("XI Jinping", "name name"),
    ("Elizabeth II", "name suffix"),
    ("محمد بن سلمان", "name particle name"),
    ("山田先生", "name title"),
    ("Dr.", "name"),
]
CUT = [
    ("周杰倫", "周 杰倫"),
    ("诸葛亮", "诸葛 亮"),
    ("大谷翔平", "大谷 翔平"),
    ("宇多田ヒカル", "宇多田 ヒカル"),
    ("トム・クルーズ", "トム クルーズ"),
    ("김연아", "김 연아"),
    ("남궁민", "남궁 민"),
    ("山田", "山田"),
    ("周杰伦Jay", "周杰伦 Jay"),
]


@pytest.mark.parametrize(("name", "roles"), ROLES)
def test_roles(name: str, roles: str) -> None:
    assert " ".join(word.role for word in words(name)) == roles


@pytest.mark.parametrize(("name", "cut"), CUT)
def test_names_without_blanks_are_cut(name: str, cut: str) -> None:
    assert " ".join(word.text for word in words(name)) == cut
