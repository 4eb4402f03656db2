-- What the application's role may do, in one place. `crm migrate` runs this as the owner, each time, behind the
-- migrations and in one transaction: what was granted by hand in between is gone afterwards.

-- Begin at nothing. Everybody may call a new function until somebody says otherwise.
REVOKE ALL ON SCHEMA crm FROM PUBLIC, {application};
REVOKE ALL ON ALL TABLES IN SCHEMA crm FROM PUBLIC, {application};
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA crm FROM PUBLIC, {application};
REVOKE ALL ON public.crm_migrations FROM PUBLIC, {application};
-- Before PostgreSQL 15 everybody could leave functions here for the next migration to trip over. A warning where the
-- schema is not the owner's to close.
REVOKE CREATE ON SCHEMA public FROM PUBLIC, {application};

-- Commands read the streams that they decide on; the relay and the folds read all. Tables of later migrations too.
GRANT USAGE ON SCHEMA crm TO {application};
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO {application};
-- The door to the log: crm.append runs with the owner's rights. So nobody else needs INSERT on crm.events.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA crm TO {application};
-- The relay notes how far it has come.
GRANT INSERT, UPDATE ON crm.relay TO {application};
-- Every process looks at its start whether the migrations are those that it knows.
GRANT SELECT ON public.crm_migrations TO {application};

-- The read models are the application's own: it makes, switches and drops their tables at run time. Not the schema,
-- for which it would need CREATE on the database.
CREATE SCHEMA IF NOT EXISTS read;
REVOKE ALL ON SCHEMA read FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA read TO {application};
-- As-of and what-if answers are folded in temporary tables.
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {application};
