"""An untrue state of what is taken back is seen: statuses, and records that are gone or there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import Conflict

Csv = Callable[..., Path]


def codes(wb: Workbench) -> dict[str, int]:
    return {f.code: f.count for f in wb.check().findings}


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_status_that_is_not_true(wb: Workbench, csv_file: Csv, depth: int) -> None:
    chain = [wb.import_file(csv_file("name", "New Person", "Another")).id]
    for _ in range(depth):
        chain.append(str(wb.rollback(chain[-1]).id))
    assert codes(wb) == {}
    wrong = "imported" if wb.upload(chain[0]).status == "rolled_back" else "rolled_back"
    sql = f"UPDATE ops.uploads SET status = '{wrong}' WHERE upload_id = '{chain[0]}'"
    wb.database.write(lambda c: c.execute(sql))
    assert codes(wb)["status_untrue"] == 1


def test_records_that_are_gone_while_their_import_stands(wb: Workbench, csv_file: Csv) -> None:
    first = wb.import_file(csv_file("name", "New Person", "Another"))
    again = str(wb.rollback(str(wb.rollback(first.id).id)).id)
    wb.rollback(again)
    assert codes(wb) == {}
    # As if the third one had turned what it did not take back.
    wb.database.write(
        lambda c: c.execute(
            "UPDATE ops.uploads SET target_id = ? WHERE target_id = ?", [first.id, again]
        )
    )
    assert "status_untrue" in codes(wb)


def test_records_that_do_not_follow_the_rollbacks(wb: Workbench, csv_file: Csv) -> None:
    first = wb.import_file(csv_file("name", "New Person", "Another"))
    back = wb.rollback(first.id)
    again = wb.rollback(str(back.id))
    assert codes(wb) == {}
    delete = "DELETE FROM ops.uploads WHERE upload_id = ?"
    wb.database.write(lambda c: c.execute(delete, [again.id]))  # brought back by nobody
    assert codes(wb)["standing_untrue"] == 2
    second = wb.import_file(csv_file("name", "Third Person", name="b.csv"))
    one = wb.rollback(second.id)
    two = wb.rollback(str(one.id))
    three = wb.rollback(str(two.id))
    assert codes(wb)["standing_untrue"] == 2
    wb.database.write(
        lambda c: c.execute(delete, [three.id])
    )  # deleted by nobody, and another stands
    assert codes(wb)["change_without_upload"] >= 1


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_record_that_could_not_come_back(wb: Workbench, csv_file: Csv, by_hand: bool) -> None:
    """Another one had its key. That is told by the rollback, and is no fault of the database."""
    first = wb.import_file(csv_file("name", "New Person", name="a.csv"))
    back = wb.rollback(first.id)
    second = wb.import_file(csv_file("name,gender", "New Person,female", name="b.csv"))
    with pytest.raises(Conflict, match="New Person"):
        wb.rollback(str(back.id))
    assert wb.upload(first.id).status == "rolled_back" and codes(wb) == {}
    if by_hand:
        (other,) = [r["record_id"] for r in wb.records().rows() if r["name"] == "New Person"]
        wb.delete("celebrities", other)
    else:
        wb.rollback(second.id)
    assert codes(wb) == {}
    wb.rollback(str(back.id))  # once more: nothing is in the way any more
    assert [r["gender"] for r in wb.records().rows() if r["name"] == "New Person"] == [None]
    assert codes(wb) == {}
