"""What one person may bring in a day, and how many imports at once."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core import Workbench
from core.datasets.model import from_dict
from core.errors import Forbidden, TooMany
from core.settings import Settings
from core.workbench.request import ImportRequest
from tests.access.conftest import Team

FILE = b"name\n" + b"Ada Lovelace\n" * 60_000
REQUEST = ImportRequest(dataset="celebrities", filename="a.csv", force=True)


def test_who_has_brought_enough_today_waits_and_nobody_else_does(settings: Settings) -> None:
    small = settings.model_copy(update={"day_mb": 1})
    with Workbench.open(settings=small) as wb:
        ann = wb.acting_as(replace(wb.actor, who="ann"))
        ann.uploads.receive(FILE, REQUEST)
        ann.uploads.receive(FILE, REQUEST)  # goes over it, and is the last one
        with pytest.raises(TooMany, match="1 MB a day may be uploaded, and ann has"):
            ann.uploads.receive(FILE, REQUEST)
        assert len(wb.uploads()) == 2
        wb.acting_as(replace(wb.actor, who="bob")).uploads.receive(FILE, REQUEST)


def test_rows_and_imports_at_once_are_limited_for_each(settings: Settings) -> None:
    small = settings.model_copy(update={"day_rows": 3, "imports_at_once": 1})
    with Workbench.open(settings=small) as wb:
        ann, bob = (wb.acting_as(replace(wb.actor, who=who)) for who in ("ann", "bob"))
        ann.import_file(b"name\nA B\nC D\n", "celebrities", filename="a.csv")
        with pytest.raises(TooMany, match="3 rows a day .* imported 2 today, and this file has 2"):
            ann.import_file(b"name\nE F\nG H\n", "celebrities", filename="b.csv")
        assert wb.records.count() == 2 and wb.check().ok
        ann.import_file(b"name\nE F\n", "celebrities", filename="c.csv")
        bob.import_file(b"name\nI J\nK L\n", "celebrities", filename="d.csv")
        one = bob.uploads.receive(b"name\nM N\n", replace(REQUEST, filename="e.csv"))
        two = bob.uploads.receive(b"name\nO P\n", replace(REQUEST, filename="f.csv"))
        bob.jobs.submit(one.id)  # no worker runs, so it waits
        with pytest.raises(TooMany, match="1 imports at once .* of bob wait or run"):
            bob.jobs.submit(two.id)
        with pytest.raises(TooMany), wb.services.access.importing("bob"):
            pass
        with wb.services.access.importing("ann"), pytest.raises(TooMany):
            ann.import_file(b"name\nQ R\n", "celebrities", filename="g.csv")
        assert "g.csv" not in {u.filename for u in wb.uploads()}


def together(act: Callable[[int], object], many: int = 8) -> int:
    """Do it in many threads at one moment; how many of them were not TooMany."""
    start, done = threading.Barrier(many), []

    def one(number: int) -> None:
        start.wait()
        try:
            act(number)
        except TooMany:
            return
        done.append(number)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return len(done)


@pytest.fixture
def three(settings: Settings) -> Settings:
    return settings.model_copy(update={"imports_at_once": 3})


def ready(wb: Workbench, many: int) -> list[str]:
    """Uploads that were previewed and wait in the queue."""
    files = [f"name\nPerson {chr(65 + n)}\n".encode() for n in range(many)]
    made = [wb.queue.add(f, replace(REQUEST, filename=f"{n}.csv")) for n, f in enumerate(files)]
    ids = [entry.upload.id for entry in made]
    wb.queue.cancel(ids)  # no worker runs: they are looked at here
    for one in ids:
        wb.preview(one)
    return ids


def test_of_many_files_as_many_are_ordered_as_may_be(three: Settings) -> None:
    with Workbench.open(settings=three) as wb:
        ids = ready(wb, 5)
        assert wb.queue.import_() == ids[:3]
        assert [e.state for e in wb.queue()] == ["waiting"] * 3 + ["ready"] * 2
        with pytest.raises(TooMany):
            wb.queue.import_()
        wb.queue.cancel(ids[:1])
        assert wb.queue.import_() == ids[3:4]


def test_the_limit_of_imports_holds_in_many_threads(three: Settings) -> None:
    with Workbench.open(settings=three) as wb:
        ids = ready(wb, 8)
        assert together(lambda n: wb.queue.import_([ids[n]])) == 3
        wb.queue.cancel()
        files = [wb.uploads.receive(b"name\nAda\n", REQUEST).id for _ in range(16)]
        assert together(lambda n: wb.jobs.submit(files[n])) == 3
        for one in files[:8]:
            wb.jobs.cancel(one)
        ended, refused = threading.Event(), itertools.count(1)

        def waits(number: int) -> None:
            try:
                with wb.services.access.importing("local"):
                    ended.wait(30)
            except TooMany:
                if next(refused) == 5:  # of eight; the other three are in
                    ended.set()
                raise

        assert together(waits) == 3
        with wb.services.access.importing("local"):
            assert together(lambda n: wb.jobs.submit(files[8 + n])) == 2


def test_what_may_not_be_imported_now_is_not_kept(settings: Settings) -> None:
    small = settings.model_copy(update={"imports_at_once": 1})
    data = b"name\nAda Lovelace\n"
    with Workbench.open(settings=small) as wb:
        sent = wb.transfers.start("a.csv", len(data), dataset="celebrities", act="import")
        wb.transfers.put(sent.id, 0, hashlib.sha256(data).hexdigest(), [data])
        with wb.services.access.importing(wb.actor.who):
            for _ in range(2):
                with pytest.raises(TooMany):
                    wb.transfers.finish(sent.id)
                with pytest.raises(TooMany):
                    wb.queue.add(FILE, REQUEST, act="import")
            assert wb.uploads() == [] and wb.queue() == []
            kept = [p for p in (small.data_dir / "raw").rglob("*") if p.is_file()]
            assert [hashlib.sha256(p.read_bytes()).digest() for p in kept] == [
                hashlib.sha256(data).digest()  # what was sent is not sent again
            ]
        entry = wb.transfers.finish(sent.id)
        assert wb.transfers.finish(sent.id).upload.id == entry.upload.id
        assert len(wb.uploads()) == 1 and [e.state for e in wb.queue()] == ["waiting"]


def test_an_upload_is_not_opened_when_its_import_cannot_be_ordered(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's last import may begin while a file is being kept."""
    small = settings.model_copy(update={"imports_at_once": 1})
    with Workbench.open(settings=small) as wb:
        monkeypatch.setattr(wb.services.access, "check_quota", lambda who: busy.__enter__())
        busy = wb.services.access.importing(wb.actor.who)
        with pytest.raises(TooMany):
            wb.queue.add(FILE, REQUEST, act="import")
        busy.__exit__(None, None, None)
        assert wb.uploads() == [] and wb.queue() == []


