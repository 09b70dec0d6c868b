-- Cells that somebody typed anew before the import. `act` counts up within an upload; what is undone can be redone
-- until something else is fixed. `found` is the text of the file: a fix holds as long as that stands there.
CREATE TABLE ops.fixes (
    upload_id UUID, act INTEGER, row_no BIGINT, column_no INTEGER, column_name VARCHAR,
    found VARCHAR, text VARCHAR,
    state VARCHAR,           -- live, undone or dropped
    actor VARCHAR, door VARCHAR, fixed_at TIMESTAMP
);
