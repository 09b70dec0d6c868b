"""Memory and temporary room are bounded: what is larger spills, what cannot is refused with live data as before.

Each in a process of its own, because the limits are those of a whole process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ROWS = 40_000

IMPORT = """
import json, sys, threading, time
from pathlib import Path
from core.errors import MarqueeError
from core.settings import Settings
from core.workbench import Workbench

file, home, limit, temp = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
settings = Settings(database=home / "m.duckdb", data_dir=home / "d", datasets_dir=home / "s",
                    memory_limit=limit, max_temp_mb=temp)
spill, most, stop = home / "m.duckdb.tmp", 0, threading.Event()

def watch():
    global most
    while not stop.wait(0.01):
        most = max(most, wb.engine.files().spilled)

with Workbench.open(settings=settings) as wb:
    (home / "first.csv").write_text("name,description\\nAda Lovelace,the first\\n")
    wb.import_file(home / "first.csv")
    before = wb.sql("SELECT * FROM celebrities").fetchall()
    threading.Thread(target=watch).start()
    told = {}
    try:
        told["rows"] = wb.import_file(file).counts.new
    except MarqueeError as error:
        told["error"] = error.as_dict()
    stop.set()
    told["status"] = wb.uploads(limit=1)[0].status
    told["code"] = (wb.uploads(limit=1)[0].error or {}).get("code")
    told["same"] = wb.sql("SELECT * FROM celebrities").fetchall() == before
    told["staged"] = [t for t, in wb.sql(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'staging'").fetchall()]
    told["alive"] = wb.edit("celebrities", str(before[0][0]), {"description": "still here"})["_version"]
    told["spilled"] = most
told["left"] = spill.exists() and [p.name for p in spill.iterdir()] or []
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of about 80 MB of text that no two rows share."""
    path = tmp_path_factory.mktemp("large") / "large.csv"
    with duckdb.connect(config={"threads": 2}) as connection:
        words = " || ' ' || ".join(f"md5(concat(i, '-', {n}))" for n in range(60))
        people = f"SELECT 'Person ' || i AS name, {words} AS description FROM range({ROWS}) r(i)"
        connection.execute(f"COPY ({people}) TO '{path}'")
    return path


def imported(large: Path, home: Path, limit: str, temp_mb: int) -> dict[str, Any]:
    """What the process says that imported the file."""
    command = [sys.executable, "-c", IMPORT, str(large), str(home), limit, str(temp_mb)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def as_before(told: dict[str, Any]) -> bool:
    """Nothing of a failed import is left, and the workbench goes on."""
    return bool(told["same"] and told["alive"] == 2 and told["staged"] == [] == told["left"])


def test_an_import_larger_than_memory_spills_and_finishes(large: Path, tmp_path: Path) -> None:
    told = imported(large, tmp_path, "150MB", 20_000)
    assert told.get("rows") == ROWS, told
    assert told["spilled"] > 10_000_000
    assert told["left"] == []


def test_far_too_little_memory_is_one_clear_error(tmp_path: Path) -> None:
    long = tmp_path / "long.csv"  # DuckDB works on 2,048 rows at a time: these do not fit together
    with long.open("w", encoding="utf-8") as out:
        out.write("name,description\n")
        for number in range(150):
            out.write(f"Person {number}," + f"{number} word " * 100_000 + "\n")
    told = imported(long, tmp_path, "150MB", 20_000)
    assert told["error"]["code"] == told["code"] == "memory_short"
    assert told["error"]["title"] == "There is too little memory for this"
    assert "MARQUEE_MEMORY_LIMIT" in told["error"]["hint"]
    assert told["status"] == "failed" and as_before(told)


def test_temporary_room_is_capped(large: Path, tmp_path: Path) -> None:
    told = imported(large, tmp_path, "150MB", 8)
    assert told["error"]["code"] == told["code"] == "spill_full"
    assert "MARQUEE_MAX_TEMP_MB" in told["error"]["hint"]
    assert told["spilled"] <= 8_000_000
    assert told["status"] == "failed" and as_before(told)


def test_what_a_crash_left_in_the_temp_folder_goes_at_the_next_start(tmp_path: Path) -> None:
    left = tmp_path / "m.duckdb.tmp" / "duckdb_temp_storage_DEFAULT-0.tmp"
    left.parent.mkdir()
    left.write_bytes(b"x" * 1000)
    script = (
        "import sys\nfrom pathlib import Path\nfrom core.settings import Settings\n"
        "from core.workbench import Workbench\nhome = Path(sys.argv[1])\n"
        "Workbench.open(settings=Settings(database=home / 'm.duckdb', data_dir=home / 'd')).close()"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=True, timeout=60)
    assert not left.exists()


def test_the_defaults_fit_two_cores_and_four_gigabytes() -> None:
    given = Settings(_env_file=None)  # type: ignore[call-arg]
    assert (given.threads, given.memory_limit) == (2, "1GB")
    # DuckDB, the child that reads a file, and 600 MB for Python, pandas and the pages.
    assert 1_000 + given.child_memory_mb + 600 <= 4_000
