"""Databases for the tests of what is SQLite's alone."""

import pytest

from sqlite_database import open_database


@pytest.fixture
def database(tmp_path):
    """The path of a database file that does not exist yet."""
    return str(tmp_path / "test.db")


@pytest.fixture
def db(database):
    connection = open_database(database)
    yield connection
    connection.close()


@pytest.fixture
def filled(db):
    """A database with a table `note` of three rows."""
    db.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)")
    db.execute("INSERT INTO note (text) VALUES ('one'), ('two'), ('three')")
    return db
