"""export_schema and export_data as SQL of the other engine: what the scripts make there has the same digests as what
they were made from."""

import contextlib
import json
import random
import sqlite3

import pytest

SQLITE = """
    PRAGMA foreign_keys = OFF;
    CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(80) NOT NULL UNIQUE COLLATE BINARY, boss INTEGER REFERENCES users (id), is_on BOOLEAN NOT NULL DEFAULT 1,
        balance DECIMAL(8,2) CHECK (balance > -100), doc JSON, raw BLOB, born DATE, made DATETIME DEFAULT CURRENT_TIMESTAMP, ratio REAL, anything, loud TEXT GENERATED ALWAYS AS (upper(email)) VIRTUAL);
    CREATE TABLE "Odd ""name" (a INTEGER REFERENCES teams (id), b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
    CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER REFERENCES members (id));
    CREATE TABLE members (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id));
    CREATE INDEX by_made ON users (made DESC) WHERE is_on = 1;
    CREATE TRIGGER noisy AFTER INSERT ON users BEGIN SELECT 1; END;
    INSERT INTO users (id, email, boss, balance, doc, raw, born, made, ratio, anything) VALUES
        (1, 'a''x', 2, 12.5, '{"a": [1, 2.50]}', x'00ff', '2024-02-29', '2024-02-29 10:00:00', 0.1, 'text'), (2, 'é' || char(10), NULL, -1, NULL, x'', NULL, '2024-02-29 10:00:00.5', 1e300, 'seven'),
        (3, '\\', 1, 3, '[]', NULL, '1999-12-31', NULL, -5, NULL);
    DELETE FROM users WHERE id = 99; UPDATE sqlite_sequence SET seq = 77;
    INSERT INTO teams VALUES (1, 1), (2, NULL); INSERT INTO members VALUES (1, 2), (2, 1);
    INSERT INTO "Odd ""name" VALUES (1, 'x'), (1, 'y'), (2, 'x');
"""
POSTGRESQL = """
    CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
    CREATE SCHEMA sales;
    CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(20) NOT NULL UNIQUE, boss int REFERENCES users, active boolean NOT NULL DEFAULT true, balance numeric(12,2), big numeric, f4 real,
        f8 double precision, raw bytea, born date, at time, seen timestamp, made timestamptz DEFAULT now(), key uuid, doc jsonb, verbatim json, tags text[], feeling mood, span interval, ip inet);
    CREATE TABLE sales.orders (id bigserial PRIMARY KEY, user_id int NOT NULL REFERENCES users, note text);
    CREATE INDEX by_born ON users (born DESC, email) WHERE active;
    CREATE VIEW v AS SELECT 1 AS one;
    INSERT INTO users (email, boss, active, balance, big, f4, f8, raw, born, at, seen, made, key, doc, verbatim, tags, feeling, span, ip) VALUES
      ('a''x', 2, true, 12345678.50, 12345678901234567890.123450, 0.1, 1e300, '\\x00ff', '2024-02-29', '23:59:59.5', '2024-02-29 01:02:03.000004', '2024-02-29 01:02:03+02', '0b9a7b1e-93a1-4c3e-8a51-0a2b3c4d5e6f',
        '{"b": 1.50, "a": 12345678901234567890}', '{"z" : 1}', '{a,NULL,"b c"}', 'it''s ok', '1 mon 2 days', '10.0.0.1/8'),
      ('b', NULL, false, -1, 'NaN', 'Infinity', 'NaN', '', 'infinity', NULL, '-infinity', NULL, NULL, '5', 'null', '{}', NULL, NULL, NULL);
    INSERT INTO sales.orders (user_id, note) VALUES (1, E'first\\nline'), (2, NULL);
    SELECT setval('users_id_seq', 77);
"""


def written(db, dialect, **of_rows):
    rows = db.call("export_data", json.dumps({"dialect": dialect, **of_rows}))
    return db.value("export_schema", json.dumps({"dialect": dialect})), "\n".join(row["sql"] for row in rows)


