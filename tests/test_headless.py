"""The core needs no web framework: a notebook and a worker never load one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FRAMES = ("streamlit", "fastapi", "starlette", "typer", "click", "uvicorn", "rich", "playwright")


DICTIONARIES = ("pypinyin", "ToJyutping", "opencc", "anyascii", "japanese_personal_name_dataset")


def loaded(code: str) -> set[str]:
    """The top-level modules that are loaded after running `code` in a fresh process."""
    script = f"{code}\nimport sys\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


# These run in the process of a Spark job, whose packages are in requirements-spark.txt.
ON_SPARK = [ROOT / "core/matching/spark" / name for name in ("cursor.py", "job.py")]


def test_the_core_is_headless() -> None:
    """Every room, the worker and the watcher among them; data frames come when they are asked for."""
    rooms = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "core").rglob("*.py")
        if "cli" not in path.parts and not path.name.startswith("__") and path not in ON_SPARK
    )
    assert "core.jobs.worker" in rooms and "core.folder.watcher" in rooms
    found = loaded(f"import core, {', '.join(rooms)}")
    assert "core" in found
    assert not found & {*FRAMES, "pandas", "polars", *DICTIONARIES}


def test_the_test_can_tell() -> None:
    assert "typer" in loaded("import typer")


def test_a_client_of_a_server_is_loaded_when_there_is_a_server() -> None:
    assert "elasticsearch" not in loaded("import core.workbench, core.search.room")


def test_the_public_surface() -> None:
    import core

    assert sorted(core.__all__) == ["Dataset", "MarqueeError", "Settings", "Workbench"]
    assert all(getattr(core, name).__doc__ for name in core.__all__)


MIDDLE = (
    *("dates", "files", "datasets", "names", "cleaning", "fetching"),
    *("ingest", "records", "history", "jobs"),
)
LOW = (
    *(
        "actor",
        "errors",
        "settings",
        "formulas",
        "shown",
        "telemetry",
        "storage",
        "characters",
        "observe",
    ),
)
BELOW = {
    "observe": ("errors", "settings", "observe"),
    "storage": ("errors", "settings", "observe", "storage"),
    "telemetry": ("errors", "settings", "observe", "storage", "telemetry"),
    "characters": LOW,
    "files": (*LOW, "dates", "files"),
    "dates": (*LOW, "dates"),
    "datasets": (*LOW, "dates", "files", "datasets"),
    "names": ("characters", "datasets", "names"),
    "cleaning": (*LOW, "dates", "files", "datasets", "names", "cleaning"),
    **dict.fromkeys(
        ("ingest", "records", "history", "jobs"),
        (*LOW, *MIDDLE),
    ),
    "search": (*LOW, *MIDDLE, "alerts", "search"),
    "alerts": ("errors", "observe", "alerts"),
    "matching": (*LOW, *MIDDLE, "matching"),
    "integrity": (*LOW, *MIDDLE, "integrity"),
    "quality": (*LOW, *MIDDLE, "quality"),
    "backups": (*LOW, *MIDDLE, "integrity", "backups"),
    "monitoring": (
        *LOW,
        *MIDDLE,
        "search",
        "backups",
        "quality",
        "alerts",
        "integrity",
        "monitoring",
    ),
    "folder": (*LOW, *MIDDLE, "workbench", "folder"),
}


@pytest.mark.parametrize("room", BELOW)
def test_imports_point_one_way(room: str) -> None:
    """No room knows one above it, not even for type checkers."""
    for path in (ROOT / "core" / room).rglob("*.py"):
        text = path.read_text("utf-8")
        for found in re.findall(r"^\s*(?:from|import) core\.(\w+)", text, re.M):
            assert found in BELOW[room], f"{path.name} imports core.{found}"


def test_the_core_knows_no_door() -> None:
    """Nothing but the command line, which is a door itself, knows a door or a web framework."""
    for path in (ROOT / "core").rglob("*.py"):
        if "cli" not in path.parts:
            text = path.read_text("utf-8")
            wrong = re.search(r"^\s*(?:from|import) (?:api|pages|streamlit|fastapi)\b", text, re.M)
            assert not wrong, path


def test_no_environment_is_part_of_the_project() -> None:
    """Checking out a link named .venv would put it in the place of the environment that is there."""
    done = subprocess.run(
        ["git", "ls-files", ".venv"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == ""
