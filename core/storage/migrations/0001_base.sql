-- The tables of the workbench itself. Record tables are made from the dataset definitions.
-- No keys, indexes, foreign keys or sequences: with one, updating list columns is a hundred times
-- slower (measured), and the same SQL must later run on DuckLake, which has none of them. Identity is
-- kept by the single writer, and UUIDv7 ids are in time order, so min/max statistics find a record.

CREATE SCHEMA IF NOT EXISTS ops;
CREATE SCHEMA IF NOT EXISTS history;

CREATE TABLE ops.migrations (
    number INTEGER, name VARCHAR, checksum VARCHAR, applied_at TIMESTAMP
);

-- What each dataset's table looks like now, and a counter that grows with every change to it.
CREATE TABLE ops.datasets (
    name VARCHAR, data_version BIGINT, fields VARCHAR
);

-- One line per upload, and per rollback (kind = 'rollback', target_id = the upload taken back).
CREATE TABLE ops.uploads (
    upload_id UUID, kind VARCHAR, dataset VARCHAR, filename VARCHAR, source VARCHAR,
    format VARCHAR, sha256 VARCHAR, size BIGINT, status VARCHAR,
    actor VARCHAR, door VARCHAR, created_at TIMESTAMP, finished_at TIMESTAMP,
    plan VARCHAR,            -- JSON: dataset, mode, mapping, recipe, reading overrides
    reading VARCHAR,         -- JSON: the decisions of the reader, for the record
    counts VARCHAR,          -- JSON: rows, new, changed, unchanged, conflicting, rejected, deleted
    data_version BIGINT,     -- the dataset's version that the preview was computed against
    target_id UUID,
    error VARCHAR            -- JSON of the error that ended it
);

-- Exactly once: the line is written in the same transaction as the rows.
CREATE TABLE ops.ledger (
    upload_id UUID, part INTEGER, committed_at TIMESTAMP
);

-- Problems by cause: a million bad rows of one cause are one line here.
CREATE TABLE ops.problems (
    upload_id UUID, position INTEGER, field VARCHAR, column_name VARCHAR, rule VARCHAR,
    severity VARCHAR, row_count BIGINT, expected VARCHAR,
    examples VARCHAR,        -- JSON: [{row, line, found}]
    found VARCHAR,           -- JSON: [{value, count, repair}]
);

CREATE TABLE ops.quarantine (
    upload_id UUID, row_no BIGINT, line BIGINT, cells VARCHAR[], rules VARCHAR[], status VARCHAR
);

CREATE TABLE ops.jobs (
    job_id UUID, kind VARCHAR, upload_id UUID, status VARCHAR, stage VARCHAR,
    rows_done BIGINT, rows_total BIGINT, attempts INTEGER, fence BIGINT, lease_until TIMESTAMP,
    actor VARCHAR, door VARCHAR, options VARCHAR, error VARCHAR,
    created_at TIMESTAMP, started_at TIMESTAMP, finished_at TIMESTAMP
);

-- The audit trail. Each line carries the hash of the one before it.
CREATE TABLE ops.events (
    seq BIGINT, happened_at TIMESTAMP, kind VARCHAR, actor VARCHAR, door VARCHAR, dataset VARCHAR,
    upload_id UUID, record_id UUID, details VARCHAR, previous_hash VARCHAR, hash VARCHAR
);

-- A mapping that somebody confirmed, for the next file with the same headers.
CREATE TABLE ops.mappings (
    dataset VARCHAR, headers_hash VARCHAR, mapping VARCHAR, recipe VARCHAR, confirmed_at TIMESTAMP
);

CREATE TABLE ops.idempotency (
    key VARCHAR, fingerprint VARCHAR, upload_id UUID, created_at TIMESTAMP
);

-- The append-only history: one line per record and version.
-- before: JSON of the old values of the fields that changed; NULL for an insert.
CREATE TABLE history.changes (
    dataset VARCHAR, record_id UUID, version INTEGER, kind VARCHAR, before VARCHAR,
    upload_id UUID, row_no BIGINT, actor VARCHAR, door VARCHAR, happened_at TIMESTAMP
);
