"""The table that says why workbooks have readers of ours holds for ours."""

from __future__ import annotations

import pytest

from benchmarks import readers


def test_ours_is_what_a_person_sees(capsys: pytest.CaptureFixture[str]) -> None:
    assert readers.run() == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(readers.CASES)
    seen, ours, calamine = (head.index(word) for word in ("what a person", "ours", "calamine"))
    assert [line[seen:ours].strip() for line in lines] == [
        line[ours:calamine].strip() for line in lines
    ]
