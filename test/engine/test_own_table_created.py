"""A migration that creates a table of Whimbrel's own is told whose it is."""

import pytest
from migrations import source


@pytest.mark.parametrize("name", ["schema_migrations", "{schema}.schema_migrations", "migration_log", '"Schema_Migrations"'])
def test_a_file_that_creates_a_table_of_ours(db, name):
    if '"' in name and db.engine == "postgresql":
        pytest.skip("another table in PostgreSQL")
    name = name.format(schema="main" if db.engine == "sqlite" else "public")
    with db.fails(None, 'migration "001_a.sql", line 1', "already exists", "Whimbrel's own, with its history", "CREATE TABLE IF NOT EXISTS, or leave"):
        db.call("migrate_apply", source(_001_a=f"CREATE TABLE {name} (version TEXT)"))
    assert [row["status"] for row in db.call("migrate_apply", source(_001_a=f"CREATE TABLE IF NOT EXISTS {name} (version TEXT)"))] == ["applied"]


def test_a_table_of_others(db):
    db.script("CREATE TABLE mine (i INT)")
    with db.fails(None, "mine", "already exists") as failure:
        db.call("migrate_apply", source(_001_a="CREATE TABLE mine (i INT)"))
    assert "Whimbrel" not in failure.text
