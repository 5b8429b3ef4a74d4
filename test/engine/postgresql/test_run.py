"""CALL migrate_run: a transaction for each migration, and statements outside of any in a background worker."""

import contextlib
import json
import threading
import time

import psycopg2
import pytest
from migrations import ITEMS, ROWS, source

INDEX = "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY items_name ON items (name);\n-- migrate:down\nDROP INDEX items_name;\n"
UNMARKED = "CREATE INDEX CONCURRENTLY items_name ON items (name);\nVACUUM items;\n"


def run(db, files, options="{}"):
    return json.loads(db.one("CALL migrate_run(%s::json, %s)", (files, options)))


def indexes(db):
    return db.sql("""SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                     WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary
                     AND c.relname LIKE 'items%%' ORDER BY 1""".replace("%%", "%"))


def states(db, files):
    return [(row["version"], row["state"]) for row in db.call("migrate_status", files)]


def steps_running(db):
    return db.one("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'whimbrel migration step'")


@pytest.mark.parametrize("index", [INDEX, UNMARKED])
def test_an_index_is_built_concurrently(postgresql, index):
    db = postgresql
    files = source(_001_items=ITEMS, _002_index=index, _003_rows=ROWS)
    rows = run(db, files)
    assert [(row["version"], row["status"]) for row in rows] == [("001", "applied"), ("002", "applied"), ("003", "applied")]
    assert indexes(db) == [("items_name", True)]
    assert states(db, files) == [("001", "applied"), ("002", "applied"), ("003", "applied")]
    assert db.sql("SELECT * FROM migration_journal") == []
    assert run(db, files) == []
    assert steps_running(db) == 0


@pytest.mark.parametrize("options", ["{}", '{"on_error": "stop"}'])
def test_a_session_that_is_read_only_is_told_which_statement_it_is_about(postgresql, options):
    db = postgresql
    files = source(_001_items=ITEMS + "-- migrate:down\nDROP TABLE items;")
    db.sql("SET default_transaction_read_only = on")
    with db.refuses("25006", "CREATE TABLE", '"001_items.sql", line'):
        run(db, files, options)
    db.sql("SET default_transaction_read_only = off")
    run(db, files)
    db.sql("SET default_transaction_read_only = on")
    with db.refuses("25006", "DROP TABLE", 'down part of migration "001_items.sql"'):
        db.sql("CALL migrate_run(NULL, %s)", (json.dumps({**json.loads(options), "undo": True}),))


DOWN = "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY items_name ON items (name);\n-- migrate:down{}\nDROP INDEX CONCURRENTLY items_name;\n"


@pytest.mark.parametrize("marker", ["", " transaction:false"])
def test_what_drops_an_index_concurrently_is_undone(postgresql, marker):
    db = postgresql
    files = source(_001_items=ITEMS, _002_index=DOWN.format(marker))
    run(db, files)
    for function in ("migrate_rollback", "migrate_redo"):
        with db.refuses("WB033", "transaction", "migrate_run(NULL"):
            db.call(function)
    with db.refuses("WB033", "transaction"):
        db.call("migrate_reset", json.dumps({"mode": "down", "confirm": db.one("SELECT current_database()")}))
    rows = json.loads(db.one("CALL migrate_run(NULL, '{\"undo\": true}')"))
    assert [(row["version"], row["status"], row["statements"]) for row in rows] == [("002", "rolled_back", 1)]
    assert indexes(db) == []
    assert states(db, files) == [("001", "applied"), ("002", "pending")]
    assert db.sql("SELECT * FROM migration_journal") == []
    run(db, files)
    assert indexes(db) == [("items_name", True)]


def test_an_undo_goes_on_where_it_stopped(postgresql):
    db = postgresql
    text = "CREATE INDEX items_name ON items (name);\n-- migrate:down\nALTER TABLE items ADD COLUMN once INT;\nDROP INDEX CONCURRENTLY items_name;\nDROP TABLE not_yet;\n"
    files = source(_001_items=ITEMS, _002_index="-- migrate:up\n" + text)
    run(db, files)
    undo = "CALL migrate_run(NULL, '{\"undo\": true}')"
    with db.fails("42P01", "not_yet"):
        db.one(undo)
    assert states(db, files) == [("001", "applied"), ("002", "incomplete")]
    db.script("CREATE TABLE not_yet (n INT)")
    assert [(row["status"], row["statements"]) for row in json.loads(db.one(undo))] == [("rolled_back", 1)]
    assert states(db, files) == [("001", "applied"), ("002", "pending")]


