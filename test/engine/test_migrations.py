"""Migrations from end to end, the same on both engines."""

import json
import re

import pytest
from migrations import ITEMS, NOTES, ROWS, source, write

THREE = dict(_001_items=ITEMS, _002_rows=ROWS, _010_add_notes=NOTES)


def table_exists(db, name):
    schema = "sqlite_schema" if db.engine == "sqlite" else "pg_class"
    column = "name" if db.engine == "sqlite" else "relname"
    return db.one(f"SELECT count(*) FROM {schema} WHERE {column} = '{name}'") == 1


def states(db, migrations):
    return [(row["version"], row["state"]) for row in db.call("migrate_status", migrations)]


def test_apply_runs_what_is_pending_once(db):
    rows = db.call("migrate_apply", source(**THREE))
    assert [(r["version"], r["description"], r["status"], r["statements"], r["rows_affected"], r["error"]) for r in rows] == [
        ("001", "Items", "applied", 1, 0, None), ("002", "rows", "applied", 2, 3, None),
        ("010", "add notes", "applied", 1, 0, None)]
    assert all(r["duration_ms"] >= 0 for r in rows)
    assert db.sql("SELECT id, name, note FROM items ORDER BY id") == [(1, "one", None), (2, "two", None), (3, "three", None)]
    with db.unchanged():
        assert db.call("migrate_apply", source(**THREE)) == []


def test_result_columns_are_those_of_the_contract(db):
    db.call("migrate_apply", source(**THREE))
    migrations = source(**THREE, _011_more="SELECT 1;")
    assert list(db.call("migrate_apply", migrations)[0])[:7] == [
        "version", "description", "status", "statements", "rows_affected", "duration_ms", "error"]
    assert list(db.call("migrate_status", migrations)[0])[:8] == [
        "version", "description", "state", "applied_at", "applied_by", "duration_ms", "file", "note"]


def test_a_directory_and_what_is_not_a_migration_in_it(db, directory):
    path = write(directory, **THREE)
    (directory / "migrations" / "README.md").write_text("not a migration")
    (directory / "migrations" / "003_folder").mkdir()
    assert [r["version"] for r in db.call("migrate_apply", path)] == ["001", "002", "010"]
    assert states(db, path) == [("001", "applied"), ("002", "applied"), ("010", "applied")]


def test_versions_order_by_number(db):
    migrations = source(_10_third="INSERT INTO t VALUES (3);", _9_second="INSERT INTO t VALUES (2);",
                        _1_first="CREATE TABLE t (n INTEGER PRIMARY KEY);", _20261120180000_last="INSERT INTO t VALUES (4);")
    assert [r["version"] for r in db.call("migrate_apply", migrations)] == ["1", "9", "10", "20261120180000"]


def test_target_and_steps(db):
    assert [r["version"] for r in db.call("migrate_apply", source(**THREE), '{"steps": 1}')] == ["001"]
    assert [r["version"] for r in db.call("migrate_apply", source(**THREE), '{"target": "2"}')] == ["002"]
    assert states(db, source(**THREE)) == [("001", "applied"), ("002", "applied"), ("010", "pending")]
    assert [r["version"] for r in db.call("migrate_apply", source(**THREE))] == ["010"]


def test_dry_run_shows_what_would_happen_and_leaves_nothing(db):
    db.call("migrate_apply", source(_001_items=ITEMS))
    with db.unchanged():
        rows = db.call("migrate_apply", source(**THREE), '{"dry_run": true}')
    assert [r["version"] for r in rows if r["version"]][:2] == ["002", "010"]
    assert states(db, source(**THREE))[1:] == [("002", "pending"), ("010", "pending")]


def test_on_error_stop_keeps_the_earlier_ones(db):
    migrations = source(_001_items=ITEMS, _002_wrong="INSERT INTO items VALUES (1, 'a');\nINSERT INTO nowhere VALUES (1);", _003_notes=NOTES)
    rows = db.call("migrate_apply", migrations, '{"on_error": "stop"}')
    assert [(r["version"], r["status"]) for r in rows] == [("001", "applied"), ("002", "failed")]
    assert "nowhere" in rows[1]["error"]
    assert db.sql("SELECT * FROM items") == []
    assert states(db, migrations) == [("001", "applied"), ("002", "pending"), ("003", "pending")]


