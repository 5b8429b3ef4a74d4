"""What the PRAGMA statements of migrations set on the connection is as before after them."""

import pytest
from migrations import source

SETTINGS = {
    "analysis_limit": 7,
    "automatic_index": 0,
    "busy_timeout": 77,
    "cache_size": 77,
    "cache_spill": 0,
    "cell_size_check": 1,
    "checkpoint_fullfsync": 1,
    "count_changes": 1,
    "empty_result_callbacks": 1,
    "full_column_names": 1,
    "fullfsync": 1,
    "ignore_check_constraints": 1,
    "journal_size_limit": 7777,
    "legacy_alter_table": 1,
    "locking_mode": "exclusive",
    "max_page_count": 7777,
    "mmap_size": 65536,
    "query_only": 1,
    "read_uncommitted": 1,
    "recursive_triggers": 1,
    "reverse_unordered_selects": 1,
    "secure_delete": 0,
    "short_column_names": 0,
    "soft_heap_limit": 777777777,
    "threads": 2,
    "trusted_schema": 0,
    "wal_autocheckpoint": 7,
    "writable_schema": 1,
}
SETTINGS_OUTSIDE = {"synchronous": 0, "temp_store": 2, "journal_mode": "truncate"}


@pytest.fixture
def db(sqlite):
    sqlite.script("CREATE TABLE kept (i INT); ATTACH ':memory:' AS other;")
    sqlite.sql("PRAGMA other.secure_delete = FAST")
    sqlite.sql("PRAGMA main.secure_delete = ON")
    return sqlite


def settings(db):
    names = [*SETTINGS, *SETTINGS_OUTSIDE, "foreign_keys", "other.secure_delete", "other.locking_mode", "other.cache_size"]
    return {name: db.sql(f"PRAGMA {name}") for name in names}


CALLS = [("migrate_apply", "{}"), ("migrate_apply", '{"dry_run": true}'), ("migrate_validate", '{"level": "execute"}'), ("migrate_run", "{}"), ("migrate_apply", '{"lock_timeout_ms": 300}')]


@pytest.mark.parametrize("function, options", CALLS)
@pytest.mark.parametrize("name", SETTINGS)
def test_each(db, name, function, options):
    before = settings(db)
    db.value(function, source(_001_a=f"CREATE TABLE a (i INT);\nPRAGMA {name} = {SETTINGS[name]};"), options)
    assert settings(db) == before


@pytest.mark.parametrize("function, options", CALLS)
@pytest.mark.parametrize("end", ["", "INSERT INTO nowhere VALUES (1)"])
def test_all_at_once(db, end, function, options):
    before = settings(db)
    pragmas = "".join(f"PRAGMA {name} = {value};\n" for name, value in SETTINGS.items() if name not in ("query_only", "writable_schema"))
    files = source(_001_a="CREATE TABLE a (i INT);", _002_b=pragmas + pragmas.replace("PRAGMA ", "PRAGMA main.") + end)
    if end and function != "migrate_validate":
        with db.fails(None, "no such table: nowhere"):
            db.value(function, files, options)
    else:
        db.value(function, files, options)
    assert settings(db) == before


def test_they_hold_until_the_end_of_the_migration(db):
    files = source(_001_a="PRAGMA cache_size = 77;\nCREATE TABLE a AS SELECT * FROM pragma_cache_size;", _002_b="CREATE TABLE b AS SELECT * FROM pragma_cache_size;")
    before = db.one("PRAGMA cache_size")
    db.call("migrate_apply", files)
    assert db.sql("SELECT * FROM a UNION ALL SELECT * FROM b") == [(77,), (before,)]


def test_they_hold_in_all_transactions_of_one(db):
    db.script("PRAGMA journal_mode = WAL;")
    db.call("migrate_run", source(_001_a="PRAGMA cache_size = 77;\nPRAGMA wal_checkpoint;\nCREATE TABLE a AS SELECT * FROM pragma_cache_size;"))
    assert db.sql("SELECT * FROM a") == [(77,)]
    assert db.one("PRAGMA cache_size") != 77


def test_of_an_attached_database(db):
    before = settings(db)
    db.call("migrate_apply", source(_001_a="PRAGMA other.cache_size = 77; PRAGMA other.secure_delete = OFF; PRAGMA secure_delete = OFF"))
    assert settings(db) == before


def test_of_a_database_that_is_not_there(db):
    with db.fails(None, 'migration "001_a.sql", line 2', "unknown database"):
        db.call("migrate_apply", source(_001_a="CREATE TABLE a (i INT);\nPRAGMA nowhere.cache_size = 7;"))


@pytest.mark.parametrize("end", ["", "INSERT INTO nowhere VALUES (1)"])
@pytest.mark.parametrize("name", SETTINGS_OUTSIDE)
def test_what_a_transaction_forbids_goes_back_with_the_call(db, name, end):
    before = settings(db)
    files = source(_001_a=f"CREATE TABLE a (i INT);\nPRAGMA {name} = {SETTINGS_OUTSIDE[name]};\n{end}", _002_b=f"CREATE TABLE b (v);\nINSERT INTO b SELECT * FROM pragma_{name}")
    if end:
        with db.fails(None, "no such table: nowhere"):
            db.call("migrate_run", files)
    else:
        db.call("migrate_run", files)
        assert db.one("SELECT v FROM b") == SETTINGS_OUTSIDE[name]
    assert settings(db) == before


@pytest.mark.parametrize("before, wanted, after", [("delete", "wal", "wal"), ("wal", "delete", "delete"), ("delete", "persist", "delete"), ("truncate", "memory", "truncate"), ("memory", "delete", "memory")])
def test_the_journal_mode_of_the_connection_goes_back(db, before, wanted, after):
    db.sql(f"PRAGMA main.journal_mode = {before}")
    db.call("migrate_run", source(_001_a=f"CREATE TABLE a (i INT);\nPRAGMA journal_mode = {wanted};\nCREATE TABLE b (i INT);"))
    assert db.one("PRAGMA main.journal_mode") == after
