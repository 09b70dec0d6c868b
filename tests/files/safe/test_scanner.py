"""Every file goes through the virus scanner before it is opened: one that talks as clamd does, and clamd itself."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import Workbench
from core.errors import Infected, ScannerFailed
from core.files.safe import scanner
from core.files.store import RawFile
from core.settings import Settings
from core.workbench.request import ImportRequest

# The test text of the scanners' makers, in two halves so that no scanner stops at this file.
BAD = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GOOD = b"name\nAda Lovelace\n"


@pytest.fixture(scope="module", params=["one that talks as it does", "clamd"])
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "clamd":
        yield from _clamd(tmp_path_factory.mktemp("clamd"))
        return
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_talk, args=(listener,), daemon=True).start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def _talk(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            data = b""
            while length := struct.unpack("!L", said.read(4))[0]:
                data += said.read(length)
            found = b"stream: Own.Eicar FOUND" if BAD in data else b"stream: OK"
            connection.sendall(found + b"\0")


def _clamd(folder: Path) -> Iterator[str]:
    if not shutil.which("clamd"):
        pytest.skip("clamd is not installed: apt-get install clamav-daemon")
    (folder / "db").mkdir()
    (folder / "db" / "own.ndb").write_text(f"Own.Eicar:0:*:{BAD.hex()}\n", "utf-8")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    said = {"DatabaseDirectory": folder / "db", "TCPSocket": port, "TCPAddr": "127.0.0.1"}
    said |= {"PidFile": folder / "pid", "LogFile": folder / "log", "Foreground": "yes"}
    config = folder / "clamd.conf"
    config.write_text("".join(f"{name} {value}\n" for name, value in said.items()), "utf-8")
    process = subprocess.Popen(["clamd", "-c", str(config)], stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def test_what_is_found_is_put_aside_and_nothing_is_taken_unseen(
    settings: Settings, address: str
) -> None:
    with Workbench.open(settings=settings.model_copy(update={"clamav": address})) as wb:
        assert wb.import_file(GOOD, "celebrities", filename="good.csv").counts.new == 1
        request = ImportRequest(dataset="celebrities", filename="bad.csv")
        for bring in (
            lambda: wb.uploads.receive(b"name\n" + BAD, request),
            lambda: wb.queue.add(b"name\n" + BAD, request),
        ):
            with pytest.raises(Infected, match="bad.csv: Own.Eicar"):
                bring()
        aside = list((settings.data_dir / "quarantine").iterdir())
        assert len(aside) == 1 and aside[0].stat().st_mode & 0o077 == 0
        assert not (settings.data_dir / "raw" / aside[0].name[:2] / aside[0].name).exists()
        assert len(wb.uploads()) == 1


def test_the_file_of_an_earlier_import_stays(settings: Settings, address: str) -> None:
    """It came before the scanner knew what is in it; the same comes again."""
    content = b"name\nAda " + BAD
    with Workbench.open(settings=settings) as wb:
        wb.uploads.receive(content, ImportRequest(dataset="celebrities", filename="old.csv"))
    with Workbench.open(settings=settings.model_copy(update={"clamav": address})) as wb:
        with pytest.raises(Infected):
            wb.uploads.receive(content, ImportRequest(dataset="celebrities", filename="new.csv"))
        assert not (settings.data_dir / "quarantine").exists()
        assert wb.uploads.original(wb.uploads()[0].id).read_bytes() == content


def test_an_answer_is_not_believed_for_ever(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str | None] = [None, "New.Signature"]
    monkeypatch.setattr(scanner, "scan", lambda address, raw: answers.pop(0))
    file = tmp_path / "kept"
    file.write_bytes(GOOD)
    raw = RawFile("0" * 64, len(GOOD), file, "kept.csv")
    given = settings.model_copy(update={"clamav": "somewhere:1"})
    scanner.check(raw, given, lambda: False)
    scanner.check(raw, given, lambda: False)  # of the same act
    later = time.monotonic() + 90
    monkeypatch.setattr(scanner.time, "monotonic", lambda: later)
    with pytest.raises(Infected, match="New.Signature"):
        scanner.check(raw, given, lambda: False)
    with pytest.raises(IndexError):  # a finding is not kept: it would be asked once more
        scanner.check(raw, given, lambda: False)


def test_a_scanner_that_is_down_lets_no_file_in(settings: Settings) -> None:
    with Workbench.open(settings=settings.model_copy(update={"clamav": "/nowhere/clamd"})) as wb:
        with pytest.raises(ScannerFailed, match="/nowhere/clamd"):
            wb.import_file(GOOD, "celebrities", filename="good.csv")
        assert not wb.uploads()
