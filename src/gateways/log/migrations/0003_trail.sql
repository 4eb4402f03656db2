-- The audit trail is asked seldom and for anything, while every append pays for every index. So: no index with an
-- entry a row. For each 32 pages of the log (about a thousand events) this one keeps which actors, types, sources, …
-- occur in them (Bloom filters) and between which times they lie; a search passes over all pages that cannot hold
-- what it wants. What was appended since the last summary (autovacuum makes it, within a minute) is looked through.
--
-- A sum instead of the plain position: the planner must not take the B-tree on positions where this one is meant.
CREATE INDEX events_trail ON crm.events USING brin (
    (notification_id + 0) int8_minmax_ops,
    recorded_at timestamptz_minmax_ops,
    occurred_at timestamptz_minmax_multi_ops,
    actor text_bloom_ops (n_distinct_per_range = 100),
    topic text_bloom_ops (n_distinct_per_range = 50),
    (split_part(topic, '.', 1)) text_bloom_ops (n_distinct_per_range = 20),
    source text_bloom_ops (n_distinct_per_range = 20),
    client text_bloom_ops (n_distinct_per_range = 200),
    correlation_id uuid_bloom_ops (n_distinct_per_range = 1000),
    causation_id uuid_bloom_ops (n_distinct_per_range = 1000)
) WITH (pages_per_range = 32, autosummarize = on);

-- What came of an event: few events make a command react.
CREATE INDEX events_caused_by ON crm.events (caused_by) WHERE caused_by IS NOT NULL;
