"""Bad input to export and import: a clear error that says where, and the database as it was."""

import json
import pathlib

import pytest

TABLE = "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, n INTEGER, b BOOLEAN, s TEXT NOT NULL DEFAULT '', at TIMESTAMP, doc JSON)"


@pytest.fixture
def table(db):
    db.sql(TABLE)
    db.sql("INSERT INTO t (id, n, s) VALUES (1, 1, 'one'), (2, 2, 'two')")
    return db


@pytest.mark.parametrize("function, arguments", [
    ("export_json", ('{"tables": ["usres"]}',)), ("data_digest", ('{"tables": ["t", "nowhere.t"]}',)),
    ("data_digest", ('{"exclude": ["x*"]}',)), ("export_jsonl", ('{"skip": "T"}',)), ("import_json", ('{"usres": []}',)),
    ("import_json", ('{"t": []}', '{"tables": ["usres"]}'))])
def test_a_table_that_is_not_there(table, function, arguments):
    with table.refuses("WB022"):
        table.value(function, *arguments) if function == "export_json" else table.call(function, *arguments)


def test_the_nearest_name_is_said(table):
    table.sql("CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY)")
    with table.refuses("WB022", "usres", "users"):
        table.value("export_json", '{"tables": ["usres"]}')
    with table.refuses("WB022", "usres", "users"):
        table.call("import_json", '{"usres": [{"id": 1}]}')


@pytest.mark.parametrize("function, options, words", [
    ("export_json", '{"table": "t"}', ("table", "tables")), ("export_json", '{"tables": 1}', ("tables",)),
    ("data_digest", '{"Tables": "t"}', ("Tables", "tables")), ("export_json", '{"tables": [null]}', ("tables",)),
    ("export_json", '"t"', ())])
def test_bad_options(table, function, options, words):
    with table.refuses("WB001", *words):
        table.value(function, options) if function == "export_json" else table.call(function, options)


@pytest.mark.parametrize("options, words", [('{"claer": true}', ("claer", "clear")), ('{"dry_run": 1}', ("dry_run",)), ('{"clear": null}', ("clear",))])
def test_bad_import_options(table, options, words):
    with table.refuses("WB001", *words):
        table.call("import_json", '{"t": []}', options)


def test_files_that_cannot_be_used(table, directory):
    nowhere = str(directory / "nowhere" / "x.json")
    with table.refuses("WB004", nowhere):
        table.call("export_json_file", nowhere)
    with table.refuses("WB004", nowhere):
        table.call("import_json_file", nowhere)
    with table.refuses("WB004", nowhere):
        table.call("data_verify", nowhere)
    with table.refuses(None, str(directory)):
        table.call("export_json_file", str(directory))
    with table.refuses(("WB003", "WB004"), "x.csv"):
        table.call("export_json_file", str(directory / "x.csv"))
    assert list(directory.glob("*.json*")) == [] and list(directory.glob("x*")) == []


def test_an_export_that_fails_leaves_the_old_file(table, directory):
    path = directory / "x.json"
    table.call("export_json_file", str(path))
    before = path.read_text()
    with table.refuses("WB022"):
        table.call("export_json_file", str(path), '{"tables": ["nowhere"]}')
    assert path.read_text() == before
    assert [p.name for p in directory.glob("*x.json*")] == ["x.json"]


@pytest.fixture
def document(table):
    text = table.value("export_json", '{"tables": ["t"]}')
    table.sql("DELETE FROM t")
    return text


