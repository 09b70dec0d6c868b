"""Five files at once with a reload, and a schedule, as somebody in front of a browser does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, Server
from tests.browser.helpers import ask, button, say

pytestmark = [pytest.mark.browser, pytest.mark.integration]

BOOKS = "title,isbn,pages\n" + "".join(f"Book {n},978-{n:07d},{n + 90}\n" for n in range(30))


@pytest.fixture
def five(tmp_path: Path) -> list[Path]:
    found = []
    for n, name in enumerate(("Ada One", "Bob Two", "Cid Three")):
        found.append(tmp_path / f"people{n}.csv")
        found[-1].write_text(f"name,mbti\n{name},INTJ\n", "utf-8")
    found += [tmp_path / "broken.csv", tmp_path / "books.csv"]
    found[3].write_text("name,mbti\n", "utf-8")
    found[4].write_text(BOOKS, "utf-8")
    return found


def test_five_files_at_once_outlive_a_reload(
    page: Page, server: Server, complaints: Complaints, five: list[Path]
) -> None:
    page.goto(f"{server.url}/upload")
    way = page.get_by_role("radio", name="Many or large files")
    way.or_(page.get_by_role("button", name="Many or large files")).first.click()
    page.get_by_text("Drop files or a folder here").wait_for()
    page.locator("input[type=file][multiple]").first.set_input_files(five)
    say(page, "5 files: 1 to be placed, 3 ready, 1 failed")
    page.reload()
    say(page, "5 files: 1 to be placed, 3 ready, 1 failed")
    button(page, "New dataset from this file").click()
    expect(button(page, "Import 4 ready files")).to_be_visible()
    button(page, "Import 4 ready files").click()
    say(page, "4 imported, 1 failed")
    records = ask(server.url, "datasets/celebrities/records?limit=10")["records"]
    assert {r["name"] for r in records} == {"Ada One", "Bob Two", "Cid Three"}
    assert ask(server.url, "datasets/books")["records"] == 30
    button(page, "Clear the list").click()
    expect(page.get_by_text("In the queue")).to_have_count(0)
    assert complaints.found == []


def test_a_schedule_imports_a_folder(
    page: Page, server: Server, complaints: Complaints, tmp_path: Path
) -> None:
    (tmp_path / "dana.csv").write_text("name,mbti\nDana Four,INTP\n", "utf-8")
    page.goto(f"{server.url}/schedules")
    button(page, "New schedule").click()
    page.get_by_label("Name", exact=True).fill("Nightly")
    page.get_by_label("Folder on the server").fill(str(tmp_path))
    page.get_by_label("Folder on the server").press("Enter")
    button(page, "Which files are there?").click()
    say(page, "1 file: dana.csv")
    button(page, "Save").click()
    say(page, "every day at 03:00 (UTC)")
    button(page, "Run now").click()
    say(page, "asked for")
    expect(page.get_by_text("upload 1")).to_be_visible()
    found = ask(server.url, "datasets/celebrities/records?limit=50")["records"]
    assert "Dana Four" in {r["name"] for r in found}
    assert complaints.found == []
