"""Columns whose default draws from a sequence that they do not own: an import puts it behind the highest number too."""

import json

import pytest

TABLES = {
    "users": "CREATE SEQUENCE user_ids; CREATE TABLE users (id bigint PRIMARY KEY DEFAULT nextval('user_ids'), name text)",
    "copy": "CREATE TABLE old (id serial PRIMARY KEY, name text); CREATE TABLE copy (LIKE old INCLUDING ALL)",
    "chi": "CREATE TABLE par (id serial, name text); CREATE TABLE chi (PRIMARY KEY (id)) INHERITS (par)",
    "odd": """CREATE SCHEMA s; CREATE SEQUENCE s."it's" START -1 INCREMENT -1; CREATE TABLE odd (id integer PRIMARY KEY DEFAULT nextval('s."it''s"'), name text)""",
    "moved": "CREATE TABLE moved (id serial PRIMARY KEY, name text); CREATE SEQUENCE other; ALTER TABLE moved ALTER id SET DEFAULT nextval('other')",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("options", [{}, {"preserve_ids": False}])
def test_the_next_row_finds_a_free_number(postgresql, table, options):
    postgresql.script(TABLES[table])
    sign = -1 if table == "odd" else 1
    document = json.dumps({table: [{"id": sign * 1, "name": "a"}, {"id": sign * 7, "name": "b"}]})
    postgresql.call("import_json", document, json.dumps({**options, "dry_run": True}))
    postgresql.call("import_json", document, json.dumps(options))
    assert postgresql.one(f"INSERT INTO {table} (name) VALUES ('c') RETURNING id") == sign * (3 if options else 8)


def test_what_is_more_than_a_drawn_number_stays_alone(postgresql):
    postgresql.script("CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT 1000 + nextval('s'), code text DEFAULT 'c' || nextval('s'))")
    postgresql.call("import_json", '{"t": [{"id": 5, "code": "x"}]}')
    assert postgresql.one("SELECT is_called FROM s") is False


def test_two_tables_that_share_one(postgresql):
    postgresql.script("CREATE SEQUENCE s; CREATE TABLE a (id bigint PRIMARY KEY DEFAULT nextval('s')); CREATE TABLE b (id bigint PRIMARY KEY DEFAULT nextval('s'))")
    postgresql.call("import_json", '{"a": [{"id": 70}], "b": [{"id": 5}]}')
    assert postgresql.one("INSERT INTO b DEFAULT VALUES RETURNING id") == 71


def test_who_may_only_draw_is_told_what_an_import_needs(postgresql):
    db = postgresql
    db.script("""CREATE SEQUENCE s; CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')); CREATE ROLE drawing;
        GRANT SELECT, INSERT ON t TO drawing; GRANT USAGE ON SEQUENCE s TO drawing; SET ROLE drawing""")
    try:
        with db.refuses("42501", "sequence s", 'GRANT SELECT, UPDATE ON SEQUENCE "public"."s"'):
            db.call("import_json", '{"t": [{"id": 70}]}')
        # New ids are only drawn.
        db.call("import_json", '{"t": [{"id": 70}]}', '{"preserve_ids": false}')
        assert db.one("SELECT id FROM t") == 1
        db.script("RESET ROLE; GRANT SELECT ON SEQUENCE s TO drawing; SET ROLE drawing")
        with db.refuses("42501", "sequence s", 'GRANT SELECT, UPDATE ON SEQUENCE "public"."s"'):
            db.call("import_json", '{"t": [{"id": 70}]}', '{}')
        db.script("RESET ROLE; GRANT SELECT, UPDATE ON SEQUENCE s TO drawing; SET ROLE drawing")
        db.call("import_json", '{"t": [{"id": 70}]}')
        db.sql("INSERT INTO t DEFAULT VALUES")
    finally:
        db.script("RESET ROLE; DROP OWNED BY drawing; DROP ROLE drawing")
