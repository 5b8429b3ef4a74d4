"""import_json_file with `create`: tables that the database lacks, from a document of the same engine or the other, by
the rules of import_sqlite and export_sqlite."""

import json

import pytest
from migrations import source
from test_other_dialect import POSTGRESQL, SQLITE

# Values beside what their columns declare, as SQLite takes them.
MIXED = """
    CREATE TABLE mixed (id INTEGER PRIMARY KEY, flag BOOLEAN, flags BOOLEAN, number INT, at DATETIME, ms DATETIME, price DECIMAL(6,2), price2 DECIMAL(6,2), raw BLOB, day DATE, uid UUID, doc JSON, docs JSON, anything, words TEXT);
    INSERT INTO mixed VALUES (1, 1, 'yes', 5, 1627303906, 1627303906123, 12.5, 1.125, x'00', '2024-01-01', '0b9a7b1e-93a1-4c3e-8a51-0a2b3c4d5e6f', '{"a": 1}', '{"a": 1}', x'ff', 'a'),
                             (2, 0, 0, 'x', 1627303907, NULL, 3, -4, 'text', '2024-01-02 10:00:00', 'NO', '17', 'no json', 5, 'b');
"""


def move(source, target, path, **options):
    source.call("export_json_file", str(path))
    path.chmod(0o644)
    return target.call("import_json_file", str(path), json.dumps({"create": True, **options}))


def types(postgresql):
    return dict(postgresql.sql("""SELECT c.relname || '.' || a.attname, format_type(atttypid, atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                                  WHERE attnum > 0 AND relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')"""))


def test_sqlite_to_postgresql(sqlite, new_postgresql, directory):
    # upper() of SQLite leaves an é, whose file keeps the values; a document has none.
    sqlite.script(SQLITE.replace("upper(email)", "email || '!'") + MIXED)
    by_document, by_file = new_postgresql(), new_postgresql()
    rows = move(sqlite, by_document, directory / "out.json")
    assert {row["table_name"]: row["inserted"] for row in rows} == {"users": 3, "teams": 2, "members": 2, 'Odd "name': 3, "mixed": 2}
    (directory / "test0.db").chmod(0o644)
    by_file.call("import_sqlite", str(directory / "test0.db"))
    assert types(by_document) == types(by_file)
    assert by_document.digests() == by_file.digests()
    for text in ("SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e') ORDER BY 1, 2",
                 "SELECT indexdef FROM pg_indexes WHERE tablename IN ('users', 'teams', 'members', 'Odd \"name') ORDER BY 1",
                 "SELECT table_name, column_name, is_nullable, column_default, is_identity FROM information_schema.columns WHERE table_name IN ('users', 'mixed') ORDER BY 1, 2"):
        assert by_document.sql(text) == by_file.sql(text)
    assert all(row["matches"] for row in by_document.call("data_verify", str(directory / "out.json")))
    assert any("trigger" in notice for notice in by_document.connection.notices)


def test_postgresql_to_sqlite_and_back(new_postgresql, new_sqlite, directory):
    first, sqlite, second = new_postgresql(), new_sqlite(), new_postgresql()
    first.script(POSTGRESQL)
    move(first, sqlite, directory / "there.json")
    assert sqlite.digests() == first.digests()
    assert all(row["matches"] for row in sqlite.call("data_verify", str(directory / "there.json")))
    with sqlite.fails(None, "UNIQUE"):
        sqlite.script("INSERT INTO users (email) VALUES ('b')")
    with sqlite.fails(None, "FOREIGN"):
        sqlite.script('INSERT INTO "sales.orders" (user_id) VALUES (99)')
    move(first, second, directory / "again.jsonl")
    expected = {name: kind for name, kind in types(first).items()}
    # An enum that is not there becomes text.
    expected["users.feeling"] = "text"
    assert types(second) == expected
    assert second.digests() == first.digests()
    assert second.one("SELECT count(*) FROM sales.orders JOIN users ON users.id = user_id") == 2
    with second.fails("23503"):
        second.script("INSERT INTO sales.orders (user_id) VALUES (99)")
    with second.fails("23502"):
        second.script("INSERT INTO users (email) VALUES (NULL)")


def test_long_names_in_a_schema(new_postgresql):
    first, second = new_postgresql(), new_postgresql()
    name = f"s{'x' * 62}.t{'y' * 62}"
    first.script(f"CREATE SCHEMA s{'x' * 62}; CREATE TABLE {name} (a int); INSERT INTO {name} VALUES (1)")
    second.call("import_json", first.value("export_json"), '{"create": true}')
    assert second.digests() == first.digests()


