"""Somebody who follows the documents: types the examples into a real shell, in a folder of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from core.launch.address import healthy
from core.datasets.model import from_toml
from core.datasets.registry import BUILT_IN
from core.datasets.templates import template
from tests.docs.examples import ROOT, Example

SAMPLES = ROOT / "core" / "datasets" / "samples"
SEEN_BY_CURL = "name,mbti\nGrace Hopper,INTJ\n"


class Reader:
    """A folder with the files that the examples speak of, a shell, and a server when one is needed."""

    def __init__(self, folder: Path, curl: str) -> None:
        self.folder, self.port = folder, _free_port()
        self._server: subprocess.Popen[str] | None = None
        self._bring_files()
        self._bring_programs(curl)
        self.variables = {
            **os.environ,
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "MARQUEE_DATABASE": str(folder / "db" / "marquee.duckdb"),
            "MARQUEE_DATA_DIR": str(folder / "data_uploads"),
            "MARQUEE_DATASETS_DIR": str(folder / "datasets"),
            "NO_COLOR": "1",
        }

    def _bring_files(self) -> None:
        shutil.copy(SAMPLES / "people_messy.csv", self.folder / "people.csv")
        celebrities = from_toml(BUILT_IN / "celebrities.toml")
        for name in ("a.csv", "b.json", "c.xlsx", "people.json"):
            content = template(celebrities, name.rpartition(".")[2])  # type: ignore[arg-type]
            (self.folder / name).write_bytes(content)
        (self.folder / "far").mkdir()
        (self.folder / "far" / "people.csv").write_text(SEEN_BY_CURL, "utf-8")

    def _bring_programs(self, curl: str) -> None:
        places = {"python": "bin", "python3": "bin", ".venv/bin/python": "", "curl": "bin"}
        for name, place in places.items():
            program = self.folder / place / name
            program.parent.mkdir(parents=True, exist_ok=True)
            words = curl if name == "curl" else f'"{sys.executable}"'
            program.write_text(f'#!/bin/sh\nexec {words} "$@"\n', "utf-8")
            program.chmod(0o755)

    def type(self, commands: str, **variables: str) -> str:
        """Run what stands there in one bash; it must succeed. Gives what it printed."""
        there = commands.replace("localhost:8501", f"localhost:{self.port}")
        there = there.replace("https://example.org", f"file://{self.folder}/far")
        done = subprocess.run(
            ["bash", "-c", "set -euo pipefail\n" + there],
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=240,
        )
        said = f"{commands}\n{done.stdout[-1500:]}{done.stderr[-3000:]}"
        assert done.returncode == 0, f"exit code {done.returncode} of {said}"
        return done.stdout

    def follow(self, example: Example) -> None:
        """Type an example line by line, with a server running when a line speaks to one."""
        for line in example.text.splitlines():
            command = line.split(" #")[0].strip()
            if command.startswith("python3 run_app.py"):
                self.stop()
                self.start(*command.split()[2:])
            elif command.startswith("python3 run_local_ci.py"):
                # The checks themselves are what runs this test; here it is seen that they are there.
                self.type(command.replace("run_local_ci.py", f"{ROOT}/run_local_ci.py --list"))
            elif "data_uploads/pending" in command:
                self.start()
                self.type(command)
                self.wait_for("processed/people.json")
            else:
                self.start() if "localhost:8501" in command else self.stop()
                self.type(command)

    def start(self, *options: str) -> None:
        """`python3 run_app.py`, without a browser, on a port that is free."""
        if self._server is not None:
            return
        words = [*options, "--no-install", "--no-browser", "--port", str(self.port)]
        self._server = subprocess.Popen(
            [sys.executable, str(ROOT / "run_app.py"), *words],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        end = time.monotonic() + 60
        while not healthy("127.0.0.1", self.port):
            assert self._server.poll() is None and time.monotonic() < end, "it did not start"
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server as Ctrl+C does."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            said, _ = self._server.communicate(timeout=60)
            assert self._server.returncode == 0, said
            self._server = None

    def wait_for(self, name: str) -> dict[str, object]:
        """The report beside a file that the watched folder has dealt with."""
        report = self.folder / "data_uploads" / f"{name}.report.json"
        end = time.monotonic() + 30
        while not report.exists() and time.monotonic() < end:
            time.sleep(0.1)
        assert report.exists(), sorted(self.folder.glob("data_uploads/*/*"))
        time.sleep(0.1)  # the file may be there before its text
        found: dict[str, object] = json.loads(report.read_text("utf-8"))
        return found


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])
