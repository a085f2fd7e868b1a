-- What the watchdog waits for: the limits that run, and how far it has followed each store. Derived from the events, and made again from them.
CREATE TABLE IF NOT EXISTS liaison.running_limit (
    stream uuid NOT NULL,
    step text NOT NULL,
    level text NOT NULL,
    due timestamptz NOT NULL,
    rule text NOT NULL,
    agency text NOT NULL,
    unit text NOT NULL,
    cause text,
    look_at timestamptz NOT NULL,
    PRIMARY KEY (stream, step, level)
);
CREATE INDEX IF NOT EXISTS running_limit_look_at ON liaison.running_limit (look_at);

CREATE TABLE IF NOT EXISTS liaison.watch_position (
    store text PRIMARY KEY,
    position bigint NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON liaison.running_limit TO nattljus_watchdog;
GRANT SELECT, INSERT, UPDATE ON liaison.watch_position TO nattljus_watchdog;
