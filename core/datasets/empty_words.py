"""Words that say that there is nothing: the one list, and how a text is compared with it.

Whether such a word means nothing in a certain column is decided there (core/ingest/deciders/empty_column.py):
NA is Namibia among codes of countries, and Null is somebody's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# What may stand around a word: (none), [unknown], n.a., and the signs that alone say as much: -, ???, ...
BRACKETS = "()[]<>{}\"' "
MARKS = BRACKETS + "-‐‑‒–—―−_.·…?？*~/"

# What a pivot table shows where there is no value; some of the words mean something without their brackets.
BRACKETED = (
    *(
        "(blank)",
        "(leer)",
        "(vide)",
        "(vides)",
        "(en blanco)",
        "(vuoto)",
        "(vuota)",
        "(vazio)",
        "(em branco)",
        "(leeg)",
    ),
    *(
        "(tom)",
        "(tomt)",
        "(tyhjä)",
        "(puste)",
        "(prázdné)",
        "(prázdne)",
        "(üres)",
        "(boş)",
        "(gol)",
        "(necompletat)",
    ),
    *(
        "(prazno)",
        "(пусто)",
        "(порожньо)",
        "(празно)",
        "(κενό)",
        "(空白)",
        "(空)",
        "(비어 있음)",
        "(فارغ)",
        "(ריק)",
        "(trống)",
        "(kosong)",
    ),
)

WORDS = (
    *BRACKETED,
    *("-", "?", r"\N", "#n/a", "#n/a n/a", "#na"),
    *(
        "n/a",
        "na",
        "n.a.",
        "nan",
        "null",
        "none",
        "nil",
        "nul",
        "n/d",
        "n.d.",
        "nd",
        "k.a.",
        "1.#qnan",
    ),
    *("unknown", "not known", "unspecified", "not specified", "not available", "not applicable"),
    *(
        "not given",
        "not provided",
        "not stated",
        "not recorded",
        "no data",
        "no value",
        "no answer",
    ),
    *("undefined", "undisclosed", "missing", "tbd", "tba", "to be determined", "blank", "empty"),
    *("unbekannt", "keine", "keine angabe", "keine angaben", "nicht bekannt", "nicht angegeben"),
    *("ohne angabe", "nicht verfügbar", "entfällt", "inconnu", "inconnue", "aucun", "aucune"),
    *("non renseigné", "non disponible", "non précisé", "non communiqué", "sans objet", "néant"),
    *("desconocido", "desconocida", "ninguno", "ninguna", "no disponible", "no especificado"),
    *("sin datos", "sin especificar", "no aplica", "no consta", "no informado", "s/d", "s/n"),
    *("desconhecido", "desconhecida", "nenhum", "nenhuma", "não disponível", "não informado"),
    *("não especificado", "não se aplica", "sem dados", "sconosciuto", "sconosciuta", "nessuno"),
    *("non specificato", "non noto", "onbekend", "geen", "niet bekend", "niet opgegeven", "n.v.t."),
    *("nieznany", "nieznana", "nie podano", "brak", "brak danych", "okänd", "okänt", "ukjent"),
    *("ukendt", "tuntematon", "ei tiedossa", "neznámý", "neuvedeno", "ismeretlen", "necunoscut"),
    *("bilinmiyor", "yok", "belirtilmemiş", "άγνωστο", "неизвестно", "неизвестен", "нет данных"),
    *(
        "не указано",
        "не указан",
        "невідомо",
        "غير معروف",
        "غير متوفر",
        "نامشخص",
        "ناشناخته",
        "לא ידוע",
        "अज्ञात",
        "ไม่ทราบ",
    ),
    *("未知", "无", "無", "不详", "不詳", "不明", "暂无", "暫無", "没有", "沒有", "未填", "未填写"),
    *(
        "未提供",
        "無資料",
        "无数据",
        "なし",
        "無し",
        "該当なし",
        "未設定",
        "未記入",
        "情報なし",
        "データなし",
    ),
    *(
        "없음",
        "미상",
        "알 수 없음",
        "해당 없음",
        "미정",
        "không có",
        "không rõ",
        "tidak ada",
        "tidak diketahui",
    ),
)

# What spreadsheets show in place of a value, in every language: #REF!, #BEZUG!, #¡REF!, #ИМЯ?, #N/A,
# #NV, Err:502. All letters of the first kinds are capitals.
ERROR_CELL = r"#[^!?;,|#\n]{1,20}[!?]|#(?:NV|NA|YOK|HIÁNYZIK|NENÍ_K_DISPOZICI|GETTING_DATA)"
ERROR_LETTERS = r"#L{1,2}[/.]L\.?!?"  # with L for any letter: #N/A, #Н/Д
_LETTER = re.compile(r"[^\W\d_]")
# LibreOffice: Err:502, in German Fehler:502.
_OFFICE = (
    "Err|Fehler|Erreur|Errore|Erro|Error|Fel|Feil|Fejl|Fout|Virhe|Hiba|Chyba|Błąd|Hata|Eroare|Napaka|Greška|Ошибка|Помилка"
    "|Грешка|Σφάλμα|エラー|오류|错误|錯誤"
)
OFFICE_ERROR = rf"Err:\d{{3}}|(?:{_OFFICE}) ?:5\d\d"
ERROR_WORDS = (
    *("#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#n/a", "#spill!", "#calc!"),
    *("#error!", "#getting_data"),
)


def bare(text: str) -> str:
    """The form in which words are compared: small letters, without the marks around them.

    "" is a text of signs; brackets with nothing in them stay what they are.
    """
    if not text.strip(BRACKETS):
        return text
    return text.lower().strip(MARKS)


def bared(words: Iterable[str]) -> frozenset[str]:
    """The words in that form; "" among them stands for a text of marks alone."""
    return frozenset(bare(word) for word in words if not is_bracketed(word))


def is_bracketed(word: str) -> bool:
    """Whether a word means nothing only with the brackets around it."""
    return word in BRACKETED


def bracketed(words: Iterable[str]) -> frozenset[str]:
    """The words that are compared with their brackets."""
    return frozenset(word for word in words if is_bracketed(word))


def is_error_cell(text: str) -> bool:
    """Whether the text is what a spreadsheet shows for a formula that failed."""
    if not text.startswith("#"):
        may_be = ":5" in text or text.startswith("Err:")
        return may_be and re.fullmatch(OFFICE_ERROR, text) is not None
    if text != text.upper() or text == text.lower():
        return False
    return bool(
        re.fullmatch(ERROR_CELL, text) or re.fullmatch(ERROR_LETTERS, _LETTER.sub("L", text))
    )


def says_nothing(text: str, words: frozenset[str]) -> bool:
    """Whether a text is empty, one of the words (see `bared`), or an error cell."""
    known = bare(text) in words or text.lower() in BRACKETED
    return not text or known or is_error_cell(text)


def may_name(word: str) -> bool:
    """Whether somebody may be called so: one word of letters. Null and Na are, n/a and ? are not."""
    return bare(word).isalpha()
