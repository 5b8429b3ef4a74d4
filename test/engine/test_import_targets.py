"""Tables that do not store what they are given: an import notices, and undoes itself."""

import json

import pytest


@pytest.fixture
def table(db):
    db.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, s TEXT)")
    db.sql("CREATE TABLE audit (n BIGINT)")
    db.sql("INSERT INTO t VALUES (1, 'one'), (2, 'two')")
    return db


def before_insert(db, sqlite, plpgsql, when="BEFORE"):
    if db.engine == "sqlite":
        db.sql(f"CREATE TRIGGER g {when} INSERT ON t BEGIN {sqlite}; END")
    else:
        db.script(f"""CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {plpgsql}; END $$;
                      CREATE TRIGGER g {when} INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()""")


def test_a_trigger_that_keeps_rows_back(table):
    document = table.value("export_json")
    before_insert(table, "SELECT RAISE(IGNORE) WHERE new.id = 2", "IF new.id = 2 THEN RETURN NULL; END IF; RETURN new")
    for text in (document, '{"t": [{"id": 1}, {"id": 2}]}'):
        with table.refuses("WB029", '"t"', "1 of 2 rows"):
            table.call("import_json", text, '{"clear": true}')


def test_a_trigger_that_changes_rows(table):
    document = table.value("export_json")
    before_insert(table, "UPDATE t SET s = s || '!' WHERE id = new.id", "UPDATE t SET s = s || '!' WHERE id = new.id; RETURN new",
                  "AFTER")
    with table.refuses("WB024", '"t"', "trigger"):
        table.call("import_json", document, '{"clear": true}')


def test_a_trigger_that_adds_rows_to_another_table_of_the_document(table):
    document = table.value("export_json")
    before_insert(table, "INSERT INTO audit VALUES (new.id)", "INSERT INTO audit VALUES (new.id); RETURN new", "AFTER")
    with table.refuses("WB024", '"audit"', "2 rows"):
        table.call("import_json", document, '{"clear": true}')
    table.call("import_json", document, '{"clear": true, "tables": ["t"]}')
    assert table.sql("SELECT n FROM audit ORDER BY n") == [(1,), (2,)]


def test_a_trigger_that_leaves_the_rows_alone(table):
    document = table.value("export_json", '{"tables": ["t"]}')
    table.sql("DELETE FROM t WHERE id = 1")
    before_insert(table, "SELECT 1", "RETURN new")
    table.sql("UPDATE t SET id = 5")
    table.call("import_json", document)
    assert table.sql("SELECT id FROM t ORDER BY id") == [(1,), (2,), (5,)]


def test_a_row_without_a_column_sends_the_whole_document_through_a_second_reading(db):
    """What was written while it was checked is undone, and its documents are read once more, as values."""
    kind = "JSON" if db.engine == "sqlite" else "jsonb"
    db.sql(f"CREATE TABLE t (id INTEGER PRIMARY KEY, doc {kind}, extra TEXT DEFAULT 'none')")
    for number in range(1, 6):
        db.sql(f"""INSERT INTO t VALUES ({number}, '{{"a": [{number}, "]"], "b": {{"x": "\\""}}}}', 'e')""")
    document = db.value("export_json", "{}")
    document = document if isinstance(document, dict) else json.loads(document)
    document["$end"]["tables"]["t"].pop("digest")
    del document["t"][-1]["extra"]
    before = db.sql("SELECT id, doc FROM t ORDER BY id")
    db.sql("DELETE FROM t")
    assert [row["inserted"] for row in db.call("import_json", json.dumps(document))] == [5]
    assert db.sql("SELECT id, doc FROM t ORDER BY id") == before
    assert db.sql("SELECT extra FROM t WHERE id > 3 ORDER BY id") == [("e",), ("none",)]
