"""Every value of SQLite through a document and back, and tables of every shape."""

import json
import math
import sqlite3

import pytest
from sqlite_database import open_database

VALUES = [
    None, 0, 1, -1, 2**63 - 1, -2**63, 2**53 + 1, 0.0, -0.0, 1.0, 0.1, 1e22, 1.7976931348623157e308, 5e-324,
    math.inf, -math.inf, "", "text", "12", "1.50", "naïve 日本 🐦", "tab\t\"quote\"\\ \x01\x7f", "true", "null", "{}",
    '{"$bytes":"AA=="}', "2026-01-02 03:04:05", b"", b"\x00\xff\xfe", bytes(range(256)), "x" * 70_000, b"y" * 70_001,
    "é" * 200_000,
]


def copy_of(db, tmp_path, schema, document=None):
    """A second database with the same schema that took the first one's document."""
    document = document or db.execute("SELECT export_json()").fetchone()[0]
    other = open_database(str(tmp_path / "copy.db"))
    other.executescript(schema)
    other.execute("SELECT import_json(?)", (document,))
    return other


def digests(db):
    return db.execute("SELECT * FROM data_digest() ORDER BY table_name").fetchall()


def dump(db, table, order):
    """Each value with its storage class; text as its bytes, since Python cannot show every text."""
    quoted = [row[0] for row in db.execute("SELECT printf('\"%w\"', name) FROM pragma_table_info(?)", (table,))]
    names = ", ".join(f"typeof({c}), CASE typeof({c}) WHEN 'text' THEN CAST({c} AS BLOB) ELSE {c} END" for c in quoted)
    table = table.replace('"', '""')
    return db.execute(f'SELECT {names} FROM "{table}" ORDER BY {order}').fetchall()


@pytest.mark.parametrize("declared", ["", "BLOB", "INTEGER", "REAL", "TEXT", "NUMERIC", "DECIMAL(10,2)", "ANY", "VARCHAR(5)"])
def test_storage_classes_in_columns_of_every_affinity(db, tmp_path, declared):
    schema = f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared})"
    db.executescript(schema)
    db.executemany("INSERT INTO t (v) VALUES (?)", [(value,) for value in VALUES])
    copy = copy_of(db, tmp_path, schema)
    assert dump(copy, "t", "id") == dump(db, "t", "id")
    assert digests(copy) == digests(db)
    copy.close()


def test_text_that_is_no_text_elsewhere(db, tmp_path):
    schema = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)"
    db.executescript(schema)
    db.execute("INSERT INTO t (v) VALUES ('a' || char(0) || 'b'), (CAST(x'ff41' AS TEXT)), (CAST(x'eda080' AS TEXT)), ('ok')")
    document = json.loads(db.execute("SELECT export_json()").fetchone()[0])
    assert [row["v"] for row in document["t"]] == [{"$text": "YQBi"}, {"$text": "/0E="}, {"$text": "7aCA"}, "ok"]
    copy = copy_of(db, tmp_path, schema)
    assert dump(copy, "t", "id") == dump(db, "t", "id")
    assert digests(copy) == digests(db)
    copy.close()


def test_declared_types_tell_booleans_and_documents(db, tmp_path):
    schema = "CREATE TABLE t (id INTEGER PRIMARY KEY, b BOOLEAN, j JSON)"
    db.executescript(schema)
    db.execute("""INSERT INTO t (b, j) VALUES (1, '{"a": [1,  2.50]}'), (0, 'no json'), (2, '123'), ('yes', x'00'), (NULL, 'null')""")
    text = db.execute("SELECT export_json()").fetchone()[0]
    rows = json.loads(text)["t"]
    assert [row["b"] for row in rows] == [True, False, 2, "yes", None]
    assert rows[0]["j"] == {"a": [1, 2.5]} and '{"a": [1,  2.50]}' in text
    copy = copy_of(db, tmp_path, schema)
    assert dump(copy, "t", "id") == dump(db, "t", "id")
    copy.close()


