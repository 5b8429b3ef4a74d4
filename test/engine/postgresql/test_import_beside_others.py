"""on_conflict beside other writers, and with the rights of the caller."""

import json
import threading

import psycopg2
import pytest


@pytest.fixture
def table(postgresql):
    postgresql.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT, s TEXT)")
    postgresql.sql("INSERT INTO t VALUES (1, 1, 'one'), (2, 2, 'two')")
    return postgresql


def load(cursor, rows, mode):
    cursor.execute("SELECT inserted, updated, unchanged, skipped FROM import_json(%s, %s)",
                   (json.dumps({"t": rows}), json.dumps({"on_conflict": mode})))
    return cursor.fetchone()


@pytest.fixture
def other(table):
    connection = table.connect()
    connection.autocommit = False
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.mark.parametrize("mode", ["update", "replace"])
def test_others_may_read_but_not_write(table, other, mode):
    assert load(other, [{"id": 1, "n": 9}, {"id": 3, "n": 3}], mode) == (1, 1, 0, 0)
    table.sql("SET lock_timeout = '50ms'")
    assert table.one("SELECT n FROM t WHERE id = 1") == 1
    with table.fails("55P03"):
        table.sql("INSERT INTO t VALUES (3, 0, 'mine')")
    other.connection.commit()
    with table.fails("23505"):
        table.sql("INSERT INTO t VALUES (3, 0, 'mine')")
    table.sql("UPDATE t SET n = 0 WHERE id = 1")


def test_without_matches_nobody_waits(table, other):
    for mode in ("error", "skip"):
        load(other, [{"id": 10}], mode)
        table.sql("SET lock_timeout = '50ms'")
        table.sql("UPDATE t SET n = n + 1")
        other.connection.rollback()


@pytest.mark.parametrize("mode, counts", [("skip", (1, 0, 0, 1)), ("update", (1, 1, 0, 0))])
def test_a_row_that_another_writer_is_about_to_commit(table, other, mode, counts):
    other.execute("INSERT INTO t VALUES (5, 5, 'theirs')")
    results = []

    def run():
        with table.connect() as connection, connection.cursor() as cursor:
            results.append(load(cursor, [{"id": 5, "n": 6}, {"id": 6, "n": 6}], mode))

    thread = threading.Thread(target=run)
    thread.start()
    while not table.one("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        assert thread.is_alive()
    other.connection.commit()
    thread.join()
    assert results == [counts]
    assert table.sql("SELECT n, s FROM t WHERE id = 5") == [(5 if mode == "skip" else 6, "theirs")]


@pytest.fixture
def clerk(table):
    table.script("""DO $$ BEGIN CREATE ROLE clerk; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                    GRANT SELECT, UPDATE (n), INSERT ON t TO clerk;""")
    yield table
    table.sql("RESET ROLE")
    table.sql("DROP OWNED BY clerk")


def test_only_the_columns_that_change_need_a_right(clerk):
    document = json.dumps({"t": [{"id": 1, "n": 5, "s": "one"}]})
    clerk.sql("SET ROLE clerk")
    assert clerk.call("import_json", document, '{"on_conflict": "update"}')[0]["updated"] == 1
    with clerk.refuses("42501"):
        clerk.call("import_json", document.replace("one", "uno"), '{"on_conflict": "update"}')


def test_who_may_not_read_cannot_match(clerk):
    clerk.script("REVOKE SELECT ON t FROM clerk; SET ROLE clerk")
    with clerk.refuses("42501"):
        clerk.call("import_json", '{"t": [{"id": 1, "n": 5}]}', '{"on_conflict": "update"}')


def test_hidden_rows_are_an_error(clerk):
    clerk.script("ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (id > 1); SET ROLE clerk")
    with clerk.refuses("42501", "row-level security"):
        clerk.call("import_json", '{"t": [{"id": 1, "n": 5}]}', '{"on_conflict": "update"}')


def test_partitions_and_types_of_keys(postgresql):
    postgresql.script("""CREATE TABLE p (k UUID, day DATE, n INT, PRIMARY KEY (k, day)) PARTITION BY RANGE (day);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
        CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2026-07-01') TO ('2027-01-01');
        CREATE TYPE mood AS ENUM ('sad', 'happy');
        CREATE DOMAIN code AS VARCHAR(5);
        CREATE TABLE q (m mood, c code COLLATE "C", t TIMESTAMPTZ, x NUMERIC, b BYTEA, n INT, PRIMARY KEY (m, c, t, x, b))""")
    key = "6f1c1f0e-9d3a-4b1e-8f62-0c1d2e3f4a5b"
    for n, expected in ((1, (2, 0, 0)), (1, (0, 0, 2)), (2, (0, 2, 0))):
        document = {"p": [{"k": key, "day": "2026-02-01", "n": n}, {"k": key, "day": "2026-08-01", "n": n}]}
        row = postgresql.call("import_json", json.dumps(document), '{"on_conflict": "update"}')[0]
        assert (row["inserted"], row["updated"], row["unchanged"]) == expected
    for n, expected in ((1, (1, 0, 0)), (1, (0, 0, 1)), (2, (0, 1, 0))):
        document = {"q": [{"m": "sad", "c": "a'b", "t": "2026-01-01T00:00:00Z", "x": 1.50, "b": {"$bytes": "AP8="}, "n": n}]}
        row = postgresql.call("import_json", json.dumps(document), '{"on_conflict": "update"}')[0]
        assert (row["inserted"], row["updated"], row["unchanged"]) == expected


def test_a_view_of_the_search_path_does_not_matter(postgresql):
    postgresql.script("""CREATE SCHEMA IF NOT EXISTS ext; CREATE EXTENSION IF NOT EXISTS citext SCHEMA ext;
                         CREATE TABLE c (k ext.citext PRIMARY KEY, n INT); INSERT INTO c VALUES ('Ada', 1)""")
    rows = postgresql.call("import_json", '{"c": [{"k": "ADA", "n": 2}]}', '{"on_conflict": "update"}')
    assert rows[0]["updated"] == 1
    assert postgresql.sql("SELECT k::text, n FROM c") == [("Ada", 2)]
