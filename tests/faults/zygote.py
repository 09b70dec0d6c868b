"""Starts of the app that skip the loading of libraries: forks of a process that has loaded them.

For the long runs: a start costs a third of the time. A fork is a process of its own and goes the same way
as `tests.faults.aimed`; its database, threads and server are made after the fork.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Forked:
    """One process, with what the harness asks of a Popen."""

    def __init__(self, zygote: Zygote, pid: int) -> None:
        self._zygote, self.pid = zygote, pid

    def poll(self) -> int | None:
        """Its exit code, minus the signal that ended it; None while it runs."""
        return self._zygote.codes.get(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, when it ended. Raises TimeoutExpired."""
        until = time.monotonic() + (timeout or 1e9)
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("app", timeout or 0)
            time.sleep(0.002)
        return code

    def send_signal(self, number: int) -> None:
        """Harmless when it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(15)


class Zygote:
    """The process that has loaded everything and forks on request."""

    def __init__(self) -> None:
        self.codes: dict[int, int] = {}
        self._pids: list[int] = []
        self._came = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self, arguments: list[str], environment: dict[str, str], log: Path) -> Forked:
        """A fork that goes on as `python -m tests.faults.aimed <arguments>`."""
        assert self._process.stdin is not None
        asked = {"arguments": arguments, "environment": environment, "log": str(log)}
        with self._came:
            before = len(self._pids)
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            if not self._came.wait_for(lambda: len(self._pids) > before, 60):
                raise AssertionError("nothing was forked")
            return Forked(self, self._pids[-1])

    def close(self) -> None:
        """No more forks."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            with self._came:
                if told["code"] is None:
                    self._pids.append(told["pid"])
                else:
                    self.codes[told["pid"]] = told["code"]
                self._came.notify_all()


def _say(pid: int, code: int | None) -> None:
    # One write, so that lines of two threads do not mix.
    os.write(1, (json.dumps({"pid": pid, "code": code}) + "\n").encode())


def _reap(pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    _say(pid, os.waitstatus_to_exitcode(status))


def _become(asked: dict[str, object]) -> None:
    """In the fork: a session, an environment and an output of its own; then the app."""
    os.setsid()
    log = os.open(str(asked["log"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for number in (1, 2):
        os.dup2(log, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    environment = asked["environment"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    arguments = asked["arguments"]
    assert isinstance(arguments, list)
    sys.argv = ["streamlit", *arguments]
    from tests.faults import aimed

    code: object = 0
    try:
        aimed.main()
    except SystemExit as ended:
        code = ended.code or 0
    # `import duckdb` starts a thread, which a fork does not have; DuckDB would wait for it in the end.
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else 1)


def main() -> None:
    """Load what the app loads, then fork for every line of the input."""
    import numpy  # noqa: F401
    import pandas  # noqa: F401
    import polars  # noqa: F401
    import pyarrow  # noqa: F401
    import streamlit.web.bootstrap  # noqa: F401
    import streamlit.web.cli  # noqa: F401
    import streamlit.web.server.starlette.starlette_server  # noqa: F401
    import uvicorn  # noqa: F401

    import api.app  # noqa: F401
    import core.workbench  # noqa: F401

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(json.loads(line))
            return
        _say(pid, None)
        threading.Thread(target=_reap, args=(pid,), daemon=True).start()


if __name__ == "__main__":
    main()
