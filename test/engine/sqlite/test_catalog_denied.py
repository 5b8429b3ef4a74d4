"""An authorizer of the application that keeps parts of the catalog back gets an error, not an export without them."""

import sqlite3

import pytest


@pytest.mark.parametrize("answer", [sqlite3.SQLITE_IGNORE, sqlite3.SQLITE_DENY])
@pytest.mark.parametrize("call", ["SELECT export_json()", "SELECT * FROM data_digest()"])
@pytest.mark.parametrize("pragma", ["table_xinfo", "table_list"])
def test_nothing_is_left_out_in_silence(db, pragma, call, answer):
    db.executescript("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a UNIQUE); INSERT INTO a VALUES (1)")
    db.set_authorizer(lambda action, name, *_: answer if action == sqlite3.SQLITE_PRAGMA and name == pragma else sqlite3.SQLITE_OK)
    with pytest.raises(sqlite3.Error):
        db.execute(call).fetchall()
    db.set_authorizer(None)
    assert len(db.execute("SELECT * FROM data_digest()").fetchall()) == 2
