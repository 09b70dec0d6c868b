-- Answers to requests with an Idempotency-Key, until they expire. `status` is null while the first one is at work.
CREATE TABLE ops.access_answers (
    owner VARCHAR, key VARCHAR, fingerprint VARCHAR, status INTEGER, headers VARCHAR, body BLOB,
    created_at TIMESTAMP, expires_at TIMESTAMP
);

-- What a job found, as JSON, for whoever asks for it later.
CREATE TABLE ops.job_results (job_id UUID, result VARCHAR, created_at TIMESTAMP);

-- Addresses that are told what happens. The secret signs what is sent.
CREATE TABLE ops.access_webhooks (
    webhook_id UUID, url VARCHAR, events VARCHAR[], dataset VARCHAR, secret VARCHAR, description VARCHAR,
    actor VARCHAR, created_at TIMESTAMP, disabled_at TIMESTAMP, reason VARCHAR
);

-- One message to one address. status: waiting, delivered, failed or given_up.
CREATE TABLE ops.webhook_deliveries (
    delivery_id UUID, webhook_id UUID, message_id UUID, event VARCHAR, payload VARCHAR, status VARCHAR,
    attempts INTEGER, next_at TIMESTAMP, lease_until TIMESTAMP, answer INTEGER, error VARCHAR, seconds DOUBLE,
    created_at TIMESTAMP, delivered_at TIMESTAMP
);

-- Requests to the API by hour: no addresses, no parameters, no personal data. `sample` are seconds, for percentiles.
CREATE TABLE ops.api_usage (
    hour TIMESTAMP, method VARCHAR, route VARCHAR, caller VARCHAR, client VARCHAR, requests BIGINT, errors BIGINT,
    refused BIGINT, bytes_out BIGINT, seconds DOUBLE, slowest DOUBLE, sample DOUBLE[], deprecated BIGINT
);
