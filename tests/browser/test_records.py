"""Records in a real browser: taken along to Excel, opened by their address, edited in two tabs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import ask, button, say

pytestmark = [pytest.mark.browser, pytest.mark.integration]

FORMULA = '=HYPERLINK("http://example.org";"Ada")'
ROWS = f"name\tbirth_date\tdescription\nAda Lovelace\t1815-12-10\t{FORMULA}\nGrace Hopper\t1906-12-09\tAdmiral\n"


@pytest.fixture(scope="module")
def record(server: Any) -> str:
    """The address of Ada's record, with Grace beside her."""
    ask(server.url, "uploads?filename=people.tsv", ROWS.encode())
    found = ask(server.url, "datasets/celebrities/records?q=Lovelace")["records"]
    return f"{server.url}/records?record={found[0]['record_id']}"


def test_excel_gets_no_formula(
    server: Any, record: str, page: Page, complaints: Any, tmp_path: Path
) -> None:
    page.goto(f"{server.url}/records?f=name:contains:Lovelace")
    say(page, re.compile("^1 record of 2"))
    with page.expect_download() as download:
        button(page, "Excel").click()
    assert download.value.suggested_filename == "celebrities.xlsx"
    file = tmp_path / "celebrities.xlsx"
    download.value.save_as(file)
    rows = list(openpyxl.load_workbook(file).active.iter_rows())
    cells = dict(zip([c.value for c in rows[0]], rows[1]))
    assert len(rows) == 2 and cells["name"].value == "Ada Lovelace"
    assert (cells["description"].value, cells["description"].data_type) == ("'" + FORMULA, "s")
    assert complaints.found == []


def test_a_record_is_opened_by_its_address(record: str, page: Page, complaints: Any) -> None:
    page.goto(record)
    say(page, "Values, and where each comes from")
    say(page, re.compile("people.tsv, row 1"))
    page.reload()
    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    page.get_by_role("link", name="All records").click()
    say(page, re.compile("^2 records"))
    page.go_back()
    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    assert complaints.found == []


def test_two_tabs_do_not_overwrite_each_other(record: str, page: Page, complaints: Any) -> None:
    """Who saves second is told, keeps the page, and can look at what the first one did."""
    other = page.context.new_page()
    for tab, words in ((page, "Countess"), (other, "Mathematician")):
        tab.goto(f"{record}&edit=1")
        box = tab.get_by_role("textbox", name="Description")
        expect(box).to_have_value(FORMULA)
        box.fill(words)
    button(page, "Save").click()
    expect(page.locator(".mq-new", has_text="Countess")).to_be_visible()

    button(other, "Save").click()
    say(other, re.compile("changed meanwhile|changed in the meantime|Somebody"))
    button(other, "Reload the record").click()
    box = other.get_by_role("textbox", name="Description")
    expect(box).to_have_value("Countess")
    box.fill("Mathematician")
    button(other, "Save").click()
    expect(other.locator(".mq-new", has_text="Mathematician")).to_be_visible()
    expect(other.locator(".mq-old", has_text="Countess")).to_be_visible()
    assert complaints.found == []
