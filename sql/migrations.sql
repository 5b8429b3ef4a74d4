-- What PostgreSQL itself decides about migrations: splitting, savepoints, settings, COPY data, errors with their place.
CREATE SCHEMA app;
SET search_path = app, public;

CREATE FUNCTION pg_temp.apply(sql text, name text DEFAULT '001_test.sql')
  RETURNS TABLE (version text, status text, statements bigint, rows_affected bigint)
  LANGUAGE sql AS $$
    SELECT version, status, statements, rows_affected
      FROM migrate_apply(json_build_array(json_build_object('name', name, 'sql', sql))) $$;

-- The server's own grammar splits: quotes, dollar quotes, nested comments, function bodies.
SELECT * FROM pg_temp.apply($m$
/* a /* nested */ comment; */
CREATE TABLE note (id int PRIMARY KEY, body text);
INSERT INTO note VALUES (1, 'semi;colon'), (2, $$dollar; 'quoted'$$);
CREATE FUNCTION one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;
CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 2; END $body$;
INSERT INTO note SELECT 3, 'from ' || one() + two()
$m$);
SELECT * FROM note ORDER BY id;
SELECT version, description, statements, rows_affected, applied_by = current_user AS by_me FROM schema_migrations;
SELECT action, version, outcome FROM migrate_history();

-- Applied once.
SELECT * FROM pg_temp.apply('SELECT 1', '001_other.sql');

-- Errors say file, line and what failed; nothing stays.
SELECT * FROM pg_temp.apply(E'CREATE TABLE a (i int);\nCREATE TABLE b (i int);\n\n  INSERT INTO a VALEUS (1);', '002_bad.sql');
SELECT * FROM pg_temp.apply(E'CREATE TABLE a (i int);\n\n  INSERT INTO nowhere\n  VALUES (1);\nCREATE TABLE b (i int)', '002_bad.sql');
SELECT * FROM pg_temp.apply(E'CREATE TABLE a (i int CHECK (i > 0));\nINSERT INTO a VALUES (-1)', '002_bad.sql');
SELECT * FROM pg_temp.apply(E'DO $$ BEGIN RAISE EXCEPTION ''no'' USING DETAIL = ''the detail'', HINT = ''the hint'', ERRCODE = ''AB123''; END $$', '002_bad.sql');
\echo :LAST_ERROR_SQLSTATE
SELECT to_regclass('a'), count(*) FROM schema_migrations;

-- Transaction control and what cannot run inside a transaction.
SELECT * FROM pg_temp.apply('CREATE TABLE a (i int); COMMIT; CREATE TABLE b (i int)', '002_bad.sql');
SELECT * FROM pg_temp.apply('SAVEPOINT s', '002_bad.sql');
SELECT * FROM pg_temp.apply('CREATE TABLE a (i int); VACUUM a', '002_bad.sql');
SELECT * FROM pg_temp.apply('CREATE TABLE a (i int); CREATE INDEX CONCURRENTLY ON a (i)', '002_bad.sql');
SELECT to_regclass('a'), count(*) FROM schema_migrations;

-- Data of COPY ... FROM stdin, as in the files of pg_dump.
SELECT * FROM pg_temp.apply(E'CREATE TABLE city (id int, name text);\nCOPY city (id, name) FROM stdin;\n1\tTórshavn\n2\t\\N\n\\.\n\nINSERT INTO city VALUES (3, ''Nuuk'');\n', '002_city.sql');
SELECT * FROM city ORDER BY id;
SELECT * FROM pg_temp.apply(E'COPY city FROM stdin;\n4\tOslo\nx\tBergen\n\\.\n', '003_bad.sql');
SELECT count(*) FROM city;

-- Settings of a migration end with it, on success and on failure; the history does not depend on them.
SELECT * FROM pg_temp.apply($$SELECT set_config('search_path', '', false); SET TimeZone = 'Asia/Tokyo'; SET LOCAL work_mem = '1MB'; SET ROLE pg_monitor; CREATE TEMPORARY TABLE settings_gone (i int)$$, '003_settings.sql');
SELECT current_setting('search_path') AS search_path, current_setting('TimeZone') = 'Asia/Tokyo' AS tokyo,
       current_user = session_user AS same_user;
SELECT * FROM pg_temp.apply($$SET search_path = pg_catalog; SELECT 1/0$$, '004_bad.sql');
SHOW search_path;

-- One after another sees what the one before did, in the caller's transaction.
BEGIN;
SELECT version, status FROM migrate_apply('[{"name": "004_a.sql", "sql": "CREATE TABLE chain (i int)"},
  {"name": "005_b.sql", "sql": "INSERT INTO chain VALUES (1)"}, {"name": "006_c.sql", "sql": "ALTER TABLE chain ADD j int DEFAULT 7"}]'::json);
SELECT * FROM chain;
ROLLBACK;
SELECT to_regclass('chain'), max(version) FROM schema_migrations;

-- Inside PL/pgSQL: an error can be caught, and nothing of the call is left.
DO $$
BEGIN
  PERFORM migrate_apply('[{"name": "004_a.sql", "sql": "CREATE TABLE chain (i int); SELECT * FROM nowhere"}]'::json);
EXCEPTION WHEN undefined_table THEN
  RAISE NOTICE '%: %', SQLSTATE, SQLERRM;
END $$;
SELECT to_regclass('chain');

-- Registered in the database, undone with the stored text.
SELECT migrate_add('010', 'registered', 'CREATE TABLE registered (i int)', 'DROP TABLE registered');
SELECT version, status FROM migrate_apply();
SELECT version, description, state FROM migrate_status() WHERE version = '010';
SELECT migrate_sql('010'), migrate_sql('010', 'down');
SELECT version, status FROM migrate_rollback();
SELECT to_regclass('registered');

-- Arguments
SELECT migrate_apply('relative/path');
SELECT migrate_apply('/no/such/directory');
SELECT migrate_apply(NULL, '{"targett": "1"}');

RESET search_path;
\set VERBOSITY terse
DROP SCHEMA app CASCADE;
TRUNCATE schema_migrations, migration_log, migration_sources;
