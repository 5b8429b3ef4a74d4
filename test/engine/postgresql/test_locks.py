"""Statements of migrations that wait for locks: they give up after a while, try again, and say who is in the way."""

import contextlib
import json
import threading
import time

import psycopg2
import pytest
from migrations import source


@pytest.fixture
def blocker(postgresql):
    connection = postgresql.connect(application_name="the blocker")
    connection.autocommit = False
    yield connection
    connection.close()


@pytest.fixture
def items(postgresql):
    postgresql.script("CREATE TABLE items (id BIGINT PRIMARY KEY, name TEXT); INSERT INTO items VALUES (1, 'one')")
    return postgresql


def options(**given):
    return json.dumps(given)


def run(connection, text):
    cursor = connection.cursor()
    cursor.execute(text)
    return cursor.connection.info.backend_pid


FIRST = "ALTER TABLE items ADD COLUMN note TEXT"
LATER = "CREATE TABLE made (id INT); SET search_path = public; " + FIRST


@pytest.mark.parametrize("script", [FIRST, LATER])
def test_the_error_names_who_blocks(items, blocker, script):
    pid = run(blocker, "SELECT count(*) FROM items")
    begin = time.monotonic()
    with items.refuses("55P03", 'AccessExclusiveLock on "public"."items" within 100 ms, tried 3 times', f"Process {pid} (user",
                       'application "the blocker"', "idle in transaction", "holds AccessShareLock", "SELECT count(*) FROM items",
                       "pg_terminate_backend", 'migration "1_a.sql", line 1'):
        items.call("migrate_apply", source(_1_a=script), options(lock_timeout_ms=100, lock_retries=2))
    assert 0.3 < time.monotonic() - begin < 5


def test_a_row_lock(items, blocker):
    pid = run(blocker, "UPDATE items SET name = 'mine'")
    with items.refuses("55P03", "the lock of a row", f"Process {pid} "):
        items.call("migrate_apply", source(_1_a="UPDATE items SET name = 'yours'"), options(lock_timeout_ms=50, lock_retries=0))


def test_a_prepared_transaction(items, blocker):
    if items.one("SHOW max_prepared_transactions") == "0":
        pytest.skip("the server has no prepared transactions")
    run(blocker, "UPDATE items SET name = 'mine'; PREPARE TRANSACTION 'in the way'")
    blocker.rollback()
    try:
        with items.refuses("55P03", "A prepared transaction is in the way, one of 'in the way'", "ROLLBACK PREPARED"):
            items.call("migrate_apply", source(_1_a=FIRST), options(lock_timeout_ms=50, lock_retries=0))
    finally:
        run_alone = items.connect()
        run_alone.autocommit = True
        run(run_alone, "ROLLBACK PREPARED 'in the way'")
        run_alone.close()


def test_data_of_copy(items, blocker):
    pid = run(blocker, "LOCK TABLE items IN EXCLUSIVE MODE")
    with items.refuses("55P03", 'RowExclusiveLock on "public"."items"', f"Process {pid} "):
        items.call("migrate_apply", source(_1_a="COPY items FROM stdin;\n2\ttwo\n\\.\n"), options(lock_timeout_ms=50, lock_retries=0))


@pytest.mark.parametrize("script", [FIRST, LATER])
def test_a_retry_gets_through_and_nothing_runs_twice(items, blocker, script):
    run(blocker, "SELECT count(*) FROM items")
    timer = threading.Timer(0.4, blocker.rollback)
    timer.start()
    script = script.replace("ALTER", "UPDATE items SET name = name || '!'; ALTER") if script == LATER else script
    rows = items.call("migrate_apply", source(_1_a=script), options(lock_timeout_ms=100, lock_retries=20))
    timer.join()
    assert rows[0]["status"] == "applied"
    assert items.sql("SELECT name FROM items") == [("one!" if script != FIRST else "one",)]


def among_others(script):
    """As the twelfth of twenty, which run as parts of one savepoint."""
    files = {f"_{n:02}_other": f"CREATE TABLE other_{n} (id INT); INSERT INTO other_{n} VALUES (1)" for n in range(1, 21)}
    return source(**(files | {"_12_other": script}))


def test_one_among_many_gets_through_and_nothing_runs_twice(items, blocker):
    run(blocker, "SELECT count(*) FROM items")
    timer = threading.Timer(0.4, blocker.rollback)
    timer.start()
    rows = items.call("migrate_apply", among_others("UPDATE items SET name = name || '!'; " + FIRST), options(lock_timeout_ms=100, lock_retries=20))
    timer.join()
    assert [row["status"] for row in rows] == ["applied"] * 20
    assert items.sql("SELECT name FROM items") == [("one!",)]
    assert items.one("SELECT count(*) FROM other_1") == items.one("SELECT count(*) FROM other_20") == 1
    assert items.sql("SELECT count(*), count(DISTINCT seq), max(seq) FROM schema_migrations") == [(20, 20, 20)]
    assert items.one("SELECT count(*) FROM migration_log") == 20