def test_a_composite_type_that_is_not_there(new_postgresql):
    first, second = new_postgresql(), new_postgresql()
    first.script("CREATE TYPE pair AS (a int, b text); CREATE TABLE t (p pair, ps pair[]); INSERT INTO t VALUES ('(1,x)', '{\"(2,y)\"}')")
    second.call("import_json", first.value("export_json"), '{"create": true}')
    assert types(second) == {"t.p": "jsonb", "t.ps": "jsonb"}
    assert second.sql("SELECT p ->> 'b', ps #>> '{0,a}' FROM t") == [("x", "2")]
    assert "type public.pair is not known here" in " ".join(second.connection.notices)


def test_sqlite_to_sqlite(new_sqlite, directory):
    first, second = new_sqlite(), new_sqlite()
    first.script(SQLITE + MIXED)
    move(first, second, directory / "out.json.gz")
    assert second.digests() == first.digests()
    text = "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY 1, 2"
    assert second.sql(text) == first.sql(text)


RENAMED = """
    CREATE TABLE users (id INTEGER NOT NULL, email VARCHAR(80), boss INTEGER REFERENCES users (id), CONSTRAINT users_key PRIMARY KEY (id), CHECK (users.id > 0));
    CREATE INDEX by_email ON users (email) WHERE email IS NOT NULL;
    CREATE TABLE "no""tes" (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users (id), CHECK ("no""tes".id < 5));
    INSERT INTO users VALUES (1, 'a', NULL), (2, NULL, 1); INSERT INTO "no""tes" VALUES (1, 2);
"""


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_tables_with_other_names(db, to, new_sqlite, new_postgresql):
    """Beside tables, indexes and keys of the old names; what refers to a table refers to it under its new one."""
    db.script(RENAMED)
    text = db.value("export_json")
    target = new_sqlite() if to == "sqlite" else new_postgresql()
    target.script(RENAMED)
    target.script("DELETE FROM \"no\"\"tes\"; DELETE FROM users")
    options = json.dumps({"create": True, "rename": {"tables": {"users": "Old users", 'no"tes': "remarks"}}})
    assert "error" not in [row["severity"] for row in target.call("import_validate", text, options)]
    target.call("import_json", text, options)
    digests = target.digests()
    assert (digests["Old users"], digests["remarks"]) == (db.digests()["users"], db.digests()['no"tes'])
    assert digests["users"][0] == digests['no"tes'][0] == 0
    for broken in ("remarks (id, author) VALUES (4, 9)", "remarks (id, author) VALUES (5, 1)", '"Old users" (id) VALUES (1)', '"Old users" (id) VALUES (0)'):
        with target.fails(("23503", "23505", "23514") if to == "postgresql" else None):
            target.script(f"INSERT INTO {broken}")
    if to == "postgresql":
        assert [notice for notice in target.connection.notices if "WARNING" in notice] == []
        assert target.one("SELECT count(*) FROM pg_indexes WHERE tablename = 'Old users' AND indexname IN ('by_email_1', 'users_key_1', 'Old users_pkey')") == 2


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_columns_with_other_names(db, to, new_sqlite, new_postgresql):
    """In keys, checks and indexes too; two that change places; a parent that is there under the new names already."""
    db.script("""
        CREATE TABLE countries (code VARCHAR(2) NOT NULL PRIMARY KEY, name TEXT);
        CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, first TEXT, last TEXT, country VARCHAR(2) REFERENCES countries (code), boss INTEGER REFERENCES people (id), CHECK (first <> last));
        CREATE INDEX by_first ON people (first, last);
        INSERT INTO countries VALUES ('at', 'Austria'); INSERT INTO people VALUES (1, 'a', 'b', 'at', NULL), (2, 'c', 'd', 'at', 1)""")
    text = db.value("export_json")
    target = new_sqlite() if to == "sqlite" else new_postgresql()
    target.script("CREATE TABLE lands (iso VARCHAR(2) NOT NULL PRIMARY KEY, name TEXT)")
    options = {"create": True, "rename": {"tables": {"countries": "lands"}, "columns": {
        "countries.code": "iso", "people.id": "number", "people.first": "last", "people.last": "first", "people.country": "land"}}}
    assert "error" not in [row["severity"] for row in target.call("import_validate", text, json.dumps(options))]
    target.call("import_json", text, json.dumps(options))
    assert target.sql("SELECT number, last, first, land, boss FROM people ORDER BY number") == [(1, "a", "b", "at", None), (2, "c", "d", "at", 1)]
    for broken in ("(3, 'x', 'x', 'at', NULL)", "(3, 'x', 'y', 'de', NULL)", "(3, 'x', 'y', 'at', 9)", "(2, 'x', 'y', 'at', NULL)"):
        with target.fails(("23503", "23505", "23514") if to == "postgresql" else None):
            target.script(f"INSERT INTO people (number, last, first, land, boss) VALUES {broken}")
    assert [notice for notice in target.connection.notices if "WARNING" in notice] == [] if to == "postgresql" else True
    index = target.one("SELECT indexdef FROM pg_indexes WHERE indexname = 'by_first'" if to == "postgresql" else "SELECT sql FROM sqlite_schema WHERE name = 'by_first'")
    assert index.index("last") < index.rindex("first")
    again = target.call("import_json", text, json.dumps({**options, "on_conflict": "update"}))
    assert [row["unchanged"] for row in again] == [1, 2]
    with target.refuses("WB023", "somebody"):
        target.call("import_json", text, json.dumps({"create": True, "clear": True, "rename": {"columns": {"people.nobody": "somebody"}}}))


