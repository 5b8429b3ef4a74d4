"""DROP SCHEMA ... CASCADE of the schema in which the extension, or a history, stands."""

import pytest
from migrations import source


@pytest.mark.parametrize("statement", ["DROP SCHEMA public CASCADE", "DROP EXTENSION whimbrel", "ALTER SCHEMA public RENAME TO old", "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION whimbrel",
                                       "DO $$ BEGIN EXECUTE 'DROP SCHEMA public CASCADE'; END $$"])
def test_the_extensions(postgresql, statement):
    files = source(_001_a=f"CREATE TABLE a (id INT);\n{statement};")
    with postgresql.unchanged(), postgresql.fails("WB005", 'migration "001_a.sql", line 2', 'takes away table "public.schema_migrations"', "CREATE EXTENSION whimbrel SCHEMA ops"):
        postgresql.call("migrate_apply", files)
    with postgresql.fails("WB005", 'migration "001_a.sql", line 2', 'takes away table "public.schema_migrations"'):
        postgresql.sql("CALL migrate_run(%s::json)", (files,))
    assert postgresql.one("SELECT to_regclass('public.a')") is None


def test_one_apart(postgresql):
    postgresql.script("DROP EXTENSION whimbrel; CREATE SCHEMA ops; CREATE EXTENSION whimbrel SCHEMA ops")
    files = source(_001_a="CREATE TABLE a (id INT)", _002_b="DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE b (id INT)")
    assert [row[0] for row in postgresql.sql("SELECT status FROM ops.migrate_apply(%s::json)", (files,))] == ["applied", "applied"]
    assert postgresql.one("SELECT count(*) FROM b") == 0


def test_of_a_tenant(postgresql):
    postgresql.script("CREATE SCHEMA tenant")
    files = source(_001_a="CREATE TABLE a (id INT)", _002_b="DROP SCHEMA tenant CASCADE; CREATE SCHEMA tenant")
    with postgresql.fails("WB005", 'migration "002_b.sql", line 1', 'takes away table "tenant.schema_migrations"', 'another schema in the option "schema"'):
        postgresql.call("migrate_apply", files, '{"schema": "tenant"}')
    # The caller's own may go.
    assert [row["status"] for row in postgresql.call("migrate_apply", files)] == ["applied", "applied"]


@pytest.mark.parametrize("statement", ["DO $$ BEGIN COMMIT; DROP EXTENSION whimbrel; END $$", "DO $$ BEGIN DROP SCHEMA public CASCADE; COMMIT; END $$", "CALL away()", "DROP EXTENSION whimbrel"])
def test_outside_of_a_transaction(postgresql, statement):
    db = postgresql
    db.script("CREATE SCHEMA tools; CREATE PROCEDURE tools.away() LANGUAGE plpgsql AS $$ BEGIN DROP EXTENSION whimbrel; END $$; ALTER DATABASE " + db.name + " SET search_path = public, tools")
    db.script("SET search_path = public, tools")
    files = source(_001_a="CREATE TABLE a (id INT)", _002_b=f"-- migrate:up transaction:false\nCREATE TABLE b (id INT);\n{statement};")
    with db.fails("WB005", 'migration "002_b.sql", line 3', 'takes away table "public.schema_migrations"', "CREATE EXTENSION whimbrel SCHEMA ops"):
        db.sql("CALL migrate_run(%s::json)", (files,))
    assert [(row["version"], row["state"]) for row in db.call("migrate_status", files)] == [("001", "applied"), ("002", "incomplete")]
    mended = source(_001_a="CREATE TABLE a (id INT)", _002_b="-- migrate:up transaction:false\nCREATE TABLE b (id INT);\nDO $$ BEGIN COMMIT; CREATE TABLE c (id INT); END $$;")
    db.sql("CALL migrate_run(%s::json)", (mended,))
    assert db.one("SELECT count(*) FROM c") == 0


def test_outside_of_a_transaction_of_a_tenant(postgresql):
    postgresql.script("CREATE SCHEMA tenant")
    files = source(_001_a="-- migrate:up transaction:false\nDO $$ BEGIN DROP SCHEMA tenant CASCADE; COMMIT; END $$")
    with postgresql.fails("WB005", 'migration "001_a.sql", line 2', 'takes away table "tenant.schema_migrations"', 'another schema in the option "schema"'):
        postgresql.sql("CALL migrate_run(%s::json, %s)", (files, '{"schema": "tenant"}'))
    assert postgresql.one("SELECT count(*) FROM tenant.schema_migrations") == 0
