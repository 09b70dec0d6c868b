"""Spark for tests: the libraries of requirements-spark.txt, installed once into a folder of the user's cache.

They are 360 MB, so they are no part of the environment that all checks share. A test names the folder in PYTHONPATH.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock

NEEDED = Path(__file__).parents[3] / "requirements-spark.txt"
FETCHING = 300  # seconds
MOST_JAVA = 17


class Unavailable(Exception):
    """Why there can be no Spark here."""


def libraries() -> Path:
    """A folder with pyspark and splink. Raises Unavailable."""
    _check_java()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    name = f"spark-{version}-{hashlib.sha256(NEEDED.read_bytes()).hexdigest()[:12]}"
    place = _cache() / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(place.with_name(f"{name}.lock")):
            if not place.exists():
                _install(place)
    return place


def _cache() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "marquee-tests"


def _check_java() -> None:
    if not shutil.which("java"):
        raise Unavailable("Spark needs Java, which is not installed")
    said = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or not 11 <= int(version[1]) <= MOST_JAVA:
        raise Unavailable(f"Spark 3.5 needs Java 11 to {MOST_JAVA}")


def _install(place: Path) -> None:
    """Beside its place, and moved there when it is whole. What the libraries need besides is in this environment."""
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="making-") as text:
        made = Path(text) / "made"
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(made)]
        try:
            done = subprocess.run(
                [*command, "-r", str(NEEDED)], capture_output=True, text=True, timeout=FETCHING
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"the libraries of Spark could not be fetched: {error}") from error
        if done.returncode:
            raise Unavailable(f"the libraries of Spark could not be fetched: {done.stderr[-300:]}")
        made.rename(place)
