"""Several processes count together in a real Redis, and each alone when it is gone."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.access.limits import Limits
from core.monitoring import parts
from core.monitoring.health import CHECKS_TIMEOUT, Check, Checks, Unused, Unwell
from core.settings import Settings


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    if not shutil.which("redis-server"):
        pytest.skip("Redis is not installed: apt-get install redis-server")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen([*command, "--dir", str(tmp_path)], stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait(20)


def test_replicas_count_together_and_alone_without_it(
    server: tuple[str, subprocess.Popen[bytes]],
) -> None:
    address, process = server
    first, second = (Limits(address, {"login": "4/minute"}) for _ in range(2))
    found = [one.hit("login", "192.0.2.1").allowed for one in (first, second) * 3]
    assert found == [True] * 4 + [False] * 2
    assert first.hit("login", "192.0.2.2").left == 3  # another address
    assert not second.would("login", "192.0.2.1")
    process.kill()
    process.wait(20)
    began = time.monotonic()
    assert [first.hit("login", "192.0.2.1").allowed for _ in range(5)] == [True] * 4 + [False]
    assert time.monotonic() - began < 10  # it is not asked again each time


def test_readiness_asks_redis(
    settings: Settings, server: tuple[str, subprocess.Popen[bytes]]
) -> None:
    address, process = server
    used = settings.model_copy(update={"redis_url": SecretStr(address)})
    with pytest.raises(Unused):
        parts._cache(settings)
    parts._cache(used)
    process.kill()
    process.wait(20)
    with pytest.raises(Unwell, match="Redis does not answer"):
        parts._cache(used)


def test_readiness_says_at_once_that_nothing_listens_there(settings: Settings) -> None:
    address = SecretStr(f"redis://127.0.0.1:{free_port()}")
    used = settings.model_copy(update={"redis_url": address})
    checks = Checks(Check("cache", lambda: parts._cache(used), needed=False))
    began = time.monotonic()
    [found] = checks.look().found
    checks.close()
    assert time.monotonic() - began < CHECKS_TIMEOUT
    assert (found.ok, found.cause) == (False, "Redis does not answer")
