-- Who may come in, and what each may do (core/access). Secrets are kept as hashes. No statement of a user reads these
-- tables (core/storage/catalog.py).
CREATE TABLE ops.access_accounts (
    account_id UUID, name VARCHAR,        -- as it is typed to log in, folded
    shown VARCHAR, password VARCHAR,      -- argon2id; NULL until one is set, and for accounts of a provider
    totp VARCHAR, totp_step BIGINT,       -- the second factor's secret, and the step that was used last
    recovery VARCHAR[],                   -- hashes of the recovery codes that are left
    role VARCHAR, roles VARCHAR,          -- JSON: a dataset's name to a role that holds there instead
    status VARCHAR,                       -- active, disabled
    issuer VARCHAR, subject VARCHAR,      -- of an account that a provider knows
    created_at TIMESTAMP, changed_at TIMESTAMP, seen_at TIMESTAMP
);
CREATE TABLE ops.access_sessions (
    digest VARCHAR, session_id UUID, account_id UUID, created_at TIMESTAMP, ends_at TIMESTAMP,
    address VARCHAR, agent VARCHAR, view_as VARCHAR
);
CREATE TABLE ops.access_links (digest VARCHAR, kind VARCHAR, account_id UUID, ends_at TIMESTAMP);
CREATE TABLE ops.access_keys (
    key_id UUID, digest VARCHAR, hint VARCHAR, name VARCHAR, account_id UUID, owner VARCHAR,
    scopes VARCHAR[], datasets VARCHAR[], created_at TIMESTAMP, ends_at TIMESTAMP, used_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE TABLE ops.access_roles (name VARCHAR, permissions VARCHAR[], rules VARCHAR, changed_at TIMESTAMP);
CREATE TABLE ops.access_limited (hour TIMESTAMP, subject VARCHAR, policy VARCHAR, refused BIGINT, last_at TIMESTAMP);
CREATE TABLE ops.access_used (day DATE, subject VARCHAR, bytes BIGINT, rows BIGINT);
-- Grows with every change that takes something away, so that each process knows within a second.
CREATE TABLE ops.access_state (revision BIGINT);
INSERT INTO ops.access_state VALUES (0);
