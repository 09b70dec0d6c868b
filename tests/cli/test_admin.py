"""datasets, template, audit, serve; errors and exit codes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core import errors
from core.cli.main import EXIT_CODES
from core.launch import server
from core.settings import Settings
from tests.cli.conftest import Marquee


def test_datasets_need_no_database(marquee: Marquee, folder: Path) -> None:
    assert [d["name"] for d in marquee("datasets", "--json").json] == ["celebrities"]
    assert "birth_date" in marquee("datasets", "celebrities").out
    assert marquee("datasets", "nope").code == 4
    assert not (folder / "db").exists()


def test_templates(marquee: Marquee, folder: Path) -> None:
    assert marquee("template").out.lstrip("\ufeff").startswith("name,name_en,")
    assert marquee("template", "--format", "xlsx", "--output", "t.xlsx").code == 0
    assert zipfile.is_zipfile(io.BytesIO((folder / "t.xlsx").read_bytes()))
    assert marquee("template", "--output", "no/such/folder.csv").code == 2


def test_audit(marquee: Marquee, imported: dict[str, Any], folder: Path) -> None:
    events = marquee("audit", "list", "--json").json
    assert [e["kind"] for e in events] == ["upload.imported", "upload.received"]
    assert marquee("audit", "verify", "--json").json == {"ok": True, "events": 2}
    with duckdb.connect(str(folder / "db" / "marquee.duckdb")) as connection:
        connection.execute("UPDATE ops.events SET actor = 'somebody else' WHERE seq = 1")
    broken = marquee("audit", "verify")
    assert broken.code == 8
    assert "event 1" in broken.err


def test_serve_refuses_an_open_address_without_a_token(marquee: Marquee) -> None:
    answer = marquee("serve", "--host", "0.0.0.0")
    assert answer.code == 2
    assert "MARQUEE_API_TOKEN" in answer.err


def test_the_server_gets_address_and_absolute_paths(folder: Path) -> None:
    settings = Settings(_env_file=None, port=9000, database=Path("x.duckdb"))
    command = server.command(settings)
    assert {"--server.port=9000", "--server.address=127.0.0.1"} <= set(command)
    assert "--server.allowedHosts=localhost" in command
    assert server.environment(settings)["MARQUEE_DATABASE"] == str(folder / "x.duckdb")


def test_an_error_is_two_lines(marquee: Marquee) -> None:
    answer = marquee("upload", "nope", "--db", "missing.duckdb")
    assert answer.out == ""
    first, second = answer.err.splitlines()
    assert first.startswith("error: Not found: ") and second.startswith("  hint: ")


def test_an_error_as_json_is_the_only_output(marquee: Marquee) -> None:
    answer = marquee("upload", "nope", "--db", "missing.duckdb", "--json")
    assert answer.json["error"]["code"] == "not_found"
    assert answer.err == ""


def test_wrong_usage(marquee: Marquee) -> None:
    assert marquee("bogus").code == 2
    assert marquee("import").code == 2
    assert marquee("import", "people.csv", "--mode", "bogus").code == 2
    assert marquee("import", "--nope", "--json").json["error"]["code"] == "usage"


def test_no_file_of_the_machine_is_a_fault(marquee: Marquee, folder: Path) -> None:
    (folder / "file").write_text("x", "utf-8")
    answer = marquee("import", "people.csv", "--db", "file/under/a/file.duckdb")
    assert answer.code == 8
    assert "Traceback" not in answer.err


def test_help_says_the_exit_codes(marquee: Marquee) -> None:
    answer = marquee("--help")
    assert answer.code == 0
    assert "10 done, but rows are in quarantine" in " ".join(answer.out.split())


@pytest.mark.parametrize("name", [n for n in dir(errors) if n[0].isupper()])
def test_every_exit_code_is_documented(name: str) -> None:
    kind = getattr(errors, name)
    if isinstance(kind, type) and issubclass(kind, errors.MarqueeError):
        assert f"{kind.exit_code} " in EXIT_CODES


def test_performance_is_told_to_people_and_programs(
    marquee: Marquee, imported: dict[str, Any]
) -> None:
    shown = marquee("performance").out
    assert "main.celebrities" in shown and "people.csv" in shown and "process, MB" in shown
    found = marquee("performance", "--json").json
    assert found["imports"][0]["upload_id"] == imported["id"]
    assert found["imports"][0]["stages"]["writing"] > 0
    assert "import" in [one["name"] for one in found["operations"]]
