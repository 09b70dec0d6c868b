"""The objectives: what users can count on, how much may go wrong in thirty days, and when that is used up too fast.

The probe's runs count, so an installation of ten users has enough to judge by; a burn needs at least three bad events.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.monitoring.rules import Above, Both, Condition, Increase, Share

DAYS = 30  # of the error budget
LEAST_BAD = 2  # a burn needs more bad events than these
# How fast the budget burns, and the long and the short window in seconds; see Google's SRE workbook.
BURNS = (
    ("fast", 14.4, 3_600, 300),
    ("slow", 6.0, 21_600, 1_800),
    ("trickle", 1.0, 259_200, 21_600),
)


@dataclass(frozen=True)
class Objective:
    """A share of good events that is promised."""

    name: str
    title: str
    target: float
    good: str
    metric: str = "marquee.slo.events"

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return 1 - self.target

    def burning(self, factor: float, long: int, short: int) -> Condition:
        """Whether the budget is used up so many times too fast, over both windows."""
        limit = factor * self.budget
        enough = Above(self._bad(long), LEAST_BAD)
        return Both(Both(Above(self._share(long), limit), Above(self._share(short), limit)), enough)

    def _bad(self, seconds: int) -> Increase:
        return Increase(self.metric, seconds, {"slo": self.name, "outcome": "bad"})

    def _share(self, seconds: int) -> Share:
        return Share(self._bad(seconds), Increase(self.metric, seconds, {"slo": self.name}), 1)


OBJECTIVES = (
    Objective(
        "actions",
        "Availability of user actions",
        0.995,
        "A request to the API is answered without a fault of the server, within 2 s where it is no upload.",
    ),
    Objective(
        "imports",
        "Uploaded to imported",
        0.99,
        "An import is done within 30 s and 1 s for each 2,000 rows. A file with faults counts as good, and so do"
        " runs of the probe.",
    ),
    Objective(
        "pages",
        "Time of pages",
        0.99,
        "A page is drawn within 3 s, and meets no fault of Marquee. Errors that are expected, such as a broken file,"
        " count as good.",
    ),
    Objective(
        "search",
        "Freshness of search",
        0.99,
        "Looked at every minute: what was imported is found within 2 minutes.",
    ),
    Objective(
        "restore",
        "Restore test",
        0.99,
        "Looked at every minute while backups are scheduled: a backup was restored as a test within the last"
        " three intervals, and the newest one passed.",
    ),
)
