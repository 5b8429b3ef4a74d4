"""What the options of export_schema and schema_snapshot choose; that the whole loads and is equal is test_schema_zoo's."""

import json

import pytest

SCHEMA = """
    CREATE SCHEMA app; CREATE SCHEMA auth; CREATE SCHEMA other;
    CREATE EXTENSION hstore SCHEMA other;
    CREATE TYPE other.mood AS ENUM ('sad', 'it''s ok');
    CREATE TABLE auth.users (id integer PRIMARY KEY, mail text);
    CREATE INDEX users_mail ON auth.users (mail);
    CREATE TABLE app.notes (id serial PRIMARY KEY, author integer REFERENCES auth.users, mood other.mood, tags other.hstore);
    CREATE INDEX notes_author ON app.notes (author);
    CREATE TABLE app.tags (name text PRIMARY KEY);
    CREATE VIEW app.moods AS SELECT DISTINCT mood FROM app.notes;
    CREATE TABLE app.log (at date) PARTITION BY RANGE (at);
    CREATE TABLE app.log_1 PARTITION OF app.log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    SET check_function_bodies = off; CREATE FUNCTION app.later() RETURNS integer LANGUAGE sql AS 'SELECT nothing_yet()';
    COMMENT ON COLUMN app.notes.author IS E'two\\nlines';
"""


def restored(source, new_postgresql, **options):
    """A new database with what the export has, applied in one transaction."""
    copy = new_postgresql()
    copy.script("BEGIN; " + source.value("export_schema", json.dumps(options)) + " COMMIT")
    return copy


def relations(database):
    return {row[0] for row in database.sql("""SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('app', 'auth', 'other') AND c.relkind IN ('r', 'p', 'v', 'i', 'I', 'S')""")}


ALL = {"app.notes", "app.notes_id_seq", "app.notes_pkey", "app.notes_author", "app.tags", "app.tags_pkey", "app.moods",
       "app.log", "app.log_1", "auth.users", "auth.users_pkey", "auth.users_mail"}


@pytest.mark.parametrize("options, gone", [
    ({}, set()),
    ({"schemas": ["app"]}, {"auth.users_mail"}),
    ({"schemas": ["auth"]}, {name for name in ALL if name.startswith("app.")}),
    ({"tables": ["app.moods"]}, {"auth.users", "auth.users_pkey", "auth.users_mail", "app.notes_author", "app.notes_pkey", "app.tags",
                                 "app.tags_pkey", "app.log", "app.log_1"}),
    ({"tables": "app.log"}, ALL - {"app.log", "app.log_1"}),
    ({"exclude": ["auth.users"]}, {"auth.users", "auth.users_pkey", "auth.users_mail"}),
    ({"exclude": "app.notes"}, {"app.notes", "app.notes_id_seq", "app.notes_pkey", "app.notes_author", "app.moods"}),
])
def test_what_is_chosen(postgresql, new_postgresql, options, gone):
    postgresql.script(SCHEMA)
    copy = restored(postgresql, new_postgresql, **options)
    assert relations(copy) == ALL - gone
    assert copy.value("export_schema") == copy.value("export_schema")


def test_what_is_left_out_is_named(postgresql):
    postgresql.script(SCHEMA)
    text = postgresql.value("export_schema", '{"exclude": ["auth.users"]}')
    assert "-- left out: constraint app.notes.notes_author_fkey, which needs table auth.users\n" in text
    assert "constraint app.notes.notes_author_fkey" in postgresql.connection.notices[-1]


def test_clean_drops_what_is_there(postgresql, new_postgresql):
    postgresql.script(SCHEMA)
    clean = postgresql.value("export_schema", '{"clean": true}')
    copy = restored(postgresql, new_postgresql, clean=True)
    copy.script("INSERT INTO app.tags VALUES ('old')")
    copy.script("BEGIN; " + clean + " COMMIT")
    assert relations(copy) == ALL
    assert copy.sql("SELECT * FROM app.tags") == []


def test_owners_by_option(postgresql, new_postgresql):
    postgresql.script(SCHEMA + "DO $$ BEGIN CREATE ROLE schema_owner; EXCEPTION WHEN duplicate_object THEN END $$; ALTER TABLE app.tags OWNER TO schema_owner")
    try:
        assert "OWNER TO" not in postgresql.value("export_schema")
        copy = restored(postgresql, new_postgresql, owner=True)
        assert copy.one("SELECT tableowner FROM pg_tables WHERE tablename = 'tags'") == "schema_owner"
        copy.script("DROP OWNED BY schema_owner")
    finally:
        postgresql.script("DROP OWNED BY schema_owner; DROP ROLE schema_owner")


