"""How uploads, previews, problems and records look on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.cli.output import pairs, printable, say, table
from core.datasets.model import Dataset
from core.ingest.preview import RowChange
from core.ingest.problems import Problem
from core.ingest.uploads import Counts, Upload
from core.records.export import text_of

_HOW_TO_ANSWER = "preview shows it, and --recipe or the options of reading answer; rollback takes this import back"
PLACES = 3  # examples shown per problem


def counts_line(counts: Counts) -> str:
    """For example: 1,000 rows: 950 new, 20 unchanged, 30 rejected."""
    parts = [f"{v:,} {n}" for n, v in counts.model_dump().items() if v and n != "rows"]
    return f"{counts.rows:,} rows: {', '.join(parts) or 'nothing to do'}"


def imported(upload: Upload, problems: Sequence[Problem]) -> None:
    """What an import did."""
    say(f"{printable(upload.filename)} -> {upload.dataset}   {counts_line(upload.counts)}")
    say(f"upload {upload.id}")
    if problems:
        problem_table(problems)
    for doubt in upload.doubts:
        if doubt["rule"] == "reading":
            say(f"not sure: {printable(doubt['said'])}")
    asked = sum(doubt["question"] for doubt in upload.doubts)
    if asked:
        say(f"{asked} {'questions are' if asked > 1 else 'question is'} open; {_HOW_TO_ANSWER}")
    aside = upload.counts.rejected + upload.counts.conflicting
    if aside:
        say(f"{aside:,} rows wait in quarantine: python -m core quarantine {upload.id}")


def problem_table(problems: Sequence[Problem]) -> None:
    """One line per cause."""
    table(
        ("severity", "rows", "column", "problem", "expected", "found"),
        [(p.severity, p.count, p.column, p.title, p.expected, _examples(p)) for p in problems],
    )


def _examples(problem: Problem) -> str:
    shown = [
        f"{e.found or 'empty'} (line {e.line})" if e.line else f"{e.found or 'empty'} (row {e.row})"
        for e in problem.examples[:PLACES]
    ]
    return ", ".join(shown)


def preview(found: Any, rows: Sequence[RowChange]) -> None:
    """What an import would do."""
    say(counts_line(found.counts))
    table(
        ("column", "field", "sure", "reason"),
        [(c.column, _goes_to(c), f"{c.confidence:.0%}", c.reason) for c in found.mapping],
    )
    say()
    say("cleaning: " + "; ".join(s.sentence(found.staged.dataset) for s in found.recipe))
    if found.problems:
        say()
        problem_table(found.problems)
    if rows:
        say()
        changes(rows)
    say()
    say(f"nothing was changed; to do it: python -m core import {found.id}")


def changes(found: Sequence[RowChange]) -> None:
    """What becomes of rows, one line each."""
    table(
        ("row", "outcome", "record", "what"),
        [(c.row, c.outcome, c.title, _what(c)) for c in found],
    )


def _goes_to(column: Any) -> str:
    return column.choice or "dropped"


def _what(change: RowChange) -> str:
    if change.problems:
        return "; ".join(change.problems)
    parts = [
        (
            f"{f.field}: {text_of(f.new)}"
            if f.old is None
            else f"{f.field}: {text_of(f.old)} -> {text_of(f.new)}"
        )
        for f in change.fields
    ]
    return ", ".join(parts)


def preview_dict(found: Any, changes: Sequence[RowChange]) -> dict[str, Any]:
    """A preview as JSON: id, counts, mapping, recipe, problems, questions, changes."""
    return {
        "id": found.id,
        "counts": found.counts,
        "mapping": found.mapping,
        "recipe": [s.model_dump(mode="json", exclude_defaults=True) for s in found.recipe],
        "problems": found.problems,
        "questions": found.questions,
        "changes": list(changes),
    }


def uploads(found: Sequence[Upload]) -> None:
    """One line per upload."""
    table(
        ("upload", "when (UTC)", "kind", "dataset", "file", "status", "counts"),
        [
            (u.id, f"{u.created_at:%Y-%m-%d %H:%M:%S}", u.kind, u.dataset, u.filename)
            + (u.status, counts_line(u.counts))
            for u in found
        ],
    )


def upload(found: Upload) -> None:
    """Everything about one upload."""
    plain = found.model_dump(
        include={"id", "kind", "dataset", "filename", "source", "format", "sha256", "size"}
    )
    pairs(
        {
            **plain,
            "status": found.status,
            "by": f"{found.actor} through the {found.door}",
            "received": found.created_at,
            "finished": found.finished_at,
            "counts": counts_line(found.counts),
            **({"takes back": found.target_id} if found.target_id else {}),
            **({"error": found.error.get("title")} if found.error else {}),
        }
    )


def fields(dataset: Dataset) -> None:
    """The fields of a dataset."""
    say(f"{printable(dataset.name)}: {printable(dataset.label)}")
    table(
        ("field", "type", "required", "title", "description"),
        [
            (f.name, f.type, "yes" if f.required else "", f.label, f.description)
            for f in dataset.fields
        ],
    )


def performance(found: dict[str, Any]) -> None:
    """Statistics of operations, imports by stage, sizes and memory."""
    operations = [
        (o["name"], f"{o['calls']:,}", f"{o['failed']:,}")
        + tuple(f"{1000 * o[name]:,.1f}" for name in ("p50", "p95", "slowest"))
        for o in found["operations"]
    ]
    table(("operation", "calls", "failed", "p50 ms", "p95 ms", "slowest ms"), operations)
    say()
    table(
        ("import", "rows", "seconds", "rows/s", "stages (s)"),
        [
            (i["filename"], f"{i['rows']:,}", f"{i['seconds']:.2f}")
            + (f"{i['rows'] / max(i['seconds'], 0.001):,.0f}",)
            + (", ".join(f"{name} {s:.2f}" for name, s in i["stages"].items()),)
            for i in found["imports"]
        ],
    )
    say()
    sizes = [(t["name"], f"{t['rows']:,}", megabytes(t["size"])) for t in found["tables"]]
    table(("table", "rows", "MB"), [size for size in sizes if size[1] != "0"])
    say()
    files, memory = found["files"], found["memory"]
    pairs({f"{name} on disk, MB": megabytes(size) for name, size in files.items()})
    pairs(
        {
            "duckdb, MB": f"{megabytes(memory['duckdb'])} of {megabytes(memory['limit'])}",
            "process, MB": f"{megabytes(memory['process'])}, peak {megabytes(memory['process_peak'])}",
        }
    )


def megabytes(size: int) -> str:
    """1234567 -> 1.2"""
    return f"{size / 1e6:,.1f}"
