"""Encodings are found by what the text says in them, and mixed files are read line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BadOverride, FileError
from core.files.encodings.encoding import decide_encoding
from core.files.reader import read

TEXTS = {
    "cp1252": "François Truffaut,Réalisateur,“le roi”\nJürgen Müller,Straße 5,Köln\n"
    "Penélope Cruz,actriz española,Madrid\nSøren Kierkegaard,filosof,København\n",
    "cp1250": "Lech Wałęsa,polityk,Gdańsk\nAntonín Dvořák,skladatel,Nelahozeves\n"
    "Wisława Szymborska,poetka,Kórnik\nPetőfi Sándor,költő,Kiskőrös\n",
    "cp1254": "Orhan Pamuk,yazar,İstanbul\nSezen Aksu,şarkıcı,Denizli\n",
    "cp1251": "Александр Пушкин,поэт,Москва\nТарас Шевченко,поет,Моринці\n",
    "koi8_r": "Александр Пушкин,поэт,Москва\nАнна Ахматова,поэтесса,Одесса\n",
    "cp1253": "Μαρία Κάλλας,σοπράνο,Νέα Υόρκη\nΜίκης Θεοδωράκης,συνθέτης,Χίος\n",
    "shift_jis": "宮崎駿,映画監督,東京都\n松田聖子,歌手,福岡県\nキムタク,アイドル,東京\n",
    "gb18030": "周杰伦,歌手,台北\n章子怡,演员,北京\n巩俐,女演员,沈阳\n",
    "big5": "周杰倫,歌手,台北\n鞏俐,女演員,瀋陽\n成龍,演員,香港\n",
    "euc_kr": "송강호,배우,김해\n봉준호,감독,대구\n김연아,피겨 선수,부천\n",
    "utf-16": "周杰伦,歌手,台北\nJürgen Müller,Trainer,Köln\n",
    "utf-16-le": "Jay Chou,singer,Taipei\nJürgen Müller,Trainer,Köln\n",
    "utf-16-be": "Jay Chou,singer,Taipei\nJürgen Müller,Trainer,Köln\n",
    "utf-8-sig": "周杰伦,歌手,台北\nJürgen Müller,Trainer,Köln\n",
}


@pytest.mark.parametrize("codec", TEXTS)
@pytest.mark.parametrize("times", [1, 40])
def test_the_text_comes_back_in_every_encoding(tmp_path: Path, codec: str, times: int) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(("name,job,city\n" + TEXTS[codec] * times).encode(codec))
    table = read(path, header=1)
    wanted = [line.split(",") for line in (TEXTS[codec] * times).splitlines()]
    assert list(table.rows()) == wanted
    assert table.decision("encoding").evidence


def test_one_foreign_byte_far_down_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,n\n".encode() + b"Zo\xc3\xab,1\n" * 100_000 + b"Zo\xeb,2\n")
    table = read(path)
    decision = table.decision("encoding")
    assert decision.value == "utf-8 with cp1252 lines" and not decision.sure
    assert list(table.rows())[-1] == ["Zoë", "2"] and list(table.rows())[0] == ["Zoë", "1"]


def test_mixed_lines_are_read_in_the_encoding_they_are_in(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = ["Александр Пушкин,поэт\n".encode()] * 6 + ["Анна Ахматова,поэтесса\n".encode("cp1251")]
    path.write_bytes(b"name,job\n" + b"".join(lines))
    table = read(path)
    assert table.decision("encoding").value == "utf-8 with cp1251 lines"
    assert list(table.rows())[-1] == ["Анна Ахматова", "поэтесса"]


def test_signs_of_windows_that_became_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "who,when\n" + "\x91Ann\x92 Lee,Apr \x96 Jun\n" * 3
    path.write_text(text, encoding="utf-8", newline="")
    table = read(path)
    assert list(table.rows())[0] == ["‘Ann’ Lee", "Apr – Jun"]
    decision = table.decision("encoding")
    assert not decision.sure and decision.runner_up == "utf-8" and "U+0091" in decision.evidence
    assert list(read(path, encoding="utf-8").rows())[0] == ["\x91Ann\x92 Lee", "Apr \x96 Jun"]


def test_signs_of_windows_also_in_short_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "when,what\nApril \x96 June 2012,Use of the car\n14 \x96,Top\nMay \x96 July 2012,Use of the house\n"
    path.write_text(text, encoding="utf-8", newline="")
    assert [row[0] for row in read(path).rows()] == ["April – June 2012", "14 –", "May – July 2012"]


@pytest.mark.parametrize("odd", ["\x80\x81\x82", "a\x85b", "\x96", "x\x96y\x9dz"])
def test_other_control_characters_stay(tmp_path: Path, odd: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"a,b\n{odd},1\n{odd},2\n", encoding="utf-8", newline="")
    assert [row[0] for row in read(path).rows()] == [odd, odd]


def test_wrongly_decoded_text_is_left_and_its_repair_offered(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "name,city\n" + "François,Besançon\n".encode().decode("cp1252") * 3 + "Zoë,Köln\n"
    path.write_text(text, encoding="utf-8", newline="")
    table = read(path)
    assert list(table.rows())[0] == ["FranÃ§ois", "BesanÃ§on"]
    offer = table.decision("repair")
    assert offer.value is False and not offer.sure and "'François'" in offer.evidence
    mended = read(path, repair=True)
    assert list(mended.rows()) == [["François", "Besançon"]] * 3 + [["Zoë", "Köln"]]


def test_good_text_is_offered_no_repair(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for text in TEXTS.values():
        path.write_text("a,b,c\n" + text, encoding="utf-8", newline="")
        assert "repair" not in [each.name for each in read(path).decisions]


def test_the_mark_is_a_decision_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert read(path).decision("bom").value is False
    path.write_bytes(b"\xef\xbb\xbfa,b\n1,2\n")
    assert read(path).decision("bom").value is True and read(path).columns == ("a", "b")


def test_an_override_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,job,city\n".encode() + TEXTS["gb18030"].encode("gb18030"))
    assert decide_encoding(path, "latin-1").value == "iso8859-1"
    assert next(read(path, encoding="latin-1").rows())[0] == "周杰伦".encode("gb18030").decode(
        "latin-1"
    )


@pytest.mark.parametrize(
    "name", ["utf-8 with klingon lines", "utf-8 with x", "undefined", "\0", "hex"]
)
def test_no_encoding(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(BadOverride, match="no text encoding"):
        read(path, encoding=name)


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_utf_16_without_a_mark_is_one_clear_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b'[{"a": 1}]' if name == "a.json" else b"a,b\n1,2\n3,4\n")
    with pytest.raises(FileError):
        list(read(path, encoding="utf-16").rows())


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("people", ["周杰伦", "歌手林"])
def test_wide_text_without_a_mark_whose_bytes_are_letters(
    tmp_path: Path, codec: str, people: str
) -> None:
    text = "姓名,职业\n" + "".join(f"{people}{n},歌手\n" for n in range(30))
    (tmp_path / "a.csv").write_bytes(text.encode(codec))
    table = read(tmp_path / "a.csv")
    assert table.columns == ("姓名", "职业") and table.total == 30
