"""The whole stack that watches Marquee, on a plain Debian machine, for loopback alone. Standard library only.

    python3 deploy/observability/install.py                   once: Debian packages, Go builds, Bugsink in a venv
    python3 deploy/observability/start.py up --home DIR       start what is installed; prints Marquee's settings
    python3 deploy/observability/start.py status --home DIR
    python3 deploy/observability/start.py down --home DIR

Prometheus scrapes Marquee's port of metrics and sends alerts to Alertmanager, which sends them to `--webhook`. The
OpenTelemetry Collector takes traces and log lines, and hands the lines on to VictoriaLogs. Bugsink takes errors by
Sentry's protocol. A part that is not installed is left out, and said.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
COLLECTOR = "0.161.0"
PORTS = {
    "victorialogs": 9428,
    "collector": 4318,
    "alertmanager": 9093,
    "prometheus": 9090,
    "bugsink": 8000,
}
PATIENCE = 180.0  # seconds until a part must answer
PROJECT = """
from bsmain.models import AuthToken
from projects.models import Project
p, _ = Project.objects.get_or_create(slug="marquee", defaults={"name": "Marquee"})
print("MADE", p.id, p.sentry_key.hex, AuthToken.create_full_access().token)
"""


class Missing(Exception):
    """A part is not installed; the text says what would install it."""


@dataclass
class Stack:
    """Where everything is: `pids` and `urls` by part, `missing` with reasons, `settings` for Marquee."""

    home: Path
    ports: dict[str, int]
    target: str
    webhook: str
    every: str = "15s"  # between two scrapes
    urls: dict[str, str] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    token: str = ""  # of Bugsink's API
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)  # by this process

    def place(self, name: str) -> str:
        """Host and port of a part."""
        return f"127.0.0.1:{self.ports[name]}"

    def write(self) -> None:
        """Keep it, for `status` and `down`."""
        names = ("urls", "pids", "missing", "settings", "token")
        text = json.dumps({name: getattr(self, name) for name in names}, indent=1)
        file = self.home / "stack.json"
        file.touch(0o600)
        file.write_text(text, "utf-8")


def cache() -> Path:
    """Where what was built is kept."""
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "marquee-tests"


def _program(*names: str, hint: str) -> str:
    for name in names:
        if found := shutil.which(name) or shutil.which(str(cache() / "go" / name)):
            return found
    raise Missing(f"{names[0]} is not installed: {hint}")


def _bugsink(name: str) -> str:
    found = cache() / "bugsink" / "bin" / name
    if not found.exists():
        raise Missing("Bugsink is not installed: install.py bugsink")
    return str(found)


def _run(words: Sequence[str], environment: Mapping[str, str], folder: Path) -> str:
    done = subprocess.run(
        words, env=environment, cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


# ------------------------------------------------------------------ the parts


def victorialogs(it: Stack) -> list[str]:
    """Log lines, searchable at /select/vmui."""
    program = _program("victoria-logs", hint="install.py victorialogs")
    data = f"-storageDataPath={it.home}/logs"
    it.urls["victorialogs"] = f"http://{it.place('victorialogs')}"
    return [program, f"-httpListenAddr={it.place('victorialogs')}", data, "-retentionPeriod=30d"]


def collector(it: Stack) -> list[str]:
    """Traces into a file, log lines to VictoriaLogs where that runs."""
    program = _program(f"otelcol-marquee-{COLLECTOR}", hint="install.py collector")
    words = [program, "--config", str(HERE / "collector/collector.yaml")]
    if "victorialogs" in it.urls:
        words += ["--config", str(HERE / "collector/victorialogs.yaml")]
    it.urls["collector"] = f"http://{it.place('collector')}"
    it.settings["MARQUEE_OTLP_URL"] = it.urls["collector"]
    return words


def alertmanager(it: Stack) -> list[str]:
    """Groups alerts, silences them, and sends them on."""
    program = _program(
        "prometheus-alertmanager", "alertmanager", hint="apt-get install prometheus-alertmanager"
    )
    text = (HERE / "alertmanager/alertmanager.yaml").read_text("utf-8")
    config = it.home / "alertmanager.yaml"
    config.write_text(text.replace("http://127.0.0.1:9/", it.webhook), "utf-8")
    it.urls["alertmanager"] = f"http://{it.place('alertmanager')}"
    listen = f"--web.listen-address={it.place('alertmanager')}"
    data = f"--storage.path={it.home}/alertmanager"
    return [program, f"--config.file={config}", data, listen, "--cluster.listen-address="]


def prometheus(it: Stack) -> list[str]:
    """Scrapes Marquee, evaluates the rules."""
    program = _program("prometheus", hint="apt-get install prometheus")
    text = (HERE / "prometheus/prometheus.yaml").read_text("utf-8")
    text = text.replace("127.0.0.1:9464", it.target).replace(
        "127.0.0.1:9093", it.place("alertmanager")
    )
    config = it.home / "prometheus.yaml"
    text = text.replace("15s", it.every)
    config.write_text(text.replace("rules.yaml", str(HERE / "prometheus/rules.yaml")), "utf-8")
    it.urls["prometheus"] = f"http://{it.place('prometheus')}"
    it.settings["MARQUEE_METRICS_PORT"] = it.target.rpartition(":")[2]
    listen = f"--web.listen-address={it.place('prometheus')}"
    return [program, f"--config.file={config}", f"--storage.tsdb.path={it.home}/metrics", listen]


def bugsink(it: Stack) -> list[str]:
    """Unexpected errors. For one person on this machine, as its licence wants."""
    create, manage = _bugsink("bugsink-create-conf"), _bugsink("bugsink-manage")
    home, port = it.home / "bugsink", str(it.ports["bugsink"])
    home.mkdir(exist_ok=True)
    if not (home / "bugsink_conf.py").exists():
        _run([create, "--template=local", "--host=127.0.0.1", f"--port={port}"], os.environ, home)
    environment = _bugsink_environment()
    for database in ("default", "snappea"):
        _run([manage, "migrate", f"--database={database}"], environment, home)
    told = _run([manage, "shell", "-c", PROJECT], environment, home)
    [line] = [line for line in told.splitlines() if line.startswith("MADE")]
    _, project, key, it.token = line.split()
    it.urls["bugsink"] = f"http://{it.place('bugsink')}"
    it.settings["MARQUEE_SENTRY_DSN"] = f"http://{key}@{it.place('bugsink')}/{project}"
    return [_bugsink("gunicorn"), "--bind", it.place("bugsink"), "--workers=1", "bugsink.wsgi"]


def _bugsink_environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "bugsink_conf", "PYTHONPATH": "."}


PARTS: dict[str, tuple[Callable[[Stack], list[str]], str]] = {
    "victorialogs": (victorialogs, "/health"),
    "collector": (collector, ""),
    "alertmanager": (alertmanager, "/-/ready"),
    "prometheus": (prometheus, "/-/ready"),
    "bugsink": (bugsink, "/"),
}


# ------------------------------------------------------------------ up, down


def up(it: Stack, parts: Sequence[str] = tuple(PARTS)) -> Stack:
    """Start the parts that are installed. Raises RuntimeError when one of them does not answer."""
    it.home.mkdir(parents=True, exist_ok=True)
    for name in parts:
        prepare, _ = PARTS[name]
        try:
            words = prepare(it)
        except (Missing, subprocess.CalledProcessError) as reason:
            it.missing[name] = str(reason)
            continue
        it.pids[name] = _start(it, name, words)
        it.write()
    for name in it.pids:
        _await(it, name)
    it.write()
    return it


def _start(it: Stack, name: str, words: list[str]) -> int:
    own = _bugsink_environment() if name == "bugsink" else dict(os.environ)
    own |= {"OTLP_ADDRESS": it.place("collector"), "OTLP_FILE": f"{it.home}/telemetry.jsonl"}
    own["VICTORIALOGS_URL"] = it.urls.get("victorialogs", "")
    folder = it.home / "bugsink" if name == "bugsink" else it.home
    with (it.home / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            words, cwd=folder, env=own, stdout=log, stderr=log, start_new_session=True
        )
    it.started.append(process)
    return process.pid


def _await(it: Stack, name: str) -> None:
    until, path = time.monotonic() + PATIENCE, PARTS[name][1]
    while time.monotonic() < until and alive(it.pids[name]):
        try:
            if path:
                urllib.request.urlopen(it.urls[name] + path, timeout=5).close()
            else:
                socket.create_connection(("127.0.0.1", it.ports[name]), 1).close()
            return
        except urllib.error.HTTPError as answer:
            with answer:
                if answer.code < 500:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    told = (it.home / f"{name}.log").read_text("utf-8", "replace")[-800:]
    raise RuntimeError(f"{name} does not answer:\n{told}")


def alive(pid: int) -> bool:
    """Whether the process runs."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def down(pids: Mapping[str, int]) -> None:
    """End them, those that take from others first."""
    for pid in reversed(list(pids.values())):
        if alive(pid):
            os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + 20
    for pid in pids.values():
        while alive(pid) and time.monotonic() < until:
            time.sleep(0.1)
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


