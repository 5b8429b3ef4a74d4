"""Many migrations in one call, which run as parts of one savepoint: each ends as it would alone."""

import json
import time

from migrations import source

COUNT = 220  # more than fit into one savepoint


def many(**others):
    files = {f"_{n:03}_table": f"CREATE TABLE made_{n} (id BIGINT NOT NULL PRIMARY KEY); INSERT INTO made_{n} VALUES ({n})" for n in range(1, COUNT + 1)}
    return source(**(files | others))


def test_all_of_them_are_there(db):
    rows = db.call("migrate_apply", many())
    assert [row["version"] for row in rows] == [f"{n:03}" for n in range(1, COUNT + 1)]
    assert {(row["status"], row["statements"], row["rows_affected"]) for row in rows} == {("applied", 2, 1)}
    assert db.one(f"SELECT id FROM made_{COUNT}") == COUNT
    assert db.call("migrate_apply", many()) == []


def test_a_failure_leaves_nothing(db):
    for at in (3, 200, 201, COUNT):
        with db.refuses(None, f'migration "{at:03}_table.sql", line 2', "nowhere"):
            db.call("migrate_apply", many(**{f"_{at:03}_table": f"CREATE TABLE made_{at} (id INT);\nINSERT INTO nowhere VALUES (1)"}))


def test_a_dry_run_leaves_nothing(db):
    before = db.everything()
    rows = db.call("migrate_apply", many(), json.dumps({"dry_run": True}))
    assert sum(row["status"] == "would_apply" for row in rows) == COUNT
    assert db.everything() == before


def test_a_verify_query_that_is_false_leaves_nothing(db):
    with db.refuses("WB018", 'migration "050_table.sql"', "verify"):
        db.call("migrate_apply", many(_050_table="-- migrate:up\nCREATE TABLE made_50 (id INT);\n-- migrate:verify\nSELECT 1 = 2"))


def test_history_is_seen_by_who_looks_at_it(db):
    db.call("migrate_apply", many(_060_table="CREATE TABLE seen AS SELECT count(*) AS n FROM schema_migrations"))
    assert db.one("SELECT n FROM seen") == 59
    assert db.one("SELECT count(*) FROM schema_migrations") == COUNT


def test_a_plan_takes_time_by_its_length(db):
    """Four times as many tables that go, each of which may come back in any later statement."""
    db.script(";".join(f"CREATE TABLE gone_{n} (id INT)" for n in range(1200)))

    def seconds(count):
        begin = time.monotonic()
        rows = db.call("migrate_plan", source(_1_drops=";".join(f"DROP TABLE gone_{n}" for n in range(count))))
        assert {row["hazard"].split(",")[0] for row in rows} == {"lost_data"} and len(rows) == count
        return time.monotonic() - begin

    seconds(10)
    # A machine may stop for a while, but not each time; what is quadratic takes sixteen times as long.
    assert any(seconds(1200) < 9 * max(seconds(300), 0.05) for _ in range(4))
