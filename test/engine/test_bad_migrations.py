"""Bad input to migrations: a clear error, and the database as it was."""

import json
import os

import pytest
from migrations import ITEMS, NOTES, ROWS, source, write


def test_missing_directory(db, directory):
    with db.refuses("WB004", str(directory / "nowhere")):
        db.call("migrate_apply", str(directory / "nowhere"))


def test_a_file_instead_of_a_directory(db, directory):
    (directory / "file").write_text("")
    with db.refuses("WB004", str(directory / "file")):
        db.call("migrate_apply", str(directory / "file"))


def test_unreadable_file(db, directory):
    path = write(directory, _001_items=ITEMS)
    os.symlink(directory / "nowhere", directory / "migrations/002_dangling.sql")
    with db.refuses("WB004", "002_dangling.sql"):
        db.call("migrate_apply", path)


@pytest.mark.parametrize("name", ["items.sql", "_items.sql", "v1_items.sql", "001.sql"])
def test_bad_file_name(db, directory, name):
    path = write(directory, _001_items=ITEMS)
    (directory / "migrations" / name).write_text("SELECT 1;")
    if name == "001.sql":  # a version without a description is one all the same, and then it is there twice
        with db.refuses(("WB010", "WB011"), name):
            db.call("migrate_apply", path)
    else:
        with db.refuses("WB010", name):
            db.call("migrate_apply", path)


def test_an_object_is_no_source(db):
    with db.refuses(None, "must be an array"):
        db.call("migrate_apply", '{"name": "001_a.sql", "sql": "SELECT 1"}')


@pytest.mark.parametrize("second", ["001_other", "1_other", "0001_other"])
def test_two_files_of_one_version(db, second):
    with db.refuses("WB011", "001_items.sql", second):
        db.call("migrate_apply", source(**{"_001_items": ITEMS, "_" + second: NOTES}))


def test_changed_after_it_was_applied(db):
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    with db.refuses("WB012", "001_items.sql", "VARCHAR"):
        db.call("migrate_apply", source(_001_items=ITEMS.replace("name TEXT", "name VARCHAR(9)"), _002_rows=ROWS, _003_notes=NOTES))


def test_pending_below_an_applied_one(db):
    db.call("migrate_apply", source(_001_items=ITEMS, _003_notes=NOTES))
    with db.refuses("WB013", "002_rows.sql", "003"):
        db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS, _003_notes=NOTES))


FIVE = """-- migrate:up
CREATE TABLE one (n INTEGER);
INSERT INTO one VALUES (1);
{third}
INSERT INTO one VALUES (2);
CREATE TABLE two (n INTEGER);
"""


def test_syntax_error_in_the_third_of_five_statements(db):
    with db.refuses(None, "002_five.sql", "line 4", "SELEKT"):
        db.call("migrate_apply", source(_001_items=ITEMS, _002_five=FIVE.format(third="SELEKT 1;")))


def test_an_error_that_only_running_shows(db):
    with db.refuses(None, "002_five.sql", "line 4", "nowhere"):
        db.call("migrate_apply", source(_001_items=ITEMS, _002_five=FIVE.format(third="INSERT INTO nowhere VALUES (1);")))


def test_constraint_violation(db):
    with db.refuses(None, "002_rows.sql", "line 3"):
        db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS.replace("(2, 'two')", "(1, 'two')")))


@pytest.mark.parametrize("statement", ["COMMIT", "ROLLBACK", "BEGIN", "END", "SAVEPOINT s", "ROLLBACK TO s", "RELEASE s"])
def test_a_migration_that_controls_the_transaction(db, statement):
    with db.refuses("WB014", "002_five.sql", "line 4"):
        db.call("migrate_apply", source(_001_items=ITEMS, _002_five=FIVE.format(third=statement + ";")))


@pytest.mark.parametrize("command", ["\\i other.sql", "\\connect app", ".read other.sql"])
def test_commands_of_a_client(db, command):
    if command.startswith("."):
        if db.engine == "postgresql":
            pytest.skip("a dot command is the sqlite3 shell's; to PostgreSQL it is a syntax error")
    with db.refuses("WB015", "002_five.sql", "line 4"):
        db.call("migrate_apply", source(_001_items=ITEMS, _002_five=FIVE.format(third=command)))


def test_rows_for_the_client(postgresql):
    copies = FIVE.format(third="COPY items TO stdout;")
    found = postgresql.sql("SELECT file, line, code FROM migrate_validate(%s) WHERE severity = 'error'", (source(_001_items=ITEMS, _002_five=copies),))
    assert found == [("002_five.sql", 4, "WB005")]
    with postgresql.refuses("WB005", "002_five.sql", "line 4"):
        postgresql.call("migrate_apply", source(_001_items=ITEMS, _002_five=copies))


def test_a_migration_that_must_not_run_in_a_transaction(db):
    statement = "VACUUM;" if db.engine == "sqlite" else "CREATE INDEX CONCURRENTLY i ON one (n);"
    with db.refuses(None, "002_five.sql", "line 4"):
        db.call("migrate_apply", source(_001_items=ITEMS, _002_five=FIVE.format(third=statement)))


