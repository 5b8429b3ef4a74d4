"""One call is one transaction, or one savepoint of the caller's."""

import json
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from sqlite_database import MODULE, apply, open_database, source, state


def test_a_failure_leaves_nothing(filled):
    before = state(filled)
    with pytest.raises(sqlite3.IntegrityError):
        apply(filled, "CREATE TABLE made (id INTEGER)", "INSERT INTO note (text) VALUES ('one')")
    assert state(filled) == before
    assert not filled.in_transaction


def test_in_the_callers_transaction_nothing_is_committed(filled):
    before = state(filled)
    filled.execute("BEGIN")
    filled.execute("INSERT INTO note (text) VALUES ('four')")
    apply(filled, "CREATE TABLE made (id INTEGER)")
    assert filled.in_transaction
    filled.execute("ROLLBACK")
    assert state(filled) == before


def test_in_the_callers_transaction_a_failure_undoes_only_the_call(filled):
    filled.execute("BEGIN")
    filled.execute("INSERT INTO note (text) VALUES ('four')")
    with pytest.raises(sqlite3.IntegrityError):
        apply(filled, "CREATE TABLE made (id INTEGER)", "INSERT INTO note (text) VALUES ('one')")
    filled.execute("COMMIT")
    assert filled.execute("SELECT count(*) FROM note").fetchone() == (4,)
    assert filled.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'made'").fetchone() == (0,)


DESTROYERS = [
    "INSERT OR ROLLBACK INTO note (text) VALUES ('one')",
    "CREATE TRIGGER t BEFORE DELETE ON note BEGIN SELECT RAISE(ROLLBACK, 'no deletes'); END; DELETE FROM note",
]


@pytest.mark.parametrize("script", DESTROYERS)
def test_a_statement_that_rolls_everything_back(filled, script):
    before = state(filled)
    with pytest.raises(sqlite3.Error) as caught:
        apply(filled, "CREATE TABLE made (id INTEGER)", script, "CREATE TABLE later (id INTEGER)")
    assert "rolled back the whole transaction" in str(caught.value)
    assert state(filled) == before


@pytest.mark.parametrize("script", DESTROYERS)
@pytest.mark.parametrize("on_error", ["abort", "stop"])
def test_the_same_in_the_callers_transaction_is_reported(filled, script, on_error):
    before = state(filled)
    filled.execute("BEGIN")
    filled.execute("INSERT INTO note (text) VALUES ('four')")
    with pytest.raises(sqlite3.Error) as caught:
        apply(filled, "CREATE TABLE made (id INTEGER)", script, "CREATE TABLE later (id INTEGER)", on_error=on_error)
    assert "caller's transaction was rolled back" in str(caught.value)
    assert not filled.in_transaction
    assert state(filled) == before


def test_a_second_writer_waits_as_busy_timeout_says(filled, database):
    other = open_database(database)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="database is locked") as caught:
        apply(filled, "CREATE TABLE made (id INTEGER)")
    assert "busy_timeout" in str(caught.value)
    filled.execute("PRAGMA busy_timeout = 10000")
    timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    timer.start()
    assert apply(filled, "CREATE TABLE made (id INTEGER)")[0]["status"] == "applied"
    timer.join()
    other.close()


def test_two_appliers_at_once_apply_each_migration_once(database):
    scripts = [f"CREATE TABLE t{number} (id INTEGER)" for number in range(40)]
    counts, errors = [], []

    def work():
        connection = open_database(database)
        connection.execute("PRAGMA busy_timeout = 20000")
        try:
            counts.append(len(apply(connection, *scripts)))
        except sqlite3.Error as error:
            errors.append(error)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(counts) == [0, 0, 0, 40]


def test_a_deferred_transaction_of_the_caller_takes_the_lock(filled, database):
    apply(filled, "SELECT 1")
    filled.execute("BEGIN")
    assert apply(filled, "SELECT 1") == []  # nothing pending, nothing written
    other = open_database(database)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    filled.execute("ROLLBACK")
    other.close()


