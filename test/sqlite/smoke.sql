-- Every function of the SQLite module once, and an error of each kind, for valgrind. It runs in the sqlite3 shell with
-- the module loaded, in a directory with a link `migrations` to the sample application's; the last line says "complete".
.bail on
PRAGMA foreign_keys = ON;
SELECT whimbrel_version();
SELECT count(*) FROM migrate_status('migrations');
SELECT json_array_length(migrate_apply('migrations'));
SELECT json_array_length(migrate_apply('migrations', '{"dry_run": true}'));
SELECT * FROM migrate_status('migrations');
SELECT migrate_report('migrations');
SELECT migrate_report('migrations', '{"format": "json"}');
SELECT migrate_add('008', 'registered', 'CREATE TABLE extra (n INTEGER)', 'DROP TABLE extra');
SELECT count(*) FROM migrate_history();

.output /dev/null
.read sample.sql
.output stdout
CREATE TABLE odd (id, r REAL, t TEXT, b BLOB, d DATE, n NUMERIC(9,3), j JSON);
INSERT INTO odd VALUES (1, 1e400, CAST(x'6100ff' AS TEXT), x'00ff', '2026-02-30', 1.5, '{"$bytes": 1}'), ('a', -0.0, '', x'', '2026-02-28', 'x', 'no json'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL);

SELECT count(*) FROM data_digest();
SELECT length(export_json()) > 1000;
SELECT count(*) > 100 FROM export_jsonl('{"exclude": ["odd"]}');
SELECT count(*) FROM export_json_file('all.json');
SELECT count(*) FROM export_json_file('all.jsonl');
SELECT sum(matches) FROM data_verify('all.json');
SELECT sum(matches) FROM data_verify(export_json());
SELECT json_array_length(import_json_file('all.json', '{"clear": true}'));
SELECT json_array_length(import_json_file('all.jsonl', '{"clear": true, "dry_run": true}'));
SELECT json_array_length(import_json(export_json('{"tables": ["logs", "nodes"]}'), '{"clear": true}'));
SELECT sum(matches) FROM data_verify('all.json');
BEGIN;
SELECT json_array_length(migrate_apply('[{"name": "009_in_a_transaction.sql", "sql": "CREATE TABLE nine (n); INSERT INTO nine VALUES (1), (2)"}]'));
ROLLBACK;
SELECT json_array_length(migrate_apply('[{"name": "010_undone.sql", "sql": "-- migrate:up\nCREATE TABLE ten (n);\n-- migrate:down\nDROP TABLE ten;\n"}]'));
SELECT json_array_length(migrate_rollback());

.bail off
SELECT migrate_apply('nowhere');
SELECT migrate_apply('[{"name": "011_a.sql", "sql": "CREATE TABLE a (n); INSERT INTO a VALUES (1); SELEKT 1;"}]');
SELECT migrate_apply('[{"name": "011_a.sql", "sql": "CREATE TABLE a (n); INSERT INTO b VALUES (1);"}]');
SELECT migrate_apply('[{"name": "011_a.sql", "sql": "COMMIT"}]');
SELECT migrate_apply('[]', '{"stesp": 1}');
SELECT * FROM migrate_apply('[]');
SELECT migrate_apply('[]') FROM users;
INSERT INTO odd (id) SELECT migrate_apply('[]');
SELECT export_json('{"tables": ["nothing"]}');
SELECT import_json('{"users": [{"id": 1, "id": 2}]}');
SELECT import_json('{"users": [{"id": 1, "email": "x", "nam": "y"}]}');
SELECT import_json('{"users": [');
SELECT import_json('{"logs": [{"id": 1, "agent_id": 999999, "level": "info", "message": ""}]}');
SELECT import_json('{"users": [{"id": 1, "email": "user1@example.org", "name": "again"}]}');
SELECT import_json_file('nowhere.json');
SELECT * FROM data_verify('{');
SELECT * FROM export_json_file('/nowhere/x.json');

SELECT count(*) FROM sqlite_schema WHERE name = 'a';
SELECT 'complete' WHERE (SELECT count(*) FROM logs) = 200 AND (SELECT sum(matches) FROM data_verify('all.json')) = 7;
