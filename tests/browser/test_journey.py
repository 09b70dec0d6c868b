"""The journey of a newcomer in a real browser: load, upload, put right, import, edit, take back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import button, choose, say

pytestmark = [pytest.mark.browser, pytest.mark.integration]

PEOPLE = """\
Full Name;Called;Born;Sex;Type;Labels
周杰伦;Jay Chou;18/01/1979;M;isfp;mandopop|piano
Zadie Quill;Zadie;1991-04-02;F;INTX;novels
Omar Vance;Omar;25/12/1984;man;entp;chess
Lena Orth;Lena;31/02/1990;female;infj;maps
"""


def test_a_newcomers_journey(server: Any, page: Page, complaints: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")

    # Home is empty and kind; the sample is one click.
    page.goto(server.url)
    say(page, "Nothing is here yet.")
    button(page, "Load the sample").click()
    say(page, re.compile(r"^2\d\d records"))
    expect(page).to_have_url(re.compile("/records"))

    # Choose a file.
    page.get_by_role("link", name="Upload").first.click()
    page.locator("input[type=file]").set_input_files(file)
    button(page, "Continue").click()

    # How it was read.
    say(page, "As a table")
    say(page, "semicolon")
    button(page, "Continue").click()

    # Columns to fields: the column that was not understood is put right.
    say(page, "Column of the file, and what is in it")
    choose(page, "Field for Called", "English name")
    say(page, "your choice")
    button(page, "Continue").click()

    # What is wrong: cells are fixed in the grid, by keyboard; one is undone and done again.
    say(page, "2 rows of 4 cannot be imported as they are.")
    wrong = page.locator("td[aria-invalid=true]")
    expect(wrong).to_have_count(2)
    page.get_by_role("gridcell", name="INTX").click()
    say(page, "MBTI is not one of the allowed values")
    page.keyboard.press("Enter")
    page.locator(".mqg select").select_option("INTJ")
    say(page, "1 row of 4 cannot be imported as they are.")
    page.keyboard.press("Control+z")
    say(page, "2 rows of 4 cannot be imported as they are.")
    page.keyboard.press("Control+y")
    say(page, "1 row of 4 cannot be imported as they are.")
    page.get_by_role("gridcell", name="31/02/1990").click()
    page.keyboard.type("1990-02-28")
    page.keyboard.press("Enter")
    say(page, re.compile("2 cells fixed so far"))
    button(page, "Continue").click()

    # What would change.
    say(page, "3 records added, 1 changed.")
    expect(page.locator(".mq-new", has_text="piano")).to_be_visible()
    address = page.url

    # A reload shows the same step, and the way back the one before.
    page.reload()
    say(page, "3 records added, 1 changed.")
    page.go_back()
    say(page, "The cleaning, step by step")
    page.goto(address)
    button(page, "Import").click()

    # Done, and the records are there.
    say(page, re.compile("Imported"))
    button(page, "Open the records").click()
    page.get_by_placeholder("Search in all texts").fill("Zadie")
    page.get_by_placeholder("Search in all texts").press("Enter")
    say(page, re.compile("^1 record of"))
    grid = page.locator("[data-testid=stDataFrame] canvas").first
    expect(grid).to_be_visible()  # it is drawn anew after the search
    box = grid.bounding_box()
    assert box
    page.mouse.click(box["x"] + 18, box["y"] + 52)

    # One record: where each value comes from; an edit that is refused, then one that is kept.
    say(page, "Values, and where each comes from")
    expect(page.get_by_text("people.csv, row 2").first).to_be_visible()
    button(page, "Edit").click()
    born = page.get_by_role("textbox", name="Birth date")
    born.fill("the day before")
    button(page, "Save").click()
    say(page, re.compile("Birth date cannot be understood"))
    page.get_by_role("textbox", name="Birth date").fill("1991-04-03")
    button(page, "Save").click()
    expect(page.locator(".mq-old", has_text="1991-04-02")).to_be_visible()

    # Take it back: a preview with what is kept and why, then the act.
    page.get_by_role("link", name="History").first.click()
    say(page, "Audit trail")
    page.get_by_role("link", name="people.csv", exact=True).click()
    say(page, "Original file")
    with page.expect_download() as download:
        button(page, "Original file").click()
    assert Path(download.value.path()).read_bytes() == file.read_bytes()
    button(page, "Undo import").click()
    say(page, "What undoing this import would do")
    say(page, re.compile("Birth date.* has a say in it"))
    button(page, "Undo now").click()
    say(page, "The import that was taken back: people.csv")
    page.goto(f"{server.url}/records?q=Omar+Vance")
    say(page, "No record fits.")

    # What is asked for can be taken along.
    page.goto(f"{server.url}/records?q=einstein")
    with page.expect_download() as download:
        button(page, "CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.startswith("record_id,name,") and text.count("\n") == 2 and "Einstein" in text

    assert complaints.found == []


@pytest.mark.parametrize(
    "address, words",
    [
        ("/upload", "What to do with the rows"),
        ("/records?q=einstein", "1 record of"),
        ("/history?view=audit", "Verify the chain"),
        ("/datasets", "Make your own"),
    ],
)
def test_every_page_is_reached_by_its_address(
    server: Any, page: Page, complaints: Any, address: str, words: str
) -> None:
    page.goto(server.url + address)
    if address.startswith("/records"):
        say(page, re.compile(words))
    else:
        say(page, words)
    expect(page.get_by_role("link", name="Quality").first).to_be_visible()
    page.reload()
    say(page, re.compile(words))
    assert complaints.found == []