def test_sqlite_as_postgresql(sqlite, postgresql):
    sqlite.script(SQLITE)
    schema, rows = written(sqlite, "postgresql", rows_per_insert=2)
    assert "-- trigger noisy: the trigger" in schema
    postgresql.script(schema)
    postgresql.script("BEGIN;" + rows + "COMMIT;")
    assert postgresql.digests() == sqlite.digests()
    assert postgresql.sql("SELECT loud, balance, is_on, made FROM users WHERE id = 1")[0][:3] == ("A'X", 12.5, True)
    assert postgresql.one("INSERT INTO users (email) VALUES ('new') RETURNING id") == 78
    assert postgresql.one("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT condeferrable") == 4
    assert "WHERE" in postgresql.one("SELECT indexdef FROM pg_indexes WHERE indexname = 'by_made'")
    # Again over what is there.
    postgresql.script("BEGIN;" + written(sqlite, "postgresql", clean=True)[1] + "COMMIT;")
    assert postgresql.digests() == sqlite.digests()
    postgresql.script(sqlite.value("export_schema", '{"dialect": "postgresql", "clean": true}'))
    assert postgresql.digests()["users"][0] == 0


def test_what_postgresql_refuses_is_left_out(sqlite, postgresql):
    """Types that only PostgreSQL minds; a text in the file cannot end the block."""
    sqlite.script("""CREATE TABLE mixed (a INTEGER CHECK (a > 0), b INTEGER); INSERT INTO mixed VALUES ('x', 1), (2, 2);
                     CREATE VIEW both AS SELECT a FROM mixed UNION SELECT b FROM mixed;
                     CREATE VIEW one AS SELECT b, '$whimbrel$ SELECT broken' AS c FROM mixed WHERE b = 1""")
    schema, rows = written(sqlite, "postgresql")
    postgresql.script(schema + rows)
    assert [notice.split(" is left out: ")[0] for notice in postgresql.connection.notices[-2:]] == ["WARNING:  check mixed", "WARNING:  view both"]
    assert postgresql.sql("SELECT * FROM one") == [(1, "$whimbrel$ SELECT broken")]


def test_literals_that_postgresql_may_not_read_are_left_out(sqlite, postgresql):
    """Known without a server: a comment, and with strict an error."""
    sqlite.script("""CREATE TABLE u (id INTEGER PRIMARY KEY, made DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', born DATE DEFAULT '2024-02-30', day DATE DEFAULT '2024-02-29', at TIME DEFAULT 'noon', key UUID DEFAULT 'zz',
                         n INTEGER DEFAULT '', m INTEGER DEFAULT '17', f REAL DEFAULT '1.5', raw BLOB DEFAULT x'00ff', t TEXT DEFAULT 5, doc JSON DEFAULT '{"a": 1}', moment DATETIME DEFAULT CURRENT_TIMESTAMP, big TEXT DEFAULT (upper('a')))""")
    left_out = ["u.made", "u.born", "u.at", "u.key", "u.n"]
    schema, rows = written(sqlite, "postgresql")
    assert [line.split(": ")[0] for line in schema.splitlines() if line.startswith("-- ")] == ["-- default of column " + one for one in left_out]
    assert "DO $whimbrel$" not in schema
    postgresql.script(schema)
    assert {name for name, in postgresql.sql("SELECT attname FROM pg_attribute WHERE attrelid = 'u'::regclass AND attnum > 0 AND NOT atthasdef AND attidentity = ''")} == {one[2:] for one in left_out}
    postgresql.script("INSERT INTO u (made) VALUES (now())")
    assert postgresql.sql("SELECT day::text, m, f, raw = '\\x00ff', t, doc ->> 'a', big FROM u") == [("2024-02-29", 17, 1.5, True, "5", "1", "A")]
    with sqlite.fails("WB005", "default of column u.made"):
        sqlite.value("export_schema", '{"dialect": "postgresql", "strict": true}')


def test_a_generated_column_that_cannot_be_computed_keeps_its_values(sqlite, postgresql):
    sqlite.script("CREATE TABLE g (id INTEGER PRIMARY KEY, n INTEGER, h TEXT AS (hex(n)), d INTEGER AS (n * 2)); INSERT INTO g (n) VALUES (1), (17)")
    schema, rows = written(sqlite, "postgresql")
    assert "keeps its values" in schema
    postgresql.script(schema)
    postgresql.script("BEGIN;" + rows + "COMMIT;")
    assert postgresql.sql("SELECT h, d FROM g ORDER BY id") == [("31", 2), ("3137", 34)]


