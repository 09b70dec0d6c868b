"""The engine that a run is given: Parquet goes out, a job of its own process weighs the pairs, its Parquet is read back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # nosec B404
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from core.errors import EngineFailed
from core.jobs.progress import Progress
from core.matching import blocking, scoring, wording
from core.matching.blocking import Blocked
from core.matching.model import Model
from core.matching.spark import exporting

_ASKED = 0.2  # seconds between two looks at the job
_SHOWN = 400  # characters of what a failed job said
_WANTED = "Spark needs Java 8 to 17 and the libraries of requirements-spark.txt, in the Python of MARQUEE_SPARK_PYTHON."


@dataclass(frozen=True)
class Spark:
    """`master`: where Spark is, such as local[*] or spark://host:7077. `folder` is one that all of its machines see."""

    master: str = "local[*]"
    folder: Path | None = None
    python: Path | None = None
    conf: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        model: Model,
        people: int,
        progress: Progress,
        *,
        keep: bool,
    ) -> Blocked:
        """Fill `scored`. The blocks are made here, which takes one look at each record; their pairs are Spark's work."""
        progress.stage("candidates")
        blocked = blocking.block(cursor, model, keep=keep, meet=False)
        scoring.ready(cursor, model, people)
        with self._place() as folder:
            there = {"master": self.master, "conf": self.conf}
            exporting.export(cursor, model, people, folder, there)
            for name in ("opened", "pairs"):
                cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")
            wording.forget(cursor)
            progress.stage("weights")
            done = self._work(folder, progress)
            read(cursor, model, done["scored"])
        return replace(blocked, pairs=int(done["pairs"]))

    @contextmanager
    def _place(self) -> Iterator[Path]:
        made = Path(tempfile.mkdtemp(prefix="marquee-spark-", dir=self.folder))
        try:
            yield made / "run"
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _work(self, folder: Path, progress: Progress) -> dict[str, Any]:
        """Start the job and wait for it. Raises EngineFailed, Cancelled."""
        python = str(self.python or sys.executable)
        command = [python, "-m", "core.matching.spark.job", str(folder)]
        paths = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
        there = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
        said = folder / "said.txt"
        with said.open("wb") as out:
            try:
                job = subprocess.Popen(  # nosec B603: our own module, in the Python of the settings
                    command, env=there, cwd=folder, stdout=out, stderr=out, start_new_session=True
                )
            except OSError as error:
                raise EngineFailed(f"{python} could not be started: {error}") from error
            try:
                while job.poll() is None:
                    progress.check()
                    time.sleep(_ASKED)
            finally:
                _stop(job)
        if job.returncode:
            raise EngineFailed(_why(said), hint=_WANTED)
        return dict(json.loads((folder / "done.json").read_text("utf-8")))


def _stop(job: subprocess.Popen[bytes]) -> None:
    """End the job, and the Java process that it started: both have a group of their own."""
    if job.poll() is not None:
        return
    job.terminate()  # Spark's Java ends with the Python that started it
    try:
        job.wait(10)
    except subprocess.TimeoutExpired:
        job.kill()
        job.wait()


def _why(said: Path) -> str:
    """The last line that a failed job said, which names the error."""
    lines = [line.strip() for line in said.read_text("utf-8", "replace").splitlines()]
    told = [line for line in lines if "Error" in line or "Exception" in line or "JAVA" in line]
    return f"Spark did not finish: {([*told, *lines[-1:], 'it said nothing'][0])[:_SHOWN]}"


def read(cursor: duckdb.DuckDBPyConnection, model: Model, paths: list[str]) -> None:
    """Fill `scored` from what the job left."""
    scoring.empty(cursor, model)
    for path in paths:
        import pyarrow.dataset as parquet  # loads pandas, where it is

        cursor.register("spark_scored", parquet.dataset(path, format="parquet"))
        try:
            cursor.execute("INSERT INTO scored BY NAME SELECT * FROM spark_scored")
        finally:
            cursor.unregister("spark_scored")
