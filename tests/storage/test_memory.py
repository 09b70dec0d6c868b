"""Memory that was freed is given back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.storage.memory import give_back

# Texts too large for Python's own pools, every hundredth of which stays: so no heap has a free top.
PROGRAM = """
import json, psutil
from core.storage.memory import give_back

def megabytes():
    return psutil.Process().memory_info().rss / 1e6

before = megabytes()
texts = [b"x" * 3000 + b"%d" % i for i in range(40_000)]
full = megabytes()
texts = texts[::100]
freed = megabytes()
give_back()
print(json.dumps([before, full, freed, megabytes()]))
"""


HEAPS = """
import ctypes, sys, threading
from core.storage.memory import few_heaps

if sys.argv[1] == "few":
    few_heaps(2)
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
everybody = threading.Barrier(8)

def allocate():
    everybody.wait()
    texts = [b"x" * 3000 for _ in range(1_000)]
    everybody.wait()

threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(library.fopen(sys.argv[2].encode(), b"w"))
library.malloc_info(0, file)
library.fclose(file)
"""


def test_threads_share_a_few_heaps(tmp_path: Path) -> None:
    if not give_back():
        pytest.skip("this C library has no heaps for threads")
    found = {}
    for how in ("few", "many"):
        told = tmp_path / how
        subprocess.run([sys.executable, "-c", HEAPS, how, str(told)], check=True)
        found[how] = told.read_text().count("<heap nr=")
    assert found["few"] <= 2 < found["many"]


def test_what_was_freed_is_given_back() -> None:
    if not give_back():
        pytest.skip("this C library has no malloc_trim, and lets go by itself")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    before, full, freed, after = json.loads(done.stdout)
    assert full - before > 100, "nothing was taken"
    assert freed - before > 60, "the C library lets go by itself: give_back has nothing to do"
    assert after - before < 15
