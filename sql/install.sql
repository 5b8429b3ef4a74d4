-- The extension as an object: into any schema, its members, its way out.
CREATE SCHEMA ops;
CREATE EXTENSION whimbrel SCHEMA ops;
SELECT ops.whimbrel_version() ~ '^\d+\.\d+\.\d+ \(document format \d+\.\d+\.\d+\)$' AS version_is_readable;

SELECT p.proname AS function, pg_get_function_arguments(p.oid) AS arguments, p.provolatile AS volatility
  FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
  JOIN pg_extension e ON e.oid = d.refobjid
 WHERE e.extname = 'whimbrel'
 ORDER BY p.proname COLLATE "C", pg_get_function_arguments(p.oid) COLLATE "C";

-- Every member is described, and runs with the rights of its caller.
SELECT p.proname FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass
  JOIN pg_extension e ON e.oid = d.refobjid
 WHERE e.extname = 'whimbrel' AND (obj_description(p.oid, 'pg_proc') IS NULL OR p.prosecdef);
SELECT c.relname AS "table", obj_description(c.oid, 'pg_class') IS NOT NULL AS described,
       c.oid = ANY (e.extconfig) AS rows_are_dumped
  FROM pg_extension e JOIN pg_depend d ON d.refobjid = e.oid AND d.classid = 'pg_class'::regclass
  JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'r'
 WHERE e.extname = 'whimbrel' ORDER BY c.relname COLLATE "C";

-- Its schema is fixed, its own tables are exported only when they are named.
ALTER EXTENSION whimbrel SET SCHEMA public;
CREATE TABLE thing (id int PRIMARY KEY);
SELECT table_name FROM ops.data_digest();
SELECT table_name FROM ops.data_digest('{"tables": ["ops.schema_migrations"]}');
DROP TABLE thing;

DROP EXTENSION whimbrel;
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'ops';
DROP SCHEMA ops;
CREATE EXTENSION whimbrel;
