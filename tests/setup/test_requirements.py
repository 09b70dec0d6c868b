"""What the code imports is what the requirements name; everything is pinned; configuration names real options."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
import streamlit.config

from core.launch.environment import HERE as ROOT
from core.launch.environment import LOCK, needed_files, pins

LOCKED = ("requirements.txt", "requirements-core.txt", "requirements-dev.txt")
FILES = (*LOCKED, "requirements-bench.txt", "requirements-spark.txt", "requirements-s3.txt")
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(\[[a-z,]+\])?==\d[\w.]*( ; .+)?")
# starlette, click and elastic-transport are parts of fastapi, typer and elasticsearch, which pin them
PARTS = {
    **{"starlette": "fastapi", "click": "typer", "numpy": "pandas"},
    "elastic-transport": "elasticsearch",
}


def imported(*places: str) -> dict[str, str]:
    """Top-level module -> a file that imports it, the standard library and the project left out."""
    own = {
        "core",
        "api",
        "pages",
        "app",
        "run_app",
        "run_local_ci",
        "checks",
        "tests",
        "benchmarks",
        "clients",
        "marquee_client",
    }
    found: dict[str, str] = {}
    for path in (file for place in places for file in files(ROOT / place)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            found.update({name.partition(".")[0]: str(path.relative_to(ROOT)) for name in names})
    return {k: v for k, v in found.items() if k not in own and k not in sys.stdlib_module_names}


def files(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.exists() else []


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required(file: str) -> set[str]:
    """The packages that a file names, itself or in those that it draws in."""
    named = [pin for path in needed_files(ROOT / file) for pin in pins(path)]
    return {normal(pin.partition("==")[0].partition("[")[0]) for pin in named}


def unnamed(modules: dict[str, str], packages: set[str]) -> dict[str, str]:
    """The modules that no package of these brings."""
    brought_by = importlib.metadata.packages_distributions()
    missing = {}
    for module, where in modules.items():
        names = {normal(name) for name in brought_by.get(module, [module])}
        names |= {PARTS[name] for name in names if name in PARTS}
        if not names & packages:
            missing[module] = where
    return missing


def test_what_the_app_imports_is_required() -> None:
    modules = imported("core", "api", "pages", "app.py")
    assert {"pydantic", "duckdb"} <= set(modules)
    packages = (
        required("requirements.txt")
        | required("requirements-spark.txt")
        | required("requirements-s3.txt")
    )
    assert unnamed(modules, packages) == {}


def test_what_the_library_imports_comes_with_it() -> None:
    packages = required("requirements-core.txt")
    assert (
        unnamed(
            imported("core"),
            packages | required("requirements-spark.txt") | required("requirements-s3.txt"),
        )
        == {}
    )
    assert "streamlit" not in packages


def test_what_the_tests_import_is_required() -> None:
    everything = required("requirements.txt") | required("requirements-dev.txt")
    everything |= required("requirements-bench.txt")
    assert unnamed(imported("tests", "benchmarks"), everything) == {}


def test_an_import_that_is_not_required_is_found() -> None:
    assert unnamed({"playwright": "x.py"}, required("requirements.txt")) == {"playwright": "x.py"}


def test_the_set_up_scripts_need_only_the_standard_library() -> None:
    drawn_in = ("__init__.py", "launch/__init__.py", "launch/console.py", "launch/environment.py")
    places = ("run_app.py", "run_local_ci.py", "checks")
    places += tuple(f"core/{name}" for name in drawn_in)
    assert imported(*places) == {"pytest": str(Path("checks/budget.py"))}  # pytest loads that one


@pytest.mark.parametrize("name", [*FILES, "requirements.lock"])
def test_everything_is_pinned_exactly(name: str) -> None:
    loose = [pin for pin in pins(ROOT / name) if not PIN.fullmatch(pin)]
    assert loose == []
    assert pins(ROOT / name)


def test_every_requirement_says_why() -> None:
    for name in FILES:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if "==" in line and not re.search(r"#\s+\S", line)] == []


def test_the_lock_holds_the_pins() -> None:
    locked = {normal(pin.split(" ;")[0]) for pin in pins(ROOT / LOCK)}
    for name in LOCKED:
        assert {normal(pin.split(" ;")[0]) for pin in pins(ROOT / name)} <= locked


# --- configuration


def flat(table: dict[str, object], prefix: str = "") -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in table.items():
        inner = (
            flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
        )
        result.update(inner)
    return result


@pytest.fixture(scope="module")
def page_config() -> dict[str, object]:
    return flat(tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8")))


def test_streamlit_knows_every_option(page_config: dict[str, object]) -> None:
    assert set(page_config) <= set(streamlit.config._config_options_template)


def test_the_page_is_private_and_quiet(page_config: dict[str, object]) -> None:
    assert page_config["server.address"] == "127.0.0.1"
    assert page_config["browser.gatherUsageStats"] is False
    assert page_config["client.showErrorDetails"] == "none"


def brightness(colour: str) -> float:
    """Relative luminance as WCAG defines it, from #RRGGBB."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: object, other: object) -> float:
    dark, light = sorted((brightness(str(one)), brightness(str(other))))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["theme.light", "theme.dark"])
def test_the_themes_can_be_read(page_config: dict[str, object], theme: str) -> None:
    behind = page_config[f"{theme}.backgroundColor"]
    assert contrast(page_config[f"{theme}.textColor"], behind) >= 7
    assert contrast(page_config[f"{theme}.linkColor"], behind) >= 4.5
    assert contrast(page_config[f"{theme}.primaryColor"], behind) >= 3
    assert contrast(page_config[f"{theme}.primaryColor"], "#FFFFFF") >= 4.3  # the text of a button
