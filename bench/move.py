"""Between SQLite and PostgreSQL: a SQLite file of an application, 413 MB at size 1, into PostgreSQL and back. The peers: a
dump of the same data restored from one PostgreSQL database into another, pgloader, and a bare C loop that copies the
SQLite file (bench/sqlite_bare.c). Ours profile every value before and compare a digest of each table after."""

import os
import shutil
import sqlite3
import subprocess

from measure import compare, drop_file, report, timed_process
from postgresql import Session, create_databases, drop_databases, fresh_timed

SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(255) NOT NULL UNIQUE, name TEXT NOT NULL, is_active BOOLEAN NOT NULL DEFAULT 1,
  balance DECIMAL(10,2), settings JSON, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE agents (id INTEGER PRIMARY KEY AUTOINCREMENT, owner_id INTEGER NOT NULL REFERENCES users (id), name TEXT NOT NULL, model VARCHAR(40) NOT NULL,
  temperature REAL NOT NULL DEFAULT 0.7, uid UUID NOT NULL, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE workflows (id INTEGER PRIMARY KEY AUTOINCREMENT, owner_id INTEGER NOT NULL REFERENCES users (id), name TEXT NOT NULL, flow_data JSON NOT NULL,
  is_public BOOLEAN NOT NULL DEFAULT 0, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE nodes (workflow_id INTEGER NOT NULL REFERENCES workflows (id), node_key TEXT NOT NULL, agent_id INTEGER REFERENCES agents (id), label TEXT,
  x REAL NOT NULL, y REAL NOT NULL, PRIMARY KEY (workflow_id, node_key));
CREATE TABLE logs (id INTEGER PRIMARY KEY AUTOINCREMENT, agent_id INTEGER NOT NULL REFERENCES agents (id), workflow_id INTEGER REFERENCES workflows (id),
  level TEXT NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')), message TEXT NOT NULL, duration_ms INTEGER, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX agents_owner ON agents (owner_id);
CREATE INDEX workflows_owner ON workflows (owner_id);
CREATE INDEX nodes_agent ON nodes (agent_id);
CREATE INDEX logs_agent ON logs (agent_id);
CREATE INDEX logs_workflow ON logs (workflow_id);
CREATE INDEX logs_time ON logs (created_at);
"""

# Rows by their number i; {users} and so on are how many rows a table has.
ROWS = {
    "users": (10_000, "i, 'user' || i || '@example.org', 'User ' || i, i % 7 > 0, (i * 37 % 100000) / 100.0, json_object('theme', 'dark', 'page', i % 100),"
              " datetime('2026-01-01', '+' || i || ' minutes')"),
    "agents": (20_000, "i, 1 + i % {users}, 'Agent ' || i, 'model-' || i % 9, (i % 20) / 10.0,"
               " printf('%08x-0000-4000-8000-%012x', i * 2654435761 % 4294967296, i * 40503), datetime('2026-01-01', '+' || i || ' minutes')"),
    "workflows": (30_000, "i, 1 + i % {users}, 'Workflow ' || i, json_object('name', 'flow ' || i, 'version', 3, 'nodes', (SELECT json_group_array(json_object("
                  "'id', 'node-' || n, 'type', 'agent', 'position', json_object('x', n * 10, 'y', i % 100), 'data', json_object('agentId', 1 + (i * 7 + n) % {agents},"
                  " 'label', 'step ' || n))) FROM (SELECT value AS n FROM json_each('[1,2,3,4,5,6,7,8]')))), i % 3 = 0, datetime('2026-01-01', '+' || i || ' minutes')"),
    "nodes": (200_000, "1 + i % {workflows}, 'node-' || (i / {workflows}), 1 + i % {agents}, 'step ' || i, i % 500, (i % 400) / 4.0"),
    "logs": (1_000_000, "i, 1 + i % {agents}, 1 + i % {workflows}, CASE i % 4 WHEN 0 THEN 'debug' WHEN 1 THEN 'info' WHEN 2 THEN 'warn' ELSE 'error' END,"
             " 'step ' || i || ' finished: ' || printf('%0227d', i * 7919), i % 5000, datetime('2026-01-01', '+' || i || ' seconds')"),
}


def make_source(path, size):
    """Returns how many rows there are."""
    counts = {table: max(1, int(count * size)) for table, (count, _) in ROWS.items()}
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA synchronous = OFF;" + SCHEMA)
    connection.execute("BEGIN")
    for table, (_, select) in ROWS.items():
        for name, count in counts.items():
            select = select.replace("{" + name + "}", str(count))
        connection.execute(f"INSERT INTO {table} WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {counts[table]}) SELECT {select} FROM c")
    connection.execute("COMMIT")
    connection.close()
    os.chmod(path, 0o644)
    return sum(counts.values())


def new_database(name):
    admin = Session("postgres")
    admin.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin.run(f"CREATE DATABASE {name}")
    admin.run("CHECKPOINT")
    admin.close()


def bench_import(rows, size, runs, source):
    def import_sqlite():
        new_database("bench_target")
        session = Session("bench_target")
        session.run("CREATE EXTENSION whimbrel")
        session.close()
        return fresh_timed("bench_target", f"SELECT * FROM import_sqlite('{source}')")

    def restore():
        """Of the same rows with the same types."""
        new_database("bench_target")
        tables = " ".join(f"-t {table}" for table in ROWS)
        return timed_process(["bash", "-o", "pipefail", "-c", f"pg_dump -Fc -Z0 {tables} bench_source | pg_restore -d bench_target"])

    def pgloader():
        new_database("bench_target")
        host, port, user = os.environ["PGHOST"], os.environ["PGPORT"], os.environ["PGUSER"]
        return timed_process(["pgloader", "--quiet", f"sqlite://{source}", f"postgresql://{user}@unix:{host}:{port}/bench_target"])

    session = Session("bench_source")
    session.run(f"SELECT * FROM import_sqlite('{source}')")
    session.close()
    jobs = {"pg_dump -Fc -Z0 | pg_restore, of PostgreSQL": restore, "import_sqlite (profile and digests included)": import_sqlite}
    if shutil.which("pgloader"):
        jobs["pgloader"] = pgloader
    else:
        print("  pgloader: left out, it is not installed (apt-get install pgloader)")
    report(f"SQLite file of {size / 1e6:.0f} MB, {rows:,} rows, into PostgreSQL", compare(jobs, runs), "pg_dump -Fc -Z0 | pg_restore, of PostgreSQL")


def bench_export(rows, runs, directory, bare):
    """The loop reads from SQLite and does nothing but copy; ours reads from PostgreSQL."""
    back, copy = os.path.join(directory, "back.db"), os.path.join(directory, "copy.db")

    def export_sqlite(path=None):
        path = path or os.path.join(directory, "out.db")
        drop_file(path)
        return fresh_timed("bench_source", f"SELECT * FROM export_sqlite('{path}')")

    def bare_copy():
        drop_file(copy)
        return timed_process([bare, "copy", back, copy])

    export_sqlite(back)
    report(f"PostgreSQL into a SQLite file, {rows:,} rows",
           compare({"bare C loop of bind and step, from SQLite": bare_copy, "export_sqlite (digests included)": export_sqlite}, runs),
           "bare C loop of bind and step, from SQLite")
    for path in (back, copy, os.path.join(directory, "out.db")):
        drop_file(path)


def run(size, runs, directory, bare):
    create_databases()
    source = os.path.join(directory, "source.db")
    try:
        rows = make_source(source, size)
        bench_import(rows, os.path.getsize(source), runs, source)
        bench_export(rows, runs, directory, bare)
    finally:
        drop_file(source)
        drop_databases()
