-- When a session was used last (it ends when nobody uses it), and what the provider calls it (its logout ends it).
ALTER TABLE ops.access_sessions ADD COLUMN used_at TIMESTAMP;
ALTER TABLE ops.access_sessions ADD COLUMN sid VARCHAR;
