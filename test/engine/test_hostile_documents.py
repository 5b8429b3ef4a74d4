"""Documents that nobody honest would write: a clear error, bounded memory, and the database as it was. WHIMBREL_LARGE=1 takes
the sizes that need minutes."""

import copy
import json
import os
import random

import psycopg2
import pytest

LARGE = os.environ.get("WHIMBREL_LARGE") == "1"
TABLE = "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, n INTEGER, s TEXT, r DOUBLE PRECISION, d NUMERIC, doc JSON)"
ODD = 'Ro"bert\'); DROP TABLE t;--\n\t[x] \\ é'


@pytest.fixture
def table(db):
    db.sql(TABLE)
    db.sql("INSERT INTO t (id, n, s, r, d, doc) VALUES (1, 1, 'one', 1.5, 2.50, '{\"a\": [1]}'), (2, NULL, '', NULL, NULL, NULL)")
    return db


@pytest.fixture
def document(table):
    text = table.value("export_json", '{"tables": ["t"]}')
    table.sql("DELETE FROM t")
    return text


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def write(path, pieces):
    with open(path, "w") as file:
        for piece in pieces:
            file.write(piece)
    path.chmod(0o644)
    return str(path)


def try_import(db, text):
    """None, or the code of the error; None too is an error where SQLite itself speaks."""
    try:
        db.call("import_json", text)
        return "imported"
    except (psycopg2.Error, db.connection.Error) as error:
        return db.explain(error)[0]


# SQLite's own errors have no code; these are what PostgreSQL itself says about values.
CLEAR = {None, "imported", "WB020", "WB021", "WB022", "WB023", "WB024", "WB025", "WB026", "WB027", "WB028", "WB005", "22003", "22P02", "23505", "23502"}


def test_names_full_of_quotes_and_line_breaks(db):
    db.sql(f"CREATE TABLE {quoted(ODD)} ({quoted(ODD)} BIGINT NOT NULL PRIMARY KEY, \"$bytes\" TEXT)")
    db.sql(f"INSERT INTO {quoted(ODD)} VALUES (1, 'x')")
    document = db.value("export_json")
    lines = "\n".join(row["line"] for row in db.call("export_jsonl"))
    before = db.digests()
    assert list(before) == [ODD]
    for text in (document, lines):
        db.call("import_json", text, '{"clear": true}')
        assert db.digests() == before
    with db.fails("WB023", "no\ncolumn"):
        db.call("import_json", json.dumps({ODD: [{"no\ncolumn": 1}]}))
    with db.fails("WB022"):
        db.call("import_json", json.dumps({ODD + "'": [{"a": 1}]}))
    with db.fails("WB022"):
        db.value("export_json", json.dumps({"tables": [ODD + ";"]}))
    assert db.digests() == before


@pytest.mark.parametrize("names", [("t", "$table:t"), ("t", "t"), ("t", "public.t"), ("t", "main.t")])
def test_one_table_under_two_names(table, names):
    table.sql("DELETE FROM t")
    text = '{"%s": [{"id": 1}], "%s": [{"id": 1}]}' % names
    with table.refuses(("WB025", "WB022", "WB028")):
        table.call("import_json", text)


@pytest.mark.parametrize("text", [
    '{"\\ud800": []}', '{"t": [{"\\udc00": 1}]}', '{"t": [{"id": 1, "s": "\\ud800"}]}', '{"t": [{"id": 1, "s": "\\ud83d\\ud83d"}]}',
    '{"metadata": {"version": "\\ud800"}, "t": []}', '{"t": [{"id": 1, "s": {"$text": "\\ud800"}}]}'])
def test_lone_surrogates(table, text):
    with table.refuses(("WB020", "WB026"), "ine 1"):
        table.call("import_json", text)


def test_truncated_at_every_byte(table, document):
    whole = document.rstrip()
    with table.unchanged():
        for size in range(len(whole)):
            assert try_import(table, whole[:size]) in ("WB020", "WB021", "WB028"), size
    assert try_import(table, whole) == "imported"


