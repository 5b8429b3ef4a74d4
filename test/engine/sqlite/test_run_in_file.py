"""migrate_run in SQLite: a transaction for each migration, by one call in autocommit mode."""

import signal
import subprocess
import sys
import time

from migrations import ITEMS, NOTES, ROWS, source


def states(db, files):
    return [(row["version"], row["state"]) for row in db.call("migrate_status", files)]


def test_each_migration_is_committed_by_itself(sqlite):
    files = source(_001_items=ITEMS, _002_rows=ROWS, _003_bad="INSERT INTO items VALUES (9, 'nine');\nINSERT INTO items VALUES (1, 'again')", _004_notes=NOTES)
    with sqlite.fails(None, 'migration "003_bad.sql", line 2', "UNIQUE"):
        sqlite.call("migrate_run", files)
    assert states(sqlite, files) == [("001", "applied"), ("002", "applied"), ("003", "pending"), ("004", "pending")]
    assert sqlite.one("SELECT count(*) FROM items") == 3
    assert not sqlite.connection.in_transaction
    rows = sqlite.call("migrate_run", files, '{"on_error": "stop"}')
    assert [(row["version"], row["status"]) for row in rows] == [("003", "failed")]
    assert [row["outcome"] for row in sqlite.call("migrate_history")] == ["failed", "failed", "applied", "applied"]
    assert [row["status"] for row in sqlite.call("migrate_run", source(_001_items=ITEMS, _002_rows=ROWS, _004_notes=NOTES))] == ["applied"]


def test_it_is_refused_inside_a_transaction(sqlite):
    sqlite.sql("BEGIN")
    with sqlite.refuses("WB002", "migrate_run() cannot run inside a transaction", "autocommit"):
        sqlite.call("migrate_run", source(_001_items=ITEMS))
    sqlite.sql("ROLLBACK")


def test_a_checkpoint_runs_between_transactions(sqlite):
    sqlite.script("PRAGMA journal_mode = WAL;")
    files = source(_001_items=ITEMS, _002_wal="CREATE TABLE a (i INT);\nPRAGMA wal_checkpoint(TRUNCATE);\nCREATE TABLE b (i INT);")
    assert [r["status"] for r in sqlite.call("migrate_run", files)] == ["applied", "applied"]


def test_the_journal_mode_is_changed_between_transactions(sqlite):
    files = source(_001_items=ITEMS, _002_wal="CREATE TABLE a (i INT);\nPRAGMA journal_mode = WAL;\nCREATE TABLE b (i INT);")
    with sqlite.refuses("WB033", "line 2: this statement cannot run in a transaction", "migrate_run"):
        sqlite.call("migrate_apply", files)
    assert [row["status"] for row in sqlite.call("migrate_run", files)] == ["applied", "applied"]
    assert sqlite.one("PRAGMA journal_mode") == "wal"
    assert sqlite.sql("SELECT statements FROM schema_migrations WHERE version = '002'") == [(3,)]
    assert sqlite.sql("SELECT * FROM migration_journal") == []
    sqlite.call("migrate_apply", files)  # nothing to change any more


def test_settings_that_a_transaction_forbids(sqlite):
    files = source(_001_items="PRAGMA temp_store = 2;\nCREATE TABLE a (i INT);\nPRAGMA synchronous = NORMAL;")
    with sqlite.refuses("WB033", "line 1: this statement cannot run in a transaction", "migrate_run"):
        sqlite.call("migrate_apply", files)
    before = sqlite.one("PRAGMA temp_store"), sqlite.one("PRAGMA synchronous")
    assert before != (2, 1)
    assert [row["status"] for row in sqlite.call("migrate_run", files)] == ["applied"]
    assert (sqlite.one("PRAGMA temp_store"), sqlite.one("PRAGMA synchronous")) == before


def test_a_down_part_without_a_transaction(sqlite):
    files = source(_001_items=ITEMS, _002_wal="-- migrate:up\nCREATE TABLE a (i INT);\n-- migrate:down transaction:false\nPRAGMA journal_mode = WAL;\nDROP TABLE a;")
    sqlite.call("migrate_apply", files)
    with sqlite.refuses("WB033", "cannot be undone in a transaction", "migrate_run(NULL"):
        sqlite.call("migrate_rollback")
    rows = sqlite.call("migrate_run", None, '{"undo": true}')
    assert [(row["version"], row["status"], row["statements"]) for row in rows] == [("002", "rolled_back", 2)]
    assert sqlite.one("PRAGMA journal_mode") == "wal"
    assert states(sqlite, files) == [("001", "applied"), ("002", "pending")]


def test_pragmas_hold_for_the_transactions_behind(sqlite):
    """With legacy_alter_table = on, what refers to a table that is renamed stays as it was."""
    sqlite.script("PRAGMA journal_mode = WAL; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER REFERENCES p (id));")
    sqlite.call("migrate_run", source(_001_a="PRAGMA foreign_keys = off;\nPRAGMA legacy_alter_table = on;\nPRAGMA wal_checkpoint;\nALTER TABLE p RENAME TO q;\nCREATE TABLE p (id INTEGER PRIMARY KEY);"))
    assert sqlite.one("SELECT sql FROM sqlite_schema WHERE name = 'c'") == "CREATE TABLE c (id INTEGER REFERENCES p (id))"
    assert sqlite.one("PRAGMA legacy_alter_table") == 0