def test_expressions_that_mix_types(sqlite, postgresql):
    """What is not proven stands in a block that minds nobody, what is stands as it is."""
    sqlite.script("""PRAGMA foreign_keys = OFF; CREATE TABLE a (id INTEGER PRIMARY KEY, j JSON, n INTEGER, g TEXT AS (j || 'x'), e INTEGER DEFAULT (upper('x')), CHECK (n));
                     CREATE TABLE b (t TEXT CHECK (t IN ('a', 'b') OR length(t) > 2 AND t LIKE '%z'), n INTEGER CHECK (n BETWEEN 1 AND 9 OR n IS NULL), flag BOOLEAN CHECK (flag IN (0, 1)), double INTEGER AS (n * 2), up TEXT AS (upper(t)), a INTEGER REFERENCES a (n));
                     CREATE INDEX mixed ON a (coalesce(n, 'x') || j); CREATE UNIQUE INDEX mixed_once ON a (n + j); CREATE INDEX where_mixed ON a (n) WHERE j > 1; CREATE INDEX no_text ON a (n COLLATE NOCASE);
                     CREATE INDEX plain ON b (lower(t), substr(t, 1, 3) DESC, coalesce(n, 0)) WHERE flag = 1 AND n IS NOT NULL;
                     INSERT INTO a (j, n, e) VALUES ('{}', 1, 1); INSERT INTO b (t, n, flag) VALUES ('a', 1, 1)""")
    schema, rows = written(sqlite, "postgresql")
    postgresql.script(schema)
    postgresql.script("BEGIN;" + rows + "COMMIT;")
    assert {notice.removeprefix("WARNING:  ").split(" left out: ")[0] for notice in postgresql.connection.notices if "left out" in notice} == {
        "generated columns of table a stay without values, their expressions are", "default of column a.e is", "check a is", "index mixed is", "unique index mixed_once is", "index where_mixed is",
        "index no_text is", "foreign key b is"}
    assert schema.count("DO $whimbrel$") == 8
    assert postgresql.sql("SELECT g FROM a") == [(None,)] and postgresql.sql("SELECT double, up FROM b") == [(2, "A")]
    assert postgresql.one("SELECT count(*) FROM pg_indexes WHERE indexname = 'plain'") == 1
    assert postgresql.one("SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = 'b'::regclass") == 3


def random_expression(rng, depth=0):
    """Of any types, as SQLite takes them."""
    def part():
        return random_expression(rng, depth + 1)

    if depth > 3 or rng.random() < 0.25:
        return rng.choice(["i", "r", "n", "t", "flag", "doc", "day", "key", "raw", "1", "0", "-2.5", "1e3", "'a'", "'17'", "''", "NULL", "x'00'", "true"])
    return rng.choice([
        lambda: f"({part()} {rng.choice(['+', '-', '*', '/', '%', '||', '=', '<>', '<', '>=', 'AND', 'OR', 'IS', 'IS NOT', 'LIKE', '&', '<<'])} {part()})",
        lambda: f"{rng.choice(['abs', 'length', 'lower', 'upper', 'trim', 'coalesce', 'ifnull', 'nullif', 'substr', 'replace', 'instr', 'round'])}({', '.join(part() for _ in range(rng.randrange(1, 4)))})",
        lambda: f"CASE WHEN {part()} THEN {part()} ELSE {part()} END",
        lambda: f"CAST({part()} AS {rng.choice(['INTEGER', 'TEXT', 'REAL', 'NUMERIC'])})",
        lambda: f"({part()} {rng.choice(['', 'NOT'])} BETWEEN {part()} AND {part()})",
        lambda: f"({part()} {rng.choice(['', 'NOT'])} IN ({part()}, {part()}))",
        lambda: f"({part()} {rng.choice(['IS NULL', 'NOTNULL', 'IS TRUE', 'IS NOT FALSE'])})",
        lambda: f"(- {part()})", lambda: f"(NOT {part()})"])()


