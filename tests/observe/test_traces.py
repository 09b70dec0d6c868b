"""Traces: from the door through jobs and threads; nothing is done when nobody looks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from core import Workbench
from core.folder.watcher import Watcher
from core.observe import context, metrics, otel, traces
from core.observe.slowest import KEPT, SPANS, Piece, Slowest


@pytest.fixture
def slowest() -> Iterator[Slowest]:
    found = Slowest(0.0)
    traces.use(otel.OpenTelemetry(otel.resource("1", "test", "i"), found, None, 1.0))
    yield found
    traces.use(None)


def test_spans_belong_to_one_another(slowest: Slowest) -> None:
    with traces.span("http GET") as span:
        span.set(route="/v1/uploads")
        with traces.span("import"):
            traces.past("select", 0.01, rows=3)
    [trace] = slowest.slow()
    by_name = {piece.name: piece for piece in trace.spans}
    assert trace.name == "http GET" and len(trace.spans) == 3
    assert by_name["import"].parent == by_name["http GET"].id
    assert by_name["select"].parent == by_name["import"].id
    assert by_name["http GET"].attributes == {"marquee.route": "/v1/uploads"}


def test_a_trace_comes_from_outside_and_goes_on_in_a_job(slowest: Slowest) -> None:
    outside = f"00-{'a' * 32}-{'b' * 16}-01"
    with traces.span("http POST", parent=outside):
        handed = traces.traceparent()
    assert handed.split("-")[1] == "a" * 32
    with traces.span("job import", parent=handed):
        pass
    trace = slowest.get("a" * 32)
    assert trace is not None and [p.name for p in trace.spans] == ["http POST", "job import"]


@pytest.mark.parametrize(
    "text", ["", "nonsense", "00-0-0-01", f"00-{'0' * 32}-{'b' * 16}-01", "ff-" + "a" * 52]
)
def test_a_traceparent_that_is_none_begins_a_trace(slowest: Slowest, text: str) -> None:
    with traces.span("http GET", parent=text):
        assert len(traces.ids()["trace"]) == 32


def test_another_thread_goes_on(slowest: Slowest) -> None:
    def work() -> None:
        with traces.span("write"):
            pass

    with traces.span("http GET"):
        thread = threading.Thread(target=context.carried(work))
        thread.start()
        thread.join()
    [trace] = slowest.slow()
    assert {piece.name for piece in trace.spans} == {"http GET", "write"}


def test_an_error_is_noted_without_its_text(slowest: Slowest) -> None:
    with pytest.raises(ValueError), traces.span("import"):
        raise ValueError("Ada Lovelace")
    [trace] = slowest.slow()
    assert not trace.ok and trace.spans[0].attributes == {"error.type": "ValueError"}


def test_nobody_looks() -> None:
    with traces.span("import") as span:
        span.set(rows=3)
        assert traces.traceparent() == "" and traces.ids() == {}


def test_what_is_kept_is_bounded() -> None:
    found = Slowest(0.5)
    for n in range(3 * KEPT):
        found.ended(f"{n:032x}", Piece(str(n), "", "slow", float(n), 1.0), True)
    assert len(found.slow()) == KEPT
    for n in range(3 * SPANS):
        found.ended("f" * 32, Piece(str(n), "0", "part", n / 1000, 0.001 * n), False)
    found.ended("f" * 32, Piece("0", "", "whole", -1.0, 5.0), True)
    whole = found.get("f" * 32)
    assert whole is not None and whole.name == "whole"
    assert len(whole.spans) == SPANS and whole.left_out > 0


def test_from_the_folder_through_the_child_and_the_commit_to_the_index(
    slowest: Slowest, wb: Workbench
) -> None:
    watcher = Watcher(wb)
    watcher._open()
    place = wb.settings.data_dir / "pending" / "people.json"
    place.write_text('{"celebrities": [{"name": "Ada"}, {"name": "Bob"}]}', "utf-8")
    wb.search("nobody")  # there is an index before
    watcher.take(place)
    wb.search("Ada")
    watcher.claims.close()
    [report] = (wb.settings.data_dir / "processed").glob("*.report.json")
    trace = slowest.get(json.loads(report.read_text("utf-8"))["trace"])
    assert trace is not None and trace.name == "folder file"
    spans = {piece.name: piece for piece in trace.spans}
    assert spans["folder file"].attributes["marquee.status"] == "imported"
    assert spans["search follow"].attributes["marquee.records"] == 2
    assert metrics.value("marquee.folder.files", outcome="imported") == 1
    assert metrics.value("marquee.search.indexed") == 2
    assert metrics.value("marquee.search.index.duration", how="follow") == 1
    assert "Ada" not in repr(trace) and "people" not in repr(trace)


def test_what_is_read_in_a_child_says_its_processor_time(
    slowest: Slowest, wb: Workbench, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (["name"], ["Ada"]):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    with traces.span("http POST"):
        wb.preview(wb.receive(tmp_path / "people.xlsx").id)
    [trace] = slowest.slow()
    [child] = [piece for piece in trace.spans if piece.name == "read in a child"]
    assert child.attributes["marquee.task"] == "workbook"
    assert child.attributes["marquee.cpu_seconds"] > 0
