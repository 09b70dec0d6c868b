"""What is said about a sheet beside its table: hidden parts, merged cells, formulas, errors."""

from __future__ import annotations

from core.files.books.book import Facts
from core.files.books.places import column_letters
from core.files.sheets.summary import Summary
from core.files.source import Overrides
from core.files.table import Decision, Sheet

FEW = 10


def sheets_of(summary: Summary) -> tuple[Sheet, ...]:
    """All sheets as they are listed; rows are told to be hidden for the one that was read."""
    rows = tuple(summary.facts.hidden_rows)
    return tuple(
        Sheet(
            sheet.name,
            sheet.rows,
            sheet.columns,
            sheet.hidden,
            rows if number == summary.chosen else (),
            sheet.hidden_columns,
        )
        for number, sheet in enumerate(summary.sheets)
    )


def decisions_on(summary: Summary, chosen: Overrides) -> tuple[Decision, ...]:
    """Decisions about the sheet itself."""
    name = summary.sheets[summary.chosen].name
    sheet = Decision("sheet", name, summary.why, summary.runner_up is None, summary.runner_up)
    made = [sheet]
    facts = summary.facts
    if facts.merged_count or chosen.merged is not None:
        made.append(_merged(facts, chosen))
    if facts.formulas:
        made.append(_formulas(facts))
    if facts.links:
        made.append(_links(facts))
    if facts.comments:
        made.append(_comments(facts))
    if facts.struck:
        why = "some cells are struck through, which often means that they are no longer valid; they were read like the others"
        made.append(Decision("struck_through", "read", why, False))
    return tuple(made)


def _links(facts: Facts) -> Decision:
    cells = f"{facts.links:,} cell{'s have' if facts.links > 1 else ' has'}"
    why = f"{cells} an address behind the text, the first in {facts.first_link}; the text was read, and not the address"
    return Decision("links", "text alone", why, False)


def _comments(facts: Facts) -> Decision:
    cells = f"{facts.comments:,} cell{'s have' if facts.comments > 1 else ' has'}"
    why = f"{cells} a comment, the first in {facts.first_comment}; comments were not read"
    return Decision("comments", "left out", why, False)


def _merged(facts: Facts, chosen: Overrides) -> Decision:
    if chosen.merged is not None:
        return Decision("merged", chosen.merged, "chosen by the user")
    some = ", ".join(map(str, facts.merged[:3]))
    why = f"{facts.merged_count:,} merged areas ({some}); the value is in the first cell of each"
    return Decision("merged", False, why, False, "fill all cells of each")


def _formulas(facts: Facts) -> Decision:
    if not facts.valueless:
        why = f"{facts.formulas:,} formulas were read by the value that was saved with them"
        if facts.recalculated:  # what programs ask for that cannot compute, and save 0 instead
            why += "; the workbook asks to be computed when it is opened, so these may be outdated"
        return Decision("formulas", "saved values", why, not facts.recalculated)
    why = (
        f"{facts.valueless:,} of {facts.formulas:,} formulas have no saved value, the first in "
        f"{facts.first_valueless}; their cells are empty. Open the workbook in a spreadsheet "
        "program and save it, to have them computed."
    )
    return Decision("formulas", "saved values", why, False)


def notes_on(summary: Summary, blank: int) -> tuple[str, ...]:
    """Sentences for a person."""
    facts, notes = summary.facts, []
    if blank > 0:
        notes.append(f"Empty rows left out: {blank:,}.")
    if facts.hidden_row_count:
        some = _some([f"{row:,}" for row in facts.hidden_rows], facts.hidden_row_count)
        notes.append(f"Hidden rows were read, too: {facts.hidden_row_count:,} ({some}).")
    if facts.hidden_columns:
        letters = [column_letters(column) for column in facts.hidden_columns]
        notes.append(f"Hidden columns were read, too: {_some(letters, len(letters))}.")
    if facts.merged_count:
        areas = _some([str(area) for area in facts.merged], facts.merged_count)
        notes.append(f"Merged cells: {facts.merged_count:,} ({areas}).")
    if facts.valueless:
        notes.append(
            f"Formulas without a saved value: {facts.valueless:,}, the first in "
            f"{facts.first_valueless}; their cells are empty."
        )
    if facts.errors:
        notes.append(f"Cells that hold an error such as #N/A: {facts.errors:,}.")
    return (*notes, *facts.notes)


def _some(words: list[str], count: int) -> str:
    return ", ".join(words[:FEW]) + (" ..." if count > FEW else "")