def nodes(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from nodes(value[key], (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from nodes(item, (*path, index))


def replaced(value, path, by):
    if not path:
        return by
    result = copy.copy(value)
    result[path[0]] = replaced(value[path[0]], path[1:], by)
    return result


def test_every_part_replaced_by_something_else(table, document):
    value = json.loads(document)
    seen = set()
    for path in nodes(value):
        for other in (None, True, -1, 1e99, "x", "", [], {}, [[]], {"$bytes": 1}, {"": None}):
            code = try_import(table, json.dumps(replaced(value, path, other)))
            assert code in CLEAR, (path, other, code)
            seen.add(code)
            if code == "imported":
                table.sql("DELETE FROM t")
    assert {"WB021", "WB028", "imported"} <= seen


def test_random_bytes_changed(table, document):
    draw = random.Random(4)
    for _ in range(400):
        data = list(document)
        for _ in range(draw.choice([1, 1, 2, 5])):
            at = draw.randrange(len(data))
            data[at:at + draw.randrange(2)] = draw.choice(['"', "{", "}", "[", "]", ",", ":", "\\", "0", "-", "e", "\n", "é", "\\u0000", "null", "$", "1e999", "\x01"])
        text = "".join(data)
        code = try_import(table, text)
        assert code in CLEAR, (text, code)
        if code == "imported":
            table.sql("DELETE FROM t")


DIGITS = 1_000_000


@pytest.mark.parametrize("column", ["id", "n", "r", "d", "s"])
@pytest.mark.parametrize("number", ["9" * DIGITS, "-0." + "0" * DIGITS + "1", "1e" + "9" * 1000, "0." + "3" * DIGITS], ids=["integer", "small", "exponent", "fraction"])
def test_numbers_of_a_million_digits(table, column, number):
    table.sql("DELETE FROM t")
    row = {"id": 5} if column != "id" else {}
    text = json.dumps({"t": [row]})[:-3] + (", " if row else "") + f'"{column}": {number}' + "}]}"
    code = try_import(table, text)
    assert code in CLEAR
    if code == "imported" and column == "s":  # a number for a text: only SQLite takes it
        assert table.one("SELECT s FROM t") == number
    if code == "imported" and column == "d" and table.engine == "postgresql":
        assert table.one("SELECT d::text FROM t")[:6] == number[:6]


def memory_of(db):
    """What the process that works for us has for itself, in MB."""
    process = "self" if db.engine == "sqlite" else db.one("SELECT pg_backend_pid()")
    with open(f"/proc/{process}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


def test_very_many_empty_objects(table, directory):
    count = 1_000_000_000 if LARGE else 2_000_000
    pieces = ["{},"] * 10_000
    path = write(directory / "many.json", ['{"other": [', *(["".join(pieces)] * (count // 10_000)), '{}], "t": [{"id": 7}]}'])
    with table.refuses("WB022", "other"):
        table.call("import_json_file", path)
    before = memory_of(table)
    with table.refuses("WB022", "other"):
        table.call("import_json_file", path)
    assert memory_of(table) < before + 8


def test_very_many_bad_rows(table, directory):
    """All problems are reported at once, but not a million of them."""
    path = write(directory / "bad.json", ['{"t": [', *(['{"x":1},' * 1000] * 200), '{"id": 7}]}'])
    with table.refuses(None, "row 1") as failure:
        table.call("import_json_file", path)
    assert len(failure.text) < 100_000


def test_one_huge_string(table, directory):
    size = 1_100_000_000 if LARGE else 64_000_000
    path = write(directory / "huge.json", ['{"t": [{"id": 7, "s": "', *(["x" * 1_000_000] * (size // 1_000_000)), '"}]}'])
    table.sql("DELETE FROM t")
    if LARGE:
        with table.refuses(None):
            table.call("import_json_file", path)
        return
    table.call("import_json_file", path)
    assert table.one("SELECT length(s) FROM t") == size
    out = directory / "out.json"
    table.call("export_json_file", str(out), '{"tables": ["t"]}')
    assert out.stat().st_size > size
    before = table.digests()
    table.call("import_json_file", str(out), '{"clear": true}')
    assert table.digests() == before
