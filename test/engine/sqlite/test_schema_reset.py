"""PRAGMA writable_schema = RESET makes SQLite forget that the transaction has changed the schema."""

import pytest
from migrations import source

EDIT = "CREATE TABLE t (a INT);\nPRAGMA writable_schema = ON;\nUPDATE sqlite_schema SET sql = 'CREATE TABLE t (a TEXT)' WHERE name = 't';\nPRAGMA writable_schema = RESET;\n"
FILES = source(_001_a=EDIT)


@pytest.mark.parametrize("files", [FILES, source(_001_a=EDIT + "INSERT INTO t VALUES (1);")])
@pytest.mark.parametrize("schema", ["", "CREATE TABLE kept (i INT)"])
def test_a_dry_run_leaves_no_schema_behind(sqlite, schema, files):
    sqlite.script(schema)
    assert [row["status"] for row in sqlite.call("migrate_apply", files, '{"dry_run": true}') if "version" in row][:1] == ["would_apply"]
    assert [row["status"] for row in sqlite.call("migrate_apply", files)] == ["applied"]
    assert sqlite.sql("SELECT type FROM pragma_table_info('t')") == [("TEXT",)]


def test_a_validation(sqlite):
    sqlite.value("migrate_validate", FILES, '{"level": "execute"}')
    assert [row["status"] for row in sqlite.call("migrate_apply", FILES)] == ["applied"]


@pytest.mark.parametrize("options", ["{}", '{"on_error": "stop"}'])
@pytest.mark.parametrize("function", ["migrate_apply", "migrate_run"])
def test_a_run_that_fails(sqlite, function, options):
    failing = source(_001_a=EDIT + "INSERT INTO nowhere VALUES (1)")
    if options == "{}":
        with sqlite.fails(None, "no such table: nowhere"):
            sqlite.call(function, failing, options)
    else:
        assert [row["status"] for row in sqlite.call(function, failing, options)] == ["failed"]
    assert [row["status"] for row in sqlite.call(function, FILES)] == ["applied"]


def test_a_transaction_that_the_caller_rolls_back(sqlite):
    sqlite.sql("BEGIN")
    sqlite.call("migrate_apply", FILES)
    sqlite.sql("ROLLBACK")
    assert [row["status"] for row in sqlite.call("migrate_apply", FILES)] == ["applied"]
