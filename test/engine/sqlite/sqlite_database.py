"""SQLite alone: connections with the module loaded, and migrations sent as JSON."""

import json
import os
import pathlib
import sqlite3

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODULE = os.environ.get("WHIMBREL_SQLITE_MODULE", str(ROOT / "build/whimbrel.so"))


def open_database(path):
    connection = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
    connection.enable_load_extension(True)
    connection.load_extension(MODULE.removesuffix(".so"))
    connection.enable_load_extension(False)
    return connection


def source(*scripts, **named):
    """The argument `source`: scripts numbered from 1, or named by version."""
    files = [{"name": f"{number:03}_step.sql", "sql": sql} for number, sql in enumerate(scripts, 1)]
    files += [{"name": f"{name.lstrip('v')}_step.sql", "sql": sql} for name, sql in named.items()]
    return json.dumps(files)


def apply(connection, *scripts, **options):
    """migrate_apply() of these scripts; its rows."""
    row = connection.execute("SELECT migrate_apply(?, ?)", (source(*scripts), json.dumps(options))).fetchone()
    return json.loads(row[0])


def state(connection):
    """Everything that a refused call must leave as it was."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    rows = {table: connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
    return connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name").fetchall(), rows
