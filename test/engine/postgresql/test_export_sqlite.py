"""export_sqlite, and both ways after each other: a file of every kind of column, Chinook, and random SQLite databases
that come back as they were but for what was reported."""

import contextlib
import json
import random
import shutil
import sqlite3

import pytest


@contextlib.contextmanager
def opened(path):
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def module_digests(new_sqlite, path):
    """Of the module, over this file."""
    other = new_sqlite()
    other.connection.close()
    other.path = path
    other.connection = other.connect()
    return other.digests()


def test_every_kind_of_column(postgresql, directory, new_sqlite):
    postgresql.script("""
        CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
        CREATE SCHEMA sales;
        CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(20) NOT NULL UNIQUE DEFAULT 'x', active boolean NOT NULL DEFAULT true, balance numeric(12,2), big numeric,
            f4 real, f8 double precision, raw bytea, born date, at time, seen timestamp, made timestamptz DEFAULT now(), key uuid, doc jsonb DEFAULT '{}', verbatim json, tags text[], feeling mood, span interval, ip inet,
            loud text GENERATED ALWAYS AS (upper(email)) STORED, CHECK (length(email) > 1), CHECK (balance >= 0 OR active = false), CHECK (email IN ('a@x', 'b@x')), CHECK (email ~ '.'));
        CREATE TABLE sales.orders (id bigserial PRIMARY KEY, user_id int NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, note text);
        CREATE INDEX by_born ON users (born DESC, email) WHERE active = true;
        CREATE UNIQUE INDEX one_note ON sales.orders (user_id, note);
        CREATE INDEX by_expression ON users (lower(email));
        CREATE VIEW v AS SELECT 1 AS one;
        INSERT INTO users (email, active, balance, big, f4, f8, raw, born, at, seen, made, key, doc, verbatim, tags, feeling, span, ip) VALUES
          ('a@x', true, 12345678.50, 12345678901234567890.123450, 0.1, 1e300, '\\x00ff', '2024-02-29', '23:59:59.5', '2024-02-29 01:02:03.000004', '2024-02-29 01:02:03+02', '0b9a7b1e-93a1-4c3e-8a51-0a2b3c4d5e6f', '{"b": 1.50, "a": 12345678901234567890}', '{"z" : 1}', '{a,NULL,"b c"}', 'it''s ok', '1 mon 2 days', '10.0.0.1/8'),
          ('b@x', false, -1, 'NaN', 'Infinity', 'NaN', '', 'infinity', NULL, '-infinity', NULL, NULL, '5', 'null', '{}', NULL, NULL, NULL);
        INSERT INTO sales.orders VALUES (DEFAULT, 1, 'first'), (DEFAULT, 2, NULL), (9, 2, NULL);
        SELECT setval('users_id_seq', 77)""")
    path = directory / "out.db"
    rows = {row["table_name"]: row for row in postgresql.call("export_sqlite", str(path))}
    assert {name: (row["row_count"], row["digest_matches"]) for name, row in rows.items() if name} == {"users": (2, True), "sales.orders": (3, True)}
    for word in ("loud", "users_email_check"):
        assert word in rows["users"]["note"]
    assert "v is left out" in rows[None]["note"]
    with opened(path) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("SELECT big, typeof(big), typeof(balance), made, born, loud, doc FROM users ORDER BY id").fetchall() == [
            ("12345678901234567890.123450", "text", "text", "2024-02-28 23:02:03Z", "2024-02-29", "A@X", '{"a": 12345678901234567890, "b": 1.50}'),
            ("NaN", "text", "text", None, "infinity", "B@X", "5")]
        file.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            file.execute("INSERT INTO users (email) VALUES ('other')")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            file.execute("INSERT INTO users (email, feeling) VALUES ('a@x', 'none')")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN"):
            file.execute("INSERT INTO sales__orders (user_id) VALUES (99)")
        file.execute("DELETE FROM users WHERE email = 'b@x'")
        assert file.execute("SELECT count(*) FROM sales__orders").fetchone() == (1,)
        assert file.execute("INSERT INTO users (email) VALUES ('b@x') RETURNING id, active").fetchone() == (78, 1)
        assert file.execute("SELECT sql FROM sqlite_schema WHERE name = 'by_born'").fetchone()[0].endswith('("born" DESC, "email") WHERE ("active" = true)')
        assert file.execute("SELECT sql FROM sqlite_schema WHERE name = 'by_expression'").fetchone()[0].endswith('(lower(("email")))')


