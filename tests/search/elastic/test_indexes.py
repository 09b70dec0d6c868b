"""The indexes on the server: written in an order in which nothing is lost, switched as a whole, never mixed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from core import Workbench
from core.errors import SearchUnavailable
from core.search import following
from core.search.elastic import bulk
from core.search.elastic.index import Elastic
from core.search.elastic.place import Place
from core.search.elastic.server import unavailable
from core.storage import installation
from tests.search.elastic.conftest import Opener
from tests.servers.elasticsearch import Node

Csv = Callable[..., Path]


def found(wb: Workbench, text: str) -> list[str]:
    return [hit.record["name"] for hit in wb.search(text)]


def engine_of(wb: Workbench) -> Elastic:
    engine = wb.services.search.of(wb.datasets.get("celebrities")).engine
    assert isinstance(engine, Elastic)
    return engine


def test_a_crash_before_the_mark_is_repeated_work(
    opened: Opener, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace", "Grace Hopper"))
    assert wb.search("").total == 2
    [ada] = wb.search("ada")
    wb.records.delete("celebrities", ada.record_id)
    wb.import_file(csv_file("name", "Alan Turing", name="b.csv"))

    def crash(*_: Any) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as patch:
        patch.setattr(Place, "write_mark", crash)
        with pytest.raises(RuntimeError):
            wb.search("alan")
    assert sorted(found(wb, "")) == ["Alan Turing", "Grace Hopper"]
    assert wb.search("").behind == 0 and wb.search.check().ok


def test_a_rebuild_is_switched_at_the_end_and_sweeps(
    opened: Opener, csv_file: Csv, node: Node
) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace", "Grace Hopper"))
    assert wb.search("").total == 2
    engine = engine_of(wb)
    before, half = engine.generation, engine.build()  # a crash leaves it so
    half.add([{"id": "x", "names": "x", "prefix": "x", "shown": b"{}"}])
    seen: list[int] = []
    wb.search.rebuild(told=lambda done, total: seen.append(wb.search("").total))
    assert seen == [2] and wb.search("").total == 2
    with Elasticsearch(node.url) as client:
        [only] = client.indices.get(index=f"{engine._place.alias}-*")
        assert only == engine.generation != before


def test_searches_go_on_while_an_index_is_switched(opened: Opener, csv_file: Csv) -> None:
    wb = opened(search_seconds=60)  # a busy machine is no fault of the switch
    wb.import_file(csv_file("name", "Ada Lovelace", "Grace Hopper"))
    wb.search("")
    answers: set[Any] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            found = wb.search("ada", facets=["name"])
            answers.add((found.total, found.engine, found.notes))

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(4):
        wb.search.rebuild()
    done.set()
    asking.join()
    assert answers == {(1, "elasticsearch", ())}


def test_a_rebuild_that_was_given_up_leaves_nothing(opened: Opener, csv_file: Csv) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace"))
    assert wb.search("").total == 1
    engine = engine_of(wb)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wb.search.rebuild(told=stop)
    assert engine._place.all() == [engine.generation] and wb.search("").total == 1


def test_a_rebuild_that_the_server_ends_leaves_the_index_that_there_was(
    opened: Opener, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = opened()
    wb.import_file(csv_file("name", *(f"Ada Lovelace{i}" for i in range(9))))
    assert wb.search("").total == 9
    engine = engine_of(wb)
    monkeypatch.setattr(following, "BATCH", 2)
    sent: list[int] = []
    send = bulk.Bulk._send

    def failing(self: bulk.Bulk, chunk: list[bulk.Action]) -> list[bulk.Action]:
        sent.append(len(chunk))
        if len(sent) == 3:
            raise unavailable("down")
        return send(self, chunk)

    monkeypatch.setattr(bulk.Bulk, "_send", failing)
    with pytest.raises(SearchUnavailable, match="cannot be reached"):
        wb.search.rebuild()
    assert engine._place.all() == [engine.generation] and wb.search("").total == 9
    assert wb.search.rebuild().documents == 9


def test_an_index_of_another_version_is_built_anew(
    opened: Opener, csv_file: Csv, node: Node
) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace"))
    assert wb.search("").total == 1
    engine = engine_of(wb)
    about = engine._place._about
    with Elasticsearch(node.url) as client:
        for said in ({**about, "format": 99}, {**about, "layout": "another"}, {}, "garbage"):
            before = engine.generation
            client.indices.put_mapping(index=before, meta={"marquee": said})
            engine.close()  # what it knows of the server
            assert wb.search("").total == 1 and engine.generation != before
        client.index(index=engine.generation, id="mark", document={"mark": {"act": 1, "x": 2}})
        engine.close()
        assert wb.search("").total == 1 and wb.search.check().ok


def test_databases_on_one_server_do_not_mix(
    opened: Opener, csv_file: Csv, node: Node, wb: Workbench
) -> None:
    one = opened(search_prefix="shared")
    one.import_file(csv_file("name", "Ada Lovelace"))
    assert found(one, "") == ["Ada Lovelace"]
    wb.database.write(installation.renew)
    more = {"search_url": node.url, "search_prefix": "shared"}
    settings = wb.settings.model_copy(update=more)
    wb.close()
    with Workbench.open(settings=settings) as two:
        two.import_file(csv_file("name", "Grace Hopper", name="b.csv"))
        assert found(two, "") == ["Grace Hopper"] and found(one, "") == ["Ada Lovelace"]
        two.search.rebuild()
    assert found(one, "") == ["Ada Lovelace"]
    engine_of(one).drop()
    assert engine_of(one).standing().reason == "missing"


def test_a_rolled_back_import_is_gone(opened: Opener, csv_file: Csv) -> None:
    wb = opened()
    wb.import_file(csv_file("name", "Ada Lovelace"))
    upload = wb.import_file(csv_file("name", "Grace Hopper", name="b.csv"))
    assert found(wb, "grace") == ["Grace Hopper"]
    wb.rollback(upload.id)
    assert found(wb, "grace") == [] and wb.search("").total == 1 and wb.search.check().ok
