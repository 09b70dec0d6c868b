"""Schemathesis asks every operation of the API what the description allows, and what it forbids: `python -m tests.api.contract`.

The server is the mock: the real app on made-up people. 502 is an answer of the two operations that ask addresses of others.
Addresses of more than 60,000 bytes are not sent: the HTTP server below the app takes 64 KB, and answers 400 by itself.
The stream of events is left out, because its answer has no end.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.api.measure import wait_for
from tests.api.conftest import ROOT, _free_port

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
CONFIG = """
[[operations]]
include-operation-id = ["fetch_upload", "create_webhook"]
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "502"]
"""
HOOKS = """
import schemathesis
from urllib.parse import urlencode

@schemathesis.hook
def filter_query(ctx, query):
    return len(urlencode(query or {}, doseq=True, errors="replace")) < 60_000

@schemathesis.serializer("application/offset+octet-stream")
def offset(ctx, value):
    return {"data": value if isinstance(value, bytes) else str(value).encode()}
"""


def main() -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.api.contract", description=__doc__)
    parser.add_argument("--examples", type=int, default=10, help="fuzzed requests an operation")
    parser.add_argument("--seconds", type=int, help="fuzz again and again for so long")
    parser.add_argument("--seed", type=int, help="of an earlier run, to have its requests again")
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    parser.add_argument("--only", metavar="OPERATION", help="one operation, by its id")
    given = parser.parse_args()
    port = _free_port()
    server = subprocess.Popen([sys.executable, "-m", "api.mock", "--port", str(port)], cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}", seconds=180)
        return _asked(given, f"http://127.0.0.1:{port}/api")
    finally:
        server.terminate()
        server.wait(30)


def _asked(given: argparse.Namespace, url: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "schemathesis.toml").write_text(CONFIG, "utf-8")
        (home / "offset_hooks.py").write_text(HOOKS, "utf-8")
        words = [sys.executable, "-m", "schemathesis.cli", "run", str(ROOT / "docs/openapi.json")]
        words += ["--url", url, "--phases", given.phases, "--checks", CHECKS, "--workers", "2"]
        words += ["--continue-on-failure", "--exclude-operation-id", "stream_events"]
        words += [
            "--max-examples",
            str(given.examples),
            "--warnings",
            "off",
            "--request-timeout",
            "30",
        ]
        options = {
            "--include-operation-id": given.only,
            "--max-time": given.seconds,
            "--seed": given.seed,
        }
        words += [word for name, value in options.items() if value for word in (name, str(value))]
        variables = {**os.environ, "SCHEMATHESIS_HOOKS": "offset_hooks", "PYTHONPATH": folder}
        return subprocess.run(words, cwd=folder, env=variables).returncode


if __name__ == "__main__":
    sys.exit(main())
