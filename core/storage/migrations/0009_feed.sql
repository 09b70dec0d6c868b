-- The feed: every committed act has a number, 1, 2, 3 ... within its dataset, given in its own transaction, and
-- each of its changes carries it (core/history/feed.py). What was there before is numbered by its time.
ALTER TABLE ops.datasets ADD COLUMN acts BIGINT;
ALTER TABLE history.changes ADD COLUMN act BIGINT;
UPDATE history.changes AS c SET act = n.act FROM (
    SELECT dataset, happened_at, row_number() OVER (PARTITION BY dataset ORDER BY happened_at) AS act
    FROM (SELECT DISTINCT dataset, happened_at FROM history.changes)
) n WHERE c.dataset = n.dataset AND c.happened_at = n.happened_at;
UPDATE ops.datasets AS d SET acts =
    coalesce((SELECT max(c.act) FROM history.changes c WHERE c.dataset = d.name), 0);
-- How far each consumer of the feed has come.
CREATE TABLE history.positions (
    consumer VARCHAR, dataset VARCHAR, act BIGINT, record_id UUID, version INTEGER, moved_at TIMESTAMP
);
