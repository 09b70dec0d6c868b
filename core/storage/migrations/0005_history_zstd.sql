-- The JSON of whole records, one per record of an import that was taken back, is four times smaller with
-- zstd than with DuckDB's own choice, and written in half the time.
CREATE TABLE history.kept (
    dataset VARCHAR, record_id UUID USING COMPRESSION uncompressed, version INTEGER, kind VARCHAR,
    before VARCHAR USING COMPRESSION zstd, upload_id UUID, row_no BIGINT, actor VARCHAR,
    door VARCHAR, happened_at TIMESTAMP, after VARCHAR USING COMPRESSION zstd
);
INSERT INTO history.kept BY NAME SELECT * FROM history.changes;
DROP TABLE history.changes;
ALTER TABLE history.kept RENAME TO changes;
