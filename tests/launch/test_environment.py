"""The environment that the start scripts make: once, explained when it fails, from where pip is told to look."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from core.launch import environment as module
from core.launch.environment import Environment, SetupError


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment that asks for nothing, so that making it needs no network."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# nothing\n")
    return Environment(tmp_path / "env", requirements)


def make(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "has_ensurepip", lambda python: True)
    monkeypatch.setattr(shutil, "which", lambda name: None)  # pip, whether or not uv is there
    environment.ensure()


def test_the_environment_is_made_once(
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make(environment, monkeypatch)
    assert environment.ready()
    assert "making env" in capsys.readouterr().out
    make(environment, monkeypatch)
    assert capsys.readouterr().out == ""

    environment.requirements.write_text("# changed\n")
    assert not environment.ready()
    make(environment, monkeypatch)
    said = capsys.readouterr().out
    assert "installing" in said and "making" not in said

    environment.python.unlink()  # half made: removed and made again
    make(environment, monkeypatch)
    assert "removing env" in capsys.readouterr().out
    assert environment.ready()


def test_a_failed_install_is_explained_and_not_stamped(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.requirements.write_text("no-such-package-at-all==1.0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(module, "index_answers", lambda python: True)
    with pytest.raises(SetupError, match="a pinned package is not to be had"):
        make(environment, monkeypatch)
    assert not environment.ready()
    assert "no-such-package-at-all" in environment.log.read_text(encoding="utf-8")


def test_no_network_is_named() -> None:
    text = (
        "NewConnectionError: Failed to establish: [Errno -3] Temporary failure in name resolution"
    )
    said = module.explain("installing failed", text, Path("x.log"), lambda: True)
    assert "cannot be reached" in said and "pip config list" in said
    assert "cannot be reached" in module.explain("x", "", Path("x.log"), lambda: False)
    assert "cannot be reached" not in module.explain("x", "", Path("x.log"), lambda: True)


def test_only_a_failed_install_asks_for_the_index(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.requirements.write_text("no-such-package-at-all==1.0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(module, "index_answers", lambda python: False)
    with pytest.raises(SetupError, match="cannot be reached"):
        make(environment, monkeypatch)


def test_without_ensurepip_one_sentence_says_what_to_install(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "has_ensurepip", lambda python: False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="apt install python3-venv") as caught:
        environment.ensure()
    assert str(caught.value).count(". ") == 0
    assert not environment.ready()


def test_without_ensurepip_uv_does_it(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "has_ensurepip", lambda python: False)
    monkeypatch.setattr(shutil, "which", lambda name: "/opt/uv")
    asked: list[list[str]] = []

    def run(command: list[str]) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        environment.folder.mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(module, "run", run)
    environment.ensure()
    assert [words[:3] for words in asked] == [
        ["/opt/uv", "venv", "--quiet"],
        ["/opt/uv", "pip", "install"],
    ]


def test_whether_an_index_answers_is_asked_of_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address in the question: mirrors and air gaps are in pip's configuration."""
    seen: list[list[str]] = []

    def run(command: list[str]) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 1, said, "")

    monkeypatch.setattr(module, "run", run)
    said = "ERROR: No matching distribution found for pip"
    assert not module.index_answers(Path("python"))
    said = "No module named pip"  # an environment that uv made; nothing is known
    assert module.index_answers(Path("python"))
    assert "://" not in " ".join(seen[0])
    assert seen[0][:6] == ["python", "-m", "pip", "index", "versions", "pip"]


@pytest.mark.parametrize("place", ["run_app.py", "run_local_ci.py", "core/launch", "checks"])
def test_no_index_is_named(place: str) -> None:
    found = module.HERE / place
    files = [found] if found.is_file() else list(found.rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    assert texts and not re.search(r"pypi\.org|pythonhosted|urllib|osv\.dev", "".join(texts))
