"""Raw files: kept once, by their hash, or not at all."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import FileTooLarge, UnsafePath
from core.files.store import Receiving, receive, safe_name


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_bytes_are_kept_once_from_every_kind_of_source(tmp_path: Path) -> None:
    data = b"name\nJay\n" * 1000
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    store = tmp_path / "store"
    sources = [path, io.BytesIO(data), iter([data[:10], data[10:]])]
    kept = [receive(s, filename="in.csv", folder=store, max_bytes=10**6) for s in sources]
    sha = hashlib.sha256(data).hexdigest()
    assert {raw.sha256 for raw in kept} == {sha}
    assert files(store) == [store / "raw" / sha[:2] / sha]
    assert kept[0].path.read_bytes() == data and kept[0].size == len(data)


def test_too_large_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge):
        receive(iter([b"x" * 60, b"x" * 60]), filename="a.csv", folder=tmp_path, max_bytes=100)
    assert not files(tmp_path)


def test_a_source_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        receive(broken(), filename="a.csv", folder=tmp_path, max_bytes=100)
    assert not files(tmp_path)


def test_abort_and_finish_end_it(tmp_path: Path) -> None:
    receiving = Receiving(filename="a.csv", folder=tmp_path, max_bytes=100)
    receiving.write(b"abc")
    receiving.abort()
    receiving.abort()
    assert not files(tmp_path)
    with pytest.raises(ValueError):
        receiving.finish()


@pytest.mark.parametrize(
    "name", ["", "  ", ".", "..", "a/b.csv", "..\\a", "a\0b", "C:x.csv", "con", "NUL.csv"]
)
def test_unsafe_names(name: str) -> None:
    with pytest.raises(UnsafePath):
        safe_name(name)


def test_safe_names_keep_every_script() -> None:
    assert safe_name("名人 списък.csv") == "名人 списък.csv"
    assert safe_name("e\u0301.csv") == "é.csv"
    assert safe_name("a\nb.csv") == "a_b.csv"
    assert safe_name("vsc.\u202egnp.csv") == "vsc._gnp.csv", "it would be shown as .csv.png"
    long = safe_name("x" * 500 + ".jsonl")
    assert len(long) == 200 and long.endswith(".jsonl")
    assert len(safe_name("周" * 500 + ".csv").encode()) <= 240
