"""Journeys through the steps of an upload: a recipe replayed, the quarantine by Excel, own datasets, the preview decided."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, Server
from tests.browser.helpers import ask, button, choose, say

pytestmark = [pytest.mark.browser, pytest.mark.integration]


def bring(server: Server, name: str, content: str, **options: str) -> str:
    """An upload that was previewed, by the API."""
    query = "&".join(f"{k}={v}" for k, v in {"commit": "false", "wait": "60", **options}.items())
    return str(ask(server.url, f"uploads?filename={name}&{query}", content.encode())["id"])


def test_a_recipe_is_kept_and_replayed_on_the_next_file(
    server: Server, page: Page, complaints: Complaints
) -> None:
    first = bring(server, "one.csv", "name,kind\nAda Lovelace,1\nGrace Hopper,2\n", source="kinds")
    page.goto(f"{server.url}/upload?upload={first}&step=check")
    button(page, "Add a step").click()
    choose(page, "What is to be done", "Map values")
    choose(page, "Columns", "kind")
    page.get_by_label(re.compile("Values, one a line")).fill("1 = INTJ\n2 = INTP")
    page.get_by_label(re.compile("Values, one a line")).press("Control+Enter")
    say(page, re.compile("2 cells changed"))  # seen before it is kept
    button(page, "Keep this step").click()
    say(page, re.compile("1 → INTJ|“1” → “INTJ”"))
    page.get_by_role("button", name=re.compile("Save$")).first.click()
    page.get_by_label("Name", exact=True).fill("Kinds")
    button(page, "Save this recipe").click()
    say(page, "Saved as “Kinds”")
    second = bring(server, "two.csv", "name,kind\nMary Shaw,2\n", source="kinds")
    page.goto(f"{server.url}/upload?upload={second}&step=check")  # the same source, the same recipe
    say(page, re.compile("“2” → “INTP”"))
    assert complaints.found == []


def test_rows_of_the_quarantine_go_through_excel_and_back(
    server: Server, page: Page, complaints: Complaints, tmp_path: Path
) -> None:
    text = "name,mbti\nAnna Quill,INTJ\nBen Vance,XXXX\n"
    it = bring(server, "quarantine.csv", text, commit="true")
    page.goto(f"{server.url}/history?upload={it}&tab=quarantine")
    with page.expect_download() as download:
        button(page, "Excel").click()
    download.value.save_as(tmp_path / "fixed.xlsx")
    book = openpyxl.load_workbook(tmp_path / "fixed.xlsx")
    cell = next(c for row in book.active.iter_rows() for c in row if c.value == "XXXX")
    assert cell.comment and cell.fill.fgColor.rgb not in ("00000000", None)
    cell.value = "ISFP"
    book.save(tmp_path / "fixed.xlsx")
    page.get_by_role("button", name="Bring the file back").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "fixed.xlsx")
    button(page, "Bring back what was changed").click()
    page.locator('[data-test-script-state="notRunning"]').wait_for()
    found, tries = [], 0
    while not found and tries < 80:  # what it says of one row stands there before the click, too
        page.wait_for_timeout(250)
        found, tries = (
            ask(server.url, "datasets/celebrities/records?q=Ben+Vance")["records"],
            tries + 1,
        )
    assert [r["mbti"] for r in found] == ["ISFP"]
    assert complaints.found == []


def test_what_an_import_does_is_decided_in_the_preview(
    server: Server, page: Page, complaints: Complaints
) -> None:
    there = "name,birth_date,mbti\nCleo Ash,1990-01-01,INTJ\nCleo Ash,1980-01-01,INTP\n"
    there += "Dora Bee,1970-01-01,ENTP\nEmil Fox,1960-01-01,ENTJ\n"
    bring(server, "crm.csv", there, commit="true", source="crm")
    coming = "name,birth_date,mbti\nCleo Ash,,ISFP\nDora Bee,1970-01-01,ISFJ\nFay New,,ESTP\n"
    it = bring(server, "next.csv", coming, mode="replace", source="crm")
    page.goto(f"{server.url}/upload?upload={it}&step=preview")
    say(page, re.compile("1 record would be deleted: 25%"))
    expect(button(page, "Import")).to_be_disabled()
    say(page, "Emil Fox")  # it opens on what would be deleted
    page.get_by_text("Conflicting 1").click()
    button(page, "It is Cleo Ash (1980-01-01)").click()
    say(page, re.compile("1 row decided"))
    page.get_by_text("New 1", exact=True).click()
    button(page, "Leave all 1 out").click()
    say(page, re.compile("1 row left out"))  # and the other Cleo Ash is missing now, which is asked
    page.get_by_text(re.compile("Yes, delete 2 records")).click()
    button(page, "Import").click()
    say(page, re.compile("Imported just now"))
    rows = ask(server.url, "datasets/celebrities/records?limit=50")["records"]
    mine = {(r["name"], r["birth_date"], r["mbti"]) for r in rows}
    assert ("Cleo Ash", "1980-01-01", "ISFP") in mine and ("Dora Bee", "1970-01-01", "ISFJ") in mine
    assert not {"Emil Fox", "Fay New"} & {r["name"] for r in rows}

    # Ctrl+K goes anywhere; ? shows the keys.
    page.keyboard.press("Control+k")
    page.keyboard.type("datas")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/datasets"))
    say(page, "Make your own")
    page.keyboard.press("?")
    say(page, "In a grid of rows")
    page.keyboard.press("Escape")
    assert complaints.found == []


def test_a_dataset_is_made_by_its_form(
    server: Server, page: Page, complaints: Complaints, tmp_path: Path
) -> None:
    file = tmp_path / "films.csv"
    file.write_text("title,year,minutes\nMetropolis,1927,153\nM,1931,111\n", "utf-8")
    page.goto(f"{server.url}/datasets")
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_label("Name of the dataset").fill("films")
    page.get_by_label("Name of the dataset").press("Enter")
    button(page, "Make a dataset").click()
    button(page, "Keep this dataset").click()
    say(page, re.compile(r"Films with \d+ fields is ready"))  # "films.csv" stands there before, too
    found = ask(server.url, "datasets/films")
    assert {f["name"] for f in found["fields"]} >= {"title", "year", "minutes"}
    assert complaints.found == []
