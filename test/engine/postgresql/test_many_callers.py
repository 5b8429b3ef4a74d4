"""Sixteen callers at once on one database: each migration is run once, by one of them, and nobody gets an error."""

import contextlib
import json
import threading

from migrations import source
from test_run import ITEMS, indexes, steps_running


def sixteen_at_once(db, call):
    """What call(cursor) gave each of them; an error of one is raised."""
    results, errors = [], []
    together = threading.Barrier(16)

    def run():
        with contextlib.closing(db.connect()) as connection:
            together.wait()
            try:
                results.append(call(connection.cursor()))
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
        assert not thread.is_alive()
    if errors:
        raise errors[0]
    return results


def test_run(postgresql):
    db = postgresql
    files = {"_001_items": ITEMS}
    for i in range(2, 22):
        files[f"_{i:03}_t"] = (f"CREATE INDEX CONCURRENTLY items_{i} ON items (name);" if i % 7 == 0 else
                               f"CREATE TABLE t{i} (id int); INSERT INTO t{i} VALUES ({i});")

    def call(cursor):
        cursor.execute("CALL migrate_run(%s::json)", (source(**files),))
        return [row["version"] for row in json.loads(cursor.fetchone()[0])]

    results = sum(sixteen_at_once(db, call), [])
    assert sorted(results) == [f"{i:03}" for i in range(1, 22)]
    assert [seq for seq, in db.sql("SELECT seq FROM schema_migrations ORDER BY version")] == list(range(1, 22))
    assert indexes(db) == [(name, True) for name in ("items_14", "items_21", "items_7")]
    assert steps_running(db) == 0


def test_apply(postgresql):
    db = postgresql
    files = source(_001_items=ITEMS, **{f"_{i:03}_t": f"CREATE TABLE t{i} (id int); INSERT INTO t{i} VALUES ({i});"
                                        for i in range(2, 12)})

    def call(cursor):
        cursor.execute("SELECT version FROM migrate_apply(%s::json)", (files,))
        return [version for version, in cursor.fetchall()]

    results = sixteen_at_once(db, call)
    assert sorted(results) == [[]] * 15 + [[f"{i:03}" for i in range(1, 12)]]
    assert db.one("SELECT count(*) FROM t11") == 1