def test_from_documents_without_statements(db, new_db):
    """Those of other programs, which tell columns and keys."""
    db.script("CREATE TABLE t (a BIGINT NOT NULL, b TEXT, c BOOLEAN, PRIMARY KEY (a, b)); INSERT INTO t VALUES (1, 'x', true), (2, 'y', NULL)")
    other = new_db()
    document = json.loads(db.value("export_json"))
    assert document["metadata"]["tables"]["t"].pop("create")
    text = json.dumps(document)
    with other.unchanged():
        other.call("import_json", text, '{"create": true, "dry_run": true}')
        assert [(row["severity"], row["code"], row["table_name"]) for row in other.call("import_validate", text, '{"create": true}')] == [("warning", "WB022", "t")]
        assert [row["severity"] for row in other.call("import_validate", text)] == ["error"]
        document["t"][0]["nope"] = 1
        assert "error" in [row["severity"] for row in other.call("import_validate", json.dumps(document), '{"create": true}')]
    other.call("import_json", text, '{"create": true}')
    assert other.digests() == db.digests()
    with other.fails(("23505", None)):
        other.script("INSERT INTO t VALUES (1, 'x', NULL)")
    # What is there stays, and a history is taken along only by a database that has none.
    assert other.call("import_json", text, '{"create": true, "on_conflict": "update"}')[0]["unchanged"] == 2


@pytest.mark.parametrize("statement", ["CREATE TABLE t (a); DROP TABLE victim", "CREATE TABLE other (a)", "CREATE TABLE t AS SELECT 1 AS a", "DROP TABLE victim", "CREATE TEMP TABLE t (a)", "CREATE TABLE t (b)"])
def test_statements_that_make_something_else(db, statement):
    db.script("CREATE TABLE victim (a INT)")
    text = json.dumps({"metadata": {"version": "1.0.0", "exportedAt": "x", "source": {"engine": "sqlite"}, "tables": {"t": {"columns": [["a", "INTEGER"]], "primaryKey": [], "identity": [], "create": [statement]}}},
                       "t": [], "$end": {"tables": {"t": {"rows": 0}}}})
    with db.refuses("WB028", '"t"'):
        db.call("import_json", text, '{"create": true}')
    assert [row["code"] for row in db.call("import_validate", text, '{"create": true}') if row["severity"] == "error"] == ["WB028"]


