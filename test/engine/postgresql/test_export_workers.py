"""Exports by several processes: the same file, byte for byte, in every form, of every kind of table, and of what the caller's
own transaction did."""

import contextlib
import gzip
import pathlib
import re
import time

import psycopg2
import pytest

TABLES = """
    SET min_parallel_table_scan_size = 0;
    CREATE TABLE ordered (id bigint PRIMARY KEY, name text, at timestamptz, doc jsonb);
    INSERT INTO ordered SELECT i, 'näme ' || i, timestamptz '2026-01-01' + i * interval '1 minute', jsonb_build_object('n', i, 'list', '[1, "x"]'::jsonb)
      FROM generate_series(1, 12000) i;
    CREATE TABLE pairs (a int, b smallint, PRIMARY KEY (a, b));
    INSERT INTO pairs SELECT i / 10, i % 10 FROM generate_series(1, 40000) i;
    CREATE TABLE shuffled (id int PRIMARY KEY, note text);
    INSERT INTO shuffled SELECT (i * 7919) % 10007, repeat('x', 100) FROM generate_series(1, 10006) i;
    -- In order inside of each page, and from page to page but for the last one.
    CREATE TABLE late (id int PRIMARY KEY, note text);
    INSERT INTO late SELECT i, repeat('y', 100) FROM generate_series(1, 10000) i;
    UPDATE late SET note = 'changed' WHERE id = 5;
    CREATE TABLE keyless (v numeric, w text[]);
    INSERT INTO keyless SELECT i / 7.0, ARRAY['a', NULL, i::text] FROM generate_series(1, 20000) i;
    CREATE TABLE holes (id int PRIMARY KEY, note text);
    INSERT INTO holes SELECT i, repeat('z', 100) FROM generate_series(1, 12000) i;
    DELETE FROM holes WHERE id < 11000;
    CREATE TABLE long_values (id int PRIMARY KEY, note text);
    INSERT INTO long_values SELECT i, repeat(md5(i::text), 9000) FROM generate_series(1, 9) i;
    -- More than a process keeps of a part whose turn has not come.
    CREATE TABLE documents (id int PRIMARY KEY, note text);
    INSERT INTO documents SELECT i, CASE WHEN i % 10 = 0 THEN repeat('d', 20000) ELSE repeat(md5(i::text), 8) END FROM generate_series(1, 15000) i;
    CREATE TABLE empty (id int PRIMARY KEY);
    CREATE TABLE parts (id int PRIMARY KEY, note text) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10000);
    CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10000) TO (20000);
    INSERT INTO parts SELECT i, repeat('p', 100) FROM generate_series(1, 19999) i;
"""


@pytest.fixture
def filled(postgresql):
    postgresql.script(TABLES)
    return postgresql


def without_time(text):
    return re.sub(rb'"exportedAt": ?"[^"]*"', b"", text)


def export(database, name, options):
    path = database.directory / name
    rows = database.call("export_json_file", str(path), options)
    content = pathlib.Path(path).read_bytes()
    return rows, without_time(gzip.decompress(content) if name.endswith(".gz") else content)


@pytest.mark.parametrize("name, options", [("a.json", ""), ("a.jsonl", ""), ("a.json", ', "pretty": true'), ("a.json.gz", ""),
                                           ("a.jsonl", ', "exclude": ["shuffled"], "where": {"late": "id % 2 = 0"}, "numbers": "string"')])
def test_the_file_is_the_same(filled, name, options):
    one = export(filled, name, '{"workers": 1' + options + "}")
    assert export(filled, name, '{"workers": 3' + options + "}") == one
    assert one == export(filled, name, "{" + options[2:] + "}")


def test_workers_see_what_the_transaction_did(filled):
    filled.connection.autocommit = False
    filled.script("SET LOCAL min_parallel_table_scan_size = 0; UPDATE ordered SET name = 'new' WHERE id > 11000; "
                  "CREATE TABLE fresh AS SELECT i FROM generate_series(1, 30000) i")
    one = export(filled, "a.json", '{"workers": 1}')
    assert export(filled, "a.json", '{"workers": 2}') == one
    assert b'"fresh"' in one[1]
    filled.connection.rollback()


def test_no_process_is_free(filled):
    one = export(filled, "a.json", '{"workers": 1}')
    filled.script("SET max_parallel_workers = 0")
    assert export(filled, "a.json", '{"workers": 2}') == one


def test_backups_too(filled):
    path = filled.value("backup_json", str(filled.directory), '{"workers": 2}')
    assert all(row["matches"] for row in filled.call("data_verify", path))


def test_the_error_of_a_worker_is_the_callers(filled):
    filled.script("""CREATE TABLE settings (id int PRIMARY KEY, doc text);
                     INSERT INTO settings SELECT i, '{"key": "k"}' FROM generate_series(1, 30000) i;
                     UPDATE settings SET doc = 'no document' WHERE id = 30000;""")
    filled.value("rule_add", "secret", "settings", "doc", '{"path": "$.key"}')
    for name in ("broken.json", "broken.json.gz"):  # written by all, and sent to the caller
        with filled.refuses("WB024", "settings", "doc", "is not JSON"):
            export(filled, name, '{"workers": 2, "tables": ["settings"]}')
    assert not (filled.directory / "broken.json").exists()


def test_a_timeout_ends_them_all(filled):
    filled.script("INSERT INTO keyless SELECT i / 7.0, ARRAY[i::text] FROM generate_series(1, 300000) i; SET statement_timeout = 150")
    with filled.fails("57014"):
        for _ in range(50):
            export(filled, "slow.json", '{"workers": 2}')
    with contextlib.closing(psycopg2.connect(dbname="postgres")) as other, other.cursor() as cursor:
        for _ in range(100):
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'")
            if cursor.fetchone() == (0,):
                break
            time.sleep(0.05)
        else:
            pytest.fail("parallel workers are left")


@pytest.mark.parametrize("count", [0, 65])
def test_numbers_that_mean_nothing(filled, count):
    with filled.refuses("WB001", "workers", str(count)):
        export(filled, "a.json", f'{{"workers": {count}}}')
