"""Counts the news of kept searches after the records changed, and tells those who want to hear of them."""

from __future__ import annotations

from collections.abc import Callable

from core.alerts.sending import send
from core.datasets.model import Dataset
from core.errors import MarqueeError
from core.history import feed
from core.observe import logs
from core.records import filters as trees
from core.search import saved as kept
from core.search.saved import News, Saved
from core.search.searching import Searching
from core.search.whole import every_id
from core.settings import Settings
from core.storage.store import Store

log = logs.get("search")
AT_ONCE = 100  # searches counted in one round of the clock


class Watch:
    """A task of the clock. `searching` gives the search of a dataset."""

    def __init__(
        self,
        database: Store,
        settings: Settings,
        dataset: Callable[[str], Dataset],
        searching: Callable[[Dataset], Searching],
    ) -> None:
        self._database, self._settings = database, settings
        self._dataset, self._searching = dataset, searching
        self._failed: set[str] = set()

    def look(self) -> None:
        """Count the news of searches whose records changed since; the next round takes those that wait.

        Those that could not be counted come last, so that they keep no other one waiting.
        """
        acts = self._database.read(feed.acts)
        due = [s for s in self._database.read(kept.listed) if acts.get(s.dataset, 0) > s.counted]
        due.sort(key=lambda one: one.id in self._failed)
        for one in due[:AT_ONCE]:
            try:
                self._count(one)
                self._failed.discard(one.id)
            except MarqueeError as error:
                self._failed.add(one.id)
                log.say("search.news_not_counted", code=error.code)

    def _count(self, one: Saved) -> None:
        definition = self._dataset(one.dataset)
        searching = self._searching(definition)
        act = self._database.read(lambda c: feed.last(c, one.dataset))
        if searching.follower.behind(searching.engine.mark()):
            return  # the index does not have it yet
        found = every_id(searching, one.query, trees.read(one.filters), scans=False)
        news = self._database.read(lambda c: kept.news(c, definition, one, found))
        self._database.write(lambda c: kept.counted(c, one.id, news.total, act))
        if one.alert and news.total > one.news:
            self._tell(one, news)

    def _tell(self, one: Saved, news: News) -> None:
        try:
            title = f"{one.name}: {news.total:,} {'record is' if news.total == 1 else 'records are'} new"
            send(self._settings.alert_targets, one.alert or "", title, _message(news))
        except MarqueeError as error:
            log.say("message.not_sent", target=one.alert, code=error.code)


def _message(news: News) -> str:
    lines = []
    for kind, items in (("new", news.new), ("changed", news.changed), ("gone", news.gone)):
        if items:
            names = ", ".join(item.title or "–" for item in items[:10])
            rest = news.counts[kind] - min(10, len(items))
            lines.append(f"{kind}: {names}{f' and {rest:,} more' if rest > 0 else ''}")
    return "\n".join(lines)
