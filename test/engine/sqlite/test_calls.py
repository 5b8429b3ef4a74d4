"""The forms of a call: scalars, table-valued functions, their arguments and results."""

import json
import os
import sqlite3

import pytest
from sqlite_database import MODULE, apply, source


def test_version(db):
    assert db.execute("SELECT whimbrel_version()").fetchone() == db.execute("SELECT * FROM whimbrel_version").fetchone()


def test_a_scalar_gives_the_rows_of_the_table_valued_form(db):
    apply(db, "CREATE TABLE a (id INTEGER)", "CREATE TABLE b (id INTEGER)")
    cursor = db.execute("SELECT * FROM migrate_history()")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row)) for row in cursor]
    assert json.loads(db.execute("SELECT migrate_history()").fetchone()[0]) == rows
    assert len(rows) == 2 and rows[0]["logged_at"].endswith("Z")


def test_a_result_nests_as_json(db):
    nested = db.execute("SELECT json_object('rows', migrate_history())").fetchone()[0]
    assert json.loads(nested) == {"rows": []}


def test_arguments_are_named_in_errors(db):
    cases = {
        "SELECT migrate_apply(x'ff')": '[WB003] parameter "source" of migrate_apply() must be valid UTF-8',
        "SELECT migrate_apply('a' || char(0))": '[WB003] parameter "source" of migrate_apply() must be valid UTF-8',
        "SELECT migrate_apply('[]', '{\"stepz\":1}')": '[WB001] unknown option "stepz"',
        "SELECT * FROM migrate_status('[]', 'x', 3)": "too many arguments",
        "SELECT migrate_apply('[]', '{}', 3)": "wrong number of arguments",
    }
    for sql, message in cases.items():
        with pytest.raises(sqlite3.OperationalError) as caught:
            db.execute(sql).fetchall()
        assert message in str(caught.value), sql


def test_numbers_of_clients_that_know_doubles_only(db):
    apply(db, "CREATE TABLE a (id INTEGER)")
    for version in (1, 1.0, "1", "001"):
        assert "CREATE TABLE a" in db.execute("SELECT migrate_sql(?, 'up')", (version,)).fetchone()[0]
    for version in (1.5, float("inf"), 1e300):
        with pytest.raises(sqlite3.OperationalError, match="WB"):
            db.execute("SELECT migrate_sql(?, 'up')", (version,)).fetchone()


def test_a_parameter_can_come_from_another_table(db):
    db.execute("CREATE TABLE sources (text TEXT)")
    db.execute("INSERT INTO sources VALUES (?), (?)", (source("SELECT 1"), source("SELECT 1", "SELECT 2")))
    rows = db.execute("SELECT count(*) FROM sources AS s, migrate_status(s.text) AS m GROUP BY s.rowid ORDER BY 1")
    assert rows.fetchall() == [(1,), (2,)]


def test_loading_twice_is_harmless(db):
    db.enable_load_extension(True)
    db.load_extension(MODULE.removesuffix(".so"))
    assert apply(db, "CREATE TABLE a (id INTEGER)")[0]["status"] == "applied"
    unfinished = db.execute("SELECT 1 UNION ALL SELECT 2")
    db.load_extension(MODULE.removesuffix(".so"))
    assert len(unfinished.fetchall()) == 2


def test_errors_of_the_engine_keep_their_kind(db):
    db.execute("CREATE TABLE u (a UNIQUE)")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint failed: u.a"):
        apply(db, "INSERT INTO u VALUES (1), (1)")
    with pytest.raises(sqlite3.OperationalError, match="no such table: missing"):
        apply(db, "INSERT INTO missing VALUES (1)")


