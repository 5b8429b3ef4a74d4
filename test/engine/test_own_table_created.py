"""A migration that creates a table of Whimbrel's own is told whose it is."""

import pytest
from migrations import source


@pytest.mark.parametrize("name", ["schema_migrations", "\"Schema_Migrations\"", "main.migration_log"])
def test_a_file_that_creates_a_table_of_ours(sqlite, name):
    with sqlite.fails(None, 'migration "001_a.sql", line 1', "already exists", "The table is Whimbrel's own, with its history. Write CREATE TABLE IF NOT EXISTS, or leave"):
        sqlite.call("migrate_apply", source(_001_a=f"CREATE TABLE {name} (version TEXT)"))
    assert [row["status"] for row in sqlite.call("migrate_apply", source(_001_a=f"CREATE TABLE IF NOT EXISTS {name} (version TEXT)"))] == ["applied"]


def test_a_table_of_others(sqlite):
    sqlite.script("CREATE TABLE mine (i INT)")
    with sqlite.fails(None, "table mine already exists") as failure:
        sqlite.call("migrate_apply", source(_001_a="CREATE TABLE mine (i INT)"))
    assert "Whimbrel" not in failure.text