def test_vacuum_cannot_run_inside_a_function(sqlite):
    with sqlite.fails("WB005", "VACUUM cannot run inside a function", "by itself"):
        sqlite.call("migrate_run", source(_001_v="VACUUM"))


def test_a_statement_that_fails_is_gone_on_from(sqlite):
    first = "CREATE TABLE a (i INT);\nPRAGMA journal_mode = WAL;\nINSERT INTO b VALUES (1);"
    with sqlite.fails(None, 'migration "001_a.sql", line 3', "no such table"):
        sqlite.call("migrate_run", source(_001_a=first))
    row = sqlite.call("migrate_status", source(_001_a=first))[0]
    assert (row["state"], row["note"][:20]) == ("incomplete", "statement 3 failed: "), row
    with sqlite.refuses("WB034", "is not complete"):
        sqlite.call("migrate_apply", source(_001_a=first))
    rows = sqlite.call("migrate_run", source(_001_a=first.replace("INTO b", "INTO a")))
    assert [(row["status"], row["statements"]) for row in rows] == [("applied", 1)]
    assert sqlite.sql("SELECT * FROM a") == [(1,)]


CALLER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
connection.enable_load_extension(True)
connection.load_extension(sys.argv[2])
connection.execute("SELECT migrate_run(?)", (sys.argv[3],))
"""


def many():
    files = {}
    for i in range(1, 31):
        slow = f"INSERT INTO t{i} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n;"
        files[f"_{i:03}_t"] = f"CREATE TABLE t{i} (i INT);\n{slow}\nCREATE INDEX x{i} ON t{i} (i);"
    return source(**files)


def test_killed_between_its_steps_and_called_again(sqlite, new_sqlite):
    """SIGKILL at many moments of one run; each call goes on where the one before was killed."""
    files = many()
    kills = 0
    for attempt in range(40):
        caller = subprocess.Popen([sys.executable, "-c", CALLER, sqlite.path, sqlite.module, files])
        time.sleep(0.15 + 0.01 * attempt)
        if caller.poll() is None:
            caller.send_signal(signal.SIGKILL)
            kills += 1
        if caller.wait() == 0:
            break
    assert kills > 0
    sqlite.call("migrate_run", files)
    undisturbed = new_sqlite()
    undisturbed.call("migrate_run", files)
    for query in ("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1, 2",
                  "SELECT version, seq, statements, rows_affected FROM schema_migrations ORDER BY seq",
                  "SELECT count(*), sum(i) FROM t30", "PRAGMA integrity_check"):
        assert sqlite.sql(query) == undisturbed.sql(query), query


def test_many_callers_at_once(sqlite):
    files = source(**{f"_{i:03}_t": f"CREATE TABLE t{i} (i INT); INSERT INTO t{i} VALUES ({i});" for i in range(1, 31)})
    callers = [subprocess.Popen([sys.executable, "-c", CALLER, sqlite.path, sqlite.module, files]) for _ in range(6)]
    assert [caller.wait(60) for caller in callers] == [0] * 6
    assert [seq for seq, in sqlite.sql("SELECT seq FROM schema_migrations ORDER BY version")] == list(range(1, 31))


def test_what_is_half_undone_is_gone_on_with(sqlite):
    down = "PRAGMA journal_mode = WAL;\nDROP TABLE n;\nDROP TABLE gone;"
    first = f"-- migrate:up\nCREATE TABLE n (i INT);\n-- migrate:down\n{down}"
    files = source(_001_n=first)
    sqlite.call("migrate_run", files)
    with sqlite.fails(None, "gone"):
        sqlite.call("migrate_run", None, '{"undo": true}')
    for function, *arguments in (("migrate_rollback",), ("migrate_redo",), ("migrate_apply", source(_001_n=first, _002_m="CREATE TABLE m (i INT)"))):
        with sqlite.refuses("WB034", "not complete", '"undo":true'):
            sqlite.call(function, *arguments)
    sqlite.script("CREATE TABLE gone (i INT)")
    assert [row["status"] for row in sqlite.call("migrate_run", None, '{"undo": true}')] == ["rolled_back"]
    assert states(sqlite, files) == [("001", "pending")]


def test_what_is_undone_is_recorded_or_not_undone(sqlite):
    files = source(_001_n="-- migrate:up\nCREATE TABLE n (i INT);\n-- migrate:down\nDROP TABLE n")
    sqlite.call("migrate_run", files)
    sqlite.script("CREATE TRIGGER keep BEFORE DELETE ON schema_migrations BEGIN SELECT RAISE(ABORT, 'kept'); END")
    with sqlite.fails(None, "kept"):
        sqlite.call("migrate_run", None, '{"undo": true}')
    assert states(sqlite, files) == [("001", "applied")]
    assert sqlite.one("SELECT count(*) FROM sqlite_schema WHERE name = 'n'") == 1
