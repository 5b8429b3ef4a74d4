"""What PostgreSQL 18 has and its forerunners and SQLite have not: virtual generated columns, keys of periods, constraints
that are not enforced, NOT NULL that is not valid for rows that are there."""

import contextlib
import json
import sqlite3

import pytest

TABLES = """
CREATE EXTENSION btree_gist;
CREATE TABLE computed (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) VIRTUAL, thrice int GENERATED ALWAYS AS (a * 3) STORED);
CREATE TABLE room (id int, during daterange, name text, PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE booking (id int PRIMARY KEY, room_id int, during daterange, FOREIGN KEY (room_id, PERIOD during) REFERENCES room (id, PERIOD during));
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT told REFERENCES parent ON DELETE CASCADE NOT ENFORCED, x int, CONSTRAINT positive CHECK (x > 0) NOT ENFORCED);
"""
ROWS = """
INSERT INTO computed (id, a) VALUES (1, 10), (2, NULL);
INSERT INTO room VALUES (1, '[2024-01-01,2024-06-01)', 'a'), (1, '[2024-06-01,2025-01-01)', 'b');
INSERT INTO booking VALUES (7, 1, '[2024-05-01,2024-07-01)');
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1, 1), (2, 99, -5);
"""
LATE = "CREATE TABLE late (id int PRIMARY KEY, v text); INSERT INTO late VALUES (1, NULL); ALTER TABLE late ADD CONSTRAINT given NOT NULL v NOT VALID;"


@pytest.fixture
def source(postgresql):
    if postgresql.connection.server_version < 180000:
        pytest.skip("PostgreSQL 18")
    postgresql.script(TABLES + ROWS)
    return postgresql


@pytest.mark.parametrize("options", [{"clear": True}, {"on_conflict": "update"}, {"on_conflict": "replace"}, {"clear": True, "on_error": "collect"}])
def test_an_import_of_what_is_there(source, options):
    before = source.digests()
    document = source.value("export_json")
    rows = source.call("import_json", document, json.dumps(options))
    assert [row["error"] for row in rows if row["error"]] == []
    assert source.digests() == before
    assert source.sql("SELECT twice, thrice FROM computed ORDER BY id") == [(20, 30), (None, None)]


def test_what_is_not_enforced_is_no_error_of_a_document(source):
    document = source.value("export_json")
    source.sql("TRUNCATE computed, room, booking, parent, child")
    assert source.call("import_validate", document) == []
    source.call("import_json", document)
    assert source.one("SELECT parent_id FROM child WHERE id = 2") == 99


def test_clearing_a_parent_changes_no_child_of_a_key_that_is_not_enforced(source):
    document = source.value("export_json", '{"tables": ["parent"]}')
    source.call("import_json", document, '{"clear": true}')
    assert source.one("SELECT count(*) FROM child") == 2


def test_a_document_makes_its_tables(source, new_postgresql):
    source.script(LATE)
    document = source.value("export_json")
    target = new_postgresql()
    target.call("import_json", document, '{"create": true}')
    assert target.digests() == source.digests()
    assert target.one("SELECT count(*) FROM late WHERE v IS NULL") == 1
    assert target.sql("SELECT twice FROM computed ORDER BY id") == [(20,), (None,)]


def test_a_file_of_sqlite_has_its_rows_and_the_notes(source, directory):
    source.script(LATE)
    path = str(directory / "out.db")
    notes = " ".join(row["note"] or "" for row in source.call("export_sqlite", path))
    for words in ("foreign key told is left out: it is not enforced", "check positive is left out", "SQLite does not know keys of periods",
                  "NOT NULL of column v was not valid"):
        assert words in notes
    with contextlib.closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT parent_id, x FROM child ORDER BY id").fetchall() == [(1, 1), (99, -5)]
        assert file.execute("SELECT v FROM late").fetchall() == [(None,)]
