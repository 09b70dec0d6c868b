"""A person is forgotten: the whole folder is looked through for what named them, before and after a restore."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from core import Workbench
from core.backups import acts
from core.errors import Conflict, NotFound, WrongState
from core.records.pictures import Picture
from core.settings import Settings
from core.storage.ids import new_id
from core.webhooks import deliveries
from tests.privacy.conftest import PEOPLE, ada, file_in

WORDS = ("Quillfeather", "barometers")


def found_in(folder: Path, *, but: str = "brought") -> list[str]:
    """Files of the installation in which a word of the person can be read."""
    return [
        f"{path.relative_to(folder)}: {word}"
        for path in folder.rglob("*")
        if path.is_file() and but not in path.parts
        for word in WORDS
        if word.encode() in path.read_bytes()
    ]


def test_nothing_is_left_on_the_disk_and_everything_else_stays(
    wb: Workbench, settings: Settings, tmp_path: Path
) -> None:
    record = ada(wb)
    wb.edit("celebrities", record, {"description": "collects barometers and maps"})
    wb.search.rebuild()
    wb.import_file(file_in(tmp_path, "name,birth_date\nAda Quillfeather,31.31.1999\n", "late.csv"))
    wb.database.write(lambda c: c.execute("CHECKPOINT"), transaction=False)
    assert found_in(tmp_path), "what is looked for can be found at all"
    others = {r["record_id"]: r for r in wb.records().rows() if r["record_id"] != record}
    preview = wb.privacy.known(record)
    assert preview.live and len(preview.files) == 2 and preview.versions == 2
    done = wb.privacy.forget(record, reason="they asked")
    wb.database.write(lambda c: c.execute("CHECKPOINT"), transaction=False)
    assert {r["record_id"]: r for r in wb.records().rows()} == others
    assert wb.check(deep=True).ok, wb.check(deep=True)
    assert wb.history.verify() > 0
    kinds = [c.kind for c in wb.history("celebrities", record)]
    assert kinds == ["delete", "update", "insert"], "the lines stay, without values"
    assert not any(word in repr(wb.history("celebrities", record)) for word in WORDS)
    assert wb.search("quillfeather").total == 0 and wb.search("Marsh").total == 1
    upload = wb.uploads()[-1]
    assert "Bo Marsh,1990-05-06,paints" in wb.uploads.original(upload.id).read_text("utf-8")
    assert "Quillfeather" not in done.paper and record in done.paper
    assert wb.privacy.paper(done.forgotten_id) == done.paper
    with pytest.raises(WrongState, match="forgotten"):
        wb.records.restore("celebrities", record)
    wb.close()
    assert found_in(tmp_path) == []


def test_a_restored_backup_knows_nobody_who_was_forgotten(
    wb: Workbench, settings: Settings, tmp_path: Path
) -> None:
    record = ada(wb)
    backup = wb.backups.create()
    done = wb.privacy.forget(record)
    assert backup.name in done.paper
    wb.close()
    acts.restore(settings, backup.name)
    with Workbench.open(settings=settings) as again:
        assert again.records.count() == 2
        assert again.records.count(search="Quillfeather") == 0
        assert again.check(deep=True).ok
        assert [e.kind for e in again.history.events() if e.kind == "record.forgotten"]
        again.database.write(lambda c: c.execute("CHECKPOINT"), transaction=False)
    shutil.rmtree(settings.backup_dir)  # where they are until they are deleted, as the paper says
    assert found_in(tmp_path) == []


def test_not_while_they_are_imported(wb: Workbench, tmp_path: Path) -> None:
    upload = wb.receive(file_in(tmp_path, "name\nSomebody Else\n", "next.csv"))
    wb.jobs.submit(upload.id)
    with pytest.raises(Conflict, match="next.csv is being imported"):
        wb.privacy.forget(ada(wb))
    assert wb.records.count() == 3


def test_a_person_gets_all_that_is_known(wb: Workbench) -> None:
    person = wb.privacy.export(ada(wb))
    for text in (person.json, person.text):
        assert "barometers" in text and "people.csv" in text and "Marsh" not in text


def test_nobody(wb: Workbench) -> None:
    with pytest.raises(NotFound):
        wb.privacy.forget("00000000-0000-7000-8000-000000000000")


@pytest.mark.usefixtures("without_blocks")
def test_files_of_the_watched_folder_and_on_their_way(
    wb: Workbench, settings: Settings, tmp_path: Path
) -> None:
    (upload,) = wb.uploads()
    done_, failed, waiting = (settings.data_dir / n for n in ("processed", "failed", "pending"))
    for folder in (done_, failed, waiting):
        folder.mkdir()
    (done_ / "people.csv").write_text(PEOPLE, "utf-8")
    (done_ / "people.csv.report.json").write_text('{"status": "imported", "rows": 3}')
    (failed / "odd.csv").write_text("nobody;Ada Quillfeather\n", "utf-16")
    (failed / "odd.csv.report.json").write_text('{"error": "row 1: Ada Quillfeather is no date"}')
    (failed / "other.csv").write_text("name\nBo Marsh\n")
    (failed / "empty.csv").touch()
    (waiting / "people.csv").write_text(PEOPLE, "utf-8")
    coming = wb.transfers.start("next.csv", 1_000)
    part = b"name\nAda Quillfeather\n"
    wb.transfers.put(coming.id, 0, hashlib.sha256(part).hexdigest(), [part])
    done = wb.privacy.forget(ada(wb))
    redacted = (done_ / "people.csv").read_text("utf-8")
    assert redacted == wb.uploads.original(upload.id).read_text("utf-8") != PEOPLE
    assert "Bo Marsh" in redacted and "Quillfeather" not in redacted
    report = json.loads((failed / "odd.csv.report.json").read_text("utf-8"))
    assert report == {"error": "row 1: ••• is no date"}
    assert (waiting / "people.csv").read_text("utf-8") == PEOPLE, "it comes in as it is"
    assert (done.done["copies"], done.done["left"]) == (1, 3)
    assert (
        "1 copies of these files treated as they were, 1 reports changed; 2 other files"
        in done.paper
    )
    assert "1 unfinished transfers name the person" in done.paper


@pytest.mark.usefixtures("without_blocks")
def test_what_is_kept_of_messages_and_pictures(wb: Workbench) -> None:
    wb.search.save("Ada Quillfeather", "Quillfeather")
    wb.database.write(
        lambda c: deliveries.add(c, new_id(), "search.found", {"name": "Ada Quillfeather"})
    )
    pictures = wb.services.pictures
    pictures._keep("https://example.org/ada.png", Picture(b"x", "image/png"))
    wb.privacy.forget(ada(wb))
    assert "Quillfeather" not in repr(wb.webhooks.deliveries())
    assert "•••" in repr(wb.webhooks.deliveries())
    assert not pictures._kept and not pictures._size
