-- What was searched, in the field names of UBI (User Behavior Insights), and what was opened of it. Both expire.
CREATE TABLE ops.search_queries (
    query_id UUID, "timestamp" TIMESTAMP, client_id VARCHAR, application VARCHAR, dataset VARCHAR,
    user_query VARCHAR, hits BIGINT, seconds DOUBLE
);
CREATE TABLE ops.search_events (
    query_id UUID, "timestamp" TIMESTAMP, client_id VARCHAR, action_name VARCHAR, object_id UUID, ordinal INTEGER
);

-- Searches that somebody keeps. `act` is the act of the dataset up to which its news were looked at.
CREATE TABLE ops.searches (
    search_id UUID, name VARCHAR, dataset VARCHAR, owner VARCHAR, query VARCHAR,
    filters VARCHAR,         -- JSON of the tree of conditions, or NULL
    fields VARCHAR[],        -- the columns shown; NULL for all
    sort VARCHAR, alert VARCHAR, created_at TIMESTAMP, looked_at TIMESTAMP, act BIGINT,
    news BIGINT,             -- records that are new, gone or changed since
    counted BIGINT           -- the act up to which `news` is counted
);
-- The records that a kept search found when its news were looked at, with their versions.
CREATE TABLE ops.search_members (search_id UUID, record_id UUID, version INTEGER);
