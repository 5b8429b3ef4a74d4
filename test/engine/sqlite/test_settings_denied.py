"""A setting that cannot be put back (an authorizer of the application forbids it) undoes the call, and nothing else."""

import sqlite3

import pytest
from sqlite_database import apply, state


@pytest.fixture
def guarded(db):
    def authorize(action, name, value, *_):
        forbidden = action == sqlite3.SQLITE_PRAGMA and name == "legacy_alter_table" and value == "0"
        return sqlite3.SQLITE_DENY if forbidden else sqlite3.SQLITE_OK

    db.execute("CREATE TABLE kept (id)")
    db.set_authorizer(authorize)
    return db


@pytest.mark.parametrize("others", [0, 20])  # many run as parts of one savepoint
@pytest.mark.parametrize("begin", [None, "BEGIN"])
@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"on_error": "stop"}])
def test_nothing_is_left(guarded, begin, others, options):
    before = state(guarded)
    if begin:
        guarded.execute(begin)
    with pytest.raises(sqlite3.DatabaseError, match="not authorized") as caught:
        apply(guarded, "CREATE TABLE made (id)", "PRAGMA legacy_alter_table = ON; CREATE TABLE next (id)", *(f"CREATE TABLE other_{n} (id)" for n in range(others)), **options)
    assert "no such savepoint" not in str(caught.value)
    assert guarded.in_transaction == bool(begin)
    if begin:
        guarded.execute("COMMIT")
    assert state(guarded) == before
    guarded.set_authorizer(None)
    guarded.execute("PRAGMA legacy_alter_table = OFF")
    assert apply(guarded, "CREATE TABLE made (id)")[0]["status"] == "applied"
