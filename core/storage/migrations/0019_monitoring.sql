-- Watching itself. What a minute brought: growth of counters (rows of several processes add up), values of gauges.
CREATE TABLE ops.samples (
    happened_at TIMESTAMP, process VARCHAR, metric VARCHAR,
    labels VARCHAR,          -- values in the order of the metric's labels, joined by a line feed
    part VARCHAR,            -- '' for a value; of a histogram sum, count or the number of a bucket
    value DOUBLE
);
-- One line per alert: its state, and what somebody said about it.
CREATE TABLE ops.alerts (
    alert VARCHAR, state VARCHAR, since TIMESTAMP, value DOUBLE, told_at TIMESTAMP,
    acknowledged_by VARCHAR, acknowledged_at TIMESTAMP, note VARCHAR
);
CREATE TABLE ops.alert_changes (
    happened_at TIMESTAMP, alert VARCHAR, before VARCHAR, after VARCHAR, value DOUBLE
);
CREATE TABLE ops.silences (
    silence_id UUID, alert VARCHAR, ends_at TIMESTAMP, actor VARCHAR, reason VARCHAR, created_at TIMESTAMP
);
-- Unexpected errors: their type and their place in the code, never their text.
CREATE TABLE ops.errors (
    print VARCHAR, kind VARCHAR, event VARCHAR, frames VARCHAR[], first_at TIMESTAMP, last_at TIMESTAMP,
    times BIGINT, ids VARCHAR
);
-- Server processes of this database. One that is not seen any more and did not say that it ended was lost.
CREATE TABLE ops.instances (
    instance VARCHAR, version VARCHAR, started_at TIMESTAMP, seen_at TIMESTAMP, ended_at TIMESTAMP
);
-- A job belongs to the trace of whoever ordered it (W3C Trace Context).
ALTER TABLE ops.jobs ADD COLUMN traceparent VARCHAR;
