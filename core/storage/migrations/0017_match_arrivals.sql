-- What people decided of the rows of a file before it was imported (core/matching/arrivals.py): same, different, later,
-- withdrawn. A row is known by its folded identity (the key and the value beside it), so that a decision holds when the
-- file comes again. Nothing is deleted: a later decision of the pair holds. Those of an import that does not stand do not.
CREATE TABLE history.match_arrivals (
    decision_id UUID, dataset VARCHAR, upload_id UUID, row_no BIGINT, row_key VARCHAR,
    record_id UUID, other_row BIGINT, other_key VARCHAR,  -- the record, or the row of the same file
    verdict VARCHAR, weight INTEGER, note VARCHAR, actor VARCHAR, door VARCHAR, decided_at TIMESTAMP
);
