"""An error inside the body of a function is told with its own line, as psql tells it."""

import pytest
from migrations import source

PLPGSQL = """CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS {quote}
BEGIN -- größer
  IF true THN
    RETURN 2;
  END IF;
END {quote}"""


def fails_in(db, line, column, statement, words):
    text = f"-- ä\nCREATE TABLE t (id int);\n\n{statement};\n"
    with db.fails(None, f'migration "001_a.sql", line {line}: ', words, f'statement 2 of migration "001_a.sql", line {line}, column {column}: '):
        db.call("migrate_apply", source(_001_a=text))


@pytest.mark.parametrize("quote", ["$$", "$body$", "'"])
def test_plpgsql(postgresql, quote):
    fails_in(postgresql, 7, 13, PLPGSQL.format(quote=quote), 'missing "THEN"')


def test_a_do_block(postgresql):
    fails_in(postgresql, 7, 23, "DO $$\nBEGIN\n  PERFORM 1;\n  PERFORM 'ä', 1 fron x;\nEND $$", 'syntax error at or near "x"')


@pytest.mark.parametrize("body, words", [("SELECT nothing FROM t", 'column "nothing" does not exist'), ("SELECT 1 FROM nowhere", 'relation "nowhere" does not exist')])
def test_a_function_in_sql(postgresql, body, words):
    fails_in(postgresql, 5, len(body.split("no")[0]) + 1, f"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n{body}\n$$", words)


def test_the_down_part(postgresql):
    down = "-- migrate:up\nCREATE TABLE t (id int);\n-- migrate:down\nDROP TABLE t;\nDO $$\nBEGIN\n  x y;\nEND $$;\n"
    postgresql.call("migrate_apply", source(_001_a=down))
    with postgresql.unchanged(), postgresql.fails("42601", 'down part of migration "001_a.sql"', "line 4: syntax error"):
        postgresql.call("migrate_rollback")


@pytest.mark.parametrize("statement", [
    "DO 'BEGIN\n  PERFORM ''a'' fron x;\nEND'",  # its quotes are doubled
    "DO $$ BEGIN EXECUTE 'selec' || ' 1'; END $$"])  # made while it runs
def test_what_does_not_stand_there(postgresql, statement):
    fails_in(postgresql, 4, 1, statement, "syntax error")
