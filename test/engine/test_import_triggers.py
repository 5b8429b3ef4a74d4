"""Option triggers of an import: on, they fire as for every INSERT; off, none does, and afterwards all are as they were."""

import json

DOCUMENT = json.dumps({"t": [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}]})
LOGGING = {
    "sqlite": """CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE); CREATE TABLE seen (id INTEGER);
                 CREATE TRIGGER log AFTER INSERT ON t BEGIN INSERT INTO seen VALUES (new.id); END""",
    "postgresql": """CREATE TABLE t (id int PRIMARY KEY, v text UNIQUE); CREATE TABLE seen (id int);
                     CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (new.id); RETURN NULL; END';
                     CREATE TRIGGER log AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION log()""",
}


def seen(db):
    return [row[0] for row in db.sql("SELECT id FROM seen ORDER BY id")]


def test_on_and_off(db):
    db.script(LOGGING[db.engine])
    db.call("import_json", DOCUMENT, '{"triggers": "off"}')
    assert seen(db) == []
    db.sql("INSERT INTO t VALUES (3, 'c')")
    assert seen(db) == [3]
    db.call("import_json", DOCUMENT, '{"clear": true}')
    assert seen(db) == [1, 2, 3]
    db.call("import_json", DOCUMENT, '{"clear": true, "triggers": "on"}')
    assert seen(db) == [1, 1, 2, 2, 3]


def test_off_then_an_error_or_a_dry_run(db):
    db.script(LOGGING[db.engine])
    with db.refuses(None, "t"):
        db.call("import_json", DOCUMENT.replace('"b"', '"a"'), '{"triggers": "off"}')
    db.sql("INSERT INTO t VALUES (3, 'c')")
    assert seen(db) == [3]
    db.call("import_json", DOCUMENT, '{"triggers": "off", "dry_run": true}')
    db.sql("INSERT INTO t VALUES (4, 'd')")
    assert seen(db) == [3, 4]


def test_an_export_comes_back_without_its_triggers(db):
    """Else a trigger that writes to another table of the document would do so twice."""
    db.script(LOGGING[db.engine])
    db.sql("INSERT INTO t VALUES (1, 'a')")
    document, before = db.value("export_json"), db.digests()
    db.call("import_json", document, '{"clear": true, "triggers": "off"}')
    assert db.digests() == before


def test_only_on_or_off(db):
    with db.refuses("WB001" if db.engine == "postgresql" else None, "triggers", "on", "off"):
        db.call("import_json", '{}', '{"triggers": "maybe"}')


KEEPING = {
    "sqlite": """CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE); INSERT INTO t VALUES (7, 'x'), (8, 'y'), (9, 'z');
                 CREATE TRIGGER keep BEFORE DELETE ON t WHEN old.id > 7 BEGIN SELECT RAISE(IGNORE); END""",
    "postgresql": """CREATE TABLE t (id int PRIMARY KEY, v text UNIQUE); INSERT INTO t VALUES (7, 'x'), (8, 'y'), (9, 'z');
                     CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF old.id > 7 THEN RETURN NULL; END IF; RETURN old; END';
                     CREATE TRIGGER keep BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION keep()""",
}


def test_rows_that_a_trigger_keeps_from_being_cleared(db):
    db.script(KEEPING[db.engine])
    for options in ({}, {"on_conflict": "update"}, {"on_error": "collect"}, {"dry_run": True}):
        with db.refuses("WB029", 'table "t": 2 rows are still there', "Deleted were 1", '"triggers": "off"'):
            db.call("import_json", DOCUMENT, json.dumps({"clear": True, **options}))
    assert db.call("import_json", DOCUMENT, '{"clear": true, "triggers": "off"}')[0]["deleted"] == 3
    assert db.sql("SELECT id FROM t ORDER BY id") == [(1,), (2,)]
    # Others of the table do not keep anything back.
    assert db.call("import_json", DOCUMENT, '{"clear": true}')[0]["deleted"] == 2


def test_rows_that_a_rule_keeps_from_being_cleared(postgresql):
    postgresql.script("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (7, 'x'); CREATE RULE keep AS ON DELETE TO t DO INSTEAD NOTHING")
    for options in ({}, {"triggers": "off"}):
        with postgresql.refuses("WB029", 'table "t": 1 row is still there', "Deleted were 0", "Disable the rule"):
            postgresql.call("import_json", DOCUMENT, json.dumps({"clear": True, **options}))


def test_rows_that_clearing_another_table_makes(postgresql):
    postgresql.script("""CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);
                         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (old.id + 50); RETURN NULL; END';
                         CREATE TRIGGER f AFTER DELETE ON a FOR EACH ROW EXECUTE FUNCTION f();
                         CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
                         CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()""")
    for document in ({"t": [{"id": 1}], "a": [{"id": 2}]}, {"a": [{"id": 2}], "t": [{"id": 1}]}):
        with postgresql.refuses("WB029", 'table "t": 1 row is still there'):
            postgresql.call("import_json", json.dumps(document), '{"clear": true}')
