"""What a migration sets holds for its later statements too, where migrate_run runs them in transactions of their own."""

import json

import psycopg2
import pytest
from migrations import source

TWICE = "CREATE SCHEMA app; CREATE TABLE public.t (i int); CREATE TABLE app.t (i int); CREATE TYPE public.e AS ENUM ('a'); CREATE TYPE app.e AS ENUM ('a');"


@pytest.fixture
def db(postgresql):
    postgresql.script(TWICE)
    return postgresql


def run(db, text, options="{}"):
    return json.loads(db.one("CALL migrate_run(%s::json, %s)", (source(_001_a=text), options)))


def schemas(db, *names):
    return [db.one("SELECT string_agg(relnamespace::regnamespace::text, ',') FROM pg_class WHERE relname = %s", (name,)) for name in names]


@pytest.mark.parametrize("setting", ["SET search_path TO app", "SELECT pg_catalog.set_config('search_path', 'app', false)", "SET LOCAL search_path = app"])
def test_a_search_path(db, setting):
    run(db, f"{setting}; CREATE TABLE new1 (i int); CREATE INDEX CONCURRENTLY ti ON t (i); CREATE TABLE new2 (i int); VACUUM t; CREATE TABLE new3 (i int);")
    assert schemas(db, "new1", "ti", "new2", "new3") == ["app"] * 4
    assert db.one("SHOW search_path") == '"$user", public'


def test_marked_to_run_without_a_transaction(db):
    run(db, "-- migrate:up transaction:false\nSET search_path TO app; CREATE TABLE new1 (i int); RESET search_path; CREATE TABLE new2 (i int); SET LOCAL search_path = app; CREATE TABLE new3 (i int);")
    assert schemas(db, "new1", "new2", "new3") == ["app", "public", "public"]  # there SET LOCAL ends with its statement


@pytest.mark.parametrize("setting", ["SET LOCAL search_path = app", "SET search_path = app"])
def test_behind_a_new_enum_value(db, setting):
    run(db, f"{setting}; ALTER TYPE e ADD VALUE 'b'; ALTER TABLE t ADD n e DEFAULT 'b';")
    assert db.sql("SELECT attrelid::regclass::text FROM pg_attribute WHERE attname = 'n' AND attrelid IN ('app.t'::regclass, 'public.t'::regclass)") == [("app.t",)]


def test_settings_of_all_kinds(db):
    db.script("CREATE TABLE seen (name text, value text)")
    names = ("work_mem", "statement_timeout", "maintenance_work_mem", "app.tenant")
    show = "INSERT INTO seen " + " UNION ALL ".join(f"SELECT '{name}', current_setting('{name}')" for name in names) + ";"
    run(db, "SET statement_timeout = '33s'; SET work_mem = '77MB'; SELECT set_config('maintenance_work_mem', '66MB', false); SET app.tenant = 'x';"
        f"CREATE INDEX CONCURRENTLY ti ON app.t (i); {show}")
    assert db.sql("SELECT value FROM seen") == [("77MB",), ("33s",), ("66MB",), ("x",)]


def test_a_role(db):
    db.script("DROP ROLE IF EXISTS steps_of_role; CREATE ROLE steps_of_role; GRANT ALL ON SCHEMA app TO steps_of_role;")
    try:
        run(db, "SET ROLE steps_of_role; CREATE TABLE app.new1 (i int); VACUUM app.new1; CREATE INDEX CONCURRENTLY ni ON app.new1 (i); CREATE TABLE app.new2 (i int);")
        assert db.sql("SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relname IN ('new1', 'ni', 'new2')") == [("steps_of_role",)]
        assert db.one("SELECT current_user = session_user")
    finally:
        db.script("DROP OWNED BY steps_of_role; DROP ROLE steps_of_role;")


def test_an_undo(db):
    db.script("CREATE INDEX ti ON public.t (i); CREATE INDEX ti ON app.t (i);")
    run(db, "-- migrate:up\nSELECT 1;\n-- migrate:down\nSET search_path = app;\nDROP INDEX CONCURRENTLY ti;")
    db.sql("CALL migrate_run(NULL, '{\"undo\": true}')")
    assert schemas(db, "ti") == ["public"]


def test_a_run_that_goes_on(db):
    text = "SET search_path = app; CREATE INDEX CONCURRENTLY ti ON t (i); INSERT INTO later VALUES (1); VACUUM t; CREATE TABLE new2 (i int);"
    with db.fails("42P01", "later"):
        run(db, text)
    db.script("CREATE TABLE app.later (i int)")
    run(db, text)
    assert schemas(db, "ti", "new2") == ["app", "app"] and db.one("SELECT count(*) FROM app.later") == 1


def test_what_cannot_be_set_again_is_an_error_of_its_statement(db):
    db.script("DROP ROLE IF EXISTS gone_role; CREATE ROLE gone_role")
    with db.fails("22023", "line 1", "gone_role"):
        run(db, "SET ROLE gone_role; RESET ROLE; DROP ROLE gone_role; VACUUM t; CREATE TABLE new2 (i int);")
    assert db.one("SELECT current_user = session_user")
    with pytest.raises(psycopg2.Error):
        db.sql("SELECT 'app.new2'::regclass")
