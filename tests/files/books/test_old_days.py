"""Days before 1900 in workbooks: negative numbers, which only LibreOffice writes."""

from __future__ import annotations

import pytest

from core.files.books.cell_text import moment_text


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        (1, "1900-01-01"),
        (-1, "1899-12-29"),
        (-20000, "1845-03-28"),
        (-20000.5, "1845-03-27 12:00:00"),
        (-115858, "1582-10-15"),
        (-115859, "1582-10-04"),  # the Gregorian calendar begins
        (-146096, "1499-12-22"),
        (-10_000_000, None),
    ],
)
def test_a_day_before_1900(serial: float, text: str | None) -> None:
    assert moment_text(serial, True, False) == text


def test_a_time_is_never_negative() -> None:
    assert moment_text(-0.5, False, False) is None
