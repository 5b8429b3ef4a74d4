"""The property of a document: out, into another database, and out again gives the same bytes and the same digests, for
every type of PostgreSQL and contrib, alone and in arrays, domains and composites. WHIMBREL_RANDOM_TABLES says how many
random tables are tried."""

import json
import os
import re

import psycopg2
import pytest
from any_value import EXTENSIONS, SCHEMA, TYPES, quoted, random_table

TABLES = int(os.environ.get("WHIMBREL_RANDOM_TABLES", "25"))


@pytest.fixture
def pair(new_postgresql):
    databases = new_postgresql(), new_postgresql()
    for database in databases:
        database.script("".join(f"CREATE EXTENSION {name};" for name in EXTENSIONS) + SCHEMA)
        # What a session has set must not matter.
        database.script("""SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'sql_standard'; SET TimeZone = 'Asia/Kathmandu'; SET extra_float_digits = 0;
                           SET bytea_output = 'escape'; SET xmloption = 'content'; SET lc_monetary = 'C'""")
    return databases


def plain(document):
    """A document without what differs from one export to the next."""
    return re.sub(r'"exportedAt": ?"[^"]*"', "", re.sub(r'"database": ?"[^"]*"', "", document, count=1), count=1)


def there_and_back(first, second, tables=("t",)):
    options = json.dumps({"tables": tables})
    document = first.value("export_json", options)
    second.script("SET DateStyle = 'German'; SET IntervalStyle = 'postgres_verbose'; SET xmloption = 'document'; SET TimeZone = 'America/Caracas'")
    second.call("import_json", document)
    again = second.value("export_json", options)
    assert plain(again) == plain(document)
    assert second.digests(tables=tables) == first.digests(tables=tables)
    assert all(row["matches"] for row in second.call("data_verify", document))
    lines = "\n".join(row["line"] for row in first.call("export_jsonl", options))
    second.call("import_json", lines, '{"clear": true}')
    assert plain(second.value("export_json", options)) == plain(document)
    rows_as_sql(first, second, options, tables)
    return document


def rows_as_sql(first, second, options, tables):
    """The same rows as INSERT statements, whatever the session that runs them has set."""
    statements = [row["sql"] for row in first.call("export_data", options)]
    path = second.one("SHOW search_path")
    second.script("SET IntervalStyle = 'sql_standard'; SET extra_float_digits = 0;" + f"TRUNCATE {', '.join(tables)};" + "".join(statements))
    assert second.digests(tables=tables) == first.digests(tables=tables)
    second.script(f"SET search_path = {path}")
    assert [row["sql"] for row in second.call("export_data", options)] == statements


@pytest.mark.parametrize("form", ["alone", "array", "composite", "domain"])
def test_every_type(pair, form):
    """A table for each type, with all of its values."""
    schema, rows, tables = [], [], []
    for number, kind in enumerate(kind for kind in TYPES if not (form == "array" and kind in ("int2vector", "oidvector"))):
        name, table = {"alone": kind, "array": kind + "[]"}.get(form, f"n{number}"), f"t{number}"
        if form == "composite":
            schema.append(f"CREATE TYPE {name} AS (a {kind}, b {kind})")
        elif form == "domain":
            schema.append(f"CREATE DOMAIN {name} AS {kind}")
        schema.append(f"CREATE TABLE {table} (key integer PRIMARY KEY, v {name})")
        ones = [f"CAST({quoted(text)} AS {kind})" for text in TYPES[kind]]
        forms = {"array": lambda one: f"ARRAY[{one}, {one}]::{kind}[]", "composite": lambda one: f"ROW({one}, {one})"}
        values = ", ".join(f"({row}, {forms.get(form, str)(one)})" for row, one in enumerate(ones))
        rows.append(f"INSERT INTO {table} VALUES {values}")
        tables.append(table)
    for database in pair:
        database.script(";".join(schema))
    pair[0].script("SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres';" + ";".join(rows))
    there_and_back(*pair, tables=tables)


def test_random_tables(pair):
    first, second = pair
    tried = 0
    for seed in range(TABLES):
        schema, rows = random_table(seed)
        first.script("SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'")
        for database in pair:
            database.script("BEGIN;" + ";".join(schema))
        for row in rows:
            first.script("SAVEPOINT one")
            try:
                first.script(row)
                tried += 1
            except psycopg2.Error:  # a value that the type refuses
                first.script("ROLLBACK TO one")
        try:
            there_and_back(first, second)
        except (AssertionError, psycopg2.Error) as error:
            error.add_note(f"seed {seed}: {schema}") if hasattr(error, "add_note") else print(f"seed {seed}: {schema}")
            raise
        for database in pair:
            database.script("ROLLBACK")
    assert tried > TABLES