@pytest.mark.parametrize("function", ["migrate_apply", "migrate_run"])
def test_what_is_half_undone_is_not_passed_over(postgresql, function):
    db = postgresql
    text = "-- migrate:up\nCREATE INDEX items_name ON items (name);\n-- migrate:down\nDROP INDEX CONCURRENTLY items_name;\nDROP TABLE not_yet;\n"
    files = {"_001_items": ITEMS, "_002_index": text}
    run(db, source(**files))
    with db.fails("42P01", "not_yet"):
        db.one("CALL migrate_run(NULL, '{\"undo\": true}')")
    more = source(**files, _003_more="CREATE TABLE more (i int)")
    with db.fails("WB034", 'migration "002_index.sql" is not complete: statement 2 failed', "begun to undo it", '"version":"002"', "migrate_repair('002')"):
        db.call("migrate_apply", more) if function == "migrate_apply" else run(db, more)
    assert states(db, more) == [("001", "applied"), ("002", "incomplete"), ("003", "pending")]
    assert db.call("migrate_apply", source(**files)) == []
    db.script("CREATE TABLE not_yet (n INT)")
    db.one("CALL migrate_run(NULL, '{\"undo\":true,\"version\":\"002\"}')")
    run(db, more)
    assert states(db, more) == [("001", "applied"), ("002", "applied"), ("003", "applied")]


@pytest.mark.parametrize("function", ["migrate_apply", "migrate_run"])
def test_what_is_half_applied_and_gone_from_the_source_is_not_passed_over(postgresql, function):
    db = postgresql
    with db.fails("23505"):
        run(db, source(_010_a="CREATE TABLE items (id int); INSERT INTO items VALUES (1), (1);\nCREATE UNIQUE INDEX CONCURRENTLY u ON items (id);"))
    later = source(_011_b="CREATE TABLE b (i int)")
    with db.fails("WB034", 'migration "010" is not complete', "with all of the migrations", "migrate_repair('010')"):
        db.call("migrate_apply", later) if function == "migrate_apply" else run(db, later)
    db.call("migrate_repair", "010")
    assert [row["status"] for row in db.call("migrate_apply", later)] == ["applied"]


FAILING = [("CREATE INDEX CONCURRENTLY ax ON a (x)", "42P07"), ("DROP INDEX CONCURRENTLY nowhere", "42704"), ("ALTER TABLE p DETACH PARTITION q1 CONCURRENTLY", "42P01"),
           ("DROP DATABASE whimbrel_nowhere", "3D000"), ("CREATE DATABASE postgres", "42P04"), ("DROP TABLESPACE nowhere", "42704")]


@pytest.mark.parametrize("statement, code", FAILING)
def test_what_failed_fails_again(postgresql, statement, code):
    """Whatever has the name that it asks for, or has not."""
    db = postgresql
    db.script("""CREATE TABLE a (x int, y int); CREATE INDEX ax ON a (y);
        CREATE TABLE p (i int) PARTITION BY LIST (i); CREATE TABLE q (i int) PARTITION BY LIST (i); CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1)""")
    files = source(_001_a=f"-- migrate:up transaction:false\n{statement};")
    for _ in range(3):
        with db.fails(code):
            run(db, files)
        assert states(db, files) == [("001", "incomplete")]
    assert db.one("SELECT indkey::text FROM pg_index WHERE indexrelid = 'ax'::regclass") == "2"


