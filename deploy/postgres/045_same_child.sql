-- By what a referral is known again when another is about the same child, or was sent twice: digests under the hub's secret, written with the
-- event in one statement. Not in the event, which stands for ever: when a child's data is disposed of, its rows here are deleted.
-- Of what private persons tell the child's digest alone: the same words twice would say that one person wrote both.
CREATE TABLE IF NOT EXISTS intake.same_child (
    stream uuid PRIMARY KEY,
    child_key bytea CHECK (octet_length(child_key) = 32),
    text_key bytea CHECK (octet_length(text_key) = 32),
    from_agency text NOT NULL,
    received_at timestamptz NOT NULL
);
-- What was made before private persons could tell wanted the words of everyone.
ALTER TABLE intake.same_child ALTER COLUMN text_key DROP NOT NULL;
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = 'intake.same_child'::regclass AND conname = 'same_child_check') THEN
        ALTER TABLE intake.same_child ADD CONSTRAINT same_child_check CHECK (child_key IS NOT NULL OR text_key IS NOT NULL);
    END IF;
END $$;
-- The order of the rows is the order of commits: who writes one holds the store's turn. So the latest before any of them are the next ones
-- in an index, however many came since, which is what the policies ask for when they have much to catch up with.
ALTER TABLE intake.same_child ADD COLUMN IF NOT EXISTS place bigint NOT NULL GENERATED ALWAYS AS IDENTITY;
DROP INDEX IF EXISTS intake.same_child_child, intake.same_child_text;
CREATE INDEX IF NOT EXISTS same_child_child_place ON intake.same_child (child_key, place) WHERE child_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS same_child_text_place ON intake.same_child (text_key, place) WHERE text_key IS NOT NULL;

-- Intake writes and cannot look; the policies look and cannot write. Nobody who answers people sees it.
GRANT INSERT ON intake.same_child TO nattljus_intake;
GRANT SELECT ON intake.same_child TO nattljus_policies;
