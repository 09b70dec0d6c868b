-- Who is being forgotten now (core/history/erasing.py): a lease on a dataset, in which nothing else is committed.
CREATE TABLE ops.forgetting (dataset VARCHAR, act_id UUID, until TIMESTAMP);
