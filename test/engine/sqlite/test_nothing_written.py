"""A call that keeps nothing does not ask for the lock of who writes a file: somebody may be reading."""

import json
import sqlite3

import pytest
from sqlite_database import apply, open_database, source, state


@pytest.fixture
def read(database):
    """A database in which another connection is in the middle of reading."""
    connection, other = open_database(database), open_database(database)
    connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
    connection.execute("INSERT INTO note VALUES (1, 'one')")
    apply(connection, "CREATE TABLE made (id)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM note").fetchall()
    yield connection, other
    other.close()
    connection.close()


PENDING = source("CREATE TABLE made (id)", "CREATE TABLE more (id); INSERT INTO note VALUES (7, 'seven'); PRAGMA user_version = 7")
NOTHING = [("migrate_apply", source("CREATE TABLE made (id)"), {}), ("migrate_run", source("CREATE TABLE made (id)"), {}), ("migrate_apply", PENDING, {"dry_run": True}),
           ("migrate_run", PENDING, {"dry_run": True}), ("migrate_validate", PENDING, {"level": "execute"}), ("migrate_validate", PENDING, {"level": "roundtrip"}),
           ("import_json", '{"note": []}', {}), ("import_json", '{"note": [{"id": 1, "text": "one"}]}', {"on_conflict": "update"}), ("import_json", '{"note": [{"id": 2, "text": "two"}]}', {"dry_run": True})]


@pytest.mark.parametrize("function, argument, options", NOTHING)
def test_nobody_is_waited_for(read, function, argument, options):
    connection, _ = read
    before = state(connection)
    json.loads(connection.execute(f"SELECT {function}(?, ?)", (argument, json.dumps(options))).fetchone()[0])
    assert not connection.in_transaction
    assert state(connection) == before
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)


KEPT = ["INSERT INTO note VALUES (7, 'seven')", "CREATE TABLE more (id)", "PRAGMA user_version = 7", "DROP TABLE made", "PRAGMA application_id = 5"]


@pytest.mark.parametrize("script", KEPT)
@pytest.mark.parametrize("function", ["migrate_apply", "migrate_run"])
def test_what_is_written_is_kept(read, function, script):
    connection, other = read
    call = f"SELECT {function}(?)", (source("CREATE TABLE made (id)", script),)
    before = state(connection)
    with pytest.raises(sqlite3.OperationalError, match="database is locked(.|\n)*Another connection reads(.|\n)*WAL"):
        connection.execute(*call).fetchone()
    assert state(connection) == before
    other.execute("ROLLBACK")
    connection.execute(*call).fetchone()
    seen = open_database(connection.execute("PRAGMA database_list").fetchone()[2])
    assert state(seen) == state(connection) != before
    assert [seen.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id")] == [(7 if "user_version" in script else 0,), (5 if "application_id" in script else 0,)]
    seen.close()


def test_without_a_journal_nothing_is_begun(filled):
    filled.execute("PRAGMA journal_mode = OFF")
    before = state(filled)
    for call in ("SELECT migrate_apply('[]')", "SELECT import_json('{\"note\": [{\"id\": 9, \"text\": \"nine\"}]}', '{\"dry_run\": true}')"):
        with pytest.raises(sqlite3.OperationalError, match=r"^\[WB005\] .*journal_mode = OFF(.|\n)*MEMORY"):
            filled.execute(call)
    assert state(filled) == before
