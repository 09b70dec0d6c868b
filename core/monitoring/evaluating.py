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
from core.monitoring.rules import gauges
from core.monitoring.series import History

REPEAT = timedelta(hours=4)  # until a message about an alert that still fires is sent again
UNKNOWN_TOLD = timedelta(minutes=5)  # so long an alert is unknown before somebody is told


@dataclass(frozen=True)
class Looked:
    """All states, those that are to be written, and what changed."""

    states: dict[str, State]
    written: tuple[State, ...]
    changes: tuple[Change, ...]


def look(
    history: History,
    before: Mapping[str, State],
    at: datetime,
    names: Collection[str] = ALERTS,
    failing: Collection[str] = (),
) -> Looked:
    """Evaluate the alerts that are named; the others stay as they were. `failing`: gauges that could not be measured."""
    states = {name: state for name, state in before.items() if name in ALERTS}
    written, changes = [], []
    for alert in (ALERTS[name] for name in names):
        first = State(alert.name, "unused" if alert.optional else "ok", at)
        was = before.get(alert.name, first)
        now = _next(alert, was, history, at, failing)
        states[alert.name] = now
        if now.state != was.state:
            changes.append(Change(at, alert.name, was.state, now.state, now.value))
        if now.state != was.state or alert.name not in before:
            written.append(now)
    return Looked(states, tuple(written), tuple(changes))


def after_start(state: State) -> State:
    """What an earlier process left. Settings may have changed: whether an optional part is used is seen anew."""
    alert = ALERTS.get(state.alert)
    if alert and alert.optional and state.state in ("ok", "unknown"):
        return replace(state, state="unused")
    return state


def _next(
    alert: Alert, was: State, history: History, at: datetime, failing: Collection[str]
) -> State:
    if (
        was.since is not None and was.since > at
    ):  # the clock was set back: it is counted from now on
        was = replace(was, since=at)
    try:
        holds, value = alert.when.found(history)
    except Exception:  # what cannot be reckoned cannot be measured; the others are
        holds, value = None, None
    if holds is None:
        state = _unmeasured(alert, was, failing)
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
    if was.state == "unknown":  # who saw to that has not seen that it fires
        return State(alert.name, state, at, value, told_at=was.told_at)
    return replace(was, state=state, since=at, value=value)


def _unmeasured(alert: Alert, was: State, failing: Collection[str]) -> str:
    """`unused` only where nothing was ever measured, and no measure fails."""
    never = alert.optional and was.state == "unused" and not gauges(alert.when) & {*failing}
    return "unused" if never else "unknown"


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
    """Which alerts that fire or are unknown, and which that ended, somebody is to be told of now."""
    heard = [one for one in states.values() if not silenced(one.alert, silences)]
    over = [one for one in heard if one.state == "ok" and one.told_at is not None]
    return [one for one in heard if _due(one, at)], over


def _due(state: State, at: datetime) -> bool:
    since, told = state.since or at, state.told_at
    if state.state == "unknown":
        if at - since < UNKNOWN_TOLD:
            return False
    elif state.state != "firing":
        return False
    if told is None or told < since:  # what was told was another state
        return True
    return at - told >= REPEAT and state.acknowledged_at is None


def message(worse: Sequence[State], over: Sequence[State]) -> tuple[str, str]:
    """Title and text: the worst first, one line each; what cannot be measured stands behind what fires."""
    rank = {"critical": 0, "warning": 1, "info": 2}
    ordered = sorted(worse, key=lambda s: (s.state == "unknown", rank[ALERTS[s.alert].severity]))
    lines = [_line(state) for state in ordered]
    lines += [f"OVER {s.alert}: {ALERTS[s.alert].summary}" for s in over]
    if not ordered:
        return f"Marquee: {over[0].alert} is over", "\n".join(lines)
    unknown = " cannot be measured" if ordered[0].state == "unknown" else ""
    more = f" and {len(ordered) - 1} more" if len(ordered) > 1 else ""
    return f"Marquee: {ordered[0].alert}{unknown}{more}", "\n".join(lines)


def _line(state: State) -> str:
    alert = ALERTS[state.alert]
    word, what = alert.severity.upper(), alert.summary
    if state.state == "unknown":
        word, what = "UNKNOWN", "It cannot be measured."
    since = f"(since {state.since:%Y-%m-%d %H:%M} UTC)"
    return f"{word} {alert.name}: {what} {since} Runbook: docs/runbooks/{alert.runbook}.md"
