"""The one face, as somebody with a notebook uses it."""

from __future__ import annotations

import copy
import inspect
import io
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest

from core import Dataset, MarqueeError, Settings, Workbench
from core.actor import Actor
from core.datasets.model import from_dict
from core.errors import (
    BadDataset,
    BadMapping,
    BadQuery,
    BadRecipe,
    Conflict,
    FileTooLarge,
    InputError,
    NotFound,
    StorageError,
    UnsafePath,
)
from core.files.source import Overrides, Reading
from core.workbench import ImportOptions, ImportRequest
from core.workbench.datasets import Datasets
from core.workbench.history import History
from core.workbench.jobs import Jobs
from core.workbench.records import Records
from core.workbench.uploads import Uploads
from core.workbench.workbench import FORMERLY

Csv = Callable[..., Path]
PEOPLE = (
    "姓名,Born,mbti,Country,tags",
    "周杰伦,18 January 1979,isfp,China,mandopop;star",
    "Ada Lovelace,1815-12-10,INTX,United Kingdom,",
    "Frida Kahlo,1907-07-06,,Mexico,painter",
)


def test_the_tour(wb: Workbench, csv_file: Csv) -> None:
    """The calls of the documentation, in their order."""
    path = csv_file(*PEOPLE)
    table = wb.read(path)
    assert table.columns == ("姓名", "Born", "mbti", "Country", "tags")
    rows = list(table.rows())
    assert rows[1] == ["Ada Lovelace", "1815-12-10", "INTX", "United Kingdom", ""]
    decided = {d.name: d for d in table.decisions}
    assert {"encoding", "delimiter", "header"} <= set(decided)
    assert all(d.evidence for d in table.decisions)

    preview = wb.preview(path, dataset="celebrities")
    assert (preview.counts.new, preview.counts.rejected, wb.count()) == (2, 1, 0)
    assert {c.column: c.field for c in preview.mapping}["姓名"] == "name"
    assert all(c.reason and c.confidence for c in preview.mapping)
    assert [(p.field, p.rule, p.count) for p in preview.problems] == [("mbti", "choices", 1)]
    seen = preview.changes(limit=10)
    assert [(c.outcome, c.title) for c in seen] == [
        *[("new", "周杰伦"), ("new", "Frida Kahlo"), ("rejected", "Ada Lovelace")]
    ]
    assert len(preview.changes(limit=2)) == 2 and len(preview.changes("rejected")) == 1

    upload = wb.commit(preview.id)
    assert upload.id == preview.id and upload.status == "imported"
    counts = upload.counts
    assert (counts.rows, counts.new, counts.changed, counts.unchanged) == (3, 2, 0, 0)
    assert (counts.rejected, counts.conflicting) == (1, 0)

    assert [u.id for u in wb.uploads()] == [upload.id]
    assert wb.upload(upload.id) == upload
    assert wb.problems(upload.id) == preview.problems
    assert [r.cells["mbti"] for r in wb.quarantine(upload.id)] == ["INTX"]

    found = wb.records("celebrities", where={"nationality": "China"}, order_by="-name", limit=5)
    assert found.pl()["name"].to_list() == list(found.df()["name"]) == ["周杰伦"]
    assert found.arrow()["name"].to_pylist() == [r["name"] for r in found.rows()]
    record = next(found.rows())
    assert (record["birth_date"], record["mbti"], record["tags"]) == (
        *("1979-01-18", "ISFP"),
        ["mandopop", "star"],
    )

    record_id = record["record_id"]
    assert wb.record("celebrities", record_id)["_version"] == 1
    assert wb.edit("celebrities", record_id, {"mbti": "infp"}, version=1)["mbti"] == "INFP"
    wb.delete("celebrities", record_id)
    assert wb.restore("celebrities", record_id)["mbti"] == "INFP"
    assert len(wb.history("celebrities", record_id)) == 4

    by_country = wb.sql("select nationality, count(*) from celebrities group by 1 order by 1")
    assert by_country.fetchall() == [("China", 1), ("Mexico", 1)]
    assert by_country.pl().shape == by_country.df().shape == (2, 2)
    assert by_country.arrow().num_rows == 2

    dry = wb.rollback(upload.id, dry_run=True)
    assert (len(dry.reversed), len(dry.kept), len(dry.failed)) == (1, 1, 0) and dry.id is None
    assert wb.count() == 2 and wb.upload(upload.id).status == "imported"
    done = wb.rollback(upload.id)
    assert [o.title for o in done.reversed] == ["Frida Kahlo"]
    assert [o.title for o in done.kept] == ["周杰伦"] and "mbti" in done.kept[0].kept_fields
    assert "local through the notebook vouches for it" in done.kept[0].reason  # restored by hand
    assert (done.reversed, done.kept) == (dry.reversed, dry.kept)
    assert [r["name"] for r in wb.records().rows()] == ["周杰伦"]
    assert wb.verify_events() == len(wb.events(limit=1_000))


