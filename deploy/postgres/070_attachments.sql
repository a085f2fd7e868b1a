-- Files beside intake's events: sealed, each under a key of its own that is itself sealed to (stream, audience). Written in the transaction
-- of the event that tells of them, never sent over NATS. Disposable: without the stream's key they are noise, and a row may be deleted.
CREATE TABLE IF NOT EXISTS intake.attachment (
    id uuid PRIMARY KEY,
    stream uuid NOT NULL,
    audience text NOT NULL,
    octets bigint NOT NULL,
    key bytea NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS attachment_stream ON intake.attachment (stream);
-- Sealed bytes cannot be compressed: PostgreSQL is not to try.
ALTER TABLE intake.attachment ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Whether the kind of agency that is logged in has a unit that may read this of the stream: the case file's own wall, for what stands in
-- another schema. By name, not by id: a rebuild of the readers puts another table in their place.
CREATE OR REPLACE FUNCTION projections.may_read(p_stream uuid, p_audience text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM projections.readers r WHERE r.stream = p_stream AND p_audience = ANY (r.audiences)
        AND r.kind = split_part(session_user::text, 'nattljus_reader_', 2)
    );
END $$;
REVOKE ALL ON FUNCTION projections.may_read FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projections.may_read TO nattljus_readers;

ALTER TABLE intake.attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake.attachment FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS storing ON intake.attachment;
CREATE POLICY storing ON intake.attachment FOR INSERT TO nattljus_intake WITH CHECK (true);
DROP POLICY IF EXISTS counting ON intake.attachment;
CREATE POLICY counting ON intake.attachment FOR SELECT TO nattljus_intake, nattljus_scanner USING (true);
DROP POLICY IF EXISTS reading ON intake.attachment;
CREATE POLICY reading ON intake.attachment FOR SELECT TO nattljus_readers USING (projections.may_read(stream, audience));
DROP POLICY IF EXISTS owning ON intake.attachment;
CREATE POLICY owning ON intake.attachment TO nattljus_owner USING (true) WITH CHECK (true);

-- Intake stores and counts, and never reads back; the scanner gets the bytes without the key that is the readers'.
GRANT INSERT ON intake.attachment TO nattljus_intake;
GRANT SELECT (stream, octets) ON intake.attachment TO nattljus_intake;
GRANT SELECT (id, stream, audience, sealed) ON intake.attachment TO nattljus_scanner;
GRANT USAGE ON SCHEMA intake TO nattljus_readers;
GRANT SELECT ON intake.attachment TO nattljus_readers;
