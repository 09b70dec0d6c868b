"""schedules: made, tried, run and read by command."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Marquee


def test_a_folder_is_imported_by_schedule(marquee: Marquee, folder: Path) -> None:
    save = ("schedules", "save", "Nightly", "--from", ".", "--pattern", "*.csv")
    assert "people.csv" in marquee(*save, "--try").out
    assert "Nightly: next" in marquee(*save, "--at", "04:00", "--zone", "Europe/Berlin").out
    assert "done; 1 files, 4 rows" in marquee("schedules", "run", "Nightly").out
    assert marquee("schedules", "runs", "Nightly", "--json").json[0]["status"] == "done"
    assert marquee("schedules", "pause", "Nothing").code == 4


def test_what_is_done_with_a_file_is_said_by_options(marquee: Marquee) -> None:
    words = ("--mode", "replace", "--confirm-deletions", "--on-error", "refuse", "--deep")
    marquee("schedules", "save", "Full", "--from", ".", *words, "--no-catch-up", "--source", "HQ")
    (made,) = marquee("schedules", "list", "--json").json
    definition = made["definition"]
    assert definition["confirm_deletions"] and definition["place"]["deep"]
    assert not definition["catch_up"]
    assert (definition["mode"], definition["on_error"], definition["source"]) == (
        *("replace", "refuse", "HQ"),
    )
