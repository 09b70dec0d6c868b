"""What would be broken is still there to be broken, and the test that must notice it, too."""

from __future__ import annotations

import pytest

from tests.faults.mutations import MUTATIONS, Mutation
from tests.faults.report import ROOT


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_its_place_is_found_once(mutation: Mutation) -> None:
    assert (ROOT / mutation.file).read_text("utf-8").count(mutation.old) == 1
    file, _, name = mutation.test.partition("::")
    assert not name or f"def {name.partition('[')[0]}(" in (ROOT / file).read_text("utf-8")
