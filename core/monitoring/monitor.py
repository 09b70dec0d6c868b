"""The look at everything, a quarter of a minute after the other: measures, samples, alerts, messages, and the probe.

It has two threads of its own: a probe that hangs keeps no alert from firing.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from core.alerts.sending import send
from core.errors import MarqueeError
from core.monitoring import evaluating, kept
from core.monitoring.alerts import ALERTS
from core.monitoring.canary import Canary
from core.monitoring.health import Check, Checks, Unused, Unwell
from core.monitoring.kept import State
from core.monitoring.measuring import Measures
from core.monitoring.series import KEPT, STEP, History, Key
from core.observe import faults, logs, metrics
from core.observe.faults import Seen
from core.observe.meters import DROPPED, METERS
from core.observe.pushing import Pusher
from core.observe.slowest import Slowest
from core.settings import Settings
from core.storage.store import Connection, Store

log = logs.get("monitoring")
WRITE = 60.0  # seconds between writes of samples
EXPIRE = 3_600.0
FIRST_PROBE = 20.0  # seconds after the start
OLDER = 300.0  # seconds for which a sum from the database stands
AGE = "marquee.monitoring.tick.age"
LATE = 120.0  # seconds beyond its time; then the look is taken to hang


class Monitor:
    """Watches one server. `look` is one round; `start` does them again and again."""

    def __init__(
        self, settings: Settings, store: Store, checks: Checks, measures: Measures, version: str
    ) -> None:
        self.settings, self.store, self.version = settings, store, version
        self.checks, self.measures = checks, measures
        self.history = History()
        self.history.older = self._older
        self.canary = Canary(settings)
        self.checks.checks.append(Check("canary", self.canary.check, needed=False))
        self.checks.checks.append(Check("monitoring", self._looks, needed=False))
        self.instance, self.slowest = "local", Slowest(settings.trace_slow_seconds)
        self.states: dict[str, State] = {}
        self._step: dict[Key, float] = {}
        self._written: dict[str, int] = {}  # how often each error was seen when it was written
        self._due = {"write": 0.0, "expire": 0.0, "minute": 0.0, "dropped": 0.0}
        self._stop = threading.Event()
        self._messages: Pusher[tuple[str, str, dict[str, bool]]] = Pusher(self._send, "messages")
        self._told: dict[str, bool] = {}  # alerts whose message went out; False: that it is over
        self._telling: dict[str, float] = {}  # alerts whose message is on its way, since when
        self._loaded = self._running = False
        self._evaluating = threading.Lock()
        self._looked_at: float | None = None
        self._read: dict[tuple[object, ...], tuple[float, float]] = {}  # see _older
        self._threads = [
            threading.Thread(target=self._loop, name="marquee-monitor", daemon=True),
            threading.Thread(target=self._probe, name="marquee-canary", daemon=True),
        ]

    # -------------------------------------------------------------- the process

    def start(self) -> None:
        """Begin to look."""
        self._running = True
        metrics.live(AGE, self.late)
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether it looks."""
        return self._threads[0].is_alive() and not self._stop.is_set()

    def close(self) -> None:
        """Look no more; what was counted is kept."""
        self._stop.set()
        if self._running:
            metrics.live(AGE, None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)
        if self._running:
            self._safely("write", lambda: self._write(last=True))
            self.canary.close()
        self._messages.close()
        self.checks.close()

    def _loop(self) -> None:
        while not self._stop.is_set():
            if room_for_files():
                self.look()
            self._stop.wait(STEP)

    def _probe(self) -> None:
        pause = min(FIRST_PROBE, self.canary.every)
        while self.canary.every and not self._stop.wait(pause):
            began = time.monotonic()
            if room_for_files():
                self._safely("canary", self._run_canary)
            self._watch_the_look()
            pause = max(1.0, self.canary.every - (time.monotonic() - began))

    def _run_canary(self) -> None:
        self.canary.run()

    def late(self) -> float:
        """Seconds since the last look, beyond the time between two of them."""
        looked = self._looked_at
        return 0.0 if looked is None else max(self.history.clock() - looked - STEP, 0.0)

    def _looks(self) -> None:
        if not self._running:
            raise Unused
        if (late := self.late()) > LATE:
            raise Unwell(
                f"the last look was {late:.0f} s ago",
                "Alerts of the app stay as they were then; start it again and see the log.",
            )
        if problems := dict(self.measures.problems):
            told = ", ".join(f"{name} ({why})" for name, why in problems.items())
            raise Unwell(
                f"not everything can be measured: {told}",
                "Alerts about it stay as they were for five minutes, and are unknown then.",
            )

    def _watch_the_look(self) -> None:
        """In the thread of the probe: who would notice that the look hangs, if not somebody else."""
        late = self.late()
        if late > LATE and self._evaluating.acquire(blocking=False):
            try:
                metrics.gauge(AGE, late)
                self.history.take(s for s in metrics.collect() if s.meter.name == AGE)
                self._evaluate(["not_watching"])
            finally:
                self._evaluating.release()

    def _safely(self, task: str, work: Callable[[], None]) -> None:
        try:
            work()
        except (
            MarqueeError
        ) as error:  # the database is away: what could not be written is next time
            log.say("alert.not_evaluated", alert=task, code=error.code)
        except Exception as error:
            log.say("monitoring.failed", error, task=task)

    # -------------------------------------------------------------- one look

    def look(self) -> None:
        """Measure, evaluate, tell, and write what is due."""
        metrics.gauge(AGE, self.late())
        if not self._loaded:
            self._safely("load", self._load)
        self.checks.look(fresh=True)
        self.measures.take()
        if self._is_due("minute", 60.0):
            self._count_objectives()
        for key, value in self.history.take().items():
            grows = METERS[key[0]].kind != "gauge"
            self._step[key] = self._step.get(key, 0.0) + value if grows else value
        self._looked_at = self.history.clock()
        with self._evaluating:
            self._evaluate()
        if self._is_due("dropped", WRITE):
            self._say_dropped()
        if self._is_due("write", WRITE):
            self._safely("write", self._write)
        if self._is_due("expire", EXPIRE):
            self._safely("expire", lambda: self.store.write(kept.expire))

    def _say_dropped(self) -> None:
        for what in DROPPED:
            number = self.history.growth("marquee.telemetry.dropped", WRITE, what=what)
            if number:
                log.say("telemetry.dropped", what=what, dropped=int(number))

    def _is_due(self, what: str, every: float) -> bool:
        now = self.history.clock()
        if now < self._due[what]:
            return False
        self._due[what] = now + every
        return True

    def _load(self) -> None:
        """What earlier processes counted in the last hours, and where the alerts stood."""
        at = kept.now()
        since = at - timedelta(seconds=KEPT)
        for when, key, value in self.store.read(lambda c: kept.samples(c, since)):
            self.history.load(key, (at - when).total_seconds(), value)
        found = self.store.read(kept.states)
        self.states = {name: evaluating.after_start(state) for name, state in found.items()}
        self._loaded = True

    def _older(self, metric: str, seconds: float, labels: Mapping[str, str]) -> float:
        """What the database has of a long window; five minutes more or less of days are no matter."""
        key, at = (metric, seconds, *sorted(labels.items())), self.history.clock()
        read_at, value = self._read.get(key, (0.0, 0.0))
        if key not in self._read or at - read_at >= OLDER:
            until = kept.now() - timedelta(seconds=KEPT)
            since = kept.now() - timedelta(seconds=seconds)
            value = self.store.read(lambda c: kept.growth(c, metric, since, until, labels))
            self._read[key] = at, value
        return value

    def _count_objectives(self) -> None:
        """Once a minute: is what was imported found, was a backup restored."""
        ages = self.history.latest("marquee.search.behind.age")
        if ages:
            good = max(ages) <= 120
            metrics.count("marquee.slo.events", slo="search", outcome="good" if good else "bad")
        expected = self.settings.backup_every_hours * 3_600
        tested = self.history.latest("marquee.backup.tested.age")
        failed = max(self.history.latest("marquee.backup.test.failed"), default=0.0)
        if expected and (tested or failed):
            good = bool(tested) and min(tested) <= 3 * expected and not failed
            metrics.count("marquee.slo.events", slo="restore", outcome="good" if good else "bad")

    # -------------------------------------------------------------- alerts

    def _evaluate(self, names: Collection[str] = ALERTS) -> None:
        at = kept.now()
        looked = evaluating.look(self.history, self.states, at, names, self.measures.failing())
        self.states = looked.states
        worth = [c for c in looked.changes if {c.before, c.after} - {"ok", "unused"}]
        for change in worth:
            severity = ALERTS[change.alert].severity
            log.say(
                "alert.changed",
                alert=change.alert,
                severity=severity,
                before=change.before,
                after=change.after,
            )
        numbers = dict.fromkeys(("ok", "pending", "firing", "unknown", "unused"), 0)
        for state in self.states.values():
            numbers[state.state] += 1
        metrics.gauges("marquee.alerts", {(name,): n for name, n in numbers.items()})
        if looked.written:
            self._safely(
                "alerts",
                lambda: self.store.write(
                    lambda c: kept.write_states(c, looked.written, worth), note=True
                ),
            )
        self._tell()

    def _tell(self) -> None:
        """One message for all that is new; what could not be sent is tried again."""
        self._note_told()
        silences: list[kept.Silence] = []
        try:
            silences = self.store.read(kept.silences)
        except MarqueeError:
            pass  # without the database, who is on duty is rather told too much
        worse, over = evaluating.to_tell(self.states, silences, kept.now())
        waits = {a for a, t in self._telling.items() if time.monotonic() - t < 300}
        worse = [s for s in worse if s.alert not in waits]
        over = [s for s in over if s.alert not in waits]
        if not (worse or over) or not self.settings.alert_to:
            return
        names = {s.alert: True for s in worse} | {s.alert: False for s in over}
        self._telling |= dict.fromkeys(names, time.monotonic())
        self._messages.put((*evaluating.message(worse, over), names))

    def _send(self, batch: list[tuple[str, str, dict[str, bool]]]) -> None:
        for title, text, names in batch:
            taken = False
            for target in self.settings.alert_to:
                try:
                    send(self.settings.alert_targets, target, title, text)
                    taken = True
                    metrics.count("marquee.alert.messages", outcome="sent")
                except MarqueeError as error:
                    metrics.count("marquee.alert.messages", outcome="failed")
                    log.say("message.not_sent", target=target, code=error.code)
            if taken:
                self._told |= names

    def _note_told(self) -> None:
        """In the thread that looks: what the one that sends has done."""
        told, self._told = self._told, {}
        written = []
        for name, worse in told.items():
            self._telling.pop(name, None)
            state = self.states.get(name)
            if state:
                at = kept.now() if worse else None
                self.states[name] = replace(state, told_at=at)
                written.append(self.states[name])
        if written:
            self._safely(
                "told",
                lambda: self.store.write(lambda c: kept.write_states(c, written, ()), note=True),
            )

    def change(self, alert: str, **values: object) -> State:
        """What somebody said about an alert: acknowledged, by whom, with which note."""
        before = self.states.get(alert) or State(alert)
        self.states[alert] = made = replace(before, **values)  # type: ignore[arg-type]
        self.store.write(lambda c: kept.write_states(c, [made], ()), note=True)
        return made

    # -------------------------------------------------------------- keeping

    def _write(self, *, last: bool = False) -> None:
        step, self._step = self._step, {}
        errors = self._new_errors()

        def task(connection: Connection) -> tuple[int, int]:
            kept.write_samples(connection, self.instance, kept.now(), step)
            kept.write_errors(connection, errors)
            found = kept.seen(connection, self.instance, self.version)
            if last:
                kept.ended(connection, self.instance)
            return found

        try:
            alive, lost = self.store.write(task, note=True)
        except BaseException:
            for name in ("marquee.instances", "marquee.instances.lost"):
                metrics.gauge(name, None)  # who else is there is not known
            for key, value in step.items():  # it is written next time
                grows = METERS[key[0]].kind != "gauge"
                self._step[key] = self._step.get(key, 0.0) + value if grows else value
            raise
        self._written |= {seen.print: seen.times for seen, _ in errors}
        metrics.gauge("marquee.instances", alive)
        metrics.gauge("marquee.instances.lost", lost)

    def _new_errors(self) -> list[tuple[Seen, int]]:
        found = [(seen, seen.times - self._written.get(seen.print, 0)) for seen in faults.recent()]
        return [(seen, times) for seen, times in found if times > 0]


def room_for_files(count: int = 24) -> bool:
    """Whether this process may open so many files more.

    DuckDB ends the whole process when it finds none at a bad moment, so what only looks waits until there are.
    """
    opened: list[int] = []
    try:
        for _ in range(count):
            opened.append(os.open(os.devnull, os.O_RDONLY))
        return True
    except OSError:
        return False
    finally:
        for number in opened:
            os.close(number)
