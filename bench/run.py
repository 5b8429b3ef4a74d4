#!/usr/bin/env python3
"""make bench: Whimbrel and its peers side by side in one run, as ratios of medians.

  make bench ARGS="--size 0.1 --runs 5 --only json,postgresql,sqlite,new_ids,move,migrations,bundles,complete,schema --tables logs,narrow"

--size 1 is 1 M log rows, 100 k workflow documents, 5 M narrow rows, 200 k rows of many types, a SQLite file of
413 MB that moves to PostgreSQL and back, 362 k rows with ids in columns and documents, 10 k agents with 50 k permissions (bundles).
Memory is the highest anonymous memory of the process that does the work (the backend, or the sqlite3 shell).
Needs the PG* variables of a throw-away server on this machine; scripts/bench gives it one."""

import argparse
import os
import subprocess
import tempfile

import bundles
import complete
import migrations
import move
import new_ids
import postgresql
import schema
import sqlite
from data import TABLES


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="json,postgresql,sqlite,new_ids,move,migrations,bundles,complete,schema")
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--directory", help="where files are written, the server's too; /dev/shm leaves the disk out of the figures")
    parser.add_argument("--migrations", default="500,5000", help="how many migration files, a list")
    parser.add_argument("--statements", type=int, default=1, help="how many statements each of them has")
    parser.add_argument("--module", default="build/whimbrel", help="the SQLite module")
    parser.add_argument("--bare", default="build/sqlite_bare", help="the bare C loops")
    parser.add_argument("--json-bench", default="build/json_bench", help="the JSON reader and writer beside RapidJSON")
    options = parser.parse_args()
    only = options.only.split(",")
    tables = options.tables.split(",")
    counts = [int(count) for count in options.migrations.split(",")]
    module, bare = os.path.abspath(options.module), os.path.abspath(options.bare)

    with tempfile.TemporaryDirectory(prefix="whimbrel-bench-", dir=options.directory) as directory:
        os.chmod(directory, 0o777)  # the server writes there too
        os.umask(0)
        if "json" in only:
            subprocess.run([os.path.abspath(options.json_bench), f"--benchmark_repetitions={options.runs}",
                            "--benchmark_min_time=0.1", "--benchmark_report_aggregates_only=true"], check=True)
        if "postgresql" in only:
            postgresql.run(options.size, options.runs, directory, tables)
        if "sqlite" in only:
            sqlite.run(options.size, options.runs, directory, tables, module, bare)
        if "new_ids" in only:
            new_ids.run(options.size, options.runs, directory, module)
        if "move" in only:
            move.run(options.size, options.runs, directory, bare)
        if "migrations" in only:
            migrations.run_postgresql(counts, options.statements, options.runs, directory)
            migrations.run_sqlite(counts, options.statements, options.runs, directory, module)
        if "bundles" in only:
            bundles.run(options.size, options.runs, directory, module)
        if "complete" in only:
            complete.run(options.size, options.runs, directory, module)
        if "schema" in only:
            schema.run(options.runs)


if __name__ == "__main__":
    main()
