-- The log. Its first columns have the eventsourcing library's names; notification_id is the position:
-- 1, 2, 3, … in commit order, without a gap, given by the one writer that holds the table's lock.
CREATE SCHEMA IF NOT EXISTS crm;

CREATE TABLE crm.events (
    notification_id    bigint      NOT NULL,
    originator_id      uuid        NOT NULL,
    originator_version bigint      NOT NULL,
    topic              text        NOT NULL,  -- the event's type: deal.stage_moved
    schema             smallint    NOT NULL,  -- the version of that type's shape
    state              bytea       NOT NULL,  -- the event's own fields, JSON in UTF-8
    customer_id        uuid        NOT NULL,  -- whose story it belongs to
    occurred_at        timestamptz NOT NULL,  -- when it happened in the world
    recorded_at        timestamptz NOT NULL,  -- when the log learnt it
    actor              text        NOT NULL,
    on_behalf_of       text,
    source             text        NOT NULL,
    correlation_id     uuid        NOT NULL,
    causation_id       uuid        NOT NULL,
    reason             text,
    PRIMARY KEY (originator_id, originator_version)
) WITH (
    -- Rows never change: there is nothing to vacuum, but the planner wants fresh statistics, and
    -- insert-driven vacuum keeps the visibility map for index-only scans.
    autovacuum_analyze_threshold = 10000,
    autovacuum_vacuum_insert_scale_factor = 0.1
);
CREATE UNIQUE INDEX events_position ON crm.events (notification_id);
-- The timeline of one customer, and the source of every as-of answer about one.
CREATE INDEX events_customer ON crm.events (customer_id, notification_id);

CREATE FUNCTION crm.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON crm.events
    FOR EACH ROW EXECUTE FUNCTION crm.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON crm.events
    FOR EACH STATEMENT EXECUTE FUNCTION crm.refuse_change();
-- ALWAYS: an ordinary trigger is switched off by session_replication_role = replica.
ALTER TABLE crm.events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE crm.events ENABLE ALWAYS TRIGGER append_only_truncate;

-- The writers' lock: one writer at a time holds it until it commits, so position order is commit order and no
-- reader can pass over an event that becomes visible later. Not a lock of the table, which VACUUM and ANALYZE
-- would hold up, and for which a role needs more than INSERT.
CREATE FUNCTION crm.lock_log() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_xact_lock(4150000)';

-- Appends rows and returns the position before the first of them: lock, checks, wake-up and insert in one round
-- trip. Positions follow the last one: under the lock nobody else can take them, and a rollback leaves no gap.
-- `read_ids` at `read_versions` are streams that the decisions looked at without changing them: if one has gone
-- on, that is a conflict, as it is when a version to be written is there already.
CREATE FUNCTION crm.append(
    originator_ids uuid[], originator_versions bigint[], topics text[], schemas smallint[], states bytea[],
    customer_ids uuid[], occurred timestamptz[], actors text[], on_behalf text[], sources text[],
    correlation_ids uuid[], causation_ids uuid[], reasons text[], read_ids uuid[], read_versions bigint[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
    now  timestamptz;
BEGIN
    PERFORM crm.lock_log();
    IF EXISTS (SELECT FROM unnest(read_ids, read_versions) AS looked_at(id, version)
               JOIN crm.events ON originator_id = id AND originator_version = version + 1) THEN
        RAISE EXCEPTION 'a stream that was read has gone on' USING ERRCODE = 'unique_violation';
    END IF;
    NOTIFY crm_events;  -- the relay also looks by itself: a lost wake-up only costs time
    SELECT coalesce(max(notification_id), 0) INTO last FROM crm.events;
    now := clock_timestamp();
    INSERT INTO crm.events (
        notification_id, originator_id, originator_version, topic, schema, state, customer_id, occurred_at,
        recorded_at, actor, on_behalf_of, source, correlation_id, causation_id, reason)
    SELECT last + place, id, version, topic, schema, state, customer, at, now, actor, behalf, source,
           correlation, causation, reason
    FROM unnest(originator_ids, originator_versions, topics, schemas, states, customer_ids, occurred, actors,
                on_behalf, sources, correlation_ids, causation_ids, reasons) WITH ORDINALITY
         AS given(id, version, topic, schema, state, customer, at, actor, behalf, source, correlation, causation,
                  reason, place);
    RETURN last;
END $$;

-- For analysts with SQL.
CREATE VIEW crm.log AS
SELECT notification_id AS position, originator_id AS stream_id, originator_version AS version,
       topic AS type, schema, customer_id, occurred_at, recorded_at, actor, on_behalf_of, source,
       correlation_id, causation_id, reason, convert_from(state, 'UTF8')::jsonb AS payload
FROM crm.events;

-- How far the relay has carried the log into Kafka: all up to `position`, and per partition the last one there.
CREATE TABLE crm.relay (
    topic      text        PRIMARY KEY,
    position   bigint      NOT NULL,
    tails      bigint[]    NOT NULL,
    relayed_at timestamptz NOT NULL DEFAULT now()
);
