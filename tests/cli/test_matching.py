"""The commands about records that may be one person."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Marquee

ROWS = "name,birth_date,gender\nAda Lovelace,1815-12-10,female\nAda Lovelase,1815-12-10,female\nAlan Turing,1912-06-23,male\n"


def test_run_decide_merge_and_take_apart(marquee: Marquee, tmp_path: Path) -> None:
    (Path.cwd() / "twice.csv").write_text(ROWS, "utf-8")
    marquee("import", "twice.csv")
    assert marquee("matching", "pairs").code == 5
    assert "links    1" in marquee("matching", "run").out
    [pair] = marquee("matching", "pairs", "--json").json
    a, b = pair["left"], pair["right"]
    assert "differ by one letter" in marquee("matching", "pairs").out
    assert marquee("matching", "decide", a, b, "same").code == 0
    assert "nothing was changed" in marquee("matching", "merge", a, b, "--dry-run").out
    done = marquee("matching", "merge", a, b, "--keep", "name=longest", "--json").json
    assert marquee("record", b, "--json").json["record_id"] == a
    assert "2 records are there again" in marquee("matching", "unmerge", done["id"]).out
    assert a in marquee("matching", "clusters").out
    assert "Ada Lovelace" in marquee("matching", "find", "name=ada lovelace").out
    assert marquee("matching", "export", "links").out.count("\n") == 2
    assert "B-cubed" in marquee("matching", "evaluate", "gender").out
    assert marquee("check", "--deep").code == 0
