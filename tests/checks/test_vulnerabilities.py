"""The two look-ups of vulnerabilities: what was not looked up has not passed."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks import vulnerabilities
from checks.step import FAILED, PASSED, SKIPPED, Tools
from core.launch.environment import Environment, SetupError

# --- Safety


def safety_that(tmp_path: Path, body: str) -> Tools:
    """Tools that find a module `safety` which does this with `pins` and `report`."""
    (tmp_path / "safety.py").write_text(
        "import json, sys\npins, report = sys.argv[-3], sys.argv[-1]\n"
        f"known = 'known' in pins\n{body}\n"
    )
    return Tools(results=tmp_path / "out", variables={"PYTHONPATH": str(tmp_path)})


@pytest.mark.parametrize(
    ("body", "status", "note"),
    [
        ("sys.exit('ConnectError: Name or service not known')", SKIPPED, "Name or service"),
        ("open(report, 'w').write('nonsense')", SKIPPED, "no data"),
        ("json.dump({'vulnerabilities': []}, open(report, 'w'))", SKIPPED, "no data"),
        (
            "bad = [{'package_name': 'requests'}] if known else []\n"
            "json.dump({'vulnerabilities': bad, 'scanned_packages': {'a': 1}}, open(report, 'w'))",
            PASSED,
            "1 packages looked up",
        ),
        (
            "bad = [{'package_name': 'requests' if known else 'jinja2'}]\n"
            "json.dump({'vulnerabilities': bad, 'scanned_packages': {'a': 1}}, open(report, 'w'))",
            FAILED,
            "vulnerable: jinja2",
        ),
        (
            "if not known: sys.exit('too many requests')\n"
            "json.dump({'vulnerabilities': [{'package_name': 'requests'}]}, open(report, 'w'))",
            SKIPPED,
            "stopped answering: too many requests",
        ),
    ],
)
def test_safety_passes_only_what_it_looked_up(
    tmp_path: Path, body: str, status: str, note: str
) -> None:
    outcome = vulnerabilities.look_up(safety_that(tmp_path, body))
    assert (outcome.status, note in outcome.note) == (status, True), outcome


def test_safety_that_cannot_be_installed_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(self: object, again: bool = False) -> None:
        raise SetupError("no package index can be reached")

    monkeypatch.setattr(Environment, "ensure", no_network)
    outcome = vulnerabilities.safety(Tools())
    assert outcome.status == SKIPPED and "package index" in outcome.note


# --- pip-audit


def test_no_vulnerability_database_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vulnerabilities, "vulnerability_service", lambda tools: None)
    outcome = vulnerabilities.audit(Tools())
    assert outcome.status == SKIPPED and "database" in outcome.note


@pytest.mark.parametrize(
    ("answering", "expected"), [("pypi osv", "pypi"), ("osv", "osv"), ("", None)]
)
def test_a_database_is_proved_by_what_is_known(
    tmp_path: Path, answering: str, expected: str | None
) -> None:
    """One that cannot be reached reports no vulnerability, or nothing at all."""
    (tmp_path / "pip_audit.py").write_text(
        "import json, pathlib, sys\n"
        "words = sys.argv\n"
        "pins = pathlib.Path(words[words.index('-r') + 1]).read_text()\n"
        "bad = words[words.index('-s') + 1] in " + repr(answering.split()) + "\n"
        "assert pins == 'requests==2.19.0\\n'\n"
        "found = [{'name': 'requests', 'vulns': [{'id': 'CVE'}] if bad else []}]\n"
        "pathlib.Path(words[-1]).write_text(json.dumps({'dependencies': found}))\n"
    )
    tools = Tools(results=tmp_path / "out", variables={"PYTHONPATH": str(tmp_path)})
    assert vulnerabilities.vulnerability_service(tools) == expected


def test_an_audit_that_looked_nothing_up_has_not_passed() -> None:
    unknown = {"name": "a", "skip_reason": "not found"}
    fine = {"name": "b", "vulns": []}
    vulnerable = {"name": "c", "vulns": [{"id": "CVE-1"}]}
    assert vulnerabilities.read_audit({"dependencies": [unknown]}, "").status == SKIPPED
    assert vulnerabilities.read_audit({"dependencies": [unknown, fine]}, "").status == PASSED
    assert (
        vulnerabilities.read_audit({"dependencies": [fine, vulnerable]}, "").note == "vulnerable: c"
    )
