"""Several apps on one folder: whose claims are whose, and who takes over what nobody comes back for."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from core import Workbench
from core.folder import claims as claims_, owner
from core.folder.claims import Claims
from core.folder.owner import OWNER, Home, Lock, here
from core.folder.watcher import Watcher
from core.settings import Settings

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="without locks it takes minutes until somebody is given up"
)

Open = Callable[..., Claims]
SAME = "/data/db/marquee.duckdb"  # as a container has it


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the claims of an app of that id, in that place, on one shared folder."""
    monkeypatch.setattr(claims_, "LOCK_WAIT", 0.1)
    opened: list[Claims] = []

    def open_(name: str, place: str = "here", database: str | Path = SAME) -> Claims:
        made = Claims(tmp_path, Home(place, str(database)), name, lambda: f"{name}-renewed")
        opened.append(made)
        made.open()
        return made

    yield open_
    for claims in opened:
        claims.close()


def claimed(claims: Claims, name: str = "a.csv") -> Path:
    (claims.pending / name).write_text("name\nA\n")
    return claims.claim(claims.pending / name)


def names(claims: Claims) -> list[str]:
    return [path.name for path in claims.mine()]


def quiet(claims: Claims, seconds: float = 25 * 3_600) -> None:
    """It gave no sign of life for so long."""
    then = time.time() - seconds
    os.utime(claims.own.with_name(claims.own.name + ".lock"), (then, then))


def look(claims: Claims) -> list[str]:
    """What it has a minute later."""
    claims._tended -= 2 * owner.RENEWAL
    claims.tend()
    return names(claims)


# ---------------------------------------------------------------- the same path


def test_two_databases_at_the_same_path_share_no_claim(app: Open) -> None:
    first, second = app("1", "one container"), app("2", "another")
    mine = claimed(first)
    assert first.own != second.own and look(second) == [] and names(first) == ["a.csv"]
    first.close()  # it is down for a while, and comes back
    assert look(second) == [] and mine.exists()
    assert names(app("1", "one container, started again")) == ["a.csv"]


def test_what_cannot_be_seen_is_given_up_after_a_day_without_a_sign_of_life(app: Open) -> None:
    first, second = app("1", "one container"), app("2", "another")
    claimed(first)
    quiet(first)
    assert look(second) == [], "it is slow, and its lock is held"
    first.close()
    quiet(first, 23 * 3_600)
    assert look(second) == []
    quiet(first)
    assert look(second) == ["a.csv"] and first.mine() == []


def test_a_sign_of_life_is_given_while_it_runs(app: Open) -> None:
    first = app("1")
    quiet(first)
    look(first)
    assert Lock(first.own).silence() < 60


# ---------------------------------------------------------------- gone, moved, copied, restored


def test_what_a_deleted_database_claimed_is_taken_at_once(app: Open, tmp_path: Path) -> None:
    database = tmp_path / "first.duckdb"
    database.touch()
    first, second = app("1", database=database), app("2", database=tmp_path / "second.duckdb")
    claimed(first)
    first.close()
    assert look(second) == [], "it may start again"
    database.unlink()
    assert look(second) == ["a.csv"]


def test_a_deleted_database_that_is_still_worked_on_keeps_its_claims(app: Open) -> None:
    first, second = app("1"), app("2", database="/elsewhere")
    claimed(first)
    assert look(second) == [] and names(first) == ["a.csv"]


def test_a_database_that_was_moved_finds_its_claims(app: Open, tmp_path: Path) -> None:
    before, after = tmp_path / "before.duckdb", tmp_path / "after.duckdb"
    before.touch()
    first = app("1", database=before)
    claimed(first)
    first.close()
    before.rename(after)
    moved = app("1", database=after)
    assert moved.own == first.own and names(moved) == ["a.csv"]


def test_a_copy_beside_its_original_gets_an_id_of_its_own(app: Open) -> None:
    first = app("1", "one container")
    claimed(first)
    copy = app("1", "another")
    assert copy.own.name == "1-renewed" and copy.mine() == [] and look(copy) == []
    first.close()
    assert names(app("1", "one container")) == ["a.csv"]


def test_a_copy_leaves_alone_what_its_original_claimed(app: Open, tmp_path: Path) -> None:
    """The original is down, but it lies where it lay."""
    original, copy = tmp_path / "original.duckdb", tmp_path / "copy.duckdb"
    original.touch()
    first = app("1", database=original)
    claimed(first)
    first.close()
    assert app("1", database=copy).own.name == "1-renewed"
    assert names(app("1", database=original)) == ["a.csv"]


@pytest.mark.parametrize("name", ["1", "of an older backup, or of an empty database"])
def test_a_database_that_was_restored_finds_the_claims(app: Open, name: str) -> None:
    first = app("1")
    claimed(first)
    first.close()
    assert names(app(name)) == ["a.csv"]


