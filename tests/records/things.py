"""A small dataset with every type, NULLs, equal values and hostile texts: what queries are asked of."""

from __future__ import annotations

from typing import Any

DATASET = {
    "name": "things",
    "fields": [
        {"name": "word"},
        {"name": "labels", "type": "list"},
        {"name": "born", "type": "date"},
        {"name": "size", "type": "integer"},
        {"name": "weight", "type": "number"},
        {"name": "good", "type": "boolean"},
    ],
}
WORDS = [
    "a",
    "A",
    "Á",
    "ab",
    "b%",
    "b_",
    "周杰伦",
    "O'Neil",
    'say "hi"',
    "back\\slash",
    "",
    "ß",
    "é x",
]
LABELS = ["a", "b", "O'Neil", "c d", "周", 'q"', "x,y", "back\\", "new\nline"]


def _record(number: int) -> dict[str, Any]:
    def pick(values: list[Any], step: int) -> Any:
        return None if (number * step) % 5 == 0 else values[(number * step) % len(values)]

    labels = [LABELS[(number + i) % len(LABELS)] for i in range(number % 4)]
    return {
        "word": pick([w for w in WORDS if w], 3),
        "labels": labels or (None if number % 8 else []),
        "born": pick(["1958", "1958-08", "1979-01-18", "2001-02-03", "-0044-03-15"], 7),
        "size": pick([-5, 0, 7, 7, 12, 2**53 + 1], 11),
        "weight": pick([-1.5, 0.1, 2.0, 2.0, 1e300, 1 / 3], 13),
        "good": pick([True, False], 17),
    }


RECORDS = [_record(number) for number in range(60)]