def test_import_in_one_go(wb: Workbench, csv_file: Csv) -> None:
    path = csv_file("who,kind", "A,=x")
    steps = [{"op": "replace", "field": "mbti", "value": "=X", "to": "INTJ"}]
    upload = wb.import_file(
        path,
        dataset="celebrities",
        mode="upsert",
        mapping={"who": "name", "kind": "mbti"},
        recipe=[{"op": "upper", "field": "mbti"}, *steps],
    )
    assert upload.counts.new == 1 and next(wb.records().rows())["mbti"] == "INTJ"
    assert upload.plan.recipe and [s.op for s in upload.plan.recipe] == ["upper", "replace"]


@pytest.mark.parametrize("kind", ["path", "text", "file", "bytes"])
def test_every_way_to_bring_a_file(wb: Workbench, csv_file: Csv, kind: str) -> None:
    path = csv_file("name", "A")
    source: Any = {
        "path": path,
        "text": str(path),
        "file": io.BytesIO(path.read_bytes()),
        "bytes": iter([b"name\n", b"A\n"]),
    }[kind]
    upload = wb.import_file(source, filename="given.csv")
    assert (upload.filename, upload.counts.new) == ("given.csv", 1)
    assert wb.original(upload.id).read_bytes() == path.read_bytes()


def test_preview_of_a_waiting_upload(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("who", "A", "B"))
    draft = wb.draft(upload.id)
    assert draft.table.columns == ("who",) and draft.sample == [["A"], ["B"]]
    preview = wb.preview(upload.id, mapping={"who": "name"})
    assert preview.id == upload.id and preview.counts.new == 2
    assert "Counts" in repr(preview) or "rows=2" in repr(preview)


def test_previews_can_be_copied(wb: Workbench, csv_file: Csv) -> None:
    preview = wb.preview(csv_file("name", "A"))
    assert copy.copy(preview).counts == preview.counts
    assert not hasattr(preview, "nosuch")


def test_doors_share_one_database(wb: Workbench, csv_file: Csv) -> None:
    page = wb.through("page", "eva")
    upload = page.import_file(csv_file("name", "A"))
    assert (upload.door, upload.actor) == ("page", "eva")
    assert wb.upload(upload.id) == upload and wb.actor.door == "notebook"


def test_two_workbenches_on_one_file(settings: Settings, csv_file: Csv) -> None:
    with Workbench.open(settings=settings) as first:
        with Workbench.open(settings=settings) as second:
            second.import_file(csv_file("name", "A"))
        assert first.count() == 1
        first.import_file(csv_file("name", "B", name="b.csv"))
    with Workbench.open(settings=settings) as again:
        assert again.count() == 2


def test_a_closed_workbench_says_so(settings: Settings) -> None:
    wb = Workbench.open(settings=settings)
    wb.close()
    wb.close()
    for act in (wb.uploads, wb.count, lambda: wb.sql("SELECT 1"), lambda: wb.rollback("x")):
        with pytest.raises(StorageError, match="was closed"):
            act()


# ---------------------------------------------------------------- datasets


def test_datasets(wb: Workbench, csv_file: Csv) -> None:
    assert [d.name for d in wb.datasets()] == ["celebrities"]
    assert wb.dataset("celebrities").origin == "built-in"
    path = csv_file("Name,Height cm,Joined", "A,180,2020-01-02", "B,175,2021-03-04")
    made = wb.infer_dataset(path, "members")
    assert isinstance(made, Dataset) and len(wb.datasets()) == 1
    saved = wb.infer_dataset(path, "members", save=True)
    assert saved.field_names == made.field_names
    assert [d.name for d in wb.datasets()] == ["celebrities", "members"]
    assert wb.import_file(path, "members").counts.new == 2
    assert wb.sql("SELECT count(*) FROM members").fetchall() == [(2,)]
    with pytest.raises(Conflict):
        wb.infer_dataset(path, "members", save=True)
    with pytest.raises(Conflict):
        wb.save_dataset(wb.dataset("celebrities"), replace=True)


def test_a_dataset_dropped_into_the_folder(wb: Workbench) -> None:
    folder = wb.settings.datasets_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bands.toml").write_text('name = "bands"\n[[fields]]\nname = "title"\n', "utf-8")
    assert wb.dataset("bands").field_names == ("title",)
    assert wb.count("bands") == 0