@pytest.mark.parametrize("number, stored", [
    ("7", ("integer", 7)), ("9223372036854775807", ("integer", 2**63 - 1)), ("1.0", ("real", 1.0)), ("1.50", ("real", 1.5)),
    ("0.1", ("real", 0.1)), ("1e3", ("real", 1000.0)),
    ("9223372036854775808", ("text", "9223372036854775808")), ("0.1000000000000000055", ("text", "0.1000000000000000055")),
    ("12345678901234567890.12", ("text", "12345678901234567890.12")), ("1e400", ("text", "1e400")),
])
def test_numbers_are_stored_exactly_or_as_text(db, number, stored):
    db.execute("CREATE TABLE t (v BLOB)")
    db.execute("SELECT import_json(?)", (f'{{"metadata":{{"version":"1.0.0"}},"t":[{{"v":{number}}}]}}',))
    assert db.execute("SELECT typeof(v), v FROM t").fetchone() == stored


def test_a_text_column_keeps_all_digits(db):
    db.execute("CREATE TABLE t (v NUMERIC_TEXT)")
    document = '{"metadata":{"version":"1.0.0","tables":{"t":{"columns":[["v","numeric(10,2)"]]}}},"t":[{"v":1.50}],' \
               '"$end":{"tables":{"t":{"rows":1}}}}'
    try:
        db.execute("SELECT import_json(?)", (document,))
    except sqlite3.OperationalError:  # a document must carry its digest: take one without metadata of tables
        db.execute("SELECT import_json(?)", ('{"metadata":{"version":"1.0.0"},"t":[{"v":1.50}]}',))
    assert db.execute("SELECT typeof(v), v FROM t").fetchone() == ("text", "1.50")


SHAPES = '''
CREATE TABLE bare (a, b);
CREATE TABLE hidden_rowid (rowid TEXT, oid TEXT);
CREATE TABLE hidden_all (rowid TEXT, oid TEXT, _rowid_ TEXT);
CREATE TABLE without_rowid (a TEXT, b INTEGER, c, PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE text_key (k TEXT PRIMARY KEY, v);
CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, v);
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT DEFAULT 'x');
CREATE TABLE computed (id INTEGER PRIMARY KEY, a INTEGER, twice INTEGER AS (a * 2) STORED, thrice AS (a * 3));
CREATE TABLE "Odd ""name"" [x]" ("Col ""1""" TEXT PRIMARY KEY, [select] INTEGER);
CREATE TABLE strict_one (id INTEGER PRIMARY KEY, t TEXT, r REAL, b BLOB, a ANY) STRICT;
CREATE VIRTUAL TABLE search USING fts5(body);
CREATE VIEW seen AS SELECT a FROM bare;
'''


def test_tables_of_every_shape(db, tmp_path):
    db.executescript(SHAPES)
    db.executescript('''
        INSERT INTO bare VALUES (2, 'b'), (1, 'a'), (2, 'b');
        INSERT INTO hidden_rowid VALUES ('x', 'y'), ('a', 'b');
        INSERT INTO hidden_all VALUES ('x', 'y', 'z');
        INSERT INTO without_rowid VALUES ('z', 1, 'first'), ('a', 2, 'third'), ('zz', 1, 'second');
        INSERT INTO text_key VALUES ('b', 1), ('a', 2), ('B', 3);
        INSERT INTO descending VALUES (3, 'c'), (1, 'a');
        INSERT INTO counted (id, v) VALUES (5, 'five'), (9, 'nine');
        INSERT INTO computed (id, a) VALUES (1, 10), (2, NULL);
        INSERT INTO "Odd ""name"" [x]" VALUES ('k', 1);
        INSERT INTO strict_one VALUES (1, 't', 1, x'01', 'any'), (2, '', 2.5, x'', 7);
        INSERT INTO search VALUES ('some words');''')
    document = json.loads(db.execute("SELECT export_json()").fetchone()[0])
    tables = {name for name in document if name not in ("metadata", "$end")}
    assert tables == {"bare", "hidden_rowid", "hidden_all", "without_rowid", "text_key", "descending", "counted", "computed",
                      'Odd "name" [x]', "strict_one"}
    assert [row["c"] for row in document["without_rowid"]] == ["first", "second", "third"]
    assert [row["k"] for row in document["text_key"]] == ["B", "a", "b"]
    assert [row["a"] for row in document["bare"]] == [2, 1, 2]  # as they were inserted
    assert document["computed"] == [{"id": 1, "a": 10}, {"id": 2, "a": None}]
    identities = {name: table.get("identity", []) for name, table in document["metadata"]["tables"].items()}
    assert identities["counted"] == ["id"] and identities["descending"] == [] and identities["text_key"] == []
    copy = copy_of(db, tmp_path, SHAPES)
    for table in tables:
        assert dump(copy, table, 2) == dump(db, table, 2), table
    assert copy.execute("SELECT twice, thrice FROM computed").fetchall() == [(20, 30), (None, None)]
    copy.execute("INSERT INTO counted (v) VALUES ('next')")
    assert copy.execute("SELECT max(id) FROM counted").fetchone() == (10,)
    copy.close()


