"""The tree of errors: complete, documented, distinct, and whole after crossing a process border."""

from __future__ import annotations

import copy
import inspect
import pickle
import errno
import os
import re

import pytest

from core import errors
from core.errors import DuplicateUpload, MarqueeError, NotFound


def tree(kind: type[MarqueeError] = MarqueeError) -> list[type[MarqueeError]]:
    return [kind, *(sub for child in kind.__subclasses__() for sub in tree(child))]


def declared() -> list[type[MarqueeError]]:
    return [k for k in tree() if k.__module__ == "core.errors"]


NAMES = [k.__name__ for k in declared()]


def test_the_tree_in_the_docs_is_the_tree() -> None:
    """A new error belongs into the picture at the top of the module, under its parent."""
    lines = (errors.__doc__ or "").splitlines()
    first = next(i for i, line in enumerate(lines) if line.strip() == "MarqueeError")
    drawn: list[str] = []
    for line in lines[first:]:
        if not line.strip():
            break
        names = line.strip("│├└─ ").split("  ")  # a text follows after several blanks
        drawn += re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b", line) if _only(line) else names[:1]
    assert sorted(drawn) == sorted(NAMES)


def _only(line: str) -> bool:
    return all(re.fullmatch(r"[A-Z]\w+", word) for word in line.strip("│├└─ ").split())


def test_every_error_of_the_program_is_in_the_tree() -> None:
    import core.cli  # noqa: F401
    import core.workbench  # noqa: F401

    assert {k.__module__ for k in tree()} == {"core.errors"}


def test_codes_are_distinct() -> None:
    codes = [k.code for k in declared()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", declared(), ids=NAMES)
def test_every_error_explains_itself(kind: type[MarqueeError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
    assert kind.title[0].isupper() and not kind.title.endswith(".")
    assert kind.__doc__ and inspect.cleandoc(kind.__doc__).endswith(".")
    assert "code" in vars(kind) and "title" in vars(kind), "not inherited"
    assert 400 <= kind.status <= 599 and 1 <= kind.exit_code <= 9
    assert not kind.default_hint or kind.default_hint.endswith((".", "'"))


@pytest.mark.parametrize("kind", declared(), ids=NAMES)
def test_errors_survive_pickling(kind: type[MarqueeError]) -> None:
    error = kind("at row 7: “周”", hint="Do this.", row=7, found=["a", None])
    for back in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(back) is kind
        assert (back.detail, back.hint, back.extra) == (error.detail, error.hint, error.extra)
        assert str(back) == str(error) and back.as_dict() == error.as_dict()


def test_what_a_door_renders() -> None:
    error = DuplicateUpload("same bytes", upload_id="u")
    assert error.as_dict() == {
        "code": "duplicate_upload",
        "title": "This file was already imported",
        "detail": "same bytes",
        "hint": DuplicateUpload.default_hint,
        "upload_id": "u",
    }
    assert "same bytes" in str(error) and error.title in str(error)


def test_without_details() -> None:
    error = NotFound()
    assert str(error) == "Not found" and error.detail == "" and error.hint == ""
    assert NotFound(hint="x").hint == "x" and DuplicateUpload(hint="").hint == ""


def test_families() -> None:
    families = {"FileError": 3, "InputError": 2, "Conflict": 5, "StorageError": 8}
    for name, code in families.items():
        for kind in tree(getattr(errors, name)):
            assert kind.exit_code == code, kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EACCES, errors.NoAccess),
        (errno.EROFS, errors.NoAccess),
        (errno.ENOSPC, errors.DiskFull),
        (errno.EMFILE, errors.StorageError),  # rights have nothing to do with it
    ],
)
def test_what_the_system_said_becomes_an_error_to_act_on(
    number: int, kind: type[MarqueeError]
) -> None:
    told = errors.of_system(OSError(number, os.strerror(number), "/a/place"))
    assert type(told) is kind and "/a/place" in told.detail and told.hint
