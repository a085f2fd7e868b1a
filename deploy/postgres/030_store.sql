-- What a store adds to the tables of the eventsourcing library, for the schema named {schema}: the group commit's append.
-- One call, one transaction: keys, the upstream position and the events, or none of them.

-- Who appends holds the lock of this empty table: it makes the order of positions the order of commits, so that no follower steps over
-- an event that commits late. The library locks the events' own table instead, and so would wait a second for every ANALYZE and VACUUM
-- of it, each of which would then be given up; whoever inserts as the library does still waits for us, and we for it.
CREATE TABLE IF NOT EXISTS {schema}.turn ();

CREATE OR REPLACE FUNCTION {schema}.append(
    p_streams uuid[], p_revisions bigint[], p_topics text[], p_states bytea[],
    p_key_streams uuid[], p_key_audiences text[], p_key_publics bytea[],
    p_wrap_streams uuid[], p_wrap_audiences text[], p_wrap_agencies text[], p_wraps bytea[],
    p_upstreams text[], p_upstream_positions bigint[]
) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
    tracked bigint;
BEGIN
    LOCK TABLE {schema}.turn IN EXCLUSIVE MODE;
    IF cardinality(p_key_streams) > 0 THEN  -- whoever writes nothing sealed needs no privilege on the keyring
        INSERT INTO keyring.stream_key (stream, audience, public_key)
            SELECT * FROM unnest(p_key_streams, p_key_audiences, p_key_publics);
    END IF;
    IF cardinality(p_wrap_streams) > 0 THEN
        INSERT INTO keyring.wrapped_key (stream, audience, agency, wrapped)
            SELECT * FROM unnest(p_wrap_streams, p_wrap_audiences, p_wrap_agencies, p_wraps);
    END IF;
    FOR i IN 1 .. coalesce(array_length(p_upstreams, 1), 0) LOOP
        INSERT INTO {schema}.notification_tracking AS t VALUES (p_upstreams[i], p_upstream_positions[i])
            ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
            WHERE t.notification_id < excluded.notification_id RETURNING notification_id INTO tracked;
        IF tracked IS NULL THEN
            RAISE unique_violation USING MESSAGE = format('%s already followed to %s', p_upstreams[i], p_upstream_positions[i]);
        END IF;
    END LOOP;
    NOTIFY {schema};
    RETURN QUERY INSERT INTO {schema}.stored_events (originator_id, originator_version, topic, state)
        SELECT e.stream, e.revision, e.topic, e.state
        FROM unnest(p_streams, p_revisions, p_topics, p_states) WITH ORDINALITY AS e(stream, revision, topic, state, n)
        ORDER BY e.n RETURNING notification_id;
END $$;

-- A sealed event is some 2,050 octets: just over the 2,032 from which PostgreSQL tries to compress a row, in vain as it is sealed, and then
-- writes it to a second table with an index of its own. Up to a page's size it stays where it is: a third less work for each event.
ALTER TABLE {schema}.stored_events SET (toast_tuple_target = 8160);

-- The library's own insert function takes no lock, and followers lose events by it: nobody may call it.
REVOKE ALL ON FUNCTION {schema}.es_insert_events_uuid FROM PUBLIC;

-- The directory is read by every service at its start: a small index of its own, whatever the size of the store.
-- It names every event of the directory, or it is of no use: one event more is an index more, and the one before goes.
DROP INDEX IF EXISTS {schema}.stored_events_directory;
CREATE INDEX IF NOT EXISTS stored_events_of_directory ON {schema}.stored_events (notification_id)
    WHERE topic IN ('AgencyRegistered.v1', 'UnitRegistered.v1', 'UnitClosed.v1', 'AssignmentGiven.v1', 'AssignmentEnded.v1',
        'ServiceRegistered.v1', 'ServiceClosed.v1', 'DistrictFeatureSet.v1');

-- Append-only: nobody but the owner may change or delete. MAINTAIN (PostgreSQL 17) allows the lock.
GRANT USAGE ON SCHEMA {schema} TO {writers}, nattljus_followers;
GRANT SELECT ON {schema}.stored_events, {schema}.notification_tracking TO {writers}, nattljus_followers;
GRANT INSERT ON {schema}.stored_events TO {writers};
REVOKE MAINTAIN ON {schema}.stored_events FROM {writers};
GRANT MAINTAIN ON {schema}.turn TO {writers};
GRANT INSERT, UPDATE ON {schema}.notification_tracking TO {writers};
GRANT USAGE ON SEQUENCE {schema}.stored_events_notification_id_seq TO {writers};
REVOKE ALL ON FUNCTION {schema}.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.append TO {writers};
