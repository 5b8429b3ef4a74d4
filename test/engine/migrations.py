"""Short ways to write migrations in tests."""

import json


def source(**files):
    """A source as a client sends it: source(_001_init="...") is [{"name": "001_init.sql", "sql": "..."}]."""
    return json.dumps([{"name": name.lstrip("_") + ".sql", "sql": text} for name, text in files.items()])


def write(directory, **files):
    """The same as a directory; returns its path as text."""
    path = directory / "migrations"
    path.mkdir(exist_ok=True)
    path.chmod(0o755)
    for name, text in files.items():
        file = path / (name.lstrip("_") + ".sql")
        file.write_text(text)
        file.chmod(0o644)
    return str(path)


ITEMS = "-- Description: Items\n-- migrate:up\nCREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name TEXT);\n-- migrate:down\nDROP TABLE items;\n"
ROWS = "-- migrate:up\nINSERT INTO items VALUES (1, 'one');\nINSERT INTO items VALUES (2, 'two'), (3, 'three');\n-- migrate:down\nDELETE FROM items;\n"
NOTES = "-- migrate:up\nALTER TABLE items ADD COLUMN note TEXT;\n-- migrate:down\nALTER TABLE items DROP COLUMN note;\n"
