"""Migration scripts by SQLite's own rules."""

import json
import sqlite3

import pytest
from sqlite_database import apply, open_database, source, state


def test_bodies_of_triggers_are_not_split(db):
    rows = apply(db, """
        CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);
        CREATE TEMP TRIGGER IF NOT EXISTS temporary AFTER INSERT ON t BEGIN SELECT 1; END;
        CREATE TRIGGER counted AFTER INSERT ON t WHEN new.n IS NULL BEGIN
          UPDATE t SET n = CASE WHEN new.id > 1 THEN 2 ELSE 1 END WHERE id = new.id;
          SELECT CASE WHEN 1 THEN 2 END; -- a comment with ; in it
        END;
        INSERT INTO t (id) VALUES (1), (2)""")
    assert rows[0]["statements"] == 4
    assert db.execute("SELECT id, n FROM t").fetchall() == [(1, 1), (2, 2)]


@pytest.mark.parametrize("script", [
    "", ";", ";;\n;", "-- nothing", "/* nothing */", "\ufeffCREATE TABLE a (id)", "CREATE TABLE a (id)",
    "CREATE TABLE a (id);\r\nINSERT INTO a VALUES (';');\r\n", "CREATE TABLE [a;b] (id, \"c;d\", `e;f`);",
])
def test_odd_but_right_scripts(db, script):
    assert apply(db, script)[0]["status"] == "applied"


@pytest.mark.parametrize("script, line, message", [
    ("CREATE TABLE a (id);\nINSERT INTO a VALUES (1);\nselec 1;\nSELECT 2;\nSELECT 3;", 3, 'near "selec": syntax error'),
    ("CREATE TABLE a (id);\nSELECT 'unfinished", 2, "unrecognized token"),
    ("CREATE TABLE a (id", 1, "incomplete input"),
    ("SELECT 1;\n\nSELECT 'ü', FROM x;", 3, 'near "FROM": syntax error'),
])
def test_a_syntax_error_is_found_before_anything_runs(filled, script, line, message):
    before = state(filled)
    with pytest.raises(sqlite3.OperationalError) as caught:
        apply(filled, "CREATE TABLE first (id)", script)
    assert message in str(caught.value)
    assert f'migration "002_step.sql", line {line}' in str(caught.value)
    assert state(filled) == before


def syntax_errors(db, *scripts):
    """What a reading of the texts alone says: nothing runs."""
    rows = json.loads(db.execute("SELECT migrate_validate(?)", (source(*scripts),)).fetchone()[0])
    return [(row["file"], row["line"], row["message"].split(": ", 1)[1]) for row in rows if row["severity"] == "error"]


@pytest.mark.parametrize("script, line, message", [
    # of tables that are not there yet: the parser alone would stop at their names
    ("CREATE TEMP TRIGGER g AFTER INSERT ON later BEGIN\n  SELEC 1;\nEND", 2, 'near "SELEC": syntax error'),
    ("CREATE TRIGGER IF NOT EXISTS main.g INSTEAD OF UPDATE OF a ON later BEGIN UPDATE x SET; END", 1, 'near ";": syntax error'),
    ("ALTER TABLE later ADD COLUMN b TEXT\nDEFAULT DEFAULT", 2, 'near "DEFAULT": syntax error'),
    ("ALTER TABLE main.[la ter] ADD b TEXT NOT", 1, "incomplete input"),
    # like one that is right, but for one token
    ("ALTER TABLE t ADD COLUMN b TEXT; ALTER TABLE u ADD COLUMN c 'TEXT'; ALTER TABLE v ADD COLUMN select TEXT", 1, 'near "select": syntax error'),
    ("SELECT 1 + 2;\nSELECT 1 + 2x", 2, 'unrecognized token: "2x"'),
    ("INSERT INTO t VALUES (x'00');\nINSERT INTO t VALUES (x'0')", 2, "unrecognized token: \"x'0'\""),
    ("SELECT 'a' FROM b;\nSELECT 'a FROM b", 2, "unrecognized token: \"'a FROM b\""),
    ("SELECT a;\nSELECT \x01", 2, 'unrecognized token: "\x01"'),
    ("SELECT 1;\nSELECT \x03", 2, 'unrecognized token: "\x03"'),
    ("DROP TABLE a;\nDROP TABLE index", 2, 'near "index": syntax error'),
])
def test_each_statement_is_read_to_its_end(db, script, line, message):
    assert syntax_errors(db, script) == [("001_step.sql", line, message)]


@pytest.mark.parametrize("script", [
    "CREATE TABLE later (a); CREATE TRIGGER g AFTER INSERT ON later BEGIN SELECT 1; END; DROP TRIGGER g; ALTER TABLE later ADD b",
    "ALTER TABLE later RENAME COLUMN a TO b; ALTER TABLE later DROP COLUMN c; CREATE VIEW later AS SELECT 1",
    "CREATE TABLE later (a, b); CREATE TABLE later (a, b); CREATE VIRTUAL TABLE x USING none_such(a, b)",
    "ALTER TABLE sqlite_schema ADD b; CREATE TRIGGER g AFTER INSERT ON \"sqlite_schema\" BEGIN SELECT 1; END",
])
def test_what_is_not_there_or_there_already_is_no_syntax_error(db, script):
    assert syntax_errors(db, script) == []


