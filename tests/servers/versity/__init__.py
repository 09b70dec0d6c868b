"""An S3 server (versitygw, `go install github.com/versity/versitygw/cmd/versitygw@v1.7.0`) on a free port, in a folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEY, SECRET = "test-key", "test-secret"
STARTING = 20  # seconds


def program() -> str | None:
    """The server's program, in the path or where Go puts it."""
    return shutil.which("versitygw") or shutil.which(str(Path.home() / "go/bin/versitygw"))


@contextmanager
def serving(found: str, folder: Path) -> Iterator[str]:
    """Its address, for as long as the block lasts. Buckets are folders in `folder`."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    keys = {"ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}
    process = subprocess.Popen(
        [found, "--port", f"127.0.0.1:{port}", "posix", str(folder)],
        env={**os.environ, **keys},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the S3 server did not start")