@pytest.mark.parametrize("options, words", [
    ('{"dryrun": true}', ("dryrun", "dry_run")), ('{"dry_run": "yes"}', ("dry_run",)), ('{"steps": 1.5}', ("steps",)),
    ('{"steps": -1}', ("steps",)), ('{"on_error": "ignore"}', ("on_error",)), ("[]", ()), ('{"steps": 1, "steps": 2}', ("steps",))])
def test_bad_options(db, options, words):
    with db.refuses("WB001", *words):
        db.call("migrate_apply", source(_001_items=ITEMS), options)


def test_options_that_are_not_json(db):
    with db.refuses(("WB020", "WB001", "22P02")):
        db.call("migrate_apply", source(_001_items=ITEMS), "{dry_run}")


@pytest.mark.parametrize("text", ["[1]", '[{"name": "001_a.sql"}]', '[{"sql": "SELECT 1"}]', '[{"name": "001_a.sql", "sql": 1}]', "["])
def test_a_source_of_the_wrong_shape(db, text):
    with db.refuses(("WB003", "WB020")):
        db.call("migrate_apply", text)


def test_target_that_is_not_there(db):
    with db.refuses("WB016", "9"):
        db.call("migrate_apply", source(_001_items=ITEMS), '{"target": "9"}')


def test_unknown_marker_and_statements_before_the_first_marker(db):
    with db.refuses("WB019", "001_a.sql", "line 1"):
        db.call("migrate_apply", source(_001_a="-- migrate:upp\nSELECT 1;\n"))
    with db.refuses("WB019", "001_a.sql"):
        db.call("migrate_apply", source(_001_a="SELECT 1;\n-- migrate:up\nSELECT 2;\n"))
    with db.refuses("WB019", "001_a.sql"):
        db.call("migrate_apply", source(_001_a="-- migrate:up trasnaction:false\nSELECT 1;\n"))


def test_bytes_that_are_no_text(db, directory):
    path = write(directory, _001_items=ITEMS)
    (directory / "migrations/002_latin.sql").write_bytes(b"INSERT INTO items VALUES (1, 'caf\xe9');")
    with db.refuses("WB026", "002_latin.sql"):
        db.call("migrate_apply", path)
    (directory / "migrations/002_latin.sql").write_bytes(b"INSERT INTO items VALUES (1, 'a\x00b');")
    with db.refuses("WB026", "002_latin.sql"):
        db.call("migrate_apply", path)


def test_a_rollback_that_fails(db):
    down = "-- migrate:up\nCREATE TABLE t (n INTEGER);\n-- migrate:down\nDROP TABLE t;\nDROP TABLE nowhere;\n"
    db.call("migrate_apply", source(_001_t=down))
    with db.refuses(None, "nowhere", "001_t.sql"):
        db.call("migrate_rollback")
    with db.refuses("WB016", "7"):
        db.call("migrate_rollback", '{"to": "7"}')
    with db.refuses("WB001", "step", "steps"):
        db.call("migrate_rollback", '{"step": 1}')


@pytest.mark.parametrize("function, arguments, name, words", [
    *((f, [None, '{"form": "goose"}'], "form", "source") for f in ("migrate_apply", "migrate_plan", "migrate_validate", "migrate_status", "migrate_report")),
    ("migrate_baseline", ["1", '{"form": "goose"}'], "form", "source"), ("migrate_repair", ["1", '{"forget": true, "form": "goose"}'], "form", "source"),
    ("migrate_adopt", ["goose", '{"form": "goose"}'], "form", "source"), ("migrate_adopt", [None, '{"vars": {"a": "b"}}'], "vars", "source"),
    ("migrate_redo", ['{"env": "dev"}'], "env", "source"),
    ("migrate_new", ["/tmp", "x", '{"template": "/tmp/mine.sql", "down": false}'], "down", "built-in"),
    ("migrate_new", ["/tmp", "x", '{"template": "/tmp/mine.sql", "verify": true}'], "verify", "built-in")])
def test_options_without_effect(db, function, arguments, name, words):
    with db.refuses("WB001", f'option "{name}"', words):
        db.call(function, *arguments)


def test_registered_migrations_are_of_the_native_form(db):
    db.value("migrate_add", "1", "a", "CREATE TABLE a (id INTEGER)", None)
    assert [row["status"] for row in db.call("migrate_apply", None, '{"form": "native"}')] == ["applied"]


@pytest.mark.parametrize("name", ["lock_timeout_ms", "statement_timeout_ms", "lock_retries"])
def test_impossible_limits(db, name):
    for function, arguments in [("migrate_apply", [source(_1_a="SELECT 1")]), ("migrate_rollback", [])]:
        with db.fails("WB001", name):
            db.call(function, *arguments, json.dumps({name: -1}))
        with db.fails("WB001", name):
            db.call(function, *arguments, json.dumps({name: "soon"}))