def test_a_directory_that_a_second_thread_reads_keeps_the_lock(filled, database, tmp_path):
    """That thread ends with its own descriptors, the database's among them: the process' lock is not theirs to end."""
    for number in range(1000):
        (tmp_path / f"{number:04}_step.sql").write_text("SELECT 1")
    filled.execute("BEGIN IMMEDIATE")
    write = f"import sqlite3; sqlite3.connect({database!r}, timeout=0).execute('CREATE TABLE made (id)')"
    for _ in range(3):
        assert filled.execute("SELECT count(*) FROM migrate_status(?)", (str(tmp_path),)).fetchone() == (1000,)
        other = subprocess.run([sys.executable, "-c", write], capture_output=True, text=True)
        assert "database is locked" in other.stderr
    filled.execute("ROLLBACK")
    assert subprocess.run([sys.executable, "-c", write]).returncode == 0


def test_deferred_foreign_keys_are_checked_at_the_end(db):
    db.execute("PRAGMA foreign_keys = ON")
    tables = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED);"
    with pytest.raises(sqlite3.Error, match='table "c" has 1 row whose parent in "p" is missing'):
        apply(db, tables + "INSERT INTO c VALUES (1)")
    assert not db.in_transaction
    assert db.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def test_interrupt_stops_and_leaves_nothing(filled):
    before = state(filled)
    endless = "CREATE TABLE made AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) n FROM c"
    done = threading.Event()

    def interrupt():
        while not done.is_set():
            time.sleep(0.05)
            filled.interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            apply(filled, endless)
    finally:
        done.set()
        thread.join()
    assert not filled.in_transaction
    assert state(filled) == before


def test_a_read_only_database(database, filled):
    apply(filled, "CREATE TABLE made (id INTEGER)")
    filled.close()
    reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)
    reader.enable_load_extension(True)
    reader.load_extension(MODULE.removesuffix(".so"))
    assert reader.execute("SELECT count(*) FROM migrate_status('[]')").fetchone() == (1,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("SELECT migrate_apply(?)", (source("SELECT 1"),))
    reader.close()


@pytest.mark.parametrize("call", ["migrate_apply(?)", "migrate_run(?)", "migrate_apply(?, '{\"dry_run\": true}')"])
def test_a_connection_that_may_only_query(filled, call):
    filled.execute("PRAGMA query_only = ON")
    with pytest.raises(sqlite3.OperationalError, match="readonly(.|\n)*PRAGMA query_only = OFF"):
        filled.execute(f"SELECT {call}", (source("SELECT 1"),))
    assert filled.execute("SELECT count(*) FROM migrate_status('[]')").fetchone() == (0,)
    filled.execute("PRAGMA query_only = OFF")
    assert not filled.in_transaction
    assert apply(filled, "SELECT 1")[0]["status"] == "applied"


def test_in_memory():
    connection = open_database(":memory:")
    assert apply(connection, "CREATE TABLE a (id INTEGER)")[0]["status"] == "applied"
    connection.close()


def test_lock_timeout_is_the_busy_timeout_of_one_call(filled, database):
    other = open_database(database)
    other.execute("BEGIN IMMEDIATE")
    begin = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="database is locked(.|\n)*lock_timeout_ms"):
        apply(filled, "CREATE TABLE made (id INTEGER)", lock_timeout_ms=100, lock_retries=2)
    assert 0.25 < time.monotonic() - begin < 5
    assert filled.execute("PRAGMA busy_timeout").fetchone() == (0,)
    filled.execute("PRAGMA busy_timeout = 7")
    timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    timer.start()
    assert apply(filled, "CREATE TABLE made (id INTEGER)", lock_timeout_ms=5000)[0]["status"] == "applied"
    timer.join()
    assert filled.execute("PRAGMA busy_timeout").fetchone() == (7,)
    other.close()


def test_retries_wait_as_long_as_the_connection_does(filled, database):
    other = open_database(database)
    other.execute("BEGIN IMMEDIATE")
    filled.execute("PRAGMA busy_timeout = 100")
    begin = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        apply(filled, "CREATE TABLE made (id INTEGER)", lock_retries=3)
    assert 0.35 < time.monotonic() - begin < 5
    other.execute("COMMIT")
    assert apply(filled, "CREATE TABLE made (id INTEGER)", lock_retries=3)[0]["status"] == "applied"
    assert filled.execute("PRAGMA busy_timeout").fetchone() == (100,)
    other.close()


