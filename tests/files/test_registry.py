"""A file format is one object: detection, reading and what may be decided are drawn from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from core.errors import BadOverride
from core.files.detect import detect
from core.files.format import FileFormat, Format, Look
from core.files.reader import read
from core.files.registry import FORMATS, NAMES
from core.files.source import Overrides, Source
from core.files.table import Table


def looks(look: Look) -> Format | None:
    begins = look.head.startswith(b"BEGIN:VCARD")
    return Format("cards", "vcard", "it begins as a card does") if begins else None


def names(source: Source, kind: str) -> Table:
    lines = source.path.read_text("utf-8").splitlines()
    found = [line.partition(":")[2] for line in lines if line.startswith("FN:")]
    values = ", ".join(f"({n}, '{name}')" for n, name in enumerate(found, start=1))
    sql = f"SELECT line AS _line, c0 FROM (VALUES {values}) t(line, c0)"
    return Table("cards", ("name",), (), sql, 1, "line", total=len(found))


CARDS = FileFormat("cards", (".vcf",), looks, names, ("encoding",), (("encoding",), ()))


@pytest.fixture
def cards() -> Iterator[None]:
    """One format more, before the others."""
    before = dict(FORMATS)
    FORMATS.clear()
    FORMATS.update({"cards": CARDS, **before})
    yield
    FORMATS.clear()
    FORMATS.update(before)


def test_a_new_format_is_read_like_the_others(cards: None, tmp_path: Path) -> None:
    path = tmp_path / "people.vcf"
    path.write_text("BEGIN:VCARD\nFN:Ada\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\n")
    table = read(path, cache_dir=tmp_path / "cache")
    assert table.names == ("name",) and list(table.rows()) == [["Ada"], ["Bo"]]
    assert table.decision("format").value == "vcard"
    assert "card" in table.decision("format").evidence
    with pytest.raises(BadOverride, match="delimiter is nothing to decide") as raised:
        read(path, cache_dir=tmp_path / "cache", delimiter=";")
    assert "encoding" in raised.value.hint


def test_a_name_that_promises_it_is_told(cards: None, tmp_path: Path) -> None:
    path = tmp_path / "people.vcf"
    path.write_text("name\nAda\n")
    assert detect(path, path.name).surprise.startswith(
        "The name ends in .vcf, but the content is csv"
    )


def test_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "people.vcf"
    path.write_text("BEGIN:VCARD\nFN:Ada\n")
    assert detect(path, path.name).name == "csv"


@pytest.mark.parametrize("name", NAMES)
def test_every_format_decides_what_there_is(name: str) -> None:
    known = {field.name for field in fields(Overrides)}
    made = FORMATS[name]
    offered = [each for part in made.shown for each in part]
    assert made.name == name and set(made.decisions) <= known
    assert set(offered) <= {*made.decisions, "format", "member"}
    assert len(offered) == len(set(offered))


def test_no_name_ends_in_two_ways() -> None:
    ends = [suffix for each in FORMATS.values() for suffix in each.suffixes]
    assert len(ends) == len(set(ends)) and set(FORMATS) == set(NAMES)


def test_the_help_names_every_format() -> None:
    help_ = next(field for field in fields(Overrides) if field.name == "format").metadata["help"]
    assert set(help_.replace(",", "").split()) - {"or"} == set(NAMES)


def test_another_name_of_a_format_chooses_it(tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_text("name\tcity\nAda\tParis\n")
    assert read(path, cache_dir=tmp_path / "cache", format="tsv").format == "csv"
    with pytest.raises(BadOverride, match="csv, json, excel"):
        read(path, cache_dir=tmp_path / "cache", format="parquet")
