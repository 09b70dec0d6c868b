"""A gate that asks, by the doors where nobody can be asked at once: the file waits, and comes in when it was accepted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import QualityGate
from core.folder.watcher import Watcher
from core.ingest.uploads import Upload

ROWS = "name,gender\nEve,\n"


@pytest.fixture
def asking(wb: Workbench) -> Workbench:
    wb.quality.expect("celebrities", "not_null", field="gender", gate="ask", name="Gender")
    return wb


def waiting(wb: Workbench) -> Upload:
    """The one upload: it was not imported, and says why and what to do."""
    [upload] = wb.uploads()
    assert wb.records.count() == 0 and upload.status == "rejected" and upload.error
    assert (upload.error["code"], upload.error["verdict"]) == ("quality_gate", "ask")
    assert "Gender: 1 of 1 are otherwise" in upload.error["detail"]
    assert "accept" in upload.error["hint"]
    return upload


def let_in(wb: Workbench, upload: Upload) -> None:
    wb.quality.accept(upload.id, "the archive has none")
    assert wb.uploads.get(upload.id).status == "previewed"  # open again, and not imported by itself
    assert wb.commit(upload.id).status == "imported" and wb.records.count() == 1


def test_by_the_folder(asking: Workbench) -> None:
    wb, folder = asking, asking.settings.data_dir
    for name in ("processed", "failed"):
        (folder / name).mkdir(parents=True)
    watcher = Watcher(wb)
    watcher.claims.open()
    path = folder / "pending" / "eve.csv"
    path.write_text(ROWS, "utf-8")
    watcher.take(path)
    told = json.loads((folder / "failed" / "eve.csv.report.json").read_text("utf-8"))
    upload = waiting(wb)
    assert told["error"]["code"] == "quality_gate" and told["error"]["verdict"] == "ask"
    let_in(wb, upload)


def test_by_a_schedule(asking: Workbench, tmp_path: Path) -> None:
    wb, inbox = asking, tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "eve.csv").write_text(ROWS, "utf-8")
    place = {"kind": "folder", "folder": str(inbox), "pattern": "*.csv"}
    wb.schedules.save({"name": "Nightly", "dataset": "celebrities", "place": place})
    wb.worker.start()
    wb.schedules.run("Nightly")
    [run] = wb.schedules.runs("Nightly", limit=1)
    until = time.monotonic() + 60
    while run.status in ("waiting", "running"):
        assert time.monotonic() < until
        time.sleep(0.02)
        [run] = wb.schedules.runs("Nightly", limit=1)
    assert run.status == "failed" and run.error and run.error["code"] == "quality_gate"
    let_in(wb, waiting(wb))


def test_in_the_background(asking: Workbench, csv_file: Callable[..., Path]) -> None:
    wb = asking
    upload = wb.receive(csv_file(*ROWS.splitlines()))
    wb.worker.start()
    job = wb.jobs.submit(upload.id)
    until = time.monotonic() + 60
    while wb.jobs.get(job.id).active:
        assert time.monotonic() < until
        time.sleep(0.02)
    done = wb.jobs.get(job.id)
    assert done.status == "failed" and done.error and done.error["code"] == "quality_gate"
    let_in(wb, waiting(wb))


def test_what_is_imported_at_once(asking: Workbench, csv_file: Callable[..., Path]) -> None:
    with pytest.raises(QualityGate, match="Gender"):
        asking.import_file(csv_file(*ROWS.splitlines()))
    let_in(asking, waiting(asking))
