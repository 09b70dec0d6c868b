-- From which probability records of a dataset are linked without a person, or asked about, as people set it by a door.
-- The newest line of a dataset holds, before the definition; one without rules gives it back to the definition.
CREATE TABLE history.match_rules (
    dataset VARCHAR, rules VARCHAR, actor VARCHAR, door VARCHAR, set_at TIMESTAMP
);
