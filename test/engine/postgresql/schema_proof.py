"""What an exported schema has to stand up to: it loads into an empty database in one transaction, as one text and
statement by statement, and pg_dump and a second export find no difference between the database and its copy.

By hand, against the server of the PG* variables and a database that has the extension:
    python3 schema_proof.py DATABASE [ROLE]      proves an existing database
    python3 schema_proof.py --random FIRST LAST  proves random schemas by their seeds
Both print every failing statement and the difference between the dumps."""

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


def export(database, search_path=None, **options):
    """The statements of the schema."""
    with contextlib.closing(connect(database, search_path=search_path)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM export_schema(%s)", (json.dumps(options),))
        return [row[0] for row in cursor]


def restore(database, statements, role=None):
    """As one text, in one transaction."""
    with contextlib.closing(connect(database, role)) as connection:
        connection.autocommit = False
        connection.cursor().execute("\n".join(statements))
        connection.commit()


def failures(database, statements, role=None):
    """Statement by statement, going on after an error; (statement, message) of those that failed."""
    found = []
    with contextlib.closing(connect(database, role)) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        for statement in statements:
            cursor.execute("SAVEPOINT s")
            try:
                cursor.execute(statement)
            except psycopg2.ProgrammingError as error:
                if error.pgcode is None:  # "can't execute an empty query": a comment alone
                    continue
                found.append((statement, str(error)))
            except psycopg2.Error as error:
                found.append((statement, str(error)))
            if found and found[-1][0] is statement:
                cursor.execute("ROLLBACK TO SAVEPOINT s")
            cursor.execute("RELEASE SAVEPOINT s")
        connection.commit()
    return found


def dump(database, *flags):
    """The schema as pg_dump sees it, without what differs from run to run."""
    text = subprocess.run(["pg_dump", "-s", *flags, database], check=True, capture_output=True, text=True).stdout
    lines = (line for line in text.split("\n") if not line.startswith(("-- Dumped", "\\restrict", "\\unrestrict")))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines))


def difference(before, after):
    return "\n".join(difflib.unified_diff(before.split("\n"), after.split("\n"), "source", "copy", lineterm="", n=3))


def prove(source, copies, role=None, flags=BARE, search_path=None, **options):
    """`copies` makes an empty database that belongs to `role` and returns its name."""
    statements = export(source, search_path, **options)
    original = dump(source, *flags)
    whole = copies(role)
    restore(whole, statements, role)
    assert difference(original, dump(whole, *flags)) == ""
    assert export(whole, search_path, **options) == statements
    single = copies(role)
    assert failures(single, statements, role) == []
    assert difference(original, dump(single, *flags)) == ""


def report(source, role=None, flags=BARE, search_path=None, **options):
    """Like prove(), but says everything that is wrong; True when nothing is."""
    name = f"{source}_copy"
    with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"' + (f' OWNER "{role}"' if role else ""))
    with contextlib.closing(connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION whimbrel")
    statements = export(source, search_path, **options)
    failed = failures(name, statements, role)
    for statement, message in failed:
        print(f"--- {message.strip()}\n{statement[:600]}\n")
    different = difference(dump(source, *flags), dump(name, *flags))
    print(different, end="\n" if different else "")
    again = difference("\n".join(statements), "\n".join(export(name, search_path, **options)))
    if again and not different:
        print("second export:\n" + again)
    return not failed and not different and not again


def main(arguments):
    if arguments[:1] != ["--random"]:
        return report(arguments[0], *arguments[1:2])
    from random_schemas import RandomSchema

    good = True
    for seed in range(int(arguments[1]), int(arguments[2])):
        with contextlib.closing(connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS random_schema WITH (FORCE)")
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
