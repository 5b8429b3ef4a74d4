"""Migrations, all at once and in a transaction each: beside the engine's own shell with the same text, and beside the
runners that a user would pick instead."""

import os
import subprocess

from measure import compare, drop_file, report, timed_process
from migration_peers import peer_jobs


def script_of_each(everything):
    """The path of the script that has a transaction for each migration, beside the one without any."""
    return f"{everything}.each"


def step(number):
    """One small step as applications have them, in turns a table, an index, a column, some rows: (up, down)."""
    table = f"item_{(number + 3) // 4}"
    return [(f"CREATE TABLE {table} (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMP);", f"DROP TABLE {table};"),
            (f"CREATE INDEX {table}_name ON {table} (name);", f"DROP INDEX {table}_name;"),
            (f"ALTER TABLE {table} ADD COLUMN note_{number} TEXT;", f"ALTER TABLE {table} DROP COLUMN note_{number};"),
            (f"INSERT INTO {table} (id, name) VALUES (1, 'one'), (2, 'two');", f"DELETE FROM {table};")][(number - 1) % 4]


def write_files(directory, count, statements=1):
    """Small migrations, of so many statements each. Returns the path of all of them as one script, and their texts as
    (up, down), with a statement on each line."""
    os.makedirs(directory, exist_ok=True)
    texts = []
    for number in range(1, count + 1):
        steps = [step((number - 1) * statements + each) for each in range(1, statements + 1)]
        up = "\n".join(up for up, _ in steps)
        down = "\n".join(down for _, down in reversed(steps))
        text = f"-- migrate:up\n{up}\n\n-- migrate:down\n{down}\n"
        with open(os.path.join(directory, f"{number:04d}_step_{number}.sql"), "w") as out:
            out.write(text)
        texts.append((up, down))
    path = os.path.join(directory, "all.concatenated")
    with open(path, "w") as out:
        out.write("\n".join(up for up, _ in texts) + "\n")
    with open(script_of_each(path), "w") as out:
        out.write("\n".join(f"BEGIN;\n{up}\nCOMMIT;" for up, _ in texts) + "\n")
    return path, texts


def described(count, statements):
    return f"{count:,} small migrations" + (f" of {statements} statements" if statements > 1 else "")


def psql(database, *arguments):
    return timed_process(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments])


def run_postgresql(counts, statements, runs, directory):
    subprocess.run(["psql", "-Xqd", "postgres", "-c", "DROP DATABASE IF EXISTS bench_template",
                    "-c", "CREATE DATABASE bench_template"], check=True)
    psql("bench_template", "-c", "CREATE EXTENSION whimbrel")

    def fresh():
        for command in ("DROP DATABASE IF EXISTS bench_migrations", "CREATE DATABASE bench_migrations TEMPLATE bench_template", "CHECKPOINT"):
            psql("postgres", "-c", command)

    def fresh_for_peers():
        for command in ("DROP DATABASE IF EXISTS bench_peers", "CREATE DATABASE bench_peers", "CHECKPOINT"):
            psql("postgres", "-c", command)

    for count in counts:
        files = os.path.join(directory, f"migrations-{count}")
        everything, texts = write_files(files, count, statements)

        def baseline():
            fresh()
            return psql("bench_migrations", "-1", "-f", everything)

        def apply():
            fresh()
            return psql("bench_migrations", "-c", f"SELECT count(*) FROM migrate_apply('{files}')")

        def dry_run():
            fresh()
            return psql("bench_migrations", "-c", f"SELECT count(*) FROM migrate_apply('{files}', '{{\"dry_run\": true}}')")

        def nothing_to_do():
            return psql("bench_migrations", "-c", f"SELECT count(*) FROM migrate_apply('{files}')")

        def status():
            return psql("bench_migrations", "-c", f"SELECT count(*) FROM migrate_status('{files}')")

        def each_baseline():
            fresh()
            return psql("bench_migrations", "-f", script_of_each(everything))

        def run():
            fresh()
            return psql("bench_migrations", "-c", f"CALL migrate_run('{files}')")

        name = "psql -1 -f of their concatenation"
        url = f"postgresql://{os.environ['PGUSER']}@/bench_peers?host={os.environ['PGHOST']}&port={os.environ['PGPORT']}"
        others = peer_jobs(texts, url, os.path.join(directory, f"peers-{count}"), fresh_for_peers)
        each = "psql -f of their concatenation, BEGIN … COMMIT around each"
        report(f"PostgreSQL, {described(count, statements)}, in a transaction each", compare({each: each_baseline, "migrate_run": run}, runs), each)
        report(f"PostgreSQL, {described(count, statements)}, all at once",
               compare({name: baseline, "migrate_apply, dry run": dry_run, "migrate_apply": apply, "migrate_apply, nothing to do": nothing_to_do,
                        "migrate_status": status, "psql -c 'SELECT 1'": lambda: psql("bench_migrations", "-c", "SELECT 1"), **others}, runs), name)
    for database in ("bench_migrations", "bench_template", "bench_peers"):
        psql("postgres", "-c", f"DROP DATABASE IF EXISTS {database}")


def run_sqlite(counts, statements, runs, directory, module):
    database = os.path.join(directory, "migrations.db")
    for count in counts:
        files = os.path.join(directory, f"migrations-{count}")
        everything, texts = write_files(files, count, statements)

        def shell(*commands):
            return timed_process(["sqlite3", "-bail", database, *commands])

        def baseline():
            drop_file(database)
            return shell("BEGIN", f".read {everything}", "COMMIT")

        def apply():
            drop_file(database)
            return shell(f".load {module}", f"SELECT json_array_length(migrate_apply('{files}'))")

        def dry_run():
            drop_file(database)
            return shell(f".load {module}", f"SELECT json_array_length(migrate_apply('{files}', '{{\"dry_run\": true}}'))")

        def nothing_to_do():
            return shell(f".load {module}", f"SELECT json_array_length(migrate_apply('{files}'))")

        def status():
            return shell(f".load {module}", f"SELECT count(*) FROM migrate_status('{files}')")

        def first_query():
            return shell("SELECT count(*) FROM item_1")  # reads the schema, as every query of a table does

        def each_baseline():
            drop_file(database)
            return shell(f".read {script_of_each(everything)}")

        def run():
            drop_file(database)
            return shell(f".load {module}", f"SELECT json_array_length(migrate_run('{files}'), '$.results')")

        name = "sqlite3 with their concatenation in one transaction"
        others = peer_jobs(texts, f"sqlite:///{database}", os.path.join(directory, f"peers-sqlite-{count}"), lambda: drop_file(database))
        each = "sqlite3 with their concatenation, BEGIN … COMMIT around each"
        report(f"SQLite, {described(count, statements)}, in a transaction each", compare({each: each_baseline, "migrate_run": run}, runs), each)
        report(f"SQLite, {described(count, statements)}, all at once",
               compare({name: baseline, "migrate_apply, dry run": dry_run, "migrate_apply": apply, "migrate_apply, nothing to do": nothing_to_do,
                        "migrate_status": status, "sqlite3 'SELECT 1'": lambda: shell("SELECT 1"),
                        "sqlite3 with a query of one of the tables": first_query, **others}, runs), name)
    drop_file(database)
