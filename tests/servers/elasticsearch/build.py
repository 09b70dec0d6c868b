"""What a node is started from: jars of Maven Central and the compiled starter, made once and kept in the user's cache.

The distribution of Elasticsearch is not on Maven Central, nor are its analysis modules. The server itself and its
HTTP module are, and the index needs no other analyzer than `whitespace`, which is part of the server.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

VERSION = "8.15.0"
JAVA = Path(__file__).parent / "java"
LEAST_JAVA = 17
FETCHING = 300  # seconds
NETTY = ("netty-*.jar", "transport-netty4-*.jar")


class Unavailable(Exception):
    """Why there can be no server here."""


def built(java: Path = JAVA, name: str = f"elasticsearch-{VERSION}") -> Path:
    """A folder with `server/` and `netty/` (jars) and `classes/`, by the pom.xml and the starter in `java`.

    Raises Unavailable.
    """
    _check_tools()
    sources = b"".join(path.read_bytes() for path in sorted(java.iterdir()))
    name = f"{name}-{hashlib.sha256(sources).hexdigest()[:12]}"
    place = _cache() / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(place.with_name(f"{name}.lock")):
            if not place.exists():
                _build(place, java)
    return place


def _cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "marquee-tests"


def _check_tools() -> None:
    if os.name == "nt":
        raise Unavailable("search servers are not started for tests on Windows")
    for tool in ("java", "javac", "mvn"):
        if not shutil.which(tool):
            raise Unavailable(f"a search server needs {tool}, which is not installed")
    said = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < LEAST_JAVA:
        raise Unavailable(f"a search server needs Java {LEAST_JAVA} or newer")


def _build(place: Path, java: Path) -> None:
    """Make it beside its place, and move it there when it is whole."""
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="making-") as text:
        making = Path(text) / "made"
        server, netty, classes = (making / name for name in ("server", "netty", "classes"))
        for folder in (server, netty, classes):
            folder.mkdir(parents=True)
        pom = shutil.copy(java / "pom.xml", text)
        goal = "dependency:copy-dependencies"
        _run("mvn", "-q", "-B", "-f", str(pom), goal, f"-DoutputDirectory={server}")
        for pattern in NETTY:
            for jar in list(server.glob(pattern)):
                jar.rename(netty / jar.name)
        where = ("--module-path", str(server), "--add-modules", "ALL-MODULE-PATH")
        if java != JAVA:  # OpenSearch has no modules
            where = ("-cp", f"{server}/*:{netty}/*")
        _run("javac", *where, "-d", str(classes), str(java / "Starter.java"))
        making.rename(place)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCHING)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{command[0]} took more than {FETCHING} s") from None
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        reason = lines[0] if lines else f"exit code {done.returncode}"
        raise Unavailable(f"the search server could not be fetched or compiled: {reason[:300]}")