@pytest.mark.parametrize("seed", range(8))
def test_scripts_of_random_expressions_run(sqlite, postgresql, seed):
    rng = random.Random(seed)
    types = {"i": "INTEGER", "r": "REAL", "n": "NUMERIC", "t": "TEXT", "flag": "BOOLEAN", "doc": "JSON", "day": "DATE", "at": "TIME", "made": "DATETIME", "key": "UUID", "raw": "BLOB", "small": "SMALLINT", "price": "DECIMAL(5,2)"}
    literals = ["0", "1", "-1", "+2.5", "1e400", "99999999999999999999", "0x1F", "x'00ff'", "''", "'a'", "'1'", "'-1.5'", "'1-2'", "'{}'", "'{\"a\": \"\\u0000\"}'", "'\\x0'", "'2024-02-29'", "'2024-02-30 10:00'", "'10:00'", "'25:00'",
                "'2024-02-29T10:00:00Z'", "'now'", "'infinity'", "true", "NULL", "CURRENT_TIMESTAMP", "CURRENT_DATE", "(datetime('now'))", "(1 + 1)", "('a' || 1)", "(strftime('%s', 'now'))", "(lower(hex(randomblob(16))))"]
    for number in range(60):
        columns = ", ".join(f"{name} {kind} DEFAULT {rng.choice(literals)}" for name, kind in types.items())
        kind = rng.choice(["CHECK ({})", "g INTEGER AS ({})", "g TEXT AS ({})", "g REAL AS ({})", "g BOOLEAN AS ({})"])
        with contextlib.suppress(sqlite3.Error):
            sqlite.sql(f"CREATE TABLE t{number} ({columns}, {kind.format(random_expression(rng))})")
        with contextlib.suppress(sqlite3.Error):
            sqlite.sql(f"CREATE INDEX i{number} ON t{number} ({random_expression(rng)}, i) WHERE {random_expression(rng)}")
    schema = sqlite.value("export_schema", '{"dialect": "postgresql"}')
    postgresql.script(schema)
    assert schema.count("CREATE TABLE") > 30


NOCASE = """CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT COLLATE NOCASE UNIQUE, name TEXT);
    CREATE TABLE au (email TEXT COLLATE NOCASE PRIMARY KEY NOT NULL REFERENCES u (email)); CREATE INDEX by_name ON u (name COLLATE NOCASE DESC);
    INSERT INTO u (email, name) VALUES ('A@x', 'a'); INSERT INTO au VALUES ('a@X');"""


def test_nocase_comes_back(sqlite, postgresql, new_sqlite, directory):
    """As a file, as SQL text and as a document; from there on between databases of one kind too."""
    sqlite.script(NOCASE)
    schema, rows = written(sqlite, "postgresql")
    postgresql.script(schema)
    postgresql.script("BEGIN;" + rows + "COMMIT;")
    schema, rows = written(postgresql, "sqlite")
    assert "-- " not in schema
    by_text, by_document = new_sqlite(), new_sqlite()
    by_text.script(schema + "BEGIN;" + rows + "COMMIT;")
    assert {row["note"] for row in postgresql.call("export_sqlite", str(directory / "back.db"))} == {None}
    with contextlib.closing(sqlite3.connect(directory / "back.db")) as file:
        assert file.execute("SELECT count(*) FROM u WHERE email = 'a@X'").fetchone() == (1,)
    text = postgresql.value("export_json")
    by_document.call("import_json", text, '{"create": true}')
    for db in (by_text, by_document):
        assert db.digests() == sqlite.digests()
        assert db.sql("PRAGMA foreign_key_check") == []
        assert "COLLATE NOCASE DESC" in db.one("SELECT sql FROM sqlite_schema WHERE name = 'by_name'")
        with db.fails(None, "UNIQUE"):
            db.sql("INSERT INTO u (email) VALUES ('a@X')")
    postgresql.script("DROP TABLE au, u; DROP COLLATION nocase")
    postgresql.call("import_json", text, '{"create": true}')
    assert postgresql.sql("SELECT count(*) FROM u WHERE email = 'a@X'") == [(1,)]


