"""Whimbrel's own tables come with the functions that need them: an application may have one of the other names."""

import json

import pytest
from migrations import source

MIGRATIONS = {"schema_migrations", "migration_log", "migration_journal", "migration_sources"}


def tables(db):
    return {name for (name,) in db.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")}


def test_migrations(sqlite):
    sqlite.call("migrate_apply", source(_001_users="CREATE TABLE users (id INTEGER PRIMARY KEY)"))
    assert tables(sqlite) == MIGRATIONS | {"users"}


def test_rules(sqlite):
    sqlite.script("CREATE TABLE users (id INTEGER PRIMARY KEY, token TEXT)")
    sqlite.sql("SELECT rule_add('secret', 'users', 'token')")
    assert tables(sqlite) == {"users", "transfer_rules"}


def test_origins(sqlite):
    sqlite.script("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)")
    document = json.dumps({"metadata": {"version": "1.0.0"}, "users": [{"id": 1, "name": "a"}]})
    sqlite.call("import_json", document, '{"preserve_ids": false, "origins": "laptop"}')
    assert tables(sqlite) == {"users", "id_origins"}


def test_bundles(sqlite):
    sqlite.script("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
    sqlite.sql("""SELECT bundle_define('user', '{"table": "users", "natural_key": ["name"], "fields": {"name": "name"}}')""")
    assert tables(sqlite) == {"users", "bundles", "bundle_runs"}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("create", ["CREATE TABLE", "CREATE TABLE IF NOT EXISTS"])
def test_an_application_with_such_names(sqlite, before, create):
    files = {f"_00{i}_{name}": f"{create} {name} (id TEXT PRIMARY KEY, platform TEXT)" for i, name in enumerate(["bundles", "bundle_runs", "id_origins", "transfer_rules"], 2)}
    if before:
        sqlite.call("migrate_apply", source(_001_users="CREATE TABLE users (id INTEGER PRIMARY KEY)"))
    rows = sqlite.call("migrate_apply", source(_001_users="CREATE TABLE users (id INTEGER PRIMARY KEY)", **files))
    assert {row["status"] for row in rows} == {"applied"}
    sqlite.script("INSERT INTO bundles VALUES ('a', 'ios'); INSERT INTO transfer_rules VALUES ('b', 'android')")
    assert {name for (name,) in sqlite.sql("SELECT DISTINCT table_name FROM data_digest()")} >= {"bundles", "transfer_rules", "users"}
    assert len(json.loads(sqlite.one("SELECT export_json()"))["bundles"]) == 1
    with sqlite.refuses("WB005", '"transfer_rules"', "Rename"):
        sqlite.sql("SELECT rule_add('secret', 'bundles', 'platform')")
    with sqlite.refuses("WB005", '"bundles"', "Rename"):
        sqlite.sql("""SELECT bundle_define('b', '{"table": "users", "natural_key": ["id"], "fields": {"id": "id"}}')""")
    path = sqlite.one("SELECT file FROM pragma_database_list WHERE name = 'main'")
    sqlite.call("migrate_reset", json.dumps({"mode": "drop", "confirm": path}))
    assert tables(sqlite) == MIGRATIONS
