"""Numbers, times and texts as people read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.history.events import now
from pages import _formats, _html


@pytest.mark.parametrize(
    "seconds, words",
    [
        (0, "just now"),
        (50, "50 seconds ago"),
        (60, "1 minute ago"),
        (7_200, "2 hours ago"),
        (3 * 86_400, "3 days ago"),
        (15 * 86_400, "2 weeks ago"),
    ],
)
def test_relative_times(seconds: int, words: str) -> None:
    assert _formats.ago(now() - timedelta(seconds=seconds)) == words


def test_old_times_are_dates() -> None:
    at = now() - timedelta(days=400)
    assert str(at.year) in _formats.ago(at) and _formats.exact(at).endswith(" UTC")


@pytest.mark.parametrize(
    "value, words",
    [(None, "–"), ([], "–"), (["a", "b"], "a, b"), (True, "yes"), (1234.5, "1,234.5"), ("x", "x")],
)
def test_values_are_never_python(value: object, words: str) -> None:
    assert _formats.text(value) == words


def test_sizes_and_counts() -> None:
    assert [_formats.size(n) for n in (0, 999, 5_400, 12_000_000)] == [
        "0 B",
        "999 B",
        "5.4 KB",
        "12 MB",
    ]
    assert _formats.count(1, "row") == "1 row" and _formats.count(1200, "row") == "1,200 rows"


def test_nothing_in_a_text_acts_as_markdown() -> None:
    shown = _formats.plain("[a](http://b) **c** :red[d] <e> www.f.org")
    assert "http://" not in shown and "www.f" not in shown
    assert all(f"\\{mark}" in shown for mark in "[]()*:<>")


def test_differences_are_escaped_and_lists_compared_by_element() -> None:
    assert _html.old_new("<a>", "b") == (
        '<span class="mq-old">&lt;a&gt;</span> → <span class="mq-new">b</span>'
    )
    assert _html.old_new(["a", "b"], ["b", "c"]) == (
        'b, <span class="mq-old">a</span>, <span class="mq-new">c</span>'
    )
