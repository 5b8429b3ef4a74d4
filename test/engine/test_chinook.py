"""Real input: the Chinook music shop goes SQLite -> JSON -> PostgreSQL -> JSON -> SQLite."""

import json
import shutil

import pytest

TABLES = {"Album": 347, "Artist": 275, "Customer": 59, "Employee": 8, "Genre": 25, "Invoice": 412, "InvoiceLine": 2240,
          "MediaType": 5, "Playlist": 18, "PlaylistTrack": 8715, "Track": 3503}


@pytest.fixture
def shop(shared_data, new_sqlite, directory):
    """A copy of the shop's file, opened by Whimbrel; nothing of ours is in it."""
    database = new_sqlite()
    database.close()
    shutil.copyfile(shared_data / "chinook/chinook.sqlite", database.path)
    database.connection = database.connect()
    return database


@pytest.fixture
def migrations(root):
    path = root / "test/engine/chinook/001_music_shop.sql"
    return json.dumps([{"name": path.name, "sql": path.read_text()}])


def counts(database):
    return {name: rows for name, (rows, _) in database.digests().items()}


def file_digests(rows):
    return {row["table_name"]: (row["row_count"], row["digest"]) for row in rows}


def exported(database, directory, name):
    path = str(directory / name)
    return path, file_digests(database.call("export_json_file", path))


def test_within_sqlite(shop, new_sqlite, migrations, directory):
    assert counts(shop) == TABLES
    path, digests = exported(shop, directory, "shop.json")
    target = new_sqlite()
    target.call("migrate_apply", migrations)
    target.call("import_json_file", path)
    assert target.digests() == digests == shop.digests()


@pytest.mark.postgresql
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_to_postgresql_and_back(shop, postgresql, new_sqlite, migrations, directory, form):
    start = shop.digests()
    assert {name: rows for name, (rows, _) in start.items()} == TABLES

    first, first_digests = exported(shop, directory, f"first.{form}")
    assert first_digests == start

    postgresql.call("migrate_apply", migrations)
    postgresql.call("import_json_file", first)
    assert postgresql.digests() == start
    assert all(row["matches"] for row in postgresql.call("data_verify", first))

    second, second_digests = exported(postgresql, directory, f"second.{form}")
    assert second_digests == start

    end = new_sqlite()
    end.call("migrate_apply", migrations)
    end.call("import_json_file", second)
    assert end.digests() == start
    assert all(row["matches"] for row in shop.call("data_verify", second))
    assert all(row["matches"] for row in end.call("data_verify", first))

    # The shop goes on from there.
    postgresql.sql("""INSERT INTO "Artist" ("Name") VALUES ('New')""")
    assert postgresql.one('SELECT max("ArtistId") FROM "Artist"') == TABLES["Artist"] + 1
    assert postgresql.one("""SELECT b."LastName" FROM "Employee" e JOIN "Employee" b ON b."EmployeeId" = e."ReportsTo"
                             WHERE e."EmployeeId" = 2""") == end.one(
        'SELECT b.LastName FROM Employee e JOIN Employee b ON b.EmployeeId = e.ReportsTo WHERE e.EmployeeId = 2')
