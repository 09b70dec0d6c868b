-- Files that were brought together, and which dataset was proposed for each from its content. `cleared_at`: off the list.
CREATE TABLE ops.queue (
    upload_id UUID, actor VARCHAR, proposal VARCHAR, act VARCHAR, added_at TIMESTAMP, cleared_at TIMESTAMP
);

-- Files that arrive in chunks. `received` bytes are safe on the disk; `finished_at` once an upload was opened for them.
CREATE TABLE ops.transfers (
    transfer_id UUID, filename VARCHAR, size BIGINT, received BIGINT, options VARCHAR,
    actor VARCHAR, created_at TIMESTAMP, touched_at TIMESTAMP, finished_at TIMESTAMP, opened VARCHAR
);

-- What lets a page of somebody who is logged in send chunks: by the hash of its secret, for a while.
CREATE TABLE ops.access_tickets (digest VARCHAR, actor VARCHAR, ends_at TIMESTAMP);
