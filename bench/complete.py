"""Complete migrations beside pg_dump, psql and the sqlite3 shell: rows as INSERT statements of 100 rows, and the same
files applied."""

import glob
import os

from data import sqlite_fill, TABLES
from measure import compare, drop_file, report, timed_process
from postgresql import DROP_KEYED, KEYED, KEYS, PARENTS, create_databases, drop_databases, fresh_timed, Session
from sqlite import shell


def files_in(directory):
    return sorted(glob.glob(os.path.join(directory, "*_complete_*.sql"))) + glob.glob(os.path.join(directory, "*_MIGRATION_README.md"))


def clear(directory):
    for path in files_in(directory):
        drop_file(path)


def bench_export(rows, runs, directory):
    dump = os.path.join(directory, "inserts.sql")

    def by_pg_dump():
        drop_file(dump)
        return timed_process(["pg_dump", "--data-only", "--column-inserts", "--rows-per-insert=100", "-f", dump, "bench_source"])

    def by_whimbrel():
        clear(directory)
        return fresh_timed("bench_source", f"SELECT * FROM export_complete('{directory}', '{{\"data_only\": true}}')")

    def by_psql():
        drop_file(dump)
        with open(dump, "wb") as out:
            return timed_process(["psql", "-XAtc", "SELECT sql FROM export_data()", "-v", "FETCH_COUNT=100", "bench_source"], stdout=out)

    report(f"PostgreSQL, logs with keys as INSERT statements, {rows:,} rows", compare({
        "pg_dump --data-only --column-inserts --rows-per-insert=100": by_pg_dump,
        "psql -XAtc 'SELECT sql FROM export_data()' into a file": by_psql,
        "export_complete (digests included)": by_whimbrel,
    }, runs), "pg_dump --data-only --column-inserts --rows-per-insert=100")
    drop_file(dump)
    clear(directory)


def bench_schema(runs, directory):
    dump = os.path.join(directory, "schema.sql")

    def by_pg_dump():
        drop_file(dump)
        return timed_process(["pg_dump", "-s", "-f", dump, "bench_source"])

    report("PostgreSQL, the schema of those tables", compare({
        "pg_dump -s": by_pg_dump,
        "export_schema": lambda: fresh_timed("bench_source", "SELECT export_schema()"),
    }, runs), "pg_dump -s")
    drop_file(dump)


def bench_apply(rows, runs, directory):
    fresh_timed("bench_source", f"SELECT * FROM export_complete('{directory}')")
    schema, data = sorted(glob.glob(os.path.join(directory, "*_complete_*.sql")), reverse=True)
    target = Session("bench_target")

    def empty():
        target.run(DROP_KEYED)
        target.run("CHECKPOINT")

    def by_psql():
        empty()
        return timed_process(["psql", "-1", "-qX", "-v", "ON_ERROR_STOP=1", "-f", schema, "-f", data, "bench_target"])

    def by_whimbrel():
        empty()
        return fresh_timed("bench_target", f"SELECT * FROM apply_complete('{directory}')")

    report(f"PostgreSQL, applying a complete migration, {rows:,} rows", compare({
        "psql -1 -f schema -f data": by_psql,
        "apply_complete (digests compared)": by_whimbrel,
    }, runs), "psql -1 -f schema -f data")
    empty()
    target.close()
    clear(directory)


def bench_sqlite(rows, runs, directory, module):
    source, target, dump = (os.path.join(directory, name) for name in ("source.db", "target.db", "dump.sql"))
    drop_file(source)
    shell(source, sqlite_fill("logs", rows), "CREATE INDEX logs_by_agent ON logs (agent_id)")

    def by_dump():
        drop_file(dump)
        return shell(source, ".dump --preserve-rowids", stdout=dump)

    def by_whimbrel():
        clear(directory)
        return shell(source, f".load {module}", f"SELECT * FROM export_complete('{directory}')")

    report(f"SQLite, a whole database as SQL, {rows:,} log rows", compare({
        ".dump --preserve-rowids": by_dump,
        "export_complete (digests included)": by_whimbrel,
    }, runs), ".dump --preserve-rowids")

    def by_read():
        drop_file(target)
        return shell(target, f".read {dump}")

    def by_apply():
        drop_file(target)
        return shell(target, f".load {module}", f"SELECT apply_complete('{directory}')")

    report(f"SQLite, applying it, {rows:,} log rows", compare({
        ".read of the dump": by_read,
        "apply_complete (digests compared)": by_apply,
    }, runs), ".read of the dump")
    for path in (source, target, dump):
        drop_file(path)
    clear(directory)


def run(size, runs, directory, module):
    rows = int(1_000_000 * size)
    create_databases()
    source = Session("bench_source")
    source.run(f"{KEYED.format(columns=TABLES['logs'].postgresql)}; {PARENTS};"
               f"INSERT INTO logs SELECT {TABLES['logs'].postgresql_select} FROM generate_series(1, {rows}) i; {KEYS}; ANALYZE")
    source.close()
    bench_schema(runs, directory)
    bench_export(rows, runs, directory)
    bench_apply(rows, runs, directory)
    drop_databases()
    bench_sqlite(rows, runs, directory, module)
