"""A pytest plugin for `run_local_ci.py --quick`: after a moment, the tests that are left are skipped.

The moment is in QUICK_UNTIL, as time.time() tells it.
"""

from __future__ import annotations

import os
import time

import pytest

UNTIL = "QUICK_UNTIL"
OVER = "left out: the time of --quick is over"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if time.time() > float(os.environ[UNTIL]):
        pytest.skip(OVER)
