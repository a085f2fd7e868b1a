-- By what a referral is known again when another is about the same child, or was sent twice: digests under the hub's secret, written with the
-- event in one statement. Not in the event, which stands for ever: when a child's data is disposed of, its rows here are deleted.
-- Of what private persons tell the child's digest alone: the same words twice would say that one person wrote both.
CREATE TABLE IF NOT EXISTS intake.same_child (
    stream uuid PRIMARY KEY,
    child_key bytea CHECK (octet_length(child_key) = 32),
    text_key bytea CHECK (octet_length(text_key) = 32),
    from_agency text NOT NULL,
    received_at timestamptz NOT NULL,
    CHECK (child_key IS NOT NULL OR text_key IS NOT NULL)
);
CREATE INDEX IF NOT EXISTS same_child_child ON intake.same_child (child_key, received_at) WHERE child_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS same_child_text ON intake.same_child (text_key, received_at) WHERE text_key IS NOT NULL;

-- Intake writes and cannot look; the policies look and cannot write. Nobody who answers people sees it.
GRANT INSERT ON intake.same_child TO nattljus_intake;
GRANT SELECT ON intake.same_child TO nattljus_policies;
