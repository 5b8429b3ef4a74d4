"""import_sqlite and inspect_sqlite: files made by the test, every row of the mapping, each pitfall, damage, rights,
and the digests against those of the SQLite module itself."""

import contextlib
import json
import sqlite3
import threading

import psycopg2
import pytest


@pytest.fixture
def file(directory):
    """Makes a SQLite file that the server may read."""
    count = iter(range(100))

    def make(script, rows=()):
        path = directory / f"source{next(count)}.db"
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript(script)
        for sql, parameters in rows:
            connection.execute(sql, parameters)
        connection.close()
        path.chmod(0o666)
        return str(path)

    return make


def findings(db, path, **options):
    rows = db.call("inspect_sqlite", path, json.dumps(options))
    return {(row["kind"], row["object"]): row for row in rows}


def types(db, table):
    return dict(db.sql("SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum", (table,)))


def module_digests(new_sqlite, path):
    """Of the module, over the same file."""
    other = new_sqlite()
    other.connection.close()
    other.path = path
    other.connection = other.connect()
    return other.digests()


def test_an_application(postgresql, file, new_sqlite):
    path = file("""
        CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(80) NOT NULL COLLATE NOCASE UNIQUE, active BOOLEAN NOT NULL DEFAULT 1,
            balance DECIMAL(10,2) DEFAULT 0, born DATE, created DATETIME DEFAULT CURRENT_TIMESTAMP, settings JSON DEFAULT '{}', avatar BLOB,
            full TEXT GENERATED ALWAYS AS (email || '!') STORED, CHECK (active IN (0, 1)), CHECK (length(email) > 2));
        CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, title TEXT DEFAULT "none", score REAL);
        CREATE UNIQUE INDEX one_draft ON posts (user_id DESC) WHERE title = 'draft';
        CREATE INDEX by_lower ON posts (lower(title), score);
        CREATE VIEW titles AS SELECT p.title, u.email FROM posts p JOIN users u ON u.id = p.user_id WHERE ifnull(p.score, 0) >= 0;
        CREATE TRIGGER t AFTER INSERT ON posts BEGIN UPDATE users SET balance = 1 WHERE id = new.user_id; END;
        INSERT INTO users (id, email, balance, born, created, settings, avatar) VALUES (1, 'a@x', 12.50, '2000-01-31', '2024-02-03 04:05:06', '{"b": 1, "a": [1.0]}', x'00ff'), (7, 'b@x', 3, NULL, '2024-02-03 04:05:06.5', '[]', NULL);
        DELETE FROM users WHERE id = 99; INSERT INTO users (id, email) VALUES (40, 'c@x'); DELETE FROM users WHERE id = 40;
        INSERT INTO posts VALUES (1, 1, 'draft', 1.5), (2, 7, 'draft', NULL), (-3, 7, 'x', 1e300);
    """)
    rows = {row["table_name"]: row for row in postgresql.call("import_sqlite", path)}
    assert (rows["users"]["row_count"], rows["users"]["digest_matches"]) == (2, True)
    assert (rows["posts"]["row_count"], rows["posts"]["digest_matches"]) == (3, True)
    assert "trigger t" in rows[None]["note"]
    assert types(postgresql, "users") == {
        "id": "bigint", "email": "text", "active": "boolean", "balance": "numeric(10,2)", "born": "date", "created": "timestamp with time zone",
        "settings": "jsonb", "avatar": "bytea", "full": "text"}
    assert postgresql.digests() == module_digests(new_sqlite, path)
    assert postgresql.sql("SELECT title, email FROM titles ORDER BY 1, 2") == [("draft", "a@x"), ("draft", "b@x"), ("x", "b@x")]
    assert postgresql.one("SELECT count(*) FROM users WHERE email = 'A@X'") == 1
    # The numbers go on behind the highest that was ever given.
    assert postgresql.sql("INSERT INTO users (email) VALUES ('ddd') RETURNING id, active, settings, \"full\"") == [(41, True, "{}", "ddd!")]
    assert postgresql.sql("INSERT INTO posts (user_id) VALUES (1) RETURNING id, title") == [(3, "none")]
    for broken in ("INSERT INTO users (email) VALUES ('A@x')", "INSERT INTO users (email) VALUES ('x')", "INSERT INTO posts (user_id, title) VALUES (1, 'draft')", "INSERT INTO posts (user_id) VALUES (5)"):
        with postgresql.fails(("23505", "23514", "23503")):
            postgresql.sql(broken)
    definition = postgresql.one("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'")
    assert definition == "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
    assert "NULLS" not in postgresql.one("SELECT pg_get_indexdef('one_draft'::regclass)")
    assert postgresql.one("SELECT pg_get_indexdef('by_lower'::regclass)").endswith("(lower(title) NULLS FIRST, score NULLS FIRST)")


