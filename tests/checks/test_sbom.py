"""The list of packages is CycloneDX, and complete."""

from __future__ import annotations

import json
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from checks import sbom
from core.launch.environment import HERE, LOCK, pins


def test_the_list_is_valid_and_has_every_package_of_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "made" / "sbom.cdx.json"
    assert sbom.main([str(path)]) == 0
    text = path.read_text("utf-8")
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert wrong is None, wrong
    found = json.loads(text)
    assert len(found["components"]) == len(pins(HERE / LOCK))
    (duckdb,) = (c for c in found["components"] if c["name"] == "duckdb")
    assert f"duckdb=={duckdb['version']}" in pins(HERE / LOCK)
    assert duckdb["purl"] == f"pkg:pypi/duckdb@{duckdb['version']}" and duckdb["licenses"]
    (marked,) = (c for c in found["components"] if c["name"] == "appnope")
    assert marked["properties"][0]["value"] == "sys_platform == 'darwin'"


def test_another_lock_is_another_list(tmp_path: Path) -> None:
    lock = tmp_path / LOCK
    lock.write_text("# pins\nduckdb==0.0.1\nuvicorn[standard]==0.1 ; sys_platform == 'linux'\n")
    found = sbom.made(lock)
    assert found == sbom.made(lock)
    assert [c["purl"] for c in found["components"]] == [
        "pkg:pypi/duckdb@0.0.1",
        "pkg:pypi/uvicorn@0.1",
    ]
    assert "licenses" not in found["components"][0], "of a version that is not installed"
    assert found["serialNumber"] != sbom.made()["serialNumber"]