def test_numbers_are_drawn_once(items, blocker):
    items.script("CREATE TABLE numbered (id SERIAL, name TEXT); INSERT INTO numbered (name) VALUES ('first')")
    run(blocker, "SELECT count(*) FROM items")
    timer = threading.Timer(0.4, blocker.rollback)
    timer.start()
    files = {f"_{n:02}_row": f"INSERT INTO numbered (name) VALUES ('{n}')" for n in range(1, 21)}
    items.call("migrate_apply", source(**(files | {"_12_row": FIRST})), options(lock_timeout_ms=100, lock_retries=20))
    timer.join()
    assert [id for id, in items.sql("SELECT id FROM numbered ORDER BY id")] == list(range(1, 21))


@pytest.mark.parametrize("retries, times", [(0, 2), (2, 3)])
def test_one_among_many_gives_up(items, blocker, retries, times):
    pid = run(blocker, "SELECT count(*) FROM items")
    with items.refuses("55P03", f'AccessExclusiveLock on "public"."items" within 100 ms, tried {times} times', f"Process {pid} (user", 'migration "12_other.sql", line 1'):
        items.call("migrate_apply", among_others(FIRST), options(lock_timeout_ms=100, lock_retries=retries))


def test_a_statement_that_runs_too_long_among_many(items):
    items.script("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END'; CREATE TRIGGER slow BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION slow()")
    with items.refuses("57014", "canceling statement after 100 ms (statement_timeout_ms)", 'migration "12_other.sql"'):
        items.call("migrate_apply", among_others("UPDATE items SET name = 'x'"), options(statement_timeout_ms=100))


def test_readers_do_not_queue_behind_it_for_long(items, blocker):
    run(blocker, "SELECT count(*) FROM items")
    failure = []

    def migrate():
        with contextlib.closing(items.connect()) as connection:
            try:
                connection.cursor().execute("SELECT migrate_apply(%s, %s)", (source(_1_a=FIRST), options(lock_timeout_ms=200, lock_retries=4)))
            except psycopg2.Error as error:
                failure.append(error.pgcode)

    thread = threading.Thread(target=migrate)
    thread.start()
    waits = []
    while thread.is_alive():
        begin = time.monotonic()
        items.sql("SELECT * FROM items")
        waits.append(time.monotonic() - begin)
        time.sleep(0.01)
    assert failure == ["55P03"]
    assert max(waits) < 1.5


def test_the_default_and_the_session_setting(items, blocker):
    run(blocker, "LOCK TABLE items IN EXCLUSIVE MODE")
    items.sql("SET lock_timeout = '60ms'")
    with items.fails("55P03", "within 60 ms"):
        items.call("migrate_apply", source(_1_a=FIRST), options(lock_retries=0))
    assert items.one("SHOW lock_timeout") == "60ms"
    rows = items.call("migrate_apply", source(_1_b="CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value"), options(lock_timeout_ms=1234))
    assert rows[0]["status"] == "applied" and items.one("SELECT value FROM seen") == "1234ms"
    assert items.one("SHOW lock_timeout") == "60ms"
    items.sql("RESET lock_timeout")
    items.call("migrate_apply", source(_1_b="CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value", _2_c="INSERT INTO seen SELECT current_setting('lock_timeout')"))
    assert items.sql("SELECT value FROM seen") == [("1234ms",), ("5s",)]
    assert items.one("SHOW lock_timeout") == "0"


def test_a_migration_may_set_its_own(items, blocker):
    run(blocker, "LOCK TABLE items IN EXCLUSIVE MODE")
    with items.refuses("55P03", "within 70 ms"):
        items.call("migrate_apply", source(_1_a="SET lock_timeout = '70ms';" + FIRST), options(lock_retries=0))


def test_nowait_is_not_tried_again(items, blocker):
    run(blocker, "LOCK TABLE items IN EXCLUSIVE MODE")
    with items.refuses("55P03", "could not obtain lock on relation"):
        items.call("migrate_apply", source(_1_a="LOCK TABLE items NOWAIT"))


def test_statement_timeout(items):
    begin = time.monotonic()
    with items.refuses("57014", "canceling statement after 100 ms (statement_timeout_ms)"):
        items.call("migrate_apply", source(_1_a="SELECT 1; SELECT pg_sleep(60)"), options(statement_timeout_ms=100))
    assert time.monotonic() - begin < 5
    with items.refuses("57014", "line 4: canceling statement after 100 ms (statement_timeout_ms)"):
        items.call("migrate_apply", source(_1_a="-- migrate:up\nCREATE TABLE made (id int);\n-- migrate:verify\nSELECT true FROM pg_sleep(60)"), options(statement_timeout_ms=100))
    assert time.monotonic() - begin < 5
    assert items.call("migrate_apply", source(_1_a="SELECT pg_sleep(0.06); SELECT pg_sleep(0.06)"), options(statement_timeout_ms=100))[0]["status"] == "applied"
    items.sql("SELECT pg_sleep(0.15)")


