-- The keyring: who holds which key, and the read log without which no key is handed out.

CREATE TABLE IF NOT EXISTS keyring.agency (
    agency text PRIMARY KEY,
    kind text NOT NULL,
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32)
);

-- One key pair per (stream, audience): anyone may write to it, only the holders of a wrapped private key may read.
CREATE TABLE IF NOT EXISTS keyring.stream_key (
    stream uuid NOT NULL,
    audience text NOT NULL,
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    PRIMARY KEY (stream, audience)
);

CREATE TABLE IF NOT EXISTS keyring.wrapped_key (
    stream uuid NOT NULL,
    audience text NOT NULL,
    agency text NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (stream, agency, audience),
    FOREIGN KEY (stream, audience) REFERENCES keyring.stream_key
);

-- Who saw what: no content, opaque ids, append-only.
CREATE TABLE IF NOT EXISTS keyring.read_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    login name NOT NULL DEFAULT session_user,
    actor uuid NOT NULL,
    agency text NOT NULL,
    unit text NOT NULL,
    role text NOT NULL,
    assurance smallint NOT NULL,
    stream uuid NOT NULL,
    action text NOT NULL,
    purpose text NOT NULL,
    request uuid NOT NULL
);
CREATE INDEX IF NOT EXISTS read_log_stream ON keyring.read_log (stream, id);

-- The only way to a wrapped key: the log row is written in the same transaction, so no log row means no key.
-- SECURITY DEFINER, reviewed: the caller's login (session_user, which no SET ROLE changes) decides which kind of agency it
-- may unwrap for; nothing of the caller's search_path is used.
CREATE OR REPLACE FUNCTION keyring.unwrap(
    p_stream uuid, p_agency text, p_actor uuid, p_unit text, p_role text, p_assurance smallint,
    p_action text, p_purpose text, p_request uuid
) RETURNS TABLE (audience text, wrapped bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind text := (SELECT a.kind FROM keyring.agency a WHERE a.agency = p_agency);
BEGIN
    IF kind IS NULL OR NOT (
        session_user = 'nattljus_reader_' || kind
        OR (session_user = 'nattljus_liaison' AND kind IN ('socialjour', 'district') AND p_action = 'grant')
        OR (session_user = 'nattljus_scanner' AND kind = 'scanner' AND p_action = 'scan')
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = format('%s may not read for %s', session_user, p_agency);
    END IF;
    INSERT INTO keyring.read_log (actor, agency, unit, role, assurance, stream, action, purpose, request)
    VALUES (p_actor, p_agency, p_unit, p_role, p_assurance, p_stream, p_action, p_purpose, p_request);
    RETURN QUERY SELECT w.audience, w.wrapped FROM keyring.wrapped_key w
                 WHERE w.stream = p_stream AND w.agency = p_agency;
END $$;
REVOKE ALL ON FUNCTION keyring.unwrap FROM PUBLIC;

-- What waits for the antivirus: the files whose keys are wrapped for it. Only it may ask, and of its own keys alone.
CREATE INDEX IF NOT EXISTS wrapped_key_to_scan ON keyring.wrapped_key (stream) WHERE agency = 'scanner';
CREATE OR REPLACE FUNCTION keyring.to_scan(p_limit int) RETURNS TABLE (stream uuid, audience text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT w.stream, w.audience FROM keyring.wrapped_key w WHERE w.agency = 'scanner' ORDER BY w.stream LIMIT p_limit
$$;
REVOKE ALL ON FUNCTION keyring.to_scan FROM PUBLIC;

-- A file that was looked at: its key goes, and from then on the scanner can open it no more.
CREATE OR REPLACE FUNCTION keyring.scanned(p_stream uuid, p_audience text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM keyring.wrapped_key w WHERE w.stream = p_stream AND w.audience = p_audience AND w.agency = 'scanner';
    DELETE FROM keyring.stream_key k WHERE k.stream = p_stream AND k.audience = p_audience AND k.audience LIKE 'scan:%';
$$;
REVOKE ALL ON FUNCTION keyring.scanned FROM PUBLIC;

GRANT USAGE ON SCHEMA keyring TO nattljus_intake, nattljus_liaison, nattljus_policies, nattljus_readers, nattljus_scanner;
GRANT EXECUTE ON FUNCTION keyring.to_scan, keyring.scanned, keyring.unwrap TO nattljus_scanner;
GRANT SELECT ON keyring.agency, keyring.stream_key TO nattljus_intake, nattljus_liaison, nattljus_policies;
GRANT INSERT ON keyring.stream_key, keyring.wrapped_key TO nattljus_intake, nattljus_liaison, nattljus_policies;
GRANT EXECUTE ON FUNCTION keyring.unwrap TO nattljus_readers, nattljus_liaison;