def test_lock_timeout_in_the_callers_deferred_transaction(filled, database):
    other = open_database(database)
    other.execute("BEGIN IMMEDIATE")
    filled.execute("BEGIN")
    begin = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        apply(filled, "CREATE TABLE made (id INTEGER)", lock_timeout_ms=100, lock_retries=1)
    assert time.monotonic() - begin > 0.15
    assert filled.in_transaction
    filled.execute("SELECT count(*) FROM note").fetchall()
    with pytest.raises(sqlite3.OperationalError, match="database is locked(.|\n)*BEGIN IMMEDIATE"):
        apply(filled, "CREATE TABLE made (id INTEGER)", lock_timeout_ms=100)
    other.execute("ROLLBACK")
    assert apply(filled, "CREATE TABLE made (id INTEGER)", lock_timeout_ms=100)[0]["status"] == "applied"
    filled.execute("COMMIT")
    other.close()


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_statement_timeout(filled):
    before = state(filled)
    with pytest.raises(sqlite3.OperationalError, match=r"canceling statement after 50 ms \(statement_timeout_ms\)"):
        apply(filled, "CREATE TABLE made (id INTEGER)", ENDLESS, statement_timeout_ms=50)
    assert state(filled) == before
    with pytest.raises(sqlite3.OperationalError, match=r"line 4: canceling statement after 50 ms \(statement_timeout_ms\)"):
        apply(filled, f"-- migrate:up\nCREATE TABLE made (id INTEGER);\n-- migrate:verify\n{ENDLESS}", statement_timeout_ms=50)
    assert state(filled) == before
    assert filled.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT count(*) FROM n").fetchone() == (300000,)


def test_a_result_is_measured_in_the_encoding_of_the_database(db):
    db.execute("PRAGMA encoding = 'UTF-16le'")
    scripts = source(*(f"CREATE TABLE made_{n} (id INTEGER)" for n in range(20)))
    db.execute("BEGIN")
    size = len(db.execute("SELECT migrate_apply(?)", (scripts,)).fetchone()[0])
    db.execute("ROLLBACK")
    before = state(db)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, size * 2 - 100)
    with pytest.raises(sqlite3.OperationalError, match="WB005.*more than one value may have"):
        db.execute("SELECT migrate_apply(?)", (scripts,))
    assert state(db) == before
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, size * 2 + 100)
    db.execute("SELECT migrate_apply(?)", (scripts,))


@pytest.mark.parametrize("begin", [False, True])
@pytest.mark.parametrize("sql, made", [
    ("SELECT migrate_apply(?)", lambda: source(*(f"CREATE TABLE made_{n} (id INTEGER)" for n in range(20)))),
    ("SELECT import_json(?, '{\"on_error\": \"collect\"}')", lambda: json.dumps({"note": [{"text": "new"}] + [{"text": "one"}] * 20}))])
def test_a_result_that_cannot_be_given_leaves_nothing(filled, sql, made, begin):
    before = state(filled)
    text = made()
    if begin:
        filled.execute("BEGIN")
    limit = filled.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2000)
    with pytest.raises(sqlite3.OperationalError, match="WB005.*more than one value may have(.|\n)*Nothing was changed(.|\n)*steps"):
        filled.execute(sql, (text,))
    filled.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limit)
    assert filled.in_transaction == begin
    assert state(filled) == before
    filled.execute(sql, (text,))  # nothing but the limit was in the way
    assert state(filled) != before


def test_a_result_of_what_is_committed_that_cannot_be_given(db):
    files = source(*(f"CREATE TABLE made_{n} (id INTEGER)" for n in range(20)))
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2500)
    with pytest.raises(sqlite3.OperationalError, match="WB005.*more than one value may have(.|\n)*is committed(.|\n)*migrate_status"):
        db.execute("SELECT migrate_run(?)", (files,))
    assert not db.in_transaction
    assert db.execute("SELECT count(*) FROM schema_migrations").fetchone() == (20,)
