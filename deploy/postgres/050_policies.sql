-- Events that a policy could not take: they wait here with their stream's later ones, and `nattljus doctor` says so.
CREATE TABLE IF NOT EXISTS liaison.quarantine (
    store text NOT NULL,
    position bigint NOT NULL,
    stream uuid NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (store, position)
);
ALTER TABLE liaison.quarantine ADD COLUMN IF NOT EXISTS since timestamptz NOT NULL DEFAULT clock_timestamp();
GRANT SELECT, INSERT, UPDATE, DELETE ON liaison.quarantine TO nattljus_policies;
GRANT SELECT ON liaison.quarantine TO nattljus_projections;
