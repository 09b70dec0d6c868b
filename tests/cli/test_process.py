"""The command line as a real process: pipes, names, Ctrl-C, a locked database, light imports."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from core.workbench import Workbench
from tests.api.conftest import Server, _serve

serve = _serve
ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "core"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def run(
    folder: Path, *arguments: str | bytes, data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    command = [*COMMAND, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(), input=data, capture_output=True, timeout=120
    )


def test_core_loads_no_web_framework_and_no_command_line() -> None:
    code = (
        "import sys, core; print([m for m in ('streamlit', 'fastapi', 'typer', 'rich', 'starlette')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), cwd=ROOT, capture_output=True, timeout=60
    )
    assert done.stdout.strip() == b"[]", done.stderr


def test_stdin_and_a_quiet_broken_pipe(folder: Path) -> None:
    data = (folder / "people.csv").read_bytes()
    done = run(folder, "import", "-", "--filename", "piped.csv", "--json", data=data)
    assert json.loads(done.stdout)["uploads"][0]["filename"] == "piped.csv"
    big = [*COMMAND, "sql", "SELECT * FROM range(2000000)"]
    with subprocess.Popen(
        big, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None and child.stderr is not None
        assert child.stdout.readline().strip() == b"range"
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 141


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
@pytest.mark.parametrize("name", [b"a\nb.csv", b"caf\xe9 \x1b[31m.csv"], ids=["newline", "bytes"])
def test_odd_file_names(folder: Path, name: bytes) -> None:
    os.rename(folder / "people.csv", os.path.join(os.fsencode(folder), name))
    for command in ("import", "preview", "read"):
        done = run(folder, command, name)
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        assert b"\x1b" not in done.stdout
    assert run(folder, "import", b"missing " + name, "--json").returncode == 4


def test_a_database_in_use_points_to_the_api(folder: Path) -> None:
    with Workbench.open(folder / "db" / "marquee.duckdb", data_dir=folder / "data_uploads"):
        done = run(folder, "uploads", "--json")
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 8
    assert error["code"] == "database_locked"
    assert str(os.getpid()) in error["detail"] or sys.platform == "win32"
    assert "/api/v1/uploads" in error["hint"]


@pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="no bash here")
def test_a_shell_completes_commands_and_options(folder: Path) -> None:
    program = folder / "marquee"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m core "$@"\n', "utf-8")
    program.chmod(0o755)
    asked = """eval "$(marquee completion bash)"
    for words in "rol" "import --on"; do
      COMP_WORDS=(marquee $words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _marquee_completion marquee; echo "${COMPREPLY[@]}"
    done"""
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", asked],
        cwd=folder,
        env={**environment(), "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.split() == ["rollback", "--on-error"], done.stderr


@pytest.mark.integration
def test_commands_work_beside_a_running_app(
    folder: Path, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(folder, MARQUEE_API_TOKEN="secret")  # which a command of the same user needs not
    door = folder / "db" / "marquee.duckdb.door"
    if os.name != "nt":
        assert door.stat().st_mode & 0o077 == 0
    data = (folder / "people.csv").read_bytes()
    piped = run(folder, "import", "-", "--filename", "piped.csv", "--json", data=data)
    upload = json.loads(piped.stdout)["uploads"][0]
    assert (upload["filename"], upload["counts"]["new"], upload["door"]) == ("piped.csv", 2, "cli")
    again = json.loads(run(folder, "import", "people.csv", "--json").stdout)
    assert again["errors"][0]["code"] == "duplicate_upload"
    records = json.loads(run(folder, "records", "--sort", "name", "--json").stdout)
    assert [r["name"] for r in records] == ["Ada Lovelace", "周杰伦"]
    assert b"2" in run(folder, "sql", "SELECT count(*) FROM celebrities").stdout
    assert run(folder, "record", upload["id"]).returncode == 4
    assert run(folder, "rollback", upload["id"]).returncode == 0
    assert run(folder, "check").stdout.startswith(b"nothing is wrong")
    os.kill(server.process.pid, signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    server.process.wait(20)
    assert run(folder, "records").returncode == 0 and door.exists()  # what it said last is outdated


@pytest.mark.skipif(os.name == "nt", reason="a console event cannot be sent to one child alone")
def test_ctrl_c_leaves_nothing(folder: Path) -> None:
    with (folder / "big.csv").open("w", encoding="utf-8") as file:
        file.write("name,birth_date,description\n")
        # Enough that it is still being imported when the signal comes late, on a busy machine.
        for part in range(20):
            numbers = range(part * 100_000, (part + 1) * 100_000)
            file.write("".join(f"Person {n},1990-01-01,Wörter über Nr. {n}\n" for n in numbers))
    command = [*COMMAND, "import", "big.csv"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts what it puts into the background deaf to Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as child:
        _wait_for(folder / "data_uploads" / "raw")
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=60)
    assert child.returncode == 6, errors.decode()
    assert b"Cancelled" in errors
    with Workbench.open(folder / "db" / "marquee.duckdb", data_dir=folder / "data_uploads") as wb:
        assert wb.count("celebrities") == 0
        assert [u.status for u in wb.uploads()] == ["cancelled"]


def _wait_for(folder: Path) -> None:
    """Until the raw file has its final name: from then on the import is reading."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if any(p.is_file() and ".incoming" not in p.parts for p in folder.rglob("*")):
            return
        time.sleep(0.02)
    raise AssertionError("the import never began")
