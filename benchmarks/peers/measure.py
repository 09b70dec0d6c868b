"""Marquee, DuckDB alone and each peer over the same file in the same run."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess  # nosec B404
import sys
import venv
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import children
from benchmarks.machine import ROOT, describe
from benchmarks.people import VERSION, Files, generate
from benchmarks.suite import BenchmarkError, Teller, scratch

HOME = ROOT / ".venv-bench"
PINS = ROOT / "requirements-bench.txt"
# Name -> module, and the packages that have to be there.
PEERS = {
    "pandas + pydantic": ("pandas_pydantic", ("pandas", "pydantic")),
    "polars + pandera": ("polars_pandera", ("polars", "pandera")),
    "sqlite-utils": ("sqlite_tools", ("sqlite-utils",)),
    "Great Expectations": ("expectations", ("great_expectations",)),
    "dlt": ("dlt_duckdb", ("dlt",)),
}
ASK = (
    "import sys, json; from importlib.metadata import version, PackageNotFoundError as E\n"
    "found = {}\n"
    "for name in sys.argv[1:]:\n"
    "    try: found[name] = version(name)\n"
    "    except E: pass\n"
    "print(json.dumps(found))"
)


def python(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(folder: Path) -> None:
    """Make the environment, as pinned. Raises BenchmarkError."""
    if not python(folder).exists():
        venv.create(folder, with_pip=True)
    command = [str(python(folder)), "-m", "pip", "install", "--quiet", "-r", str(PINS)]
    alone = [str(python(folder)), "-m", "pip", "install", "--quiet", "--no-deps", *_alone()]
    for each in (command, alone):
        if subprocess.run(each, check=False).returncode:  # nosec B603
            raise BenchmarkError(f"{PINS.name} could not be installed into {folder}")


def _alone() -> list[str]:
    """Pins of packages whose files are wanted, and not what they need: lines `# alone: NAME==VERSION`."""
    lines = PINS.read_text("utf-8").splitlines()
    return [line.split()[2] for line in lines if line.startswith("# alone: ")]


def installed(folder: Path) -> dict[str, str]:
    """Package to version, of those that the peers need. Raises BenchmarkError without any."""
    names = [name for _, packages in PEERS.values() for name in packages]
    found: dict[str, Any] = {}
    if python(folder).exists():
        found = children.run([python(folder), "-c", ASK, *names])
        found.pop("peak_mb", None)
    if not found:
        raise BenchmarkError(
            f"no peer is installed in {folder}. Set it up once: python -m benchmarks peers --setup"
        )
    return found


def run(options: argparse.Namespace, tell: Teller, there: dict[str, str]) -> dict[str, Any]:
    """Medians of `runs`; how many times faster Marquee is by row, at its own size and at the peers'."""
    peers = {n: m for n, (m, needed) in PEERS.items() if all(one in there for one in needed)}
    with scratch() as folder:
        small = Files(options.files or folder / "files", options.peer_rows)
        large = Files(small.folder, options.rows)
        tell("writing the files")
        for each in (small, large):
            generate(each.folder, each.rows, ("people",))
        samples: dict[str, list[dict[str, Any]]] = {}
        for number in range(options.runs):
            for name, command in _commands(options, peers, small, large).items():
                tell(f"run {number + 1} of {options.runs}: {name}")
                samples.setdefault(name, []).append(_fresh(command, folder / "work"))
    return {
        "benchmark": "peers",
        **describe(),
        "people": VERSION,
        "rows": options.rows,
        "runs": options.runs,
        "peers": there,
        "cases": _cases(samples),
    }


def steps(options: argparse.Namespace, there: dict[str, str]) -> int:
    """How many there will be."""
    peers = [n for n, (_, needed) in PEERS.items() if all(one in there for one in needed)]
    return 1 + options.runs * (len(peers) + 3)


def _commands(
    options: argparse.Namespace, peers: dict[str, str], small: Files, large: Files
) -> dict[str, list[str]]:
    def own(case: str, files: Files) -> list[str]:
        case_ = [sys.executable, "-m", "benchmarks", "case", case, "WORK"]
        return [*case_, str(files.folder), str(files.rows)]

    def peer(module: str) -> list[str]:
        command = [str(python(options.venv)), "-W", "ignore", "-m", f"benchmarks.peers.{module}"]
        return [*command, str(small.path("people")), "WORK"]

    return {
        "DuckDB alone": own("floor", large),
        "Marquee": own("import", large),
        "Marquee, the peers' file": own("import", small),
        **{name: peer(module) for name, module in peers.items()},
    }


def _fresh(command: list[str], work: Path) -> dict[str, Any]:
    work.mkdir()
    try:
        return children.run([str(work) if part == "WORK" else part for part in command])
    except RuntimeError as error:
        raise BenchmarkError(str(error)) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _cases(samples: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    found = []
    for name, runs in samples.items():
        seconds = median(run["seconds"] for run in runs)
        rows = runs[0]["rows"]
        counts = runs[0].get("counts", {})
        rejected = runs[0].get("rejected", counts.get("rejected"))
        case = {
            "name": name,
            "title": name,
            "seconds": round(seconds, 3),
            "all_seconds": [round(run["seconds"], 3) for run in runs],
            "cpu_seconds": round(median(run["cpu_seconds"] for run in runs), 3),
            "rows": rows,
            "rows_per_s": round(rows / seconds),
            "peak_mb": round(max(run["peak_mb"] for run in runs)),
        }
        if rejected is not None:
            case["rejected"] = rejected
        if name in PEERS:
            case["faster"] = _faster(runs, samples["Marquee"])
            case["faster_same_file"] = _faster(runs, samples["Marquee, the peers' file"])
        found.append(case)
    return found


def _faster(peer: list[dict[str, Any]], own: list[dict[str, Any]]) -> float:
    # By row: the peers get fewer rows, or one of them would take an hour.
    pairs = zip(peer, own, strict=True)
    return round(median(p["seconds"] / p["rows"] * o["rows"] / o["seconds"] for p, o in pairs), 1)
