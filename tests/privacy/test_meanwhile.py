"""What others do while a person is being forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Workbench
from core.errors import Conflict, StalePreview, WrongState
from core.history import erasing
from core.ingest import importing
from core.privacy import forgetting
from core.storage.ids import new_id
from tests.privacy.conftest import ada, file_in

pytestmark = pytest.mark.usefixtures("without_blocks")

Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """An act that happens once, when the person was looked for and nothing is written yet."""

    def set_(act: Callable[[], object]) -> None:
        waiting, redacted = [act], forgetting.redacted

        def redacting(*given: object) -> object:
            if waiting:
                waiting.pop()()
            return redacted(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(forgetting, "redacted", redacting)

    return set_


def test_nothing_is_committed_while_somebody_is_forgotten(
    wb: Workbench, tmp_path: Path, meanwhile: Meanwhile
) -> None:
    record = ada(wb)
    bo = str(next(wb.records(where={"name": "Bo Marsh"}).rows())["record_id"])
    late = wb.receive(file_in(tmp_path, "name\nAda Quillfeather\nDi Low\n", "late.csv"))
    wb.preview(late.id)
    refused: list[str] = []

    def others() -> None:
        for act in (
            lambda: wb.commit(late.id),
            lambda: wb.edit("celebrities", bo, {"description": "dances"}),
            lambda: wb.privacy.forget(bo),
        ):
            with pytest.raises(Conflict, match="being forgotten") as told:
                act()
            refused.append(told.value.detail)

    meanwhile(others)
    wb.privacy.forget(record)
    assert len(refused) == 3
    assert wb.uploads.get(late.id).status == "previewed", "nothing of it was lost"
    wb.edit("celebrities", bo, {"description": "dances"})
    wb.commit(wb.preview(late.id).id)
    assert {r["name"] for r in wb.records().rows()} == {"Bo Marsh", "Cy Park", "Di Low"}
    assert wb.records.count(search="Quillfeather") == 0


def test_what_is_left_of_a_forgotten_row_never_becomes_a_record(
    wb: Workbench, tmp_path: Path
) -> None:
    """Whatever is decided of the row, and however its file is read from then on."""
    text = "name,source\nDi Low,press\nAda Quillfeather,press\n"
    texts = {"late.csv": text, "again.csv": f"{text}Ed Moss,press\n"}
    twice = [wb.receive(file_in(tmp_path, text, name)) for name, text in texts.items()]
    wb.plan(twice[0].id, steps=[])
    wb.privacy.forget(ada(wb))
    decided, otherwise = (u.id for u in twice)
    assert [wb.uploads.get(u.id).plan.forgotten for u in twice] == [(2,), (2,)]
    with pytest.raises(WrongState, match="nothing to undo"):
        wb.uploads.undo(decided)
    assert wb.decisions.rows(decided, {2: "new"}).counts.new == 1
    wb.plan(otherwise, reading={"header": 1, "skip": 0, "footer": 0})
    assert wb.uploads.get(otherwise).plan.forgotten == (2,)
    for upload in (decided, otherwise):
        wb.commit(upload)
    names = {r["name"] for r in wb.records().rows()}
    assert names == {"Bo Marsh", "Cy Park", "Di Low", "Ed Moss"}


def test_an_import_that_had_read_the_person_before_does_not_bring_them_back(
    wb: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for its turn to write while the person is forgotten."""
    shown = importing.promise.check

    def then(*given: object) -> None:
        shown(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(importing.promise, "check", shown)
        monkeypatch.setattr(wb.corridor.shelf, "forget", lambda upload: None)  # it is held
        wb.privacy.forget(ada(wb))
        monkeypatch.undo()

    monkeypatch.setattr(importing.promise, "check", then)
    with pytest.raises(StalePreview, match="was forgotten since it was read"):
        wb.import_file(file_in(tmp_path, "name\nAda Quillfeather\nDi Low\n", "late.csv"))
    assert wb.records.count() == 2


def test_a_file_that_comes_in_meanwhile_is_looked_at(
    wb: Workbench, tmp_path: Path, meanwhile: Meanwhile
) -> None:
    late = file_in(tmp_path, "name\nAda Quillfeather\nDi Low\n", "late.csv")
    meanwhile(lambda: wb.receive(late))
    done = wb.privacy.forget(ada(wb))
    assert done.done["file_rows"] == 2
    assert not any("Quillfeather" in wb.uploads.original(u.id).read_text() for u in wb.uploads())


def test_a_dead_process_holds_up_nobody_for_long(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb.database.write(lambda c: erasing.begin(c, "celebrities", new_id()))
    with pytest.raises(Conflict, match="being forgotten") as told:
        wb.records.delete("celebrities", ada(wb))
    assert "Nothing was lost" in told.value.hint
    later = erasing.now() + erasing.LEASE
    monkeypatch.setattr(erasing, "now", lambda: later)
    wb.privacy.forget(ada(wb))