def test_other_collations_are_named(sqlite, postgresql):
    postgresql.script("""CREATE COLLATION no_accents (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
        CREATE COLLATION same (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE DOMAIN email AS text COLLATE same;
        CREATE TABLE u (a text COLLATE no_accents, b text COLLATE "C", c email, d varchar(9) COLLATE same)""")
    schema = postgresql.value("export_schema", '{"dialect": "sqlite"}')
    assert [line for line in schema.splitlines() if line.startswith("-- ")] == ["-- table u: collation public.no_accents of column a is left out: SQLite compares its bytes"]
    assert [line.strip(" ,") for line in schema.splitlines() if line.startswith("  ")] == ['"a" TEXT', '"b" TEXT', '"c" TEXT COLLATE NOCASE', '"d" TEXT COLLATE NOCASE']
    sqlite.call("import_json", postgresql.value("export_json"), '{"create": true}')
    assert "NOCASE" in sqlite.one("SELECT sql FROM sqlite_schema WHERE name = 'u'")


def test_what_domains_say_goes_with_their_columns(sqlite, postgresql):
    postgresql.script("""CREATE DOMAIN pos AS int CHECK (VALUE > 0); CREATE DOMAIN small AS pos NOT NULL DEFAULT 7 CONSTRAINT below CHECK (VALUE < 10 AND VALUE <> 5); CREATE DOMAIN odd AS text CHECK (VALUE ~ '^a');
        CREATE TABLE t (id pos PRIMARY KEY, n small, w odd, many pos[]); INSERT INTO t VALUES (1, 3, 'ab', '{1}')""")
    left_out = ["check odd_check of column w is left out: CHECK ((VALUE ~ '^a'::text))", "check pos_check of the elements of column many is left out: CHECK ((VALUE > 0))"]
    schema = postgresql.value("export_schema", '{"dialect": "sqlite"}')
    assert [line for line in schema.splitlines() if line.startswith("-- ")] == ["-- table t: " + one for one in left_out]
    sqlite.call("import_json", postgresql.value("export_json"), '{"create": true}')
    assert sqlite.digests() == postgresql.digests()
    for values in ("(0, 3)", "(2, 5)", "(2, 11)", "(2, NULL)", "(2, -1)"):
        with sqlite.fails(None):
            sqlite.sql("INSERT INTO t (id, n) VALUES " + values)
    sqlite.script("INSERT INTO t (id) VALUES (2)")
    assert sqlite.sql("SELECT n FROM t WHERE id = 2") == [(7,)]


def test_checks_of_numbers_that_sqlite_has_as_text(sqlite, postgresql):
    postgresql.script("""CREATE DOMAIN pct AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100);
        CREATE TABLE t (id int PRIMARY KEY, n numeric(6,2) CHECK (n < 100 AND n > -100), p pct, "Odd n" numeric CHECK ("Odd n" IN (1, 2.50) OR "Odd n" IS NULL), w numeric CHECK (length(w::text) < 9), x numeric CHECK (x || 'a' <> ''),
            iv interval CHECK (iv < '2 days'), j jsonb CHECK (j IS NOT NULL AND j <> '1'), a int[] CHECK (a IS NOT NULL OR id > 0), CHECK (n <= p));
        CREATE INDEX small ON t (n) WHERE n < 10;
        INSERT INTO t VALUES (1, 20, 20.00, 2.5, 1, 1, '1 day', '2', '{}'), (2, -9.5, 9, NULL, NULL, NULL, NULL, '{}', NULL)""")
    schema, rows = written(postgresql, "sqlite")
    assert [line.split(" is left out")[0] for line in schema.splitlines() if line.startswith("-- ")] == ["-- table t: check " + one for one in ("t_iv_check", "t_j_check", "t_w_check", "t_x_check")]
    sqlite.script(schema + "BEGIN;" + rows + "COMMIT;")
    assert sqlite.digests() == postgresql.digests()
    for column, value in (("n", "100"), ("n", "-200"), ("p", "100.01"), ("p", "-1"), ("Odd n", "3"), ("n", "21")):
        with sqlite.fails(None, "CHECK"):
            sqlite.sql(f'UPDATE t SET "{column}" = \'{value}\' WHERE id = 1')
    text = postgresql.value("export_json")
    postgresql.script("DROP TABLE t")
    postgresql.call("import_json", text, '{"create": true}')
    assert postgresql.one("SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = 't'::regclass") == 5


