"""The older encodings: found by what the text says in them, and unsure when it may be another."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from benchmarks import encodings
from core.files.encodings import legacy
from core.files.encodings.encoding import decide_encoding
from core.files.encodings.segments import segments
from core.files.reader import read

# A sign or a word that another encoding reads as something else: (encoding, cells of the rows).
ROWS = {
    "pounds": ("cp1252", ["£5.00", "£42.00", "£79.00"]),
    "degrees": ("cp1252", ["0.5°C", "1.5°C", "2.5°C"]),
    "cubic metres": ("cp1252", ["12 m³", "7.5 m³"]),
    "square metres of DOS": ("cp850", ["12 m²", "7.5 m²"]),
    "ordinals": ("cp1252", ["1º", "2º", "3º"]),
    "euros": ("cp1252", ["5 €", "42 €"]),
    "cents": ("cp1252", ["50¢", "75¢"]),
    "day of death": ("cp1252", ["†1945", "†1950"]),
    "sections": ("cp1252", ["§ 5", "§ 17"]),
    "half": ("cp1252", ["1½", "2½"]),
    "number signs": ("cp1251", ["№ 1", "№ 17"]),
    "Hungarian": ("cp1250", ["Szűcs Ernő", "Kőszegi Győző", "Fűzi Jenő"]),
    "Romanian": ("cp1250", ["Mădălina Ţăranu", "Ionuţ Brătianu"]),
    "Italian": ("cp1252", ["Forlì", "Cefalù", "perché"]),
    "Estonian": ("cp1257", ["Jõgi Õie", "Žanna Põld", "Šmidt Ülo"]),
    "German of a Mac": ("mac-roman", ["Jürgen Weiß", "Günther Öl", "Käthe Müller"]),
    "German of DOS": ("cp850", ["Jürgen Weiß", "Günther Öl", "Käthe Müller"]),
    "German of old DOS": ("cp437", ["Jürgen Weiß", "Günther Öl", "Käthe Müller"]),
    "Polish of DOS": ("cp852", ["Łukasz Żak", "Michał Wójcik", "Święta Góra"]),
    "Russian of Unix": ("koi8-r", ["Анна Щукина", "Юрий Жаров"]),
    "Russian of DOS": ("cp866", ["Анна Щукина", "Юрий Жаров"]),
    "one company sign": ("cp932", ["山田商会", "㈱田中工業", "鈴木一郎"]),
    "one number in a ring": ("cp932", ["①番", "東京都", "大阪府"]),
    "a rare name": ("cp932", ["髙橋一郎", "山﨑花子", "田中二郎"]),
    "half-width kana": ("cp932", ["ﾔﾏﾀﾞ ﾀﾛｳ", "ﾄｳｷｮｳ", "ﾅｺﾞﾔ"]),
    "Japanese of Unix": ("euc_jp", ["山田太郎", "東京都庁", "株式会社"]),
    "Japanese mail": ("iso2022_jp", ["山田太郎", "東京都庁", "ひらがな"]),
    "a rare sign": ("gb18030", ["李克强", "张三", "王\U00020087明"]),
    "all of Big5": ("big5hkscs", ["陳大文", "香港仔", "深水埗", "𨋢口"]),
    "Hangul beyond KS X 1001": ("cp949", ["김민수", "똠방각하", "펲시콜라", "서울"]),
    "Thai": ("cp874", ["สมชาย ใจดี", "กรุงเทพมหานคร"]),
    "Vietnamese": ("cp1258", ["Hồ Chí Minh", "Đà Nẵng"]),
}


def _bytes(text: str, codec: str) -> bytes:
    if codec != "cp1258":
        return text.encode(codec)
    marks = {chr(code) for code in (0x300, 0x301, 0x303, 0x309, 0x323)}
    whole = unicodedata.normalize("NFD", text)
    pieces: list[str] = []
    for char in whole:
        if char in marks or not unicodedata.combining(char):
            pieces.append(char)
        else:  # the other marks are part of a letter of their own there
            base = pieces.pop()
            tones = ""
            while base in marks:
                base, tones = pieces.pop(), base + tones
            pieces.append(unicodedata.normalize("NFC", base + char))
            pieces.extend(tones)
    return "".join(pieces).encode(codec)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("times", [1, 30])
def test_what_the_text_says_in_it(tmp_path: Path, name: str, times: int) -> None:
    codec, cells = ROWS[name]
    path = tmp_path / "a.csv"
    rows = [f"{n},{cell}" for n, cell in enumerate(cells * times)]
    path.write_bytes(_bytes("\r\n".join(["id,value", *rows, ""]), codec))
    table = read(path)
    read_back = [row[1] for row in table.rows()]
    assert read_back == cells * times
    decision = table.decision("encoding")
    assert decision.evidence and (decision.sure or decision.runner_up)


def test_the_evidence_names_the_language_and_a_word(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name\nSzűcs Ernő\nKőszegi Győző\n".encode("cp1250"))
    decision = decide_encoding(path)
    assert decision.value == "cp1250" and not decision.sure
    assert "Hungarian" in decision.evidence and "would read as" in decision.evidence


def test_the_runner_up_reads_another_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,n\nPeñalver,1\nOrdóñez,2\n".encode("cp1252"))
    decision = decide_encoding(path)
    other = read(path, encoding=decision.runner_up)
    assert list(other.rows()) != list(read(path).rows())


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(encodings.cases(seed=21)), st.data())
def test_never_wrong_without_being_unsure(case: encodings.Case, data: st.DataObject) -> None:
    # Any lines of a file, so that there is as little to go by as there may be.
    lines = case.text.splitlines(keepends=True)
    kept = data.draw(st.lists(st.sampled_from(lines), min_size=1, max_size=30))
    raw = "".join(kept).encode(case.codec)
    if raw.isascii():
        return
    verdict = legacy.by_words(segments(raw))
    if verdict.sure:
        assert raw.decode(verdict.codec) == "".join(kept)


# Languages and encodings of which nothing is known here.
STRANGE = [
    ("iso8859-3", "Ġorġ Żebbuġ Ħamrun Għawdex Ċensu Ħal Qormi Birżebbuġa Ħaż-Żabbar Għarb Saħħa"),
    ("iso8859-14", "Llŷr Gŵyr tŷ dŵr sŵn cŵn ffŵl gŵyl Ŵan tŵr Dŵr pŷr Llŵyd Ŷnys Pŵll"),
    ("kz1048", "Қазақстан Әлия Ғалым Нұрсұлтан Ұлан Өскемен Түркістан Қарағанды Ақтөбе Көкшетау"),
    ("koi8-t", "Хуҷанд Кӯлоб Қурғонтеппа Ғафуров Ҳисор Ӯротеппа Ҷомӣ Раҳмон Айнӣ Ҷалил Қаҳҳор"),
    ("cp037", "Jürgen Müller Günther Öl Straße Käthe Äpfel Über Größe Köln Süd Höhe"),
]


@pytest.mark.parametrize(("codec", "words"), STRANGE)
def test_an_unknown_language_is_never_sure(codec: str, words: str) -> None:
    raw = "\n".join(words.split()).encode(codec)
    verdict = legacy.by_words(segments(raw))
    assert not verdict.sure
