"""UTF-16 and UTF-32 without a mark, and plain bytes that switch alphabets, in any language."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from benchmarks.encodings import TEXTS
from core.files.encodings.wide import seven_bits, wide
from core.files.reader import read

LANGUAGES = tomllib.loads(TEXTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_text_of_any_language(tmp_path: Path, codec: str, language: str, sign: str) -> None:
    texts = LANGUAGES[language]
    rows = [[name, place] for name, place in zip(texts["names"], texts["places"], strict=False)]
    path = tmp_path / "a.csv"
    lines = "\r\n".join(sign.join(row) for row in [["who", "where"], *rows])
    path.write_bytes((lines + "\r\n").encode(codec))
    table = read(path)
    assert table.decision("encoding").value == codec
    assert list(table.rows()) == rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_text_is_wide(language: str) -> None:
    texts = LANGUAGES[language]
    for codec in ["utf-8", *texts["codecs"]]:
        text = "\n".join(texts["names"] + texts["notes"])
        assert wide(text.encode(codec, "ignore")) is None


@pytest.mark.parametrize("codec", ["iso2022_jp", "iso2022_kr", "hz"])
def test_plain_bytes_that_switch_alphabets(tmp_path: Path, codec: str) -> None:
    name = {"iso2022_jp": "山田太郎", "iso2022_kr": "김민수", "hz": "周杰伦"}[codec]
    path = tmp_path / "a.csv"
    path.write_bytes(f"name,n\n{name},1\nAnn,2\n".encode(codec))
    table = read(path)
    assert list(table.rows()) == [[name, "1"], ["Ann", "2"]]
    assert table.decision("encoding").sure == (codec != "hz")


@pytest.mark.parametrize(
    "text",
    ["a,b\n~{x~},1\n", "a\x1b[1mb,c\n", "price ~{5},1\n", "a,b\n", "Ann +children,1\n", "a+Aek=\n"],
)
def test_plain_text_stays_plain(text: str) -> None:
    assert seven_bits(text.encode()) is None


@pytest.mark.parametrize("end", ["\r\0\x1a\0 ", "\r\0\n\0", "\0\r\0\n", "x\0y\0\r\0\n"])
def test_plain_text_with_a_few_zero_bytes_is_not_wide(end: str) -> None:
    assert wide(f"name,n\nAnn,1\nBo,2\n{end}".encode()) is None