def test_status_and_report(db):
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    rows = db.call("migrate_status", source(_001_items=ITEMS.replace("name TEXT", "name VARCHAR(50)"), _003_notes=NOTES))
    assert [(r["version"], r["state"]) for r in rows] == [("001", "changed"), ("002", "missing"), ("003", "pending")]
    assert rows[0]["applied_at"] is not None and rows[2]["applied_at"] is None
    assert rows[0]["file"] == "001_items.sql"

    text = db.value("migrate_report", source(**THREE))
    assert "[✓ Applied]" in text and "[⏳ Pending]" in text
    assert sum("[" in line for line in text.splitlines()) == 3
    report = json.loads(db.value("migrate_report", source(**THREE), '{"format": "json"}'))
    assert report["totals"]["applied"] == 2 and report["totals"]["pending"] == 1
    assert [m["version"] for m in report["migrations"]] == ["001", "002", "010"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", report["migrations"][0]["applied_at"])


def test_status_of_an_untouched_database_writes_nothing(db):
    with db.unchanged():
        assert states(db, source(**THREE)) == [("001", "pending"), ("002", "pending"), ("010", "pending")]
        assert db.call("migrate_history") == []


def test_rollback_works_without_the_files(db):
    db.call("migrate_apply", source(**THREE))
    assert [(r["version"], r["status"]) for r in db.call("migrate_rollback")] == [("010", "rolled_back")]
    assert states(db, source(**THREE))[2] == ("010", "pending")
    with db.unchanged():
        assert len(db.call("migrate_rollback", '{"steps": 2, "dry_run": true}')) >= 2
    assert [r["version"] for r in db.call("migrate_rollback", '{"to": "001"}')] == ["002"]
    assert db.sql("SELECT * FROM items") == []
    db.call("migrate_rollback", '{"version": "001"}')
    assert not table_exists(db, "items")
    assert [r["version"] for r in db.call("migrate_apply", source(**THREE))] == ["001", "002", "010"]


def test_history_tells_who_and_what(db):
    db.call("migrate_apply", source(**THREE))
    db.call("migrate_rollback")
    rows = db.call("migrate_history")
    assert [(r["action"], r["version"], r["outcome"]) for r in sorted(rows, key=lambda r: r["log_id"])] == [
        ("apply", "001", "applied"), ("apply", "002", "applied"), ("apply", "010", "applied"),
        ("rollback", "010", "rolled_back")]
    assert [r["version"] for r in db.call("migrate_history", '{"outcome": "rolled_back"}')] == ["010"]
    with db.fails("WB001", "outcome", "rolled_back"):
        db.call("migrate_history", '{"outcome": "rolledback"}')
    if db.engine == "postgresql":
        assert {r["executed_by"] for r in rows} == {db.one("SELECT current_user")}


def test_registered_migrations(db):
    db.value("migrate_add", "001", "Items", "CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name TEXT)", "DROP TABLE items")
    db.value("migrate_add", "002", "Rows", "INSERT INTO items VALUES (1, 'one')", None)
    assert states(db, None) == [("001", "pending"), ("002", "pending")]
    assert [(r["version"], r["description"]) for r in db.call("migrate_apply", None)] == [("001", "Items"), ("002", "Rows")]
    with db.refuses("WB017", "002"):
        db.call("migrate_rollback")
    with db.refuses("WB011", "001"):
        db.value("migrate_add", "1", "Other", "SELECT 1", None)


def test_a_file_that_records_itself_is_recorded_once(db):
    text = ("CREATE TABLE t (n INTEGER);\nINSERT INTO schema_migrations (version, description)\n"
            "VALUES ('001', 'by hand') ON CONFLICT (version) DO NOTHING;\n")
    assert [r["version"] for r in db.call("migrate_apply", source(_001_t=text))] == ["001"]
    rows = db.sql("SELECT version, checksum <> '', up_sql IS NOT NULL FROM schema_migrations")
    assert [tuple(map(str, row)) for row in rows] == [("001", str(rows[0][1]), str(rows[0][2]))] and rows[0][1] and rows[0][2]
    assert db.call("migrate_apply", source(_001_t=text)) == []


def test_parts_for_one_engine(db):
    text = ("-- migrate:up\nCREATE TABLE t (engine TEXT);\n"
            "-- migrate:up engine:postgresql\nINSERT INTO t VALUES ('postgresql');\n"
            "-- migrate:up engine:sqlite\nINSERT INTO t VALUES ('sqlite');\n"
            "-- migrate:down\nDROP TABLE t;\n")
    db.call("migrate_apply", source(_001_t=text))
    assert db.sql("SELECT * FROM t") == [(db.engine,)]


def test_comments_and_line_ends_are_no_change(db):
    db.call("migrate_apply", source(**THREE))
    dressed = {name: "\ufeff-- a new comment\n" + text.replace("\n", "\r\n") for name, text in THREE.items()}
    assert {state for _, state in states(db, source(**dressed))} == {"applied"}
    assert db.call("migrate_apply", source(**dressed)) == []


def test_verify_runs_in_the_same_transaction(db):
    good = "-- migrate:up\nCREATE TABLE t (n INTEGER);\n-- migrate:verify\nSELECT count(*) = 0 FROM t;\nSELECT 1 = 1;\n"
    bad = "-- migrate:up\nINSERT INTO t VALUES (1);\n-- migrate:verify\nSELECT count(*) = 0 FROM t;\n"
    db.call("migrate_apply", source(_001_t=good))
    with db.refuses("WB018", "002_bad.sql", "line 4"):
        db.call("migrate_apply", source(_001_t=good, _002_bad=bad))


def test_verify_queries_are_left_out_when_asked(db):
    files = source(_001_t="-- migrate:up\nCREATE TABLE t (n INTEGER);\n-- migrate:verify\nSELECT count(*) = 1 FROM t;\n",
                   _002_u="-- migrate:up\nINSERT INTO t VALUES (1);\n-- migrate:verify\n\\echo not SQL\n")
    with db.refuses("WB015", "002_u.sql"):
        db.call("migrate_apply", files)
    with db.refuses("WB018", "001_t.sql", '"verify":false'):
        db.call("migrate_apply", files, '{"steps": 1}')
    without = '{"verify": false}'
    assert errors_of(db, files, without) == []
    assert errors_of(db, files, "{}") == ["WB015"]
    assert {row["version"] for row in db.call("migrate_plan", files, without)} == {"001", "002"}
    assert [row["status"] for row in db.call("migrate_apply", files, '{"verify": false, "dry_run": true}')][:2] == ["would_apply"] * 2
    assert [row["status"] for row in db.call("migrate_apply", files, without)] == ["applied"] * 2
    assert db.call("migrate_apply", files) == []


def errors_of(db, files, given):
    return [row["code"] for row in db.call("migrate_validate", files, given) if row["severity"] == "error"]


@pytest.mark.parametrize("text", ["", "-- only a comment\n", "\ufeff", "CREATE TABLE t (n INTEGER)", "CREATE TABLE t (n INTEGER);;\r\n;\r\n",
                                  "BEGIN;\nCREATE TABLE t (n INTEGER);\nCOMMIT;\n"],
                         ids=["empty", "comment", "bom", "no semicolon", "empty statements", "wrapped in a transaction"])
def test_odd_but_fine_files(db, text):
    assert [r["status"] for r in db.call("migrate_apply", source(_001_t=text))] == ["applied"]
    assert table_exists(db, "t") == ("CREATE" in text)


def test_triggers_and_bodies_are_one_statement(db):
    if db.engine == "sqlite":
        text = "CREATE TABLE t (n); CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET n = ';'; DELETE FROM t WHERE 0; END;"
        count = 2
    else:
        text = ("CREATE TABLE t (n int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN "
                "NEW.n := 1; RETURN NEW; END; $f$; CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;")
        count = 3
    assert db.call("migrate_apply", source(_001_t=text))[0]["statements"] == count


def test_many_small_migrations(db):
    many = {f"_{n:04d}_step": f"-- migrate:up\nCREATE TABLE t{n} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE t{n};\n"
            for n in range(1, 201)}
    assert len(db.call("migrate_apply", source(**many))) == 200
    assert len(db.call("migrate_rollback", '{"steps": 200}')) == 200
    assert not table_exists(db, "t100")


def test_the_caller_can_still_roll_back(db):
    before = db.everything()
    if db.engine == "sqlite":
        db.sql("BEGIN")
        db.call("migrate_apply", source(**THREE))
        db.sql("ROLLBACK")
    else:
        db.connection.autocommit = False
        db.call("migrate_apply", source(**THREE))
        db.connection.rollback()
        db.connection.autocommit = True
    assert db.everything() == before


def test_a_directory_without_migrations(db, directory):
    (directory / "README.md").write_text("# none yet")
    (directory / "deeper").mkdir(mode=0o755)
    assert db.call("migrate_apply", str(directory)) == []
    if db.engine == "postgresql":
        assert any(f'no migration is in directory "{directory}"' in notice for notice in db.connection.notices)
    assert [(row["severity"], row["code"]) for row in db.call("migrate_validate", str(directory))] == [("warning", "no_migrations")]
    assert db.call("migrate_validate", "[]") == []


@pytest.mark.parametrize("files, options, found, way_out", [
    (["2024/001_a.sql", "2024/q1/002_b.sql"], {}, '"2024/001_a.sql", "2024/q1/002_b.sql"', "Subdirectories"),
    (["mysql/V1__a.sql", "oracle/V1__a.sql"], {}, '"mysql/V1__a.sql", "oracle/V1__a.sql"', "dialects"),
    (["mysql/001_a.sql"], {}, '"mysql/001_a.sql"', "dialects"),
    (["create.sql"], {"form": "dbmate"}, '"create.sql"', "dbmate"),
    (["schema.sql", "migrations/001_a.sql"], {"form": "dbmate"}, '"schema.sql"', "dbmate"),
])
def test_files_and_no_migration(db, directory, files, options, found, way_out):
    for name in files:
        (directory / name).parent.mkdir(mode=0o755, exist_ok=True)
        (directory / name).write_text("CREATE TABLE a (id INTEGER)")
    for function in ("migrate_apply", "migrate_plan", "migrate_status"):
        with db.refuses("WB010", f'no migration is in directory "{directory}", only other .sql files', found, way_out):
            db.call(function, str(directory), json.dumps(options))
    [finding] = db.call("migrate_validate", str(directory), json.dumps(options))
    assert (finding["severity"], finding["code"]) == ("error", "WB010")


def test_an_unfinished_migration_alone_is_none(db, directory):
    (directory / "current.sql").write_text("CREATE TABLE a (id INTEGER)")
    assert db.call("migrate_apply", str(directory), '{"form": "graphile-migrate"}') == []


@pytest.mark.parametrize("text, way_out", [
    ("CREATE TABLE ${name} (id INTEGER)", '"vars"'), ("CREATE TABLE ${flyway:schema}.a (id INTEGER)", '"vars"'), ("SELECT ${name}", '"vars"'),
    ('CREATE TABLE {{ index .Options "Namespace" }}.a (id INTEGER)', "Templates"), ("SELECT {{ .prefix }}", "Templates")])
def test_what_a_tool_would_replace(db, text, way_out):
    with db.refuses(None, '"001_a.sql", line 2', way_out):
        db.call("migrate_apply", source(_001_a="SELECT 1;\n" + text))


def test_names_with_blanks(db, directory):
    (directory / "001 - Create a.sql").write_text("CREATE TABLE a (id INTEGER)")
    (directory / "002 more of it.sql").write_text("INSERT INTO a VALUES (1)")
    assert [row["description"] for row in db.call("migrate_apply", str(directory))] == ["Create a", "more of it"]
    assert {row["state"] for row in db.call("migrate_status", str(directory))} == {"applied"}
