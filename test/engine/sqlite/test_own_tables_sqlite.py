"""Whimbrel's own tables of migrations come with the first of their functions that writes: behind what migrations create, unless one of them
could tell."""

import sqlite3

import pytest
from sqlite_database import apply, source

NAMES = ["migration_journal", "migration_log", "migration_sources", "schema_migrations"]


def tables(db):
    return [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]


def test_they_stand_behind_what_the_first_call_creates(db):
    apply(db, "CREATE TABLE a (id INTEGER)", "ALTER TABLE a ADD COLUMN name TEXT", "CREATE TABLE b (id INTEGER)")
    assert tables(db)[:2] == ["a", "b"]
    assert sorted(tables(db)[2:]) == NAMES
    assert db.execute("SELECT count(*) FROM schema_migrations").fetchone() == db.execute("SELECT count(*) FROM migration_log").fetchone() == (3,)


@pytest.mark.parametrize("looks", [
    "SELECT name FROM sqlite_schema WHERE name = 'migration_log'",
    "SELECT name FROM main.SQLITE_MASTER WHERE name = 'migration_sources'",
    "SELECT name FROM pragma_table_info('migration_journal') WHERE name = 'state'",
    "SELECT name FROM Pragma_Table_List WHERE name = 'migration_journal'",
    "SELECT count(*) FROM [Schema_Migrations]",
    "SELECT count(*) FROM \"migration_sources\"",
])
def test_a_migration_that_looks_at_them_finds_them(db, looks):
    apply(db, "CREATE TABLE seen (name TEXT)", f"INSERT INTO seen {looks}")
    assert db.execute("SELECT count(*) FROM seen").fetchone() == (1,)
    assert sorted(tables(db)[1:]) == NAMES


@pytest.mark.parametrize("name", ["migration_journal", "'schema_migrations'", "[Migration_Log]", '"MIGRATION_SOURCES"', "`migration_log`"])
def test_their_names_are_taken_from_the_start(db, name):
    with pytest.raises(sqlite3.OperationalError, match="line 2: .*already exists"):
        apply(db, "CREATE TABLE a (id INTEGER)", f"SELECT 1;\nCREATE TABLE {name} (id INTEGER)")
    assert tables(db) == []


def test_a_table_of_others_is_told_before_anything_runs(db):
    db.execute("CREATE TABLE migration_log (id INTEGER)")
    with pytest.raises(sqlite3.OperationalError, match='"migration_log" exists and is not Whimbrel'):
        apply(db, "FAILS if it runs")
    assert tables(db) == ["migration_log"]


def test_they_come_with_a_call_that_finds_nothing_to_do(db):
    assert apply(db) == []
    assert sorted(tables(db)) == NAMES


def test_they_come_with_a_failure_that_is_kept(db):
    rows = apply(db, "INSERT INTO missing VALUES (1)", on_error="stop")
    assert [row["status"] for row in rows] == ["failed"]
    assert sorted(tables(db)) == NAMES
    assert db.execute("SELECT outcome FROM migration_log").fetchall() == [("failed",)]


def test_they_stay_away_with_a_dry_run(db):
    assert [row["description"] for row in apply(db, "CREATE TABLE a (id INTEGER)", dry_run=True)] == ["step", "table a"]
    assert tables(db) == []


@pytest.mark.parametrize("kind", ["", "TEMP"])
def test_a_trigger_that_is_there_already_writes_into_them(db, kind):
    db.execute("CREATE TABLE a (id INTEGER)")
    db.execute(f"CREATE {kind} TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO migration_sources (version, up_sql) VALUES ('9', 'x'); END")
    apply(db, "INSERT INTO a VALUES (1)")
    assert db.execute("SELECT version FROM migration_sources").fetchall() == [("9",)]
