"""The whole stack, started by the script of deploy/observability, beside a real server that people use.

Each part that cannot be had here is skipped with its reason. It takes minutes, so it runs only when STACK_TESTS is set.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from api import create
from core.errors import BackupBusy, StorageError
from core.jobs import table
from core.monitoring import grafana
from core.observe import context, faults, metrics, traces
from core.server import Server
from core.settings import Settings
from core.telemetry.operations import Operations
from pages import _observed

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        "STACK_TESTS" not in os.environ,
        reason="starts five servers, which takes minutes: STACK_TESTS=1 pytest tests/observe/test_stack.py",
    ),
]
SCRIPT = Path(__file__).resolve().parents[2] / "deploy/observability/start.py"
KEY = "the-key-of-this-installation"
PERSON = "Ada Lovelace"
# What a server has only in a case that is not made here.
ELSEWHERE = {
    "marquee.instances.lost": "another process that ends",
    "marquee.sessions": "a browser",
}


def load() -> Any:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("marquee_observability", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Webhook(BaseHTTPRequestHandler):
    """Notes what Alertmanager says."""

    told: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """It says nothing."""


@dataclass
class Lived:
    """The stack, and the server beside it."""

    stack: Any
    server: Server
    trace: str

    def part(self, name: str) -> str:
        """The address of a part; skips where it is not there."""
        if name not in self.stack.urls:
            pytest.skip(self.stack.missing[name])
        return str(self.stack.urls[name])

    def query(self, expression: str) -> list[Any]:
        words = urllib.parse.urlencode({"query": expression})
        told = json.loads(get(f"{self.part('prometheus')}/api/v1/query?{words}"))
        return list(told["data"]["result"])


def get(url: str, key: str = "") -> str:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
        return str(answer.read().decode())


def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait(condition: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, what
        time.sleep(0.5)
    return found


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """A day in the life of a server, within seconds."""
    start, home = load(), tmp_path_factory.mktemp("stack")
    hook = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    port = free()
    stack = start.Stack(
        home / "stack",
        {name: free() for name in start.PORTS},
        f"127.0.0.1:{port}",
        f"http://127.0.0.1:{hook.server_address[1]}/",
        every="1s",
    )
    try:
        start.up(stack)
        with _server(home, port, stack) as server:
            yield Lived(stack, server, _day(server))
    finally:
        start.down(stack.pids)
        for process in stack.started:
            process.wait(20)
        hook.shutdown()
        hook.server_close()
        metrics.forget()
        faults.forget()


def _server(home: Path, port: int, stack: Any) -> Server:
    dsn = stack.settings.get("MARQUEE_SENTRY_DSN")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database=home / "db" / "m.duckdb",
        data_dir=home / "data",
        datasets_dir=home / "datasets",
        backup_dir=home / "backups",
        min_free_mb=10,
        metrics_port=port,
        log_format="json",
        log_file=home / "marquee.log",
        otlp_url=stack.settings.get("MARQUEE_OTLP_URL"),
        sentry_dsn=SecretStr(dsn) if dsn else None,
        environment="testing",
        api_token=SecretStr(KEY),
        backup_every_hours=24,
        schedule_folders=(home / "db" / "inbox",),
        certificates=_certificate(home),
        alert_targets={"nobody": SecretStr("json://127.0.0.1:9")},
        alert_to=["nobody"],
    )
    server = Server(settings)
    server.start()
    return server


def _certificate(home: Path) -> dict[str, Path]:
    if not shutil.which("openssl"):
        return {}
    place = home / "cert.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    more = ["-nodes", "-days", "90", "-subj", "/CN=localhost", "-out", str(place)]
    subprocess.run(
        [*words, *more, "-keyout", str(home / "key.pem")], check=True, capture_output=True
    )
    return {"site": place}


def _day(server: Server) -> str:
    """What people do, and what goes wrong; gives the id of the trace of an import."""
    wb, monitor = server.workbench, server.workbench.services.monitor
    app = Starlette(routes=[Mount("/api", create(lambda: wb))])
    client = TestClient(app, "http://localhost", raise_server_exceptions=False)
    key = {"Authorization": f"Bearer {KEY}"}
    trace = "1234567890abcdef1234567890abcdef"
    assert client.get("/api/v1/uploads").status_code == 401
    body = f"name,birth_date\n{PERSON},1815-12-10\nBob,not a date\n"
    answer = client.post(
        "/api/v1/uploads",
        params={"filename": "secret-file.csv"},
        content=body.encode(),
        headers={**key, "traceparent": f"00-{trace}-1234567890abcdef-01"},
    )
    assert answer.status_code < 300, answer.text
    client.get("/api/v1/search", params={"q": PERSON}, headers=key)
    wb.search(PERSON)
    with context.bound(door="page"), _observed.observed("Records"):
        wb.records().rows()
    wait(lambda: _backed_up(wb), "a backup beside the one of the schedule")
    wb.quality.expect("celebrities", "not_null", field="mbti", severity="warning")
    wb.quality.run("celebrities")
    _fail(wb)
    _arrive(wb)
    metrics.count("marquee.telemetry.dropped", what="log")
    _lose(wb)
    monitor.canary.run()
    metrics.count("marquee.limits.refused", limit="guess")
    monitor.measures.again()
    for _ in range(3):
        monitor.look()
    monitor._write()
    wait(lambda: metrics.value("marquee.alert.messages", outcome="failed"), "a message was tried")
    return trace


def _backed_up(wb: Any) -> bool:
    try:
        wb.backups.create()
    except BackupBusy:  # the schedule makes its first one
        return False
    return True


def _fail(wb: Any) -> None:
    def fail(*_: object) -> int:
        with traces.span("import"):
            raise RuntimeError(f"a fault with {PERSON}")

    wb.worker.kinds["fail"] = fail
    wb.database.write(lambda c: table.add(c, "fail", None, wb.actor, {}))
    wb.worker.wake()
    wait(lambda: metrics.value("marquee.errors", event="job.failed"), "the job failed")


def _arrive(wb: Any) -> None:
    """A file by the watched folder, and one by a schedule."""
    pending, inbox = wb.settings.data_dir / "pending", wb.settings.database.parent / "inbox"
    wait(pending.is_dir, "the folder is there")
    (pending / "folder.csv").write_text("name\nGrace\n", "utf-8")
    inbox.mkdir()
    (inbox / "nightly.csv").write_text("name\nHedy\n", "utf-8")
    place = {"kind": "folder", "folder": str(inbox), "pattern": "*.csv"}
    wb.schedules.save({"name": "Nightly", "dataset": "celebrities", "place": place})
    wb.schedules.run("Nightly")
    for name in ("marquee.folder.files", "marquee.schedule.runs"):
        wait(lambda name=name: any(s.meter.name == name for s in metrics.collect()), name)


def _lose(wb: Any) -> None:
    """A statement fails, and then the engine gives up and is opened again."""
    with pytest.raises(RuntimeError), Operations().measure("a statement"):
        raise RuntimeError

    def task(_: Any) -> None:
        raise duckdb.FatalException("FATAL Error: database has been invalidated")

    with pytest.raises(StorageError):
        wb.database.write(task)
    wait(lambda: wb.database.recovery.reason is None, "the database is open again")


def test_a_line_arrives_in_victorialogs(lived: Lived) -> None:
    lived.part("collector")
    place = f"{lived.part('victorialogs')}/select/logsql/query?"
    words = urllib.parse.urlencode({"query": f'trace_id:"{lived.trace}"', "limit": "50"})
    told = wait(lambda: get(place + words), "lines of the trace in VictoriaLogs")
    lines = [json.loads(line) for line in told.splitlines()]
    assert any("upload" in line for line in lines)
    everything = get(place + urllib.parse.urlencode({"query": "*", "limit": "10000"}))
    assert "server.started" in everything
    for secret in (PERSON, "secret-file", KEY):
        assert secret not in everything


def test_a_trace_arrives_in_the_collector(lived: Lived) -> None:
    lived.part("collector")
    file = lived.stack.home / "telemetry.jsonl"
    wait(lambda: file.exists() and lived.trace in file.read_text("utf-8"), "the trace")
    text = file.read_text("utf-8")
    assert '"http POST"' in text and PERSON not in text and KEY not in text


def test_an_error_arrives_in_bugsink(lived: Lived) -> None:
    place = f"{lived.part('bugsink')}/api/canonical/0"
    project = lived.stack.settings["MARQUEE_SENTRY_DSN"].rpartition("/")[2]
    issues = wait(
        lambda: json.loads(get(f"{place}/issues/?project={project}", lived.stack.token))["results"],
        "an issue in Bugsink",
    )
    assert [issue["calculated_type"] for issue in issues] == ["RuntimeError"]
    events = get(f"{place}/events/?issue={issues[0]['id']}", lived.stack.token)
    [event] = json.loads(events)["results"]
    whole = get(f"{place}/events/{event['id']}/", lived.stack.token)
    data = json.loads(whole)["data"]
    assert data["release"].startswith("marquee@") and data["environment"] == "testing"
    assert data["tags"]["event"] == "job.failed" and data["breadcrumbs"]["values"]
    assert PERSON not in whole and KEY not in whole


def test_every_panel_finds_data(lived: Lived) -> None:
    lived.part("prometheus")
    wait(lambda: lived.query("count_over_time(marquee_jobs_queued[1m]) >= 3"), "three scrapes")

    def empty() -> set[str]:
        found = {meter.name for meter, query in grafana.queries() if not lived.query(query)}
        return found - ELSEWHERE.keys()

    try:  # what was counted last is not in two scrapes yet
        wait(lambda: not empty(), "every panel")
    except AssertionError:
        assert empty() == set()


def test_an_alert_goes_to_alertmanager_and_on(lived: Lived) -> None:
    lived.part("prometheus"), lived.part("alertmanager")
    monitor, settings = lived.server.workbench.services.monitor, lived.server.workbench.settings
    before, settings.min_free_mb = settings.min_free_mb, 10**9

    def said(status: str) -> bool:
        monitor.look()
        return any(
            alert["status"] == status and alert["labels"]["alertname"] == "disk_full"
            for message in Webhook.told
            for alert in message["alerts"]
        )

    wait(lambda: said("firing"), "the webhook is told that it fires")
    settings.min_free_mb = before
    wait(lambda: said("resolved"), "the webhook is told that it is over", 200)
