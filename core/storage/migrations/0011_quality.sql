-- What quality keeps beside the records (core/quality): the counts behind the scores after each act, which is how a
-- change of a score has a cause; sketches of what each import brought; checks that users made, and what came of them.
CREATE TABLE ops.quality_acts (
    dataset VARCHAR, first_act BIGINT, act BIGINT,  -- first_act < act: counted together, since they were many
    happened_at TIMESTAMP, records BIGINT, changed BIGINT, upload_id UUID, actor VARCHAR, door VARCHAR
);
CREATE TABLE ops.quality_counts (
    dataset VARCHAR, act BIGINT, check_id VARCHAR, counted BIGINT, bad BIGINT
);
CREATE TABLE ops.quality_sketches (
    dataset VARCHAR, upload_id UUID, source VARCHAR, field VARCHAR, made_at TIMESTAMP,
    sketch VARCHAR           -- JSON
);
CREATE TABLE ops.quality_expectations (
    expectation_id UUID, dataset VARCHAR, name VARCHAR,
    definition VARCHAR,      -- JSON
    actor VARCHAR, changed_at TIMESTAMP
);
CREATE TABLE ops.quality_results (
    expectation_id UUID, dataset VARCHAR, act BIGINT, happened_at TIMESTAMP, state VARCHAR,
    counted BIGINT, bad BIGINT, unanswered BIGINT, message VARCHAR
);
-- One line per cause; what happened to it is in the notes.
CREATE TABLE ops.quality_incidents (
    incident_id UUID, dataset VARCHAR, cause VARCHAR, title VARCHAR, severity VARCHAR, status VARCHAR,
    owner VARCHAR, bad BIGINT, act BIGINT, opened_at TIMESTAMP, changed_at TIMESTAMP,
    resolved_at TIMESTAMP, reopened INTEGER
);
CREATE TABLE ops.quality_notes (
    incident_id UUID, happened_at TIMESTAMP, actor VARCHAR, what VARCHAR, note VARCHAR
);
-- Somebody lets a file in that the gate asks about.
CREATE TABLE ops.quality_accepted (
    upload_id UUID, actor VARCHAR, happened_at TIMESTAMP, reasons VARCHAR
);
