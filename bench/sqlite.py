"""SQLite: export and import beside what its shell offers, and beside a bare C loop (bench/sqlite_bare.c)."""

import os

from data import sqlite_fill, TABLES
from measure import compare, drop_file, report, timed_process


def shell(database, *statements, stdout=None):
    """One sqlite3 process; stdout a path or None."""
    arguments = ["sqlite3", "-bail", database, *statements]
    if stdout is None:
        return timed_process(arguments)
    with open(stdout, "wb") as out:
        return timed_process(arguments, stdout=out)


def bench_export(table, rows, runs, directory, module, bare):
    source = os.path.join(directory, "source.db")
    path = os.path.join(directory, f"{table}.json")
    names = [c.split()[0] for c in TABLES[table].sqlite.split(", ")]
    # A BLOB cannot go through json_object, so its text form stands for it.
    members = ", ".join(f"'{n}', " + (f"hex({n})" if n == "raw" else n) for n in names)
    jobs = {
        "bare C loop of sqlite3_step and a JSON writer": lambda: timed_process([bare, "export", source, table, path + ".bare"]),
        "export_json_file (digest included)": lambda: shell(
            source, f".load {module}", f"SELECT export_json_file('{path}', '{{\"tables\":[\"{table}\"]}}')"),
        "SELECT json_object(...)": lambda: shell(source, f"SELECT json_object({members}) FROM {table}", stdout=path + ".object"),
        ".mode json": lambda: shell(source, ".mode json", f"SELECT * FROM {table}", stdout=path + ".mode"),
        ".dump": lambda: shell(source, f".dump {table}", stdout=path + ".dump"),
    }
    report(f"SQLite export, {table}, {rows:,} rows", compare(jobs, runs), "bare C loop of sqlite3_step and a JSON writer")


def bench_import(table, rows, runs, directory, module, bare):
    source = os.path.join(directory, "source.db")
    target = os.path.join(directory, "target.db")
    path = os.path.join(directory, f"{table}.json")
    columns = TABLES[table].sqlite

    def into_new(*job):
        """The target is made anew before the clock starts."""
        drop_file(target)
        shell(target, f"CREATE TABLE {table} ({columns})")
        return job

    def bare_job():
        into_new()
        return timed_process([bare, "import", source, table, target])

    def own_job():
        into_new()
        return shell(target, f".load {module}", f"SELECT import_json_file('{path}')")

    def each_job():
        into_new()
        names = [c.split()[0] for c in columns.split(", ")]
        values = ", ".join(f"value ->> '{n}'" for n in names)
        return shell(target, f"INSERT INTO {table} SELECT {values} FROM json_each(readfile('{path}'), '$.{table}')")

    def dump_job():
        drop_file(target)
        return shell(target, f".read {path}.dump")

    jobs = {
        "bare C loop of bind and step": bare_job,
        "import_json_file": own_job,
        ".read of a dump": dump_job,
    }
    if os.path.getsize(path) < 900_000_000:
        jobs["INSERT ... FROM json_each(readfile())"] = each_job
    report(f"SQLite import, {table}, {rows:,} rows, no indexes", compare(jobs, runs), "bare C loop of bind and step")
    for file in (target, path, path + ".bare", path + ".object", path + ".mode", path + ".dump"):
        drop_file(file)


def run(size, runs, directory, tables, module, bare):
    for table in tables:
        rows = max(1, int(TABLES[table].rows * size))
        source = os.path.join(directory, "source.db")
        drop_file(source)
        shell(source, sqlite_fill(table, rows))
        bench_export(table, rows, runs, directory, module, bare)
        bench_import(table, rows, runs, directory, module, bare)
        drop_file(source)
