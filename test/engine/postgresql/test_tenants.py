"""A history for each schema: the option `schema`."""

import json

import pytest
from migrations import ITEMS, NOTES, ROWS, source

THREE = source(_001_items=ITEMS, _002_rows=ROWS, _010_add_notes=NOTES)


def options(schema, **more):
    return json.dumps({"schema": schema, **more})


@pytest.fixture
def tenants(postgresql):
    postgresql.script('CREATE SCHEMA one; CREATE SCHEMA "Two; x";')
    return postgresql


def versions(rows, key="state"):
    return [(row["version"], row[key]) for row in rows]


def test_each_schema_has_its_own_history(tenants):
    db = tenants
    with db.unchanged():
        assert versions(db.call("migrate_status", THREE, options("one"))) == [
            ("001", "pending"), ("002", "pending"), ("010", "pending")]
        assert db.call("migrate_history", options("one")) == []
    assert len(db.call("migrate_apply", THREE, options("one"))) == 3
    assert len(db.call("migrate_apply", THREE, options("Two; x", target="2"))) == 2
    assert db.one("SELECT count(*) FROM one.items") == db.one('SELECT count(*) FROM "Two; x".items') == 3
    assert db.one("SELECT to_regclass('public.items')") is None
    assert db.one("SHOW search_path") == '"$user", public'
    assert [state for _, state in versions(db.call("migrate_status", THREE, options("Two; x")))] == ["applied", "applied", "pending"]
    assert db.call("migrate_history") == [] and len(db.call("migrate_history", options("one"))) == 3
    assert [state for _, state in versions(db.call("migrate_status", THREE))] == ["pending"] * 3
    with db.unchanged():
        assert db.call("migrate_apply", THREE, options("one")) == []
    assert versions(db.call("migrate_rollback", options("one")), "status") == [("010", "rolled_back")]
    assert versions(db.call("migrate_redo", options("Two; x")), "status") == [("002", "rolled_back"), ("002", "applied")]
    assert "1 pending" in db.value("migrate_report", THREE, options("one"))


def test_its_tables_are_like_the_extensions(tenants):
    db = tenants
    db.call("migrate_apply", THREE, options("one"))
    columns = """SELECT c.relname, a.attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid),
                        obj_description(c.oid, 'pg_class')
                 FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0
                 LEFT JOIN pg_attrdef d ON adrelid = c.oid AND adnum = attnum
                 WHERE relnamespace = '{0}'::regnamespace AND relkind = 'r' AND relname ~ 'migration' AND relname <> 'migration_sources' ORDER BY 1, attnum"""
    assert db.sql(columns.format("one")) == db.sql(columns.format("public")) != []
    assert db.sql("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'one.schema_migrations'::regclass AND contype = 'p'") == [
        ("PRIMARY KEY (version)",)]
    assert sorted(db.digests()) == ["one.items"]


def test_registered_migrations_are_for_every_schema(tenants):
    db = tenants
    db.value("migrate_add", "001", "t", "CREATE TABLE t (id INT PRIMARY KEY)", "DROP TABLE t")
    for schema in ("one", "Two; x"):
        assert versions(db.call("migrate_status", None, options(schema))) == [("001", "pending")]
        assert len(db.call("migrate_apply", None, options(schema))) == 1
    assert db.one("SELECT count(*) FROM one.t") == 0


def test_files_that_record_themselves(tenants):
    db = tenants
    own = "CREATE TABLE t (id INT);\nINSERT INTO schema_migrations (version, description) VALUES ('001', 'mine') ON CONFLICT (version) DO NOTHING;"
    db.call("migrate_apply", source(_001_own=own), options("one"))
    assert db.sql("SELECT version, description FROM one.schema_migrations") == [("001", "mine")]
    assert db.sql("SELECT * FROM public.schema_migrations") == []


def test_a_file_records_itself_in_the_history_of_the_call_alone(tenants):
    """Whatever the search_path finds first."""
    db = tenants
    db.call("migrate_apply", source(_001_first="CREATE TABLE users (id INT)"), options("one"))
    shared = "INSERT INTO schema_migrations (version, description) VALUES ('005', 'mine') ON CONFLICT (version) DO NOTHING"
    for path in ("one, public", "one", "public"):
        db.script(f"SET search_path = {path}")
        db.sql("SELECT * FROM public.migrate_apply(%s::json)", (source(_005_shared=shared + f" -- {path}"),))
        db.script("RESET search_path")
        assert db.sql("SELECT version FROM one.schema_migrations") == [("001",)]
        assert db.sql("SELECT version FROM public.schema_migrations") == [("005",)]
        db.sql("DELETE FROM public.schema_migrations")


def test_reset_empties_the_schema_only(tenants):
    db = tenants
    db.sql("CREATE TABLE kept (id INT)")
    db.call("migrate_apply", THREE, options("one"))
    db.call("migrate_reset", options("one", mode="drop", confirm=db.name))
    assert db.one("SELECT to_regclass('one.items')") is None
    assert db.one("SELECT count(*) FROM kept") == 0
    assert len(db.call("migrate_history", options("one"))) == 7
    assert len(db.call("migrate_apply", THREE, options("one"))) == 3
    db.call("migrate_baseline", "011", options("Two; x"))
    assert versions(db.call("migrate_repair", "011", options("Two; x", forget=True)), "action") == [("011", "forgotten")]


def test_what_is_no_schema_for_a_history(tenants):
    db = tenants
    with db.refuses("WB001", "nowhere"):
        db.call("migrate_apply", THREE, options("nowhere"))
    db.sql("CREATE TABLE one.schema_migrations (version TEXT PRIMARY KEY)")
    with db.refuses("WB005", "one.schema_migrations"):
        db.call("migrate_apply", THREE, options("one"))


