"""What an import into SQLite stores is what the document has, or the import fails: a column's affinity changes nothing
without a word."""

import json
import sqlite3

import pytest
from sqlite_database import open_database

DECLARED = ["", "INTEGER", "BIGINT", "REAL", "FLOAT", "NUMERIC", "DECIMAL(10,2)", "NUMERIC_TEXT", "BOOLEAN", "TEXT", "VARCHAR(5)", "BLOB", "DATE", "DATETIME",
            "UUID", "JSON", "JSON_TEXT", "ANY", "POINT", "STRING"]
STRICT = ["INTEGER", "REAL", "TEXT", "BLOB", "ANY"]
VALUES = ["0", "-0.0", "5", "5.0", "0.1", "1.50", "1e3", "9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808", "12345678901234567168.0",
          "1234567890123456789.0", "12345678901234567890.12", "0.1000000000000000055", "1e400", "1e-400", "true", '"5"', '"007"', '" 5 "', '"+5"', '".5"', '"1e3"', '"1.50"',
          '"-0"', '"9007199254740993"', '"123456789012345678901234567890.5"', '"1e400"', '"5e"', '"0x10"', '"NaN"', '"Infinity"', '"inf"', '"2026"', '"2026-01-02"', '"a"', '""',
          '{"$num":"NaN"}', '{"$num":"-Infinity"}', '{"$bytes":"NQ=="}', '{"$text":"NQA="}']


@pytest.mark.parametrize("strict", ["", "STRICT"])
@pytest.mark.parametrize("engine", ["", "sqlite", "postgresql"])
def test_kept_or_refused(strict, engine):
    head = '"metadata": {"version": "1.0.0", "source": {"engine": "%s"}}, ' % engine if engine else ""
    kept = refused = 0
    for declared in STRICT if strict else DECLARED:
        database = open_database(":memory:")
        database.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared}) {strict}")
        for value in VALUES:
            document = '{%s"t": [{"id": 1, "v": %s}]}' % (head, value)
            try:
                database.execute("SELECT import_json(?)", (document,))
            except sqlite3.Error as error:
                assert "WB024" in str(error) or (strict and "cannot store" in str(error)), (declared, value, str(error))
                assert database.execute("SELECT count(*) FROM t").fetchone() == (0,)
                refused += 1
                continue
            # Where no type says that it is a number, one that is no real is there as its text.
            as_text = declared in ("", "BLOB") or strict and declared == "ANY"
            if not as_text or database.execute("SELECT v FROM t").fetchone()[0] != (json.loads(value)["$num"] if "$num" in value else value):
                assert database.execute("SELECT matches FROM data_verify(?)", (document,)).fetchone() == (1,), (declared, value)
            problems = database.execute("SELECT * FROM import_validate(?, '{\"clear\": true}')", (document,)).fetchall()
            assert problems == [], (declared, value)
            database.execute("DELETE FROM t")
            kept += 1
        database.close()
    assert kept > 50 and refused > 50


@pytest.mark.parametrize("declared, value, words", [
    ("NUMERIC", "12345678901234567890.12", "the number 12345678901234567168.0"), ("REAL", "9007199254740993", "the number 9007199254740992.0"), ("REAL", "-0.0", "the number 0.0"),
    ("INTEGER", '"007"', '"007" would become the number 7'), ("TEXT", "5", 'the text "5"'), ("JSON", "123456789012345678901234567890", "the number 1.2345678901234568e+29")])
def test_named(sqlite, declared, value, words):
    sqlite.sql(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared})")
    document = '{"t": [{"id": 1, "v": null}, {"id": 2, "v": %s}]}' % value
    with sqlite.refuses("WB024", 'table "t", row 2, column "v"', words):
        sqlite.call("import_json", document)
    assert any(words in row["message"] for row in sqlite.call("import_validate", document))
    done = sqlite.call("import_json", document, '{"on_error": "collect"}')
    assert sqlite.sql("SELECT id FROM t") == [(1,)] and any(words in (row["error"] or "") for row in done)


def test_a_document_with_digests(sqlite, new_sqlite):
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, '5'), (2, '007')")
    target = new_sqlite()
    target.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)")
    with target.refuses("WB024", "row 2", '"007"'):
        target.call("import_json", sqlite.value("export_json"))
    sqlite.sql("DELETE FROM t WHERE id = 2")
    target.call("import_json", sqlite.value("export_json"))  # the text of a number is that number there
    assert target.sql("SELECT v FROM t") == [(5,)]
    assert [row["matches"] for row in target.call("data_verify", sqlite.value("export_json"))] == [1]


def test_decimals_as_text(sqlite):
    """All digits of a double, and the words that SQLite has no number for."""
    sqlite.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v NUMERIC_TEXT)")
    document = '{"t": [{"id": 1, "v": 0.30000000000000004}, {"id": 2, "v": {"$num": "Infinity"}}, {"id": 3, "v": "NaN"}, {"id": 4, "v": 12345678901234567168.0}]}'
    sqlite.call("import_json", document)
    assert [row[0] for row in sqlite.sql("SELECT v FROM t")] == ["0.30000000000000004", "Infinity", "NaN", "1.2345678901234567e+19"]
    assert [row["matches"] for row in sqlite.call("data_verify", document)] == [1]


@pytest.mark.parametrize("declared, value", [
    ("(1 -- one\n)", 1), ("(1 /* one */)", 1), ("`abc`", "abc"), ("`a``c`", "a`c"), ("[abc]", "abc"), ("[a b]", "a b"), ("a$c", "a$c"), ("äb", "äb"), ("abc", "abc"), ('"a""c"', 'a"c'),
    ('"true"', "true"), ("[null]", "null"), ("TRUE", 1), ("NULL", None), ("'abc'", "abc"), ("x'6162'", b"ab"), ("-.5", -0.5), ("(1 + 2)", 3), ("(abs(-2) -- [b])\n)", 2)])
def test_replace_sets_the_default_that_an_insert_would_set(sqlite, declared, value):
    sqlite.sql(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v DEFAULT {declared}, w, abc)")
    sqlite.sql("INSERT INTO t (id) VALUES (1)")
    sqlite.sql("INSERT INTO t (id, v) VALUES (2, 'other')")
    sqlite.call("import_json", '{"t": [{"id": 2, "w": "new"}]}', '{"on_conflict": "replace"}')
    assert sqlite.sql("SELECT v, w FROM t ORDER BY id") == [(value, None), (value, "new")]