def test_defaults_and_indexes_as_applications_have_them(postgresql, directory):
    postgresql.script("""
        CREATE SEQUENCE "Acl ids"; CREATE SEQUENCE shared;
        CREATE TABLE acl (id int DEFAULT nextval('"Acl ids"') PRIMARY KEY, name varchar(20) DEFAULT NULL, tags text[] DEFAULT '{}', more int[] DEFAULT '{1}', raw bytea DEFAULT '\\x00ff',
            at timestamp DEFAULT LOCALTIMESTAMP(0), serial int DEFAULT nextval('shared'));
        CREATE TABLE version (number smallint DEFAULT 7 PRIMARY KEY);
        CREATE INDEX acl_like ON acl (name varchar_pattern_ops, (lower(name)) text_pattern_ops DESC) INCLUDE (at) WITH (fillfactor = 70) WHERE name IS NOT NULL;
        CREATE INDEX acl_hash ON acl USING hash (name); CREATE INDEX acl_gin ON acl USING gin (tags); CREATE INDEX acl_collated ON acl (name COLLATE "C");
        INSERT INTO acl (name) VALUES ('a'), ('b'); INSERT INTO version VALUES (3); SELECT setval('"Acl ids"', 40)""")
    path = directory / "out.db"
    rows = {row["table_name"]: row["note"] for row in postgresql.call("export_sqlite", str(path))}
    assert sorted(line.split(":")[0] for line in rows["acl"].splitlines()) == [
        'column id counts by itself, no longer by the sequence public."Acl ids"', "default of column more is left out", "default of column serial is left out",
        "index acl_collated is left out", "index acl_gin is left out"]
    assert rows["version"] == "default of column number is left out: 7; an integer that is the key counts by itself in SQLite"
    with opened(path) as file:
        assert file.execute("INSERT INTO acl DEFAULT VALUES RETURNING id, name, tags, more, hex(raw), length(at), serial").fetchone() == (41, None, "[]", None, "00FF", 19, None)
        assert sorted(row[0] for row in file.execute("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")) == [
            'CREATE INDEX "acl_hash" ON "acl" ("name")', 'CREATE INDEX "acl_like" ON "acl" ("name", lower(("name")) DESC) WHERE ("name" IS NOT NULL)']
        file.execute("DELETE FROM acl WHERE id = 41")
    postgresql.script("DROP TABLE acl, version")
    assert {row["table_name"]: row["note"] for row in postgresql.call("import_sqlite", str(path))} == {"acl": None, "version": None}
    postgresql.script("INSERT INTO acl DEFAULT VALUES")
    assert postgresql.sql("SELECT id, name, tags, raw IS NOT NULL FROM acl ORDER BY id DESC LIMIT 1")[0][0] == 42


def test_never_over_a_file_and_complete_or_not_at_all(postgresql, directory):
    postgresql.script("CREATE TABLE t (id int PRIMARY KEY, x double precision); INSERT INTO t VALUES (1, '-0.0')")
    path = directory / "out.db"
    with postgresql.fails("WB041", '"t"'):
        postgresql.call("export_sqlite", str(path))
    assert list(directory.iterdir()) == []
    rows = postgresql.call("export_sqlite", str(path), '{"on_loss": "report"}')
    assert rows[0]["digest_matches"] is False and "not the same" in rows[0]["note"]
    before = path.read_bytes()
    with postgresql.fails("WB004", "exists"):
        postgresql.call("export_sqlite", str(path), '{"on_loss": "report"}')
    assert path.read_bytes() == before and [one.name for one in directory.iterdir()] == ["out.db"]
    with postgresql.fails("WB004"):
        postgresql.call("export_sqlite", str(directory / "none" / "out.db"))


def test_rights(postgresql, directory):
    postgresql.script("CREATE ROLE export_nobody; SET ROLE export_nobody")
    try:
        with postgresql.fails("42501", "pg_write_server_files"):
            postgresql.call("export_sqlite", str(directory / "out.db"))
    finally:
        postgresql.script("RESET ROLE; DROP ROLE export_nobody")


# Chinook: every column, and why its type.
CHINOOK = {
    "integer": "bigint",  # 64 bits, keys and references alike
    "nvarchar": "text",  # SQLite does not look at the length
    "datetime": "timestamp without time zone",  # text without a zone, no default
    "numeric": "numeric(10,2)",  # prices: every value has two digits behind the point
}


def test_chinook_both_ways(postgresql, new_sqlite, shared_data, directory):
    path = directory / "chinook.sqlite"
    shutil.copy(shared_data / "chinook" / "chinook.sqlite", path)
    path.chmod(0o644)
    rows = postgresql.call("import_sqlite", str(path))
    assert all(row["digest_matches"] for row in rows) and len(rows) == 11, rows
    with opened(path) as file:
        declared = file.execute("SELECT m.name, x.name, lower(x.type) FROM sqlite_schema m, pragma_table_xinfo(m.name) x WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'").fetchall()
        keys = file.execute("SELECT count(*) FROM sqlite_schema m, pragma_foreign_key_list(m.name) WHERE m.type = 'table'").fetchone()[0]
        indexes = file.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").fetchone()[0]
    actual = {(table, column): kind for table, column, kind in postgresql.sql("SELECT c.relname, attname, format_type(atttypid, atttypmod) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attnum > 0 AND relkind = 'r'")}
    for table, column, kind in declared:
        assert actual[table, column] == CHINOOK[kind.split("(")[0]], (table, column)
    assert postgresql.one("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated") == keys
    assert postgresql.one("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public' AND indexname !~ '(_pkey|_key)$' AND tablename !~ '^(migration|schema|transfer|id_|bundle)'") == indexes
    back = directory / "back.db"
    rows = postgresql.call("export_sqlite", str(back))
    assert all(row["digest_matches"] for row in rows if row["table_name"])
    assert postgresql.digests() == module_digests(new_sqlite, path) == module_digests(new_sqlite, back)


