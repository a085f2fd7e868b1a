-- How the hub looks after itself: what the reconciler compared, and what is wrong. Opaque ids and numbers only, nothing about a child.

-- What each stretch of a store, and of its stream, came to when it was last compared: see services/reconciler/ledger.py.
CREATE TABLE IF NOT EXISTS operations.ledger (
    store text NOT NULL,
    side text NOT NULL CHECK (side IN ('store', 'stream')),
    stretch bigint NOT NULL,
    agency text NOT NULL,
    events bigint NOT NULL,
    position bigint NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    checked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (store, side, stretch, agency)
);

-- The last round over each store.
CREATE TABLE IF NOT EXISTS operations.round (
    subject text PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    equal boolean NOT NULL,
    events bigint NOT NULL,
    position bigint NOT NULL,
    copied bigint NOT NULL,
    note text NOT NULL
);

-- What each view came to in the last sweep over all its streams: see services/reconciler/rowsums.py.
CREATE TABLE IF NOT EXISTS operations.view_sum (
    view text NOT NULL,
    agency text NOT NULL,
    rows bigint NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (view, agency)
);

CREATE TABLE IF NOT EXISTS operations.alarm (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,
    subject text NOT NULL,
    seen text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS alarm_open ON operations.alarm (code, subject) WHERE closed_at IS NULL;

-- Each loop's sign of life: every login writes its own process's, and the reconciler reads them all.
CREATE TABLE IF NOT EXISTS operations.heartbeat (
    process text NOT NULL,
    subject text NOT NULL,
    at timestamptz NOT NULL,
    position bigint NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (process, subject)
);
ALTER TABLE operations.heartbeat ENABLE ROW LEVEL SECURITY;
ALTER TABLE operations.heartbeat FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own ON operations.heartbeat;
CREATE POLICY own ON operations.heartbeat USING ('nattljus_' || process = session_user) WITH CHECK ('nattljus_' || process = session_user);
DROP POLICY IF EXISTS watching ON operations.heartbeat;
CREATE POLICY watching ON operations.heartbeat FOR SELECT TO nattljus_reconciler USING (true);

-- Drops of events in quarantine that one person has proposed and another has not confirmed yet; derived from liaison's events.
CREATE TABLE IF NOT EXISTS operations.proposal (
    follower text NOT NULL,
    store text NOT NULL,
    position bigint NOT NULL,
    ground text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    PRIMARY KEY (follower, store, position)
);

GRANT USAGE ON SCHEMA operations
    TO nattljus_reconciler, nattljus_relay, nattljus_projector, nattljus_policies, nattljus_watchdog, nattljus_projections, nattljus_scanner;
GRANT SELECT, INSERT, UPDATE, DELETE ON operations.heartbeat TO nattljus_scanner;
GRANT SELECT, INSERT, DELETE ON operations.proposal TO nattljus_projector;
GRANT SELECT ON operations.proposal TO nattljus_projections;
GRANT SELECT, INSERT, UPDATE, DELETE ON operations.heartbeat
    TO nattljus_reconciler, nattljus_relay, nattljus_projector, nattljus_policies, nattljus_watchdog;
GRANT SELECT ON liaison.quarantine TO nattljus_reconciler;
GRANT SELECT, INSERT, UPDATE, DELETE ON operations.ledger, operations.view_sum TO nattljus_reconciler;
GRANT SELECT, INSERT, UPDATE ON operations.round, operations.alarm TO nattljus_reconciler;
