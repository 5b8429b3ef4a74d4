"""Migrations, all at once: beside the engine's own shell with the same text in one transaction."""

import os
import subprocess

from measure import compare, drop_file, report, timed_process


def write_files(directory, count):
    """Small migrations as applications have them: a table, an index, a column, some rows."""
    os.makedirs(directory, exist_ok=True)
    texts = []
    for number in range(1, count + 1):
        table = f"item_{(number + 3) // 4}"
        up = [f"CREATE TABLE {table} (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMP);",
              f"CREATE INDEX {table}_name ON {table} (name);",
              f"ALTER TABLE {table} ADD COLUMN note_{number} TEXT;",
              f"INSERT INTO {table} (id, name) VALUES (1, 'one'), (2, 'two');"][(number - 1) % 4]
        down = [f"DROP TABLE {table};", f"DROP INDEX {table}_name;",
                f"ALTER TABLE {table} DROP COLUMN note_{number};", f"DELETE FROM {table};"][(number - 1) % 4]
        text = f"-- migrate:up\n{up}\n\n-- migrate:down\n{down}\n"
        with open(os.path.join(directory, f"{number:04d}_step_{number}.sql"), "w") as out:
            out.write(text)
        texts.append(up)
    path = os.path.join(directory, "all.concatenated")
    with open(path, "w") as out:
        out.write("\n".join(texts) + "\n")
    return path


def psql(database, *arguments):
    return timed_process(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments])


def run_postgresql(counts, runs, directory):
    subprocess.run(["psql", "-Xqd", "postgres", "-c", "DROP DATABASE IF EXISTS bench_template",
                    "-c", "CREATE DATABASE bench_template"], check=True)
    psql("bench_template", "-c", "CREATE EXTENSION whimbrel")

    def fresh():
        for command in ("DROP DATABASE IF EXISTS bench_migrations", "CREATE DATABASE bench_migrations TEMPLATE bench_template", "CHECKPOINT"):
            psql("postgres", "-c", command)

    for count in counts:
        files = os.path.join(directory, f"migrations-{count}")
        everything = write_files(files, count)

        def baseline():
            fresh()
            return psql("bench_migrations", "-1", "-f", everything)

        def apply():
            fresh()
            return psql("bench_migrations", "-c", f"SELECT count(*) FROM migrate_apply('{files}')")

        def nothing_to_do():
            return psql("bench_migrations", "-c", f"SELECT count(*) FROM migrate_apply('{files}')")

        def status():
            return psql("bench_migrations", "-c", f"SELECT count(*) FROM migrate_status('{files}')")

        name = "psql -1 -f of their concatenation"
        report(f"PostgreSQL, {count:,} small migrations, all at once",
               compare({name: baseline, "migrate_apply": apply, "migrate_apply, nothing to do": nothing_to_do,
                        "migrate_status": status, "psql -c 'SELECT 1'": lambda: psql("bench_migrations", "-c", "SELECT 1")}, runs), name)
    for database in ("bench_migrations", "bench_template"):
        psql("postgres", "-c", f"DROP DATABASE {database}")


def run_sqlite(counts, runs, directory, module):
    database = os.path.join(directory, "migrations.db")
    for count in counts:
        files = os.path.join(directory, f"migrations-{count}")
        everything = write_files(files, count)

        def shell(*commands):
            return timed_process(["sqlite3", "-bail", database, *commands])

        def baseline():
            drop_file(database)
            return shell("BEGIN", f".read {everything}", "COMMIT")

        def apply():
            drop_file(database)
            return shell(f".load {module}", f"SELECT json_array_length(migrate_apply('{files}'))")

        def nothing_to_do():
            return shell(f".load {module}", f"SELECT json_array_length(migrate_apply('{files}'))")

        def status():
            return shell(f".load {module}", f"SELECT count(*) FROM migrate_status('{files}')")

        name = "sqlite3 with their concatenation in one transaction"
        report(f"SQLite, {count:,} small migrations, all at once",
               compare({name: baseline, "migrate_apply": apply, "migrate_apply, nothing to do": nothing_to_do,
                        "migrate_status": status, "sqlite3 'SELECT 1'": lambda: shell("SELECT 1")}, runs), name)
    drop_file(database)
