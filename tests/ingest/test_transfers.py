"""Files in chunks: broken connections, damaged chunks, a restart, the end."""

from __future__ import annotations

import hashlib
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from core import Workbench
from core.errors import (
    BrokenChunk,
    ChunkOutOfPlace,
    DuplicateUpload,
    FileTooLarge,
    InputError,
    NotFound,
    UnsafePath,
    WrongState,
)
from core.files.store import RawFile
from core.ingest import transfers
from core.ingest.corridor import Corridor
from core.settings import Settings

DATA = b"name,mbti\n" + b"".join(b"Person %d,INTJ\n" % n for n in range(2_000))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_file_goes_on_after_two_breaks_and_a_restart(settings: Settings) -> None:
    settings.database.parent.mkdir(parents=True)
    with Workbench.open(settings=settings) as wb:
        begun = wb.transfers.start("people.csv", len(DATA))
        first = wb.transfers.put(begun.id, 0, sha(DATA[:9_000]), [DATA[:5_000], DATA[5_000:9_000]])
        assert first.received == 9_000 and not first.complete
        broken = wb.transfers.chunk(begun.id, 9_000, sha(DATA[9_000:15_000]))
        broken.write(DATA[9_000:12_000])  # and then the connection is gone
        broken.abort()
        assert wb.transfers.get(begun.id).received == 9_000
    with Workbench.open(settings=settings) as wb:
        assert [t.received for t in wb.transfers(mine=True)] == [9_000]
        with pytest.raises(ChunkOutOfPlace) as told:
            wb.transfers.put(begun.id, 12_000, sha(DATA[12_000:]), [DATA[12_000:]])
        assert told.value.extra["received"] == 9_000
        wb.transfers.put(begun.id, 9_000, f"{zlib.crc32(DATA[9_000:]):08x}", [DATA[9_000:]])
        entry = wb.transfers.finish(begun.id)
        assert wb.transfers.finish(begun.id).upload.id == entry.upload.id  # asked twice
        assert wb.uploads.original(entry.upload.id).read_bytes() == DATA
        assert entry.upload.dataset == "celebrities" and wb.transfers() == []
        assert list(transfers.folder(wb.corridor).iterdir()) == []


def test_a_damaged_chunk_does_not_count(wb: Workbench) -> None:
    begun = wb.transfers.start("people.csv", len(DATA))
    with pytest.raises(BrokenChunk):
        wb.transfers.put(begun.id, 0, sha(DATA), [DATA[:-1] + b"x"])
    assert wb.transfers.get(begun.id).received == 0
    with pytest.raises(InputError, match="more than"):
        wb.transfers.put(begun.id, 0, sha(DATA), [DATA, b"more"])
    with pytest.raises(WrongState) as told:
        wb.transfers.finish(begun.id)
    assert told.value.extra["received"] == 0
    one = wb.transfers.chunk(begun.id, 0, sha(DATA))
    with pytest.raises(WrongState, match="arriving"):
        wb.transfers.chunk(begun.id, 0, sha(DATA))
    one.write(DATA)
    one.finish()
    assert wb.transfers.get(begun.id).complete


def test_what_makes_no_sense_is_refused_before_it_travels(wb: Workbench) -> None:
    with pytest.raises(FileTooLarge):
        wb.transfers.start("big.csv", 10**15)
    with pytest.raises(InputError):
        wb.transfers.start("empty.csv", 0)
    with pytest.raises(UnsafePath):
        wb.transfers.start("../x.csv", 5)
    with pytest.raises(NotFound):
        wb.transfers.start("x.csv", 5, dataset="nothing")
    with pytest.raises(InputError, match="no option"):
        wb.transfers.start("x.csv", 5, odd=1)


def test_the_same_bytes_are_told_and_forced(wb: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(DATA[:200].rpartition(b"\n")[0])
    wb.import_file(path)
    with pytest.raises(DuplicateUpload):
        wb.transfers.send(path, dataset="celebrities")
    waiting = wb.transfers()[0]
    assert wb.transfers.finish(waiting.id, force=True).upload.dataset == "celebrities"


def test_a_file_that_was_taken_off_the_list_is_not_found(wb: Workbench) -> None:
    begun = wb.transfers.start("people.csv", len(DATA))
    wb.transfers.put(begun.id, 0, sha(DATA), [DATA])
    upload = wb.transfers.finish(begun.id).upload
    wb.queue.discard([upload.id])
    with pytest.raises(NotFound, match="taken off the list") as told:
        wb.transfers.finish(begun.id)
    assert told.value.extra["upload_id"] == upload.id


def test_the_same_is_asked_while_it_is_imported(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = wb.transfers.start("people.csv", len(DATA), dataset="celebrities")
    wb.transfers.put(begun.id, 0, sha(DATA), [DATA])
    adopt, done = transfers.adopt, []

    def slow(corridor: Corridor, transfer_id: str) -> RawFile:
        monkeypatch.undo()
        raw = adopt(corridor, transfer_id)
        upload = wb.transfers.finish(transfer_id).upload  # somebody else was faster
        wb.queue.cancel([upload.id])
        wb.preview(upload.id)
        done.append(wb.commit(upload.id))
        return raw

    monkeypatch.setattr(transfers, "adopt", slow)
    assert wb.transfers.finish(begun.id).upload.id == done[0].id
    assert [u.id for u in wb.uploads()] == [done[0].id]


def test_what_is_left_lying_is_swept(wb: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = wb.transfers.start("people.csv", len(DATA))
    assert transfers.sweep(wb.corridor) == 0
    monkeypatch.setattr(transfers, "LIFE", timedelta(seconds=-1))
    assert transfers.sweep(wb.corridor) == 1
    with pytest.raises(NotFound):
        wb.transfers.get(begun.id)
    again = wb.transfers.start("people.csv", len(DATA))
    wb.transfers.discard(again.id)
    assert list(transfers.folder(wb.corridor).iterdir()) == []
