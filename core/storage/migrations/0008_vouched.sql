-- What the rows of a file said of records that were there already, changed or not (core/ingest/writing/vouching.py):
-- by it a record and its values stay when another import is taken back. The ids are packed, other than in
-- history.changes: nobody looks for a single one, and the lines are many.
CREATE TABLE history.vouched (
    dataset VARCHAR, record_id UUID, version INTEGER, upload_id UUID, row_no BIGINT,
    fields VARCHAR,          -- JSON: the fields that the row has a value for, and their on_update then
    said VARCHAR USING COMPRESSION zstd,  -- JSON of its values that the record has otherwise; mostly NULL
    happened_at TIMESTAMP
);