def test_a_deferred_key_of_one_table_does_not_let_another_table_through(sqlite):
    """The keys of a table to itself are deferred with all others of the connection."""
    sqlite.script("""CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id));
                     CREATE TABLE leaves (id INTEGER PRIMARY KEY, tree INTEGER REFERENCES tree (id));
                     CREATE TABLE notes (id INTEGER PRIMARY KEY, tree INTEGER REFERENCES tree (id));
                     CREATE TABLE lone (id INTEGER PRIMARY KEY); CREATE TABLE odd (id INTEGER PRIMARY KEY, lone TEXT REFERENCES lone (nowhere));
                     INSERT INTO tree VALUES (1, NULL), (2, 1); INSERT INTO notes VALUES (1, 2)""")
    document = '{"tree": [{"id": 7, "parent": 9}, {"id": 9, "parent": 1}], "leaves": [{"id": 1, "tree": 7}, {"id": 2, "tree": 99}]}'
    with sqlite.refuses(None, "leaves", "(99) is no row of table"):
        sqlite.call("import_json", document)
    # Rows that do not wait can be left out one by one.
    with sqlite.unchanged():
        rows = sqlite.call("import_json", document, '{"on_error": "collect", "dry_run": true}')
    assert [(row["table_name"], row["row_number"]) for row in rows if row["error"]] == [("leaves", 2)]
    with sqlite.refuses(None, "notes"):  # which would lose its row of the tree
        sqlite.call("import_json", '{"tree": [{"id": 1, "parent": null}, {"id": 3, "parent": 1}]}', '{"clear": true}')
    sqlite.call("import_json", document.replace("99", "2"))
    # A key that the caller itself left open is still open afterwards.
    sqlite.script("CREATE TABLE later (id INTEGER PRIMARY KEY, tree INTEGER REFERENCES tree (id) DEFERRABLE INITIALLY DEFERRED)")
    sqlite.script("BEGIN; INSERT INTO later VALUES (1, 77)")
    sqlite.call("import_json", '{"tree": [{"id": 20, "parent": 21}, {"id": 21, "parent": 1}], "leaves": [{"id": 5, "tree": 20}]}')
    with sqlite.fails(None, "FOREIGN KEY constraint failed"):
        sqlite.sql("COMMIT")
    sqlite.sql("INSERT INTO tree VALUES (77, 1)")
    sqlite.sql("COMMIT")
    assert sqlite.sql("SELECT tree FROM leaves ORDER BY id") == [(7,), (2,), (20,)]
    # Meanwhile the rows of every table that was written to are checked at the end.
    sqlite.script("BEGIN; INSERT INTO later VALUES (2, 78)")
    with sqlite.refuses(None, "leaves"):
        sqlite.call("import_json", '{"tree": [{"id": 30, "parent": 30}], "leaves": [{"id": 6, "tree": 99}]}', '{"missing_references": "keep"}')
    sqlite.call("migrate_apply", '[{"name": "1_a.sql", "sql": "PRAGMA defer_foreign_keys = OFF; CREATE TABLE more (id)"}]')
    with sqlite.fails(None, "FOREIGN KEY constraint failed"):
        sqlite.sql("COMMIT")
    sqlite.sql("ROLLBACK")


def test_large_results_wait_in_the_directory_for_temporary_files(filled, monkeypatch, tmp_path):
    filled.execute("INSERT INTO note (text) SELECT printf('%d%.*c', value, 1000000, 'x') FROM (SELECT 1 AS value UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6)")
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(directory))
    rows = filled.execute("SELECT * FROM export_jsonl()")
    rows.fetchone()
    files = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if os.path.islink(f"/proc/self/fd/{name}")]
    assert [file for file in files if file.startswith(str(directory))]
    assert len(rows.fetchall()) > 9 and list(directory.iterdir()) == []


def test_a_directory_for_temporary_files_that_is_none_is_passed_over(filled, monkeypatch, tmp_path):
    """As SQLite does it; and what is not there is not made."""
    filled.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6) INSERT INTO note (text) SELECT printf('%d%.*c', i, 1000000, 'x') FROM n")
    file, nowhere = tmp_path / "file", tmp_path / "made" / "by" / "nobody"
    file.touch()
    for first, second in ((file, nowhere), (nowhere, file), (nowhere, nowhere), (file, "/proc/nope")):
        monkeypatch.setenv("SQLITE_TMPDIR", str(first))
        monkeypatch.setenv("TMPDIR", str(second))
        assert len(filled.execute("SELECT * FROM export_jsonl()").fetchall()) > 9
    assert not nowhere.parent.parent.exists()


@pytest.mark.parametrize("where, rows", [
    ("data_digest({a}) WHERE options = {a}", ["a"]), ("data_digest({a}) WHERE options = {b}", []), ("data_digest({b}) WHERE options LIKE '%b%'", ["b"]),
    ("data_digest({a}) WHERE options = {b} OR options = {a}", ["a"]), ("data_digest WHERE options = {a} AND options = {a}", ["a"]), ("data_digest WHERE options IN ({a}, {b})", ["a", "b"]),
    ("data_digest(NULL) WHERE options IS NULL", ["a", "b"]),
    ("data_digest WHERE options = {a} OR table_name = 'b'", None), ("data_digest WHERE options LIKE '%a%'", None), ("data_digest() WHERE options IS {a}", None)])
def test_a_condition_on_an_argument_is_never_quietly_false(db, where, rows):
    db.execute("CREATE TABLE a (id INTEGER PRIMARY KEY)")
    db.execute("CREATE TABLE b (id INTEGER PRIMARY KEY)")
    sql = "SELECT table_name FROM " + where.format(a="""'{"tables": ["a"]}'""", b="""'{"tables": ["b"]}'""")
    if rows is None:
        with pytest.raises(sqlite3.OperationalError, match='WB.*"options" of data_digest'):
            db.execute(sql).fetchall()
    else:
        assert [row[0] for row in db.execute(sql)] == rows


def test_a_long_argument_is_not_copied(db):
    """It may be a document of a gigabyte."""
    document = '{"a": []}' + " " * 2_000_000
    db.execute("CREATE TABLE a (id INTEGER PRIMARY KEY)")
    assert db.execute("SELECT count(*) FROM import_validate(?)", (document,)).fetchone() == (0,)
    with pytest.raises(sqlite3.OperationalError, match='WB.*"document_or_path" of data_verify'):
        db.execute("SELECT document_or_path FROM data_verify(?)", (document,)).fetchall()