TYPES = ["INTEGER", "INT", "TINYINT", "BOOLEAN", "REAL", "DECIMAL(10,2)", "NUMERIC", "TEXT", "VARCHAR(10)", "BLOB", "", "DATE", "DATETIME", "TIME", "JSON", "UUID", "odd type", "STRING"]


def random_value(rng, declared):
    if rng.random() < 0.1:
        return None
    pick = rng.random()
    if pick < 0.6:  # what the type promises
        if "INT" in declared:
            return rng.choice([0, 1, -1, 2**31, -(2**63), rng.randrange(100)])
        if declared in ("BOOLEAN",):
            return rng.randrange(2)
        if declared in ("REAL", "NUMERIC") or declared.startswith("DEC"):
            return rng.choice([0.5, 1.25, 3, -7.1, 1e15])
        if declared == "BLOB":
            return rng.randbytes(rng.randrange(5))
        if declared == "DATE":
            return f"20{rng.randrange(10, 30)}-0{rng.randrange(1, 9)}-1{rng.randrange(9)}"
        if declared == "DATETIME":
            return f"2020-01-0{rng.randrange(1, 9)} 10:00:0{rng.randrange(9)}"
        if declared == "TIME":
            return f"0{rng.randrange(9)}:30:00"
        if declared == "JSON":
            return rng.choice(['{"a":[1,2.50]}', "[]", '"x"', "17"])
        if declared == "UUID":
            return f"{rng.getrandbits(32):08x}-0000-4000-8000-{rng.getrandbits(48):012x}"
        return rng.choice(["", "a", "é\n'\"", "x" * 300, "2020-01-01"])
    if pick < 0.97:
        return None if declared != "TEXT" else "t"
    return rng.choice([1, 2.5, "odd", b"\x00\xff"])


@pytest.mark.parametrize("seed", range(6))
def test_random_databases_come_back(postgresql, new_sqlite, directory, seed):
    rng = random.Random(seed)
    path, back = directory / "random.db", directory / "back.db"
    tables = {}
    with opened(path) as file:
        for t in range(rng.randrange(1, 5)):
            name = rng.choice(["t", "Ärger", 'quo"te', "select", "two words"]) + str(t)
            columns = [rng.choice(TYPES) for _ in range(rng.randrange(1, 7))]
            key = rng.choice(["id INTEGER PRIMARY KEY, ", "id INTEGER PRIMARY KEY AUTOINCREMENT, ", ""])
            quoted = name.replace('"', '""')
            file.execute(f'CREATE TABLE "{quoted}" ({key}{", ".join(f"c{i} {kind}" for i, kind in enumerate(columns))})')
            for _ in range(rng.randrange(0, 40)):
                marks = ", ".join("?" for _ in columns)
                names = ", ".join(f"c{i}" for i in range(len(columns)))
                file.execute(f'INSERT INTO "{quoted}" ({names}) VALUES ({marks})', [random_value(rng, kind) for kind in columns])
            tables[name] = columns
    path.chmod(0o644)
    # Where types were changed by what the values are, the readings of the digest differ, and the report says so.
    natural = {"DATE": "date", "DATETIME": "timestamp", "UUID": "uuid", "JSON": "json", "TIME": "time"}
    changed = set()
    for row in postgresql.call("inspect_sqlite", str(path)):
        if row["kind"] == "column":
            table = row["object"].rsplit(".", 1)[0]
            wanted = natural.get(row["declared"])
            if row["loss"] or (wanted and not row["target"].startswith(wanted)):
                changed.add(table)
    rows = postgresql.call("import_sqlite", str(path), '{"on_loss": "report"}')
    assert all(row["digest_matches"] for row in rows if row["table_name"]), rows
    postgresql.call("export_sqlite", str(back))
    first, here, second = module_digests(new_sqlite, path), postgresql.digests(), module_digests(new_sqlite, back)
    assert here == second
    for name in tables:
        if name not in changed:
            assert first[name] == here[name], (name, tables[name])
    assert {name: rows for name, (rows, _) in first.items()} == {name: rows for name, (rows, _) in here.items()}
