"""A path as somebody types it into a notebook: found, or told plainly why not."""

from __future__ import annotations

from pathlib import Path

from rapidfuzz import fuzz, process

from core.errors import InputError, NotFound, UnsafePath

LIKE = 75.0  # percent; below it a name is hardly the one that was meant


def file_at(path: str | Path) -> Path:
    """The file at a path; `~` is the home folder. Raises NotFound, UnsafePath for what is no plain file."""
    if isinstance(path, str) and not path.strip():
        raise InputError("no path was given: the text is empty", hint="Name the file.")
    found = Path(path).expanduser()
    try:
        if found.is_file():
            return found
        is_there, is_folder = found.exists(), found.is_dir()
    except (OSError, ValueError) as error:  # too long, a NUL, a folder that may not be entered
        raise NotFound(f"{_short(path)!r} cannot be the path of a file: {error}") from error
    if is_folder:
        raise UnsafePath(f"{found} is a folder, not a file", hint="Name one file of it.")
    if is_there:
        raise UnsafePath(f"{found} is not a plain file")
    raise NotFound(f"there is no file {_short(path)!r}{_where(found)}", hint=_hint(found))


def _short(path: str | Path) -> str:
    text = str(path)
    return text if len(text) <= 300 else f"{text[:300]}…"


def _where(path: Path) -> str:
    if not path.parent.is_dir():
        return f"; the folder {path.parent} is not there either"
    return "" if path.is_absolute() else f" in {Path.cwd()}"


def _hint(path: Path) -> str:
    stripped = path.parent / path.name.strip()
    if stripped != path and stripped.is_file():
        return f"There is {stripped.name!r}: the path that was given has a blank too many."
    try:
        names = [p.name for p in path.parent.iterdir() if p.is_file()]
    except OSError:
        names = []
    near = process.extractOne(path.name.lower(), names, scorer=fuzz.ratio, processor=str.lower)
    if near and near[1] >= LIKE:
        return f"Is {near[0]!r} meant?"
    return "A relative path begins at the folder in which the program was started."
