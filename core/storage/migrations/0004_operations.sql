-- How long the work takes. A line is either all calls of one operation within some minutes, or (with its
-- upload) one stage of an import. Names, times and numbers of rows, and never a value or a text of a query.
CREATE TABLE ops.operations (
    happened_at TIMESTAMP, name VARCHAR, calls BIGINT, failed BIGINT, row_count BIGINT,
    seconds DOUBLE,          -- of all calls together
    slowest DOUBLE,
    samples DOUBLE[],        -- seconds of some calls, drawn evenly from all of them
    upload_id UUID
);

-- Record ids stay as they are, 16 bytes each: packed, finding one means unpacking tens of thousands
-- (8 ms instead of 1 ms), and writing them costs more. What is there already is written once more.
CREATE TABLE history.changes_unpacked (
    dataset VARCHAR, record_id UUID USING COMPRESSION uncompressed, version INTEGER, kind VARCHAR,
    before VARCHAR, upload_id UUID, row_no BIGINT, actor VARCHAR, door VARCHAR, happened_at TIMESTAMP,
    after VARCHAR
);
INSERT INTO history.changes_unpacked BY NAME SELECT * FROM history.changes;
DROP TABLE history.changes;
ALTER TABLE history.changes_unpacked RENAME TO changes;
