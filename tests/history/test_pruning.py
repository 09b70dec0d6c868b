"""Old logins and reads leave the audit trail, its chain holds, and nobody else can empty a line unseen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from core import Workbench
from core.actor import Actor
from core.errors import ChainBroken
from core.history import events, pruning


def test_the_chain_holds_without_what_is_old(
    wb: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(kind: str, who: str) -> None:
        wb.database.write(lambda c: events.append(c, kind, Actor(who, "page")))

    tell("access.login", "ann")
    tell("access.rules_saved", "joe")  # who may see what is told for good
    wb.import_file(b"name\nA B\n", "celebrities", filename="a.csv")
    tell("access.login", "bob")
    later = events.now() + timedelta(days=40)
    with monkeypatch.context() as clock:
        clock.setattr(events, "now", lambda: later)
        tell("access.login", "eva")
        for expected in (2, 0):  # the second time there is nothing left to empty
            assert wb.database.write(lambda c: pruning.prune(c, 30, wb.actor)) == expected
    assert wb.history.verify() == len(wb.history.events()) and wb.check().ok
    told = str(wb.history.events())
    assert (
        "eva" in told
        and "joe" in told
        and "upload.imported" in told
        and "ann" not in told
        and "bob" not in told
    )
    assert isinstance(wb.history.events()[-1].at, datetime)
    wb.database.write(
        lambda c: c.execute("UPDATE ops.events SET kind = 'emptied' WHERE kind = 'upload.imported'")
    )
    with pytest.raises(ChainBroken, match="3 events are empty; Marquee emptied 2, up to event"):
        wb.history.verify()
