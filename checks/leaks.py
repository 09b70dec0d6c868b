"""Secrets in files that git has: the forms by which keys of well-known services can be told. Standard library only.

What is meant to look so (tests, examples) stands in ALLOWED as `path fingerprint reason`; an entry that is not needed any more
fails as well. A finding is told by its place and fingerprint, never by its text: logs of checks are read by many.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.step import FAILED, PASSED, SKIPPED, Outcome, Tools
from core.launch.environment import HERE

ALLOWED = HERE / "checks" / "leaks.txt"
KINDS = {
    "private key": rb"-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----",
    "age key": rb"AGE-SECRET-KEY-1[0-9A-Z]{58}",
    "Marquee key": rb"\bmq_live_[0-9a-z]{38}\b",
    "AWS key": rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub token": rb"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{60,})",
    "GitLab token": rb"\bglpat-[0-9A-Za-z_-]{20,}",
    "Slack token": rb"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",
    "Slack webhook": rb"hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{20,}",
    "Stripe key": rb"\b[rs]k_live_[0-9A-Za-z]{20,}",
    "Google key": rb"\bAIza[0-9A-Za-z_-]{35}",
    "PyPI token": rb"\bpypi-AgE[0-9A-Za-z_-]{50,}",
    "npm token": rb"\bnpm_[0-9A-Za-z]{36}\b",
    "key of a language model": rb"\bsk-(?:ant-|proj-)?[0-9A-Za-z_-]{32,}",
    "Sentry address": rb"https://[0-9a-f]{32}@[\w.-]+/\d+",
    "signed token": rb"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{20,}",
    "password in an address": rb"\b[a-z][a-z0-9+]{2,15}://[\w.%-]{1,40}:[^\s/:@'\"`<>{}$]{6,80}@[\w.-]+",
    "secret in a setting": rb"(?i)\b\w{0,40}(?:secret|password|passwd|token|api_?key)\"?[ \t]*[:=][ \t]*[\"']?"
    rb"[0-9A-Za-z+/_-]{40,}={0,2}(?![0-9A-Za-z+/_(.-])",
}
FORMS = {kind: re.compile(form) for kind, form in KINDS.items()}


@dataclass(frozen=True)
class Leak:
    """A text that looks like a secret, at a line of a file."""

    path: str
    line: int
    kind: str
    fingerprint: str

    @property
    def entry(self) -> tuple[str, str]:
        return self.path, self.fingerprint


def leaks(tools: Tools) -> Outcome:
    """Every file that git has, as it is now."""
    done = tools.run("git", "ls-files", "-z")
    if done.code:
        return Outcome(
            SKIPPED, "this is no git checkout, so nobody knows which files are published"
        )
    paths = [path for path in done.output.split("\0") if path and (HERE / path).is_file()]
    found = [leak for path in paths for leak in look(path, (HERE / path).read_bytes())]
    return told(found, allowed(ALLOWED.read_text(encoding="utf-8")), len(paths))


def look(path: str, data: bytes) -> Iterator[Leak]:
    """What looks like a secret in a file."""
    for kind, form in FORMS.items():
        for match in form.finditer(data):
            digest = hashlib.sha256(match[0]).hexdigest()[:16]
            yield Leak(path, data.count(b"\n", 0, match.start()) + 1, kind, digest)


def allowed(text: str) -> set[tuple[str, str]]:
    """Path and fingerprint of each line; every line has a reason. Raises ValueError."""
    found = set()
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            path, fingerprint, _reason = line.split(maxsplit=2)
            found.add((path, fingerprint))
    return found


def told(found: Iterable[Leak], known: set[tuple[str, str]], files: int) -> Outcome:
    found = list(found)
    new = [f for f in found if f.entry not in known]
    idle = known - {f.entry for f in found}
    lines = [f"{f.path}:{f.line}: looks like a {f.kind} ({f.fingerprint})" for f in new]
    lines += [
        f"{ALLOWED.name}: {path} {fingerprint} is not there any more"
        for path, fingerprint in sorted(idle)
    ]
    if lines:
        return Outcome(
            FAILED, f"{len(new)} possible secrets, {len(idle)} idle entries", "\n".join(lines)
        )
    return Outcome(PASSED, f"{files} files, none but {len(known)} that are meant to look so")
