"""The sample of a large file: lines from everywhere, and every byte that occurs."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings, strategies as st

from core.files.encodings import spread
from core.files.reader import read


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None
)
@given(
    rare=st.lists(st.tuples(st.integers(0x80, 0xFF), st.integers(0, 39_999)), max_size=5),
    usual=st.sampled_from([b"\xe9", b"\xc3\xa9", b""]),
)
def test_every_byte_is_looked_at(tmp_path: Path, rare: list[tuple[int, int]], usual: bytes) -> None:
    lines = [b"%d,Jos%s Garcia,Town\n" % (n, usual) for n in range(40_000)]
    for byte, line in rare:
        lines[line] = b"%d,rare%c,Town\n" % (line, byte)
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name,town\n" + b"".join(lines))
    found = spread.sample(path, 0)
    assert {byte for byte in found if byte > 0x7F} == {b for b in b"".join(lines) if b > 0x7F}
    assert len(found) < path.stat().st_size / 2


def test_a_word_is_never_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = ",".join("歐陽靖" + "文" * (n % 7) for n in range(60_000))  # one line
    path.write_bytes(text.encode("utf-8"))
    found = spread.sample(path, 500_000)
    assert found.decode("utf-8")


def test_what_is_rare_and_late_decides_with_the_others(tmp_path: Path) -> None:
    # Plain for a megabyte, then names; the signs that tell cp1250 from cp1252 come last.
    path = tmp_path / "a.csv"
    rows = ["id,name,town", *(f"{n},Anna Berg,Wien" for n in range(80_000))]
    rows += [f"{n},Szűcs Ernő,Győr" for n in range(5)]
    path.write_bytes("\n".join(rows).encode("cp1250"))
    table = read(path)
    assert list(table.rows())[-1] == ["4", "Szűcs Ernő", "Győr"]
