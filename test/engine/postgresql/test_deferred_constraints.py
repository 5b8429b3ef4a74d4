"""Deferred constraints are checked at the end of each migration, as they would be in a transaction of its own."""

import json

import pytest
from migrations import source

TABLES = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, pid int REFERENCES p DEFERRABLE INITIALLY DEFERRED);"
ROWS = "INSERT INTO c VALUES (1, 1); INSERT INTO p VALUES (1);"
MORE = "ALTER TABLE c ADD COLUMN x int; ALTER TABLE p ADD COLUMN y int;"
MANY = {f"_{n:03}_more": f"CREATE TABLE more_{n} (i int)" for n in range(10, 22)}  # they run as parts of one savepoint


def apply(db, function, files):
    if function == "migrate_run":
        return json.loads(db.one("CALL migrate_run(%s::json)", (files,)))
    return db.call(function, files)


@pytest.mark.parametrize("function", ["migrate_apply", "migrate_run"])
@pytest.mark.parametrize("more", [{}, MANY])
def test_what_comes_behind_finds_no_pending_checks(postgresql, function, more):
    files = source(_001_tables=TABLES, _002_rows=ROWS, _003_more=MORE, **more)
    assert len(apply(postgresql, function, files)) == 3 + len(more)
    with postgresql.fails("23503"):
        postgresql.sql("INSERT INTO c VALUES (2, 2)")  # autocommit: the constraint is as it was


@pytest.mark.parametrize("first", [
    "SET CONSTRAINTS ALL DEFERRED;", "SET CONSTRAINTS c_pid_fkey DEFERRED;"])
def test_constraints_that_the_migration_defers(postgresql, first):
    tables = TABLES.replace("INITIALLY DEFERRED", "INITIALLY IMMEDIATE")
    postgresql.call("migrate_apply", source(_001_tables=tables, _002_rows=first + ROWS, _003_more=MORE))
    assert postgresql.one("SELECT count(*) FROM c") == 1


def test_a_constraint_trigger(postgresql):
    trigger = """CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT FROM p) THEN RAISE 'no parent'; END IF; RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER late AFTER INSERT ON c DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION look();"""
    postgresql.call("migrate_apply", source(_001_tables=TABLES, _002_trigger=trigger, _003_rows=ROWS, _004_more=MORE))
    with postgresql.refuses("P0001", '"006_row.sql"', "no parent"):
        postgresql.call("migrate_apply", source(_001_tables=TABLES, _002_trigger=trigger, _003_rows=ROWS, _004_more=MORE,
                                                _005_none="DELETE FROM c; DELETE FROM p;", _006_row="INSERT INTO c (id) VALUES (7)", _007_more="CREATE TABLE z (i int)"))


@pytest.mark.parametrize("function", ["migrate_apply", "migrate_run"])
@pytest.mark.parametrize("more", [{}, MANY])
def test_the_error_is_that_of_its_migration(postgresql, function, more):
    files = source(_001_tables=TABLES, _002_orphan="INSERT INTO c VALUES (1, 1);", _003_z="CREATE TABLE z (i int);", **more)
    with postgresql.fails("23503", '"002_orphan.sql"', "c_pid_fkey"):
        apply(postgresql, function, files)
    assert postgresql.one("SELECT to_regclass('z')") is None


def test_a_dry_run_and_a_validation_find_it(postgresql):
    files = source(_001_tables=TABLES, _002_orphan="INSERT INTO c VALUES (1, 1);", _003_z="CREATE TABLE z (i int);")
    with postgresql.refuses("23503", '"002_orphan.sql"'):
        postgresql.call("migrate_apply", files, '{"dry_run": true}')
    found = [row for row in postgresql.call("migrate_validate", files, '{"level": "execute"}') if row["severity"] == "error"]
    assert len(found) == 1 and "002_orphan.sql" in str(found) and "c_pid_fkey" in str(found)


def test_what_came_before_stays(postgresql):
    files = source(_001_tables=TABLES, _002_orphan="INSERT INTO c VALUES (1, 1);")
    rows = postgresql.call("migrate_apply", files, '{"on_error": "stop"}')
    assert [row["status"] for row in rows] == ["applied", "failed"]
    assert postgresql.one("SELECT count(*) FROM c") == 0


def test_down_parts(postgresql):
    files = source(_001_tables=f"-- migrate:up\n{TABLES}\n-- migrate:down\nDROP TABLE c; DROP TABLE p;",
                   _002_rows=f"-- migrate:up\n{ROWS}\n-- migrate:down\nDELETE FROM p; DELETE FROM c;")
    for _ in range(2):
        postgresql.call("migrate_apply", files)
        assert len(postgresql.call("migrate_rollback", '{"steps": 2}')) == 2
    postgresql.call("migrate_apply", files)
    assert len(postgresql.call("migrate_redo", '{"steps": 2}')) == 4


def test_names_that_two_constraints_have(postgresql):
    """SET CONSTRAINTS takes all of a name."""
    twice = TABLES + "CREATE TABLE d (id int PRIMARY KEY, pid int CONSTRAINT c_pid_fkey REFERENCES p); CREATE SCHEMA \"a b\"; CREATE TABLE \"a b\".e (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED);"
    files = source(_001_tables=twice, _002_rows='INSERT INTO "a b".e VALUES (1); INSERT INTO p VALUES (1);', _003_more='ALTER TABLE "a b".e ADD x int')
    assert len(postgresql.call("migrate_apply", files)) == 3
