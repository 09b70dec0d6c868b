"""Workbooks made by hand: .xlsx and .ods as the XML in them, with whatever a writer would not write."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts>%s</numFmts><cellXfs><xf numFmtId="0"/>%s</cellXfs>'
    "</styleSheet>"
)


def styles(*codes: str | int) -> str:
    """A styles part whose styles 1, 2, ... have these format codes, or numbers of built-in ones."""
    own = {code: 164 + i for i, code in enumerate(codes) if isinstance(code, str)}
    quoted = {code: escape(str(code), {'"': "&quot;"}) for code in own}
    formats = "".join(
        f'<numFmt numFmtId="{n}" formatCode="{quoted[code]}"/>' for code, n in own.items()
    )
    used = "".join(f'<xf numFmtId="{own.get(code, code)}"/>' for code in codes)
    return STYLES % (formats, used)


def sheet(rows: str, *, before: str = "", after: str = "", root: str = "") -> str:
    """A worksheet part around the XML of its rows."""
    data = f"{before}<sheetData>{rows}</sheetData>{after}"
    return f'{_HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{LINKS}"{root}>{data}</worksheet>'


def strings(*items: str) -> str:
    """A shared strings part of these <si> elements."""
    return f'{_HEAD}<sst xmlns="{MAIN}">{"".join(items)}</sst>'


def xlsx(
    path: Path,
    sheets: str | Mapping[str, str],
    *,
    workbook: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    packed: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """A workbook of worksheet parts; `workbook` is XML in front of its list of sheets."""
    named = {"Sheet1": sheets} if isinstance(sheets, str) else dict(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(named, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(named) + 1)
    )
    book = f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{workbook}<sheets>{listed}</sheets>'
    written: dict[str, str | bytes] = {
        "[Content_Types].xml": f"{_HEAD}<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f"{book}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
    }
    written |= {f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(named.values(), 1)}
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, data in (written | dict(parts or {})).items():
            archive.writestr(name, data)
    return path


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    [f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text", "style")]
    + [f'xmlns:number="{OFFICE}:datastyle:1.0"']
    + ['xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"']
)
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def ods(path: Path, tables: str, *, automatic: str = "", head: str = "") -> Path:
    """A workbook around the XML of its tables and automatic styles."""
    content = (
        f"{_HEAD}{head}<office:document-content {SPACES}>"
        f"<office:automatic-styles>{automatic}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", SPREADSHEET)
        archive.writestr("content.xml", content)
    return path
