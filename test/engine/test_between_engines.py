"""The same fixtures on both engines must give the same rows, the same documents and the same digests."""

import json

import pytest

pytestmark = pytest.mark.postgresql


@pytest.fixture
def apps(sqlite, postgresql, sample_migrations):
    for database in (sqlite, postgresql):
        database.call("migrate_apply", sample_migrations)
        database.fill_sample(500, seed=42)
    return sqlite, postgresql


def timeless(rows):
    """Result rows without what depends on the clock and on who calls."""
    return [{name: value for name, value in row.items() if name not in ("duration_ms", "applied_at", "applied_by", "logged_at",
            "executed_by", "client_address", "application", "server_version")} for row in rows]


def normal(rows):
    """A boolean of SQLite is a number. Statements for one engine only are counted there only."""
    return [{name: int(value) if isinstance(value, bool) else value for name, value in row.items() if name != "statements"}
            for row in rows]


def test_the_same_digests(apps):
    sqlite, postgresql = apps
    assert sqlite.digests() == postgresql.digests()
    assert sqlite.digests()["logs"][0] == 500


def test_the_same_documents(apps):
    sqlite, postgresql = apps
    one, two = sqlite.value("export_json"), postgresql.value("export_json")
    assert one[one.index('\n "users"'):] == two[two.index('\n "users"'):]
    first, second = json.loads(one)["metadata"], json.loads(two)["metadata"]
    assert list(first) == list(second)
    assert first["migrations"] == second["migrations"]


def engineless(rows):
    """Without what each engine says in its own terms: session settings, and the objects that a dry run names."""
    return [{name: value for name, value in row.items() if name != "settings"}
            for row in rows if row.get("status") not in ("rows", "created", "altered", "dropped", "lock", "rewritten")]


def test_the_same_result_rows(apps, sample_migrations):
    sqlite, postgresql = apps
    document = sqlite.value("export_json")
    for call in [("migrate_status", sample_migrations), ("migrate_history",), ("data_digest",), ("data_verify", document),
                 ("migrate_apply", sample_migrations), ("import_json", document, '{"clear": true, "dry_run": true}'),
                 ("migrate_rollback", '{"version": "006", "dry_run": true}')]:
        one, two = (normal(engineless(timeless(database.call(*call)))) for database in apps)
        assert one == two, call
        assert one or call[0] == "migrate_apply"


def test_there_and_back(apps, new_sqlite, new_postgresql, sample_migrations):
    """Each way through a file, in both layouts."""
    sqlite, postgresql = apps
    for source, make in ((sqlite, new_postgresql), (postgresql, new_sqlite)):
        for name in ("there.json", "there.jsonl"):
            path = str(source.directory / f"{source.engine}-{name}")
            source.call("export_json_file", path)
            target = make()
            target.call("migrate_apply", sample_migrations)
            target.call("import_json_file", path, '{"clear": true}')
            assert target.digests() == source.digests()
            assert all(row["matches"] for row in source.call("data_verify", target.value("export_json")))


def error_text(database, call):
    with database.fails(None) as failure:
        database.value(*call) if call[0] in ("export_json", "migrate_report") else database.call(*call)
    text = failure.text.splitlines()[0]
    return failure.code, text[8:] if text.startswith("[WB") else text


@pytest.mark.parametrize("call", [
    ("migrate_apply", "/nowhere/at/all"), ("migrate_apply", '[{"name": "x.sql", "sql": ""}]'), ("migrate_apply", "[]", '{"stesp": 1}'),
    ("migrate_apply", '[{"name": "1_a.sql", "sql": "SELECT 1"}, {"name": "01_b.sql", "sql": "SELECT 2"}]'),
    ("migrate_apply", '[{"name": "1_a.sql", "sql": "SELECT 1;\\nCOMMIT;\\nSELECT 2"}]'),
    ("export_json", '{"tables": ["nothing"]}'), ("import_json", '{"users": [{"id": 1, "id": 2}]}'), ("import_json", '{"users": [1]}'),
    ("import_json", '{"users": [{"nme": "x"}]}'), ("import_json", '{"users": ['), ("import_json", '{"nothing": []}'),
    ("import_json_file", "/nowhere/x.json"), ("migrate_rollback", '{"to": "5"}')])
def test_the_same_errors(sqlite, postgresql, call):
    for database in (sqlite, postgresql):
        database.sql("CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, name TEXT)")
    assert error_text(sqlite, call) == error_text(postgresql, call)


def test_values_of_sqlite_that_postgresql_has_too(sqlite, postgresql):
    definition = ("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, i BIGINT, r DOUBLE PRECISION, n NUMERIC(12,3), b BOOLEAN, s TEXT,"
                  " x {bytes}, d DATE, ti TIME, ts TIMESTAMP, tz TIMESTAMP WITH TIME ZONE, u UUID, j JSON)")
    sqlite.sql(definition.format(bytes="BLOB"))
    postgresql.sql(definition.format(bytes="BYTEA"))
    rows = [
        (1, 2**63 - 1, 0.1, 12.5, True, "é\n", b"\x00\xff", "2026-11-20", "18:00:00", "2026-11-20 18:00:00", "2026-11-20T18:00:00Z",
         "0195B1C4-0000-7000-8000-000000000001", '{"a": [1.0, 1e2]}'),
        (2, -(2**63) + 1, -0.0, 1e6, False, "", b"", "0001-01-01", "23:59:59.999999", "1999-12-31T23:59:59.5", "1970-01-01 00:00:00+00",
         "00000000-0000-0000-0000-000000000000", "[]"),
        (3, *[None] * 12)]
    for row in rows:
        sqlite.sql(f"INSERT INTO t VALUES ({sqlite.marks(row)})", row)
        postgresql.sql(f"INSERT INTO t VALUES ({postgresql.marks(row)})", row)
    assert sqlite.digests() == postgresql.digests()
    for source, target in ((sqlite, postgresql), (postgresql, sqlite)):
        target.call("import_json", source.value("export_json"), '{"clear": true}')
        assert sqlite.digests() == postgresql.digests()


def test_what_postgresql_cannot_hold_is_named(sqlite, postgresql):
    sqlite.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT)")
    postgresql.sql("CREATE TABLE t (id bigint PRIMARY KEY, n int, s text)")
    sqlite.sql("INSERT INTO t VALUES (1, 'many', 'x'), (2, 3000000000, CAST(x'ff' AS TEXT)), (3, 5, CAST(x'610062' AS TEXT))")
    document = sqlite.value("export_json")
    with postgresql.refuses(("WB024", "WB026"), "row 1", "row 2", "row 3", "many"):
        postgresql.call("import_json", document)
    sqlite.call("import_json", document, '{"clear": true}')
    assert sqlite.sql("SELECT id, n, hex(s) FROM t") == [(1, "many", "78"), (2, 3000000000, "FF"), (3, 5, "610062")]
