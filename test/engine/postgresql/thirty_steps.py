"""A run of thirty statements, transactional and not, that can be held up at each of them, for tests that end it there."""

import contextlib
import threading

import psycopg2
from migrations import source

EXCLUSIVE, WRITER = "ACCESS EXCLUSIVE", "ROW EXCLUSIVE"
COUNT = 30
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
WORKER = ("SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE backend_type = 'whimbrel migration step'"
          " AND datname = current_database()")


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


class HeldRun:
    """A call of migrate_run in a thread, which waits for the lock that `holder` has on the table of statement `index`.
    `other` looks on."""

    def __init__(self, db, index, stack):
        self.caller, self.holder, self.other = (stack.enter_context(contextlib.closing(db.connect())) for _ in range(3))
        self.holder.autocommit = False
        self.holder.cursor().execute(f"LOCK TABLE t{index} IN {statement(index)[1]} MODE")
        self.errors = []
        self.thread = threading.Thread(target=self.call)
        self.thread.start()

    def call(self):
        try:
            self.caller.cursor().execute("CALL migrate_run(%s::json)", (files(),))
        except psycopg2.Error as error:
            self.errors.append(error)

    def ask(self, text):
        with self.other.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchone()[0]

    def waits(self):
        return self.ask(WAITING) > 0

    def process_of(self, victim):
        """The worker's pid where it is wanted and there is one, else the caller's."""
        worker = self.ask(WORKER) if victim == "worker" else 0
        return worker or self.caller.info.backend_pid

    def has_ended_by_error(self):
        self.thread.join(60)
        return not self.thread.is_alive() and self.errors != []


@contextlib.contextmanager
def held_run(db, index):
    with contextlib.ExitStack() as stack:
        yield HeldRun(db, index, stack)
