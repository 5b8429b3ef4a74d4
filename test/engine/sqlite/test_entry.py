"""Where a function that writes may be called, and what a refused call leaves behind: nothing."""

import sqlite3

import pytest
from sqlite_database import apply, open_database, source, state

MIGRATION = source("CREATE TABLE made (id INTEGER)")


def refused(connection, sql, parameters=(), message="WB002"):
    before = state(connection)
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(sql, parameters).fetchall()
    assert message in str(caught.value)
    assert state(connection) == before
    return str(caught.value)


@pytest.mark.parametrize("sql", [
    "SELECT migrate_apply(?) FROM note",
    "SELECT (SELECT count(*) FROM note), migrate_apply(?)",
    "SELECT migrate_apply(?) WHERE EXISTS (SELECT 1 FROM note)",
    "SELECT note.id, value FROM note, json_each(migrate_apply(?))",
])
def test_a_statement_that_reads_a_table_is_refused(filled, sql):
    text = refused(filled, sql, (MIGRATION,))
    assert "reads a table" in text and "hint: " in text
    assert not filled.in_transaction


@pytest.mark.parametrize("sql", [
    "SELECT migrate_apply(?) FROM note",
    "SELECT note.id, value FROM note, json_each(migrate_apply(?))",
])
def test_the_same_inside_a_transaction(filled, sql):
    filled.execute("BEGIN")
    refused(filled, sql, (MIGRATION,))
    assert filled.in_transaction
    filled.execute("COMMIT")


@pytest.mark.parametrize("sql", [
    "INSERT INTO note (text) VALUES (migrate_apply(?))",
    "INSERT INTO note (text) SELECT migrate_apply(?)",
    "UPDATE note SET text = migrate_apply(?)",
    "DELETE FROM note WHERE text = migrate_apply(?)",
    "CREATE TABLE copy AS SELECT migrate_apply(?)",
])
@pytest.mark.parametrize("begin", [False, True])
def test_a_statement_that_writes_is_refused(filled, sql, begin):
    if begin:
        filled.execute("BEGIN")
    if sql.startswith("CREATE"):  # takes no parameters
        sql = sql.replace("?", "'[]'")
        refused(filled, sql, (), "statement that writes")
    else:
        refused(filled, sql, (MIGRATION,), "statement that writes")
    assert filled.in_transaction == begin


def test_from_json_each_is_how_rows_are_tabulated(db):
    rows = db.execute("SELECT value ->> 'version', value ->> 'status' FROM json_each(migrate_apply(?))", (MIGRATION,))
    assert rows.fetchall() == [("001", "applied")]
    assert db.execute("SELECT count(*) FROM made").fetchone() == (0,)


def test_a_dry_run_of_ddl_leaves_the_calling_statement_alive(filled):
    rows = filled.execute("""SELECT value ->> 'status' FROM json_each(migrate_apply(?, '{"dry_run":true}'))""", (MIGRATION,))
    assert rows.fetchall() == [("would_apply",), ("created",)]
    assert filled.execute("SELECT name FROM sqlite_schema WHERE name = 'made'").fetchall() == []


def test_an_unfinished_select_is_named(filled):
    reading = filled.execute("SELECT id, text FROM note AS unfinished")
    reading.fetchone()
    with pytest.raises(sqlite3.OperationalError) as caught:
        filled.execute("SELECT migrate_apply(?)", (MIGRATION,))
    assert "WB002" in str(caught.value)
    assert "SELECT id, text FROM note AS unfinished" in str(caught.value)
    assert len(reading.fetchall()) == 2  # and it goes on
    assert apply(filled, "CREATE TABLE made (id INTEGER)")[0]["status"] == "applied"


def test_a_call_from_the_sql_of_a_migration_is_refused(filled):
    inner = MIGRATION.replace("'", "''")
    text = refused(filled, "SELECT migrate_apply(?)", (source(f"SELECT migrate_apply('{inner}')"),))
    assert "inside another function that writes" in text


def test_a_from_clause_says_how_to_call(db):
    text = refused(db, "SELECT * FROM migrate_apply('x')")
    assert "hint: Call it by SELECT migrate_apply(...)" in text


@pytest.mark.parametrize("body", ["SELECT migrate_apply('[]') AS x", "SELECT * FROM migrate_status('[]')", "SELECT migrate_status('[]') AS x"])
def test_views_and_triggers_cannot_call(filled, body):
    filled.execute(f"CREATE VIEW v AS {body}")
    with pytest.raises(sqlite3.OperationalError, match="unsafe use"):
        filled.execute("SELECT * FROM v")


def test_functions_that_read_may_stand_anywhere(filled):
    apply(filled, "CREATE TABLE made (id INTEGER)")
    status = "migrate_status('[]')"
    assert filled.execute(f"SELECT count(*) FROM note, {status}").fetchone() == (3,)
    filled.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {status}")
    filled.execute(f"INSERT INTO kept SELECT * FROM {status}")
    filled.execute(f"INSERT INTO note (text) SELECT {status}")
    assert filled.execute("SELECT count(*) FROM kept").fetchone() == (2,)
    assert not filled.in_transaction


def test_two_connections_do_not_share_the_nesting(tmp_path):
    first, second = open_database(str(tmp_path / "a.db")), open_database(str(tmp_path / "b.db"))
    second.create_function("elsewhere", 0, lambda: 1)
    first.create_function("other", 0, lambda: len(apply(second, "CREATE TABLE made (id INTEGER)")))
    assert apply(first, "CREATE TABLE x AS SELECT other() AS n")[0]["status"] == "applied"
    assert first.execute("SELECT n FROM x").fetchone() == (1,)


def test_a_drop_beside_a_reading_statement_says_what_to_do(filled):
    before = state(filled)
    with pytest.raises(sqlite3.OperationalError, match="table is locked") as caught:
        filled.execute("SELECT value FROM json_each(migrate_apply(?))", (source("DROP TABLE note"),)).fetchall()
    assert "without FROM" in str(caught.value)
    assert state(filled) == before
    assert apply(filled, "DROP TABLE note")[0]["status"] == "applied"
