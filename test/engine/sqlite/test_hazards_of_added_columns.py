"""The hazard constraint_violation of ALTER TABLE ADD COLUMN: what is counted before is what an apply then refuses."""

import pytest
from migrations import source

ROWS = "CREATE TABLE c (id INTEGER PRIMARY KEY, y TEXT); INSERT INTO c VALUES (1, 'a'), (2, NULL);"


@pytest.fixture
def db(sqlite):
    sqlite.script(ROWS)
    return sqlite


def planned(db, column):
    rows = db.call("migrate_plan", source(_001_a=f"ALTER TABLE c ADD COLUMN {column};"))
    return [row["detail"] for row in rows if row["hazard"] and "constraint_violation" in row["hazard"]]


@pytest.mark.parametrize("column, rows", [
    ("d INT CHECK(d>0) DEFAULT -1", "2 rows break"),
    ("d INT DEFAULT (-1) CHECK(d>0)", "2 rows break"),
    ("d CONSTRAINT some CHECK (d IS NOT NULL)", "2 rows break"),
    ("d VARCHAR(3) DEFAULT 'A' COLLATE NOCASE CHECK (d = 'b')", "2 rows break"),
    ("d REAL CHECK (d > id) DEFAULT 1.5", "1 row breaks"),
    ("d INT DEFAULT 1 CHECK (abs(d) > 1 AND coalesce(y, 'a') IN ('a'))", "2 rows break"),
    ("d INT REFERENCES c ON DELETE SET NULL CHECK (c.y = 'b')", "1 row breaks"),
    ("\"the d\" TEXT DEFAULT 'x' CHECK (length(\"the d\") > 1 /* ) */)", "2 rows break"),
    ("d INT NOT NULL", "2 rows break"),
    ("d INT NOT NULL DEFAULT NULL", "2 rows break"),
    ("g INT NOT NULL AS (y)", "1 row breaks"),
    ("g INT GENERATED ALWAYS AS (y) VIRTUAL NOT NULL", "1 row breaks"),
    ("g INT CHECK(g>5) AS (id)", "2 rows break"),
    ("g CHECK(g>1) AS (id)", "1 row breaks"),
    ("g TEXT CHECK(g <> 'a') AS (y)", "1 row breaks"),
])
def test_what_breaks(db, column, rows):
    assert [detail for detail in planned(db, column) if rows in detail], planned(db, column)
    with db.fails(None):
        db.call("migrate_apply", source(_001_a=f"ALTER TABLE c ADD COLUMN {column};"))


@pytest.mark.parametrize("column", [
    "d INT CHECK(d>0) DEFAULT 1",
    "d INT CHECK(d>0)",
    "d INT CHECK(d<10) DEFAULT '5'",
    "d TEXT CHECK(d>'3') DEFAULT 5",
    "d INT CHECK(d > '3') DEFAULT 5",
    "d TEXT DEFAULT 'A' COLLATE NOCASE CHECK (d = 'a')",
    "d INT NOT NULL DEFAULT 0",
    "d INT REFERENCES c ON DELETE SET DEFAULT DEFAULT NULL",
    "g INT NOT NULL AS (id)",
    "g TEXT CHECK(g = 'a') AS (y)",
    "g TEXT CHECK(g < '3') AS (id)",
    "g CHECK(g < 3) AS (id)",
])
def test_what_holds(db, column):
    assert planned(db, column) == []
    db.call("migrate_apply", source(_001_a=f"ALTER TABLE c ADD COLUMN {column};"))


@pytest.mark.parametrize("column", [
    "d INT CHECK (nowhere > 1)", "d INT CHECK (nowhere(d))", "d INT CHECK (rowid > 5)", "d INT DEFAULT CURRENT_DATE CHECK (d = '')", "d INT CHECK (d > (SELECT 1))",
    "d INT CHECK (raise(ABORT, 'x'))", "d INT COLLATE nowhere CHECK (d = 1) DEFAULT 2", "g AS (g + 1) CHECK (g > 1)", "d DEFAULT x CHECK (d = 'y')", "d CHECK (y MATCH 'x')",
])
def test_what_cannot_be_told_fails_no_plan(db, column):
    assert planned(db, column) == []


@pytest.mark.parametrize("column", ["d INT CHECK (called(d))", "g INT NOT NULL AS (called(id))", "d INT CHECK (\"called\" (d))", "d INT CHECK (abs(1))", "d INT CHECK (y REGEXP 'a')"])
def test_a_plan_calls_no_functions_of_others(db, column):
    calls = []
    for name, arguments in (("called", 1), ("abs", 1), ("regexp", 2)):
        db.connection.create_function(name, arguments, lambda *values: calls.append(values), deterministic=True)
    planned(db, column)
    assert calls == []


def test_a_validation_says_it(db):
    found = db.call("migrate_validate", source(_001_a="-- migrate:up\nCREATE TABLE z (i INT);\nALTER TABLE c ADD COLUMN d INT CHECK (d > 0) DEFAULT -1;"))
    assert [(row["line"], row["severity"], row["code"], row["message"]) for row in found if row["severity"] != "info"] == [(3, "error", "constraint_violation", "ADD COLUMN d CHECK on c: 2 rows break it now")]
