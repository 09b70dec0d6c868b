-- The new values that no file holds: what somebody typed in an edit, or into a row of the quarantine.
-- With it the raw files and the history together are enough to make every record again.
-- after: JSON of the new values of the fields that changed (all fields for an insert); NULL where the
-- row of a file, or an earlier change, says it. Edits from before this migration have none.
ALTER TABLE history.changes ADD COLUMN after VARCHAR;