MAPPING = [
    # declared, values, type, whether something is lost
    ("INTEGER", [1, -9223372036854775808], "bigint", False),
    ("INT", [], "bigint", False),
    ("TINYINT", [1, 2], "smallint", False),
    ("SMALLINT", [40000], "bigint", False),
    ("UNSIGNED BIG INT", [3], "bigint", False),
    ("INTEGER", [1, 2.5], "numeric", True),
    ("INTEGER", [1, "x"], "text", True),
    ("BOOLEAN", [0, 1, None], "boolean", False),
    ("BOOLEAN", [0, 2], "smallint", False),
    ("BOOLEAN", ["true", "f"], "boolean", True),
    ("BOOLEAN", [], "boolean", False),
    ("REAL", [1.5, float("inf"), 1e-300], "double precision", False),
    ("FLOAT", [1, 2], "double precision", False),
    ("DECIMAL(10,2)", [1.25, 3], "numeric(10,2)", False),
    ("DECIMAL(4,2)", [123.456], "numeric", False),
    ("NUMERIC", [0.1, 5], "numeric", False),
    ("VARCHAR(3)", ["longer"], "text", False),
    ("CHAR(36)", ["0b9a7b1e-93a1-4c3e-8a51-0a2b3c4d5e6f"], "uuid", False),
    ("UUID", ["0b9a7b1e-93a1-4c3e-8a51-0a2b3c4d5e6f"], "uuid", False),
    ("UUID", ["0B9A7B1E-93A1-4C3E-8A51-0A2B3C4D5E6F"], "text", False),
    ("TEXT", [b"\x01\xff"], "bytea", False),
    ("TEXT", ["a", b"\x01"], "bytea", True),
    ("BLOB", [b"\x00"], "bytea", False),
    ("BLOB", ["text"], "bytea", True),
    ("", [1, 2], "bigint", False),
    ("", ["a"], "text", False),
    ("", [1, "a"], "text", True),
    ("", [], "bytea", False),
    ("DATE", ["2024-02-29"], "date", False),
    ("DATE", ["0000-00-00"], "text", False),
    ("DATE", ["2024-02-29 10:00:00"], "timestamp without time zone", False),
    ("DATETIME", ["2024-02-29 10:00:00.123456"], "timestamp without time zone", False),
    ("DATETIME", ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00+02:00"], "timestamp with time zone", False),
    ("DATETIME", ["2024-02-29 10:00:00.123456789"], "text", False),
    ("DATETIME", [1627303906], "timestamp with time zone", True),
    ("TIMESTAMP", [1627303906000, 1627303907123], "timestamp with time zone", True),
    ("DATETIME", [0], "bigint", False),
    ("DATETIME", [2459422.5], "double precision", False),
    ("TIME", ["10:11:12"], "time without time zone", False),
    ("JSON", ['{"a":1}', "[]"], "jsonb", False),
    ("JSON", ['{"a":1,"a":2}'], "json", False),
    ("JSON", ['"\\u0000"'], "json", False),
    ("JSON", ["{oops"], "text", False),
    ("JSON", ["123", '{"a":1}'], "jsonb", False),
    ("STRING", ["012"], "bigint", False),
    ("INTERVAL", ["P1D"], "text", False),
]


def test_every_row_of_the_mapping(postgresql, file):
    columns = ", ".join(f"c{i} {declared}" for i, (declared, *_) in enumerate(MAPPING))
    rows = []
    for number in range(3):
        values = [(values[number] if number < len(values) else None) for _, values, *_ in MAPPING]
        rows.append((f"INSERT INTO zoo VALUES ({','.join('?' * len(values))})", values))
    path = file(f"CREATE TABLE zoo ({columns})", rows)
    found = findings(postgresql, path)
    for i, (declared, values, wanted, lossy) in enumerate(MAPPING):
        row = found["column", f"zoo.c{i}"]
        assert (row["target"], row["loss"] is not None) == (wanted, lossy), (declared, values, row)
        assert row["reason"]
    with postgresql.unchanged():
        findings(postgresql, path)
    (moved,) = postgresql.call("import_sqlite", path)
    assert (moved["row_count"], moved["digest_matches"]) == (3, True)
    assert types(postgresql, "zoo") == {f"c{i}": wanted for i, (_, _, wanted, _) in enumerate(MAPPING)}


def test_digests_equal_those_of_the_module(postgresql, file, new_sqlite):
    """For each type of the mapping whose values stay what they are. The digest reads text by the declared type: where
    the values spoke against that (a DATE with a time of day, a UUID in capitals), PostgreSQL's column is read otherwise."""
    kept = [(declared, values) for declared, values, wanted, lossy in MAPPING if not lossy and (declared, wanted) not in (("DATE", "timestamp without time zone"), ("UUID", "text"))]
    columns = ", ".join(f"c{i} {declared}" for i, (declared, _) in enumerate(kept))
    rows = []
    for number in range(3):
        values = [(values[number] if number < len(values) else None) for _, values in kept]
        rows.append((f"INSERT INTO zoo VALUES ({','.join('?' * len(values))})", values))
    path = file(f"CREATE TABLE zoo ({columns})", rows)
    postgresql.call("import_sqlite", path)
    assert postgresql.digests() == module_digests(new_sqlite, path)


def test_names(postgresql, file):
    path = file('CREATE TABLE "Order Lines" ("Id" INTEGER PRIMARY KEY, "select" TEXT, "ä""b" TEXT); INSERT INTO "Order Lines" VALUES (1, 2, 3)')
    postgresql.call("import_sqlite", path, '{"schema": "Kept"}')
    assert postgresql.sql('SELECT "Id", "select", "ä""b" FROM "Kept"."Order Lines"') == [(1, "2", "3")]
    postgresql.call("import_sqlite", path, '{"names": "fold", "schema": "folded"}')
    assert postgresql.sql('SELECT id FROM folded."order lines"') == [(1,)]
    clash = file('CREATE TABLE a ("x" INT, "y" INT); CREATE TABLE "' + "n" * 64 + '" (a)')
    with postgresql.refuses("WB005", "63 bytes"):
        postgresql.call("import_sqlite", clash)


def test_names_that_postgresql_keeps(postgresql, file):
    path = file("CREATE TABLE extents (id INTEGER PRIMARY KEY, xmin REAL NOT NULL CHECK (xmin < 5), XMAX REAL); CREATE INDEX by_xmin ON extents (xmin); INSERT INTO extents VALUES (1, -1.5, 2)")
    row = findings(postgresql, path)["column", "extents.xmin"]
    assert row["target"].startswith('"xmin_" double precision') and row["loss"] == "the name, which PostgreSQL keeps for itself"
    assert [row["digest_matches"] for row in postgresql.call("import_sqlite", path)] == [True]
    assert postgresql.sql('SELECT id, xmin_, "XMAX" FROM extents') == [(1, -1.5, 2.0)]
    with postgresql.fails("23514"):
        postgresql.script("INSERT INTO extents (xmin_) VALUES (5)")


def test_functions_of_text_over_other_types(postgresql, file):
    path = file("CREATE TABLE codes (code CHECK (length(code) >= 2), n INTEGER CHECK (substr(n, 1, n) <> '7'), raw BLOB CHECK (length(raw) > 0), t TEXT CHECK (upper(raw) <> t)); INSERT INTO codes VALUES (10, 1, x'00', 'x')")
    rows = postgresql.call("import_sqlite", path)
    assert rows[0]["note"] == "check codes: the check (a text function of bytea has no known equivalent)"
    for broken in ("code) VALUES (1", "n) VALUES (7", "raw) VALUES (''"):
        with postgresql.fails("23514"):
            postgresql.script(f"INSERT INTO codes ({broken})")


def test_what_cannot_be_translated_is_told(postgresql, file):
    path = file("""CREATE TABLE t (a TEXT DEFAULT (hex(zeroblob(3))), b INT CHECK (b = strange(1)), c TEXT, d TEXT COLLATE RTRIM, e INT REFERENCES nowhere, UNIQUE (c) ON CONFLICT REPLACE);
                   CREATE INDEX i ON t (soundex(c));
                   CREATE VIEW v AS SELECT group_concat(c) FROM t;
                   CREATE VIRTUAL TABLE f USING fts5(x)""".replace("CHECK (b = strange(1))", "CHECK (typeof(b) = 'integer')").replace("soundex(c)", "quote(c)"))
    found = findings(postgresql, path)
    assert "default" in found["column", "t.a"]["loss"]
    assert "typeof" in found["check", "t"]["reason"]
    assert "rtrim" in found["column", "t.d"]["loss"]
    assert "nowhere" in found["foreign key", "t"]["reason"]
    assert "quote" in found["index", "i"]["reason"]
    assert "group_concat" in found["view", "v"]["reason"]
    assert found["virtual table", "f"]["loss"]
    assert "ON CONFLICT" in found["conflict clause", "t"]["loss"]
    notes = "\n".join(row["note"] or "" for row in postgresql.call("import_sqlite", path))
    for word in ("default", "typeof", "rtrim", "nowhere", "quote", "group_concat", "virtual table f", "ON CONFLICT"):
        assert word in notes


def test_orphans_are_told_before_anything_is_written(postgresql, file):
    path = file("""CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a, c INT REFERENCES a(id));
                   INSERT INTO a VALUES (1); INSERT INTO b VALUES (1, 1, 5), (2, 9, 1), (3, NULL, 6)""")
    with postgresql.refuses("WB041", '2 rows without their parent in foreign key (c) to a', "rowid 1", "1 rows without their parent in foreign key (a)"):
        postgresql.call("import_sqlite", path)
    rows = {row["table_name"]: row for row in postgresql.call("import_sqlite", path, '{"on_loss": "report"}')}
    assert rows["b"]["row_count"] == 3 and "NOT VALID" not in rows["a"]["note"] if rows["a"]["note"] else True
    assert sorted(postgresql.sql("SELECT convalidated FROM pg_constraint WHERE contype = 'f'")) == [(False,), (False,)]


@pytest.mark.parametrize("parents, child, orphans", [
    ("id INTEGER PRIMARY KEY; 1, 2", "INT; 1, 2, NULL", 0),
    ("id INTEGER PRIMARY KEY; 1, 2", "TEXT; '1', 2", 0),  # compared as the parent's numbers
    ("id INTEGER PRIMARY KEY; 1, 2", "TEXT; '1', '3', 2", 1),
    ("id REAL PRIMARY KEY; 1, 2.5", "INT; 1, 2.5, 3", 1),
    ("id TEXT PRIMARY KEY; 1, '02'", "INT; 1, 2", 1),
    ("id INT UNIQUE; 1, 5000000000, -9223372036854775808", "INT; -9223372036854775808, 5000000000, 5000000001, 1", 1),
])
def test_parents_are_found_as_sqlite_compares(postgresql, file, parents, child, orphans):
    (column, ids), (kind, values) = parents.split(";"), child.split(";")
    rows = "".join(f"INSERT INTO a VALUES ({value}); " for value in ids.split(",")) + "".join(f"INSERT INTO b VALUES ({value}); " for value in values.split(","))
    path = file(f"CREATE TABLE a ({column}); CREATE TABLE b (a {kind} REFERENCES a (id)); {rows}")
    found = [row["found"] for row in postgresql.call("inspect_sqlite", path) if row["kind"] == "orphans"]
    assert [text.split(" ")[0] for text in found] == ([str(orphans)] if orphans else [])


def test_checks_that_rows_break(postgresql, file):
    """Or that fail over them: each for itself, and the others hold."""
    path = file("""CREATE TABLE a (n INT CHECK (n < 3), m INT CHECK (m > 0), CONSTRAINT parts CHECK (10 / m > 1)); CREATE TABLE b (n INT CONSTRAINT tenth CHECK (10 / n > 1));
                   CREATE TABLE c (n INT CONSTRAINT fine CHECK (n > 0)); PRAGMA ignore_check_constraints = ON;
                   INSERT INTO a VALUES (1, 1), (5, 2); INSERT INTO b VALUES (2), (0), (1); INSERT INTO c VALUES (1), (2)""")
    rows = {row["table_name"]: row for row in postgresql.call("import_sqlite", path)}
    assert {name: row["row_count"] for name, row in rows.items()} == {"a": 2, "b": 3, "c": 2} and all(row["digest_matches"] for row in rows.values())
    assert "rows that are there break it" in rows["a"]["note"] and rows["a"]["note"].count("\n") == 0
    assert "rows that are there break it" in rows["b"]["note"] and "division by zero" in rows["b"]["note"] and rows["c"]["note"] is None
    checks = "SELECT conname, convalidated FROM pg_constraint WHERE contype = 'c' AND conrelid IN ('a'::regclass, 'b'::regclass, 'c'::regclass) ORDER BY 1"
    assert postgresql.sql(checks) == [("a_m_check", True), ("a_n_check", False), ("fine", True), ("parts", True), ("tenth", False)]
    with postgresql.fails("23514", "fine"):
        postgresql.sql("INSERT INTO c VALUES (0)")


def test_nulls_in_keys_and_text_that_has_no_room(postgresql, file):
    path = file("CREATE TABLE k (id TEXT PRIMARY KEY, t TEXT); INSERT INTO k VALUES (NULL, 'a'), (NULL, 'b'), ('x', 'c')",
                [("INSERT INTO k VALUES ('nul', CAST(x'610062' AS TEXT))", ()), ("INSERT INTO k VALUES ('bad', CAST(x'61ff' AS TEXT))", ())])
    with postgresql.refuses("WB041", "NULL in their key", "k.t"):
        postgresql.call("import_sqlite", path)
    (row,) = postgresql.call("import_sqlite", path, '{"on_loss": "report"}')
    assert row["row_count"] == 5 and "cannot hold" in row["note"]
    assert postgresql.sql("SELECT t FROM k WHERE id IN ('nul', 'bad') ORDER BY id") == [("a\ufffd",), ("a\ufffdb",)]


def test_settings_stay_the_callers(postgresql, file):
    path = file("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1, 2)")
    with contextlib.closing(postgresql.connect()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN; SET LOCAL maintenance_work_mem = '300MB'; SET LOCAL work_mem = '5MB'")
        cursor.execute("SELECT count(*) FROM import_sqlite(%s)", (path,))
        cursor.execute("SELECT current_setting('maintenance_work_mem'), current_setting('work_mem')")
        assert cursor.fetchall() == [("300MB", "5MB")]
        cursor.execute("ROLLBACK")


def test_own_types(postgresql, file):
    path = file("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, c DATETIME); INSERT INTO t VALUES (1, '10.0.0.1', 3, 1627303906)")
    postgresql.call("import_sqlite", path, json.dumps({"map": {"t.a": "inet", "t.b": "numeric(6, 1)", "t.c": "bigint"}}))
    assert types(postgresql, "t") == {"id": "bigint", "a": "inet", "b": "numeric(6,1)", "c": "bigint"}
    with postgresql.fails("WB001", "t.x"):
        postgresql.call("import_sqlite", path, '{"map": {"t.x": "text"}}')
    with postgresql.fails("WB001", "nothing"):
        postgresql.call("import_sqlite", path, '{"map": {"t.a": "nothing"}}')
    with postgresql.fails("WB001", "on_loss"):
        postgresql.call("import_sqlite", path, '{"onloss": "error"}')


def test_chosen_tables_and_existing_ones(postgresql, file):
    path = file("CREATE TABLE a (x INT); CREATE TABLE b (x INT); INSERT INTO a VALUES (1)")
    assert [row["table_name"] for row in postgresql.call("import_sqlite", path, '{"tables": ["a"]}')] == ["a"]
    with postgresql.refuses("42P07", '"a" already exists'):
        postgresql.call("import_sqlite", path)
    with postgresql.fails("WB022"):
        postgresql.call("import_sqlite", path, '{"tables": ["c"]}')


def test_long_names_that_become_one_are_cut_between_characters(postgresql, file):
    long = "é" * 40
    path = file(f'CREATE TABLE t (a INT, b INT, c INT); CREATE INDEX "{long}1" ON t (a); CREATE INDEX "{long}2" ON t (b); CREATE INDEX "{long}3" ON t (c)')
    postgresql.call("import_sqlite", path)
    assert postgresql.sql("SELECT relname FROM pg_class WHERE relkind = 'i' AND relname LIKE 'é%' ORDER BY length(relname), relname") == [
        ("é" * 31,), ("é" * 30 + "_1",), ("é" * 30 + "_2",)]


def test_a_database_that_is_written_to_meanwhile(postgresql, file):
    path = file("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, 'a')")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO t VALUES (2, 'not committed')")
        for name in (f"{path}-wal", f"{path}-shm"):
            import os
            os.chmod(name, 0o666)
        (row,) = postgresql.call("import_sqlite", path)
        assert row["row_count"] == 1
        writer.execute("INSERT INTO t VALUES (3, 'c')")
        writer.execute("COMMIT")
    with contextlib.closing(sqlite3.connect(path)) as reader:
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (3,)


@pytest.mark.parametrize("damage", ["truncated", "magic", "page", "journal", "empty directory"])
def test_damaged_files_change_nothing(postgresql, file, damage, directory):
    path = file("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, hex(randomblob(40)) FROM n")
    with open(path, "r+b") as handle:
        if damage == "truncated":
            handle.truncate(50000)
        elif damage == "magic":
            handle.write(b"SQLite format 9")
        elif damage == "page":
            handle.seek(4096 * 20)
            handle.write(b"\xff" * 4096)
        elif damage == "journal":
            with open(path + "-journal", "wb") as journal:
                # The header of a journal of one page, as a crash leaves it.
                journal.write(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + (1).to_bytes(4, "big") + b"\0" * 8 + (0).to_bytes(4, "big") + (512).to_bytes(4, "big") + (4096).to_bytes(4, "big") + b"\0" * 480 + b"\0" * 4104)
    target = str(directory) if damage == "empty directory" else path
    with postgresql.refuses(("WB004", "WB040"), str(target)):
        postgresql.call("import_sqlite", target)
    with postgresql.fails(("WB004", "WB040")):
        postgresql.call("inspect_sqlite", target)


def test_values_of_every_size_among_others(postgresql, file):
    """Large ones stay in SQLite's memory until they are used, while rows are read ahead."""
    sizes = [10, 70_000, 5_000, 3_000_000, 0, 65_536, 65_537, 100] * 40
    path = file("CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB, x TEXT); CREATE TABLE small (id INTEGER PRIMARY KEY, x TEXT)",
                [("INSERT INTO t VALUES (?, ?, ?)", (number, bytes([number % 256]) * (size // 10), chr(97 + number % 26) * (size // 3))) for number, size in enumerate(sizes)]
                + [("INSERT INTO small WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, 'row ' || i FROM n", ())])
    rows = {row["table_name"]: row for row in postgresql.call("import_sqlite", path)}
    assert all(row["digest_matches"] for row in rows.values())
    assert [row["row_count"] for row in rows.values()] == [5000, 320]
    expected = [(number, size // 10, number % 256 if size // 10 else None, chr(97 + number % 26) * (size // 3)) for number, size in enumerate(sizes)]
    assert postgresql.sql("SELECT id, length(b), CASE WHEN length(b) > 0 THEN get_byte(b, length(b) - 1) END, x FROM t ORDER BY id") == expected


def test_a_session_that_is_only_asked(postgresql, file):
    """What interrupts the server's process is no cancel as a rule: a timer of its statistics, or a question about its memory."""
    path = file("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO t SELECT i, hex(randomblob(40)) FROM n")
    over, asked = threading.Event(), []

    def ask():
        with contextlib.closing(postgresql.connect()) as other, other.cursor() as cursor:
            while not over.wait(0.003):
                cursor.execute("SELECT pg_log_backend_memory_contexts(%s)", (postgresql.connection.get_backend_pid(),))
                asked.append(cursor.fetchone())

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        (row,) = postgresql.call("import_sqlite", path)
        (back,) = postgresql.call("export_sqlite", path + ".back")
    finally:
        over.set()
        thread.join()
    assert row["digest_matches"] and back["row_count"] == 100000 and len(asked) > 20


@pytest.mark.parametrize("how, codes", [("pg_cancel_backend", ["57014"]), ("pg_terminate_backend", ["57P01", None])])
def test_a_session_that_is_stopped_anywhere(postgresql, file, how, codes):
    """Also while rows are read ahead; a server that had crashed for it would have ended our own session."""
    path = file("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO t SELECT i, hex(randomblob(40)) FROM n")
    for seconds in (0.01, 0.03, 0.06, 0.12):
        with contextlib.closing(postgresql.connect()) as other:
            over, session = threading.Event(), other.get_backend_pid()

            def stop():  # again and again: a cancel between two statements is none
                while not over.wait(seconds):
                    postgresql.sql(f"SELECT {how}({session})")

            thread = threading.Thread(target=stop)
            thread.start()
            with pytest.raises(psycopg2.Error) as failure:
                for number in range(1000):
                    other.cursor().execute("SELECT count(*) FROM import_sqlite(%s, %s)", (path, json.dumps({"schema": f"copy{number}"})))
                    other.cursor().execute(f"DROP SCHEMA copy{number} CASCADE")
            over.set()
            thread.join()
            assert failure.value.pgcode in codes
    assert postgresql.one("SELECT count(*) FROM pg_class WHERE relname = 't' AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'copy%%')") == 0


def test_rights_and_paths(postgresql, file, server):
    path = file("CREATE TABLE t (x)")
    with postgresql.fails("WB004", "No such file"):
        postgresql.call("import_sqlite", path + ".not")
    with postgresql.fails("WB004", "relative"):
        postgresql.call("import_sqlite", "x.db")
    postgresql.script("CREATE ROLE nobody_special; SET ROLE nobody_special")
    try:
        with postgresql.fails("42501", "pg_read_server_files"):
            postgresql.call("import_sqlite", path)
        with postgresql.fails("42501", "pg_read_server_files"):
            postgresql.call("inspect_sqlite", path)
    finally:
        postgresql.script("RESET ROLE; DROP ROLE nobody_special")


def test_the_schema_of_a_file_can_run_nothing(postgresql, file):
    path = file("CREATE TABLE t (x, y GENERATED ALWAYS AS (upper(x)) VIRTUAL); CREATE VIEW v AS SELECT load_extension('/tmp/none') FROM t; INSERT INTO t VALUES ('a')")
    rows = postgresql.call("import_sqlite", path)
    assert rows[0]["row_count"] == 1 and "load_extension" in rows[-1]["note"]


HOSTILE = [("CREATE TABLE t (x, y AS (load_extension(x)))", None), ("CREATE TABLE t (x, y AS (fts3_tokenizer(x)) STORED)", None),
           ("CREATE TABLE t (x)", "CREATE INDEX i ON t (load_extension(x))"), ("CREATE TABLE t (x)", "CREATE INDEX i ON t (x) WHERE rtreecheck(x) = 'ok'")]


@pytest.mark.parametrize("table, index", HOSTILE)
def test_a_schema_that_calls_what_has_effects_is_refused(postgresql, file, table, index):
    """SQLite lets nobody make such a one; a file can have it."""
    path = file("CREATE TABLE t (x); CREATE INDEX i ON t (x); INSERT INTO t VALUES ('/tmp/none')")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 't'", (table,))
    connection.execute("UPDATE sqlite_schema SET sql = ifnull(?, sql) WHERE name = 'i'", (index,))
    connection.close()
    for function in ("inspect_sqlite", "import_sqlite"):
        with postgresql.refuses(None, "malformed database schema") as failure:
            postgresql.call(function, path)
        assert "prohibited" in failure.text or "unsafe use" in failure.text, failure.text  # as the version of SQLite says it


def test_functions_for_json_in_a_schema(postgresql, file):
    path = file("""CREATE TABLE g (id INTEGER PRIMARY KEY, b TEXT, x AS (json_extract(b, '$.x')), y TEXT AS (b ->> '$.y') STORED, CHECK (json_valid(b)));
                   CREATE INDEX gi ON g (json_extract(b, '$.x')); CREATE INDEX gp ON g (b) WHERE json_type(b, '$.y') = 'text';
                   INSERT INTO g (b) VALUES ('{"x": 1, "y": "one"}'), ('{"x": 2}')""")
    assert findings(postgresql, path)
    [row] = postgresql.call("import_sqlite", path)
    assert row["row_count"] == 2 and row["digest_matches"]
    assert postgresql.sql("SELECT x::text, y FROM g ORDER BY id") == [("1", "one"), ("2", None)]


def test_sqlite_says_where_the_functions_are(sqlite):
    with sqlite.fails("WB005", "ATTACH"):
        sqlite.call("inspect_sqlite", "none.db")


def test_generated_columns_have_their_values(postgresql, file):
    path = file("""CREATE TABLE g (a INTEGER PRIMARY KEY, b INTEGER, c AS (b + 1), d INTEGER AS (b * 2), e TEXT AS (b || 'x'), f REAL AS (b / 2.0) STORED,
                   h TEXT AS (hex(b)), i TEXT AS (quote(b)) STORED, j AS (CASE WHEN b > 1 THEN b ELSE 'none' END));
                   INSERT INTO g (a, b) VALUES (1, 1), (2, 20), (3, NULL)""")
    [row] = postgresql.call("import_sqlite", path)
    assert row["digest_matches"], row
    assert postgresql.sql("SELECT b, c::text, d, e, f, h, i, j::text FROM g ORDER BY a") == [
        (1, "2", 2, "1x", 0.5, "31", "1", "none"), (20, "21", 40, "20x", 10.0, "3230", "20", "20"), (None, None, None, None, None, "", "NULL", "none")]
    computed = [name for (name,) in postgresql.sql("SELECT attname FROM pg_attribute WHERE attrelid = 'g'::regclass AND attgenerated <> ''")]
    assert {"c", "d"} <= set(computed), row
    for name in set("cdefhij") - set(computed):
        assert f"g.{name}: " in row["note"] and "keeps its values" in row["note"], row
    lost = findings(postgresql, path)
    assert all("keeps its values" in row["loss"] for row in lost.values() if row["kind"] == "generated column" and (row["loss"] or "").startswith("the expression"))


def test_generated_columns_that_postgresql_computes_otherwise(postgresql, file):
    path = file("""CREATE TABLE h (id INTEGER PRIMARY KEY, a TEXT, up TEXT AS (upper(a)), twice TEXT AS (a || a), CHECK (up <> 'none'));
                   CREATE INDEX by_up ON h (up); INSERT INTO h (a) VALUES ('a'), ('é')""")
    [row] = postgresql.call("import_sqlite", path)
    assert row["digest_matches"] and "generated column h.up: the expression; the column keeps its values (PostgreSQL computes other values)" in row["note"] and "twice" not in row["note"], row
    assert postgresql.sql("SELECT a, up, twice FROM h ORDER BY id") == [("a", "A", "aa"), ("é", "é", "éé")]
    assert postgresql.sql("SELECT attname FROM pg_attribute WHERE attrelid = 'h'::regclass AND attgenerated <> ''") == [("twice",)]


def test_generated_columns_that_postgresql_cannot_compute(postgresql, file):
    path = file("""CREATE TABLE h (id INTEGER PRIMARY KEY, a INTEGER, part INTEGER AS (100 / a), CHECK (a < 5)); INSERT INTO h (a) VALUES (4), (0), (NULL)""")
    [row] = postgresql.call("import_sqlite", path)
    assert row["digest_matches"] and "generated column h.part: the expression; the column keeps its values (division by zero)" in row["note"], row
    assert postgresql.sql("SELECT a, part FROM h ORDER BY id") == [(4, 25), (0, None), (None, None)]


def test_checks_that_rows_break_take_no_expression_along(postgresql, file):
    path = file("""PRAGMA ignore_check_constraints = ON; CREATE TABLE h (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER AS (a + 1), CHECK (b < 5)); INSERT INTO h (a) VALUES (4)""")
    [row] = postgresql.call("import_sqlite", path)
    assert row["digest_matches"] and "expression" not in row["note"], row
    assert postgresql.sql("SELECT attname FROM pg_attribute WHERE attrelid = 'h'::regclass AND attgenerated <> ''") == [("b",)]


def test_a_timeout_is_no_refusal(postgresql, file):
    path = file("CREATE TABLE g (a INTEGER PRIMARY KEY, b INTEGER, c INTEGER AS (b + 1)); INSERT INTO g (a, b) VALUES (1, 1)")
    postgresql.script("""CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); END';
                         CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION slow(); SET statement_timeout = '300ms'""")
    with postgresql.fails("57014"):
        postgresql.call("import_sqlite", path)
    postgresql.script("RESET statement_timeout; DROP EVENT TRIGGER slow")
    assert postgresql.one("SELECT to_regclass('g') IS NULL")
