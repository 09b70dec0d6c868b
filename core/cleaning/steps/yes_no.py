"""ja and nein, oui and non, да and нет: the language in which a column says yes and no."""

from __future__ import annotations

from core.characters.words import sql as word_sql, word
from core.cleaning.kind import Choice, Kind, Question, Values, one_of, only
from core.datasets.model import Field
from core.storage.sql import literal

# code: (language, words for yes, words for no); what a form shows are the first of each.
_SPOKEN = {
    "de": ("German", "ja j wahr", "nein n falsch"),
    "fr": ("French", "oui o vrai", "non n faux"),
    "es": ("Spanish", "sí si s verdadero", "no n falso"),
    "it": ("Italian", "sì si s vero", "no n falso"),
    "pt": ("Portuguese", "sim s verdadeiro", "não nao n falso"),
    "nl": ("Dutch", "ja j waar", "nee n onwaar"),
    "sv": ("Swedish", "ja j sant", "nej n falskt"),
    "da": ("Danish", "ja j sand", "nej n falsk"),
    "nb": ("Norwegian", "ja j sann", "nei n usann"),
    "fi": ("Finnish", "kyllä k tosi", "ei e epätosi"),
    "et": ("Estonian", "jah j", "ei e"),
    "lv": ("Latvian", "jā j", "nē n"),
    "lt": ("Lithuanian", "taip t", "ne n"),
    "pl": ("Polish", "tak t prawda", "nie n fałsz"),
    "cs": ("Czech", "ano a pravda", "ne n nepravda"),
    "sk": ("Slovak", "áno a pravda", "nie n nepravda"),
    "hu": ("Hungarian", "igen i igaz", "nem n hamis"),
    "ro": ("Romanian", "da d adevărat", "nu n fals"),
    "hr": ("Croatian, Serbian or Slovene", "da d", "ne n"),
    "tr": ("Turkish", "evet e doğru", "hayır h yanlış"),
    "el": ("Greek", "ναι ν", "όχι ο"),
    "ru": ("Russian", "да д истина", "нет н ложь"),
    "uk": ("Ukrainian", "так т", "ні н"),
    "bg": ("Bulgarian", "да д", "не н"),
    "zh": ("Chinese", "是 真 对 對", "否 不是 假 不"),
    "ja": ("Japanese", "はい 真", "いいえ 偽"),
    "ko": ("Korean", "예 네 참", "아니오 아니요 거짓"),
    "vi": ("Vietnamese", "có c", "không k"),
    "id": ("Indonesian", "ya y", "tidak t"),
    "th": ("Thai", "ใช่", "ไม่ใช่ ไม่"),
    "hi": ("Hindi", "हाँ हां", "नहीं"),
    "ar": ("Arabic", "نعم", "لا"),
    "fa": ("Persian", "بله بلی", "خیر نه"),
    "he": ("Hebrew", "כן", "לא"),
    "en": ("English", "on", "off"),
    "marks": ("marks", "✓ ✔ ☑ ✅", "✗ ✘ ☐ ❌ x"),
}
LANGUAGES = {code: language for code, (language, _yes, _no) in _SPOKEN.items()}
# code -> word, folded -> whether it means yes
WORDS = {
    code: {word(w): said is yes for said in (yes, no) for w in said.split()}
    for code, (_language, yes, no) in _SPOKEN.items()
}


def sentence(step: Values, name: str) -> str:
    """The step in plain words."""
    language, yes, no = _SPOKEN[step.value or ""]
    return f"{name}: {yes.split()[0]} is yes, {no.split()[0]} is no ({language})"


def sql(field: Field, step: Values, x: str, values: frozenset[str]) -> str:
    """`true` or `false` for a word of the language; other texts as they are."""
    said = WORDS[step.value or ""]
    yes, no = ([w for w, meant in said.items() if meant is which] for which in (True, False))
    return (
        f"CASE WHEN list_contains({literal(yes)}, {word_sql(x)}) THEN 'true'"
        f" WHEN list_contains({literal(no)}, {word_sql(x)}) THEN 'false' ELSE {x} END"
    )


def known(x: str) -> str:
    """SQL condition: the text says yes or no in one of the languages."""
    every = sorted({w for said in WORDS.values() for w in said})
    return f"strlen({x}) < 40 AND list_contains({literal(every)}, {word_sql(x)})"


def choices() -> tuple[Choice, ...]:
    """The languages, with their words."""
    return tuple(
        Choice(code, f"{language}: {yes.split()[0]} is yes, {no.split()[0]} is no")
        for code, (language, yes, no) in _SPOKEN.items()
    )


KINDS = (
    Kind(
        "yes_no",
        "the language of yes and no: ja and nein, oui and non; also ✓ and ✗",
        sentence,
        uses="value (de, fr, ... or marks)",
        place=17,
        wrong=one_of("the code of a language, or marks", *_SPOKEN),
        refuses=only("yes and no", "boolean"),
        sql=sql,
        question=Question("yes_no", "in which language the words are"),
        choices=choices,
    ),
)
