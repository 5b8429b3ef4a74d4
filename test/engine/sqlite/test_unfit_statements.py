"""Statements that no migration can run are told before one runs."""

import pytest
from migrations import ITEMS, source

UNFIT = [("VACUUM", "VACUUM cannot run inside a function"), ("VACUUM INTO 'x.db'", "VACUUM cannot run inside a function"), ("ATTACH ':memory:' AS x", "ATTACH is not a migration"), ("detach x", "DETACH is not a migration"), ("PRAGMA journal_mode = OFF", "cannot set PRAGMA journal_mode = OFF"), ("pragma main.journal_mode('of')", "cannot set PRAGMA journal_mode = OFF")]


def errors(db, files):
    return [(row["file"], row["line"], row["code"], row["message"], row["hint"]) for row in db.call("migrate_validate", files) if row["severity"] == "error"]


@pytest.mark.parametrize("statement, message", UNFIT)
@pytest.mark.parametrize("part", ["-- migrate:up\nCREATE TABLE a (i INT);\n{}", "-- migrate:up\nSELECT 1;\n-- migrate:down\n{};"])
def test_a_validation_says_so(sqlite, statement, message, part):
    text = part.format(statement)
    line = text[:text.index(statement)].count("\n") + 1
    with sqlite.unchanged():
        [(file, at, code, said, hint)] = errors(sqlite, source(_001_items=ITEMS, _002_a=text))
    assert (file, at, code) == ("002_a.sql", line, "WB005") and message in said and hint


def test_as_an_apply_does(sqlite):
    files = source(_001_a="CREATE TABLE a (i INT);\nVACUUM;")
    [(_, _, code, message, hint)] = errors(sqlite, files)
    for function in ("migrate_apply", "migrate_run"):
        with sqlite.fails(code, 'line 2: VACUUM cannot run inside a function', hint):
            sqlite.call(function, files)
    assert "VACUUM cannot run inside a function" in message


def test_what_stands_behind_it_would_not_be_undone(sqlite):
    fast, half = "PRAGMA journal_mode = OFF;", "CREATE TABLE a (x); INSERT INTO a VALUES (1); INSERT INTO a SELECT nope FROM a;"
    for function in ("migrate_apply", "migrate_run"):
        with sqlite.fails("WB005", '"001_fast.sql", line 1', "journal_mode = OFF", "MEMORY"):
            sqlite.call(function, source(_001_fast=fast, _002_b=half))
        assert sqlite.one("PRAGMA journal_mode") != "off"
        assert sqlite.one("SELECT count(*) FROM sqlite_schema WHERE name = 'a'") == 0


def test_a_down_part_is_refused_too(sqlite):
    sqlite.call("migrate_run", source(_001_a="-- migrate:up\nCREATE TABLE a (i INT);\n-- migrate:down\nPRAGMA journal_mode = OFF;\nDROP TABLE a;"))
    with sqlite.fails("WB005", "journal_mode = OFF", "MEMORY"):
        sqlite.call("migrate_run", None, '{"undo": true}')
    assert sqlite.one("PRAGMA journal_mode") != "off"
    assert sqlite.one("SELECT count(*) FROM sqlite_schema WHERE name = 'a'") == 1


def test_what_is_applied_does_not_run(sqlite):
    files = source(_001_a="VACUUM;")
    sqlite.call("migrate_baseline", "001", '{"source": %s}' % files)
    assert errors(sqlite, files) == []


@pytest.mark.parametrize("statement", ["PRAGMA journal_mode = WAL", "PRAGMA journal_mode = MEMORY", "PRAGMA journal_mode", "PRAGMA synchronous = OFF", "PRAGMA wal_checkpoint", "CREATE TABLE vacuum (i INT)", "SELECT 'VACUUM'"])
def test_what_some_call_can_run_is_no_error(sqlite, statement):
    assert errors(sqlite, source(_001_a=statement)) == []


def test_a_plan_does_not_say_that_a_table_is_rewritten(sqlite):
    assert [row["hazard"] for row in sqlite.call("migrate_plan", source(_001_a="VACUUM"))] == [None]