@pytest.mark.parametrize("given, code, words", [({"lock_timeout_ms": 200}, "55P03", "lock timeout"), ({"statement_timeout_ms": 200}, "57014", "statement timeout")])
def test_limits_hold_outside_of_a_transaction(postgresql, given, code, words):
    db = postgresql
    db.script("CREATE TABLE items (id int)")
    files = source(_001_a="-- migrate:up transaction:false\nVACUUM FULL items;")
    with contextlib.closing(db.connect()) as other:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; INSERT INTO items VALUES (1)")
        with db.fails(code, words):
            db.sql("CALL migrate_run(%s::json, %s::json)", (files, json.dumps(given)))
    db.sql("CALL migrate_run(%s::json, %s::json)", (files, json.dumps(given)))
    assert states(db, files) == [("001", "applied")]
    assert db.one("SHOW lock_timeout") == "0"


def test_settings_role_and_search_path_are_the_callers(postgresql):
    db = postgresql
    db.script("""
        CREATE SCHEMA app;
        DROP ROLE IF EXISTS run_owner;
        CREATE ROLE run_owner;
        GRANT ALL ON SCHEMA app TO run_owner;
        GRANT SELECT, INSERT, UPDATE, DELETE ON schema_migrations, migration_log, migration_journal TO run_owner;
        SET search_path = app, public;
        SET work_mem = '3MB';
        SET my.option = 'it''s here';
        CREATE TABLE items (id int PRIMARY KEY, name text);
        INSERT INTO items VALUES (1, 'a');
        CREATE FUNCTION seen(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
        BEGIN
          RAISE NOTICE '% % % %', current_setting('search_path'), current_setting('work_mem'),
            current_setting('my.option'), session_user;
          RETURN $1;
        END $$;
        ALTER TABLE items OWNER TO run_owner;
        ALTER FUNCTION seen OWNER TO run_owner;
        SET ROLE run_owner""")
    try:
        run(db, source(_001_index="CREATE INDEX CONCURRENTLY items_seen ON items (seen(name))"))
        notice = "".join(db.connection.notices)
        assert 'app, public 3MB it\'s here postgres' in notice or "pg_temp 3MB it's here postgres" in notice, notice
        assert db.one("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'items_seen'") == "run_owner"
        # What the caller may not do, the worker may not do for it.
        db.script("RESET ROLE; CREATE TABLE app.others (id int); GRANT SELECT ON app.others TO run_owner; SET ROLE run_owner")
        files = source(_001_index="CREATE INDEX CONCURRENTLY items_seen ON items (seen(name))",
                       _002_others="CREATE INDEX CONCURRENTLY others_id ON others (id)")
        with db.fails("42501", "must be owner of table others"):
            run(db, files)
        with db.fails("42501", "permission denied"):
            run(db, source(_003_system="ALTER SYSTEM SET work_mem = '5MB'"), '{"out_of_order": "allow"}')
    finally:
        db.script("RESET ROLE; DROP OWNED BY run_owner; DROP ROLE run_owner")


def test_it_is_refused_where_transactions_cannot_end(postgresql):
    db = postgresql
    files = source(_001_items=ITEMS)
    db.connection.autocommit = False
    with db.fails("WB002", "migrate_run() cannot run inside a transaction block", "autocommit"):
        run(db, files)
    db.connection.rollback()
    db.connection.autocommit = True
    db.script("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE r json; BEGIN CALL migrate_run('[]'::json, '{}', r); END $$")
    with db.refuses("WB002", "transaction block or a function"):
        db.sql("SELECT f()")
    # A DO block, as long as nothing around it is a transaction, may call procedures that commit.
    db.script("DO $do$ DECLARE r json; BEGIN CALL migrate_run($m$%s$m$::json, '{}', r); END $do$" % files)
    assert states(db, files) == [("001", "applied")]


def test_earlier_migrations_stay_when_a_later_one_fails(postgresql):
    db = postgresql
    files = source(_001_items=ITEMS, _002_bad="INSERT INTO items VALUES (1, 'a');\nSELECT 1/0", _003_rows=ROWS)
    with db.fails("22012", 'migration "002_bad.sql", line 2'):
        run(db, files)
    assert states(db, files) == [("001", "applied"), ("002", "pending"), ("003", "pending")]
    assert db.one("SELECT count(*) FROM items") == 0
    rows = run(db, files, '{"on_error": "stop"}')
    assert [(row["version"], row["status"]) for row in rows] == [("002", "failed")]
    assert "division by zero" in rows[0]["error"]
    outcomes = [row["outcome"] for row in db.call("migrate_history")]
    assert outcomes == ["failed", "failed", "applied"]


