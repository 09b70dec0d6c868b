"""Derived files: made once, whoever asks, and nothing of it stays behind in memory."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.files import cache


def test_who_asks_at_once_gets_what_was_made_once(tmp_path: Path) -> None:
    made, together = [], threading.Barrier(8)

    def make(path: Path) -> None:
        made.append(path)
        time.sleep(0.05)
        path.write_text("cells")

    def ask(_number: int) -> str:
        together.wait()
        return cache.derive(tmp_path / "one", make).read_text()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == ["cells"] * 8
    assert len(made) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["one"]


def test_a_server_derives_without_end_and_keeps_no_locks(tmp_path: Path) -> None:
    for number in range(50):
        cache.derive(tmp_path / str(number), lambda path: path.touch() and None)
    assert not [path for path in cache._locks if path.parent == tmp_path]
