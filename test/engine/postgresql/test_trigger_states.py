"""PostgreSQL gives each trigger its own state back: O, D, A and R, on partitions too, whatever else is pending."""

import json

TABLES = """
    CREATE TABLE seen (name text);
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (tg_name); RETURN NULL; END';
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE p (id int) PARTITION BY RANGE (id);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
    CREATE TABLE p2 PARTITION OF p DEFAULT;
    CREATE TRIGGER o AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION see();
    CREATE TRIGGER a AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION see();
    CREATE TRIGGER d AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION see();
    CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION see();
    CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see();
    CREATE TRIGGER whole AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION see();
    CREATE TRIGGER own AFTER INSERT ON p1 FOR EACH ROW EXECUTE FUNCTION see();
    ALTER TABLE t ENABLE ALWAYS TRIGGER a, DISABLE TRIGGER d, ENABLE REPLICA TRIGGER r;
    ALTER TABLE p2 DISABLE TRIGGER whole; ALTER TABLE p1 ENABLE ALWAYS TRIGGER whole"""
ROWS = json.dumps({"parent": [{"id": 1}], "t": [{"id": 1, "parent": 1}], "p": [{"id": 1}, {"id": 11}]})


def states(database):
    return database.sql("SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2")


def test_each_state_comes_back(postgresql):
    postgresql.script(TABLES)
    before = states(postgresql)
    postgresql.call("import_json", ROWS, '{"triggers": "off"}')
    assert states(postgresql) == before
    assert postgresql.sql("SELECT * FROM seen") == []
    postgresql.call("import_json", ROWS, '{"clear": true}')
    assert postgresql.sql("SELECT name FROM seen ORDER BY 1") == [("a",), ("c",), ("o",), ("own",), ("whole",)]


def test_only_owners_and_only_where_there_are_triggers(postgresql):
    postgresql.script(TABLES)
    postgresql.script("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;"
                      "DO $$ BEGIN CREATE ROLE importer; EXCEPTION WHEN duplicate_object THEN NULL; END $$; SET ROLE importer")
    postgresql.call("import_json", '{"parent": [{"id": 1}]}', '{"triggers": "off"}')
    with postgresql.refuses("42501", "must be owner of table t"):
        postgresql.call("import_json", '{"t": [{"id": 1}]}', '{"triggers": "off"}')
    with postgresql.refuses("42501", "must be owner of table p"):
        postgresql.call("import_json", '{"p": [{"id": 1}]}', '{"triggers": "off"}')
