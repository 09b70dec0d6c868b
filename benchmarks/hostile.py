"""Files made to bring a reader down: what each costs until it is refused or read."""

from __future__ import annotations

import io
import json
import subprocess  # nosec B404
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT
from benchmarks.children import Memory
from core.errors import MarqueeError
from core.files.reader import read

MB = 1_000_000
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(sheet: str, head: str = '<?xml version="1.0"?>') -> bytes:
    """An .xlsx of one sheet with this XML in it."""
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_DOC}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1"'
        f' Type="{_DOC}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData>'
        "</worksheet>",
    }
    return zipped(parts)


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A .zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _text(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def _entities() -> bytes:
    chain = '<!ENTITY a0 "haha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE w [{chain}]>'
    return book(f'<row r="1">{_text("A1", "&a9;")}</row>', head)


def _external() -> bytes:
    head = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return book(f'<row r="1">{_text("A1", "&x;")}</row>', head)


def _sparse() -> bytes:
    last = f'<row r="1048576">{_text("XFD1048576", "y")}</row>'
    return book(f'<row r="1">{_text("A1", "x")}</row>{last}')


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb (CSV of zeros)": ("bomb.zip", lambda: zipped({"a.csv": b"0" * 500 * MB})),
    "workbook bomb (a sheet of blanks)": ("bomb.xlsx", lambda: book(" " * 500 * MB)),
    "sparse sheet (A1 and XFD1048576)": ("sparse.xlsx", _sparse),
    "entity bomb": ("entities.xlsx", _entities),
    "external entity": ("external.xlsx", _external),
    "a quote, and 50 million line ends": ("open.csv", lambda: b'a,b\n1,"' + b"\n" * 50 * MB),
    "4 million quotes, each before a line end": (
        "quotes.csv",
        lambda: b"a,b\n" + b'1,"\n' * 4 * MB,
    ),
    "10,000 columns": (
        "wide.csv",
        lambda: "\n".join(",".join(f"c{i}" for i in range(10_000)) for _ in range(20)).encode(),
    ),
    "100,000 nested brackets": ("deep.json", lambda: b"[" * 100_000),
    "100,000 nested objects": ("objects.json", lambda: b'{"a":' * 100_000),
    "one line of 300 MB": ("line.csv", lambda: b"a,b\n1," + b"x" * 300 * MB + b"\n"),
    "noise": ("noise.xlsx", lambda: bytes(range(256)) * 40_000),
}


def run() -> dict[str, dict[str, Any]]:
    """What became of each: outcome, seconds, and the peak memory of the app and of its children."""
    with tempfile.TemporaryDirectory(prefix="marquee-hostile-") as folder:
        return {title: _apart(Path(folder) / name, make) for title, (name, make) in FILES.items()}


def _apart(path: Path, make: Callable[[], bytes]) -> dict[str, Any]:
    path.write_bytes(make())
    try:
        done = subprocess.run(  # nosec B603
            [sys.executable, "-m", "benchmarks.hostile", str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        path.unlink()
    if done.returncode:
        return {
            "outcome": f"DIED with {done.returncode}",
            "seconds": 0.0,
            "app_mb": 0,
            "child_mb": 0,
        }
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _case(path: Path) -> dict[str, Any]:
    start = time.perf_counter()
    with Memory() as memory:
        try:
            rows = sum(1 for _ in read(path).rows())
            outcome = f"read: {rows:,} rows"
        except MarqueeError as error:
            outcome = f"refused, {error.code}: {error.detail[:120]}"
        seconds = time.perf_counter() - start
    return {
        "outcome": outcome,
        "seconds": round(seconds, 1),
        "peak_mb": round(memory.peak / 2**20),
        "child_mb": round(memory.children / 2**20),
    }


if __name__ == "__main__":
    print(json.dumps(_case(Path(sys.argv[1]))))
