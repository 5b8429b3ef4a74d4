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


def test_large_integers_inside_values(new_postgresql, new_sqlite, directory):
    """Those of arrays and composite values; documents, decimals and texts in them stay as they are."""
    first, second, lite = new_postgresql(), new_postgresql(), new_sqlite()
    for database in (first, second):
        database.sql("CREATE DOMAIN big AS bigint; CREATE DOMAIN bigs AS big[]; CREATE TYPE pair AS (n bigint, t text, j json, a bigs, d numeric, i integer);"
                     "CREATE TABLE t (id integer PRIMARY KEY, a bigint[], b bigs, p pair, ps pair[], s text[], j jsonb, r int8range, d numeric[])")
    first.sql("""INSERT INTO t VALUES
        (1, '{9007199254740991,9007199254740992,NULL,-9223372036854775808}', '[0:1]={9007199254740993,1}',
         ROW(9007199254740993, '9007199254740993', '{"n": 9007199254740993, "s": "9007199254740993"}', '{9007199254740993}', 9007199254740993, 1),
         ARRAY[ROW(9007199254740993, '9007199254740993', '["9007199254740993"]', '{7}', 1, 2)::pair, NULL],
         '{9007199254740993,x}', '{"n": [9007199254740993, "9007199254740993"]}', '[1,9007199254740993)', '{9007199254740993}'),
        (2, '{{1,9007199254740993},{9007199254740994,4}}', '{}', NULL, '{}', NULL, '"9007199254740993"', NULL, NULL)""")
    document = first.value("export_json", '{"numbers": "string"}')
    row, other = json.loads(document)["t"]
    assert row["a"] == [2**53 - 1, "9007199254740992", None, str(-2**63)] and other["a"] == [[1, "9007199254740993"], ["9007199254740994", 4]]
    assert row["b"] == {"$array": {"lower": [0], "values": ["9007199254740993", 1]}}
    assert row["p"] == {"n": "9007199254740993", "t": "9007199254740993", "j": {"n": 2**53 + 1, "s": "9007199254740993"}, "a": ["9007199254740993"], "d": 2**53 + 1, "i": 1}
    assert row["ps"] == [{"n": "9007199254740993", "t": "9007199254740993", "j": ["9007199254740993"], "a": [7], "d": 1, "i": 2}, None]
    assert row["d"] == [2**53 + 1] and row["j"]["n"] == [2**53 + 1, "9007199254740993"]
    lines = "\n".join(line["line"] for line in first.call("export_jsonl", '{"numbers": "string"}'))
    first.call("export_json_file", str(directory / "t.json"), '{"numbers": "string", "workers": 2}')
    for text in (document, lines, (directory / "t.json").read_text()):
        second.call("import_json", text, '{"clear": true}')
        assert second.digests() == first.digests()
        assert second.sql("SELECT t::text FROM t ORDER BY id") == first.sql("SELECT t::text FROM t ORDER BY id")
        assert all(entry["matches"] for entry in second.call("data_verify", text))
        assert not second.call("import_validate", text, '{"clear": true}')
    # An engine that keeps such values as documents gets numbers too.
    lite.call("import_json", document, '{"create": true}')
    assert lite.digests() == first.digests()
    assert json.loads(lite.sql("SELECT a FROM t WHERE id = 1")[0][0])[1] == 2**53
    assert "quoted" not in first.value("export_json")


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
