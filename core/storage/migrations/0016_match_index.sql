-- What is kept of the records of large datasets, so that new ones are compared with the rest in seconds (core/matching).
CREATE TABLE ops.match_index (
    dataset VARCHAR, record_id UUID,
    same UBIGINT,       -- of all that is compared: records with the very same values have one
    blocks UBIGINT[],   -- hashes of what it shares with others
    words VARCHAR[]     -- of its names, each once
);
CREATE TABLE ops.match_indexed (dataset VARCHAR, act BIGINT, made_of VARCHAR);
