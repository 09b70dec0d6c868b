"""A crash in the middle of the commit of many rows: all of it is there, or nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from core import Workbench
from core.backups import acts
from core.errors import MarqueeError
from core.settings import Settings
from core.storage import sealing
from core.storage.duckfile import log_entries, torn

KEY = "9f3b-Lm27-quartz-violin-83"
ROWS = 130_000  # more than a row group, which DuckDB writes to the file before the commit
SCRIPT = """
import os, sys
from core import Workbench
wb = Workbench.open(sys.argv[1], data_dir=sys.argv[2])
lines = "\\n".join(["name,description", *(f"Person {n:06d},text {n}" for n in range(int(sys.argv[3])))])
wb.import_file([b"name\\nSomebody"], filename="first.csv")
wb.import_file([lines.encode()], filename="people.csv")
os._exit(0)  # as if it were killed: nothing is checkpointed
"""


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database as a crash left it, its log included."""
    return _crash(tmp_path_factory.mktemp("torn"))


def _crash(home: Path, **variables: str) -> Path:
    asked = [str(home / "m.duckdb"), str(home / "data"), str(ROWS)]
    subprocess.run(
        [sys.executable, "-c", SCRIPT, *asked], check=True, env={**os.environ, **variables}
    )
    return home


def frames(log: bytes) -> Iterator[tuple[int, int]]:
    """(kind, where it ends) of every entry."""
    place = len(log_entries.VERSION)
    while place < len(log):
        length, _ = log_entries.FRAME.unpack_from(log, place)
        kind = log[place + log_entries.FRAME.size + 2]
        place += log_entries.FRAME.size + length
        yield kind, place


def sealed_frames(home: Path) -> list[tuple[int | None, int]]:
    """The same of a log under the key."""
    with (home / "m.duckdb.wal").open("rb") as file:
        found = log_entries.entries(file, home / "m.duckdb", [sealing.for_database(KEY)])
        assert found is not None
        return [(kind, place) for place, kind in found[1]]


def copied(crashed: Path, to: Path, end: int | None = None) -> Path:
    """The database with the log up to a byte."""
    to.mkdir()
    shutil.copyfile(crashed / "m.duckdb", to / "m.duckdb")
    (to / "m.duckdb.wal").write_bytes((crashed / "m.duckdb.wal").read_bytes()[:end])
    return to / "m.duckdb"


def there(database: Path, data: Path) -> tuple[int, int]:
    """How many people there are, and how many imports."""
    with Workbench.open(database, data_dir=data) as wb:
        report = wb.check()
        assert [f.code for f in report.findings if f.code != "file_missing"] == []
        return wb.count(), len(wb.uploads(status="imported"))


def test_wherever_the_log_ends_an_import_is_there_or_not(crashed: Path, tmp_path: Path) -> None:
    log = (crashed / "m.duckdb.wal").read_bytes()
    entries = list(frames(log))
    rows = [place for kind, place in entries if kind == torn.ROWS]
    assert rows, "the import was not as large as it must be"
    ended = next(place for kind, place in entries if kind == torn.END and place > rows[-1])
    ends = [place for _, place in entries if rows[0] - 200 < place <= ended]
    for number, end in enumerate(
        sorted({*ends, *(e + 7 for e in ends[:-1]), *(e - 3 for e in ends)})
    ):
        found = there(copied(crashed, tmp_path / str(number), end), crashed / "data")
        assert found == ((1 + ROWS, 2) if end >= ended else (1, 1)), end
        shutil.rmtree(tmp_path / str(number))


def test_duckdb_alone_would_show_half_of_it(crashed: Path, tmp_path: Path) -> None:
    """Should this fail with a later DuckDB, `core.storage.duckfile.torn` can go."""
    log = (crashed / "m.duckdb.wal").read_bytes()
    rows = [place for kind, place in frames(log) if kind == torn.ROWS]
    with duckdb.connect(str(copied(crashed, tmp_path / "alone", rows[-1]))) as connection:
        people = connection.execute("SELECT count(*) FROM celebrities").fetchone()
        imported = connection.execute("SELECT count(*) FROM ops.ledger").fetchone()
    assert (people, imported) == ((1 + ROWS,), (1,))