CYCLE = """
CREATE TABLE Team (id INTEGER PRIMARY KEY, lead INTEGER REFERENCES person (ID));
CREATE TABLE person (id INTEGER PRIMARY KEY, team NOT NULL REFERENCES team, boss REFERENCES Person);
"""


def filled_cycle(db):
    db.executescript(CYCLE)
    db.executescript("""BEGIN; PRAGMA defer_foreign_keys = ON;
        INSERT INTO team VALUES (1, 2), (2, 1); INSERT INTO person VALUES (1, 1, 2), (2, 2, 1), (3, 1, 3); COMMIT""")
    return db.execute("SELECT export_json()").fetchone()[0]


def test_cycles_and_self_references_with_foreign_keys_on(db, tmp_path):
    document = filled_cycle(db)
    other = open_database(str(tmp_path / "other.db"))
    other.execute("PRAGMA foreign_keys = ON")
    other.executescript(CYCLE)
    other.execute("BEGIN")
    other.execute("SELECT import_json(?)", (document,))
    assert other.execute("PRAGMA defer_foreign_keys").fetchone() == (0,)
    other.execute("COMMIT")
    assert digests(other) == digests(db)
    assert other.execute("PRAGMA foreign_key_check").fetchall() == []
    other.close()


@pytest.mark.parametrize("begin", [False, True])
def test_a_missing_parent_is_refused_with_foreign_keys_on(db, tmp_path, begin):
    filled_cycle(db)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM person WHERE id = 1")
    document = db.execute("SELECT export_json()").fetchone()[0]
    other = open_database(str(tmp_path / "other.db"))
    other.execute("PRAGMA foreign_keys = ON")
    other.executescript(CYCLE)
    if begin:
        other.execute("BEGIN")
    with pytest.raises(sqlite3.Error) as caught:
        other.execute("SELECT import_json(?)", (document,))
    assert "WB027" in str(caught.value) or "FOREIGN KEY" in str(caught.value)
    assert other.in_transaction == begin
    assert other.execute("PRAGMA defer_foreign_keys").fetchone() == (0,)
    if begin:
        other.execute("COMMIT")
    assert other.execute("SELECT (SELECT count(*) FROM team), (SELECT count(*) FROM person)").fetchone() == (0, 0)
    other.close()


