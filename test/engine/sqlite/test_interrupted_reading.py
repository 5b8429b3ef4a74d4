"""An interrupt that meets a statement which only reads, behind others that wrote: nothing of the call stays, and the
connection is where it was."""

import json
import sqlite3
import threading

import pytest
from sqlite_database import apply, source, state

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
WRITES = "CREATE TABLE made (id INTEGER PRIMARY KEY); INSERT INTO made VALUES (1); DELETE FROM note;"
# What makes SQLite prepare all statements again.
STALE = ["", "ANALYZE;", "PRAGMA foreign_keys = OFF;", "CREATE VIRTUAL TABLE words USING fts5(w);"]
CALLS = [("migrate_apply", {}), ("migrate_apply", {"dry_run": True}), ("migrate_apply", {"on_error": "stop"}), ("migrate_run", {}), ("migrate_validate", {"level": "execute"})]


def interrupted(db, function, script, options):
    ready = threading.Event()

    def interrupt():
        ready.wait()
        db.interrupt()

    db.create_function("now_interrupt", 0, lambda: ready.set() or 0)
    threading.Thread(target=interrupt).start()
    db.execute(f"SELECT {function}(?, ?)", (source(script), json.dumps(options))).fetchone()


@pytest.mark.parametrize("stale", STALE)
@pytest.mark.parametrize("function, options", CALLS)
def test_nothing_stays(filled, function, options, stale):
    before = state(filled)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        interrupted(filled, function, f"{WRITES} {stale} SELECT now_interrupt(); {ENDLESS}", options)
    assert not filled.in_transaction
    assert state(filled) == before
    filled.execute("CREATE TABLE mine (id)")
    apply(filled, "CREATE TABLE made (id INTEGER)")


@pytest.mark.parametrize("stale", STALE)
def test_the_callers_transaction_goes_with_it(filled, stale):
    before = state(filled)
    filled.execute("BEGIN")
    filled.execute("CREATE TABLE mine (id)")
    with pytest.raises(sqlite3.OperationalError, match="interrupted(.|\n)*no longer open"):
        interrupted(filled, "migrate_apply", f"{WRITES} {stale} SELECT now_interrupt(); {ENDLESS}", {})
    assert not filled.in_transaction
    assert state(filled) == before


SETTINGS = {"analysis_limit": 7, "automatic_index": 0, "busy_timeout": 9, "cache_size": 77, "cache_spill": 0, "cell_size_check": 1,
            "foreign_keys": 0, "ignore_check_constraints": 1, "journal_size_limit": 55, "legacy_alter_table": 1, "locking_mode": "exclusive",
            "mmap_size": 4096, "query_only": 1, "read_uncommitted": 1, "recursive_triggers": 1, "reverse_unordered_selects": 1,
            "secure_delete": "fast", "threads": 2, "trusted_schema": 0, "wal_autocheckpoint": 5, "main.cache_size": 77}


def settings(db):
    return {name: db.execute(f"PRAGMA {name}").fetchone() for name in [*SETTINGS, "synchronous", "temp_store"]}


@pytest.mark.parametrize("writes", ["", WRITES])
@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("begin", [None, "BEGIN"])
def test_what_was_set_goes_back(filled, begin, name, writes):
    filled.execute("PRAGMA foreign_keys = ON")
    before = settings(filled), state(filled)
    if begin:
        filled.execute(begin)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        interrupted(filled, "migrate_apply", f"{writes} PRAGMA {name} = {SETTINGS[name]}; SELECT now_interrupt() UNION ALL SELECT * FROM ({ENDLESS})", {})
    assert not filled.in_transaction or not writes
    if filled.in_transaction:
        filled.execute("ROLLBACK")
    assert (settings(filled), state(filled)) == before


