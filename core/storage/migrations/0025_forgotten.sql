-- Who was forgotten (core/privacy): ids and keyed digests, nothing that says who it was.
CREATE TABLE ops.forgotten (
    forgotten_id UUID, dataset VARCHAR, record_id UUID, forgotten_at TIMESTAMP, actor VARCHAR, door VARCHAR,
    reason VARCHAR,
    digests VARCHAR,         -- JSON: version to a keyed digest of what the history said of it
    paper VARCHAR            -- Markdown: what was done where
);
