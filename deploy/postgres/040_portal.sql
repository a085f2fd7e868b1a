-- The portal's sessions: sealed by the portal under a key that the database never sees, found by the hash of a random cookie.

CREATE TABLE IF NOT EXISTS portal.session (
    id_hash bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
    sealed bytea NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS session_expires_at ON portal.session (expires_at);

GRANT USAGE ON SCHEMA portal TO nattljus_portal;
GRANT SELECT, INSERT, DELETE ON portal.session TO nattljus_portal;
-- A row cannot be moved to another session, nor its end put off: only the content and the last sight of its owner change.
GRANT UPDATE (sealed, last_seen_at) ON portal.session TO nattljus_portal;
