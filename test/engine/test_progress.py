"""What people see of an export: a line for each table, a view for others; and an interrupt in its middle."""

import contextlib
import json
import re
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

TABLES = "CREATE TABLE a (id bigint PRIMARY KEY, v text); CREATE TABLE b (id bigint PRIMARY KEY); INSERT INTO a VALUES (1, 'x'), (2, 'y');"


@contextlib.contextmanager
def watched(database):
    """What another session sees in pg_stat_progress_copy during the block."""
    seen = []
    over = threading.Event()

    def watch():
        with contextlib.closing(database.connect()) as other:
            cursor = other.cursor()
            while not over.wait(0.01):
                cursor.execute("SELECT relid::regclass::text, command, bytes_processed, tuples_processed FROM pg_stat_progress_copy")
                seen.extend(cursor.fetchall())

    other = threading.Thread(target=watch)
    other.start()
    try:
        yield seen
    finally:
        over.set()
        other.join()


def test_notices_of_postgresql(postgresql, directory):
    postgresql.script(TABLES)
    postgresql.connection.notices.clear()
    postgresql.call("export_json_file", str(directory / "a.json"), '{"progress": true}')
    lines = [line.strip() for line in postgresql.connection.notices]
    assert re.fullmatch(r"NOTICE:  exported a: 2 rows, \d+ bytes, \d+\.\d s \(table 1 of 2\)", lines[0])
    assert re.fullmatch(r"NOTICE:  exported b: 0 rows, \d+ bytes, \d+\.\d s \(table 2 of 2\)", lines[1])
    postgresql.connection.notices.clear()
    postgresql.call("export_json_file", str(directory / "a.json"))
    assert postgresql.connection.notices == []
    postgresql.call("import_json_file", str(directory / "a.json"), '{"clear": true, "progress": true}')
    assert re.fullmatch(r"NOTICE:  imported a: 2 rows, \d+\.\d s \(table 1 of 2\)", postgresql.connection.notices[0].strip())


def test_others_see_an_import(postgresql, directory):
    """A trigger makes it slow, so that it can be seen."""
    postgresql.script("""
        CREATE TABLE big (id bigint PRIMARY KEY, v text);
        INSERT INTO big SELECT i, repeat('x', 100) FROM generate_series(1, 3000) i;
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.id % 16 = 0 THEN PERFORM pg_sleep(0.001); END IF; RETURN NEW; END$$;
        CREATE TRIGGER slow BEFORE INSERT ON big FOR EACH ROW EXECUTE FUNCTION slow()""")
    text = postgresql.value("export_json")
    with watched(postgresql) as seen:
        postgresql.call("import_json", text, '{"clear": true}')
    assert ("big", "COPY FROM") in {(table, command) for table, command, _, _ in seen}
    assert any(0 < rows <= 3000 for _, _, _, rows in seen)
    assert postgresql.one("SELECT count(*) FROM pg_stat_progress_copy") == 0


def test_standard_error_of_sqlite(sqlite, directory):
    sqlite.script(TABLES)
    script = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.enable_load_extension(True)
db.load_extension(sys.argv[2])
db.execute("SELECT * FROM export_json_file(?, ?)", (sys.argv[3], sys.argv[4])).fetchall()
"""
    def run(options):
        return subprocess.run([sys.executable, "-c", script, str(sqlite.path), sqlite.module, str(directory / "a.json"), options],
                              check=True, capture_output=True, text=True).stderr.splitlines()

    lines = run('{"progress": true}')
    assert len(lines) == 2 and lines[0].startswith("whimbrel: exported a: 2 rows, ")
    assert run("{}") == []


def test_others_see_how_far_it_is(postgresql):
    postgresql.sql("CREATE TABLE big AS SELECT i AS id, repeat('x', 100) AS v FROM generate_series(1, 3000) i")
    with watched(postgresql) as seen:
        postgresql.value("export_json", json.dumps({"where": {"big": "id % 16 <> 0 OR pg_sleep(0.001) IS NOT NULL"}}))
    assert {(table, command) for table, command, _, _ in seen} == {("big", "COPY TO")}
    assert any(0 < rows < 3000 and size > rows * 100 for _, _, size, rows in seen)
    assert postgresql.one("SELECT count(*) FROM pg_stat_progress_copy") == 0


def test_a_cancel_in_the_middle_of_an_export(postgresql, directory):
    postgresql.sql("CREATE TABLE big AS SELECT i AS id, repeat('x', 1000) AS v FROM generate_series(1, 20000) i")
    slow = {"where": {"big": "id < 5000 OR pg_sleep(0.01) IS NOT NULL"}}
    pid = postgresql.connection.info.backend_pid
    for name in ("a.json", "a.jsonl.zst"):
        def cancel():
            with contextlib.closing(postgresql.connect()) as other:
                other.autocommit = True
                cursor = other.cursor()
                deadline = time.monotonic() + 30
                while time.monotonic() < deadline:
                    cursor.execute("SELECT tuples_processed >= 2000 FROM pg_stat_progress_copy WHERE pid = %s", (pid,))
                    if (True,) in cursor.fetchall():
                        cursor.execute("SELECT pg_cancel_backend(%s)", (pid,))
                        return

        other = threading.Thread(target=cancel)
        other.start()
        begin = time.monotonic()
        with postgresql.fails("57014"):
            postgresql.call("export_json_file", str(directory / name), json.dumps(slow))
        other.join()
        assert time.monotonic() - begin < 60
        assert list(directory.iterdir()) == []
    assert postgresql.one("SELECT count(*) FROM pg_stat_progress_copy") == 0
    assert postgresql.one("SELECT 1") == 1


@pytest.mark.parametrize("name", ["a.json", "a.jsonl.gz"])
def test_an_interrupt_in_the_middle_of_an_export(sqlite, directory, name):
    """The condition calls back when it has come half way."""
    sqlite.script("""CREATE TABLE big (id INTEGER PRIMARY KEY, v TEXT);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO big SELECT i, printf('%.100c', 'x') FROM n""")

    def half_way(row):
        if row == 10000:
            sqlite.connection.interrupt()
        return 1

    sqlite.connection.create_function("half_way", 1, half_way)
    before = {path.name for path in directory.iterdir()}
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        sqlite.call("export_json_file", str(directory / name), '{"where": {"big": "half_way(id)"}}')
    assert {path.name for path in directory.iterdir()} == before
    assert sqlite.one("SELECT count(*) FROM big") == 20000
