"""What a peer does to a row, and how the peers are found and compared."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.cases import CASES, Work
from benchmarks.people import generate
from benchmarks.peers import measure, pandas_pydantic
from benchmarks.peers.person import clean, iso, valid


def test_a_peer_sets_aside_the_rows_that_marquee_sets_aside(tmp_path: Path) -> None:
    files = generate(tmp_path / "files", 2_000, ("people",))
    ours = CASES["import"].run(Work(tmp_path, files))["counts"]
    assert pandas_pydantic.load(files.path("people"), tmp_path) == (ours["new"], ours["rejected"])


def test_a_row_is_cleaned_and_checked(tmp_path: Path) -> None:
    files = generate(tmp_path, 20, ("people",))
    with files.path("people").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert clean(row)["gender"] == "female" and clean(row)["occupations"] == [
        "writer",
        "film director",
    ]
    assert valid(row) is not None and valid({**row, "Type": "XNTJ"}) is None
    assert iso("2006年10月18日") == "2006-10-18" and iso("1985-02") == "1985-02"
    with pytest.raises(ValueError):
        iso("31/02/1985")


def test_without_peers_it_is_said_how_to_get_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["peers", "--venv", str(tmp_path / "none")]) == 1
    assert "python -m benchmarks peers --setup" in capsys.readouterr().err
    assert main(["all", "--parts", "nonsense"]) == 1
    assert "parts: ingest, large, peers, load" in capsys.readouterr().err


def test_how_many_times_faster_is_by_row() -> None:
    def sample(rows: int, seconds: float) -> list[dict[str, float]]:
        return [{"rows": rows, "seconds": seconds, "cpu_seconds": 1.0, "peak_mb": 100.0}]

    cases = measure._cases(
        {
            "Marquee": sample(1_000, 1.0),
            "Marquee, the peers' file": sample(100, 0.5),
            "dlt": sample(100, 4.0),
        }
    )
    assert cases[-1]["faster"] == 40.0 and cases[-1]["faster_same_file"] == 8.0
