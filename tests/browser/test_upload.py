"""Uploads in a real browser: a big import that is cancelled, and a workbook with several sheets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, TimeoutError as TooLate, expect

from tests.browser.helpers import ask, button, choose, say

pytestmark = [pytest.mark.browser, pytest.mark.integration]


def people(rows: int) -> bytes:
    lines = (
        f"Person {n} of {rows},{1900 + n % 100}-0{n % 9 + 1}-1{n % 9},tag {n % 7};tag {n % 11},Words about {n}"
        for n in range(rows)
    )
    return ("name,birth_date,tags,description\n" + "\n".join(lines) + "\n").encode()


def click_cancel(page: Page, url: str, rows: int) -> str | None:
    """Import so many people and click Cancel meanwhile; None when the machine was too fast for it."""
    query = f"uploads?filename=big{rows}.csv&commit=false&wait=60"
    upload = str(ask(url, query, people(rows))["id"])
    page.goto(f"{url}/upload?upload={upload}&step=preview")
    button(page, "Import").click()
    try:
        button(page, "Cancel").click(timeout=5_000)
    except TooLate:
        return None
    said = page.get_by_text(re.compile("was cancelled|Imported just now"))
    expect(said.first).to_be_visible(timeout=20_000)
    return upload if ask(url, f"uploads/{upload}")["status"] == "cancelled" else None


def test_cancel_while_importing_leaves_nothing(server: Any, page: Page, complaints: Any) -> None:
    sizes = iter((250_000, 1_000_000, 4_000_000))
    while (upload := click_cancel(page, server.url, next(sizes))) is None:
        page.goto(server.url)
    say(page, "nothing was changed. You can go on with it.")
    found = ask(server.url, f"uploads/{upload}")
    assert (found["status"], found["error"]) == ("cancelled", None)
    written = f"datasets/celebrities/records?name.contains=of+{found['counts']['rows']}&limit=1"
    assert ask(server.url, written)["records"] == []
    assert [j["status"] for j in ask(server.url, f"jobs?upload={upload}")["jobs"]][0] == "cancelled"

    # It stays where it is until somebody goes on with it, and the file is still there.
    page.goto(f"{server.url}/history?upload={upload}")
    say(page, "cancelled")
    button(page, "Go on with it").click()
    say(page, "As a table")
    page.get_by_role("link", name="What would change").click()
    button(page, "Look at every row").click()
    expect(button(page, "Import")).to_be_enabled(timeout=20_000)
    assert complaints.found == []


def test_the_sheet_of_a_workbook_is_chosen(
    server: Any, page: Page, complaints: Any, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for name, rows in {
        "People": [["name", "mbti"], ["Ada Lovelace", "INTJ"]],
        "Guests 2024": [["Full Name", "Born"], ["Grace Hopper", "1906-12-09"], ["Mary Shaw", ""]],
    }.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    file = tmp_path / "book.xlsx"
    book.save(file)

    page.goto(f"{server.url}/upload")
    page.locator("input[type=file]").set_input_files(file)
    button(page, "Continue").click()
    say(page, "As a table")
    choose(page, "Sheet", "Guests 2024")
    say(page, re.compile("^2 rows"))
    page.locator('[data-test-script-state="notRunning"]').wait_for()
    button(page, "Continue").click()
    say(page, re.compile("^2 of 2 columns go to fields"))  # the step before has the names as well
    say(page, "Full Name")
    say(page, re.compile("Grace Hopper"))
    button(page, "Continue").click()
    say(page, "Nothing is wrong with 2 rows.")
    button(page, "Continue").click()
    say(page, "2 records added, 0 changed.")
    button(page, "Import").click()
    say(page, re.compile("Imported just now"))
    found = ask(server.url, "datasets/celebrities/records?q=Grace")["records"]
    assert [(r["name"], r["birth_date"]) for r in found] == [("Grace Hopper", "1906-12-09")]
    assert ask(server.url, "datasets/celebrities/records?q=Lovelace")["records"] == []
    assert complaints.found == []
