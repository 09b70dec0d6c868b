"""Ids: UUIDv7, in time order, and nothing else passes for one."""

from __future__ import annotations

import time
import uuid

import pytest

from core.errors import NotFound
from core.storage.ids import check_id, new_id


def test_an_id_is_a_uuid7_of_now() -> None:
    before = time.time_ns() // 1_000_000
    value = uuid.UUID(new_id())
    after = time.time_ns() // 1_000_000
    assert value.version == 7 and value.variant == uuid.RFC_4122
    assert before <= value.int >> 80 <= after


def test_ids_are_distinct_and_in_time_order() -> None:
    first = new_id()
    assert len({new_id() for _ in range(5_000)}) == 5_000
    time.sleep(0.003)
    assert first < new_id()


def test_check_id_gives_the_normal_form() -> None:
    wanted = new_id()
    assert check_id(wanted.upper(), "record") == wanted
    assert check_id(wanted.replace("-", ""), "record") == wanted


@pytest.mark.parametrize("text", ["", "1", "x" * 36, "' OR 1=1 --", "\0", None, 5])
def test_what_is_no_id_names_nothing(text: str) -> None:
    with pytest.raises(NotFound, match="there is no upload"):
        check_id(text, "upload")