def test_it_goes_on_behind_what_is_done(postgresql):
    db = postgresql
    text = """-- migrate:up transaction:false
        CREATE TABLE items (id int);
        INSERT INTO items VALUES (1), (1);
        CREATE UNIQUE INDEX CONCURRENTLY items_id ON items (id);
        INSERT INTO items VALUES (2);
        -- migrate:verify
        SELECT count(*) = 2 FROM items;"""
    with db.fails("23505", 'migration "001_a.sql", line 4: could not create unique index', "is duplicated"):
        run(db, source(_001_a=text))
    assert indexes(db) == [("items_id", False)]
    status = db.call("migrate_status", source(_001_a=text))[0]
    assert status["state"] == "incomplete" and status["note"].startswith("statement 3 failed: "), status
    with db.refuses("WB034", "is not complete", "migrate_run"):
        db.call("migrate_apply", source(_001_a=text))
    with db.fails("WB034", "statement 2 was changed"):
        run(db, source(_001_a=text.replace("(1), (1)", "(1)")))
    db.script("DELETE FROM items WHERE ctid = '(0,1)'")
    rows = run(db, source(_001_a=text))
    assert [(row["status"], row["statements"], row["rows_affected"]) for row in rows] == [("applied", 2, 3)]
    assert indexes(db) == [("items_id", True)]
    assert db.sql("SELECT * FROM migration_journal") == []
    assert db.sql("SELECT statements, rows_affected FROM schema_migrations") == [(4, 3)]


def test_if_not_exists_is_not_content_with_an_invalid_index(postgresql):
    db = postgresql
    db.script("CREATE TABLE items (id int); INSERT INTO items VALUES (1), (1)")
    with db.fails("23505"):
        db.sql("CREATE UNIQUE INDEX CONCURRENTLY items_id ON items (id)")
    db.script("DELETE FROM items WHERE ctid = '(0,1)'")
    run(db, source(_001_a="CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS items_id ON items (id)"))
    assert indexes(db) == [("items_id", True)]


def test_an_enum_value_is_used_by_the_migration_that_adds_it(postgresql):
    db = postgresql
    db.script("CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (m mood)")
    run(db, source(_001_m="ALTER TYPE mood ADD VALUE 'good';\nALTER TYPE mood ADD VALUE 'bad';\nINSERT INTO t VALUES ('good'), ('bad');"))
    assert db.sql("SELECT m FROM t") == [("good",), ("bad",)]
    assert db.sql("SELECT statements FROM schema_migrations") == [(3,)]


def test_what_only_the_catalog_shows_runs_outside_too(postgresql):
    db = postgresql
    db.script("""CREATE TABLE p (i int) PARTITION BY LIST (i); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
                 CREATE INDEX items_p ON p (i)""")
    with db.fails("25001", "migrate_run"):
        run(db, source(_001_r="REINDEX TABLE p"))
    run(db, source(_001_r="-- migrate:up transaction:false\nREINDEX TABLE p"))
    assert db.one("SELECT count(*) FROM schema_migrations") == 1


def test_repeatable_migrations_and_dry_run(postgresql):
    db = postgresql
    files = source(_001_items=ITEMS,
                   _002_a="-- migrate:up repeat:on-change\nCREATE OR REPLACE VIEW v2 AS SELECT * FROM v1;",
                   _003_b="-- migrate:up repeat:on-change\nCREATE OR REPLACE VIEW v1 AS SELECT * FROM items;")
    with db.unchanged():
        rows = run(db, files, '{"dry_run": true}')
        assert [row["status"] for row in rows][:3] == ["would_apply"] * 3
        assert {row["description"] for row in rows if row["status"] == "created"} >= {"table public.items", "view public.v1"}
    assert [row["version"] for row in run(db, files)] == ["001", "003", "002"]
    with db.refuses("WB033", "dry run"):
        run(db, source(_001_items=ITEMS, _004_v="VACUUM"), '{"dry_run": true}')


