"""Options about single values: large integers as strings for readers that know doubles only, and text that the target
cannot hold."""

import json

import pytest

LARGE = [2**53 - 1, -(2**53 - 1), 2**53, -(2**53), 2**63 - 1, -(2**63), 0, 7]


def test_large_integers_as_strings(new_db):
    first, second = new_db(), new_db()
    for database in (first, second):
        database.sql("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, n BIGINT, d NUMERIC(30,0))")
    for number, value in enumerate(LARGE):
        first.sql(f"INSERT INTO t VALUES ({number}, {value if value > -2**63 else '-9223372036854775807 - 1'}, 5)")
    document = first.value("export_json", '{"numbers": "string"}')
    rows = json.loads(document)["t"]
    assert [row["n"] for row in rows] == [value if abs(value) < 2**53 else str(value) for value in LARGE]
    assert [row["d"] for row in rows] == [5] * len(LARGE)
    lines = "\n".join(row["line"] for row in first.call("export_jsonl", '{"numbers": "string"}'))
    for text in (document, lines):
        second.call("import_json", text, '{"clear": true}')
        assert second.digests() == first.digests()
        assert second.sql("SELECT * FROM t ORDER BY id") == first.sql("SELECT * FROM t ORDER BY id")
        assert all(row["matches"] for row in second.call("data_verify", text))
    assert json.loads(first.value("export_json", '{"numbers": "number"}'))["t"] == json.loads(first.value("export_json"))["t"]
    with first.refuses("WB001", "numbers"):
        first.value("export_json", '{"numbers": "text"}')


def test_large_integers_of_any_column_in_sqlite(new_sqlite):
    first, second = new_sqlite(), new_sqlite()
    for database in (first, second):
        database.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v, j JSON, s TEXT)")
    first.sql("INSERT INTO t VALUES (9007199254740993, 9007199254740993, 9007199254740993, '9007199254740993')")
    document = first.value("export_json", '{"numbers": "string"}')
    tagged = {"$num": "9007199254740993"}
    assert json.loads(document)["t"] == [{"id": "9007199254740993", "v": tagged, "j": tagged, "s": "9007199254740993"}]
    second.call("import_json", document)
    assert second.sql("SELECT *, typeof(v), typeof(j), typeof(s) FROM t") == first.sql("SELECT *, typeof(v), typeof(j), typeof(s) FROM t")
    assert second.digests() == first.digests()


@pytest.fixture
def bad_document(sqlite):
    """Text that only SQLite holds, of a table that both have."""
    sqlite.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, s TEXT)")
    sqlite.sql("INSERT INTO t VALUES (1, 'a' || char(0) || 'b'), (2, CAST(x'63ff64' AS TEXT)), (3, 'good'), (4, CAST(x'eda080' AS TEXT))")
    return sqlite.value("export_json")


@pytest.mark.parametrize("how, stored", [("replace", ["a\ufffdb", "c\ufffdd", "good", "\ufffd" * 3]), ("strip", ["ab", "cd", "good", ""])])
def test_bad_text_is_mended(postgresql, bad_document, how, stored):
    postgresql.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, s TEXT)")
    for options in ({}, {"bad_text": "error"}):
        with postgresql.refuses("WB026", '"t"', "row 1", '"s"', "byte 2", "row 2", "row 4"):
            postgresql.call("import_json", bad_document, json.dumps(options))
    postgresql.call("import_json", bad_document, json.dumps({"bad_text": how}))
    assert [row[0] for row in postgresql.sql("SELECT s FROM t ORDER BY id")] == stored
    with postgresql.refuses("WB021"):  # its digests hold as before
        postgresql.call("import_json", bad_document.replace('"good"', '"goods"'), json.dumps({"bad_text": how, "clear": True}))
    foreign = '{"t": [{"id": 9, "s": "x\\u0000y"}, {"id": 10, "s": {"$text": "/w=="}}]}'
    postgresql.call("import_json", foreign, json.dumps({"bad_text": how}))
    assert [row[0] for row in postgresql.sql("SELECT s FROM t WHERE id > 8 ORDER BY id")] == (["x\ufffdy", "\ufffd"] if how == "replace" else ["xy", ""])


@pytest.mark.parametrize("how, stored", [("replace", ["{\"a\": [\"x\ufffdy\"]}", "[\"\ufffd\"]", "{\"good\": \"\\\\u0000\"}"]), ("strip", ["{\"a\": [\"xy\"]}", "[\"\"]", "{\"good\": \"\\\\u0000\"}"])])
def test_documents_that_jsonb_cannot_hold(sqlite, postgresql, how, stored):
    sqlite.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, doc JSON)")
    sqlite.sql(r"""INSERT INTO t VALUES (1, '{"a": ["x\u0000y"]}'), (2, '["\ud800"]'), (3, '{"good": "\\u0000"}')""")
    document = sqlite.value("export_json")
    postgresql.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, doc jsonb)")
    with postgresql.refuses("WB026", '"t"', "row 1", '"doc"', "escape \\u0000 at byte 10", "row 2", "escape \\ud800 at byte 3", "jsonb"):
        postgresql.call("import_json", document)
    assert [row["row_number"] for row in postgresql.call("import_validate", document)] == [1, 2]
    postgresql.call("import_json", document, json.dumps({"bad_text": how}))
    assert [row[0] for row in postgresql.sql("SELECT doc::text FROM t ORDER BY id")] == stored
    with postgresql.refuses("WB021"):  # its digests hold as before
        postgresql.call("import_json", document.replace('"good"', '"goods"'), json.dumps({"bad_text": how, "clear": True}))
    collected = postgresql.call("import_json", document, '{"on_error": "collect", "clear": true}')
    assert [row["row_number"] for row in collected if row["error"]] == [1, 2]


def test_bad_text_where_every_text_has_room(new_sqlite, bad_document):
    target = new_sqlite()
    target.sql("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, s TEXT)")
    target.call("import_json", bad_document, '{"bad_text": "strip"}')
    assert target.one("SELECT hex(s) FROM t WHERE id = 1") == "610062"
    with target.fails("WB001", "bad_text"):
        target.call("import_json", bad_document, '{"bad_text": "ignore"}')