def test_the_settings_of_a_session_do_not_matter(postgresql):
    postgresql.script(SCHEMA)
    before = postgresql.value("export_schema")
    postgresql.script("SET quote_all_identifiers = on; SET DateStyle = 'SQL, DMY'; SET bytea_output = 'escape'")
    assert postgresql.value("export_schema") == before


def test_bare_names_in_functions_mean_the_same(postgresql, new_postgresql):
    postgresql.script("""CREATE SCHEMA app; SET search_path = app, public; CREATE FUNCTION inner_one(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
                         CREATE FUNCTION outer_one(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT inner_one($1)';
                         CREATE TABLE t (a text CHECK (outer_one(a) <> 'NO'), b text GENERATED ALWAYS AS (outer_one(a)) STORED)""")
    if postgresql.connection.server_version < 170000:  # later ones build indexes without a search path
        postgresql.script("CREATE INDEX ON t (outer_one(a))")
    copy = restored(postgresql, new_postgresql)
    copy.script("INSERT INTO app.t (a) VALUES ('x')")
    assert copy.sql("SELECT a, b FROM app.t") == [("x", "X")]


def test_unknown_names(postgresql):
    postgresql.script(SCHEMA)
    with postgresql.fails("WB001", 'there is no schema "ap"', '"app"'):
        postgresql.value("export_schema", '{"schemas": ["ap"]}')
    with postgresql.fails("WB001", 'there is no table "app.note"', '"app.notes"'):
        postgresql.value("export_schema", '{"tables": ["app.note"]}')
    with postgresql.fails("WB001", '"scemas"', '"schemas"'):
        postgresql.value("export_schema", '{"scemas": []}')


def test_snapshots_of_equal_schemas_have_one_digest(postgresql, new_postgresql):
    postgresql.script(SCHEMA)
    model = json.loads(postgresql.value("schema_snapshot"))
    assert (model["format"], model["dialect"], model["schemas"]) == (1, "postgresql", ["app", "auth", "other", "public"])
    facts = {fact["kind"] + " " + fact["identity"]: fact for fact in model["facts"]}
    assert facts["column app.notes.mood"] == {
        "kind": "column", "identity": "app.notes.mood", "name": "mood", "schema": "app", "parent": "table app.notes", "position": 3,
        "properties": {"type": "other.mood"}, "dependencies": ["type other.mood"]}
    assert facts["table app.notes"]["dependencies"] == ["schema app"]
    assert [fact["properties"] for fact in model["facts"] if fact["kind"] == "comment" and fact["name"] == "author"] == [{"text": "two\nlines"}]
    assert json.loads(restored(postgresql, new_postgresql).value("schema_snapshot")) == model
    postgresql.script("ALTER TABLE app.tags ADD note text")
    assert json.loads(postgresql.value("schema_snapshot"))["digest"] != model["digest"]


def test_default_privileges_are_privileges(postgresql):
    before = postgresql.value("schema_snapshot")
    postgresql.script("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC")
    assert postgresql.value("schema_snapshot") == before
    assert any(fact["kind"] == "default privileges" for fact in json.loads(postgresql.value("schema_snapshot", '{"privileges": true}'))["facts"])


def test_what_stands_on_tables_of_extensions_is_named(postgresql):
    postgresql.script("BEGIN; CREATE EXTENSION citext; CREATE TABLE theirs (a int PRIMARY KEY, b text); CREATE INDEX their_index ON theirs (b); ALTER EXTENSION citext ADD TABLE theirs; COMMIT")
    assert "not written" not in postgresql.value("export_schema")
    postgresql.script("CREATE INDEX mine ON theirs (b); CREATE POLICY also_mine ON theirs")
    text = postgresql.value("export_schema")
    for what in ("index mine", "policy also_mine"):
        assert f"-- not written: addition {what} on public.theirs, which stands on a table of an extension\n" in text
    assert text.count("not written") == 2
    with postgresql.fails("WB005", "index mine", "2 objects"):
        postgresql.value("export_schema", '{"strict": true}')
