"""Memory that was freed is given back."""

from __future__ import annotations

import json
import subprocess
import sys

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
