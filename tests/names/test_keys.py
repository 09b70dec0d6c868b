"""Keys that names of one person share, whatever they are written in."""

from __future__ import annotations

import pytest

from core.names import keys, many
from core.names.keying import skeletons
from core.names.sounds import sound, strangers

SHARED = [
    ("Пётр Чайковский", "Peter Tchaikovsky"),
    ("周杰倫", "Zhou Jielun"),
    ("周杰倫", "Chow Kit-lun"),
    ("北野武", "Takeshi Kitano"),
    ("박지성", "Park Ji-sung"),
    ("محمد صلاح", "Mohamed Salah"),
    ("トム・クルーズ", "Tom Cruise"),
    ("Arnold Schwartzeneger", "Schwarzenegger, Arnold"),
    ("Leonardo Di Caprio", "Leonardo DiCaprio"),
    ("Zach Braff", "Zack Braff"),
    ("Liu Cixin", "刘慈欣"),
]


@pytest.mark.parametrize(("a", "b"), SHARED)
def test_two_words_together(a: str, b: str) -> None:
    both = set(keys(a)) & set(keys(b))
    assert any("+" in key for key in both)


def test_others_share_none() -> None:
    assert not set(keys("Tom Hanks")) & set(keys("Julia Roberts"))
    assert not set(keys("周杰倫")) & set(keys("Julia Roberts"))


def test_a_word_alone_is_a_key_where_it_says_enough() -> None:
    assert "SKPSK" in keys("Tchaikovsky") and "SKPSK" in keys("P. Tchaikovsky")
    assert keys("Madonna") and keys("Io")
    assert all("+" in key for key in keys("Kim Lee"))
    assert keys("...") == keys("") == ()


def test_skeletons() -> None:
    assert skeletons("Чайковский")[0] == "SKPSK"
    assert "SLM" in skeletons("杰倫") and "KTLM" in skeletons("杰倫")


def test_many_keep_the_order() -> None:
    names = ["Tom Hanks", "", "周杰倫", "Tom Hanks"]
    found = list(many(names))
    assert [each.forms[0].text if each.forms else "" for each in found] == [
        "tom hanks",
        "",
        "周 杰倫",
        "tom hanks",
    ]
    assert [each.keys for each in found] == [keys(name) for name in names]


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ("emli", "henry", True),
        ("emli", "emily", False),
        ("lilly", "riri", False),  # one consonant each says nothing
        ("cox", "koks", False),
        ("kate", "cathy", False),
    ],
)
def test_words_without_a_common_consonant_are_strangers(a: str, b: str, apart: bool) -> None:
    assert strangers(sound(a), sound(b)) == apart
