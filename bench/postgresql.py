"""PostgreSQL: export and import beside COPY and beside the best JSON way of plain SQL."""

import os
import subprocess
import time

import psycopg2
from data import TABLES, postgresql_fill
from measure import compare, drop_file, report, timed, timed_process

JSON_SOURCE = """INSERT INTO {table} SELECT r.* FROM json_populate_recordset(NULL::{table}, pg_read_file('{path}')::json) r"""


class Session:
    """One connection, whose backend's memory is watched while it works."""

    def __init__(self, database):
        self.connection = psycopg2.connect(dbname=database)
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.cursor.execute("SELECT pg_backend_pid()")
        self.pid = self.cursor.fetchone()[0]

    def run(self, sql):
        self.cursor.execute(sql)

    def timed(self, sql):
        return timed(lambda: self.run(sql), self.pid)

    def close(self):
        self.connection.close()


def fresh_timed(database, sql):
    """Each job in a backend of its own, so that the memory of one does not count for the next."""
    session = Session(database)
    try:
        return session.timed(sql)
    finally:
        session.close()


def create_databases():
    admin = Session("postgres")
    for name in ("bench_source", "bench_target"):
        admin.run(f"DROP DATABASE IF EXISTS {name}")
        admin.run(f"CREATE DATABASE {name}")
        with psycopg2.connect(dbname=name) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION whimbrel")
        connection.close()
    admin.close()


def drop_databases():
    admin = Session("postgres")
    for name in ("bench_source", "bench_target"):
        admin.run(f"DROP DATABASE {name}")
    admin.close()


def bench_export(table, rows, runs, directory):
    path = os.path.join(directory, f"{table}.json")
    sql = {
        "COPY t TO file (text)": f"COPY {table} TO '{directory}/{table}.txt'",
        "export_json_file (digest included)": f"SELECT * FROM export_json_file('{path}', '{{\"tables\":[\"{table}\"]}}')",
        "export_json_file, two workers": f"SELECT * FROM export_json_file('{path}', '{{\"tables\":[\"{table}\"], \"workers\": 2}}')",
        "COPY (SELECT row_to_json(r) FROM t r) TO file": f"COPY (SELECT row_to_json(r) FROM {table} r) TO '{directory}/{table}.rows'",
    }

    def new_files():
        """Every job writes a new file: to overwrite one recycles its pages, which an atomic replacement cannot."""
        for file in (path, f"{directory}/{table}.txt", f"{directory}/{table}.rows"):
            drop_file(file)

    def job(statement, durable=None):
        new_files()
        seconds, memory = fresh_timed("bench_source", statement)
        if durable:  # what export_json_file does before it gives the file its name
            begin = time.perf_counter()
            with open(durable, "rb") as file:
                os.fsync(file.fileno())
            seconds += time.perf_counter() - begin
        return seconds, memory

    jobs = {name: lambda text=text: job(text) for name, text in sql.items()}
    copy_text = f"{directory}/{table}.txt"
    jobs["COPY t TO file (text), then fsync"] = lambda: job(sql["COPY t TO file (text)"], copy_text)
    report(f"PostgreSQL export, {table}, {rows:,} rows", compare(jobs, runs), "COPY t TO file (text)")
    for statement in (sql["COPY t TO file (text)"], sql["export_json_file (digest included)"]):
        fresh_timed("bench_source", statement)  # for the import


def bench_import(table, rows, runs, directory):
    """Into a table without indexes. The peer reads an array of the same rows."""
    array_path = os.path.join(directory, f"{table}.array.json")
    text_path = os.path.join(directory, f"{table}.txt")
    path = os.path.join(directory, f"{table}.json")
    target = Session("bench_target")
    target.run(f"CREATE TABLE {table} ({TABLES[table].postgresql})")

    def job(sql):
        target.run(f"TRUNCATE {table}")
        target.run("CHECKPOINT")
        return fresh_timed("bench_target", sql)

    jobs = {
        "COPY t FROM file (text)": lambda: job(f"COPY {table} FROM '{text_path}'"),
        "import_json_file": lambda: job(f"SELECT * FROM import_json_file('{path}')"),
    }
    # A text value ends at 1 GB, and the peer's memory grows with it.
    if os.path.getsize(path) < 700_000_000:
        source = Session("bench_source")
        write_array(source, table, array_path)
        source.close()
        jobs["INSERT ... json_populate_recordset(pg_read_file())"] = lambda: job(JSON_SOURCE.format(table=table, path=array_path))
    report(f"PostgreSQL import, {table}, {rows:,} rows, no indexes", compare(jobs, runs), "COPY t FROM file (text)")
    target.run(f"DROP TABLE {table}")
    target.close()
    for file in (array_path, text_path, path):
        drop_file(file)
    drop_file(os.path.join(directory, f"{table}.rows"))


KEYED = """CREATE TABLE agents (id bigint, name text); CREATE TABLE workflows (id bigint, name text);
           CREATE TABLE logs ({columns})"""
KEYS = """ALTER TABLE agents ADD PRIMARY KEY (id); ALTER TABLE workflows ADD PRIMARY KEY (id); ALTER TABLE logs ADD PRIMARY KEY (id);
          CREATE INDEX logs_by_agent ON logs (agent_id); CREATE INDEX logs_by_time ON logs (created_at);
          CREATE INDEX logs_by_level ON logs (level, created_at);
          ALTER TABLE logs ADD FOREIGN KEY (agent_id) REFERENCES agents, ADD FOREIGN KEY (workflow_id) REFERENCES workflows"""
