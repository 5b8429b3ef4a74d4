"""Constraints of SQLite that say what becomes of a row that breaks them (ON CONFLICT REPLACE, IGNORE, FAIL, ROLLBACK): an
import goes by its own option."""

import json

import pytest


@pytest.fixture
def db(sqlite):
    sqlite.script("""
        PRAGMA foreign_keys = ON;
        CREATE TABLE parent (id INTEGER PRIMARY KEY, email TEXT UNIQUE ON CONFLICT REPLACE);
        CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent(id) ON DELETE CASCADE);
        INSERT INTO parent VALUES (1, 'a@x'); INSERT INTO child VALUES (1, 1)""")
    return sqlite


def load(db, document, **options):
    return db.call("import_json", json.dumps(document), json.dumps(options))


@pytest.mark.parametrize("options", [{}, {"on_conflict": "update"}, {"on_conflict": "replace"}])
def test_replace_takes_no_rows(db, options):
    with db.refuses(None, "UNIQUE constraint failed: parent.email"):
        load(db, {"parent": [{"id": 2, "email": "a@x"}]}, **options)
    db.sql("INSERT INTO parent VALUES (2, 'b@x')")
    if options:
        with db.refuses(None, "UNIQUE constraint failed: parent.email"):
            load(db, {"parent": [{"id": 2, "email": "a@x"}]}, **options)


@pytest.mark.parametrize("column", ["n INTEGER NOT NULL /* c */ ON\nCONFLICT REPLACE DEFAULT 7", "n INTEGER NOT NULL ON CONFLICT IGNORE DEFAULT 7",
                                    "n INTEGER NOT NULL ON CONFLICT ROLLBACK", "n INTEGER, CHECK (n > 0) ON CONFLICT IGNORE"])
def test_a_value_that_is_refused(db, column):
    db.sql(f"CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, {column})")
    document = {"t": [{"id": 1, "n": 1}, {"id": 2, "n": 0 if "CHECK" in column else None}]}
    db.sql("BEGIN")
    db.sql("INSERT INTO parent VALUES (9, 'kept')")
    with db.fails(None, "constraint failed"):
        load(db, document)
    db.sql("COMMIT")
    assert db.one("SELECT count(*) FROM parent") == 2 and db.one("SELECT count(*) FROM t") == 0
    rows = load(db, document, on_error="collect")
    assert [row["row_number"] for row in rows if row["error"]] == [2]
    assert db.sql("SELECT * FROM t") == [(1, 1)]
    with db.refuses(None, "UNIQUE constraint failed: t.id"):
        load(db, {"t": [{"id": 1, "n": 2}]})
    load(db, {"t": [{"id": 1, "n": 2}, {"id": 3, "n": 3}]}, on_conflict="skip")
    assert db.sql("SELECT * FROM t") == [(1, 1), (3, 3)]


def test_a_null_does_not_become_the_default(sqlite):
    sqlite.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x')")
    with sqlite.refuses(None, "NOT NULL constraint failed: t.s"):
        load(sqlite, {"t": [{"id": 1, "s": None}]})
    load(sqlite, {"t": [{"id": 1}]})
    assert sqlite.sql("SELECT s FROM t") == [("x",)]
