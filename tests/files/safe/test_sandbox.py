"""The child dies alone: memory, time, output and crashes are one clear error, and nothing stays behind."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from core.errors import FileTooLarge, ReaderDied, TooManyRows
from core.files.reader import read
from core.files.safe import child, sandbox
from core.observe import context
from core.settings import Settings

TASK = """
import json, os, time, signal
from core.errors import TooManyRows
from core.observe import context
from pathlib import Path
def convert(request, folder):
    what = request["what"]
    if what == "sleep": time.sleep(60)
    if what == "spin":
        while True: pass
    if what == "swell": held = [bytearray(50_000_000) for _ in range(100)]
    if what == "write":
        with open(folder / "big", "wb") as file:
            for _ in range(100): file.write(bytes(1_000_000))
    if what == "abort": os.abort()
    if what == "exit": os._exit(7)
    if what == "refuse": raise TooManyRows("9 rows", limit=8)
    if what == "bug": raise RuntimeError("a bug nobody foresaw")
    if what == "whose": what = json.dumps(context.ids())
    (folder / "made").write_text(what)
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the task above in a child, in the place of another task."""
    (tmp_path / "sandboxed.py").write_text(TASK)
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, sandboxed; sys.modules['core.files.sheets.workbook'] = sandboxed"
    )
    path = os.pathsep.join([str(tmp_path), str(sandbox.ROOT)])
    monkeypatch.setenv("PYTHONPATH", path)

    def run_(what: str, seconds: int = 60) -> Path:
        folder = tmp_path / "out"
        limits = {"child_seconds": seconds, "child_memory_mb": 600, "max_unpacked_mb": 10}
        settings = Settings(_env_file=None, **limits)
        sandbox.run("workbook", {"what": what}, folder, settings)
        return folder

    return run_


def test_what_it_makes_is_there_and_its_answer_is_not(run: Any) -> None:
    folder = run("well")
    assert [path.name for path in folder.iterdir()] == ["made"]


def test_the_child_knows_for_whom_it_works(run: Any) -> None:
    with context.bound(request="r-1", upload="u-7", door="api"):
        folder = run("whose")
    found = json.loads((folder / "made").read_text())
    assert found == {"request": "r-1", "upload": "u-7", "door": "api"}


@pytest.mark.parametrize(
    ("what", "error", "said"),
    [
        ("abort", ReaderDied, "ended with code"),
        ("exit", ReaderDied, "ended with code 7"),
        ("bug", ReaderDied, "ended with code 1"),
        ("refuse", TooManyRows, "9 rows"),
    ],
)
def test_each_end_is_one_clear_error(
    run: Any, what: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        run(what)
    if what == "bug":
        assert "a bug nobody foresaw" in caught.value.extra["reason"]  # type: ignore[attr-defined]
    if what == "refuse":
        assert caught.value.extra == {"limit": 8}  # type: ignore[attr-defined]


@pytest.mark.parametrize("what", ["sleep", "spin"])
def test_time(run: Any, what: str) -> None:
    began = time.monotonic()
    with pytest.raises(ReaderDied, match="longer than 3 seconds|ended with code"):
        run(what, seconds=3)
    assert time.monotonic() - began < 20


def test_memory(run: Any) -> None:
    with pytest.raises(Exception, match="memory"):
        run("swell")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on what is written")
def test_output(run: Any) -> None:
    with pytest.raises(FileTooLarge, match="10,000,000 bytes"):
        run("write")


def test_every_task_can_be_done() -> None:
    from importlib import import_module

    assert set(child.TASKS) == {"archive", "careful", "json", "marks", "workbook"}
    for module in child.TASKS.values():
        assert callable(import_module(module).convert)


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "MARQUEE_API_TOKEN",
        "marquee_encryption_key",
        "AWS_SECRET_ACCESS_KEY",
        "REDIS_URL",
    ):
        monkeypatch.setenv(name, "hush-hush-hush")
    monkeypatch.setenv("LANG", "C.UTF-8")
    known = sandbox._environment()
    assert "hush-hush-hush" not in known.values() and known["LANG"] == "C.UTF-8"


def test_large_text_gets_room_in_proportion() -> None:
    settings = Settings(_env_file=None)
    same = sandbox.roomy(settings, 1_000)
    assert (same.child_seconds, same.max_unpacked_mb) == (120, 1_000)
    more = sandbox.roomy(settings, 2_000_000_000)
    assert (more.child_seconds, more.max_unpacked_mb) == (1_000, 4_000)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_a_relative_path_is_read_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    name = f"people.{kind}"
    if kind == "csv":  # irregular, and large enough for a child
        rows = "".join(f'Person {i},"says "hello" to {i}"\n' for i in range(40_000))
        Path(name).write_text("name,note\n" + rows)
    elif kind == "json":
        rows = ",".join(f'{{"name": "Person {i}", "n": {{"a": {i}}}}}' for i in range(40_000))
        Path(name).write_text(f"[{rows}]")
    else:
        book = xlsxwriter.Workbook(name)
        book.add_worksheet().write_column(0, 0, ["name", *["Person"] * 40_000])
        book.close()
    # The folder for derived files may be a relative one as well.
    assert read(name, cache_dir=Path("derived")).total == 40_000
