-- Where the audit trail ends. A chain of hashes shows what was altered in its middle; only a note of
-- its end shows that the last events were cut off.
CREATE TABLE ops.event_head (seq BIGINT, hash VARCHAR);

INSERT INTO ops.event_head
SELECT coalesce(max(seq), 0), coalesce(arg_max(hash, seq), repeat('0', 64)) FROM ops.events;
