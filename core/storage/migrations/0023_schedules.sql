-- What is imported by itself: from where, when, and how. `next_at` in UTC; null while it is paused.
CREATE TABLE ops.schedules (
    schedule_id UUID, name VARCHAR, dataset VARCHAR, definition VARCHAR, state VARCHAR,
    paused BOOLEAN, next_at TIMESTAMP, failures INTEGER, last_at TIMESTAMP,
    actor VARCHAR, role VARCHAR, created_at TIMESTAMP, updated_at TIMESTAMP
);

-- Each run: when it was due, what came of it. `uploads` and `files` as JSON.
CREATE TABLE ops.schedule_runs (
    run_id UUID, schedule_id UUID, job_id UUID, why VARCHAR, due_at TIMESTAMP, started_at TIMESTAMP,
    ended_at TIMESTAMP, status VARCHAR, files INTEGER, rows BIGINT, uploads VARCHAR, error VARCHAR
);

-- Files that a schedule took already, by what tells one state of them from the next.
CREATE TABLE ops.schedule_files (
    schedule_id UUID, name VARCHAR, mark VARCHAR, upload_id UUID, taken_at TIMESTAMP
);