@contextlib.contextmanager
def blocked(db, statement="LOCK TABLE items IN ROW EXCLUSIVE MODE"):
    """Somebody's open transaction, on which a concurrent build waits after it has made its index."""
    with contextlib.closing(db.connect()) as other:
        other.autocommit = False
        other.cursor().execute(statement)
        yield
        other.rollback()


def wait_until(condition, what):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def step_waits(other, name="%"):
    return lambda: one(other, """SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'whimbrel migration step'
                                 AND wait_event_type = 'Lock' AND datname = current_database() AND query LIKE %s""", name)


def one(connection, text, *parameters):
    cursor = connection.cursor()
    cursor.execute(text, parameters)
    return cursor.fetchone()[0]


@pytest.mark.parametrize("how", ["cancel", "timeout", "terminate", "worker"])
def test_an_interrupted_build_leaves_nothing_running(postgresql, how):
    db = postgresql
    files = source(_001_items=ITEMS, _002_index=INDEX)
    run(db, source(_001_items=ITEMS))
    errors = []

    def call(connection):
        try:
            connection.cursor().execute("CALL migrate_run(%s::json)", (files,))
        except psycopg2.Error as error:
            errors.append(error)

    with contextlib.closing(db.connect()) as caller, contextlib.closing(db.connect()) as other:
        if how == "timeout":
            caller.cursor().execute("SET statement_timeout = '700ms'")
        with blocked(db):
            thread = threading.Thread(target=call, args=(caller,))
            thread.start()
            wait_until(step_waits(other), "the build waits")
            pid = caller.get_backend_pid()
            if how == "cancel":
                one(other, "SELECT pg_cancel_backend(%s)", pid)
            elif how == "terminate":
                one(other, "SELECT pg_terminate_backend(%s)", pid)
            elif how == "worker":
                one(other, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'whimbrel migration step'")
            thread.join(20)
            assert not thread.is_alive()
            wait_until(lambda: steps_running(db) == 0, "the worker has ended")
    assert errors[0].pgcode in {"cancel": ("57014",), "timeout": ("57014",), "worker": ("57P01",)}.get(how, ("57P01", None))
    assert indexes(db) == [("items_name", False)]
    assert states(db, files) == [("001", "applied"), ("002", "incomplete")]
    rows = run(db, files)
    assert [(row["version"], row["status"]) for row in rows] == [("002", "applied")]
    assert indexes(db) == [("items_name", True)]


def test_no_free_worker_slot(postgresql):
    """Builds that wait, each in a database of its own, take all slots that the server itself leaves."""
    db = postgresql
    most = int(db.one("SHOW max_worker_processes"))
    taken = db.one("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'logical replication launcher'")
    databases = []
    threads = []
    with contextlib.ExitStack() as stack:
        names = [f"{db.name}_w{i}" for i in range(most - taken)]
        with contextlib.closing(psycopg2.connect(dbname="postgres")) as server:
            server.autocommit = True
            for name in names:
                server.cursor().execute(f"CREATE DATABASE {name} TEMPLATE whimbrel_template")
        try:
            for name in names:
                holder = stack.enter_context(contextlib.closing(psycopg2.connect(dbname=name)))
                holder.cursor().execute("CREATE TABLE items (id int, name text)")
                holder.commit()
                holder.cursor().execute("LOCK TABLE items IN ROW EXCLUSIVE MODE")
                databases.append(holder)
                caller = stack.enter_context(contextlib.closing(psycopg2.connect(dbname=name)))
                caller.autocommit = True
                thread = threading.Thread(target=lambda c=caller: c.cursor().execute(
                    "CALL migrate_run(%s::json)", (source(_001_i="CREATE INDEX CONCURRENTLY items_name ON items (name)"),)))
                thread.start()
                threads.append(thread)
            wait_until(lambda: steps_running(db) == most - taken, "all slots are taken")
            files = source(_001_items=ITEMS, _002_index=INDEX)
            with db.fails("53400", "no background worker is free", f"{most} background workers (max_worker_processes)"):
                run(db, files)
            assert states(db, files) == [("001", "applied"), ("002", "incomplete")]
            for holder in databases:
                holder.rollback()
            for thread in threads:
                thread.join(30)
            run(db, files)
            assert indexes(db) == [("items_name", True)]
        finally:
            for holder in databases:
                holder.rollback()
            for thread in threads:
                thread.join(30)
            stack.close()
            with contextlib.closing(psycopg2.connect(dbname="postgres")) as server:
                server.autocommit = True
                for name in names:
                    server.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_apply_does_not_wait_for_a_build(postgresql):
    """It holds a snapshot that the build would wait for, so it must not wait for the build in turn."""
    db = postgresql
    files = source(_001_items=ITEMS, _002_index=INDEX)
    run(db, source(_001_items=ITEMS))
    with contextlib.closing(db.connect()) as caller, contextlib.closing(db.connect()) as other, blocked(db):
        thread = threading.Thread(target=lambda: caller.cursor().execute("CALL migrate_run(%s::json)", (files,)))
        thread.start()
        wait_until(step_waits(other), "the build waits")
        with db.fails("WB034", "is not complete"):
            db.call("migrate_apply", files)
    thread.join(20)
    assert not thread.is_alive()
    assert indexes(db) == [("items_name", True)]


HALF = "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY items_name ON items (name);\nSELECT 1/0;\n-- migrate:down\nDROP INDEX items_name;\n"


def test_nothing_below_is_undone_while_one_is_half_applied(postgresql):
    db = postgresql
    files = source(_001_items=ITEMS, _002_index=HALF)
    with db.fails("22012"):
        run(db, files)
    reset = json.dumps({"mode": "down", "confirm": db.one("SELECT current_database()")})
    for call in (lambda: db.call("migrate_rollback"), lambda: db.call("migrate_redo"), lambda: db.call("migrate_reset", reset),
                 lambda: db.one("CALL migrate_run(NULL, '{\"undo\": true}')"), lambda: db.call("migrate_baseline", "002")):
        with db.fails("WB034", 'migration "002" is not complete', "migrate_repair('002')"):
            call()
    assert indexes(db) == [("items_name", True)]
    run(db, source(_001_items=ITEMS, _002_index=HALF.replace("1/0", "1")))
    assert states(db, files)[0] == ("001", "applied") and indexes(db) == [("items_name", True)]


def test_what_is_undone_is_recorded_or_not_undone(postgresql):
    db = postgresql
    files = source(_001_items=ITEMS)
    db.script("""DO $$ BEGIN CREATE ROLE whimbrel_half; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                 GRANT CREATE ON SCHEMA public TO whimbrel_half;
                 GRANT SELECT, INSERT, UPDATE ON schema_migrations, migration_log, migration_journal TO whimbrel_half; GRANT DELETE ON migration_journal TO whimbrel_half;
                 GRANT SELECT ON ALL TABLES IN SCHEMA public TO whimbrel_half; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO whimbrel_half; SET ROLE whimbrel_half""")
    try:
        run(db, files)
        with db.fails("42501", "schema_migrations"):
            db.one("CALL migrate_run(NULL, '{\"undo\": true}')")
        assert states(db, files) == [("001", "applied")]
        assert db.one("SELECT to_regclass('items') IS NOT NULL")
    finally:
        db.script("RESET ROLE; DROP OWNED BY whimbrel_half")


@pytest.mark.parametrize("inner", ["SELECT migrate_apply('[{\"name\":\"009_x.sql\",\"sql\":\"SELECT 1\"}]'::json)", "SELECT migrate_rollback()", "SELECT migrate_add('9', 'x', 'SELECT 1')",
                                   "DO $$BEGIN PERFORM migrate_baseline('009'); END$$"])
def test_a_migration_runs_no_migrations(postgresql, inner):
    db = postgresql
    for call in (lambda files: db.call("migrate_apply", files), lambda files: run(db, files)):
        with db.fails("WB002", "inside a migration"):
            call(source(_001_items=ITEMS, _002_inner=inner))
    db.script("CREATE SCHEMA tenant")
    db.call("migrate_apply", source(_001_items=ITEMS, _002_tenant="SELECT migrate_apply('[{\"name\":\"001_x.sql\",\"sql\":\"CREATE TABLE x ()\"}]'::json, '{\"schema\":\"tenant\"}'::json)"))
    assert db.one("SELECT to_regclass('tenant.x') IS NOT NULL")


def test_steps_leave_no_memory_behind(postgresql):
    db = postgresql
    files = source(**{f"_{n:03}_v": "VACUUM migration_log" for n in range(1, 61)})
    used = lambda: db.one("SELECT used_bytes FROM pg_backend_memory_contexts WHERE name = 'TopMemoryContext'")
    run(db, source(_000_v="VACUUM migration_log"))
    before = used()
    run(db, files)
    assert used() - before < 60 * 60


def test_a_file_of_pg_dump(postgresql):
    """Its first and last lines are commands of psql that mean nothing elsewhere; there is data between them."""
    db = postgresql
    dump = "--\n\\restrict aB3\n\nSET statement_timeout = 0;\nCREATE TABLE public.t (id int, name text);\nCOPY public.t (id, name) FROM stdin;\n1\t\\\\restrict\n2\ttwo\n\\.\n\nSELECT pg_catalog.setval('public.s', 1);\n\\unrestrict aB3\n\n"
    with db.fails("42P01", "line 11", "public.s"):
        db.call("migrate_apply", source(_001_dump=dump))
    db.sql("CREATE SEQUENCE s")
    assert [row["status"] for row in db.call("migrate_apply", source(_001_dump=dump))] == ["applied"]
    assert db.sql("SELECT name FROM t ORDER BY id") == [("\\restrict",), ("two",)]
    with db.refuses("WB015", "\\connect", "line 1"):
        db.call("migrate_apply", source(_001_dump=dump, _002_more="\\connect other\n"))


def test_an_error_names_the_statement_that_needs_no_transaction(postgresql):
    files = json.dumps([{"name": "1_x.up.sql", "sql": "CREATE INDEX CONCURRENTLY i ON t (id);"}, {"name": "1_x.down.sql", "sql": "DROP INDEX i"}])
    with postgresql.refuses("WB033", "1_x.up.sql", "line 1", "this statement"):
        postgresql.call("migrate_apply", files)


def test_a_migration_that_others_end_and_give_up_meanwhile_begins_again(postgresql):
    """As where others finish it and undo it again: what this caller has seen done is not there any more, and it may not be recorded."""
    db = postgresql
    text = ("-- migrate:up transaction:false\nCREATE TABLE IF NOT EXISTS items (id int);\nINSERT INTO items VALUES (1);\n"
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS items_id ON items (id);")
    errors = []

    def call(connection):
        try:
            with connection.cursor() as cursor:
                cursor.execute("CALL migrate_run(%s::json)", (source(_001_items=text),))
        except psycopg2.Error as error:
            errors.append(error)

    db.sql("CREATE TABLE items (id int)")
    with contextlib.closing(db.connect()) as caller, contextlib.closing(db.connect()) as holder, contextlib.closing(db.connect()) as other:
        holder.autocommit = other.autocommit = False
        holder.cursor().execute("LOCK TABLE items IN ROW EXCLUSIVE MODE")  # the index waits for its end
        thread = threading.Thread(target=call, args=(caller,))
        thread.start()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        wait_until(lambda: steps_running(db) == 1 and db.one(waiting) == 1, "it waits")
        # The lock of the history, which whoever migrates has; the caller waits for it when its statement has ended.
        other.cursor().execute("SELECT pg_advisory_xact_lock(2003332450, oid::int) FROM pg_namespace WHERE nspname = 'public'")
        holder.rollback()
        wait_until(lambda: db.one("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'") == 1, "its turn comes next")
        other.cursor().execute("SELECT * FROM migrate_repair('001')")
        other.commit()
        thread.join(60)
    assert errors == [] and db.one("SELECT count(*) FROM items") == 2
    assert db.sql("SELECT version, statements FROM schema_migrations") == [("001", 3)]
    assert db.sql("SELECT * FROM migration_journal") == []
