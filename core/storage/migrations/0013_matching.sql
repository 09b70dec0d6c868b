-- Which records may be one person (core/matching). Weights are whole hundredths of a bit. What people decided and merged
-- is in history, which only grows; what a run found is in ops, and the next run makes it anew.
CREATE TABLE history.match_decisions (
    decision_id UUID, dataset VARCHAR, left_id UUID, right_id UUID,
    left_key VARCHAR, right_key VARCHAR,  -- folded identities: a decision holds for records that come again, too
    verdict VARCHAR,                      -- same, different, later, withdrawn
    weight INTEGER, note VARCHAR, supersedes UUID, actor VARCHAR, door VARCHAR, decided_at TIMESTAMP
);
CREATE TABLE history.merges (
    merge_id UUID, dataset VARCHAR, kind VARCHAR,  -- merge, or unmerge (of the merge in target_id)
    target_id UUID, survivor_id UUID, absorbed_id UUID, details VARCHAR,
    actor VARCHAR, door VARCHAR, merged_at TIMESTAMP, act BIGINT
);
CREATE TABLE ops.match_runs (
    run_id UUID, dataset VARCHAR, act BIGINT, model VARCHAR, summary VARCHAR, run_at TIMESTAMP
);
CREATE TABLE ops.match_pairs (
    dataset VARCHAR, run_id UUID, left_id UUID, right_id UUID, weight INTEGER, twin BOOLEAN, names INTEGER, agree INTEGER,
    against INTEGER, missing INTEGER, levels TINYINT[], bits INTEGER[], bridge BOOLEAN
);
CREATE TABLE ops.match_claims (
    dataset VARCHAR, left_id UUID, right_id UUID, actor VARCHAR, until TIMESTAMP
);