def test_expressions_of_documents_are_understood_or_left_out(postgresql):
    postgresql.script("CREATE FUNCTION evil() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    create = "CREATE TABLE t (a INTEGER DEFAULT (evil()), b AS (pg_sleep(a)), CHECK (evil() > 0))"
    text = json.dumps({"metadata": {"version": "1.0.0", "exportedAt": "x", "source": {"engine": "sqlite"}, "tables": {"t": {"columns": [["a", "INTEGER"]], "primaryKey": [], "identity": [], "create": [create]}}},
                       "t": [{"a": 1}], "$end": {"tables": {"t": {"rows": 1}}}})
    postgresql.call("import_json", text, '{"create": true}')
    assert postgresql.one("SELECT count(*) FROM pg_depend WHERE refobjid = 'evil'::regproc") == 0
    assert len([n for n in postgresql.connection.notices if "evil" in n or "pg_sleep" in n]) == 3


def test_every_decision_beforehand(sqlite, new_postgresql, new_sqlite):
    """import_validate with `create` says what inspect_sqlite would say of the file."""
    sqlite.script(SQLITE + MIXED)
    text, target = sqlite.value("export_json"), new_postgresql()
    with target.unchanged():
        rows = target.call("import_validate", text, '{"create": true}')
    said = {row["path"]: row["message"] for row in rows if row["severity"] == "info" and row["path"] and row["path"].startswith("$.mixed")}
    assert "DATETIME becomes timestamp with time zone" in said["$.mixed[*].at"] and "BOOLEAN becomes boolean" in said["$.mixed[*].flag"]
    target.call("import_json", text, '{"create": true}')
    for name, kind in types(target).items():
        table, _, column = name.partition(".")
        assert any(row["path"] in (f"$.{table}[*].{column}", f"$[{json.dumps(table)}][*].{column}") and f"becomes {kind}" in row["message"] for row in rows), name
    warned = [row["message"] for row in rows if row["severity"] == "warning" and row["code"] != "WB022"]
    for notice in target.connection.notices:
        assert "WARNING" not in notice or any(message in notice for message in warned), notice
    assert any("trigger" in message for message in warned)
    back = new_sqlite().call("import_validate", target.value("export_json", '{"tables": ["mixed"]}'), '{"create": true}')
    assert any(row["severity"] == "info" and row["path"] == "$.mixed[*].doc" and "jsonb becomes JSON_TEXT" in row["message"] for row in back)
    # Between two of one kind nothing has to be decided.
    assert {row["severity"] for row in new_sqlite().call("import_validate", text, '{"create": true}')} == {"warning"}


def test_generated_columns_come_again_or_are_told(new_postgresql, new_sqlite, directory):
    first, sqlite, second = new_postgresql(), new_sqlite(), new_postgresql()
    first.script("""CREATE TABLE g (id BIGINT PRIMARY KEY, a INT, b INT NOT NULL GENERATED ALWAYS AS (a * 2) STORED, w TEXT,
            x TEXT GENERATED ALWAYS AS (w || '!') STORED, low TEXT NOT NULL GENERATED ALWAYS AS (lower(w)) STORED, n NUMERIC, m NUMERIC GENERATED ALWAYS AS (n * 3) STORED);
        INSERT INTO g (id, a, w, n) VALUES (1, 5, 'É', 0.1)""")
    move(first, sqlite, directory / "g.json")
    assert sqlite.sql("SELECT b, x, low, m FROM g") == [(10, "É!", None, None)]
    move(first, second, directory / "again.json")
    assert second.sql("SELECT b, x, low, m FROM g") == [(10, "É!", None, None)]
    told = " ".join(second.connection.notices)
    assert "column low is empty and no longer generated" in told and "column m is empty and no longer generated" in told and "column b " not in told


def test_a_generated_column_that_is_refused_takes_no_other_along(sqlite, postgresql, directory):
    """PostgreSQL lets none refer to another."""
    sqlite.script("""CREATE TABLE g (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, v1 INTEGER AS (a * 2), v2 INTEGER AS (v1 + 1), v7 REAL AS (a / 2.0), v8 INTEGER AS (length(b)));
        INSERT INTO g (a, b) VALUES (5, 'xyz')""")
    move(sqlite, postgresql, directory / "g.json")
    assert postgresql.sql("SELECT v1, v2, v7, v8 FROM g") == [(10, None, 2.5, 3)]
    told = [notice for notice in postgresql.connection.notices if "the expression" in notice]
    assert len(told) == 1 and "g.v2: the expression; the column stays without values" in told[0], told


def test_numbers_that_are_none(sqlite, postgresql, new_postgresql, directory):
    """NaN and infinity go to the other engine and back."""
    postgresql.script("""CREATE TABLE t (id int PRIMARY KEY, d double precision, f real, n numeric);
        INSERT INTO t VALUES (1, 'NaN', 'NaN', 'NaN'), (2, 'Infinity', '-Infinity', 'Infinity'), (3, 1.5, 1.5, '-Infinity'), (4, NULL, NULL, 12345678901234567890.12)""")
    there = move(postgresql, sqlite, directory / "there.json")
    assert [row["inserted"] for row in there] == [4]
    assert sqlite.sql("SELECT n FROM t ORDER BY id") == [("NaN",), ("Infinity",), ("-Infinity",), ("12345678901234567890.12",)]
    assert all(row["matches"] for row in sqlite.call("data_verify", (directory / "there.json").read_text()))
    back = new_postgresql()
    move(sqlite, back, directory / "back.json")
    assert types(back)["t.d"] == types(back)["t.f"] == "double precision"
    assert back.digests() == postgresql.digests() == sqlite.digests()
    by_file = new_postgresql()
    (directory / "test0.db").chmod(0o644)
    assert [row["digest_matches"] for row in by_file.call("import_sqlite", str(directory / "test0.db"))] == [True]
    assert by_file.one("SELECT d FROM t WHERE id = 1") != by_file.one("SELECT d FROM t WHERE id = 2") and types(by_file)["t.d"] == "double precision"


def test_infinity_beside_text(sqlite, postgresql, directory):
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY, f REAL); INSERT INTO t VALUES (1, 'many'), (2, 9e999), (3, 1.5)")
    move(sqlite, postgresql, directory / "out.json")
    assert postgresql.sql("SELECT f FROM t ORDER BY id") == [("many",), ("Infinity",), ("1.5",)]


