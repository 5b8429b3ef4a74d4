"""What an exported schema has to stand up to: it loads into an empty database in one transaction, as one text and
statement by statement, and pg_dump and a second export find no difference between the database and its copy.

By hand, against the server of the PG* variables and a database that has the extension:
    python3 schema_proof.py DATABASE [SEARCH_PATH [ROLE]]  proves an existing database
    python3 schema_proof.py --all DATABASE SEARCH_PATH     the same, with owners and privileges
    python3 schema_proof.py --random FIRST LAST            proves random schemas by their seeds
All print every failing statement and the difference between the dumps."""

import contextlib
import difflib
import json
import re
import subprocess
import sys

import psycopg2

BARE = ("--no-owner", "--no-privileges")


def connect(database, role=None, search_path=None):
    connection = psycopg2.connect(dbname=database, user=role) if role else psycopg2.connect(dbname=database)
    connection.autocommit = True
    if search_path:
        connection.cursor().execute(f"SET search_path = {search_path}")
    return connection


def drop(database):
    """A database with subscriptions is not dropped before them."""
    with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(s.subname) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = %s", (database,))
        subscriptions = cursor.fetchall()
        if subscriptions:
            with contextlib.closing(connect(database)) as inside:
                for (name,) in subscriptions:
                    inside.cursor().execute(f"DROP SUBSCRIPTION {name}")
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def export(database, search_path=None, **options):
    with contextlib.closing(connect(database, search_path=search_path)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT export_schema(%s)", (json.dumps(options),))
        return cursor.fetchone()[0]


def restore(database, text, role=None):
    """As a driver does it: one text, one transaction."""
    with contextlib.closing(connect(database, role)) as connection:
        connection.autocommit = False
        connection.cursor().execute(text)
        connection.commit()


def failures(database, text, role=None):
    """As psql does it: statement by statement, going on after an error; what it said of those that failed."""
    command = ["psql", "-qX", "-d", database, *(["-U", role] if role else [])]
    said = subprocess.run(command, input=text, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
    return [line for line in said.split("\n") if "ERROR" in line or "FATAL" in line]


def dump(database, *flags):
    """The schema as pg_dump sees it, without what differs from run to run."""
    text = subprocess.run(["pg_dump", "-s", *flags, database], check=True, capture_output=True, text=True).stdout
    lines = (line for line in text.split("\n") if not line.startswith(("-- Dumped", "\\restrict", "\\unrestrict")))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines))


def difference(before, after):
    return "\n".join(difflib.unified_diff(before.split("\n"), after.split("\n"), "source", "copy", lineterm="", n=3))


def prove(source, copies, role=None, flags=BARE, search_path=None, **options):
    """`copies` makes an empty database that belongs to `role` and returns its name."""
    text = export(source, search_path, **options)
    assert "-- these need each other" not in text
    original = dump(source, *flags)
    whole = copies(role)
    restore(whole, text, role)
    assert difference(original, dump(whole, *flags)) == ""
    assert export(whole, search_path, **options) == text
    single = copies(role)
    assert failures(single, text, role) == []
    assert difference(original, dump(single, *flags)) == ""


def report(source, role=None, flags=BARE, search_path=None, **options):
    """Like prove(), but says everything that is wrong; True when nothing is."""
    name = f"{source}_copy"
    drop(name)
    with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"' + (f' OWNER "{role}"' if role else ""))
    with contextlib.closing(connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION whimbrel")
    text = export(source, search_path, **options)
    remarks = re.findall("^-- (?:these need each other|not written|left out).*", text, re.M)
    print(*remarks, sep="\n", end="\n" if remarks else "")
    failed = failures(name, text, role)
    for line in failed:
        place = re.search(r"<stdin>:(\d+)", line)
        start = int(place[1]) - 1 if place else 0
        print(line, *text.split("\n")[max(0, start - 3) : start + 1], sep="\n    ")
    different = difference(dump(source, *flags), dump(name, *flags))
    print(different, end="\n" if different else "")
    again = difference(text, export(name, search_path, **options))
    if again and not different:
        print("second export:\n" + again)
    return not failed and not different and not again


def main(arguments):
    if arguments[:1] != ["--random"]:
        if arguments[:1] == ["--all"]:
            return report(arguments[1], flags=(), search_path=arguments[2], owner=True, privileges=True)
        return report(arguments[0], search_path=(arguments + ["public"])[1], role=arguments[2] if len(arguments) > 2 else None)
    from random_schemas import RandomSchema

    good = True
    for seed in range(int(arguments[1]), int(arguments[2])):
        drop("random_schema")
        with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE random_schema")
        schema = RandomSchema(seed)
        with contextlib.closing(connect("random_schema")) as connection:
            connection.cursor().execute("CREATE EXTENSION whimbrel;" + str(schema))
        if not report("random_schema", search_path=schema.search_path):
            print(f"=== seed {seed}, {len(schema.tables)} tables, search_path {schema.search_path}")
            good = False
    return good


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
