"""A migration that would take away Whimbrel's own tables is refused, at the statement and with the way out."""

import json

import pytest
from migrations import source


def texts(statement):
    return source(_001_a=f"-- migrate:up\nCREATE TABLE a (id INT);\n{statement};\n-- migrate:down\nDROP TABLE a;\n")


@pytest.mark.parametrize("statement", ["DROP TABLE schema_migrations", "DROP TABLE IF EXISTS migration_log", "DROP TABLE {schema}.migration_journal"])
def test_a_drop(db, statement):
    with db.unchanged(), db.fails(None, 'migration "001_a.sql", line 3', "Whimbrel's own", "Leave the statement out") as failure:
        db.call("migrate_apply", texts(statement.format(schema="main" if db.engine == "sqlite" else "public")))
    assert "drop extension" not in failure.text


@pytest.mark.parametrize("statement", ["ALTER TABLE schema_migrations RENAME TO old_migrations", "ALTER TABLE {schema}.migration_log RENAME TO old_log"])
@pytest.mark.parametrize("options", [{}, {"dry_run": True}])
def test_a_rename(db, statement, options):
    with db.unchanged(), db.fails("WB005", 'migration "001_a.sql", line 3', "Whimbrel's own, with the history", "Leave the statement out"):
        db.call("migrate_apply", texts(statement.format(schema="main" if db.engine == "sqlite" else "public")), json.dumps(options))


def test_among_many(db):
    many = {f"_{number:03}_t": f"CREATE TABLE t{number} (id INT)" for number in range(1, 20)}
    many["_020_z"] = "ALTER TABLE schema_migrations RENAME TO z"
    with db.unchanged(), db.fails("WB005", 'migration "020_z.sql", line 1', "Whimbrel's own"):
        db.call("migrate_apply", source(**many))


def test_a_down_part(db):
    up_and_down = source(_001_a="-- migrate:up\nCREATE TABLE a (id INT);\n-- migrate:down\nALTER TABLE schema_migrations RENAME TO z;\n")
    db.call("migrate_apply", up_and_down)
    with db.unchanged(), db.fails("WB005", "down part of migration \"001_a.sql\"", "line 1", "Whimbrel's own"):
        db.call("migrate_rollback", "{}")


def test_a_column_and_other_tables(db):
    db.call("migrate_apply", texts("ALTER TABLE schema_migrations ADD COLUMN ticket TEXT"))
    db.call("migrate_apply", source(_002_b="CREATE TABLE old_log (id INT); ALTER TABLE old_log RENAME TO log; DROP TABLE log"))
    assert [row["state"] for row in db.call("migrate_status", texts("ALTER TABLE schema_migrations ADD COLUMN ticket TEXT"))] == ["applied", "missing"]