PARENTS = "INSERT INTO agents SELECT i, 'a' || i FROM generate_series(0, 999) i; INSERT INTO workflows SELECT i, 'w' || i FROM generate_series(0, 199) i"
DROP_KEYED = "DROP TABLE IF EXISTS logs, agents, workflows"


def bench_keyed_import(rows, runs, directory):
    """Into empty tables with primary keys, three more indexes and two foreign keys. The peers: a plain dump of the same data
    restored by psql in one transaction, and COPY into the same tables."""
    columns = TABLES["logs"].postgresql
    path, dump, text = (os.path.join(directory, name) for name in ("keyed.json", "keyed.sql", "keyed.txt"))
    source = Session("bench_source")
    source.run(f"{DROP_KEYED}; {KEYED.format(columns=columns)}; {PARENTS};"
               f"INSERT INTO logs SELECT {TABLES['logs'].postgresql_select} FROM generate_series(1, {rows}) i; {KEYS}")
    source.run(f"COPY logs TO '{text}'")
    source.run(f"SELECT * FROM export_json_file('{path}', '{{\"tables\": [\"agents\", \"workflows\", \"logs\"]}}')")
    with open(dump, "w") as out:
        tables = [option for table in ("agents", "workflows", "logs") for option in ("-t", table)]
        subprocess.run(["pg_dump", "--no-owner", *tables, "bench_source"], stdout=out, check=True)
    target = Session("bench_target")

    def into_keyed(sql):
        target.run(f"{DROP_KEYED}; {KEYED.format(columns=columns)}; {KEYS}")
        target.run("CHECKPOINT")
        return fresh_timed("bench_target", sql)

    def restore():
        target.run(DROP_KEYED)
        target.run("CHECKPOINT")
        return timed_process(["psql", "-1", "-qX", "-v", "ON_ERROR_STOP=1", "-f", dump, "bench_target"])

    report(f"PostgreSQL import, logs with keys and indexes, {rows:,} rows", compare({
        "psql -1 -f dump": restore,
        "import_json_file": lambda: into_keyed(f"SELECT * FROM import_json_file('{path}')"),
        "COPY t FROM file (text)": lambda: into_keyed(f"BEGIN; {PARENTS}; COPY logs FROM '{text}'; COMMIT"),
    }, runs), "psql -1 -f dump")
    for session in (source, target):
        session.run(DROP_KEYED)
        session.close()
    for file in (path, dump, text):
        drop_file(file)


def bench_executor_import(rows, runs, directory):
    """Into a table whose rows only the executor may store (here: one with a rule), beside COPY into one without."""
    columns = TABLES["logs"].postgresql
    path, text = (os.path.join(directory, name) for name in ("executor.json", "executor.txt"))
    source = Session("bench_source")
    source.run(postgresql_fill("logs", rows))
    source.run(f"COPY logs TO '{text}'")
    source.run(f"SELECT * FROM export_json_file('{path}', '{{\"tables\": \"logs\"}}')")
    target = Session("bench_target")
    target.run(f"CREATE TABLE logs ({columns})")

    def job(rule, sql):
        target.run(f"TRUNCATE logs; DROP RULE IF EXISTS nothing ON logs; {rule}")
        target.run("CHECKPOINT")
        return fresh_timed("bench_target", sql)

    report(f"PostgreSQL import through the executor, logs, {rows:,} rows", compare({
        "COPY t FROM file (text), without": lambda: job("", f"COPY logs FROM '{text}'"),
        "import_json_file": lambda: job("CREATE RULE nothing AS ON INSERT TO logs DO ALSO NOTHING",
                                        f"SELECT * FROM import_json_file('{path}')"),
    }, runs), "COPY t FROM file (text), without")
    for session in (source, target):
        session.run("DROP TABLE logs")
        session.close()
    for file in (path, text):
        drop_file(file)


def write_array(session, table, path):
    """The rows as one JSON array in a file of the server; written by the client, which here runs on the same machine."""
    with open(path, "w") as out:
        session.cursor.execute(f"DECLARE c CURSOR WITH HOLD FOR SELECT row_to_json(r)::text FROM {table} r")
        separator = "["
        while True:
            session.cursor.execute("FETCH 10000 FROM c")
            rows = session.cursor.fetchall()
            if not rows:
                break
            for (text,) in rows:
                out.write(separator + text)
                separator = ",\n"
        out.write("]\n")
    session.run("CLOSE c")
    os.chmod(path, 0o644)


def run(size, runs, directory, tables):
    create_databases()
    try:
        for table in tables:
            rows = max(1, int(TABLES[table].rows * size))
            source = Session("bench_source")
            source.run(postgresql_fill(table, rows))
            source.run("VACUUM ANALYZE")
            source.close()
            bench_export(table, rows, runs, directory)
            bench_import(table, rows, runs, directory)
            source = Session("bench_source")
            source.run(f"DROP TABLE {table}")
            source.close()
        if "logs" in tables:
            rows = max(1, int(TABLES["logs"].rows * size))
            bench_keyed_import(rows, runs, directory)
            bench_executor_import(rows, runs, directory)
    finally:
        drop_databases()
