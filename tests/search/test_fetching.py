"""The records of hits: where the index saw them, or wherever they are now."""

from __future__ import annotations

from core import Workbench
from core.search.fetching import Fetching
from core.search.plan import Candidate


def test_a_record_that_moved_is_found_by_its_id(people: Workbench) -> None:
    asked = "SELECT record_id::VARCHAR AS record_id, rowid, name FROM celebrities ORDER BY name"
    places = list(people.sql(asked).rows())
    ids = [str(place["record_id"]) for place in places]
    rows = [int(place["rowid"]) for place in places]
    wrong = [*rows[1:], 10**9]  # each the place of another one; the last one none at all
    found = [Candidate(id_, 1.0, row=row) for id_, row in zip(ids, wrong, strict=True)]
    found[0] = Candidate(ids[0], 1.0)  # an index that did not note it
    found[1] = Candidate(ids[1], 1.0, row=rows[1])
    gone = Candidate("00000000-0000-4000-8000-000000000000", 1.0, row=rows[0])
    noted = people.search("dylan").hits[0].record_id
    [seen] = [c for c, _ in people.search._searching("celebrities").candidates("dylan", 1)]
    assert (seen.record_id, seen.row) == (noted, dict(zip(ids, rows, strict=True))[noted])
    fetching = Fetching(people.database, people.dataset("celebrities"))
    records, _ = fetching.fetch([*found, gone])
    assert {id_: record["name"] for id_, record in records.items()} == {
        str(place["record_id"]): place["name"] for place in places
    }
