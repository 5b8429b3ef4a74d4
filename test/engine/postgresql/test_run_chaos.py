"""A run of thirty statements, transactional and not, is stopped at each of them, by killing the caller or the worker, and
called again: the catalog and the rows end as those of a run that nobody disturbed."""

import contextlib
import json
import threading

import psycopg2
import pytest
from migrations import source
from test_run import one, wait_until

EXCLUSIVE, WRITER = "ACCESS EXCLUSIVE", "ROW EXCLUSIVE"
COUNT = 30


def statement(i):
    """The statement with number i, which alone uses table t{i}, and the lock on it that holds the statement up: a concurrent
    one has then begun its work already."""
    return ((f"INSERT INTO t{i} SELECT g, 'x' || g FROM generate_series(1, 20) g", EXCLUSIVE),
            (f"CREATE INDEX CONCURRENTLY t{i}_name ON t{i} (name)", WRITER),
            (f"ALTER TABLE t{i} ADD COLUMN note text DEFAULT 'n{i}'", EXCLUSIVE),
            (f"VACUUM t{i}", EXCLUSIVE),
            (f"REINDEX INDEX CONCURRENTLY t{i}_old" if i % 2 else f"DROP INDEX CONCURRENTLY t{i}_old", WRITER))[i % 5]


TABLES = "".join(f"CREATE TABLE t{i} (id int, name text); CREATE INDEX t{i}_old ON t{i} (id);" for i in range(COUNT))


def files():
    """Five statements in each migration: marked ones, and ones where only the statements themselves say it."""
    texts = {"_000_tables": TABLES}
    for i in range(6):
        part = ";\n".join(statement(number)[0] for number in range(5 * i, 5 * i + 5))
        texts[f"_{i + 1:03}_t"] = ("-- migrate:up transaction:false\n" if i % 2 else "") + part + ";"
    return source(**texts)


def state(db):
    return (db.sql("SELECT c.relname, c.relkind, i.indisvalid, pg_get_indexdef(i.indexrelid) FROM pg_class c"
                   " LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE relnamespace = 'public'::regnamespace ORDER BY 1"),
            db.sql("SELECT attrelid::regclass::text, attname, atttypid FROM pg_attribute WHERE attnum > 0 AND attrelid IN"
                   " (SELECT oid FROM pg_class WHERE relname ~ '^t[0-9]+$') ORDER BY 1, attnum"),
            [db.sql(f"SELECT * FROM t{i} ORDER BY id") for i in range(COUNT)],
            db.sql("SELECT version, seq, statements, rows_affected FROM schema_migrations ORDER BY seq"),
            db.sql("SELECT * FROM migration_journal"))


def run_and_stop(db, index, victim):
    """Calls migrate_run, and kills `victim` when it waits at the statement."""
    with contextlib.closing(db.connect()) as caller, contextlib.closing(db.connect()) as holder, \
            contextlib.closing(db.connect()) as other:
        other.autocommit = True
        holder.autocommit = False
        holder.cursor().execute(f"LOCK TABLE t{index} IN {statement(index)[1]} MODE")
        errors = []

        def call():
            try:
                caller.cursor().execute("CALL migrate_run(%s::json)", (files(),))
            except psycopg2.Error as error:
                errors.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        wait_until(lambda: one(other, waiting) > 0, "it waits")
        worker = one(other, "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE backend_type = 'whimbrel migration step'"
                            " AND datname = current_database()")
        pid = worker if victim == "worker" and worker else caller.get_backend_pid()
        one(other, "SELECT pg_terminate_backend(%s)", pid)
        thread.join(30)
        assert not thread.is_alive()
        assert errors, "it was killed"
        wait_until(lambda: one(other, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'whimbrel migration step'"
                                      " AND datname = current_database()") == 0, "the worker has ended")
        holder.rollback()


@pytest.mark.parametrize("victim", ["caller", "worker"])
def test_killed_at_every_statement(new_postgresql, victim):
    db = new_postgresql()
    db.sql("CALL migrate_run(%s::json)", (files(),))
    expected = state(db)
    assert len(expected[3]) == 7 and expected[4] == []
    # Each call ends the statement that the one before was killed at, and is killed at the next one.
    other = new_postgresql()
    other.sql("CALL migrate_run(%s::json, '{\"steps\": 1}')", (files(),))
    for index in range(COUNT):
        run_and_stop(other, index, victim)
    other.sql("CALL migrate_run(%s::json)", (files(),))
    assert state(other) == expected
    assert json.loads(other.one("CALL migrate_run(%s::json)", (files(),))) == []
