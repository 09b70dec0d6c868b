"""Every example of the documents is run, for real, by one of the tests here; a new one that none runs fails."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core import Settings, Workbench
from core.datasets.model import from_dict
from core.datasets.templates import template
from tests.api.conftest import client_of
from tests.docs import examples
from tests.docs.examples import ROOT, Example
from tests.docs.reader import SEEN_BY_CURL, Reader

Claim = tuple[str, str]  # a document, and the kind of its examples
DRAWING = "text"  # the one kind that shows no input
CLAIMED: set[Claim] = set()
OWN_CURL = f'"{sys.executable}" "{Path(__file__).with_name("curl.py")}"'
REAL_CURL = f'"{shutil.which("curl")}" --fail-with-body -sS'

needs_bash = pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="no bash here")


def claim(*claims: Claim) -> list[Example]:
    """The examples that a test runs: all of these documents and kinds, those to come as well."""
    CLAIMED.update(claims)
    return examples.of(*claims)


ALONE = claim(
    ("README.md", "shell"), ("CONTRIBUTING.md", "shell"), ("data_uploads/README.md", "shell")
)
NOTEBOOKS = claim(
    *(("README.md", "python"), ("docs/reading.md", "python"), ("docs/names.md", "python")),
    *(("docs/search.md", "python"), ("docs/matching.md", "python")),
)
PRINTED = {
    "README.md": ("MBTI is not one of the allowed values 1", "'reversed': 26, 'kept': 0"),
    "docs/reading.md": ("'Full Name'", "';' because 31 of 31 rows have 12", "chosen by the user"),
    "docs/search.md": ("周杰伦", "how='same', field='name_en'", "state='ready'"),
    "docs/matching.md": (),
    "docs/names.md": ("“Чайковский” is “Tchaikovsky” in another script",),
}
QUALITY = claim(("docs/quality.md", "python"))
WEIGHTS = claim(("docs/quality.md", "toml"))
COMMAND_LINE = claim(("docs/cli.md", "console"))
API = claim(("docs/api.md", "bash"))
TUTORIAL = claim(*(("docs/tutorial.md", kind) for kind in ("bash", "python", "js")))
ERRORS = claim(("docs/api.md", "json"))
DATASETS = claim(("docs/datasets.md", "toml"))
RECIPES = claim(("docs/recipes.md", "json"))
RULES = claim(("docs/security.md", "python"))


def test_every_example_is_run() -> None:
    unknown = [e for e in examples.every() if (e.document, e.kind) not in CLAIMED]
    assert [f"{e} ({e.kind})" for e in unknown if e.kind != DRAWING] == []
    assert all(examples.of(claimed) for claimed in CLAIMED)


def test_no_example_is_overlooked() -> None:
    text = "    ls\n\ntext\n    no example\n\n    cd x\n    ls\n\nand\n```\nls\n```\n~~~sh\nls\n~~~"
    found = [(e.line, e.kind, e.text) for e in examples.find("x.md", text)]
    assert found == [
        *[(1, "shell", "ls\n"), (6, "shell", "cd x\nls\n"), (10, "no language", "ls\n")],
        (13, "sh", "ls\n"),
    ]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    found = Reader(tmp_path, REAL_CURL if shutil.which("curl") else OWN_CURL)
    yield found
    found.stop()


@needs_bash
@pytest.mark.integration
@pytest.mark.parametrize("example", ALONE, ids=str)
def test_an_example_that_stands_alone(reader: Reader, example: Example) -> None:
    reader.follow(example)
    if "cp people.json" in example.text:
        report = reader.wait_for("processed/people.json")
        assert str(report["summary"]).startswith("people.json: 2 rows, 2 new")
    if "import people.csv" in example.text:
        assert "people.csv" in reader.type("python -m core uploads")


@pytest.mark.parametrize("example", NOTEBOOKS, ids=str)
def test_a_notebook(
    example: Example,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copy(ROOT / "core/datasets/samples/people_messy.csv", tmp_path / "people.csv")
    monkeypatch.chdir(tmp_path)
    exec(compile(example.text, str(example), "exec"), {})
    printed = capsys.readouterr().out
    assert all(words in printed for words in PRINTED[example.document])


def test_the_quality_of_records(tmp_path: Path, settings: Settings) -> None:
    """docs/quality.md from top to bottom, in one notebook: a bad value, and its repair."""
    people = "name,birth_date,mbti,mbti_reason\nAda,1815-12-10,INTJ,quiet\nBob,,ENFP,\n"
    (tmp_path / "people.csv").write_text(people, "utf-8")
    with Workbench.open(settings=settings) as wb:
        wb.import_file(tmp_path / "people.csv")
        spoil = "UPDATE celebrities SET mbti = 'INTX' WHERE name = 'Bob'"  # as an older rule let in
        wb.database.write(lambda c: c.execute(spoil))
        (tmp_path / "next.csv").write_text("name,mbti\nCy,INTX\n", "utf-8")
        names = {
            "wb": wb,
            "record_id": next(wb.records().rows())["record_id"],
            "upload_id": wb.preview(tmp_path / "next.csv").id,
        }
        for example in QUALITY:
            exec(compile(example.text, str(example), "exec"), names)
        assert [row["mbti"] for row in wb.records(where={"name": "Bob"}).rows()] == ["INTJ"]


def test_the_rules_of_a_role(tmp_path: Path, settings: Settings) -> None:
    """The rules of docs/security.md are kept as they are written."""
    (example,) = RULES
    with Workbench.open(settings=settings) as wb:
        exec(compile(example.text, str(example), "exec"), {"wb": wb})
        assert wb.access.roles()["viewer"].rules["celebrities"].masks == {"birth_date": "year"}


def test_the_steps_of_a_recipe(tmp_path: Path, settings: Settings) -> None:
    """The steps of docs/recipes.md on a file that has the columns which they name."""
    (example,) = RECIPES
    people = "First,Last,Sex,Age,Born\n Ada ,Byron,1,36,1815\nAda,Byron,,,1815\n"
    (tmp_path / "people.csv").write_text(people, "utf-8")
    with Workbench.open(settings=settings) as wb:
        upload = wb.receive(tmp_path / "people.csv")
        goes: dict[str | int, str | None] = {"Full name": "name", "First": "drop", "Last": "drop"}
        wb.uploads.plan(upload.id, table_steps=json.loads(example.text), choices=goes)
        assert "Group" in wb.uploads.draft(upload.id).table.columns
        wb.commit(upload.id)
        (found,) = wb.records().rows()
        assert (found["name"], found["gender"]) == ("Ada Byron", "female")


def test_the_weights_of_quality() -> None:
    (example,) = WEIGHTS
    base = tomllib.loads((ROOT / "core/datasets/celebrities.toml").read_text("utf-8"))
    told = from_dict({**base, **tomllib.loads(example.text)}).quality
    assert (told.fresh_days, told.weights["completeness"], told.fields["birth_date"]) == (730, 3, 2)


@needs_bash
@pytest.mark.integration
def test_the_command_line(reader: Reader) -> None:
    """docs/cli.md from top to bottom: what is printed, written to files, and left in the database."""
    said: dict[str, str] = {}
    for command in "".join(example.text for example in COMMAND_LINE).splitlines():
        bare = command.split(" #")[0].strip()
        if "UPLOAD" in bare:
            bare = bare.replace("UPLOAD", _first_import(reader))
        if "BACKUP" in bare:
            bare = bare.replace(
                "BACKUP", json.loads(reader.type("python -m core backups --json"))[0]["name"]
            )
        said[command.split(" #")[0].strip()] = reader.type(bare)
    assert "30 rows" in said["python -m core preview people.csv"]
    assert "26 new" in said["python -m core import people.csv"]
    listed = said["python -m core uploads"]
    assert all(f"\t{n}\t" in listed for n in ("people.csv", "a.csv", "b.json", "c.xlsx"))
    assert "INTX" in said["python -m core problems UPLOAD"]
    assert "INTX" in (reader.folder / "fix-me.csv").read_text("utf-8-sig")
    assert "nothing is wrong" in said["python -m core check --deep"]
    assert "kept" in said["python -m core restore --backup BACKUP"]
    assert "made again" in said["python -m core rebuild --to rebuilt.duckdb"]
    left = (reader.folder / "everybody.csv").read_text("utf-8-sig")
    assert SEEN_BY_CURL.split("\n")[1].split(",")[0] in left and "Saoirse Ronan" not in left


def _first_import(reader: Reader) -> str:
    uploads = json.loads(reader.type("python -m core uploads --json"))
    imported = [u["id"] for u in uploads if u["status"] == "imported"]
    return str(imported[-1])


@needs_bash
@pytest.mark.integration
def test_the_api(reader: Reader, tmp_path: Path) -> None:
    reader.start()
    said = reader.type("\n".join(e.text for e in API), MARQUEE_API_TOKEN="any")
    assert (tmp_path / "celebrities.csv").stat().st_size > 50
    assert '"kind":"rollback"' in said and '"waiting":0' in said


@pytest.mark.parametrize("example", ERRORS, ids=str)
def test_an_error_of_the_api(example: Example, wb: Workbench) -> None:
    shown = json.loads(example.text)
    wb.start()
    client = client_of(wb)
    answers = [
        client.post("uploads", params={"filename": "people.csv"}, content=b"name\nA\n")
        for _ in range(2)
    ]
    assert answers[1].headers["content-type"] == "application/problem+json"
    seen = answers[1].json()
    changing = {"detail", "upload_id", "upload"}
    assert seen.keys() == shown.keys()
    assert {k: v for k, v in seen.items() if k not in changing} == {
        k: v for k, v in shown.items() if k not in changing
    }
    assert _blurred(seen["detail"]) == _blurred(shown["detail"])
    assert seen["upload"].endswith(seen["upload_id"])


def _blurred(text: str) -> str:
    return re.sub(r"\d", "0", text)


@pytest.mark.parametrize("example", DATASETS, ids=str)
def test_a_dataset(example: Example, wb: Workbench, csv_file: Callable[..., Path]) -> None:
    """Dropped into the folder it is there, and takes the file that its own template is."""
    name = re.findall(r"^# datasets/(\w+)\.toml$", example.text, re.MULTILINE)[0]
    wb.settings.datasets_dir.mkdir(parents=True, exist_ok=True)
    (wb.settings.datasets_dir / f"{name}.toml").write_text(example.text, "utf-8")
    dataset = wb.dataset(name)
    path = csv_file(name="filled.csv")
    path.write_bytes(template(dataset, "csv"))
    upload = wb.import_file(path, name)
    assert upload.counts.new == upload.counts.rows > 0 and wb.count(name) == upload.counts.new
    assert wb.registry.broken == {}
