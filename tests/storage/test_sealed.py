"""A database with a key: nothing of it can be read on the disk, and all that is done with others is done with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from core import Workbench
from core.backups import acts
from core.backups.manifest import Format
from core.cli.main import main
from core.errors import DatabaseBroken, SettingsError, StorageError
from core.files import hidden, store
from core.settings import Settings
from core.storage import replacing, sealing
from core.storage.duckfile import sealed

KEY, OTHER = "9f3b-Lm27-quartz-violin-83", "another-0f-52-walnut-kettle"
NAME = "Wilhelmina Quartzfeather"
FILE = f"name,birth_date\n{NAME},1990-01-02\nBob Builder,1991-02-03\n".encode()


def under(settings: Settings, *keys: str) -> Settings:
    return settings.model_copy(update={"encryption_key": SecretStr("\n".join(keys))})


def told_by(folder: Path) -> list[str]:
    """The files in which the name can be read."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    return [str(p) for p in files if NAME.encode() in p.read_bytes()]


def fill(settings: Settings) -> None:
    with Workbench.open(settings=settings) as wb:
        wb.import_file(FILE, "celebrities", filename="a.csv")


def names(settings: Settings) -> list[str]:
    with Workbench.open(settings=settings) as wb:
        assert wb.check(deep=True).ok and wb.history.verify()
        return sorted(str(row["name"]) for row in wb.records().rows())


@pytest.mark.parametrize("format", ["parquet", "duckdb"])
def test_the_disk_does_not_tell_and_a_backup_comes_back(settings: Settings, format: Format) -> None:
    mine, place = under(settings, KEY), settings.database.parent.parent
    fill(mine)
    with Workbench.open(settings=mine) as wb:
        assert list(wb.sql("SELECT count(*) AS n FROM celebrities").rows()) == [{"n": 2}]
        record = str(next(iter(wb.records().rows()))["record_id"])
        wb.records.edit("celebrities", record, {"mbti": "INTJ"})
        assert not told_by(place)  # the log among it
        name = wb.backups.create(format).name
        assert wb.search("quartzfeather").total == 1
        upload = next(u for u in wb.uploads() if u.kind == "import")
        assert wb.uploads.original(upload.id).read_bytes() == FILE
        raw = next((settings.data_dir / "raw").glob("??/*"))
    whole = raw.read_bytes()
    raw.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with Workbench.open(settings=mine) as wb:
        assert [f.kind.title for f in wb.check().findings], "a flipped bit is found"
    raw.unlink()
    assert not told_by(place)
    for wrong, why in ((settings, "no key is set"), (under(settings, OTHER), "does not open it")):
        with pytest.raises(DatabaseBroken, match=why), Workbench.open(settings=wrong):
            pass
    settings.database.unlink()
    acts.restore(under(settings, OTHER, KEY), name)
    assert names(under(settings, OTHER)) == ["Bob Builder", NAME]
    assert not told_by(place)


def test_a_database_gets_a_key_and_another_one(settings: Settings) -> None:
    fill(settings)
    place = settings.database.parent.parent
    assert told_by(place)
    with pytest.raises(SettingsError, match="no key"):
        acts.encrypt(settings)
    with pytest.raises(DatabaseBroken, match="not encrypted yet"):
        names(under(settings, KEY))
    for keys in ((KEY,), (OTHER, KEY)):
        assert acts.encrypt(under(settings, *keys)) > 2
        assert names(under(settings, keys[0])) == ["Bob Builder", NAME]
        assert not told_by(place)
    with pytest.raises(DatabaseBroken, match="does not open it"):
        names(under(settings, KEY))


@pytest.mark.parametrize("stop", range(2))
def test_a_crash_while_a_key_is_given_loses_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """Before the database has its new file, and before the raw file has."""
    fill(settings)
    replaced: list[Path] = []

    def crash(new: Path, path: Path) -> None:
        if len(replaced) == stop:
            raise OSError("the power failed")
        replaced.append(path)
        replacing.replace(new, path)

    with monkeypatch.context() as patch:
        for module in (sealed, hidden):
            patch.setattr(module, "replacing", SimpleNamespace(replace=crash))
        with pytest.raises(OSError, match="the power failed"):
            acts.encrypt(under(settings, KEY))
    assert names(under(settings, KEY) if stop else settings) == ["Bob Builder", NAME]
    acts.encrypt(under(settings, KEY))
    assert names(under(settings, KEY)) == ["Bob Builder", NAME]
    assert not told_by(settings.database.parent.parent)


