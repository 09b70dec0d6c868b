"""What is kept is on the disk itself before anybody says so: bytes, name and folders are synced."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from core.files import store
from core.folder.claims import Claims
from core.folder.owner import here

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were synced, in their order, as they were called then."""
    found: list[str] = []
    plain = os.fsync

    def fsync(handle: int) -> None:
        found.append(os.readlink(f"/proc/self/fd/{handle}"))
        plain(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return found


def test_a_received_file_and_its_folders_are_synced(tmp_path: Path, synced: list[str]) -> None:
    raw = store.receive([b"name\n", b"Ada\n"], filename="a.csv", folder=tmp_path, max_bytes=100)
    assert synced[0].endswith(".part"), "the bytes come first, before they have their name"
    assert synced[1:] == [str(tmp_path / "raw"), str(tmp_path), str(raw.path.parent)]


def test_bytes_that_are_there_already_are_synced_with_their_folder(
    tmp_path: Path, synced: list[str]
) -> None:
    for _ in range(2):
        synced.clear()
        raw = store.receive([b"name\nAda\n"], filename="a.csv", folder=tmp_path, max_bytes=100)
    assert synced[-1] == str(raw.path.parent)


def test_bytes_that_the_disk_lost_are_replaced(tmp_path: Path) -> None:
    raw = store.receive([b"name\nAda\n"], filename="a.csv", folder=tmp_path, max_bytes=100)
    raw.path.write_bytes(b"name\nAdb\n")
    store.receive([b"name\nAda\n"], filename="a.csv", folder=tmp_path, max_bytes=100)
    assert raw.path.read_bytes() == b"name\nAda\n"


def test_a_claim_is_synced(tmp_path: Path, synced: list[str]) -> None:
    claims = Claims(tmp_path, here(tmp_path / "m.duckdb"), "owner", lambda: "another")
    claims.open()
    (tmp_path / "pending" / "a.csv").write_text("name\nAda\n")
    mine = claims.claim(tmp_path / "pending" / "a.csv")
    assert synced == [str(mine), str(mine.parent)]


def test_a_sweep_takes_leftovers_and_nothing_that_arrives(tmp_path: Path) -> None:
    arriving = store.Receiving(filename="a.csv", folder=tmp_path, max_bytes=100)
    (tmp_path / "raw" / ".incoming" / "left.part").write_bytes(b"x")
    arriving.write(b"name\nAda\n")
    assert store.sweep(tmp_path) == 1
    assert arriving.finish().path.read_bytes() == b"name\nAda\n"
