"""A function that says IMMUTABLE and looks at rows is called by the planner: it sees what the statements before it did."""

import json

import pytest
from migrations import source

SETTINGS = """CREATE TABLE settings (name text, value text);
CREATE FUNCTION setting(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT value FROM settings WHERE name = $1';
CREATE TABLE seen (step text, value text);"""
CHANGES = """INSERT INTO settings VALUES ('zone', 'UTC');
INSERT INTO seen VALUES ('insert', setting('zone'));
UPDATE settings SET value = 'CET';
INSERT INTO seen VALUES ('update', setting('zone'));"""


@pytest.mark.parametrize("function", ["migrate_apply", "migrate_run"])
@pytest.mark.parametrize("files", [
    {"_001_all": SETTINGS + CHANGES},
    {"_001_settings": SETTINGS, "_002_changes": CHANGES},
    {"_001_settings": SETTINGS, "_002_changes": CHANGES, **{f"_{n:03}_more": f"CREATE TABLE more_{n} ()" for n in range(3, 20)}}])
def test_statements_before(postgresql, function, files):
    if function == "migrate_run":
        postgresql.sql("CALL migrate_run(%s::json)", (source(**files),))
    else:
        postgresql.call(function, source(**files))
    assert postgresql.sql("SELECT step, value FROM seen") == [("insert", "UTC"), ("update", "CET")]


def test_a_down_part(postgresql):
    down = "UPDATE settings SET value = 'EET'; INSERT INTO seen VALUES ('down', setting('zone'));"
    postgresql.call("migrate_apply", source(_001_settings=SETTINGS, _002_changes=f"-- migrate:up\n{CHANGES}\n-- migrate:down\n{down}"))
    postgresql.call("migrate_rollback")
    assert postgresql.one("SELECT value FROM seen WHERE step = 'down'") == "EET"


def test_a_verify_query(postgresql):
    has_type = "CREATE FUNCTION has_type(n text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN EXISTS (SELECT FROM pg_type WHERE typname = n); END $$;"
    verified = "-- migrate:up\nCREATE DOMAIN short_text AS text;\n-- migrate:verify\nSELECT has_type('short_text');"
    rows = postgresql.call("migrate_apply", source(_001_function=has_type, _002_domain=verified))
    assert [row["status"] for row in rows] == ["applied", "applied"]


def test_a_dry_run(postgresql):
    rows = postgresql.call("migrate_apply", source(_001_all=SETTINGS + CHANGES + "DO $$ BEGIN ASSERT (SELECT count(*) FROM seen WHERE value IS NULL) = 0; END $$"), json.dumps({"dry_run": True}))
    assert rows[0]["status"] == "would_apply"
