"""privacy known, export, forget, paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import Workbench
from core.settings import load
from tests.cli.conftest import Marquee

pytestmark = pytest.mark.usefixtures("imported")


def ada(marquee: Marquee) -> str:
    return str(marquee("records", "--json", "--where", "mbti=INTJ").json[0]["record_id"])


def test_look_export_forget_and_the_paper_again(marquee: Marquee, folder: Path) -> None:
    record = ada(marquee)
    known = marquee("privacy", "known", record)
    assert (known.code, "people.csv (1)" in known.out) == (0, True)
    assert marquee("privacy", "known", record, "--json").json["files"][0]["rows"] == [1]
    assert "Countess" in marquee("privacy", "export", record).out
    person = marquee("privacy", "export", record, "--json").json
    assert person["record"]["name"] == "Ada Lovelace"
    asked = marquee("privacy", "forget", record)
    assert asked.code == 2 and "--yes" in asked.err
    assert marquee("record", record).code == 0, "nothing was done"
    done = marquee("privacy", "forget", record, "--yes", "--paper", "paper.md", "--reason", "asked")
    assert done.code == 0, done.err
    paper = (folder / "paper.md").read_text("utf-8")
    assert "Reason: asked" in paper and record in paper and "Lovelace" not in paper
    act = next(line for line in paper.splitlines() if line.startswith("- Act: "))
    assert marquee("privacy", "paper", act.removeprefix("- Act: ")).out.strip() == paper.strip()
    assert marquee("record", record).code == 4
    assert "Lovelace" not in marquee("record", record, "--history", "--json").out


def test_nobody_and_while_a_file_comes_in(marquee: Marquee, folder: Path) -> None:
    for command in ("known", "export"):
        nobody = marquee("privacy", command, "00000000-0000-7000-8000-000000000000")
        assert nobody.code == 4 and "there never was a record" in nobody.err
    assert marquee("privacy", "paper", "none").code == 4
    (folder / "next.csv").write_text("name\nSomebody Else\n")
    with Workbench.open(settings=load()) as wb:
        wb.jobs.submit(wb.receive(folder / "next.csv").id)
    busy = marquee("privacy", "forget", ada(marquee), "--yes")
    assert busy.code == 5 and "next.csv is being imported" in busy.err
    assert marquee("record", ada(marquee)).code == 0
