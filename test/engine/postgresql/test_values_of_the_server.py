"""Values that only the server can judge: import_validate tells all of them, an import that meets one tells the others."""

import json

import pytest


@pytest.fixture
def db(postgresql):
    postgresql.script("""
        CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN positive AS int CHECK (value > 0); CREATE DOMAIN given AS text NOT NULL;
        CREATE TYPE pair AS (a positive, b inet);
        CREATE TABLE t (id int PRIMARY KEY, i interval, n inet, x xml, r int4range, m mood[], v varchar(3)[], d positive, p pair,
                        ds positive[], nn numeric(4,1), b bit(3), j jsonb, g given DEFAULT 'x')""")
    return postgresql


BAD = [("i", "blah", "22007"), ("n", "1.2.3", "22P02"), ("x", "<a", "2200N"), ("r", "[5,1)", "22000"), ("m", ["sad", "mad"], "22P02"),
       ("v", ["toolong"], "22001"), ("d", -1, "23514"), ("p", {"a": -1, "b": "1.1.1.1"}, "23514"), ("p", {"a": 1, "b": "x"}, "22P02"),
       ("ds", [1, -1], "23514"), ("nn", 123456, "22003"), ("b", "1010", "22026"), ("g", None, "23502")]
GOOD = {"i": "1 day", "n": "1.2.3.4", "x": "<a/>", "r": "[1,5)", "m": ["sad"], "v": ["abc"], "d": 1, "p": {"a": 1, "b": "::1"}, "ds": [1], "nn": 123.4,
        "b": "101", "j": {"a": 1}, "g": "y"}


def problems(db, document, **options):
    with db.unchanged():
        rows = db.call("import_validate", json.dumps(document), json.dumps(options))
    return [(row["code"], row["row_number"], row["path"]) for row in rows]


def test_all_of_them(db):
    rows = [{"id": 1, **GOOD}] + [{"id": i, column: value} for i, (column, value, _) in enumerate(BAD, 2)] + [{"id": 50, **GOOD}]
    rows.append({"id": 51, **GOOD, "i": "x", "n": "y", "nn": 1e9})
    expected = [(code, row, f"$.t[{row - 1}].{column}") for row, (column, _, code) in enumerate(BAD, 2)]
    last = len(rows)
    expected += [("22007", last, f"$.t[{last - 1}].i"), ("22P02", last, f"$.t[{last - 1}].n"), ("22003", last, f"$.t[{last - 1}].nn")]
    assert problems(db, {"t": rows}) == expected
    for options in ({}, {"dry_run": True}, {"on_conflict": "update"}, {"preserve_ids": False}):
        with db.refuses("22007", *(f'row {row}, column "{column}"' for row, (column, *_) in enumerate(BAD, 2))):
            db.call("import_json", json.dumps({"t": rows}), json.dumps(options))


def test_nothing_is_wrong(db):
    assert problems(db, {"t": [{"id": 1, **GOOD}, {"id": 2}, {"id": 3, **dict.fromkeys(set(GOOD) - {"g"})}]}) == []


@pytest.mark.parametrize("column, value, code", BAD)
def test_an_import_names_the_place(db, column, value, code):
    for row in ({"id": 2, column: value}, {"id": 2, **GOOD, column: value}):
        for options in ({}, {"on_conflict": "update"}, {"preserve_ids": False}):
            with db.refuses(code, 'column "%s"' % column, 'table "t", row 2'):
                db.call("import_json", json.dumps({"t": [{"id": 1, column: GOOD[column]}, row]}), json.dumps(options))


def test_each_is_told_once(db):
    """What the core has found itself is no second problem."""
    db.script("CREATE DOMAIN short AS varchar(3) CHECK (value <> 'x'); CREATE TABLE u (id int PRIMARY KEY, s short)")
    assert problems(db, {"u": [{"id": 1, "s": "long"}, {"id": 2, "s": "x"}, {"id": 3, "s": "abc"}]}) == [
        ("WB024", 1, "$.u[0].s"), ("23514", 2, "$.u[1].s")]


def test_lengths_and_labels_of_a_table_with_triggers(db):
    db.script("""CREATE TABLE u (id int PRIMARY KEY, s varchar(3), m mood);
                 CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
                 CREATE TRIGGER f BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION f()""")
    assert problems(db, {"u": [{"id": 1, "s": "long"}, {"id": 2, "m": "mad"}]}) == [("22001", 1, "$.u[0].s"), ("22P02", 2, "$.u[1].m")]


def test_many(db):
    rows = [{"id": i, "n": "x" if i % 3 == 0 else "1.1.1.1"} for i in range(1, 4001)]
    assert len(problems(db, {"t": rows})) == 1333
    assert problems(db, {"t": rows})[99] == ("22P02", 300, "$.t[299].n")


def test_a_cancel_is_no_value(db):
    db.script("CREATE DOMAIN slow AS int CHECK (pg_sleep(5) IS NOT NULL); CREATE TABLE u (id int PRIMARY KEY, s slow)")
    db.sql("SET statement_timeout = 200")
    with db.fails("57014"):
        db.call("import_validate", '{"u": [{"id": 1, "s": 1}]}', "{}")