def test_the_data_version_grows_with_every_change(wb: Workbench, csv_file: Csv) -> None:
    seen = [wb.data_version("celebrities")]
    upload = wb.import_file(csv_file("name", "A"))
    seen.append(wb.data_version("celebrities"))
    record = next(wb.records().rows())["record_id"]
    for act in (
        lambda: wb.edit("celebrities", record, {"mbti": "INTJ"}),
        lambda: wb.delete("celebrities", record),
        lambda: wb.restore("celebrities", record),
        lambda: wb.rollback(upload.id),
    ):
        act()
        seen.append(wb.data_version("celebrities"))
    assert seen == sorted(set(seen))
    wb.preview(csv_file("name", "B", name="b.csv"))
    assert wb.data_version("celebrities") == seen[-1]


# ---------------------------------------------------------------- what goes wrong


def test_bad_input_raises_only_our_errors(wb: Workbench, csv_file: Csv, tmp_path: Path) -> None:
    path = csv_file("name,b", "A,1")
    upload = wb.receive(path)
    acts: dict[str, tuple[Callable[[], Any], type[MarqueeError]]] = {
        "no such file": (lambda: wb.read(tmp_path / "nosuch.csv"), NotFound),
        "a folder": (lambda: wb.import_file(tmp_path), UnsafePath),
        "no such dataset": (lambda: wb.import_file(path, "nosuch"), NotFound),
        "a name that goes up": (lambda: wb.receive(path, filename="../x.csv"), UnsafePath),
        "an unknown column": (lambda: wb.preview(upload.id, mapping={"zz": "name"}), BadMapping),
        "an unknown field": (lambda: wb.preview(upload.id, mapping={"b": "zz"}), BadMapping),
        "an unknown step": (lambda: wb.preview(upload.id, recipe=[{"op": "zz"}]), BadRecipe),
        "a recipe that is none": (lambda: wb.receive(path, recipe="tidy"), BadRecipe),
        "an unknown upload": (lambda: wb.commit("zz"), NotFound),
        "an unknown preview": (lambda: wb.preview("0" * 36), NotFound),
        "an unknown rollback": (lambda: wb.rollback("zz"), NotFound),
        "an unknown original": (lambda: wb.original("zz"), NotFound),
        "an unknown job": (lambda: wb.job("zz"), NotFound),
        "jobs of nothing": (lambda: wb.jobs("zz"), NotFound),
        "cancel of nothing": (lambda: wb.cancel("zz"), NotFound),
        "a mode that is none": (lambda: wb.import_file(path, mode=cast(Any, "zz")), InputError),
        "another mode later": (lambda: wb.plan(upload.id, mode="zz"), InputError),
        "an option that is none": (lambda: wb.plan(upload.id, zz=1), InputError),
        "a reading that is none": (lambda: wb.receive(path, reading=cast(Any, "zz")), InputError),
        "a status that is none": (lambda: wb.uploads(status="zz"), InputError),
        "a job that is none": (lambda: wb.submit(upload.id, "zz"), InputError),
        "a preview for its id": (lambda: wb.commit(cast(Any, wb.preview(path))), InputError),
        "an upload for its id": (lambda: wb.rollback(cast(Any, upload)), InputError),
        "a dataset for its name": (
            lambda: wb.count(cast(Any, wb.dataset("celebrities"))),
            NotFound,
        ),
        "a condition that is none": (lambda: wb.count(where=cast(Any, 5)), BadQuery),
        "bytes for a path": (lambda: wb.read(cast(Any, b"name")), InputError),
        "bad SQL": (lambda: wb.sql("SELEC 1"), BadQuery),
        "SQL on nothing": (lambda: wb.sql("SELECT * FROM nosuch").fetchall(), BadQuery),
    }
    for name, (act, kind) in acts.items():
        with pytest.raises(kind) as caught:
            act()
        assert str(caught.value), name
    assert wb.count() == 0


def test_a_file_that_is_too_large(wb: Workbench, tmp_path: Path) -> None:
    wb.corridor.settings = wb.settings.model_copy(update={"max_file_mb": 1})
    with pytest.raises(FileTooLarge):
        wb.import_file(iter([b"name\n", b"x" * 1_500_000]), filename="big.csv")
    raw = wb.settings.data_dir / "raw"
    assert [p for p in raw.rglob("*") if p.is_file()] == [] and wb.uploads() == []


