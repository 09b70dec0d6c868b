"""Tests of one server run in one worker, so that it is started once."""

from __future__ import annotations

import pytest


def test_tests_of_a_server_stay_together(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = request.config
    monkeypatch.setattr(config.option, "dist", "loadgroup")
    monkeypatch.setattr(config.option, "tx", ["popen"] * 2)
    scope = config.hook.pytest_xdist_make_scheduler(config=config, log=None)._split_scope
    served = [f"tests/search/elastic/test_{name}.py::test_{name}" for name in "ab"]
    others = [f"tests/records/test_{name}.py::test_{name}" for name in "ab"]
    assert len({scope(name) for name in served}) == 1
    assert [scope(name) for name in others] == others
