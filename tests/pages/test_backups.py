"""The Backups page: make, verify, test, check; and the warning on Home."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from core import Workbench
from pages._backups import listing
from tests.pages.helpers import Open, button, fine, labels, said


def _wait(wb: Workbench) -> None:
    end = time.monotonic() + 60
    while any(job.active for job in wb.jobs()):
        assert time.monotonic() < end
        time.sleep(0.05)


def _made(wb: Workbench, open_page: Open) -> AppTest:
    button(fine(open_page("backups")), "Back up now").click().run()
    _wait(wb)
    return fine(open_page("backups"))


def test_a_backup_is_made_and_shown(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("backups"))
    assert at.title[0].value == "Backups" and "There is none yet" in said(at)
    assert [m.value for m in at.metric] == ["none yet", "–", "–", "by hand"]
    at = _made(sample, open_page)
    assert [m.value for m in at.metric][::2] == ["just now", "passed"]
    text = said(at)
    assert f"{sample.count()} records · 1 raw file" in text and "restored just now" in text
    assert labels(at, "download_button") == ["Download"]
    assert "restore --backup NAME" in at.code[0].value
    assert sample.backups.all()[0].ok


def test_verify_and_test_again(sample: Workbench, open_page: Open) -> None:
    at = _made(sample, open_page)
    button(at, "Verify").click().run()
    assert "Every byte is as it was written" in at.success[0].value
    at = fine(open_page("backups"))
    button(at, "Test again").click().run()
    assert "came back the same" in at.success[0].value
    next(sample.backups.folder.path.glob("parts/*/*")).write_bytes(b"damaged")
    at = open_page("backups")
    button(at, "Verify").click().run()
    assert "was altered or cut off" in at.error[0].value.replace("\\", "")


def test_the_download_is_all_of_it(sample: Workbench) -> None:
    """What the button gives must be bytes, or the browser gets nothing."""
    name = sample.backups.create().name
    given = listing._zip(sample.backups, name)
    assert isinstance(given, bytes)
    with zipfile.ZipFile(io.BytesIO(given)) as archive:
        names = set(archive.namelist())
    assert f"{name}/manifest.json" in names and any(n.startswith("raw/") for n in names)


def test_check_now(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("backups"))
    button(at, "Check now").click().run()
    assert "Everything adds up" in at.success[0].value
    button(at, "Check every value").click().run()
    assert "Every value is what its row says" in at.success[0].value
    sample.database.write(lambda c: c.execute("DELETE FROM ops.ledger"))
    button(at, "Check now").click().run()
    told = at.error[0].value.replace("\\", "")
    assert "Imported uploads without their line in the ledger: 1 time" in told
    assert "Safe all the same" in told and "What to do" in told


def test_a_damaged_manifest_is_shown(sample: Workbench, open_page: Open) -> None:
    _made(sample, open_page)
    path = next(sample.backups.folder.path.glob("2*/manifest.json"))
    path.write_text(path.read_text("utf-8")[:-30], "utf-8")
    assert "damaged" in said(fine(open_page("backups")))


def test_home_warns_only_when_backups_are_planned(
    sample: Workbench, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not open_page().warning
    monkeypatch.setattr(sample.settings, "backup_every_hours", 24.0)
    at = fine(open_page())
    assert "There is no backup yet" in at.warning[0].value
    assert "See the backups" in labels(at, "page_link")
    sample.backups.create()
    assert not open_page().warning


def test_a_backup_that_is_cancelled_leaves_nothing(sample: Workbench) -> None:
    sample.worker.stop()  # so that it waits
    sample.backups.submit()
    sample.backups.cancel()
    assert [j.status for j in sample.jobs()] == ["cancelled"]
    assert sample.backups.all() == []