def test_one_app_twice_in_a_process_has_the_same_claims(app: Open) -> None:
    """One database, opened twice: there is nobody else, and no copy."""
    first, second = app("1"), app("1")
    assert first.own == second.own
    first.close()
    look(second)
    assert second._lock.held


def test_a_folder_that_was_tidied_up_is_made_again(app: Open) -> None:
    first = app("1", "one container")
    shutil.rmtree(first.pending)
    first.pending.mkdir()
    claimed(first)
    assert Lock(first.own).told() == Home("one container", SAME)
    assert look(app("2", "another")) == []


# ---------------------------------------------------------------- of earlier versions


def earlier(root: Path, database: str | Path) -> Path:
    """A claim of a version that named the folder by the path."""
    name = hashlib.sha256(os.fsencode(str(database))).hexdigest()[:16]
    folder = root / "pending" / ".claimed" / name
    folder.mkdir(parents=True)
    (folder / OWNER).write_bytes(os.fsencode(str(database)))
    (folder / "old.csv").write_text("name\nA\n")
    return folder


def test_what_an_earlier_version_claimed_goes_on(app: Open, tmp_path: Path) -> None:
    folder = earlier(tmp_path, SAME)
    info = (folder / "old.csv").stat()
    told = f"{folder.name}/{info.st_ino}/{info.st_size}/{info.st_mtime_ns}/old.csv".encode()
    (mine,) = (claims := app("1")).mine()
    assert claims.key(mine) == "folder " + hashlib.sha256(told).hexdigest()


def test_what_another_database_claimed_with_an_earlier_version(app: Open, tmp_path: Path) -> None:
    """It lies where it lay; it is gone, or cannot be seen: after a day."""
    database = tmp_path / "other.duckdb"
    database.touch()
    folder = earlier(tmp_path, database)
    claims = app("1")
    assert look(claims) == []
    database.unlink()
    assert look(claims) == []
    for path in (folder, folder / OWNER):
        os.utime(path, (0, 0))
    assert look(claims) == ["old.csv"]


# ---------------------------------------------------------------- the lock


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """However it ends: nothing is left that must be cleaned up."""
    code = (
        "import sys, pathlib; from core.folder.owner import Lock;"
        f"lock = Lock(pathlib.Path({str(tmp_path / 'x')!r})); assert lock.take();"
        "print('held', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(owner.__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout and child.stdout.readline().strip() == b"held"
        lock = Lock(tmp_path / "x")
        assert not lock.take()
        child.kill()
        child.wait()
        assert lock.take(5) and lock.held
        lock.release()


def test_without_locks_the_signs_of_life_must_do(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "_locked", lambda handle: None)
    first, second = app("1", "one container"), app("2", "another")
    claimed(first)
    assert look(second) == []
    assert app("1", "a third").own.name == "1-renewed"
    quiet(first)
    assert look(second) == ["a.csv"]


# ---------------------------------------------------------------- with databases


def test_two_workbenches_whose_databases_have_the_same_path(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is interrupted between its commit and the delivery; the other one looks."""
    monkeypatch.setattr(claims_, "LOCK_WAIT", 0.1)

    def crash(*given: Any) -> None:
        raise KeyboardInterrupt

    other = settings.model_copy(update={"database": tmp_path / "other.duckdb"})
    with Workbench.open(settings=settings) as first:
        first.database.write(lambda c: c.execute("CHECKPOINT"), transaction=False)
        shutil.copyfile(settings.database, other.database)  # the same id, too
        one = _at_the_same_path(first, "one")
        with Workbench.open(settings=other) as second:
            two = _at_the_same_path(second, "another")
            (settings.data_dir / "pending" / "a.csv").write_text("name\nA\n")
            with monkeypatch.context() as patch:
                patch.setattr(one.claims, "deliver", crash)
                with suppress(KeyboardInterrupt):
                    one.take(settings.data_dir / "pending" / "a.csv")
            two.look()
            assert (first.count(), second.count()) == (1, 0)
            one.look()
            assert len(first.uploads()) == 1 and second.uploads() == []
            assert (settings.data_dir / "processed" / "a.csv").exists()
            two.claims.close()
        with Workbench.open(settings=other) as again:
            kept = Watcher(again).claims.own
            assert kept.name not in (one.claims.own.name, "")
            assert kept == two.claims.own, "it is kept"
        one.claims.close()


def _at_the_same_path(wb: Workbench, place: str) -> Watcher:
    watcher = Watcher(wb)
    watcher.claims._home = Home(place, SAME)
    watcher._open()
    return watcher


def test_the_home_of_a_database_is_its_real_path(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert here(tmp_path / "link" / "m.duckdb") == here(tmp_path / "real" / "m.duckdb")
    assert here(tmp_path / "m.duckdb").place
