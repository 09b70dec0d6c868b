"""Both clients make one journey against a real server: bring, read all pages, be refused, take back by a job."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2 as httpx
import pandas
import pytest
import uvicorn
from opentelemetry.sdk.trace import TracerProvider
from starlette.applications import Starlette
from starlette.routing import Mount

from api import create
from core import Workbench, errors
from core.errors import VersionMismatch, catalogue
from core.ingest.recipes.recipe import Recipe
from core.observe import otel, traces
from core.observe.slowest import Slowest
from tests.api.conftest import settings_in
from tests.docs.test_examples import OWN_CURL, TUTORIAL, needs_bash

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
sys.path.insert(0, str(CLIENTS / "python"))

from marquee_client import ApiError, AsyncClient, Client, Unreachable  # noqa: E402
from marquee_client.codes import BY_CODE, DuplicateUpload  # noqa: E402

PEOPLE = b"name,mbti\nAda,INTJ\nGrace,INTP\nKatherine,INFJ\n"
WHERE = {"name.in": "Ada,Grace,Katherine"}


@pytest.fixture(scope="module", name="url")
def _url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Workbench(settings_in(tmp_path_factory.mktemp("clients"))) as workbench:
        workbench.start()
        app = Starlette(routes=[Mount("/api", create(lambda: workbench))])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


def test_the_journey_in_python(url: str) -> None:
    sent: list[tuple[int, int]] = []
    with Client(url) as api:
        brought = api.upload(PEOPLE, filename="py.csv", progress=lambda *at: sent.append(at))
        assert brought["counts"]["new"] == 3 and sent[-1] == (len(PEOPLE), len(PEOPLE))
        names = [r["name"] for r in api.records("celebrities", WHERE, limit=1, sort="name")]
        assert names == ["Ada", "Grace", "Katherine"]
        frame = api.frame("celebrities", WHERE, sort="name")
        assert frame.pl()["name"].to_list() == list(frame.df()["name"]) == names
        ada, grace = [r["record_id"] for r in api.records("celebrities", WHERE, sort="name")][:2]
        merged = api.merge_records("celebrities", ada, body={"records": [grace]})
        assert api.get_record("celebrities", grace)["record_id"] == ada
        api.unmerge_records("celebrities", str(merged["id"]))
        with pytest.raises(DuplicateUpload) as refused:
            api.upload(PEOPLE, filename="py.csv")
        assert refused.value.problem["upload_id"] == brought["id"]
        job = api.rollback_upload(brought["id"], prefer="respond-async")
        done = api.wait(job["id"])  # type: ignore[typeddict-item]
        assert api.get_job_result(done["id"])["counts"]["reversed"] == 3


def test_the_journey_awaited(url: str) -> None:
    async def journey() -> list[str]:
        async with AsyncClient(url) as api:
            brought = await api.upload(b"name\nAwaited\n", filename="a.csv")
            names = [r["name"] async for r in api.records("celebrities", {"name": "Awaited"})]
            with pytest.raises(ApiError):
                await api.upload(b"name\nAwaited\n")
            await api.rollback_upload(brought["id"])
            return names

    assert asyncio.run(journey()) == ["Awaited"]


def test_the_journey_in_javascript(url: str) -> None:
    if not (node := shutil.which("node")):
        pytest.skip("node is not installed")
    script = CLIENTS / "typescript" / "journey.js"
    done = subprocess.run([node, script, url], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "counts": 3,
        "names": ["Ada", "Grace", "Katherine"],
        "refused": "duplicate_upload",
        "reversed": 3,
    }


def _tutorial(kind: str, url: str) -> str:
    told = "\n".join(e.text for e in TUTORIAL if e.kind == kind)
    return told.replace("http://localhost:8501", url).replace(
        "localhost:8501", url.removeprefix("http://")
    )


@needs_bash
def test_the_tutorial_by_curl(url: str, tmp_path: Path) -> None:
    script = f'set -e\ncurl() {{ {OWN_CURL} "$@"; }}\n' + _tutorial("bash", url)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "1990-13-40" in done.stdout and '"mbti":"ENTP"' in done.stdout
    assert '"waiting":0' in done.stdout and '"reversed":2' in done.stdout


def test_the_tutorial_in_python_and_a_notebook(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(_tutorial("python", url), "docs/tutorial.md", "exec"), {})
    said = capsys.readouterr().out
    assert "2 new\nAlan Turing\nimported before, as" in said
    assert "1930-05-11\nINTJ\n" in said


def test_the_tutorial_in_typescript(url: str, tmp_path: Path) -> None:
    if not (node := shutil.which("node")):
        pytest.skip("node is not installed")
    here = (CLIENTS / "typescript" / "index.js").as_uri()
    script = tmp_path / "tutorial.mjs"
    script.write_text(_tutorial("js", url).replace('"marquee-client"', f'"{here}"'), "utf-8")
    done = subprocess.run([node, script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 new\nBarbara Liskov INTJ\n"


def test_a_request_is_sent_again_with_the_same_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marquee_client.call.LONGEST", 0.0)
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Idempotency-Key"])
        if len(seen) == 1:
            raise httpx.ConnectError("gone")
        status = 503 if len(seen) == 2 else 200
        return httpx.Response(status, json={"id": "1", "status": "done"})

    with Client("http://m") as api:
        api._http = httpx.Client(base_url="http://m", transport=httpx.MockTransport(answer))
        assert api.cancel_upload("1")["status"] == "done"
        assert len(seen) == 3 and len(set(seen)) == 1
        seen.clear()
        api._http = httpx.Client(
            base_url="http://m", transport=httpx.MockTransport(lambda _: httpx.Response(503))
        )
        with pytest.raises(ApiError):
            api.list_jobs()
    with pytest.raises(Unreachable), Client("http://127.0.0.1:9", attempts=1) as nobody:
        nobody.list_jobs()


@pytest.fixture
def traced() -> Iterator[set[str]]:
    """The ids of the traces that the server puts together."""
    slowest, found = Slowest(0.0), set[str]()
    ended = slowest.ended

    def note(trace: str, *rest: Any) -> None:
        found.add(trace)
        ended(trace, *rest)

    with patch.object(slowest, "ended", note):
        traces.use(otel.OpenTelemetry(otel.resource("1", "test", "i"), slowest, None, 1.0))
        yield found
    traces.use(None)


def test_a_trace_of_the_caller_goes_on_in_the_server(url: str, traced: set[str]) -> None:
    caller = TracerProvider(shutdown_on_exit=False).get_tracer("a program")
    with Client(url) as api, caller.start_as_current_span("its work") as span:
        api.list_jobs()
    wanted = f"{span.get_span_context().trace_id:032x}"
    until = time.monotonic() + 10
    while wanted not in traced:
        assert time.monotonic() < until, traced
        time.sleep(0.02)


def test_requests_outside_of_a_trace_have_one_each() -> None:
    seen = set()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.add(request.headers["traceparent"])
        return httpx.Response(200, json={"jobs": []})

    with Client("http://m") as api:
        api._http = httpx.Client(base_url="http://m", transport=httpx.MockTransport(answer))
        api.list_jobs(), api.list_jobs()
    assert len(seen) == 2 and all(otel.from_traceparent(one) for one in seen)


def test_a_program_in_javascript_begins_a_trace(url: str, traced: set[str], tmp_path: Path) -> None:
    if not (node := shutil.which("node")):
        pytest.skip("node is not installed")
    here, script = (CLIENTS / "typescript" / "index.js").as_uri(), tmp_path / "traced.mjs"
    script.write_text(
        f"""import {{ Marquee }} from "{here}";
        const seen = [];
        const send = (address, given) => {{
          seen.push(given.headers.get("traceparent").split("-")[1]);
          return fetch(address, given);
        }};
        await new Marquee({{ url: "{url}", fetch: send }}).request("get", "/v1/jobs");
        console.log(seen.join());""",
        "utf-8",
    )
    done = subprocess.run([node, script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    until = time.monotonic() + 10
    while done.stdout.strip() not in traced:
        assert time.monotonic() < until, (done.stdout, traced)
        time.sleep(0.02)


def test_every_error_is_an_exception_of_its_code() -> None:
    assert set(BY_CODE) == {kind.code for kind in catalogue()}


def test_the_client_is_that_of_the_description() -> None:
    from clients import generate

    assert generate.main(["--check"]) == 0


def _with_a_recipe(there: Any) -> None:
    """Cleaning steps, and a whole recipe without which the file cannot be mapped."""
    made = there.import_file(
        b"name\nXaver\n", recipe=[{"op": "upper", "field": "name"}], filename="x.csv"
    )
    assert made.counts.new == 1 and there.records.count(where={"name": "XAVER"}) == 1
    whole = {
        "dataset": "celebrities",
        "reading": {"delimiter": "|"},
        "mapping": {"Wer": "name", "Was": None},
    }
    data = b"Wer|Was\nYolanda|1\nZita|2\n"
    for each in (whole, Recipe.model_validate(whole)):
        seen = there.preview(data, recipe=each, filename="y.csv")
        assert (seen.status, seen.counts.new) == ("previewed", 2)
    assert there.import_file(data, recipe=whole, filename="y.csv", force=True).counts.new == 2
    assert there.records.count(where=[("name", "in", ["Yolanda", "Zita"])]) == 2
    with pytest.raises(errors.DuplicateUpload):
        there.import_file(data, recipe=whole, filename="y.csv")


def _with_deletions(there: Any) -> None:
    there.import_file(b"name\nGone A\nGone B\n", filename="g.csv", source_name="gone")
    seen = there.preview(b"name\nStays\n", filename="h.csv", source_name="gone", mode="replace")
    with pytest.raises(errors.ManyDeletions):
        there.commit(seen.id)
    assert there.commit(seen.id, confirm_deletions=True).counts.deleted == 2


def test_a_notebook_works_with_a_running_server(url: str, tmp_path: Path) -> None:
    with Workbench.connect(url) as there:
        done = there.import_frame(
            pandas.DataFrame({"who": ["Hedy", "Yuki"]}), mapping={"who": "name"}
        )
        assert done.counts.new == 2 and "<table>" in done._repr_html_()
        mine = there.records(
            where=[("name", "in", ["Hedy", "Yuki"])], order_by="name", fields=["name"]
        )
        assert mine.pl()["name"].to_list() == list(mine.df()["name"]) == ["Hedy", "Yuki"]
        assert [row.name for row in mine] == ["Hedy", "Yuki"] and "Hedy" in mine._repr_html_()
        assert there.records.count(where={"name": "Hedy"}) == 1
        one = next(there.records(where={"name": "Hedy"}).rows())
        edited = there.edit("celebrities", one.record_id, {"mbti": "intj"}, version=one._version)
        assert edited.mbti == "INTJ"
        with pytest.raises(VersionMismatch):
            there.edit("celebrities", one.record_id, {"mbti": "INTP"}, version=one._version)
        assert len(there.history("celebrities", one.record_id)) == 2
        there.records.delete("celebrities", one.record_id)
        assert there.records.restore("celebrities", one.record_id).name == "Hedy"
        path = tmp_path / "p.csv"
        path.write_text("name\nPreviewed\n", "utf-8")
        seen = there.preview(path)
        assert there.uploads.changes(seen.id)[0].outcome == "new"
        assert there.commit(seen.id).status == "imported"
        with pytest.raises(errors.DuplicateUpload):
            there.import_file(path)
        assert there.rollback(seen.id).counts.reversed == 1
        assert there.uploads(limit=1).pl().height == 1 and there.history.events(limit=1)
        _with_a_recipe(there)
        _with_deletions(there)
        assert there.datasets.get("celebrities").name == "celebrities"
        assert there.jobs() and there.ask("GET", "/health").status == "ok"
        assert there.quality.score().total is None or there.quality.score().records >= 2
    with pytest.raises(errors.InputError):
        Workbench.connect("localhost")
    with pytest.raises(errors.FetchFailed, match="does not answer"):
        Workbench.connect("http://127.0.0.1:9")
