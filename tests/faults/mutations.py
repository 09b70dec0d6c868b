"""Break what guards a promise, one thing at a time, in a copy of the tree: which test notices?

A mutation that nobody notices is a test that is missing.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.faults import report
from tests.faults.report import ROOT


@dataclass(frozen=True)
class Mutation:
    """One thing that is broken: a text in a file, what it becomes, and the test that must fail."""

    name: str
    file: str
    old: str
    new: str
    test: str


MUTATIONS = (
    Mutation(
        "the ledger check removed",
        "core/ingest/writing/commit.py",
        "    if done:\n        raise WrongState",
        "    if False:\n        raise WrongState",
        "tests/ingest/writing/test_exactly_once.py::test_the_ledger_refuses_a_second_time",
    ),
    Mutation(
        "the fsync of the bytes skipped",
        "core/files/store.py",
        "            os.fsync(self._file.fileno())\n",
        "",
        "tests/files/test_durable.py::test_a_received_file_and_its_folders_are_synced",
    ),
    Mutation(
        "the fsync of the folder skipped",
        "core/files/store.py",
        "            sync_folder(final.parent)  #",
        "            pass  #",
        "tests/files/test_durable.py::test_a_received_file_and_its_folders_are_synced",
    ),
    Mutation(
        "the claim not synced",
        "core/folder/claims.py",
        "        _sync(mine)\n",
        "",
        "tests/files/test_durable.py::test_a_claim_is_synced",
    ),
    Mutation(
        "a copy of a database shares the claims of its original",
        "core/folder/claims.py",
        "        if not self._hold():",
        "        if False:",
        "tests/folder/test_owner.py::test_a_copy_beside_its_original_gets_an_id_of_its_own",
    ),
    Mutation(
        "who cannot be seen is taken for gone",
        "core/folder/owner.py",
        "    return (seen or lock.silence() > SILENT) and",
        "    return",
        "tests/folder/test_owner.py::test_two_databases_at_the_same_path_share_no_claim",
    ),
    Mutation(
        "the transaction split in two",
        "core/ingest/writing/commit.py",
        "    if counts.new or counts.changed or counts.deleted:\n",
        '    connection.execute("COMMIT")\n    connection.execute("BEGIN")\n'
        "    if counts.new or counts.changed or counts.deleted:\n",
        "tests/ingest/writing/test_exactly_once.py::test_a_failure_at_the_end_leaves_nothing",
    ),
    Mutation(
        "the end of a job outside the transaction",
        "core/ingest/importing.py",
        "                if act.ended:\n",
        "                if False:\n",
        "tests/jobs/test_worker.py::test_killed_right_after_the_commit_the_job_is_done",
    ),
    Mutation(
        "the fence ignored",
        "core/ingest/background.py",
        "guard=lambda c: jobs.check_fence(c, job)",
        "guard=None",
        "tests/jobs/test_worker.py::test_a_commit_of_a_zombie_is_refused",
    ),
    Mutation(
        "the lease ignored: nobody takes over from a worker that hangs",
        "core/jobs/table.py",
        "        \" OR (status = 'running' AND lease_until < ? AND attempts < ?))\"\n",
        '        " OR (false AND lease_until < ? AND attempts < ?))"\n',
        "tests/jobs/test_lease.py::test_a_lease_that_ran_out_is_taken_over",
    ),
    Mutation(
        "the lease never renewed",
        "core/jobs/worker.py",
        "                    ours = self.database.write(partial(_renew, job))\n",
        "                    ours = True\n",
        "tests/jobs/test_lease.py::test_whoever_works_renews_the_lease",
    ),
    Mutation(
        "the event chain not continued",
        "core/history/events.py",
        "    seq, previous = _head(connection)\n    seq += 1",
        "    seq, previous = _head(connection)\n    previous = FIRST\n    seq += 1",
        "tests/history/test_events.py",
    ),
    Mutation(
        "interrupted jobs not taken up",
        "core/jobs/table.py",
        "UPDATE ops.jobs SET status = 'queued' WHERE status = 'running'",
        "UPDATE ops.jobs SET status = 'failed' WHERE status = 'running'",
        "tests/jobs/test_table.py::test_the_fence_refuses_a_zombie",
    ),
    Mutation(
        "the clock may go back",
        "core/history/events.py",
        "        _last = max(present, _last + timedelta(microseconds=1))",
        "        _last = present",
        "tests/history/test_clock.py",
    ),
    Mutation(
        "a sweep that does not ask whether somebody is at it",
        "core/files/store.py",
        "                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n                    part",
        "                    part",
        "tests/files/test_durable.py::test_a_sweep_takes_leftovers_and_nothing_that_arrives",
    ),
    Mutation(
        "parts of a backup opened without their hash",
        "core/backups/restoring.py",
        "    if wrong := wrong_parts(folder, manifest, progress):\n        raise",
        "    if wrong := []:\n        raise",
        "tests/backups/test_backups.py::test_verify_finds_every_damage",
    ),
    Mutation(
        "a lost place in the temporary files kept for ever",
        "core/storage/faults.py",
        'return lost or ("duckdb_temp_storage" in text and',
        'return lost or (False and "duckdb_temp_storage" in text and',
        "tests/storage/test_recovery.py",
    ),
    Mutation(
        "half a commit of many rows left in the log",
        "core/storage/duckfile/connecting.py",
        "    torn.mend(path, known)\n",
        "",
        "tests/storage/test_torn.py::test_wherever_the_log_ends_an_import_is_there_or_not",
    ),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--only", help="those whose name holds this text")


def run(args: argparse.Namespace) -> int:
    """Every mutation in a copy of its own; gives 1 when one was not noticed."""
    faults, caught = [], 0
    for mutation in MUTATIONS:
        if args.only and args.only not in mutation.name:
            continue
        told = _try(mutation)
        print(
            f"  {'caught' if told is None else told:<12} {mutation.name}: {mutation.test}",
            flush=True,
        )
        caught += told is None
        faults += [] if told is None else [f"{mutation.name}: {told}"]
    return report.show("mutations", {"caught": caught, "not caught": len(faults)}, faults)


def _try(mutation: Mutation) -> str | None:
    """None when the test fails with the mutation and passes without."""
    with tempfile.TemporaryDirectory(prefix="marquee-mutation-") as folder:
        tree = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(
            ".git", ".venv", "__pycache__", "*.duckdb*", ".mypy_cache", ".ci-results"
        )
        shutil.copytree(ROOT, tree, ignore=ignored)
        if code := _pytest(tree, mutation.test):
            return f"the test fails by itself ({code})"
        path = tree / mutation.file
        text = path.read_text("utf-8")
        if text.count(mutation.old) != 1:
            return "its place is not found any more"
        path.write_text(text.replace(mutation.old, mutation.new), "utf-8")
        return "not caught" if _pytest(tree, mutation.test) != 1 else None


def _pytest(tree: Path, test: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    return subprocess.run(command, cwd=tree, capture_output=True, check=False).returncode
