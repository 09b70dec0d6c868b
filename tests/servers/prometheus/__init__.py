"""Prometheus of Debian's package, on a free port of this machine, with our rules."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

RULES = Path(__file__).resolve().parents[3] / "deploy/observability/prometheus/rules.yaml"
STARTING = 60  # seconds


class Unavailable(Exception):
    """Why there can be no server here."""


class Prometheus:
    """Scrapes one target every second. Use it as a context manager. Raises Unavailable."""

    def __init__(self, home: Path, target: str) -> None:
        self.home, self.target = home, target
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Prometheus:
        if not shutil.which("prometheus"):
            raise Unavailable("Prometheus is not installed: apt-get install prometheus")
        config = self.home / "prometheus.yaml"
        config.write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: ['{RULES}']\n"
            f"scrape_configs: [{{job_name: marquee, static_configs: [{{targets: ['{self.target}']}}]}}]\n",
            "utf-8",
        )
        command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.home}/data"]
        with (self.home / "log.txt").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, f"--web.listen-address=127.0.0.1:{self.port}"], stdout=log, stderr=log
            )
        until = time.monotonic() + STARTING
        while time.monotonic() < until and self._process.poll() is None:
            try:
                self._get("/-/ready")
                return self
            except (OSError, urllib.error.URLError):
                time.sleep(0.2)
        self.__exit__()
        raise Unavailable((self.home / "log.txt").read_text("utf-8")[-500:])

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return bytes(answer.read())

    def query(self, expression: str) -> list[Any]:
        """The series that an expression gives now."""
        words = urllib.parse.urlencode({"query": expression})
        told = json.loads(self._get(f"/api/v1/query?{words}"))
        assert told["status"] == "success", told
        return list(told["data"]["result"])

    def alerts(self) -> dict[str, str]:
        """Alerts of our rules that are pending or firing."""
        told = json.loads(self._get("/api/v1/alerts"))
        return {a["labels"]["alertname"]: a["state"] for a in told["data"]["alerts"]}
