"""The generated people of the matching benchmark, and its figures on few of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.matching import pairs, people, public, sets
from benchmarks.peers import measure as peers

HEAD = "rec_id, given_name, surname, street_number, postcode, date_of_birth, soc_sec_id"
GIVEN, FAMILY = ("mitchell", "harley", "madeline", "zoe", "jack"), ("green", "mccarthy", "mason")


def test_the_same_seed_gives_the_same_people(tmp_path: Path) -> None:
    one, two, other = (tmp_path / name for name in ("one", "two", "other"))
    people.write(one, 200)
    people.write(two, 200)
    people.write(other, 200, seed=2)
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()
    assert len(set(line.split(",")[1] for line in one.read_text().splitlines())) < 180


def test_people_with_errors_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["matching", "--rows", "500", "--strict", "--more"]) == 0
    said = capsys.readouterr().out
    assert "pairwise" in said and "B-cubed" in said and "1,000 new rows" in said


@pytest.fixture(scope="module")
def febrl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as febrl writes it: 60 originals, every second with a copy whose family name has a letter too many."""
    lines = [HEAD]
    for n in range(60):
        given, family = GIVEN[n % 5], FAMILY[n % 3] + "abcdefghijklmnopqrst"[n // 3]
        rest = (
            f"{n + 1}, {2000 + 37 * n}, {19000101 + n * 10000 + n % 12 * 100}, {1234567 + 9973 * n}"
        )
        lines.append(f"rec-{n}-org, {given}, {family}, {rest}")
        lines += [f"rec-{n}-dup-0, {given}, {family}x, {rest}"] * (n % 2)
    folder = tmp_path_factory.mktemp("febrl")
    (folder / "dataset3.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_set_of_febrl_tells_nothing_but_its_fields(febrl: Path, tmp_path: Path) -> None:
    sets.write("febrl3", febrl, tmp_path / "set.csv")
    with (tmp_path / "set.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "rec_id" not in rows[0] and "rec-" not in (tmp_path / "set.csv").read_text("utf-8")
    assert len(rows) == 90 and len({row["cluster"] for row in rows}) == 60
    assert [row["unique_id"] for row in rows] == [str(n) for n in range(90)]
    assert [row["cluster"] for row in rows] != sorted((r["cluster"] for r in rows), key=int)
    assert rows[0]["given_name"] in GIVEN  # without the space behind each comma


def test_a_set_of_febrl_is_found_without_labels(febrl: Path, tmp_path: Path) -> None:
    sets.write("febrl3", febrl, tmp_path / "set.csv")
    line = public.marquee(tmp_path / "set.csv", tmp_path / "home")
    assert line.right.pairwise.f1 > 0.98 and line.seconds and "Marquee" in str(line)


def test_without_the_peers_it_is_said_how_to_get_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["matching", "--public", "--venv", str(tmp_path / "none")]) == 1
    assert "python -m benchmarks peers --setup" in capsys.readouterr().err
    assert [pin.partition("==")[0] for pin in peers._alone()] == ["recordlinkage"]


def test_pairs_of_names_are_fair() -> None:
    given = pairs.asked()
    same = {frozenset((x.one, x.other)) for x in given if x.same}
    assert not same & {frozenset((x.one, x.other)) for x in given if not x.same}
    halves: dict[str, set[str]] = {}
    for each in given:
        if each.same:
            halves.setdefault(pairs.ONE.get(each.other, each.other), set()).add(each.half)
    assert all(len(found) == 1 for found in halves.values())
    kept = [x.same for x in given if x.half == "kept out"]
    assert 0.4 < sum(kept) / len(kept) < 0.6 and len(kept) > 1_000


def test_names_alone_are_told_apart() -> None:
    given = [
        pairs.Asked("ru", "Антон Чехов", "Anton Chekhov", True, "kept out"),
        pairs.Asked("alike", "Anton Chekhov", "Anton Bruckner", False, "kept out"),
        *(x for x in pairs.asked() if x.kind == "alike"),
    ]
    together = pairs.linked(given, [])
    assert [together(each) for each in given[:2]] == [True, False]