def main() -> int:
    """Up, status or down. Gives the exit code: 1 when a part is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("act", choices=("up", "status", "down"))
    parser.add_argument("parts", nargs="*", default=list(PARTS), help="which (all)")
    parser.add_argument("--home", type=Path, default=Path("db/observability"))
    parser.add_argument("--target", default="127.0.0.1:9464", help="where Marquee gives metrics")
    parser.add_argument("--webhook", default="http://127.0.0.1:9/", help="told of alerts")
    args = parser.parse_args()
    home = args.home.resolve()
    if args.act == "up":
        it = up(Stack(home, PORTS, args.target, args.webhook), args.parts)
        print("".join(f"{name}={value}\n" for name, value in it.settings.items()), end="")
        print("".join(f"# {name}: {url}\n" for name, url in it.urls.items()), end="")
        print("".join(f"# left out: {reason}\n" for reason in it.missing.values()), end="")
        return int(bool(it.missing))
    found = json.loads((home / "stack.json").read_text("utf-8"))
    if args.act == "down":
        down(found["pids"])
        return 0
    for name, pid in found["pids"].items():
        print(f"{name}: {'runs' if alive(pid) else 'does not run'} ({found['urls'][name]})")
    return int(not all(map(alive, found["pids"].values())))


if __name__ == "__main__":
    sys.exit(main())
