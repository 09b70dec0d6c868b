"""Which tests to run for what was changed: the closest first. Standard library only.

A file is held to be tested by the tests of its own name (core/x/y.py by tests/x/test_y*.py) and by those that
import it; where there is neither, by all tests of its room, those first that share a word with its name.
"""

from __future__ import annotations

import ast
import subprocess  # nosec B404
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MOST = 20  # test files in one quick run
MAIN = ("origin/main", "main")
ITSELF, NAMESAKE, IMPORTER, COUSIN, ROOM = range(5)  # how close a test is to what was changed
# Where the tests of other files are.
ELSEWHERE = (
    *(("docs/", "tests/docs"), ("README", "tests/docs"), ("CONTRIBUTING", "tests/docs")),
    *(
        ("requirements", "tests/setup"),
        ("pyproject.toml", "tests/setup"),
        ("app.py", "tests/setup"),
    ),
    *((".streamlit/", "tests/setup"), (".env.example", "tests")),
)


class NoHistory(Exception):
    """What was changed cannot be told, for this is no git checkout."""


@dataclass(frozen=True)
class Selection:
    """What was changed since `base`, the tests to run, and the tests of it that are too many."""

    base: str
    changed: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{len(self.changed)} files changed since {self.base}"]
        lines += [f"  {len(self.tests)} test files, the closest first: {' '.join(self.tests)}"]
        if self.left_out:
            lines += [f"  left out, {len(self.left_out)} test files: {' '.join(self.left_out)}"]
        return "\n".join(lines)


NOTHING = Selection("", (), (), ())


def select(root: Path, most: int = MOST) -> Selection:
    """The tests of what was changed in this checkout. Raises NoHistory."""
    base, changed = changes(root)
    tests = Tests(root).of(changed)
    return Selection(base, tuple(changed), tuple(tests[:most]), tuple(tests[most:]))


# --- what was changed


def changes(root: Path) -> tuple[str, list[str]]:
    """Where this branch left main (on main itself: the last commit but one), and the files changed since.

    What is not committed counts, and so do files that git does not know yet.
    """
    base = branched_from(root) or git(root, "rev-parse", "--short", "HEAD~1")
    if base is None:
        raise NoHistory(f"{root} is no git checkout with a commit to compare with")
    known = git(root, "diff", "--name-only", "--no-renames", base) or ""
    new = git(root, "ls-files", "--others", "--exclude-standard") or ""
    return base, sorted({*known.splitlines(), *new.splitlines()})


def branched_from(root: Path) -> str | None:
    """The commit that this branch and main have in common, when the branch has gone on from there."""
    head = git(root, "rev-parse", "HEAD")
    found = [git(root, "merge-base", "HEAD", main) for main in MAIN]
    ours = [base for base in found if base and base != head]
    return git(root, "rev-parse", "--short", ours[-1]) if ours else None


def git(root: Path, *words: str) -> str | None:
    """What git prints; None when it fails or is not there."""
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", *words]
    try:
        done = subprocess.run(  # nosec B603
            command, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


# --- what tests it


@dataclass(frozen=True)
class Tests:
    """The test files of a project."""

    root: Path

    def of(self, changed: Iterable[str]) -> list[str]:
        """The tests of these files, the closest first."""
        ranks: dict[str, int] = {}
        for path in changed:
            for test, rank in self._of_one(path).items():
                ranks[test] = min(rank, ranks.get(test, rank))
        return sorted(ranks, key=lambda test: (ranks[test], test))

    def _of_one(self, path: str) -> dict[str, int]:
        if path in self.files:
            return {path: ITSELF}
        found = dict.fromkeys(self._importers(path), IMPORTER)
        found |= dict.fromkeys(self._namesakes(path), NAMESAKE)
        words = name_words(path) | name_words(Path(path).parent.name)
        return found or {
            test: COUSIN if words & name_words(test) else ROOM for test in self._room(path)
        }

    def _namesakes(self, path: str) -> list[str]:
        parts = Path(path).with_suffix("").parts
        if not path.endswith(".py") or parts[0] == "tests":
            return []
        folders, name = parts[:-1], parts[-1].strip("_")
        if name == "init":  # the package: its tests have its name
            folders, name = parts[:-2], parts[-2] if len(parts) > 1 else name
        room = folders[1:] if folders[:1] == ("core",) else folders or ("setup",)
        start = "/".join(("tests", *room, f"test_{name}"))
        return [test for test in self.files if test.startswith((f"{start}.py", f"{start}_"))]

    def _importers(self, path: str) -> list[str]:
        if not path.endswith(".py"):
            return []
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        return [test for test in self.files if module in self.imports[test]]

    def _room(self, path: str) -> list[str]:
        """All tests of the folder that mirrors this one, or the nearest that is there."""
        for start, folder in ELSEWHERE:
            if path.startswith(start):
                return [test for test in self.files if Path(test).parent == Path(folder)]
        parts = Path(path).parts[:-1]
        if parts[:1] in (("core",), ("tests",)):
            parts = parts[1:]
        elif parts[:1] not in (("api",), ("pages",), ("benchmarks",), ("checks",)):
            return []
        while parts and not (self.root / "tests" / Path(*parts)).is_dir():
            parts = parts[:-1]
        inside = {test: Path(test).parts[1:-1] for test in self.files}
        return [test for test, place in inside.items() if place[: len(parts) or None] == parts]

    @cached_property
    def files(self) -> list[str]:
        found = (self.root / "tests").rglob("test_*.py")
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """What each test file imports, by itself and through the helpers of the tests."""
        helpers = {
            ".".join(path.relative_to(self.root).with_suffix("").parts): imported(path)
            for path in (self.root / "tests").rglob("*.py")
        }
        through: dict[str, set[str]] = {}
        for test in self.files:
            seen: set[str] = set()
            todo = {test.removesuffix(".py").replace("/", ".")}
            while todo:
                names = helpers.get(todo.pop(), set())
                todo |= {name for name in names - seen if name in helpers}
                seen |= names
            through[test] = seen
        return through


def name_words(path: str) -> set[str]:
    return {*Path(path).stem.lower().split("_")} - {"", "test", "init"}


def imported(path: Path) -> set[str]:
    """The modules that a file imports; of `from a import b` both a and a.b, for b may be one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found
