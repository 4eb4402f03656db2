-- Where a command came from, and the event that it reacted to.
ALTER TABLE crm.events
    ADD COLUMN client    text,    -- the network address of who asked
    ADD COLUMN caused_by bigint;  -- the position of the event that the command reacted to

-- Values that one stream at a time may hold (the e-mail address of a live lead, a deal's number). Digests: an index
-- of people's addresses is not for reading.
CREATE TABLE crm.claims (
    kind      text  NOT NULL,
    digest    bytea NOT NULL,  -- SHA-256 of the value in UTF-8
    stream_id uuid  NOT NULL,
    PRIMARY KEY (kind, digest)
);
CREATE INDEX claims_stream ON crm.claims (stream_id, kind);

-- The leads that are alive already. Where two have the same address and channel, the first one holds it.
-- A damaged payload claims nothing.
CREATE FUNCTION pg_temp.field(payload bytea, name text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN convert_from(payload, 'UTF8')::jsonb ->> name;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;
INSERT INTO crm.claims
SELECT 'live lead', sha256(convert_to(email || E'\n' || lower(btrim(channel)), 'UTF8')), stream_id
FROM (SELECT lead.originator_id AS stream_id, lead.notification_id AS position,
             pg_temp.field(person.state, 'email') AS email, pg_temp.field(lead.state, 'channel') AS channel
      FROM crm.events AS lead
      JOIN crm.events AS person ON person.originator_id = lead.customer_id AND person.topic = 'customer.registered'
      WHERE lead.topic = 'lead.captured'
        AND NOT EXISTS (SELECT FROM crm.events AS ended WHERE ended.originator_id = lead.originator_id
                                                          AND ended.topic IN ('lead.converted', 'lead.disqualified'))
     ) AS live
WHERE email IS NOT NULL AND channel IS NOT NULL
ORDER BY position
ON CONFLICT DO NOTHING;
DROP FUNCTION pg_temp.field(bytea, text);

-- What was answered to commands that bore an Idempotency-Key: ids, versions and positions, no personal data.
CREATE TABLE crm.answers (
    principal   text        NOT NULL,
    key         text        NOT NULL,
    item        integer     NOT NULL,  -- of a batch
    fingerprint bytea       NOT NULL,  -- tells one request from another
    answer      jsonb       NOT NULL,
    position    bigint      NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key, item)
);
CREATE INDEX answers_age ON crm.answers USING brin (answered_at);

DROP FUNCTION crm.append(uuid[], bigint[], text[], smallint[], bytea[], uuid[], timestamptz[], text[], text[], text[],
                         uuid[], uuid[], text[], uuid[], bigint[]);

-- Appends the rows of many units, each all or nothing, in one round trip: lock, checks, wake-up, insert. A unit that
-- cannot be appended is left out and told in `failures` (a JSON array; NULL where all went in); the others go in.
-- `last` is the position before the first row: positions follow it, in the order given, without the failed units'
-- rows. Under the lock nobody else can take them, and a rollback leaves no gap.
--
-- `free_*`: versions of streams that must not be there yet: those to be written, and those behind the versions that a
-- decision looked at. `claim_*`: values to take; `returned_*`: kinds that a stream gives back before. `answer_*`: what
-- to keep for those who ask again, with the place of the command's last row.
--
-- It runs with its owner's rights: the application's role may append, and cannot write to the log in any other way.
CREATE FUNCTION crm.append(
    originator_ids uuid[], originator_versions bigint[], topics text[], schemas smallint[], states bytea[],
    customer_ids uuid[], occurred timestamptz[], actors text[], on_behalf text[], sources text[],
    correlation_ids uuid[], causation_ids uuid[], reasons text[], clients text[], causes bigint[], row_units integer[],
    free_ids uuid[], free_versions bigint[], free_units integer[],
    claim_kinds text[], claim_digests bytea[], claim_streams uuid[], claim_units integer[],
    returned_kinds text[], returned_streams uuid[], returned_units integer[],
    answer_principals text[], answer_keys text[], answer_items integer[], answer_fingerprints bytea[],
    answers text[], answer_places integer[], answer_units integer[],
    OUT last bigint, OUT failures text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found    jsonb := '[]';
    part     jsonb;
    left_out integer[] := '{}';
    now      timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(4150000);  -- as in crm.lock_log

    SELECT jsonb_agg(jsonb_build_object('unit', unit)) INTO part
    FROM unnest(free_ids, free_versions, free_units) AS free(id, version, unit)
    JOIN crm.events ON originator_id = id AND originator_version = version;
    found := found || coalesce(part, '[]');
    IF cardinality(claim_kinds) > 0 THEN
        SELECT jsonb_agg(jsonb_build_object('unit', unit, 'kind', wanted.kind, 'digest', encode(wanted.digest, 'hex'),
                                            'holder', held.stream_id)) INTO part
        FROM unnest(claim_kinds, claim_digests, claim_streams, claim_units) AS wanted(kind, digest, stream, unit)
        JOIN crm.claims AS held ON held.kind = wanted.kind AND held.digest = wanted.digest
        WHERE held.stream_id <> wanted.stream;
        found := found || coalesce(part, '[]');
    END IF;
    IF cardinality(answer_keys) > 0 THEN
        SELECT jsonb_agg(jsonb_build_object('unit', unit, 'item', given.item, 'answer', given.answer,
                                            'fingerprint', encode(given.fingerprint, 'hex'),
                                            'position', given.position)) INTO part
        FROM unnest(answer_principals, answer_keys, answer_items, answer_units) AS wanted(principal, key, item, unit)
        JOIN crm.answers AS given USING (principal, key, item);
        found := found || coalesce(part, '[]');
    END IF;
    IF found <> '[]' THEN
        failures := found;
        SELECT array_agg(DISTINCT (failure ->> 'unit')::integer) INTO left_out
        FROM jsonb_array_elements(found) AS failure;
        IF NOT EXISTS (SELECT FROM unnest(row_units) AS row(unit) WHERE unit <> ALL (left_out)) THEN
            RETURN;  -- nothing goes in: no transaction id is used, nobody is woken
        END IF;
    END IF;

    NOTIFY crm_events;  -- the relay also looks by itself: a lost wake-up only costs time
    SELECT coalesce(max(notification_id), 0) INTO last FROM crm.events;
    now := clock_timestamp();
    INSERT INTO crm.events (
        notification_id, originator_id, originator_version, topic, schema, state, customer_id, occurred_at,
        recorded_at, actor, on_behalf_of, source, correlation_id, causation_id, reason, client, caused_by)
    SELECT last + row_number() OVER (ORDER BY place), id, version, topic, schema, state, customer, at, now, actor,
           behalf, source, correlation, causation, reason, client, cause
    FROM unnest(originator_ids, originator_versions, topics, schemas, states, customer_ids, occurred, actors,
                on_behalf, sources, correlation_ids, causation_ids, reasons, clients, causes, row_units)
         WITH ORDINALITY AS given(id, version, topic, schema, state, customer, at, actor, behalf, source, correlation,
                                  causation, reason, client, cause, unit, place)
    WHERE unit <> ALL (left_out);

    IF cardinality(returned_kinds) > 0 THEN
        DELETE FROM crm.claims
        USING unnest(returned_kinds, returned_streams, returned_units) AS returned(kind, stream, unit)
        WHERE claims.stream_id = returned.stream AND claims.kind = returned.kind AND unit <> ALL (left_out);
    END IF;
    IF cardinality(claim_kinds) > 0 THEN
        INSERT INTO crm.claims
        SELECT wanted.kind, wanted.digest, stream
        FROM unnest(claim_kinds, claim_digests, claim_streams, claim_units) AS wanted(kind, digest, stream, unit)
        WHERE unit <> ALL (left_out)
          AND NOT EXISTS (SELECT FROM crm.claims AS held WHERE held.kind = wanted.kind AND held.digest = wanted.digest);
    END IF;
    IF cardinality(answer_keys) > 0 THEN
        INSERT INTO crm.answers (principal, key, item, fingerprint, answer, position)
        SELECT principal, key, item, fingerprint, answer::jsonb, last + rank
        FROM unnest(answer_principals, answer_keys, answer_items, answer_fingerprints, answers, answer_places)
             AS kept(principal, key, item, fingerprint, answer, place)
        JOIN (SELECT place, row_number() OVER (ORDER BY place) AS rank
              FROM unnest(row_units) WITH ORDINALITY AS row(unit, place)
              WHERE unit <> ALL (left_out)) AS ranked USING (place);
    END IF;
END $$;

-- Answers are kept for a week; a request sent again later is a new one.
CREATE FUNCTION crm.forget_answers() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH forgotten AS (DELETE FROM crm.answers WHERE answered_at < now() - interval '7 days' RETURNING 1)
    SELECT count(*) FROM forgotten
$$;

DROP VIEW crm.log;
CREATE VIEW crm.log AS
SELECT notification_id AS position, originator_id AS stream_id, originator_version AS version,
       topic AS type, schema, customer_id, occurred_at, recorded_at, actor, on_behalf_of, source, client,
       correlation_id, causation_id, caused_by, reason, convert_from(state, 'UTF8')::jsonb AS payload
FROM crm.events;