def test_the_schema_keeps_the_text_that_the_shell_would_keep(db):
    script = ("CREATE TABLE t (a);\nCREATE INDEX i ON t (a) -- all\n ;\nALTER TABLE t ADD COLUMN b INT DEFAULT 1 ;\n"
              "CREATE VIEW v AS SELECT 1 AS x  /* end */ ;")
    texts = "SELECT name, sql FROM sqlite_schema WHERE name IN ('t', 'i', 'v') ORDER BY name"
    plain = sqlite3.connect(":memory:")
    plain.executescript(script)
    apply(db, script)
    assert db.execute(texts).fetchall() == plain.execute(texts).fetchall()


def test_a_comment_before_the_semicolon_is_not_taken_into_the_table(db):  # as SQLite would, and fail
    apply(db, "CREATE TABLE t (a); ALTER TABLE t ADD COLUMN b INT DEFAULT 1 -- one\n; INSERT INTO t (a) VALUES (2)")
    assert db.execute("SELECT * FROM t").fetchall() == [(2, 1)]


def test_a_table_of_an_earlier_statement_is_no_syntax_error(db):
    rows = apply(db, "CREATE TABLE a (id)", "INSERT INTO a VALUES (1); CREATE TABLE b (id); INSERT INTO b SELECT id FROM a; DROP TABLE a")
    assert rows[1]["rows_affected"] == 2


@pytest.mark.parametrize("statement", ["BEGIN", "BEGIN IMMEDIATE", "COMMIT", "END", "ROLLBACK", "SAVEPOINT s", "RELEASE s", "ROLLBACK TO s"])
def test_transaction_control_is_refused(filled, statement):
    before = state(filled)
    with pytest.raises(sqlite3.OperationalError, match="WB014.*line 2"):
        apply(filled, f"CREATE TABLE a (id);\n{statement};\nCREATE TABLE b (id);")
    assert state(filled) == before


def test_a_rebuild_with_its_pragmas_around_the_transaction(db):
    db.execute("PRAGMA foreign_keys = ON")
    filled = ("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);"
              "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)")
    rebuild = """PRAGMA foreign_keys=off;
        BEGIN TRANSACTION;
        CREATE TABLE new (id INTEGER PRIMARY KEY, n);
        INSERT INTO new (id) SELECT id FROM p;
        DROP TABLE p;
        ALTER TABLE new RENAME TO p;
        COMMIT;
        PRAGMA foreign_keys=on;"""
    db.execute("SELECT migrate_run(?)", (source(filled, rebuild),))
    assert db.execute("SELECT p.*, c.* FROM p, c").fetchall() == [(1, None, 1)]
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)


@pytest.mark.parametrize("statement, message", [
    ("VACUUM", "VACUUM cannot run"), ("VACUUM INTO 'x.db'", "VACUUM cannot run"), ("ATTACH ':memory:' AS x", "ATTACH is not"),
    ("DETACH x", "DETACH is not"),
])
def test_what_cannot_run_in_a_transaction_is_refused(filled, statement, message):
    before = state(filled)
    with pytest.raises(sqlite3.OperationalError) as caught:
        apply(filled, f"CREATE TABLE a (id);\n{statement};")
    assert "WB005" in str(caught.value) and message in str(caught.value)
    assert state(filled) == before


def test_pragmas_do_not_outlive_the_migration(db):
    apply(db, "PRAGMA recursive_triggers = OFF; PRAGMA legacy_alter_table = ON; PRAGMA ignore_check_constraints = ON; PRAGMA user_version = 7")
    assert [db.execute(f"PRAGMA {name}").fetchone()[0] for name in
            ("legacy_alter_table", "ignore_check_constraints", "user_version")] == [0, 0, 7]


def test_a_pragma_of_a_pending_migration_does_nothing_before_it_runs(db):
    db.execute("SELECT * FROM migrate_status(?)", (source("PRAGMA user_version = 9; PRAGMA case_sensitive_like = ON"),)).fetchall()
    assert db.execute("PRAGMA user_version").fetchone() == (0,)
    assert db.execute("SELECT 'a' LIKE 'A'").fetchone() == (1,)


def test_rows_affected(db):
    rows = apply(db, "CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1), (2), (3); UPDATE a SET id = id + 10; "
                     "DELETE FROM a WHERE id = 11; CREATE TABLE b AS SELECT * FROM a; DROP TABLE a")
    assert rows[0]["rows_affected"] == 7


def test_a_self_recording_migration_is_recorded_once(db):
    apply(db, "CREATE TABLE a (id); INSERT INTO schema_migrations (version, description) VALUES ('001', 'mine') ON CONFLICT (version) DO NOTHING")
    assert db.execute("SELECT version, description FROM schema_migrations").fetchall() == [("001", "mine")]


def test_a_table_of_another_tool_is_not_taken(db):
    db.execute("CREATE TABLE schema_migrations (version varchar(128) primary key)")
    before = state(db)
    with pytest.raises(sqlite3.OperationalError, match='"schema_migrations" exists and is not Whimbrel'):
        apply(db, "CREATE TABLE a (id)")
    assert state(db) == before


def test_text_in_other_encodings(tmp_path):
    connection = open_database(str(tmp_path / "utf16.db"))
    connection.execute("PRAGMA encoding = 'UTF-16le'")
    apply(connection, "CREATE TABLE \"größe\" (text); INSERT INTO \"größe\" VALUES ('naïve 日本 🐦')")
    assert connection.execute('SELECT text FROM "größe"').fetchone() == ("naïve 日本 🐦",)
    connection.close()