def test_what_sqlite_cannot_put_off_or_count_is_named(postgresql):
    postgresql.script("""CREATE SEQUENCE alone; CREATE SEQUENCE used; CREATE TABLE t (id int DEFAULT nextval('used') PRIMARY KEY, serial serial, a int CONSTRAINT once UNIQUE DEFERRABLE INITIALLY DEFERRED, b int UNIQUE);
        CREATE TABLE k (id int PRIMARY KEY DEFERRABLE); CREATE TABLE old (a int); INSERT INTO old VALUES (-1); ALTER TABLE old ADD CONSTRAINT positive CHECK (a > 0) NOT VALID""")
    schema = postgresql.value("export_schema", '{"dialect": "sqlite"}')
    remarks = [line for line in schema.splitlines() if line.startswith("-- ")]
    assert "-- sequence public.alone is left out" in remarks and not any("sequence public.used is" in line or "serial_seq is" in line for line in remarks)
    assert "-- table t: constraint once is not deferrable: SQLite checks each row at once" in remarks and not any("t_b_key" in line for line in remarks)
    assert "-- table k: primary key is not deferrable: SQLite checks each row at once" in remarks
    assert "-- table old: check positive is left out: CHECK ((a > 0)) NOT VALID" in remarks and '"positive"' not in schema


def test_postgresql_as_sqlite(postgresql, sqlite):
    postgresql.script(POSTGRESQL)
    schema, rows = written(postgresql, "sqlite")
    assert "-- view public.v is left out" in schema
    sqlite.script(schema)
    sqlite.script("BEGIN;" + rows + "COMMIT;")
    here = postgresql.digests()
    here["sales__orders"] = here.pop("sales.orders")
    assert sqlite.digests() == here
    assert sqlite.sql("SELECT typeof(big), big, made, f8 FROM users WHERE id = 1") == [("text", "12345678901234567890.123450", "2024-02-28 23:02:03Z", 1e300)]
    sqlite.script("INSERT INTO users (email) VALUES ('new')")
    assert sqlite.one("SELECT max(id) FROM users") == 78
    assert '"born" DESC, "email") WHERE' in sqlite.one("SELECT sql FROM sqlite_schema WHERE name = 'by_born'")


def test_a_table_without_columns(postgresql, sqlite):
    postgresql.script("CREATE TABLE nothing (); CREATE TABLE something (a int); INSERT INTO nothing DEFAULT VALUES; INSERT INTO something VALUES (1)")
    schema, rows = written(postgresql, "sqlite")
    assert "-- table nothing is left out: SQLite has none without columns" in schema
    sqlite.script(schema + rows)
    assert sqlite.sql("SELECT * FROM something") == [(1,)]


def test_options(sqlite, postgresql):
    sqlite.script(SQLITE)
    postgresql.script(POSTGRESQL)
    assert "users" not in sqlite.value("export_schema", '{"dialect": "postgresql", "tables": ["teams", "members"]}').split("-- ")[0]
    schema = postgresql.value("export_schema", '{"dialect": "sqlite", "tables": ["sales.*"]}')
    assert "sales__orders" in schema and "foreign key" in schema and 'CREATE TABLE "users"' not in schema
    with sqlite.fails("WB005", "trigger noisy"):
        sqlite.value("export_schema", '{"dialect": "postgresql", "strict": true}')
    with postgresql.fails("WB005", "view public.v"):
        postgresql.value("export_schema", '{"dialect": "sqlite", "strict": true}')
    with postgresql.fails("WB001", "owner"):
        postgresql.value("export_schema", '{"dialect": "sqlite", "owner": true}')
    for db, dialect in ((sqlite, "postgresql"), (postgresql, "sqlite")):
        with db.fails("WB022", "nothing"):
            db.value("export_schema", json.dumps({"dialect": dialect, "tables": ["nothing"]}))
