-- Names that are misspelt are found by their trigrams: pg_trgm is one of PostgreSQL's own extensions, and trusted,
-- so that the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

-- The read models name its schema: on their search path, nothing comes from elsewhere.
DO $$
DECLARE place text;
BEGIN
    SELECT extnamespace::regnamespace INTO place FROM pg_extension WHERE extname = 'pg_trgm';
    IF place <> 'public' THEN
        RAISE EXCEPTION 'pg_trgm is in schema %; run: ALTER EXTENSION pg_trgm SET SCHEMA public', place;
    END IF;
END $$;
