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


def test_a_review_by_the_command_line(marquee: Marquee) -> None:
    (Path.cwd() / "twice.csv").write_text(ROWS, "utf-8")
    marquee("import", "twice.csv")
    marquee("matching", "run")
    shown = marquee("matching", "next")
    assert "Ada Lovelase" in shown.out and "differs" in shown.out
    pair = marquee("matching", "next", "--json").json
    a, b = pair["left"], pair["right"]
    first = marquee("matching", "decide", a, b, "different", "--note", "two", "--json").json
    assert marquee("matching", "next").out.strip() == "nothing waits"
    assert "different  1" in marquee("matching", "figures").out
    assert "two" in marquee("matching", "decisions").out
    assert "nothing is said" in marquee("matching", "undo", first["id"]).out
    assert marquee("matching", "decisions", "--holding", "--json").json == []
    assert len(marquee("matching", "decisions", "--json").json) == 2  # nothing is deleted
    merge = marquee("matching", "merge", a, b, "--json").json["id"]
    assert [m["id"] for m in marquee("matching", "merges", "--json").json] == [merge]
    assert a in marquee("matching", "merges").out
    assert "comparisons" in marquee("matching", "model").json
    assert marquee("matching", "undo", "nothing").code != 0


def test_a_run_is_ordered_and_stopped(marquee: Marquee) -> None:
    (Path.cwd() / "twice.csv").write_text(ROWS, "utf-8")
    marquee("import", "twice.csv")
    job = marquee("matching", "submit", "--json").json["id"]
    assert marquee("matching", "cancel", job).code == 0


def test_rules_are_shown_and_set(marquee: Marquee) -> None:
    (Path.cwd() / "twice.csv").write_text(ROWS, "utf-8")
    marquee("import", "twice.csv")
    assert "never" in marquee("matching", "rules").out
    assert "from 0.9 on" in marquee("matching", "rules", "--link", "0.9", "--ask", "0.3").out
    assert "from 0.3 on" in marquee("matching", "rules", "--merge").out
    assert marquee("matching", "rules", "--link", "much").code == 2
    done = marquee("matching", "run", "--json").json
    assert (done["linked"], done["merged"]) == (1, 1)
    assert "0 pairs" in marquee("matching", "link").out
    assert "never" in marquee("matching", "rules", "--reset").out


def test_rows_of_a_file_are_decided_before_the_import(marquee: Marquee) -> None:
    (Path.cwd() / "people.csv").write_text(ROWS, "utf-8")
    (Path.cwd() / "more.csv").write_text(
        "name,birth_date,gender\nAlan Turin,1912-06-23,male\n", "utf-8"
    )
    marquee("import", "people.csv")
    marquee("matching", "run")
    upload = marquee("preview", "more.csv", "--json").json["id"]
    assert "Alan Turing" in marquee("matching", "rows", upload).out
    assert marquee("matching", "decide-rows", upload, "same").code == 2  # which rows?
    assert "1 rows: same" in marquee("matching", "decide-rows", upload, "same", "1").out
    assert "same" in marquee("matching", "rows", upload).out
    assert marquee("import", upload, "--json").json["uploads"][0]["counts"]["unchanged"] == 1
