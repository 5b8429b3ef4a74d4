"""Memory that runs out in the middle of a call: everything is as it was, and the connection goes on."""

import ctypes
import ctypes.util
import json
import sqlite3

import pytest
from sqlite_database import open_database, source


@pytest.fixture
def heap():
    """limit(bytes) allows SQLite as much beyond what it uses now; limit(None) lifts that."""
    library = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
    library.sqlite3_memory_used.restype = ctypes.c_int64
    library.sqlite3_hard_heap_limit64.argtypes = [ctypes.c_int64]

    def limit(extra):
        library.sqlite3_hard_heap_limit64(0 if extra is None else library.sqlite3_memory_used() + extra)

    yield limit
    limit(None)


CALLS = [
    ("SELECT import_json(?, '{\"clear\":true}')", True),
    ("SELECT migrate_apply(?)", False),
    ("SELECT length(export_json())", None),
    ("SELECT count(*) FROM export_jsonl()", None),
    ("SELECT count(*) FROM data_digest()", None),
]


@pytest.mark.parametrize("sql, takes_document", CALLS)
@pytest.mark.parametrize("begin", [False, True])
def test_nothing_is_half_done(heap, sql, takes_document, begin):
    db = open_database(":memory:")
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE)")
    db.executemany("INSERT INTO t (v) VALUES (?)", [(f"{number} {'x' * 200}",) for number in range(200)])
    rows = db.execute("SELECT * FROM t").fetchall()
    objects = db.execute("SELECT * FROM sqlite_schema").fetchall()
    document = json.dumps({"metadata": {"version": "1.0.0"}, "t": [{"id": i, "v": f"{i} new " + "y" * 200} for i in range(300)]})
    migration = source("CREATE TABLE made (id INTEGER); INSERT INTO t (v) VALUES ('made'); CREATE INDEX made_id ON made (id)")
    parameters = () if takes_document is None else (document if takes_document else migration,)
    failures = 0
    for extra in range(0, 120_000, 2_000):
        if begin:
            db.execute("BEGIN")
        heap(extra)
        try:
            db.execute(sql, parameters).fetchall()
            failed = False
        except (MemoryError, sqlite3.OperationalError):
            failed = True
        heap(None)
        failures += failed
        if not begin:
            assert not db.in_transaction
        if failed:
            assert db.execute("SELECT * FROM t").fetchall() == rows
            assert db.execute("SELECT * FROM sqlite_schema").fetchall() == objects
        if db.in_transaction:
            db.execute("ROLLBACK")
        if not failed and not begin:
            break
    assert failures > 5
    db.close()
