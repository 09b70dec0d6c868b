"""A server, locust against it, and the table of what its clients waited."""

from __future__ import annotations

import csv
import subprocess  # nosec B404
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.suite import BenchmarkError

HERE = Path(__file__).parent
PORT = 8503
START = 120  # seconds that the server may take


def measure(users: int, seconds: float, url: str | None) -> int:
    """Print requests, errors and times by act. Gives 1 when a request failed."""
    server = None if url else _mock()
    try:
        place = url or f"http://127.0.0.1:{PORT}"
        wait_for(place)
        rows = _run(place, users, seconds)
    finally:
        if server is not None:
            server.terminate()
            server.wait(30)
    print(table(rows))
    return int(any(int(row["Failure Count"]) for row in rows))


def _mock() -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "core", "mock", "--port", str(PORT)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL)  # nosec B603


def wait_for(url: str, seconds: float = START) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/api/v1/health", timeout=10):  # nosec B310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise BenchmarkError(f"no server answers at {url}")


def _run(url: str, users: int, seconds: float) -> list[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        stem = Path(folder) / "locust"
        words = ["locust", "-f", str(HERE / "locustfile.py"), "--headless", "--only-summary"]
        words += ["-u", str(users), "-r", str(max(users // 5, 1)), "-t", f"{int(seconds)}s"]
        done = subprocess.run(  # nosec B603
            [sys.executable, "-m", *words, "--host", url, "--csv", str(stem)],
            capture_output=True,
            text=True,
        )
        found = stem.with_name("locust_stats.csv")
        if not found.exists():
            raise BenchmarkError(f"locust measured nothing: {done.stderr[-500:]}")
        with found.open(encoding="utf-8") as file:
            return list(csv.DictReader(file))


def table(rows: list[dict[str, str]]) -> str:
    """Requests, errors, and milliseconds, by act."""
    lines = [
        "| Act | Requests | Errors | p50, ms | p95, ms | p99, ms |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        times = " | ".join(row[name] for name in ("50%", "95%", "99%"))
        lines.append(
            f"| {row['Name']} | {row['Request Count']} | {row['Failure Count']} | {times} |"
        )
    return "\n".join(lines)