@pytest.mark.parametrize("marker", ["", "-- migrate:up transaction:false"])
@pytest.mark.parametrize("name, value", [("synchronous", 0), ("temp_store", 2), ("locking_mode", "exclusive"), ("foreign_keys", 0)])
def test_what_a_run_set_goes_back(filled, marker, name, value):
    filled.execute("PRAGMA foreign_keys = ON")
    before = settings(filled)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        interrupted(filled, "migrate_run", f"{marker}\nCREATE TABLE made (id INTEGER); PRAGMA {name} = {value}; SELECT now_interrupt() UNION ALL SELECT * FROM ({ENDLESS})", {})
    assert not filled.in_transaction
    assert settings(filled) == before


@pytest.mark.parametrize("answer, error", [(sqlite3.SQLITE_OK, sqlite3.OperationalError), (sqlite3.SQLITE_DENY, MemoryError)])
@pytest.mark.parametrize("begin", [None, "BEGIN"])
def test_where_what_is_kept_for_it_goes_stale(filled, begin, answer, error):
    """The statement that undoes it goes stale in the very statement that is interrupted, and may not be prepared again."""
    before = state(filled)
    if begin:
        filled.execute(begin)

    def stale():
        filled.set_authorizer(lambda *_: answer)
        filled.interrupt()

    filled.create_function("stale", 0, stale)
    with pytest.raises(error):
        apply(filled, f"{WRITES} SELECT stale() UNION ALL SELECT * FROM ({ENDLESS})")
    filled.set_authorizer(None)
    assert not filled.in_transaction
    assert state(filled) == before
    apply(filled, "CREATE TABLE made (id INTEGER)")


@pytest.mark.parametrize("instructions", [1, 5, 1000])
@pytest.mark.parametrize("begin", [None, "BEGIN"])
def test_a_progress_handler_that_does_not_let_go(filled, begin, instructions):
    before = state(filled)
    if begin:
        filled.execute(begin)
    stop = []
    filled.create_function("now_interrupt", 0, lambda: stop.append(1))
    filled.set_progress_handler(lambda: bool(stop), instructions)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        apply(filled, f"{WRITES} SELECT now_interrupt(); {ENDLESS}")
    filled.set_progress_handler(None, 0)
    if filled.in_transaction:
        filled.execute("ROLLBACK")
    assert state(filled) == before


def test_a_statement_that_writes_and_takes_too_long(filled):
    before = state(filled)
    writes = "INSERT INTO note " + ENDLESS.replace("count(*)", "i + 1000, i")
    with pytest.raises(sqlite3.OperationalError, match=r"^migration \"002_step.sql\", line 1: canceling statement after 50 ms \(statement_timeout_ms\)(.|\n)*whole transaction"):
        apply(filled, "CREATE TABLE made (id INTEGER)", writes, statement_timeout_ms=50, on_error="stop")
    assert state(filled) == before


@pytest.mark.parametrize("options", [{}, {"on_error": "stop"}, {"dry_run": True}])
def test_an_interrupt_keeps_its_code(filled, options):
    before = state(filled)
    with pytest.raises(sqlite3.OperationalError, match=r"^migration \"001_step.sql\", line 1: interrupted(.|\n)*whole transaction") as failure:
        interrupted(filled, "migrate_apply", "INSERT INTO note " + ENDLESS.replace("count(*)", "i + 1000, now_interrupt() || i"), options)
    assert failure.value.sqlite_errorname == "SQLITE_INTERRUPT"
    assert state(filled) == before


def test_a_full_database_keeps_its_code(filled):
    filled.execute(f"PRAGMA max_page_count = {filled.execute('PRAGMA page_count').fetchone()[0] + 2}")
    before = state(filled)
    rows = ", ".join(f'{{"id": {i + 10}, "text": "{i:0500}"}}' for i in range(300))
    fills = "INSERT INTO note SELECT value + 10, printf('%0500d', value) FROM json_each('" + json.dumps(list(range(300))) + "')"
    for call in (lambda: apply(filled, fills), lambda: filled.execute("SELECT import_json(?)", (f'{{"note": [{rows}]}}',))):
        with pytest.raises(sqlite3.OperationalError, match="database or disk is full") as failure:
            call()
        assert failure.value.sqlite_errorname == "SQLITE_FULL"
        assert state(filled) == before
