"""What lives until the end of a transaction lives until the end of its migration; what commits by itself may, where there is none."""

import json

import pytest
from migrations import source

IDS = "CREATE TEMP TABLE {exists} ids (i int) ON COMMIT DROP; INSERT INTO ids VALUES ({n}); CREATE TABLE t{n} AS SELECT * FROM ids;"
MANY = {f"_{n:03}_more": f"CREATE TABLE more_{n} (i int)" for n in range(10, 22)}


@pytest.mark.parametrize("more", [{}, MANY])
@pytest.mark.parametrize("exists", ["", "IF NOT EXISTS"])
def test_temporary_tables(postgresql, exists, more):
    files = source(_001_a=IDS.format(exists=exists, n=1), _002_b=IDS.format(exists=exists, n=2), **more)
    postgresql.call("migrate_apply", files)
    assert postgresql.sql("SELECT * FROM t1 UNION ALL SELECT * FROM t2 ORDER BY 1") == [(1,), (2,)]


def test_those_of_a_block_and_of_a_query(postgresql):
    block = "DO $$ BEGIN CREATE TEMPORARY TABLE ids\n ON COMMIT\n DROP AS SELECT 1; CREATE VIEW pg_temp.v AS SELECT * FROM ids; END $$;"
    query = "CREATE TEMP TABLE ids (a, b) ON COMMIT DROP AS SELECT 1, 2;"
    assert len(postgresql.call("migrate_apply", source(_001_a=block, _002_b=query, _003_c=query + "DROP TABLE ids;", _004_d=query))) == 4


def test_those_of_the_caller_stay(postgresql):
    db = postgresql
    db.connection.autocommit = False
    try:
        db.sql("CREATE TEMP TABLE mine (i int) ON COMMIT DROP")
        db.sql("CREATE TEMP TABLE ids (i int) ON COMMIT DROP")
        db.call("migrate_apply", source(_001_a=IDS.format(exists="IF NOT EXISTS", n=1)))
        assert db.sql("SELECT (SELECT count(*) FROM mine), (SELECT count(*) FROM ids)") == [(0, 1)]
        db.connection.rollback()
    finally:
        db.connection.autocommit = True


PREPARES = "CREATE TABLE IF NOT EXISTS c (i int); PREPARE ins (int) AS INSERT INTO c VALUES ($1); EXECUTE ins (5);"


@pytest.mark.parametrize("more", [{}, MANY])
def test_prepared_statements(postgresql, more):
    db = postgresql
    db.call("migrate_apply", source(_001_a=PREPARES), '{"dry_run": true}')
    assert "error" not in {row["severity"] for row in db.call("migrate_validate", source(_001_a=PREPARES), '{"level": "execute"}')}
    db.call("migrate_apply", source(_001_a=PREPARES, _002_b=PREPARES, **more))
    assert db.sql("SELECT count(*), (SELECT count(*) FROM pg_prepared_statements WHERE name = 'ins') FROM c") == [(2, 0)]


def test_those_of_a_migration_that_fails(postgresql):
    for _ in range(2):
        with postgresql.fails("22012"):
            postgresql.call("migrate_apply", source(_001_a=PREPARES + "SELECT 1 / 0;"))


def test_those_that_the_caller_has_prepared_stay(postgresql):
    postgresql.sql("PREPARE ins AS SELECT 1")
    with postgresql.fails("42P05"):
        postgresql.call("migrate_apply", source(_001_a=PREPARES))
    assert postgresql.one("EXECUTE ins") == 1


CURSOR = "{make}DECLARE reading {hold} CURSOR FOR SELECT * FROM c; FETCH 1 FROM reading;"


@pytest.mark.parametrize("more", [{}, MANY])
def test_cursors(postgresql, more):
    """The next migration may change the table that one reads, and declare one of the same name; one is closed by its migration."""
    db = postgresql
    one = CURSOR.format(make="CREATE TABLE c AS SELECT generate_series(1, 3) AS i; ", hold="NO SCROLL")
    two = "ALTER TABLE c ALTER COLUMN i TYPE text; " + CURSOR.format(make="", hold="BINARY") + "CLOSE reading; " + CURSOR.format(make="", hold="")
    three = "ALTER TABLE c ADD COLUMN j int DEFAULT random() * 0;"
    files = source(_001_a=one, _002_b=two, _003_c=three, **more)
    db.call("migrate_apply", files, '{"dry_run": true}')
    db.call("migrate_apply", files)
    assert db.one("SELECT count(*) FROM c WHERE i >= '1' AND j = 0") == 3


def test_cursors_that_the_caller_has_declared_stay(postgresql):
    db = postgresql
    db.connection.autocommit = False
    try:
        db.sql("DECLARE mine CURSOR FOR SELECT generate_series(1, 3)")
        db.call("migrate_apply", source(_001_a=CURSOR.format(make="CREATE TABLE c (i int); ", hold="")))
        assert db.sql("FETCH ALL FROM mine") == [(1,), (2,), (3,)]
        assert db.sql("SELECT name FROM pg_cursors WHERE name IN ('mine', 'reading')") == [("mine",)]
        db.connection.rollback()
    finally:
        db.connection.autocommit = True


def test_cursors_with_hold_stay(postgresql):
    postgresql.call("migrate_apply", source(_001_a=CURSOR.format(make="CREATE TABLE c AS SELECT generate_series(1, 3) AS i; ", hold="NO SCROLL").replace("CURSOR FOR", "CURSOR WITH HOLD FOR")))
    assert postgresql.sql("FETCH ALL FROM reading") == [(2,), (3,)]


@pytest.mark.parametrize("more", [{}, MANY])
def test_frozen_rows(postgresql, more):
    text = "CREATE TABLE frozen (i int);\nCOPY frozen FROM stdin WITH (FREEZE);\n1\n2\n\\.\n"
    postgresql.call("migrate_apply", source(_001_a=text, **more))
    assert postgresql.one("SELECT count(*) FROM frozen") == 2


LOOP = "CREATE TABLE b (a int);\nDO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO b VALUES (i); COMMIT; END LOOP; END $$;"
CALLED = "CREATE TABLE b (a int);\nCREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO b VALUES (i); COMMIT; END LOOP; END $$;\nCALL fill();"


@pytest.mark.parametrize("text", [LOOP, CALLED])
@pytest.mark.parametrize("mark", ["-- migrate:up transaction:false\n", "-- +goose NO TRANSACTION\n-- +goose Up\n"])
def test_blocks_that_commit(postgresql, text, mark):
    if "goose" in mark:
        text = "-- +goose StatementBegin\n" + text.replace(";\n", ";\n-- +goose StatementEnd\n-- +goose StatementBegin\n") + "\n-- +goose StatementEnd\n"
    postgresql.sql("CALL migrate_run(%s::json)", (source(_00001_a=mark + text),))
    assert postgresql.one("SELECT count(DISTINCT xmin::text) FROM b") == 3


def test_a_block_that_commits_inside_of_a_transaction(postgresql):
    with postgresql.fails("2D000", "line 2", "transaction:false"):
        postgresql.sql("CALL migrate_run(%s::json)", (source(_00001_a=LOOP),))
    assert postgresql.one("SELECT to_regclass('b')") is None
