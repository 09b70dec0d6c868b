"""UTF-8 with lines of another encoding, characters that were cut, and bytes that nobody can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from core.errors import BrokenFile
from core.files.encodings.decoding import BROKEN, mixed, to_utf8
from core.files.encodings.encoding import decide_encoding
from core.files.reader import read

NAMES = ["Zoë Müller", "François Côté", "Ann Lee", "José Peña", "Søren Kjær", ""]


def _plain(data: bytes, codec: str) -> str:
    """The twin of the rule: each line in UTF-8 if it is that, in the other encoding if not."""
    text = ""
    for line in data.splitlines(keepends=True):
        try:
            text += line.decode("utf-8")
        except UnicodeDecodeError:
            text += line.decode(codec)
    return text


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
@given(
    lines=st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), max_size=60),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    last=st.booleans(),
)
def test_each_line_in_its_own_encoding(
    tmp_path: Path, lines: list[tuple[str, bool]], end: str, last: bool
) -> None:
    data = b"".join((name + end).encode("utf-8" if wide else "cp1252") for name, wide in lines)
    data = data if last else data.rstrip(b"\r\n")
    source, target = tmp_path / "a.csv", tmp_path / "a.txt"
    source.write_bytes(data)
    to_utf8(source, target, mixed("cp1252"))
    assert target.read_bytes().decode() == _plain(data, "cp1252")


@pytest.mark.parametrize("others", [1, 2, 9, 40])
@pytest.mark.parametrize("codec", ["cp1252", "cp1251", "gb18030"])
def test_some_lines_are_utf_8_and_some_are_not(tmp_path: Path, codec: str, others: int) -> None:
    words = {"cp1252": "François Truffaut", "cp1251": "Анна Щукина", "gb18030": "周杰伦 唱歌"}
    path = tmp_path / "a.csv"
    good = [f"{n},{words[codec]},x\n".encode() for n in range(10)]
    bad = [f"{n},{words[codec]},y\n".encode(codec) for n in range(others)]
    path.write_bytes(b"id,name,z\n" + b"".join(good[:5] + bad + good[5:]))
    table = read(path)
    assert [row[1] for row in table.rows()] == [words[codec]] * (10 + others)
    decision = table.decision("encoding")
    assert decision.value == mixed(codec) and not decision.sure
    assert f"line{'s' * (others > 1)} of {10 + others}" in decision.evidence
    assert "the first is line 7" in decision.evidence


def test_a_few_lines_of_utf_8_among_many_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    words = ["crème", "garçon", "hôtel", "Noël", "où", "façade", "évêque", "naïf"]
    rows = [f"{n},{words[n % 8]}{words[n // 8 % 8]}{n * 7919 % 997}é\n" for n in range(6_000)]
    late = "1,Zoë Müller\n2,José Peña\n".encode()
    path.write_bytes("".join(["id,name\n", *rows]).encode("cp1252") + late)
    table = read(path)
    assert [row[1] for row in table.rows()][-2:] == ["Zoë Müller", "José Peña"]
    assert table.decision("encoding").value == mixed("cp1252")


def test_one_of_three_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,town\nZoë,Köln\n".encode() + "José,Mérida\n".encode("cp1252"))
    assert list(read(path).rows()) == [["Zoë", "Köln"], ["José", "Mérida"]]


def test_both_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [b"Zo\xc3\xab,K\xf6ln\n", b"Jos\xc3\xa9,M\xe9rida\n"] * 3
    path.write_bytes(b"name,town\n" + b"".join(rows))
    assert list(read(path).rows())[:2] == [["Zoë", "Köln"], ["José", "Mérida"]]


def test_characters_that_were_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    whole = "name,n\n" + "".join(f"François Côté,{n}\n" for n in range(20))
    path.write_bytes(whole.encode() + b"Fran\xc3,20\n" + "François\n".encode())
    table = read(path)
    decision = table.decision("encoding")
    assert decision.value == BROKEN and not decision.sure and "line 22" in decision.evidence
    assert [row[0] for row in table.rows()][-2:] == ["Fran\ufffd", "François"]


def test_a_byte_that_the_encoding_lacks_is_said_and_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = "".join(f"{n},José García,Málaga\n" for n in range(50)).encode("cp1252")
    path.write_bytes(b"id,name,town\n" + good + b"50,Ann\x81,Leeds\n")
    table = read(path)
    assert list(table.rows())[0][1] == "José García" and list(table.rows())[-1][2] == "Leeds"
    decision = table.decision("encoding")
    assert decision.value == "cp1252" and not decision.sure
    assert f"near byte {13 + len(good) + 6:,}" in decision.evidence


def test_the_same_byte_is_an_error_in_an_encoding_that_was_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n1,Ann\x81\n")
    with pytest.raises(BrokenFile, match="does not exist in cp1252"):
        read(path, encoding="cp1252")


@pytest.mark.parametrize("name", [mixed("cp1252"), BROKEN])
def test_names_that_are_no_codecs_can_be_chosen(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n1,Zo\xc3\xab\n2,Zo\xeb\n")
    last = "Zoë" if "cp1252" in name else "Zo\ufffd"
    assert [row[1] for row in read(path, encoding=name).rows()] == ["Zoë", last]


def test_lines_know_their_byte_in_mixed_files(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    data = b"id,name\n" + b"1,Zo\xc3\xab\n" * 3 + b"2,Zo\xeb\n3,Bo\n"
    path.write_bytes(data)
    offsets = [row.offset for row in read(path).placed(limit=9)]
    assert offsets == [8, 15, 22, 29, 35] and data[35:36] == b"3"


# Valid UTF-8 by chance: two bytes are a letter, and a character of another encoding.
@pytest.mark.parametrize(
    ("text", "codec"), [("毛", "gbk"), ("陆", "gbk"), ("谢", "gbk"), ("หญิง", "cp874")]
)
def test_a_few_bytes_that_may_be_utf_8_by_chance_are_unsure(
    tmp_path: Path, text: str, codec: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"id,name\n1,Ann\n2,{text}\n3,Bo\n".encode(codec))
    assert not decide_encoding(path).sure


@pytest.mark.parametrize("text", ["Zoë", "€ 5", "李明", "김민수", "да", "שלום", "m²", "№ 5", "’"])
def test_a_few_bytes_of_utf_8_are_sure(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,name\n1,Ann\n2,{text}\n3,Bo\n", encoding="utf-8", newline="")
    decision = decide_encoding(path)
    assert decision.value == "utf-8" and decision.sure
