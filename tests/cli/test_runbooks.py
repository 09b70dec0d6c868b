"""Every command, setting, event, alert, error and address that a runbook names is there; its commands are run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from core.errors import catalogue
from core.monitoring import parts
from core.monitoring.alerts import ALERTS
from core.observe.catalogue import EVENTS
from core.settings import Settings
from tests.cli.conftest import Marquee

DOCS = Path(__file__).resolve().parents[2] / "docs"
RUNBOOKS = {path.stem: path.read_text("utf-8") for path in (DOCS / "runbooks").glob("*.md")}
COMMAND = "python -m core "
# Files and fields, and what only systemd or a shell understands.
OTHERS = {".wal", ".NAME.canary", "pending", "request", "LimitNOFILE=", "ulimit -n", "/readyz"}
SHELL = ("du ", "ps ", "ls ", "dmesg", "lsof", "openssl ")


def named(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


EVERYTHING = sorted({word for text in RUNBOOKS.values() for word in named(text)})
COMMANDS = [word for word in EVERYTHING if word.startswith(COMMAND)]
PROGRAMS = [word for word in EVERYTHING if word.startswith(SHELL)]


def known() -> set[str]:
    """Names of all the registries that a runbook may send somebody to."""
    found = {*EVENTS, *ALERTS, *OTHERS, *(kind.code for kind in catalogue())}
    found |= {f"MARQUEE_{name.upper()}" for name in Settings.model_fields}
    whatever = dict.fromkeys(("corridor", "worker", "clock", "search"))
    found |= {one.name for one in parts.checks(Settings(), **whatever).checks}  # type: ignore[arg-type]
    found.add(parts.folder(True, lambda: True, lambda: None).name)
    described = json.loads((DOCS / "openapi.json").read_text("utf-8"))["paths"]
    for path, methods in described.items():
        plain = re.sub(r"\{\w+\}", "ID", path)
        place = plain if plain.startswith("/api") else f"/api{plain}"
        found |= {f"{method.upper()} {place}" for method in methods}
    return found


@pytest.mark.parametrize("runbook", sorted(RUNBOOKS))
def test_what_a_runbook_names_is_there(runbook: str) -> None:
    lost = [w for w in named(RUNBOOKS[runbook]) if not w.startswith((COMMAND, *SHELL))]
    assert set(lost) - known() == set()


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 8 and len(PROGRAMS) >= 5


@pytest.mark.integration
def test_the_commands_of_the_runbooks_run(marquee: Marquee, imported: object, folder: Path) -> None:
    """In the order of somebody who has a backup, and a schedule."""
    assert marquee("backup").code == 0
    [backup] = marquee("backups", "--json").json
    (folder / "inbox").mkdir()
    (folder / "inbox" / "more.csv").write_text("name\nGrace\n", "utf-8")
    saved = marquee("schedules", "save", "Nightly", "--from", str(folder / "inbox"))
    assert saved.code == 0, saved.err
    stand_in = {"schedules": {"NAME": "Nightly"}}
    for command in sorted(COMMANDS, key=lambda word: "restore" in word):
        words = command.removeprefix(COMMAND).split()
        values = {"NAME": backup["name"], "N": "3"} | stand_in.get(words[0], {})
        answer = marquee(*(values.get(word, word) for word in words))
        assert answer.code == 0, (command, answer.out, answer.err)


@pytest.mark.parametrize("line", PROGRAMS)
def test_the_programs_of_the_runbooks_run(line: str, tmp_path: Path) -> None:
    program = line.split()[0]
    if not shutil.which(program) or program == "dmesg":  # what the system said is not for everybody
        pytest.skip(f"{program} is not installed, or not for everybody")
    file = tmp_path / "cert.pem"
    if program == "openssl":
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        more = ["-nodes", "-subj", "/CN=localhost", "-keyout", str(tmp_path / "key"), "-out"]
        subprocess.run([*words, *more, str(file)], check=True, capture_output=True)
    if program == "lsof":
        line = f"lsof -p {os.getpid()}"
    real = line.replace("PID", str(os.getpid())).replace("FILE", str(file))
    done = subprocess.run(["bash", "-c", real], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0 and done.stdout, (real, done.stderr)
