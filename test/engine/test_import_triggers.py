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
