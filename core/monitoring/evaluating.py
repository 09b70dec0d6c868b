"""The state of every alert, from one look to the next: ok, pending, firing, and `unknown` when it cannot be measured.

Who is to be told gets one message for all that changed. A silence or an acknowledgement keeps quiet about an alert,
and changes nothing of its state.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.monitoring.alerts import ALERTS, Alert
from core.monitoring.kept import Change, Silence, State
from core.monitoring.series import History

REPEAT = timedelta(hours=4)  # until a message about an alert that still fires is sent again
UNKNOWN_AFTER = timedelta(minutes=5)  # so long the last state stands while nothing is measured


@dataclass(frozen=True)
class Looked:
    """All states, those that are to be written, and what changed."""

    states: dict[str, State]
    written: tuple[State, ...]
    changes: tuple[Change, ...]


def look(
    history: History, before: Mapping[str, State], at: datetime, names: Collection[str] = ALERTS
) -> Looked:
    """Evaluate the alerts that are named; the others stay as they were."""
    states = {name: state for name, state in before.items() if name in ALERTS}
    written, changes = [], []
    for alert in (ALERTS[name] for name in names):
        was = before.get(alert.name, State(alert.name, since=at))
        now = _next(alert, was, history, at)
        states[alert.name] = now
        if now.state != was.state:
            changes.append(Change(at, alert.name, was.state, now.state, now.value))
        if now.state != was.state or alert.name not in before:
            written.append(now)
    return Looked(states, tuple(written), tuple(changes))


def _next(alert: Alert, was: State, history: History, at: datetime) -> State:
    if (
        was.since is not None and was.since > at
    ):  # the clock was set back: it is counted from now on
        was = replace(was, since=at)
    try:
        holds, value = alert.when.found(history)
    except Exception:  # what cannot be reckoned cannot be measured; the others are
        holds, value = None, None
    if holds is None:
        state = "unused" if alert.optional else "unknown"
    elif not holds:
        state = "ok"
    elif was.state == "firing" or _long_enough(alert, was, at):
        state = "firing"
    else:
        state = "pending"
    if state == was.state:
        return replace(was, value=value)
    if state in ("ok", "unused"):  # whoever saw to it has seen to it
        return State(alert.name, state, at, value, told_at=was.told_at)
    return replace(was, state=state, since=at, value=value)


def _long_enough(alert: Alert, was: State, at: datetime) -> bool:
    if not alert.after:
        return True
    if was.state != "pending" or was.since is None:
        return False
    return at - was.since >= timedelta(seconds=alert.after)


def silenced(alert: str, silences: Sequence[Silence]) -> bool:
    """Whether a silence holds for an alert."""
    return any(one.alert in ("*", alert) for one in silences)


def to_tell(
    states: Mapping[str, State], silences: Sequence[Silence], at: datetime
) -> tuple[list[State], list[State]]:
    """Which firing alerts, and which that ended, somebody is to be told of now."""
    firing, over = [], []
    for state in states.values():
        if silenced(state.alert, silences):
            continue
        if state.state == "firing":
            due = state.told_at is None or (
                at - state.told_at >= REPEAT and state.acknowledged_at is None
            )
            if due:
                firing.append(state)
        elif state.state in ("ok", "unused") and state.told_at is not None:
            over.append(state)
    return firing, over


def message(firing: Sequence[State], over: Sequence[State]) -> tuple[str, str]:
    """Title and text: the worst first, one line each."""
    rank = {"critical": 0, "warning": 1, "info": 2}
    ordered = sorted(firing, key=lambda s: rank[ALERTS[s.alert].severity])
    lines = [
        f"{ALERTS[s.alert].severity.upper()} {s.alert}: {ALERTS[s.alert].summary}"
        f" (since {s.since:%Y-%m-%d %H:%M} UTC) Runbook: docs/runbooks/{ALERTS[s.alert].runbook}.md"
        for s in ordered
    ]
    lines += [f"OVER {s.alert}: {ALERTS[s.alert].summary}" for s in over]
    if firing:
        more = f" and {len(firing) - 1} more" if len(firing) > 1 else ""
        title = f"Marquee: {ordered[0].alert}{more}"
    else:
        title = f"Marquee: {over[0].alert} is over"
    return title, "\n".join(lines)
