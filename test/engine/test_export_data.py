"""Rows as INSERT statements: in which order, with what around them, and that they give the same rows."""

import json

import pytest


def statements(db, **options):
    return [row["sql"] for row in db.call("export_data", json.dumps(options))]


def inserts(db, **options):
    return [sql for sql in statements(db, **options) if sql.startswith("INSERT")]


def load(db, sql):
    db.script("BEGIN;\n" + "\n".join(sql) + "\nCOMMIT")


TABLES = """
    CREATE TABLE "Zed" (id INTEGER PRIMARY KEY, "na""me" TEXT, note TEXT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, zed INTEGER REFERENCES "Zed" (id), above INTEGER REFERENCES child (id), amount NUMERIC(8,2),
                        twice NUMERIC GENERATED ALWAYS AS (amount * 2) STORED);
    CREATE TABLE aaa (child INTEGER REFERENCES child (id), b INTEGER)"""
ROWS = """
    INSERT INTO "Zed" VALUES (2, 'it''s', 'a' || chr(10) || ';'), (1, NULL, '--'), (3, '', 'é🐦\\');
    INSERT INTO child (id, zed, above, amount) VALUES (1, 2, NULL, 1.50), (2, 1, 3, NULL), (3, NULL, 1, -7), (4, 3, 4, 0);
    INSERT INTO aaa VALUES (2, 1), (2, 1), (NULL, 0)"""


@pytest.fixture
def filled(new_db):
    db = new_db()
    rows = ROWS
    if db.engine == "sqlite":
        rows = rows.replace("chr(", "char(")
        db.script("BEGIN; PRAGMA defer_foreign_keys = ON;" + TABLES + ";" + rows + "; COMMIT")
    else:
        db.script(TABLES + ";" + rows)
    return db


def test_rows_come_back(filled, new_db):
    other = new_db()
    other.script(TABLES)
    load(other, statements(filled, rows_per_insert=1))
    assert other.digests() == filled.digests()
    assert statements(other) == statements(filled)


def test_order_and_form(filled):
    found = [sql for sql in inserts(filled)]
    prefix = "" if filled.engine == "sqlite" else '"public".'
    assert [sql.split(" (")[0] for sql in found] == [f"INSERT INTO {prefix}{name}" for name in ('"Zed"', '"child"', '"aaa"')]
    assert found[0] == f"""INSERT INTO {prefix}"Zed" ("id", "na""me", "note") VALUES\n(1, NULL, '--'),\n(2, 'it''s', 'a\n;'),\n(3, '', 'é🐦\\');"""
    assert '"twice"' not in found[1]
    assert len(inserts(filled, rows_per_insert=1)) == 10
    assert len(inserts(filled, rows_per_insert=2)) == 6


def test_statements_end_at_a_megabyte(db):
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
    for number in range(5):
        db.sql(f"INSERT INTO t VALUES ({number}, {'%s' if db.engine == 'postgresql' else '?'})", ("x" * 600_000,))
    assert [sql.count("\n(") for sql in inserts(db)] == [2, 2, 1]


def test_selection(filled):
    assert len(inserts(filled, tables=["aaa"])) == 1
    assert [sql.split('"')[-2] for sql in inserts(filled, exclude=["child"])]
    assert not any("child" in sql.split("(")[0] for sql in inserts(filled, exclude=["child"]))
    with filled.refuses("WB022", "nothing"):
        statements(filled, tables=["nothing"])
    with filled.refuses("WB001", "rows_per_insert"):
        statements(filled, rows_per_insert=0)
    with filled.refuses("WB001", "rows_per_insert"):
        statements(filled, rows_per_inserts=1)


def test_clean_replaces_the_rows(filled, new_db):
    other = new_db()
    other.script(TABLES)
    load(other, statements(filled))
    other.script("UPDATE child SET amount = 9; INSERT INTO aaa VALUES (1, 1)")
    load(other, statements(filled, clean=True))
    assert other.digests() == filled.digests()


def test_circles(new_db):
    source, target = new_db(), new_db()
    if source.engine == "sqlite":
        schema = """CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b (id)); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id))"""
    else:
        schema = """CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id));
                    ALTER TABLE a ADD CONSTRAINT ab FOREIGN KEY (b) REFERENCES b (id) DEFERRABLE INITIALLY IMMEDIATE"""
    for db in (source, target):
        db.script(schema)
    source.script("""INSERT INTO a VALUES (1, NULL), (2, NULL); INSERT INTO b VALUES (1, 2), (2, 1); UPDATE a SET b = 3 - id""")
    load(target, statements(source))
    assert target.digests() == source.digests()
    with target.fails(("23503", None)):
        target.script("INSERT INTO a VALUES (3, 99)")


def test_triggers_do_not_fire_and_come_back(new_db):
    source, target = new_db(), new_db()
    for db in (source, target):
        db.script("CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE seen (id INTEGER)")
        if db.engine == "sqlite":
            db.script("""CREATE TRIGGER "a trigger;" AFTER INSERT ON t BEGIN
                INSERT INTO seen VALUES (new.id);
            END""")
        else:
            db.script("""CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (new.id); RETURN new; END';
                         CREATE TRIGGER "a trigger;" AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION see()""")
    source.script("INSERT INTO t VALUES (1), (2)")
    load(target, statements(source))
    assert target.digests() == source.digests()
    target.script("INSERT INTO t VALUES (3)")
    assert target.one("SELECT count(*) FROM seen") == 3
