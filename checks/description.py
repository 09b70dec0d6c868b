"""The description of the API, held by tools of others: Spectral's rules, Prism's mock, oasdiff against the last release.

They come from npm and the Go proxy, pinned; where neither they nor the network are there, a part is skipped, which is said.
"""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess  # nosec B404
import time
from pathlib import Path

from checks.step import FAILED, PASSED, SKIPPED, Done, Outcome, Tools, end_all, last_line
from core.launch.environment import HERE, WINDOWS

SPECTRAL = "@stoplight/spectral-cli@6.16.3"
PRISM = "@stoplight/prism-cli@5.16.0"
OASDIFF = "github.com/oasdiff/oasdiff@v1.38.0"
PRESENT, RELEASED = HERE / "docs" / "openapi.json", HERE / "docs" / "openapi.released.json"
SECONDS = 300
# Asked of the mock that has the description alone: a list, one thing, what is refused.
ASKED = (
    ("/v1/uploads?limit=2", 200),
    ("/v1/datasets/celebrities/records?limit=1", 200),
    ("/v1/uploads?limit=many", 422),
)


def description(tools: Tools) -> Outcome:
    """Lint, mock, differences; the first that fails decides."""
    found = [spectral(tools), prism(tools), oasdiff(tools)]
    note = "; ".join(each.note for each in found)
    output = "\n".join(each.output for each in found if each.status == FAILED)
    if output:
        return Outcome(FAILED, note, output)
    ran = any(each.status == PASSED for each in found)
    return Outcome(PASSED if ran else SKIPPED, note)


def spectral(tools: Tools) -> Outcome:
    """The rules of .spectral.yaml; a warning fails, too."""
    done = _npm(tools, SPECTRAL, "spectral", "lint", PRESENT, "--fail-severity", "warn")
    if done is None:
        return Outcome(SKIPPED, "spectral: not to be had")
    return Outcome(
        FAILED if done.code else PASSED, f"spectral: {last_line(done.output)}", done.output
    )


def prism(tools: Tools) -> Outcome:
    """The description alone answers as a server: whether a client can be written against it."""
    if _npm(tools, PRISM, "prism", "--version") is None:
        return Outcome(SKIPPED, "prism: not to be had")
    port = _free_port()
    command = [shutil.which("npx") or "npx", "--yes", f"--package={PRISM}", "prism", "mock"]
    server = subprocess.Popen(  # nosec B603
        [*command, "--port", str(port), str(PRESENT)],
        cwd=HERE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        start_new_session=not WINDOWS,
    )
    try:
        wrong = [told for path, status in ASKED if (told := _asked(port, path, status))]
    finally:
        end_all(server)
    if wrong:
        return Outcome(FAILED, "prism: " + wrong[0], "\n".join(wrong))
    return Outcome(PASSED, f"prism: {len(ASKED)} requests answered")


def oasdiff(tools: Tools) -> Outcome:
    """Nothing that a client of the last release relies on went. New words in a list of them (steps, events) may come."""
    levels = ("--severity-levels", str(HERE / "checks" / "oasdiff.txt"))
    words = ("breaking", "--fail-on", "ERR", *levels, str(RELEASED), str(PRESENT))
    if own := shutil.which("oasdiff"):
        done = tools.run(own, *words)
    elif go := shutil.which("go"):
        done = tools.run(go, "run", OASDIFF, *words, seconds=SECONDS)
    else:
        return Outcome(SKIPPED, "oasdiff: neither it nor Go is installed")
    if done.code and not _compared(done.output):
        return Outcome(SKIPPED, "oasdiff: not to be had")
    return Outcome(
        FAILED if done.code else PASSED, f"oasdiff: {last_line(done.output)}", done.output
    )


def _compared(output: str) -> bool:
    return " changes: " in output or "error\t[" in output or "error at " in output


def _npm(tools: Tools, package: str, *words: str | Path) -> Done | None:
    """A program of npm; None where it cannot be had."""
    npx = shutil.which("npx")
    if npx is None:
        return None
    first = tools.run(npx, "--yes", f"--package={package}", words[0], "--version", seconds=SECONDS)
    if first.code:
        return None
    if words[1:] == ("--version",):
        return first
    return tools.run(npx, "--yes", f"--package={package}", *words, seconds=SECONDS)


def _asked(port: int, path: str, status: int) -> str:
    """What is wrong with an answer; nothing when it is as expected."""
    until = time.monotonic() + 60
    while True:
        mock = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            mock.request("GET", path)
            found = mock.getresponse().status
        except OSError:
            if time.monotonic() > until:
                return "it does not start"
            time.sleep(0.5)
            continue
        finally:
            mock.close()
        return "" if found == status else f"{path}: {found}, expected {status}"


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])
