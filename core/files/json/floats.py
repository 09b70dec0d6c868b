"""Whether long decimals are written as DuckDB writes them: with the fewest digits that tell them.

Most programs write a double so, which no expression can prove. So the numbers are read and written
again, all of a chunk at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LONG = 6  # digits behind the point from which a decimal is looked at
WHOLE = 9  # at most so many before it, since more are written with an exponent by some
FRACTION = 20
Places = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


def exact(chunk: bytes) -> bool:
    """Whether every long decimal of these bytes, also inside of texts, is written so."""
    if b"." not in chunk:
        return True
    data = np.frombuffer(bytes(WHOLE + 1) + chunk + bytes(FRACTION + 1), np.uint8)
    points = np.flatnonzero(data == ord("."))
    for step in range(1, LONG + 1):
        points = points[_digit(data[points + step])]
    points = points[_digit(data[points - 1])]
    if not len(points):
        return True
    texts = _cut(data, _edge(data, points, -1, WHOLE), _edge(data, points, 1, FRACTION) + 1)
    try:
        again = pc.cast(pc.cast(texts, pa.float64()), pa.string())
    except pa.ArrowInvalid:
        return False
    return bool(pc.all(pc.equal(texts, again)).as_py())


def _digit(data: Bytes) -> Any:
    return (data >= ord("0")) & (data <= ord("9"))


def _edge(data: Bytes, points: Places, step: int, most: int) -> Places:
    """The outermost digit on one side of each point."""
    edge, going = points.copy(), np.ones(len(points), bool)
    for _ in range(most):
        going &= _digit(data[edge + step])
        edge += step * going
    return edge


def _cut(data: Bytes, starts: Places, ends: Places) -> pa.StringArray:
    """The pieces from `starts` to `ends` as one array of texts."""
    sizes = ends - starts
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    places = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], sizes)
    return pa.StringArray.from_buffers(
        len(starts), pa.py_buffer(offsets.astype("<i4")), pa.py_buffer(data[places].tobytes())
    )
