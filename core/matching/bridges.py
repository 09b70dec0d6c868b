"""Links that would join two persons who are apart: they join nothing until somebody said so, and come first in the review.

torn   every run: a record that alone is linked to two others whose fields contradict each other
new    a run of what changed, besides: a changed record that is linked to two which are not linked with each other
"""

from __future__ import annotations

import duckdb

from core.datasets.model import Dataset
from core.matching import scoring
from core.matching.model import LINK, UNIT, Model, weight_of
from core.storage.sql import literal

AGAINST = -3.0  # bits that the fields of two records say, from which on they contradict each other
_LINKS = 100  # of a record, above which they are not held against one another


def torn(cursor: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Fill `bridging` (l, r) from `scored`: both links of a record that alone stands between two who contradict."""
    link = round(UNIT * weight_of(LINK))
    linked = f"FROM scored WHERE weight >= {link} AND r NOT IN (SELECT n FROM twins)"
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE linked AS SELECT l AS a, r AS b {linked} UNION ALL SELECT r, l {linked}"
    )
    cursor.execute(
        f"""CREATE OR REPLACE TEMP TABLE between AS
        WITH few AS (SELECT a FROM linked GROUP BY a HAVING count(*) BETWEEN 2 AND {_LINKS}),
        two AS (SELECT x.a, x.b AS l, y.b AS r FROM linked x JOIN linked y ON x.a = y.a AND x.b < y.b
                WHERE x.a IN (FROM few))
        SELECT l, r, min(a) AS a FROM two ANTI JOIN linked z ON z.a = l AND z.b = r GROUP BY l, r HAVING count(*) = 1"""
    )
    cursor.execute("CREATE OR REPLACE TEMP TABLE pairs AS SELECT l, r FROM between")
    scoring.compare(cursor, model)
    cursor.execute(f"""CREATE OR REPLACE TEMP TABLE bridging AS
        WITH apart AS (SELECT l, r, a FROM between JOIN ({scoring.weighed(model)}) AS f USING (l, r)
                       WHERE rest <= {round(UNIT * AGAINST)})
        SELECT DISTINCT least(a, l) AS l, greatest(a, l) AS r FROM apart
        UNION SELECT least(a, r), greatest(a, r) FROM apart""")
    for name in ("linked", "between", "compared"):
        cursor.execute(f"DROP TABLE temp.{name}")


def new(connection: duckdb.DuckDBPyConnection, dataset: Dataset, staged: str) -> None:
    """Mark the links of a changed record that would join two persons who were apart so far: a person has to say so."""
    name, link = literal(dataset.name), round(UNIT * weight_of(LINK))
    both = (
        f"SELECT left_id AS a, right_id AS b FROM ops.match_pairs WHERE dataset = {name} AND weight >= {link}"
        f" UNION ALL SELECT right_id, left_id FROM ops.match_pairs WHERE dataset = {name} AND weight >= {link}"
    )
    connection.execute(
        f"""UPDATE ops.match_pairs SET bridge = true WHERE dataset = {name} AND weight >= {link}
        AND (left_id, right_id) IN (SELECT (left_id, right_id) FROM {staged}) AND EXISTS (
            WITH linked AS ({both})
            SELECT 1 FROM (
                SELECT x.a, x.b AS u, y.b AS v FROM linked x JOIN linked y ON x.a = y.a AND x.b < y.b
                WHERE x.a IN (SELECT left_id FROM {staged} UNION SELECT right_id FROM {staged})
            ) t LEFT JOIN linked z ON z.a = t.u AND z.b = t.v
            WHERE z.a IS NULL AND ((t.a = left_id AND right_id IN (t.u, t.v)) OR (t.a = right_id AND left_id IN (t.u, t.v)))
        )"""
    )