def test_json_comes_in_too(wb: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    people = [{"name": "周杰伦", "tags": ["a, b", "c"]}, {"name": "B", "tags": []}]
    path.write_text(json.dumps({"celebrities": people, "metadata": {"from": "x"}}), "utf-8")
    upload = wb.import_file(path)
    assert upload.counts.new == 2
    rows = {r["name"]: r["tags"] for r in wb.records().rows()}
    assert rows == {"周杰伦": ["a, b", "c"], "B": None}


# ---------------------------------------------------------------- the surface


def test_everything_public_says_what_it_does() -> None:
    for noun in (Workbench, Uploads, Records, Datasets, History, Jobs):
        for name, member in inspect.getmembers(noun):
            if not name.startswith("_") and (callable(member) or hasattr(member, "func")):
                assert inspect.getdoc(member), f"{noun.__name__}.{name}"


def test_no_public_method_takes_anything() -> None:
    for noun in (Workbench, Uploads, Records, Datasets, History, Jobs):
        for name, member in inspect.getmembers(noun, callable):
            if name.startswith("_"):
                continue
            for parameter in inspect.signature(member).parameters.values():
                if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                    assert str(parameter.annotation).startswith(
                        "Unpack["
                    ), f"{noun.__name__}.{name}"


def test_what_was_a_method_is_one_still(wb: Workbench, csv_file: Csv) -> None:
    """Notebooks of before the nouns."""
    for name, (noun, method) in FORMERLY.items():
        assert getattr(wb, name) == getattr(getattr(wb, noun), method), name
    upload = wb.import_file(csv_file("name", "Ada"))
    assert (
        wb.upload(upload.id) == wb.uploads.get(upload.id) and wb.count() == wb.records.count() == 1
    )
    with pytest.raises(AttributeError, match="no 'nonsense'"):
        wb.nonsense  # type: ignore[attr-defined]


def test_somebody_else_acts_on_the_same_database(wb: Workbench, csv_file: Csv) -> None:
    eva = wb.acting_as(Actor("eva", "api", role="editor", request="r-1"))
    upload = eva.import_file(csv_file("name", "Ada"))
    assert (upload.actor, upload.door) == ("eva", "api")
    event = wb.history.events(limit=1)[0]
    assert (event.actor, event.door, event.details["request"]) == ("eva", "api", "r-1")
    assert wb.actor == Actor() and wb.database is eva.database
    wb.history.verify()


def test_the_options_of_reading_are_the_decisions() -> None:
    decisions = {field.name: field.type for field in fields(Overrides)}
    assert Reading.__annotations__.keys() == decisions.keys()
    assert ImportOptions.__annotations__.keys() == {f.name for f in fields(ImportRequest)} - {
        "dataset"
    }


def test_the_shared_workbench_is_one(settings: Settings) -> None:
    from core import server

    quiet = settings.model_copy(update={"watch_folder": False})
    try:
        first = server.workbench(quiet)
        assert server.workbench() is first and first.worker.alive
    finally:
        server.close()
    assert not first.worker.alive
    server.close()
    with pytest.raises(StorageError):
        first.uploads()


def test_a_definition_that_the_records_do_not_fit_is_not_saved(wb: Workbench) -> None:
    old = from_dict({"name": "films", "fields": [{"name": "title"}, {"name": "year"}]})
    path = wb.save_dataset(old)
    wb.import_file([b"title,year\nHeat,1995\n"], "films", filename="films.csv")
    written = path.read_text("utf-8")
    fields = [{"name": "title"}, {"name": "year", "type": "integer"}]
    with pytest.raises(BadDataset, match="year is stored as VARCHAR"):
        wb.save_dataset(from_dict({"name": "films", "fields": fields}), replace=True)
    assert path.read_text("utf-8") == written
    assert [f.type for f in wb.dataset("films").fields] == ["text", "text"]
    assert list(path.parent.glob("*.part")) == []


def test_another_reading_of_a_large_file_is_planned_by_its_beginning(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.files.beginning.LARGE", 64 << 10)
    monkeypatch.setattr("core.files.beginning.HEAD", 16 << 10)
    rows = "".join(f"P{n},INTJ,{'x' * 20}\n" for n in range(3_000)) + "Last,ENFP,y,one too many\n"
    upload = wb.receive([f"name,mbti,note\n{rows}".encode()], filename="people.csv")
    planned = wb.plan(upload.id, reading={"delimiter": ","})
    assert [c.column for c in planned.plan.mapping] == ["name", "mbti", "note"]
    assert wb.preview(upload.id).counts.new == 3_001
    assert [c.column for c in wb.upload(upload.id).plan.mapping][:3] == ["name", "mbti", "note"]
    assert len(wb.upload(upload.id).plan.mapping) == 4
    assert wb.commit(upload.id).counts.new == 3_001
    (last,) = wb.records("celebrities", where={"name": "Last"}).rows()
    assert "one too many" in last["_extra"]


def test_the_options_of_a_preview_are_the_same_for_an_upload(wb: Workbench, csv_file: Csv) -> None:
    upload = wb.receive(csv_file("name", "Ada"))
    wb.preview(upload.id, source_name="museum", mode="insert", on_error="refuse")
    plan = wb.uploads.get(upload.id).plan
    assert (plan.source, plan.mode, plan.on_error) == ("museum", "insert", "refuse")
