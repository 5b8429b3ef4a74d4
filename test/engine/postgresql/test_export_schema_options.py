"""Options of export_schema in PostgreSQL beyond what is chosen, and what it names instead of writing it."""

import contextlib
import json

import psycopg2
import pytest
from test_export_schema import restored

ROLES = ("schema_owner", "schema_reader")


@pytest.fixture
def roles(postgresql):
    for role in ROLES:
        postgresql.script(f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN END $$")
    yield
    for role in ROLES:
        postgresql.script(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def export(database, **options):
    return database.value("export_schema", json.dumps(options))


def test_plain_definitions_are_the_servers_own(postgresql):
    postgresql.script("""
        CREATE DOMAIN word AS text; CREATE TYPE mood AS ENUM ('a', 'b');
        CREATE TABLE "T t" (a integer, "b B" varchar(9), c text COLLATE "C", d word, e mood, f integer[], g uuid, PRIMARY KEY (a, "b B"));
        CREATE INDEX i1 ON "T t" (a DESC, "b B" NULLS FIRST, c DESC NULLS LAST); CREATE UNIQUE INDEX i2 ON "T t" (c, g); CREATE INDEX i3 ON "T t" (a, a, a, a);
        CREATE INDEX i4 ON "T t" (c COLLATE "POSIX"); CREATE INDEX i5 ON "T t" (c text_pattern_ops); CREATE INDEX i6 ON "T t" (d, e); CREATE INDEX i7 ON "T t" (f);
        CREATE INDEX i8 ON "T t" (a) INCLUDE (g); CREATE INDEX i9 ON "T t" (a) WHERE g IS NULL; CREATE INDEX i10 ON "T t" (a) WITH (fillfactor = 50);
        CREATE INDEX i11 ON "T t" USING hash (a); CREATE UNIQUE INDEX i12 ON "T t" (a) NULLS NOT DISTINCT; CREATE INDEX i13 ON "T t" (lower(c), a);
        CREATE TABLE p (a integer, b bigint) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX i14 ON p (b, a)""")
    facts = json.loads(postgresql.value("schema_snapshot"))["facts"]
    found = {fact["identity"]: fact["properties"]["definition"] for fact in facts if fact["kind"] == "index"}
    postgresql.script("SET search_path = pg_catalog")
    assert found == {name: postgresql.one(f"SELECT pg_get_indexdef('{name}'::regclass)") for name in found}
    assert len(found) == 15


def test_owners_and_privileges(postgresql, new_postgresql, roles):
    postgresql.script("""CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, secret text); ALTER TABLE t OWNER TO schema_owner;
        GRANT SELECT (id), UPDATE (secret) ON t TO schema_reader; REVOKE DELETE ON t FROM schema_owner; GRANT USAGE ON SEQUENCE t_id_seq TO schema_reader;
        CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
        ALTER DEFAULT PRIVILEGES FOR ROLE schema_owner GRANT SELECT ON TABLES TO schema_reader""")
    bare = export(postgresql)
    assert all(word not in bare for word in ("OWNER TO", "GRANT ", "REVOKE ", "DEFAULT PRIVILEGES", "CREATE ROLE"))
    privileges = export(postgresql, privileges=True)
    assert "OWNER TO" not in privileges and 'GRANT SELECT (id)' in privileges
    whole = export(postgresql, owner=True, privileges=True)
    copy = restored(postgresql, new_postgresql, owner=True, privileges=True)
    assert export(copy, owner=True, privileges=True) == whole
    assert copy.sql("SELECT pg_get_userbyid(relowner), relacl::text FROM pg_class WHERE relname = 't'") == postgresql.sql(
        "SELECT pg_get_userbyid(relowner), relacl::text FROM pg_class WHERE relname = 't'")
    assert copy.one("SELECT defaclacl::text FROM pg_default_acl") == postgresql.one("SELECT defaclacl::text FROM pg_default_acl")
    copy.script("DROP OWNED BY schema_owner CASCADE; DROP OWNED BY schema_reader CASCADE")


def test_another_owner_of_schema_public(postgresql, new_postgresql, roles):
    """What the first owner had is the new owner's, and the other's to revoke."""
    postgresql.script("ALTER SCHEMA public OWNER TO schema_owner; REVOKE ALL ON SCHEMA public FROM schema_owner; GRANT CREATE ON SCHEMA public TO schema_reader")
    copy = restored(postgresql, new_postgresql, owner=True, privileges=True)
    privileges = "SELECT pg_get_userbyid(nspowner), nspacl::text FROM pg_namespace WHERE nspname = 'public'"
    assert copy.sql(privileges) == postgresql.sql(privileges)
    for db in (copy, postgresql):
        db.script("ALTER SCHEMA public OWNER TO pg_database_owner; REVOKE ALL ON SCHEMA public FROM schema_reader")


def test_privileges_on_what_others_made(postgresql, new_postgresql, roles):
    postgresql.script("""CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext; GRANT EXECUTE ON FUNCTION ext.hstore(text, text) TO schema_reader;
        REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC; GRANT SELECT (rolname) ON pg_catalog.pg_authid TO schema_reader;
        GRANT SELECT ON schema_migrations TO schema_reader""")
    assert "pg_sleep" not in export(postgresql)
    text = export(postgresql, privileges=True)
    assert "schema_migrations" not in text  # Whimbrel's own extension is no part of it
    copy = restored(postgresql, new_postgresql, privileges=True)
    assert export(copy, privileges=True) == text
    checks = ("has_function_privilege('schema_reader', 'ext.hstore(text, text)', 'EXECUTE')", "has_function_privilege('schema_reader', 'pg_sleep(double precision)', 'EXECUTE')",
              "has_column_privilege('schema_reader', 'pg_authid', 'rolname', 'SELECT')")
    assert copy.sql("SELECT " + ", ".join(checks)) == [(True, False, True)]
    copy.script("DROP OWNED BY schema_reader CASCADE")


def test_schemas_bring_what_belongs_to_their_types(postgresql, new_postgresql):
    postgresql.script("""CREATE SCHEMA app; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA app; CREATE EXTENSION pg_trgm SCHEMA tools;
        CREATE TYPE app.money AS (amount numeric); CREATE FUNCTION tools.amount(app.money) RETURNS numeric LANGUAGE sql AS 'SELECT $1.amount';
        CREATE CAST (app.money AS numeric) WITH FUNCTION tools.amount; CREATE TABLE tools.other (id integer); CREATE TABLE app.bills (total app.money)""")
    text = export(postgresql, schemas=["app"])
    assert "CREATE CAST" in text and "hstore" in text
    assert "pg_trgm" not in text and "tools.other" not in text
    copy = restored(postgresql, new_postgresql, schemas=["app"])
    assert copy.one("SELECT '(5)'::app.money::numeric") == 5


def test_roles_of_policies_come_without_a_right(postgresql, roles):
    postgresql.script("CREATE TABLE t (id integer); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t TO schema_reader USING (id > 0)")
    text = export(postgresql)
    assert "IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'schema_reader')" in text
    assert "CREATE POLICY p ON public.t TO schema_reader" in text


def test_security_labels(postgresql):
    postgresql.script("""CREATE TABLE t (id integer); CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        INSERT INTO pg_seclabel SELECT oid, 'pg_class'::regclass, n, 'The Guard', 'it''s secret' FROM pg_class, generate_series(0, 1) n WHERE relname = 't';
        INSERT INTO pg_seclabel SELECT oid, 'pg_proc'::regclass, 0, 'guard', 'x' FROM pg_proc WHERE proname = 'f'""")
    text = export(postgresql)
    assert """SECURITY LABEL FOR "The Guard" ON TABLE public.t IS 'it''s secret';""" in text
    assert """SECURITY LABEL FOR "The Guard" ON COLUMN public.t.id IS 'it''s secret';""" in text
    assert "SECURITY LABEL FOR \"guard\" ON FUNCTION public.f() IS 'x';" in text


def test_tablespaces_where_they_are(postgresql, new_postgresql, server):
    server.execute("SET allow_in_place_tablespaces = on")
    server.execute("CREATE TABLESPACE whimbrel_space LOCATION ''")
    copy = None
    try:
        postgresql.script("""CREATE TABLE t (id integer PRIMARY KEY USING INDEX TABLESPACE whimbrel_space) TABLESPACE whimbrel_space; CREATE TABLE u (id integer);
            CREATE INDEX i ON u (id) TABLESPACE whimbrel_space; CREATE MATERIALIZED VIEW m TABLESPACE whimbrel_space AS SELECT 1 AS a""")
        text = export(postgresql)
        copy = restored(postgresql, new_postgresql)
        spaces = "SELECT c.relname, s.spcname FROM pg_class c LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.relname IN ('t', 't_pkey', 'u', 'i', 'm') ORDER BY 1"
        assert copy.sql(spaces) == postgresql.sql(spaces) == [("i", "whimbrel_space"), ("m", "whimbrel_space"), ("t", "whimbrel_space"), ("t_pkey", "whimbrel_space"), ("u", None)]
        elsewhere = new_postgresql()
        elsewhere.script("BEGIN; " + text.replace("whimbrel_space", "not_there") + " COMMIT")
        assert elsewhere.one("SELECT count(*) FROM pg_class WHERE relname IN ('t', 't_pkey', 'u', 'i', 'm') AND reltablespace = 0") == 5
    finally:
        for database in (postgresql, copy):
            if database:
                database.script("DROP MATERIALIZED VIEW IF EXISTS m; DROP TABLE IF EXISTS t, u")
        server.execute("DROP TABLESPACE whimbrel_space")


@pytest.mark.parametrize("sql, name", [
    ("CREATE TABLE t (id integer); CREATE UNIQUE INDEX i ON t (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass; COMMENT ON INDEX i IS 'x'",
     "index public.i, which is not valid"),
    ("CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; UPDATE pg_proc SET prokind = 'z' WHERE proname = 'f'",
     "routine of kind z public.f(), a kind of object that this version cannot write"),
])
def test_what_cannot_be_written_is_named(postgresql, new_postgresql, sql, name):
    postgresql.script("CREATE TABLE kept (id integer);" + sql)
    text = export(postgresql)
    assert f"-- not written: {name}\n" in text
    assert any(name in notice for notice in postgresql.connection.notices)
    assert "CREATE TABLE public.kept" in text
    restored(postgresql, new_postgresql)
    with postgresql.fails("WB005", "cannot write " + name):
        export(postgresql, strict=True)


def test_hidden_things_are_named(postgresql, server):
    postgresql.script("""CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing;
        CREATE USER MAPPING FOR PUBLIC SERVER far; CREATE USER MAPPING FOR postgres SERVER far OPTIONS (password 'x')""")
    assert "password 'x'" in export(postgresql, strict=True)
    server.execute("CREATE ROLE schema_visitor LOGIN")
    try:
        with contextlib.closing(psycopg2.connect(dbname=postgresql.name, user="schema_visitor")) as visitor, visitor.cursor() as cursor:
            cursor.execute("SELECT export_schema()")
            text = cursor.fetchone()[0]
            assert "-- not written: the options of user mapping postgres SERVER far, which this role cannot read\n" in text
            assert "password" not in text
            with pytest.raises(psycopg2.Error, match="cannot write the options of user mapping"):
                cursor.execute("""SELECT export_schema('{"strict": true}')""")
    finally:
        server.execute("DROP ROLE schema_visitor")