def test_a_log_under_a_key_is_mended_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "sealed"
    home.mkdir()
    _crash(home, MARQUEE_ENCRYPTION_KEY=KEY)
    entries = sealed_frames(home)
    rows = [place for kind, place in entries if kind == torn.ROWS]
    assert rows and all(kind is not None for kind, _ in entries)
    ended = next(place for kind, place in entries if kind == torn.END and place > rows[-1])
    monkeypatch.setenv("MARQUEE_ENCRYPTION_KEY", f"{'another-0f-52-walnut-kettle'}\n{KEY}")
    for end in (rows[0], rows[-1], ended - 3, ended):
        found = there(copied(home, tmp_path / str(end), end), home / "data")
        assert found == ((1 + ROWS, 2) if end >= ended else (1, 1)), end
    database = copied(home, tmp_path / "wrong", rows[-1])
    assert torn.mend(database, [sealing.for_database("some-other-key-91-of-nobody")]) == 0
    assert torn.mend(database) == 0


def test_half_a_commit_gets_no_key(crashed: Path, tmp_path: Path) -> None:
    rows = [p for kind, p in frames((crashed / "m.duckdb.wal").read_bytes()) if kind == torn.ROWS]
    settings = Settings(
        database=copied(crashed, tmp_path / "half", rows[-1]),
        data_dir=tmp_path / "data",
        encryption_key=SecretStr(KEY),
    )
    acts.encrypt(settings)
    with Workbench.open(settings=settings) as wb:
        assert wb.count() == 1


def test_what_is_cut_off_is_kept(crashed: Path, tmp_path: Path) -> None:
    log = (crashed / "m.duckdb.wal").read_bytes()
    end = [place for kind, place in frames(log) if kind == torn.ROWS][-1]
    database = copied(crashed, tmp_path / "kept", end)
    cut = torn.mend(database)
    left = database.with_name("m.duckdb.wal").read_bytes()
    assert cut > 0 and left + database.with_name("m.duckdb.wal.cut").read_bytes() == log[:end]
    assert torn.mend(database) == 0


def test_a_whole_log_and_one_that_nobody_knows_are_left_alone(
    crashed: Path, tmp_path: Path
) -> None:
    database = copied(crashed, tmp_path / "whole")
    assert torn.mend(database) == 0
    log = database.with_name("m.duckdb.wal")
    end = [place for kind, place in frames(log.read_bytes()) if kind == torn.ROWS][-1]
    foreign = b"another version" + log.read_bytes()[:end]
    log.write_bytes(foreign)
    assert torn.mend(database) == 0 and log.read_bytes() == foreign
    assert torn.mend(tmp_path / "nothing.duckdb") == 0


def test_a_rebuild_does_not_see_half_of_it(crashed: Path, tmp_path: Path) -> None:
    log = (crashed / "m.duckdb.wal").read_bytes()
    end = [place for kind, place in frames(log) if kind == torn.ROWS][-1]
    settings = Settings(database=copied(crashed, tmp_path / "half", end), data_dir=crashed / "data")
    done = acts.rebuild(settings, tmp_path / "new.duckdb")
    assert done.records == {"celebrities": 1} and done.report.ok


@pytest.mark.skipif(os.name == "nt", reason="Windows locks in another way")
def test_a_log_that_another_process_writes_is_not_touched(crashed: Path, tmp_path: Path) -> None:
    log = (crashed / "m.duckdb.wal").read_bytes()
    end = [place for kind, place in frames(log) if kind == torn.ROWS][-1]
    database = copied(crashed, tmp_path / "held")
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout and holder.stdout.readline() == b"open\n"
        database.with_name("m.duckdb.wal").write_bytes(log[:end])
        with pytest.raises(MarqueeError, match="another"):
            Workbench.open(database, data_dir=crashed / "data")
        assert database.with_name("m.duckdb.wal").read_bytes() == log[:end]
    finally:
        holder.kill()
        holder.communicate()
