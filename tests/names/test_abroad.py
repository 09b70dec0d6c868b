"""Names from abroad in Chinese signs, back in Latin letters."""

from __future__ import annotations

import pytest

from core.names.abroad import from_abroad
from core.search import forms


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("斯皮尔斯", "spirs"),
        ("漢克斯", "hanks"),
        ("安娜", "ana"),
        ("德普", "dep"),
        ("特斯拉", "tesla"),
        ("约翰", "john"),
        ("约翰逊", "johnson"),
    ],
)
def test_a_transcribed_name_is_read_as_it_sounds(written: str, latin: str) -> None:
    assert from_abroad(written) == (latin,)
    assert forms.readings(written)[0] == (latin,)


@pytest.mark.parametrize("written", ["周杰伦", "毛", "斯蔣", "Anna", ""])
def test_what_is_no_transcription_is_left_alone(written: str) -> None:
    assert from_abroad(written) == ()
