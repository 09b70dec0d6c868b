"""Kept searches tell what is new in them and why; what was searched is counted, and forgotten in time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import polars
import pytest
from pydantic import SecretStr

from core import Workbench
from core.actor import Actor
from core.alerts.sending import send
from core.errors import AlertNotSent, BadQuery, Conflict, InputError, NotFound
from core.history.events import now
from core.search.asked import Log
from core.search.watching import Watch


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines), "utf-8")
    return path


def id_of(wb: Workbench, name: str) -> str:
    return str(next(wb.records(where={"name": name}).rows())["record_id"])


# ------------------------------------------------------------------ kept searches


def test_news_name_what_is_new_changed_and_gone_with_the_cause(
    changing: Workbench, tmp_path: Path
) -> None:
    wb = changing
    kept = wb.search.save("Singers", "singer", filters={"nationality": "United States"})
    assert wb.search.news(kept.id).total == 0
    wb.import_file(
        write(
            tmp_path,
            "more.csv",
            "name,birth_date,occupations,nationality,mbti",
            "Nina Simone,1933-02-21,singer,United States,",
            "Edith Piaf,1915-12-19,singer,France,",
        )
    )
    wb.edit("celebrities", id_of(wb, "Beyoncé Knowles"), {"mbti": "ENFJ"})
    wb.through("page", "eva").records.delete("celebrities", id_of(wb, "Bob Dylan"))
    wb.edit("celebrities", id_of(wb, "Michael Jordan"), {"mbti": "ENFJ"})  # is no singer
    news = wb.search.news(kept.id)
    assert news.counts == {"new": 1, "gone": 1, "changed": 1}
    (new,), (gone,), (changed,) = news.new, news.gone, news.changed
    assert (new.title, new.filename) == ("Nina Simone", "more.csv")
    assert (gone.title, gone.by, gone.filename) == ("Bob Dylan", "eva", None)
    assert changed.title == "Beyoncé Knowles"
    wb.search.looked(kept.id)
    assert wb.search.news(kept.id).total == 0


def test_what_no_longer_fits_is_gone_although_it_is_there(changing: Workbench) -> None:
    kept = changing.search.save("INTJ", filters={"mbti": "INTJ"})
    changing.edit("celebrities", id_of(changing, "周杰伦"), {"mbti": "ISFP"})
    news = changing.search.news(kept.id)
    assert [i.title for i in news.gone] == ["周杰伦"] and not news.new


def test_kept_searches_are_ones_own(changing: Workbench) -> None:
    mine = changing.search.save("Mine", "bob")
    eva = changing.through("page", "eva")
    assert eva.search.saved() == [] and [s.name for s in changing.search.saved()] == ["Mine"]
    for act in (eva.search.news, eva.search.looked, eva.search.remove):
        with pytest.raises(NotFound):
            act(mine.id)
    with pytest.raises(Conflict, match="name"):
        changing.search.save("mine ", "dylan")
    eva.search.save("Mine", "bob")
    changing.search.remove(mine.id)
    assert changing.search.saved() == [] and len(eva.search.saved()) == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"name": ""}, InputError),
        ({"name": "x" * 101}, InputError),
        ({"name": "x", "filters": {"field": "height", "value": 1}}, BadQuery),
        ({"name": "x", "sort": "height"}, BadQuery),
        ({"name": "x", "alert": "nobody"}, NotFound),
    ],
)
def test_what_makes_no_sense_is_not_kept(
    people: Workbench, arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        people.search.save(**arguments)
    assert people.search.saved() == []


# ------------------------------------------------------------------ alerts


@pytest.fixture
def heard() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A real server that takes messages: its address, and what it got."""
    got: list[dict[str, Any]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()
    thread.join()


def test_news_are_counted_and_told_once(
    changing: Workbench, tmp_path: Path, heard: tuple[str, list[dict[str, Any]]]
) -> None:
    address, got = heard
    targets = {"team": SecretStr(address)}
    changing.services.settings = settings = changing.settings.model_copy(
        update={"alert_targets": targets}
    )
    changing.search.save("Poets", "poet", alert="team")
    changing.import_file(
        write(tmp_path, "poets.csv", "name,birth_date,occupations", "Rumi,1207-09-30,poet")
    )
    changing.search("")  # the index has it
    services = changing.services
    watch = Watch(services.database, settings, services.corridor.dataset, services.search.of)
    watch.look()
    assert [one.news for one in changing.search.saved()] == [1]
    assert [(m["title"], m["message"]) for m in got] == [("Poets: 1 record is new", "new: Rumi")]
    watch.look()
    assert len(got) == 1


def test_an_alert_that_is_not_taken_says_so_without_its_address() -> None:
    targets = {"team": SecretStr("json://127.0.0.1:9/secret"), "odd": SecretStr("nonsense")}
    for name, error in (("nobody", NotFound), ("team", AlertNotSent), ("odd", AlertNotSent)):
        with pytest.raises(error) as told:
            send(targets, name, "title", "text")
        assert "secret" not in str(told.value) and "nonsense" not in str(told.value)


# ------------------------------------------------------------------ what was searched


def test_the_figures_of_searching(changing: Workbench) -> None:
    search = changing.search
    assert search.analytics().searches == 0 and search.analytics().without_hits is None
    found = search("dylan")
    query_id = search.asked("celebrities", "dylan", found)
    search.opened(query_id, found.hits[0].record_id, 1)
    for _ in range(3):
        search.asked("celebrities", "qqqqqqqqqqqq", search("qqqqqqqqqqqq"))
    told = search.analytics()
    assert (told.searches, told.people, told.without_hits, told.opened) == (4, 1, 0.75, 0.25)
    assert told.position == 1 and told.p95 is not None and told.p95 >= (told.p50 or 9)
    assert [(t.text, t.searches, t.hits) for t in told.nothing] == [("qqqqqqqqqqqq", 3, 0)]
    assert [(t.text, t.opened) for t in told.top] == [("qqqqqqqqqqqq", 0), ("dylan", 1)]
    assert [d.searches for d in told.days] == [4]
    assert search.history() == ["qqqqqqqqqqqq", "dylan"]
    assert changing.through("page", "eva").search.history() == []
    search.forget()
    assert search.history() == [] and search.analytics().searches == 0


def test_typing_a_word_is_one_search(changing: Workbench) -> None:
    before = None
    for text in ("b", "bo", "bob", "bob d", "bob"):
        found = changing.search(text)
        before = changing.search.asked("celebrities", text, found, before)
    changing.search.asked("celebrities", "ben", changing.search("ben"), before)
    assert changing.search.history() == ["ben", "bob"]


def test_searches_expire(changing: Workbench) -> None:
    log = Log(changing.database, days=30)
    log.asked(Actor(), "celebrities", "old", 1, 0.1)
    log.write()
    old = 'UPDATE ops.search_queries SET "timestamp" = ?'
    changing.database.write(lambda c: c.execute(old, [now() - timedelta(days=31)]))
    log.asked(Actor(), "celebrities", "new", 1, 0.1)
    log.write()
    log.expire()
    assert log.recent("local", "celebrities") == ["new"]
    nothing = Log(changing.database, days=0)
    nothing.asked(Actor(), "celebrities", "not kept", 1, 0.1)
    assert nothing.recent("local", "celebrities") == ["new"]


# ------------------------------------------------------------------ export


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl", "parquet"])
def test_all_that_was_found_comes_out_the_best_first(
    people: Workbench, tmp_path: Path, format: Any
) -> None:
    fields = ["name", "aliases", "birth_date"]
    path = tmp_path / f"found.{format}"
    path.write_bytes(b"".join(people.search.export("singer", fields=fields, format=format)))
    expected = [hit.record["name"] for hit in people.search("singer", limit=100)]
    if format == "parquet":
        frame = polars.read_parquet(path)
        assert frame.columns == fields and frame["name"].to_list() == expected
        assert ["周董", "Jay", "Zhou Jielun"] in frame["aliases"].to_list()
    else:
        table = people.read(path)
        assert list(table.names) == fields
        assert [row[0] for row in table.rows()] == expected


def test_an_export_comes_back_unchanged(changing: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "found.csv"
    path.write_bytes(b"".join(changing.search.export("singer")))
    assert changing.import_file(path).counts.unchanged == changing.search("singer").total
    with pytest.raises(BadQuery, match="height"):
        changing.search.export("x", fields=["height"])
