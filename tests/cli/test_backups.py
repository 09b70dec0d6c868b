"""check, backup, backups, verify, restore --backup, rebuild; alone, and beside a running app."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.api.conftest import Server, _serve
from tests.cli.conftest import Marquee
from tests.contents import everything

serve = _serve
DATABASE = Path("db/marquee.duckdb")


def test_check(marquee: Marquee, imported: dict[str, Any]) -> None:
    answer = marquee("check")
    assert answer.code == 0
    assert "nothing is wrong: 1 changes" in answer.out or "nothing is wrong:" in answer.out
    assert "--deep does that" in answer.err and "--deep" not in marquee("check", "--deep").err
    assert marquee("check", "--deep", "--json").json["findings"] == []
    with duckdb.connect(str(DATABASE)) as connection:
        connection.execute("UPDATE celebrities SET mbti = 'ESFP' WHERE name = 'Ada Lovelace'")
    assert marquee("check").code == 0  # what a file said is only seen when it is read again
    broken = marquee("check", "--deep")
    assert broken.code == 8
    said = " ".join(broken.out.split())
    assert "error: Values that are not what the changes made of them: 1" in said
    assert "safe: " in said and "to do: `python -m core rebuild" in said
    found = marquee("check", "--deep", "--json")
    assert found.code == 8 and found.json["findings"][0]["code"] == "value_differs"
    assert marquee("check", "--db", "missing.duckdb").code == 4


def test_backup_verify_restore(marquee: Marquee, imported: dict[str, Any], folder: Path) -> None:
    made = marquee("backup", "--json").json
    assert made["records"] == 2 and made["tested"] == "passed"
    before = everything(DATABASE)
    assert "restore test passed" in marquee("backup", "--format", "duckdb").out
    listed = marquee("backups", "--json").json
    assert [b["format"] for b in listed] == ["duckdb", "parquet"]
    name = listed[1]["name"]
    assert "every byte as written" in marquee("verify", name, "--test").out

    marquee("import", "people.csv", "--force")
    done = marquee("restore", "--backup", name)
    assert done.code == 0 and "the database of before is kept: " in done.out
    restored = everything(DATABASE)
    assert restored['main."celebrities"'] == before['main."celebrities"']
    kept = list(folder.glob("db/marquee.duckdb.before-restore-*"))
    assert len(kept) == 1

    other = marquee("restore", "--backup", name, "--to", "other.duckdb", "--json").json
    assert other["kept"] is None and Path("other.duckdb").exists()
    part = next(folder.glob("db/backups/parts/*/*"))
    part.write_bytes(b"damaged")
    broken = marquee("verify", name)
    assert broken.code == 8 and "was altered or cut off" in broken.err
    assert marquee("restore", "--backup", name, "--json").json["error"]["code"] == "backup_broken"
    assert marquee("verify", "nonsense").code == 4
    marquee("backups", "--keep", "1")
    assert len(marquee("backups", "--json").json) == 1


def test_files_come_back(marquee: Marquee, imported: dict[str, Any], folder: Path) -> None:
    name = marquee("backup", "--json").json["name"]
    shutil.rmtree(folder / "data_uploads" / "raw")
    assert marquee("check").code == 8
    assert marquee("restore", "--backup", name, "--files").out == "1 files put back\n"
    assert marquee("check", "--deep").code == 0


def test_restore_takes_a_record_or_a_backup(marquee: Marquee, imported: dict[str, Any]) -> None:
    (record,) = marquee("records", "--search", "Ada", "--json").json
    marquee("delete", record["record_id"])
    assert marquee("restore", record["record_id"], "--json").json["name"] == "Ada Lovelace"
    for wrong in ((), ("x", "--backup", "y"), ("x", "--to", "z"), ("x", "--files")):
        assert marquee("restore", *wrong).code == 2


def test_rebuild(marquee: Marquee, imported: dict[str, Any]) -> None:
    before = everything(DATABASE)
    with duckdb.connect(str(DATABASE)) as connection:
        connection.execute("DELETE FROM celebrities")
    answer = marquee("rebuild", "--to", "new.duckdb")
    assert answer.code == 0 and "celebrities: 2 records made again" in answer.out
    assert everything(Path("new.duckdb")) == before
    assert marquee("rebuild", "--to", "new.duckdb").code == 5
    assert marquee("rebuild").code == 2


@pytest.fixture
def app(
    serve: Callable[..., Server], folder: Path, marquee: Marquee, monkeypatch: pytest.MonkeyPatch
) -> Server:
    """A running app on the database of the working folder, as a command of another container meets it: by its API."""
    marquee("import", "people.csv")
    server = serve(folder, MARQUEE_API_TOKEN="secret")
    (folder / "db" / "marquee.duckdb.door").unlink()
    monkeypatch.setenv("MARQUEE_PORT", server.url.rpartition(":")[2])
    monkeypatch.setenv("MARQUEE_API_TOKEN", "secret")
    return server


@pytest.mark.integration
def test_beside_a_running_app_the_app_does_it(
    app: Server, marquee: Marquee, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = marquee("backup", "--json")
    assert made.code == 0 and made.json["test_passed"] is True
    assert "restore test passed" in marquee("backup", "--format", "duckdb").out
    assert marquee("check", "--deep").out.startswith("nothing is wrong")
    assert [b["format"] for b in marquee("backups", "--json").json] == ["duckdb", "parquet"]

    told = marquee("performance", "--days", "2", "--limit", "1")
    assert "main.celebrities" in told.out and "process, MB" in told.out
    found = marquee("performance", "--json").json
    assert found["imports"][0]["filename"] == "people.csv"

    refused = marquee("restore", "--backup", made.json["name"])
    assert refused.code == 8 and "Stop Marquee" in refused.err
    rebuilt = marquee("rebuild", "--to", "new.duckdb")
    assert rebuilt.code == 8 and not Path("new.duckdb").exists()

    monkeypatch.setenv("MARQUEE_API_TOKEN", "wrong")
    assert marquee("backup").code == 7
    monkeypatch.setenv("MARQUEE_PORT", "1")
    lost = marquee("backup")
    assert lost.code == 8 and "no app answers at 127.0.0.1:1" in lost.err
    assert "MARQUEE_PORT" in lost.err


@pytest.mark.integration
def test_an_app_with_another_database_is_not_asked(
    app: Server,
    marquee: Marquee,
    serve: Callable[..., Server],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = serve(tmp_path / "other", MARQUEE_API_TOKEN="secret")
    monkeypatch.setenv("MARQUEE_PORT", other.url.rpartition(":")[2])
    answer = marquee("backup")
    assert answer.code == 8 and "serves another one" in answer.err