def test_a_bad_row_names_table_and_row(db):
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT CHECK (v <> 'bad'))")
    rows = [{"id": number, "v": "bad" if number == 700 else "good"} for number in range(1, 1001)]
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed") as caught:
        db.execute("SELECT import_json(?)", (json.dumps({"metadata": {"version": "1.0.0"}, "t": rows}),))
    assert "700" in str(caught.value) and '"t"' in str(caught.value)
    assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_absent_keys_take_the_default(db):
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT DEFAULT 'given', w INTEGER DEFAULT (1 + 1))")
    rows = [{"id": 1, "v": None, "w": None}, {"id": 2}, {"v": "x"}, {}, {"id": 9, "w": 5}]
    db.execute("SELECT import_json(?)", (json.dumps({"metadata": {"version": "1.0.0"}, "t": rows}),))
    assert db.execute("SELECT id, v, w FROM t WHERE id IN (1, 2, 9)").fetchall() == [
        (1, None, None), (2, "given", 2), (9, "given", 5)]
    assert db.execute("SELECT v, w FROM t WHERE id NOT IN (1, 2, 9) ORDER BY v").fetchall() == [("given", 2), ("x", 2)]


def test_own_tables_are_not_exported(db):
    db.execute("SELECT migrate_apply(?)", ('[{"name":"001_a.sql","sql":"CREATE TABLE a (id INTEGER)"}]',))
    document = json.loads(db.execute("SELECT export_json()").fetchone()[0])
    assert set(document) == {"metadata", "a", "$end"}


def test_a_document_may_come_as_a_blob(db):
    db.execute("CREATE TABLE t (v)")
    db.execute("SELECT import_json(?)", ('{"metadata":{"version":"1.0.0"},"t":[{"v":"ü"}]}'.encode(),))
    assert db.execute("SELECT v FROM t").fetchone() == ("ü",)


def test_lines_beyond_what_memory_keeps(db):
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
    db.execute("INSERT INTO t (v) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 30000) SELECT hex(randomblob(200)) FROM c")
    lines = [row[0] for row in db.execute("SELECT * FROM export_jsonl()")]
    assert len(lines) == 30002
    rows = [json.loads(line)["row"] for line in lines[1:-1]]
    assert [(row["id"], row["v"]) for row in rows] == db.execute("SELECT id, v FROM t ORDER BY id").fetchall()


def test_a_result_above_the_limit_says_what_to_do(db):
    db.execute("CREATE TABLE t (v)")
    db.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 4)
    if not hasattr(db, "setlimit"):
        pytest.skip("needs Python 3.11")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 8000)
    with pytest.raises(sqlite3.OperationalError, match="WB005.*more than one value may have"):
        db.execute("SELECT export_json()")


def test_one_snapshot_for_all_tables(db, database):
    """Another connection commits to both tables while an export is between them."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE a (n INTEGER)")
    db.execute("CREATE TABLE b (n INTEGER)")
    db.execute("INSERT INTO a VALUES (1)")
    db.execute("INSERT INTO b VALUES (1)")
    other = open_database(database)
    seen = {"steps": 0}

    def step():
        # While the virtual machine works: change both tables in one transaction.
        seen["steps"] += 1
        other.executescript("BEGIN; UPDATE a SET n = n + 1; UPDATE b SET n = n + 1; COMMIT")
        return 0

    db.set_progress_handler(step, 1)
    document = json.loads(db.execute("SELECT export_json()").fetchone()[0])
    db.set_progress_handler(None, 0)
    other.close()
    assert seen["steps"] > 10
    assert document["a"][0]["n"] == document["b"][0]["n"]


def test_export_inside_a_statement_that_writes(db):
    db.execute("CREATE TABLE t (v)")
    db.execute("INSERT INTO t VALUES (1), (2)")
    db.execute("CREATE TABLE backups AS SELECT export_json() AS document")
    db.execute("INSERT INTO backups SELECT export_json('{\"tables\":[\"t\"]}')")
    assert not db.in_transaction
    assert [json.loads(row[0])["t"] for row in db.execute("SELECT document FROM backups")] == [[{"v": 1}, {"v": 2}]] * 2


def test_interrupt_stops_an_export(db):
    db.execute("CREATE TABLE t (v)")
    db.execute("INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) SELECT i FROM c")
    db.set_progress_handler(lambda: 1, 5000)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        db.execute("SELECT export_json()")
    db.set_progress_handler(None, 0)
    assert db.execute("SELECT count(*) FROM t").fetchone() == (20000,)
