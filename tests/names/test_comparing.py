"""What two names have in common, as somebody who reads the result understands it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.names import compare, words

SAME = [
    ("Пётр Чайковский", "Tchaikovsky Peter"),
    ("周杰倫", "Zhou Jielun"),
    ("周杰倫", "周杰伦"),
    ("周杰倫", "Chou Chieh-lun"),
    ("劉德華", "Lau Tak Wah"),
    ("大谷翔平", "Shohei Ohtani"),
    ("김연아", "Yu-na Kim"),
    ("이병헌", "Lee Byung-hun"),
    ("محمد صلاح", "Mohamed Salah"),
    ("בנימין נתניהו", "Benjamin Netanyahu"),
    ("Bob Dylan", "Robert Dylan"),
    ("J.K. Rowling", "JK Rowling"),
    ("Arnold Schwarzeneger", "Arnold Schwarzenegger"),
    ("Robert De Niro", "Robert Deniro"),
    ("Dr. Martin Luther King, Jr.", "King, Martin Luther"),
]
OTHERS = [
    ("Tom Hanks", "Tom Cruise"),
    ("Vladimir Putin", "Tom Hanks"),
    ("山田太郎", "Tom Hanks"),
    ("Sean Connery", "Sean Penn"),
    ("김연아", "Lee Byung-hun"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_names_of_one_person(a: str, b: str) -> None:
    assert compare(a, b).same_person
    assert compare(b, a).score == compare(a, b).score


@pytest.mark.parametrize(("a", "b"), OTHERS)
def test_names_of_two(a: str, b: str) -> None:
    assert not compare(a, b).same_person


def test_each_word_says_how() -> None:
    found = compare("Bob J. Dylan", "Robert Joseph Zimmerman")
    assert [(pair.a, pair.b, pair.how) for pair in found.words] == [
        ("Bob", "Robert", "nickname"),
        ("J", "Joseph", "initial"),
        ("Dylan", "Zimmerman", "contradicts"),
    ]
    assert found.sentence == (
        "“Bob” and “Robert” are forms of one given name, “J” and “Joseph” have the same initial,"
        " “Dylan” is not “Zimmerman”."
    )


@pytest.mark.parametrize("odd", ["", " ", "...", "\x00", "🙂", "-" * 5000, "a " * 5000])
def test_odd_names_are_compared(odd: str) -> None:
    assert 0 <= compare(odd, "Tom Hanks").score <= 1
    assert 0 <= compare(odd, odd).score <= 1


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("John Smith", "Joan Smith"),
        ("Victor Hugo", "Victoria Hugo"),
        ("Mario Garcia", "Maria Garcia"),
        ("Sammy Davis Jr.", "Sammy Davis Sr."),
        ("Park Ji-sung", "Park Ji-min"),
        ("김태형", "Kim Soo-hyun"),
        ("박재상", "Park Ji-sung"),
        ("赵薇", "Leung Chiu-wai"),
    ],
)
def test_little_differs_and_they_are_two(a: str, b: str) -> None:
    assert not compare(a, b).same_person


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("トム・クルーズ", "Tom Cruise"),
        ("톰 크루즈", "Tom Cruise"),
        ("汤姆·克鲁斯", "Tom Cruise"),
        ("شاروخان", "Sharukhan"),
        ("Майкл Джексон", "Michael Jackson"),
        ("渡辺あゆみ", "Ayumi Watanabe"),
        ("महात्मा गांधी", "Mahatma Gandhi"),
        ("ทักษิณ ชินวัตร", "Thaksin Shinawatra"),
        ("Catherine Zetajones", "Catherine Zeta-Jones"),
        ("Xi Jin Ping", "习近平"),
        ("Jonh Lennon", "John Lennon"),
        ("Thomas Müller", "Mueller, Thomas"),
    ],
)
def test_spelled_by_ear(a: str, b: str) -> None:
    assert compare(a, b).same_person


def test_an_unspaced_name_is_cut_where_it_fits() -> None:
    assert [word.text for word in words("高見沢俊彦")] == ["高見", "沢俊彦"]  # a family name, too
    found = compare("高見沢俊彦", "Toshihiko Takamizawa")
    assert found.same_person
    assert {pair.a for pair in found.words} == {"高見沢", "俊彦"}


def test_what_one_name_leaves_out_counts_little() -> None:
    whole = compare("Barack Obama", "Barack Hussein Obama")
    family = compare("Obama", "Barack Obama")
    assert whole.same_person and not family.same_person
    assert [pair.how for pair in whole.words] == ["same", "same", "missing"]
    assert whole.words[-1].b == "Hussein"


def test_threads_may_compare_at_once() -> None:
    pairs = [(a, b) for a, b in SAME for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda pair: compare(*pair), pairs))
    assert found == [compare(a, b) for a, b in pairs]