def test_reals_in_a_column_for_decimals(sqlite, postgresql, directory):
    """A document has more digits of a large real than the real itself; both engines know the document as undamaged."""
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY, n NUMERIC)")
    sqlite.script("INSERT INTO t VALUES (1, 12345678901234567890.12), (2, 9223372036854775808), (3, 1e20), (4, 0.1), (5, 7)")
    postgresql.sql("CREATE TABLE t (id int PRIMARY KEY, n numeric)")
    text = sqlite.value("export_json")
    assert postgresql.call("import_json", text)[0]["inserted"] == 5
    assert all(row["matches"] for row in postgresql.call("data_verify", text))
    assert float(postgresql.one("SELECT n FROM t WHERE id = 1")) == sqlite.one("SELECT n FROM t WHERE id = 1")


def test_the_migrations_of_the_source_go_on(new_db):
    """Repeatable ones are applied again: views are in no document."""
    files = {"_001_a": "CREATE TABLE a (id INTEGER PRIMARY KEY);", "_002_b": "CREATE TABLE b (id INTEGER PRIMARY KEY);",
             "_900_v": "-- migrate:up repeat:on-change\nDROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT * FROM a;"}
    first, second = new_db(), new_db()
    first.call("migrate_apply", source(**files))
    document = first.value("export_json")
    assert json.loads(document)["metadata"]["schemaVersion"] == "002"
    second.call("import_json", document, '{"create": true}')
    files["_003_c"] = "CREATE TABLE c (id INTEGER PRIMARY KEY);"
    assert [row["version"] for row in second.call("migrate_apply", source(**files))] == ["003", "900"]
    assert second.one("SELECT count(*) FROM v") == 0
    assert {row["state"] for row in second.call("migrate_status", source(**files))} <= {"applied", "repeatable"}


@pytest.mark.parametrize("values", [
    ["'{\"a\": 1}'", "'no json'", "5", "1.5"],
    ["'\"text\"'", "'no json'", "'null'", "'[1, 2]'", "'true'", "' 1 '", "''"],
    ["'{\"$bytes\":\"x\"}'", "'{bad'", "'{\"a\":\"\\ud800\"}'", "NULL"],
    ["'{\"a\":1}'", "x'00ff'", "'true'", "'\"x\"'", "'no'"],
])
def test_documents_beside_what_is_none(sqlite, new_postgresql, directory, values):
    """In a column that is declared for JSON: both ways make the same column of it, with the same values."""
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY, doc JSON); INSERT INTO t (doc) VALUES " + ", ".join(f"({value})" for value in values))
    by_document, by_file = new_postgresql(), new_postgresql()
    move(sqlite, by_document, directory / "out.json")
    (directory / "test0.db").chmod(0o644)
    by_file.call("import_sqlite", str(directory / "test0.db"))
    assert types(by_document) == types(by_file) and types(by_file)["t.doc"] in ("text", "bytea")
    assert by_document.sql("SELECT id, doc::text FROM t ORDER BY id") == by_file.sql("SELECT id, doc::text FROM t ORDER BY id")
    assert all(row["matches"] for row in by_document.call("data_verify", str(directory / "out.json")))
