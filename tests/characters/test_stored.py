"""What is kept of a text, and what is taken off."""

from __future__ import annotations

import unicodedata

import duckdb
import pytest

from core.characters import signs, stored
from core.characters.words import word

MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\u00ad\u2060\ufeff\u200b\u200c\u200d\ufe0f\x01\x1a\x7f\u0085"


@pytest.mark.parametrize("mark", MARKS.replace("\u0085", "").replace("\u202e", ""))
def test_what_cannot_be_seen_goes_and_leaves_no_blank(mark: str) -> None:
    assert stored.text(f"{mark}An{mark}ne Klein{mark}") == "Anne Klein"


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian: the parts of a word
        "क्\u200dष",  # Devanagari: half a letter
        "ന്\u200d",  # Malayalam: a letter of its own at the end of a word
        "👨\u200d👩\u200d👧",
        "👩\U0001f3fd\u200d🚀",
        "❤\ufe0f",
        "❤\ufe0f\u200d🔥",
        "1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "葛\U000e0100城",  # a form of an ideograph, as in names of places
        "ᠠ\u180bᠨ",
        "สวัสดี\u200bครับ",  # Thai: where a line may break
    ],
)
def test_what_a_script_needs_stays(text: str) -> None:
    assert stored.text(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\u200db", "ab"),
        ("周\u200d杰", "周杰"),
        ("一\u200b二", "一二"),
        ("A\ufe0f", "A"),
        ("می\u200c", "می"),
        ("a \u200d b", "a b"),
        ("\u202eeeL nnA\u202c", "Ann Lee"),  # as it is seen
        ("photo\u202egnp.exe", "photoexe.png"),
        ("\u202ee\u0301soJ\u202c B", "José B"),
        ("\u202eאבג\u202c", "אבג"),
        ("\u202dםולש\u202c", "שלום"),
        ("⼈⺠", "人民"),
        ("\uf900", "豈"),
        ("Ｌｉｓａ　Ｂｅｌｌ", "Ｌｉｓａ Ｂｅｌｌ"),
        ("e\u00ad\u0301", "é"),
        ("\u3164", ""),
        ("\u2800\u2800", ""),
        ("a\x0bb\x85c", "a b c"),
        ("  a \n b\u00a0", "a b"),
        ("O\x92Neal \x96 \x9ataub", "O’Neal – štaub"),  # Windows, taken for Latin-1
        ("Ku\x8dera", "Ku\ufffdera"),
        ("Dan\ufffe Fox\ufdd0\U0001ffff", "Dan Fox"),
    ],
)
def test_what_is_kept(text: str, kept: str) -> None:
    assert stored.text(text) == kept


def test_lines_stay_where_they_are_asked_for() -> None:
    assert stored.text(" a \u200e b\n\n c\u00ad\u3000d \n", multiline=True) == "a b\n\n cd".replace(
        "cd", "c d"
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ＩＮＴＪ", "INTJ"),
        ("１９７９-０１-１８", "1979-01-18"),
        ("١٩٧٩", "1979"),
        ("१९७९‑०१", "1979-01"),
    ]
    + [
        ("−５", "-5"),
        ("５²", "5²"),
        ("①", "①"),
        ("½", "½"),
        ("1958–2009", "1958–2009"),
        ("ｶﾞ", "ガ"),
    ],
)
def test_plain_letters_and_digits(text: str, plain: str) -> None:
    assert stored.narrow(text) == plain


@pytest.mark.parametrize(
    ("left", "right"),
    [("ＵＳＡ", "u.s.a."), ("Côte d’Ivoire", "CÔTE D'IVOIRE"), ("Guinea‑Bissau", "guinea-bissau")]
    + [
        ("WEIẞRUSSLAND", "weißrussland"),
        ("ΕΛΛΆΔΑΣ", "ελλάδας"),
        ("KADIN", "kadın"),
        ("fe\u200bmale\u200f", "Female"),
    ],
)
def test_words_are_one(left: str, right: str) -> None:
    assert word(left) == word(right)


def test_an_accent_may_make_another_word() -> None:
    assert word("pérou") != word("perou")


def test_letters_of_fonts_are_plain_ones_where_letters_are_read() -> None:
    assert stored.narrow("𝐈𝐍𝐓𝐉 𝓯𝓮𝓶𝓪𝓵𝓮 𝟏𝟗𝟕𝟗 𝙼") == "INTJ female 1979 M"
    assert stored.narrow("ℵ₁ x² ½ ①") == "ℵ₁ x² ½ ①"


def test_what_is_no_character_goes_in_both() -> None:
    texts = [f"a{c}b" for c in sorted(signs.NEVER_SEEN) if unicodedata.category(c) == "Cn"]
    sql = f"SELECT {stored.sql('t')} FROM (SELECT unnest(?::VARCHAR[]) AS t)"
    assert [t for (t,) in duckdb.execute(sql, [texts]).fetchall()] == ["ab"] * len(texts)
    assert len(texts) > 60 and {stored.text(t) for t in texts} == {"ab"}
