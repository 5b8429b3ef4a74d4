"""Deferred foreign keys are checked at the end of each migration, as they would be in a transaction of its own."""

import json

import pytest
from migrations import source

TABLES = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, pid INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED);"
ROWS = "INSERT INTO c VALUES (1, 1); INSERT INTO p VALUES (1);"
ORPHAN = source(_001_tables=TABLES, _002_orphan="INSERT INTO c VALUES (1, 1);", _003_z="CREATE TABLE z (i int);")


@pytest.fixture
def db(sqlite):
    sqlite.sql("PRAGMA foreign_keys = ON")
    return sqlite


def test_a_parent_may_come_later_in_a_migration(db):
    assert len(db.call("migrate_apply", source(_001_tables=TABLES, _002_rows=ROWS))) == 2


@pytest.mark.parametrize("options", ["{}", '{"dry_run": true}'])
def test_the_error_is_that_of_its_migration(db, options):
    with db.refuses("WB027", '"002_orphan.sql"', 'table "c" has 1 row whose parent in "p" is missing'):
        db.call("migrate_apply", ORPHAN, options)


def test_all_that_are_broken_are_named(db):
    db.script("PRAGMA foreign_keys = OFF; CREATE TABLE a (pid INTEGER REFERENCES p); INSERT INTO a VALUES (7); PRAGMA foreign_keys = ON")
    with db.refuses("WB027", '"002_orphan.sql"', 'table "a" has 1 row', 'table "c" has 1 row', "before is counted too"):
        db.call("migrate_apply", ORPHAN)


def test_where_each_has_its_transaction(db):
    with db.fails("WB027", '"002_orphan.sql"'):
        db.call("migrate_run", ORPHAN)
    assert [row["status"] for row in db.call("migrate_run", source(_001_tables=TABLES, _002_orphan=ROWS))] == ["applied"]


def test_a_validation_finds_it(db):
    found = json.loads(db.value("migrate_validate", ORPHAN, '{"level": "execute"}'))
    errors = [row for row in found if row["severity"] == "error"]
    assert len(errors) == 1 and "002_orphan.sql" in str(errors)


def test_what_came_before_stays(db):
    assert [row["status"] for row in db.call("migrate_apply", ORPHAN, '{"on_error": "stop"}')] == ["applied", "failed"]
    assert db.one("SELECT count(*) FROM c") == 0


def test_a_down_part(db):
    db.call("migrate_apply", source(_001_tables=TABLES, _002_rows=f"-- migrate:up\n{ROWS}\n-- migrate:down\nDELETE FROM p;"))
    with db.refuses("WB027", "down part", '"p" is missing'):
        db.call("migrate_rollback")


def test_what_the_caller_has_left_open_waits_for_its_end(db):
    db.script(TABLES)
    db.sql("BEGIN")
    db.sql("INSERT INTO c VALUES (1, 1)")
    db.call("migrate_apply", source(_001_z="CREATE TABLE z (i int)"))
    db.sql("INSERT INTO p VALUES (1)")
    db.sql("COMMIT")
    assert db.one("SELECT count(*) FROM c") == 1


def test_a_table_with_the_name_of_an_error(sqlite):
    """SQLite tells keys that do not fit their parent by its message alone."""
    sqlite.script("""CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id)); CREATE TABLE "foreign key mismatch" (tree INTEGER REFERENCES tree (id));
                     INSERT INTO tree VALUES (2, NULL); INSERT INTO "foreign key mismatch" VALUES (2)""")
    with sqlite.refuses(None, "foreign key mismatch", "has a row whose parent"):
        sqlite.call("import_json", '{"tree": [{"id": 1, "parent": null}, {"id": 3, "parent": 1}]}', '{"clear": true}')