EDITS = {
    "a row removed": lambda text: text.replace('{"id":1', '{"id":0', 1),
    "a value changed": lambda text: text.replace('"two"', '"owt"'),
    "a count changed": lambda text: text.replace('"rows": 2', '"rows": 3'),
    "no end mark": lambda text: text[:text.index(',\n "$end"')] + "}" if ',\n "$end"' in text else text[:text.rindex(',', 0, text.index('"$end"'))] + "}",
    "a value left out": lambda text: text.replace('"n":2,', ""),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_document(table, document, edit):
    edited = edit(document)
    assert edited != document
    json.loads(edited)
    with table.refuses("WB021", "t"):
        table.call("import_json", edited)
    with table.fails("WB021"):
        table.call("import_json", edited, '{"dry_run": true}')


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_truncated_file(table, document, directory, form):
    table.sql("INSERT INTO t (id, n, s) VALUES (1, 1, 'one'), (2, 2, 'two')")
    whole = directory / f"whole.{form}"
    table.call("export_json_file", str(whole), '{"tables": ["t"]}')
    table.sql("DELETE FROM t")
    data = whole.read_bytes()
    part = directory / f"part.{form}"
    for size in [0, 1, len(data) // 4, len(data) // 2, data.rindex(b"$end") - 5, len(data) - 3]:
        part.write_bytes(data[:size])
        part.chmod(0o644)
        with table.refuses(("WB020", "WB021", "WB028")):
            table.call("import_json_file", str(part))


WRONG = {
    "a string in an integer": ('{"t": [{"id": 1}, {"id": 2, "n": "many"}]}', ("n", "row 2", "many")),
    "a fraction in an integer": ('{"t": [{"id": 1, "n": 1.5}]}', ("n", "1.5")),
    "too large an integer": ('{"t": [{"id": 9223372036854775808}]}', ("id", "9223372036854775808")),
    "a number in a boolean": ('{"t": [{"id": 1, "b": 2}]}', ("b",)),
    "a string in a boolean": ('{"t": [{"id": 1, "b": "maybe"}]}', ("b", "maybe")),
    "no date": ('{"t": [{"id": 1, "at": "2026-13-01T00:00:00"}]}', ("at", "2026-13-01")),
    "null in NOT NULL": ('{"t": [{"id": 1, "s": null}]}', ("s",)),
}


@pytest.mark.parametrize("text, words", WRONG.values(), ids=WRONG)
def test_wrong_types(table, text, words):
    table.sql("DELETE FROM t")
    if table.engine == "sqlite" and words[0] != "id" and "null" not in text:  # SQLite's columns take values of other types
        table.call("import_json", text)
        assert table.call("data_verify", text)
        assert table.one("SELECT count(*) FROM t") > 0
        return
    with table.refuses(("WB024", "23502", None), "t", *words):
        table.call("import_json", text)


SHAPES = {
    "an array": ("[]", "WB028"), "a number": ("1", "WB028"), "a table that is no array": ('{"t": {"id": 1}}', "WB028"),
    "a row that is no object": ('{"t": [[1]]}', "WB028"), "an unknown column": ('{"t": [{"id": 1, "sss": 1}]}', "WB023"),
    "a broken tag": ('{"t": [{"id": 1, "s": {"$text": "&"}}]}', ("WB024", "WB028")),
    "a newer format": ('{"metadata": {"version": "99.0.0", "source": {"engine": "sqlite"}, "tables": {}}, "t": []}', ("WB028", "WB005")),
    "a generated name": ('{"$what": 1, "t": []}', "WB028"),
    "two values": ('{"t": []} {}', ("WB020", "WB028")), "no JSON": ("t: []", "WB020"), "nothing": ("", ("WB020", "WB028")),
    "a comma too many": ('{"t": [{"id": 1},]}', "WB020"), "a bare number": ('{"t": [{"id": 01}]}', "WB020"),
    "a table twice": ('{"t": [], "t": []}', ("WB025", "WB028")),
}


@pytest.mark.parametrize("text, code", SHAPES.values(), ids=SHAPES)
def test_documents_of_another_shape(table, text, code):
    with table.refuses((*code, "22P02") if isinstance(code, tuple) else (code, "22P02")):
        table.call("import_json", text)


def test_a_key_twice_in_a_row(table):
    with table.refuses("WB025", "t", "row 2", "id"):
        table.call("import_json", '{"t": [{"id": 8}, {"id": 9, "n": 1, "id": 10}]}')
    with table.refuses("WB025", "n"):
        table.call("import_json", '{"t": [{"id": 9, "n": 1, "\\u006e": 2}]}')


def test_every_problem_is_reported_at_once(table):
    rows = ['{"id": 7, "nn": 1}', '{"id": 8}', '{"id": 9, "sss": 1}', '{"id": 10, "n": 1, "n": 2}', '{"id": 11, "s": {"$bytes": "&"}}']
    with table.refuses(None, "row 1", "row 3", "row 4", "row 5", "nn", "sss"):
        table.call("import_json", '{"t": [' + ",".join(rows) + "]}")


def test_a_key_that_is_taken(table):
    with table.refuses(None, "t"):
        table.call("import_json", '{"t": [{"id": 3}, {"id": 1}]}')
    with table.refuses(None, "t"):
        table.call("import_json", '{"t": [{"id": 3}, {"id": 3}]}')


def test_a_reference_to_a_row_that_is_not_there(table):
    table.sql("CREATE TABLE child (id BIGINT NOT NULL PRIMARY KEY, t_id BIGINT NOT NULL REFERENCES t (id))")
    with table.refuses(None, "child"):
        table.call("import_json", '{"child": [{"id": 1, "t_id": 1}, {"id": 2, "t_id": 77}]}')
    table.call("import_json", '{"child": [{"id": 1, "t_id": 1}, {"id": 2, "t_id": 2}]}')


def test_nul_in_text(table):
    text = '{"t": [{"id": 9, "s": "a\\u0000b"}]}'
    if table.engine == "postgresql":
        with table.refuses("WB026", "t", "row 1", "s"):
            table.call("import_json", text)
        with table.refuses("WB026", "s"):
            table.call("import_json", '{"t": [{"id": 9, "s": {"$text": "YQBi"}}]}')
    else:
        table.call("import_json", text)
        assert table.one("SELECT hex(s) FROM t WHERE id = 9") == "610062"


def test_invalid_utf8_in_a_file(table, directory):
    path = directory / "latin.json"
    path.write_bytes(b'{"t": [{"id": 9, "s": "caf\xe9"}]}')
    path.chmod(0o644)
    with table.refuses(("WB020", "WB026"), "ine 1"):
        table.call("import_json_file", str(path))
    path.write_bytes(b'{"t": [{"id": 9, "s": "\\ud800"}]}')
    with table.refuses(("WB020", "WB026"), "ine 1"):
        table.call("import_json_file", str(path))


DEEP = 100_000


@pytest.mark.parametrize("text", ["[" * DEEP, "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP], ids=["open", "array", "object"])
def test_nesting_100_000_deep(table, directory, text):
    path = directory / "deep.json"
    for content in (text, '{"t": [{"id": 9, "doc": ' + text + "}]}", '{"other": ' + text + "}"):
        path.write_text(content)
        path.chmod(0o644)
        with table.refuses(("WB020", "WB028", "WB022")):
            table.call("import_json_file", str(path))
        with table.refuses(None):  # PostgreSQL's own json type may be the first to say so
            table.call("import_json", content)
    with table.refuses(None):
        table.value("export_json", text)


def test_verify_of_what_is_no_document(table):
    with table.refuses(("WB020", "WB004", "WB028")):
        table.call("data_verify", "{")
    with table.refuses(("WB004", "WB020"), "nowhere.json"):
        table.call("data_verify", str(pathlib.Path(table.directory) / "nowhere.json"))


def test_arguments_that_must_be_given(table):
    for function in ("import_json", "import_json_file", "export_json_file", "data_verify"):
        with table.refuses("WB003"):
            table.call(function, None)