def test_what_is_written_while_a_key_is_given_is_not_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings)
    copy = sealed._copy

    def meanwhile(path: Path, new: Path, given: Settings) -> int:
        rows = copy(path, new, given)
        with Workbench.open(settings=settings) as wb:  # somebody starts it without the key
            wb.import_file(b"name\nLate Comer\n", "celebrities", filename="late.csv")
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(sealed, "_copy", meanwhile)
        with pytest.raises(StorageError, match="written to meanwhile"):
            acts.encrypt(under(settings, KEY))
    assert names(settings) == ["Bob Builder", "Late Comer", NAME]


def test_a_log_left_by_a_crash_gets_another_key(settings: Settings) -> None:
    mine = under(settings, KEY)
    fill(mine)
    script = (
        "import os, sys; from core import Workbench;"
        "wb = Workbench.open(sys.argv[1], data_dir=sys.argv[2]);"
        "wb.import_file([b'name\\nLate Comer\\n'], filename='late.csv'); os._exit(0)"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(settings.database), str(settings.data_dir)],
        check=True,
        env={**os.environ, "MARQUEE_ENCRYPTION_KEY": KEY},
    )
    assert settings.database.with_name(settings.database.name + ".wal").exists()
    acts.encrypt(under(settings, OTHER, KEY))
    assert names(under(settings, OTHER)) == ["Bob Builder", "Late Comer", NAME]


def test_a_backup_under_a_key_is_verified_by_command(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = under(settings, KEY)
    fill(mine)
    with Workbench.open(settings=mine) as wb:
        name = wb.backups.create().name
    monkeypatch.setenv("MARQUEE_ENCRYPTION_KEY", KEY)
    monkeypatch.setenv("MARQUEE_BACKUP_DIR", str(settings.backup_dir))
    monkeypatch.setattr(hidden, "_keys", {})
    place = ["--db", str(settings.database), "--data-dir", str(settings.data_dir)]
    assert main(["verify", name, *place]) == 0


def test_where_a_key_comes_from(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{OTHER}\n\n{KEY}\n", "utf-8")
    from_file = settings.model_copy(update={"encryption_key_file": file})
    from_command = settings.model_copy(update={"encryption_key_command": f"cat '{file}'"})
    assert sealing.keys(from_file) == sealing.keys(from_command) == (OTHER, KEY)
    for wrong, why in (
        ({"encryption_key": SecretStr("a" * 40)}, "can be guessed"),
        ({"encryption_key_file": tmp_path / "none"}, "cannot be read"),
        ({"encryption_key_command": "false"}, "ended with 1"),
        ({"encryption_key_file": file, "encryption_key": SecretStr(KEY)}, "more than one"),
    ):
        with pytest.raises(SettingsError, match=why):
            sealing.keys(settings.model_copy(update=wrong))


@pytest.mark.parametrize("size", [0, 1, hidden.PIECE, hidden.PIECE + 1, 2 * hidden.PIECE])
def test_a_raw_file_of_any_size_comes_back_and_is_not_altered_unseen(
    settings: Settings, size: int
) -> None:
    hidden.use(under(settings, KEY))
    data = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    raw = store.receive([data], filename="a.bin", folder=settings.data_dir, max_bytes=10**8)
    assert hidden.plain(raw.path).read_bytes() == data and hidden.size(raw.path) == size
    kept = raw.path.read_bytes()
    assert hidden.sha256(raw.path) == raw.sha256 and (size < 64 or data[:64] not in kept)
    step = hidden.PIECE + hidden.TAG
    cut = [kept[:-1], kept[: len(kept) - step], kept[:40] + b"x" + kept[41:]]
    for wrong in cut if size > 1 else cut[:1]:
        raw.path.write_bytes(wrong)
        assert hidden.sha256(raw.path) != raw.sha256