def of_tenant(text, **limits):
    return f"SELECT * FROM migrate_apply('{source(_1_inner=text)}', '{options(schema='tenant', **limits)}')"


@pytest.mark.parametrize("outer, inner, said", [(150, {}, 150), (150, {"statement_timeout_ms": 60000}, 150), (60000, {"statement_timeout_ms": 150}, 150), (0, {"statement_timeout_ms": 150}, 150)])
def test_statement_timeout_around_a_migration_of_another_schema(items, outer, inner, said):
    items.sql("CREATE SCHEMA tenant")
    begin = time.monotonic()
    with items.refuses("57014", f"canceling statement after {said} ms (statement_timeout_ms)", "_1_outer.sql"[1:]):
        items.call("migrate_apply", source(_1_outer=of_tenant("SELECT pg_sleep(20)", **inner)), options(statement_timeout_ms=outer))
    assert time.monotonic() - begin < 5
    items.sql("SELECT pg_sleep(0.2)")


def test_statement_timeout_runs_on_behind_a_migration_of_another_schema(items):
    items.sql("CREATE SCHEMA tenant")
    body = "DO $$BEGIN PERFORM " + of_tenant("SELECT 1", statement_timeout_ms=100).removeprefix("SELECT ") + "; PERFORM pg_sleep(20); END$$"
    begin = time.monotonic()
    with items.refuses("57014", "canceling statement after 300 ms (statement_timeout_ms)"):
        items.call("migrate_apply", source(_1_outer=body), options(statement_timeout_ms=300))
    assert time.monotonic() - begin < 5
    fits = of_tenant("SELECT 1", statement_timeout_ms=100)
    assert items.call("migrate_apply", source(_1_outer=fits), options(statement_timeout_ms=2000))[0]["status"] == "applied"
    items.sql("SELECT pg_sleep(2.2)")


def test_a_wait_is_cancelled(items, blocker):
    run(blocker, "LOCK TABLE items IN EXCLUSIVE MODE")
    threading.Timer(0.3, items.connection.cancel).start()
    with items.refuses("57014", "user request"):
        items.call("migrate_apply", source(_1_a="CREATE TABLE made (id INT); " + FIRST), options(lock_timeout_ms=0))


def test_undo_has_the_limits_too(items, blocker):
    items.call("migrate_apply", source(_1_a=f"-- migrate:up\n{FIRST};\n-- migrate:down\nALTER TABLE items DROP COLUMN note;"))
    pid = run(blocker, "SELECT 1 FROM items")
    with items.refuses("55P03", f"Process {pid} "):
        items.call("migrate_rollback", options(lock_timeout_ms=50, lock_retries=0))


def test_on_error_stop_keeps_the_earlier_ones(items, blocker):
    run(blocker, "LOCK TABLE items IN EXCLUSIVE MODE")
    rows = items.call("migrate_apply", source(_1_a="CREATE TABLE made (id INT)", _2_b=FIRST), options(lock_timeout_ms=50, lock_retries=1, on_error="stop"))
    assert [row["status"] for row in rows] == ["applied", "failed"]


def test_the_wait_for_another_applier_is_told(items, blocker):
    pid = run(blocker, f"SELECT migrate_apply('{source(_1_a='CREATE TABLE made (id INT)')}')")
    threading.Timer(1.5, blocker.commit).start()
    items.connection.notices.clear()
    assert items.call("migrate_apply", source(_1_a="CREATE TABLE made (id INT)")) == []
    notice = "".join(items.connection.notices)
    assert "waiting for another session that migrates" in notice and f"Process {pid} " in notice


def test_the_wait_for_another_applier_has_an_end_when_asked_for(items, blocker):
    pid = run(blocker, f"SELECT migrate_apply('{source(_1_a='CREATE TABLE made (id INT)')}')")
    with items.refuses("55P03", f"Process {pid} "):
        items.call("migrate_apply", source(_2_b="CREATE TABLE other (id INT)"), options(lock_timeout_ms=100))


def test_validating_waits_no_longer_than_the_session_says(items, blocker):
    run(blocker, "LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
    items.sql("SET lock_timeout = '200ms'")
    with items.fails("55P03", "lock timeout"):
        items.call("migrate_validate", source(_1_a="ALTER TABLE items ADD CHECK (id > 0)"))


@pytest.mark.parametrize("text", ["ALTER TABLE items ALTER name TYPE varchar(900)", "ALTER TABLE items ADD CHECK (id > 0)"])
def test_a_plan_ends_with_the_timeout_of_its_statement(items, blocker, text):
    run(blocker, "LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
    items.sql("SET statement_timeout = '300ms'")
    release = threading.Timer(10, blocker.rollback)
    release.start()
    with items.fails("57014", "statement timeout"):
        items.call("migrate_plan", source(_1_a=text))
    release.cancel()