def test_a_transfer_that_two_finish_at_once_is_one_upload(wb: Workbench) -> None:
    data = b"name\nAda Lovelace\n"
    sent = wb.transfers.start("a.csv", len(data), dataset="celebrities")
    wb.transfers.put(sent.id, 0, hashlib.sha256(data).hexdigest(), [data])
    found: list[str] = []
    assert together(lambda n: found.append(wb.transfers.finish(sent.id).upload.id), 4) == 4
    assert len(set(found)) == 1 and len(wb.uploads()) == 1


def test_who_may_bring_files_but_not_import_them_cannot_order_it_with_the_file(
    team: Team, tmp_path: Path
) -> None:
    team.wb.access.save_role("clerk", ["uploads.read", "uploads.write"])
    clerk = team.join("cleo", "clerk")
    with pytest.raises(Forbidden):
        clerk.queue.add(FILE, REQUEST, act="import")
    assert clerk.uploads() == [] and clerk.queue.add(FILE, REQUEST).upload.actor == "cleo"


def test_a_file_is_moved_only_by_who_may_write_where_it_is(team: Team) -> None:
    """Else its rows could be read in a dataset of one's own."""
    field = {"name": "name", "type": "text", "required": True}
    team.wb.datasets.save(
        from_dict({"name": "mine", "fields": [field], "key": {"fields": ["name"]}})
    )
    eve = team.join("eve", "none", mine="editor")
    it = team.wb.queue.add(FILE, REQUEST, dataset="celebrities").upload.id
    with pytest.raises(Forbidden):
        eve.queue.place(it, "mine")
    assert team.wb.uploads.get(it).dataset == "celebrities"


def test_two_who_import_all_at_once_import_each_file_once(wb: Workbench) -> None:
    ids = ready(wb, 4)
    found: list[str] = []
    assert together(lambda n: found.extend(wb.queue.import_()), 2) == 2
    assert sorted(found) == sorted(ids)
