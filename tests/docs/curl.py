"""The little of curl that the documents use, for machines without it: `python curl.py <arguments>`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import httpx2 as httpx


def main() -> int:
    """Send one request. Like curl with --fail-with-body: exit code 22 for an error."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-X", dest="method")
    parser.add_argument("-T", dest="file")
    parser.add_argument("-d", dest="data")
    parser.add_argument("-D", dest="headers_to")
    parser.add_argument("-o", dest="output")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-F", dest="form", action="append", default=[])
    parser.add_argument("-s", dest="silent", action="store_true")
    parser.add_argument("url")
    given = parser.parse_args()
    if given.url.startswith("file://"):
        sys.stdout.write(Path(given.url.removeprefix("file://")).read_text("utf-8"))
        return 0
    body: dict[str, Any] = {}
    if given.form:
        pairs = dict(part.split("=", 1) for part in given.form)
        files = {k: v[1:] for k, v in pairs.items() if v.startswith("@")}
        body["files"] = {k: (v, Path(v).read_bytes()) for k, v in files.items()}
        body["data"] = {k: v for k, v in pairs.items() if k not in files}
    elif given.file or given.data:
        body["content"] = Path(given.file).read_bytes() if given.file else given.data
    method = given.method or ("POST" if body else "GET")
    headers = dict(line.split(": ", 1) for line in given.headers)
    answer = httpx.request(method, f"http://{given.url}", headers=headers, timeout=60, **body)
    if given.headers_to:
        print("".join(f"{k}: {v}\n" for k, v in answer.headers.items()))
    if given.output:
        Path(given.output).write_bytes(answer.content)
    else:
        print(answer.text)
    return 0 if answer.is_success else 22


if __name__ == "__main__":
    sys.exit(main())
