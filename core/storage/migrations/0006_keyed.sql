-- By which key the records of a dataset were folded last (see core/ingest/keys.py): JSON; NULL when
-- nobody wrote it down yet.
ALTER TABLE ops.datasets ADD COLUMN keyed VARCHAR;
