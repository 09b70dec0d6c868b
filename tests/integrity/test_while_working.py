"""The check beside a working app: it sees moments, never the middle of an act."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from core import Workbench


def test_nothing_is_found_while_people_work(wb: Workbench, csv_file: Callable[..., Path]) -> None:
    stop, faults = threading.Event(), []

    def work() -> None:
        number = 0
        try:
            while not stop.is_set() and number < 12:
                number += 1
                rows = [f"Person {n},INTJ" for n in range(number, number + 20)]
                upload = wb.import_file(csv_file("name,mbti", *rows, name=f"w{number}.csv"))
                (record,) = wb.records(where={"name": f"Person {number}"}).rows()
                wb.edit("celebrities", str(record["record_id"]), {"mbti": "ENTP"})
                if number % 2:
                    wb.rollback(upload.id)
        except Exception as error:
            faults.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for deep in (False, True):
            assert wb.check(deep=deep).findings == ()
        backup = wb.backups.create()
    finally:
        stop.set()
        worker.join()
    assert not faults and backup.ok
    assert wb.check(deep=True).findings == ()