def test_a_tenants_owner_needs_rights_on_the_schema_alone(tenants):
    db = tenants
    db.script("DROP ROLE IF EXISTS whimbrel_tenant; CREATE ROLE whimbrel_tenant; SET ROLE whimbrel_tenant")
    with db.refuses("42501", "one"):
        db.call("migrate_apply", THREE, options("one"))
    db.script("RESET ROLE; GRANT USAGE, CREATE ON SCHEMA one TO whimbrel_tenant; SET ROLE whimbrel_tenant")
    assert len(db.call("migrate_apply", THREE, options("one"))) == 3
    assert len(db.call("migrate_rollback", options("one", steps=3))) == 3
    with db.fails("42501"):
        db.call("migrate_apply", THREE)
    db.script("RESET ROLE; DROP OWNED BY whimbrel_tenant; DROP ROLE whimbrel_tenant")


def test_run_keeps_to_the_schema(tenants):
    db = tenants
    files = source(_001_items=ITEMS, _002_index="-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY by_name ON items (name);", _003_rows=ROWS)
    db.sql("CALL migrate_run(%s::json, %s)", (files, options("one")))
    assert db.one("SELECT count(*) FROM one.items") == 3
    assert db.one("SELECT indisvalid FROM pg_index WHERE indexrelid = 'one.by_name'::regclass")
    assert [row["state"] for row in db.call("migrate_status", files, options("one"))] == ["applied"] * 3
    assert db.one("SHOW search_path") == '"$user", public'


def test_a_dry_run_tells_of_the_migrations_alone(tenants):
    db = tenants
    for schema in ("one", "Two; x"):
        for _ in range(2):
            rows = db.call("migrate_apply", source(_001_t="CREATE TABLE t (id INT); INSERT INTO t VALUES (1);"), options(schema, dry_run=True))
            assert [row["description"] for row in rows if row["version"] is None and "migration" in row["description"]] == []
            assert [row["rows_affected"] for row in rows if row["status"] == "rows"] == [1]
            db.call("migrate_apply", source(_000_t="SELECT 1"), options(schema))


def test_reset_of_a_schema_with_another_history(tenants):
    db = tenants
    db.call("migrate_apply", source(_001_t="CREATE TABLE t (id INT)"), options("one"))
    with db.refuses("WB001", 'schema "one" has a history of its own', '"schema": "one"'):
        db.call("migrate_reset", json.dumps({"mode": "drop", "confirm": db.one("SELECT current_database()"), "schemas": ["one"]}))
    rows = db.call("migrate_reset", json.dumps({"mode": "drop", "confirm": db.one("SELECT current_database()"), "schemas": ["one"], "schema": "one"}))
    assert [row["status"] for row in rows] == ["reset", "dropped"]


def test_errors_name_calls_with_the_schema(tenants):
    db = tenants
    db.call("migrate_apply", THREE, options("Two; x"))
    changed = source(_001_items=ITEMS.replace("items", "others"), _002_rows=ROWS, _010_add_notes=NOTES)
    call = """migrate_sql('001', 'up', '{"schema":"Two; x"}')"""
    with db.refuses("WB012", call, """migrate_repair('001', '{"source":[…],"schema":"Two; x"}')"""):
        db.call("migrate_apply", changed, options("Two; x"))
    assert "items" in db.one(f"SELECT {call}")
    with db.refuses("WB016", "001"):
        db.one("SELECT migrate_sql('001', 'up')")


@pytest.fixture
def apart(new_postgresql):
    """The extension in a schema of its own, and a table of the application that has the name of one of its tables."""
    db = new_postgresql()
    db.script("DROP EXTENSION whimbrel; CREATE SCHEMA ops; CREATE EXTENSION whimbrel SCHEMA ops; SET search_path = public, ops")
    yield db


@pytest.mark.parametrize("name", ["schema_migrations", '"schema_migrations"', "public.schema_migrations", "Public . Schema_Migrations"])
def test_a_table_of_the_application_with_the_name_of_ours(apart, name):
    db = apart
    files = source(_001_old="CREATE TABLE users (id int)",
                   _002_rails=f"CREATE TABLE public.schema_migrations (version varchar PRIMARY KEY); INSERT INTO {name} (version) VALUES ('2019'), ('2020')",
                   _003_clean=f"DELETE FROM {name} WHERE version = '2019'", _004_more="CREATE TABLE more (id int)")
    assert [row["status"] for row in db.call("migrate_apply", files)] == ["applied"] * 4
    assert db.sql("SELECT version FROM public.schema_migrations") == [("2020",)]
    assert versions(db.call("migrate_status", files)) == [(version, "applied") for version in ("001", "002", "003", "004")]
    with db.fails("42703", "line 2"):
        db.call("migrate_apply", source(**{"_005_bad": f"SELECT 1;\nINSERT INTO {name} (nothing) VALUES (1)"}))


def test_a_file_that_records_itself_where_the_extension_is_apart(apart):
    db = apart
    own = "CREATE TABLE {} (i int); INSERT INTO {} (version, description) VALUES ('{}', 'by itself')"
    files = source(_001_a=own.format("a", "schema_migrations", "001"), _002_b=own.format("b", "public.schema_migrations", "002"))
    assert [row["status"] for row in db.call("migrate_apply", files)] == ["applied"] * 2
    assert db.sql("SELECT version, description FROM ops.schema_migrations ORDER BY 1") == [("001", "by itself"), ("002", "by itself")]
    db.script("CREATE SCHEMA tenant")
    files = source(_001_a=own.format("ops.a", "public.schema_migrations", "001").replace("ops.a", "a1"))
    db.call("migrate_apply", files, options("tenant"))
    assert db.sql("SELECT version, description FROM tenant.schema_migrations") == [("001", "by itself")]
