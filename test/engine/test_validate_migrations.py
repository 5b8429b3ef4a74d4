"""migrate_validate in its three levels."""

import json

import pytest
from migrations import ITEMS, NOTES, ROWS, source, write


def findings(db, migrations, level=None, **options):
    if level is not None:
        options["level"] = level
    text = json.dumps(options)
    with db.unchanged():
        if db.engine == "sqlite" and level in ("execute", "roundtrip"):
            return json.loads(db.one("SELECT migrate_validate(?, ?)", (migrations, text)))
        return db.call("migrate_validate", migrations, text)


INDEX = "-- migrate:up\nCREATE INDEX i ON items (name);\n-- migrate:down\nDROP INDEX i;\n"


def codes(rows):
    return [(row["file"], row["line"], row["severity"], row["code"]) for row in rows]


def test_a_sound_source_has_no_findings(db):
    for level in (None, "static", "execute", "roundtrip"):
        assert findings(db, source(_001_items=ITEMS, _002_rows=ROWS, _003_notes=NOTES), level) == []


def test_columns(db):
    rows = findings(db, source(_001_items="CREATE TABLE t (n INTEGER)"))
    assert list(rows[0]) == ["file", "line", "column_number", "severity", "code", "message", "hint"]


def test_a_directory(db, directory):
    path = write(directory, _001_items=ITEMS)
    assert findings(db, path) == []


def test_all_problems_at_once(db):
    migrations = source(_001_a=ITEMS, _1_b="SELECT 1;", nameless="x", _002_syntax=ITEMS + "-- migrate:wrong\n",
                        _003_control="CREATE TABLE t (n INTEGER);\nBEGIN;\n", _007_text="-- migrate:up\nSELEC 1;\n")
    rows = findings(db, migrations)
    errors = [row for row in rows if row["severity"] == "error"]
    assert [(row["file"], row["code"]) for row in errors[:2]] == [("nameless.sql", "WB010"), ("1_b.sql", "WB011")]
    assert ("1_b.sql", None, "info", "no_down") in codes(rows)
    assert [(row["file"], row["line"], row["code"]) for row in errors[2:4]] == [
        ("002_syntax.sql", 6, "WB019"), ("003_control.sql", 2, "WB014")]
    assert (errors[4]["file"], errors[4]["line"], errors[4]["column_number"]) == ("007_text.sql", 2, 1)
    assert ("007_text.sql", None, "info", "version_gap") in codes(rows)
    assert ("003_control.sql", None, "info", "no_down") in codes(rows)


def test_what_the_server_cannot_do_is_one_problem_of_many(postgresql):
    """Its parser has errors of many classes."""
    files = source(_001_a="CREATE TABLE a (id int PRIMARY KEY)", _002_b="CREATE TABLE b (id int REFERENCES a MATCH PARTIAL)",
                   _003_c="CREATE ASSERTION x CHECK (true)", _004_d="SELEC 1", _005_e="CREATE USER x UNENCRYPTED PASSWORD 'a'")
    found = [(row["file"], row["code"]) for row in findings(postgresql, files) if row["severity"] == "error"]
    assert [file for file, _ in found] == ["002_b.sql", "003_c.sql", "004_d.sql", "005_e.sql"], found


def test_a_schema_that_the_caller_may_not_use(postgresql):
    postgresql.script("""CREATE SCHEMA hid; CREATE TABLE hid.t (a int); GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;
        DO $$ BEGIN CREATE ROLE whimbrel_looker; EXCEPTION WHEN duplicate_object THEN NULL; END $$; SET ROLE whimbrel_looker""")
    rows = findings(postgresql, source(_001_a="ALTER TABLE hid.t ALTER a SET NOT NULL", _002_b="DROP TABLE hid.t"))
    postgresql.script("RESET ROLE")
    assert {row["file"] for row in rows} == {"001_a.sql", "002_b.sql"}


def test_against_the_history(db):
    db.call("migrate_apply", source(_001_items=ITEMS, _003_notes=NOTES, _004_index=INDEX))
    rows = findings(db, source(_001_items=ITEMS.replace("name", "label"), _002_late="SELECT 1;", _003_notes="-- hello\n" + NOTES))
    assert {(row["file"], row["severity"], row["code"]) for row in rows if row["code"] != "no_down"} == {
        ("001_items.sql", "error", "WB012"), ("002_late.sql", "error", "WB013"), ("003_notes.sql", "info", "cosmetic_change"),
        ("004_index.sql", "warning", "missing_file")}
    rows = findings(db, source(_001_items=ITEMS, _002_late="SELECT 1;", _003_notes=NOTES, _004_index=INDEX), out_of_order="allow")
    assert ("002_late.sql", None, "info", "WB013") in codes(rows) and not any(row["severity"] == "error" for row in rows)


def test_hazards_are_warnings(db):
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    rows = findings(db, source(_001_items=ITEMS, _002_rows=ROWS, _003_drop="-- migrate:up\n\nDROP TABLE items;\n-- migrate:down\n--"))
    assert ("003_drop.sql", 3, "warning", "lost_data") in codes(rows)
    rows = findings(db, source(_001_items=ITEMS, _002_rows=ROWS, _003_null="-- migrate:up\nALTER TABLE items ADD COLUMN n INTEGER NOT NULL;\n-- migrate:down\n--"))
    assert ("003_null.sql", 2, "error", "constraint_violation") in codes(rows)


@pytest.mark.parametrize("mends", ["UPDATE items SET name = 'x' || id;", "DELETE FROM items WHERE id > 1;"])
def test_rows_that_are_mended_first(db, mends):
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows="-- migrate:up\nINSERT INTO items VALUES (1, 'a'), (2, 'a');\n-- migrate:down\n--"))
    files = source(_001_items=ITEMS, _003_mends=f"-- migrate:up\n{mends}\n-- migrate:down\n--",
                   _004_unique="-- migrate:up\nCREATE UNIQUE INDEX u ON items (name);\n-- migrate:down\n--")
    hazard = [row for row in findings(db, files) if row["code"] == "constraint_violation"]
    assert [row["severity"] for row in hazard] == ["warning"] and "statements that come first" in hazard[0]["message"]
    assert "constraint_violation" not in {row["code"] for row in findings(db, files, "execute")}


@pytest.mark.parametrize("first, severity", [
    ("SELECT set_config('a.b', '', false)", "error"), ("SELECT pg_catalog.count(*) FROM items", "error"), ("SELECT 1", "error"),
    ("SELECT mend()", "warning"), ("WITH d AS (DELETE FROM items RETURNING 1) SELECT * FROM d", "warning"), ("DO 'BEGIN END'", "warning")])
def test_queries_that_may_mend_rows(postgresql, first, severity):
    postgresql.script("CREATE TABLE items (id int); INSERT INTO items VALUES (NULL); CREATE FUNCTION mend() RETURNS int LANGUAGE sql AS 'DELETE FROM items; SELECT 1'")
    rows = findings(postgresql, source(_001_a=f"{first};\nALTER TABLE items ALTER id SET NOT NULL;"))
    assert [row["severity"] for row in rows if row["code"] == "constraint_violation"] == [severity]


def test_rows_that_are_not_mended(db):
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows="-- migrate:up\nINSERT INTO items VALUES (1, 'a'), (2, 'a');\n-- migrate:down\n--"))
    files = source(_001_items=ITEMS, _003_writes="-- migrate:up\nINSERT INTO items VALUES (3, 'b');\nCREATE UNIQUE INDEX u ON items (name);\n-- migrate:down\n--")
    assert {row["severity"] for row in findings(db, files, "execute") if row["line"] == 3} == {"warning", "error"}


def test_a_faulty_down_file_is_named_and_keeps_nobody_from_going_on(db):
    files = [{"name": "1_a.up.sql", "sql": "CREATE TABLE a (n INTEGER);"}, {"name": "1_a.down.sql", "sql": "DROP TABLE a;\n\nDROP TABL b;"}]
    rows = findings(db, json.dumps(files))
    assert [(row["file"], row["line"], row["severity"]) for row in rows] == [("1_a.down.sql", 3, "error")]
    assert len(db.call("migrate_apply", json.dumps(files))) == 1
    with db.refuses(None, "syntax error", "(migrate_sql('1', 'down')), line 3"):
        db.call("migrate_rollback")
    files[1]["sql"] = "DROP TABLE a;"
    db.call("migrate_repair", "1", json.dumps({"source": files}))
    db.call("migrate_rollback")


def test_the_file_of_what_is_not_restored(db):
    files = [{"name": "1_a.up.sql", "sql": "CREATE TABLE a (n INTEGER);"}, {"name": "1_a.down.sql", "sql": "SELECT 1;"}]
    rows = findings(db, json.dumps(files), "roundtrip")
    assert [(row["file"], row["code"]) for row in rows] == [("1_a.down.sql", "not_restored")]


def test_requirements(db):
    rows = findings(db, source(_001_a="-- migrate:up requires:nothing\nSELECT 1;\n-- migrate:down\n--"))
    assert [row["code"] for row in rows] == ["WB031"]


def test_execute_finds_what_only_running_finds(db):
    migrations = source(_001_items=ITEMS, _002_wrong="-- migrate:up\nSELECT 1;\nINSERT INTO nowhere VALUES (1);\n-- migrate:down\n--")
    assert findings(db, migrations) == []
    rows = findings(db, migrations, "execute")
    assert [(row["file"], row["line"], row["severity"]) for row in rows] == [("002_wrong.sql", 3, "error")]
    assert "nowhere" in rows[0]["message"]


def test_roundtrip_tells_what_the_down_part_leaves(db):
    keeps = "-- migrate:up\nCREATE TABLE a (n INTEGER);\nCREATE TABLE b (n INTEGER);\n-- migrate:down\nDROP TABLE a;\n"
    alters = "-- migrate:up\nALTER TABLE items ADD COLUMN note TEXT;\n-- migrate:down\n--nothing\n"
    drops = "-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE items;\n"
    rows = findings(db, source(_001_items=ITEMS, _002_keeps=keeps, _003_alters=alters, _004_drops=drops), "roundtrip")
    assert [(row["file"], row["code"]) for row in rows] == [
        ("002_keeps.sql", "not_restored"), ("003_alters.sql", "not_restored"), ("004_drops.sql", "not_restored")]
    assert "leaves behind: table " in rows[0]["message"] and "column note added" in rows[1]["message"]
    assert "does not bring back: table " in rows[2]["message"]


def test_a_down_part_that_fails(db):
    text = "-- migrate:up\nCREATE TABLE t (n INTEGER);\n-- migrate:down\nDROP TABLE t;\nDROP TABLE nowhere;\n"
    rows = findings(db, source(_001_t=text), "roundtrip")
    assert [(row["file"], row["line"], row["severity"]) for row in rows] == [("001_t.sql", 5, "error")]


def test_what_needs_no_transaction_is_not_run(db):
    rows = findings(db, source(_001_t="-- migrate:up transaction:false\nCREATE TABLE t (n INTEGER);\n-- migrate:down\nDROP TABLE t;"), "execute")
    assert [(row["severity"], row["code"]) for row in rows] == [("warning", "not_run")]


def test_what_runs_in_no_transaction_is_not_run(db):
    statement = "PRAGMA wal_checkpoint" if db.engine == "sqlite" else "VACUUM"
    text = f"-- migrate:up\nCREATE TABLE t (n INTEGER);\n{statement};\n-- migrate:down\nDROP TABLE t;"
    assert [bool(row["transactional"]) for row in db.call("migrate_plan", source(_001_t=text))] == [True, False]
    rows = findings(db, source(_001_t=text), "execute")
    assert [(row["line"], row["severity"], row["code"]) for row in rows] == [(3, "warning", "not_run")]
    assert "migrate_run" in rows[0]["hint"]


def test_a_table_valued_function_does_not_run_migrations(sqlite):
    with sqlite.refuses("WB002", "SELECT migrate_validate("):
        sqlite.sql("SELECT * FROM migrate_validate(?, ?)", (source(_001_items=ITEMS), '{"level": "execute"}'))


def test_unknown_options(db):
    with db.refuses("WB001", "level"):
        findings(db, source(_001_items=ITEMS), "total")
    with db.refuses("WB001", "level"):
        findings(db, source(_001_items=ITEMS), leval="static")


@pytest.mark.parametrize("up, down", [
    ("ALTER TABLE items ADD COLUMN x varchar(10) NOT NULL DEFAULT 'a'", "ALTER TABLE items DROP COLUMN x"),
    ("ALTER TABLE items DROP COLUMN name", "ALTER TABLE items ADD COLUMN name text"),
    ("COMMENT ON COLUMN items.name IS 'x'", "COMMENT ON COLUMN items.name IS NULL"),
    ("GRANT SELECT ON items TO PUBLIC", "REVOKE SELECT ON items FROM PUBLIC"),
    ("CREATE TYPE mood AS ENUM ('a', 'b')", "DROP TYPE mood"),
    ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION f()"),
    ("ALTER TABLE items ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON items USING (id > 0)",
     "DROP POLICY p ON items; ALTER TABLE items DISABLE ROW LEVEL SECURITY"),
    ("ALTER TABLE items RENAME TO things", "ALTER TABLE things RENAME TO items"),
    ("ALTER TABLE items ALTER name SET DEFAULT now()::text", "ALTER TABLE items ALTER name DROP DEFAULT"),
    ("CREATE MATERIALIZED VIEW mv AS SELECT 1 AS n", "DROP MATERIALIZED VIEW mv"),
    ("CREATE SEQUENCE s; ALTER SEQUENCE s OWNED BY items.id", "DROP SEQUENCE s"),
    ("ALTER TABLE items REPLICA IDENTITY FULL", "ALTER TABLE items REPLICA IDENTITY DEFAULT"),
    ("CREATE SCHEMA more", "DROP SCHEMA more"),
])
def test_roundtrips_in_postgresql(postgresql, up, down):
    db = postgresql
    good = f"-- migrate:up\n{up};\n-- migrate:down\n{down};\n"
    bad = f"-- migrate:up\n{up};\n-- migrate:down\nSELECT 1;\n"
    assert not any(row["severity"] == "error" for row in findings(db, source(_001_items=ITEMS, _002_pair=good), "roundtrip"))
    rows = findings(db, source(_001_items=ITEMS, _002_pair=bad), "roundtrip")
    assert {row["code"] for row in rows if row["severity"] == "error"} == {"not_restored"}


@pytest.mark.parametrize("files, code, words", [
    ({"sqitch.plan": "%project=app\n\nusers 2021-04-01T12:18:21Z A <a@x.org>\n", "deploy/other.sql": "SELECT 1;"}, "WB004", "users"),
    ({"1_a.up.sql": "SELECT 1;", "2_b.sql": "SELECT 1;"}, "WB032", "2_b.sql"),
    ({"20240101000000_a/migration.sql": "SELECT 1;", "init/migration.sql": "SELECT 1;"}, "WB010", "init/migration.sql")])
def test_what_is_wrong_with_all_of_a_source(db, files, code, words):
    rows = findings(db, json.dumps([{"name": name, "sql": text} for name, text in files.items()]))
    assert [(row["severity"], row["code"]) for row in rows] == [("error", code)] and words in rows[0]["message"], rows


def test_names_without_a_version_hide_nothing_else(db):
    db.call("migrate_apply", source(_001_items=ITEMS))
    rows = findings(db, json.dumps([{"name": "nameless.sql", "sql": "SELECT 1;"}]))
    assert [(row["severity"], row["code"]) for row in rows] == [("error", "WB010"), ("warning", "missing_file")]


SQLITE_BASE = """CREATE TABLE base (id INTEGER PRIMARY KEY, name TEXT CHECK (name <> ''));
CREATE TABLE other (id INTEGER PRIMARY KEY REFERENCES base);
CREATE INDEX base_name ON base (name);
CREATE VIEW seen AS SELECT id FROM base;
CREATE TRIGGER base_log AFTER INSERT ON base BEGIN INSERT INTO other VALUES (new.id); END;"""


@pytest.mark.parametrize("up, down, told", [
    ("CREATE INDEX other_id ON other (id)", "-- nothing", ["leaves behind: index other_id"]),
    ("DROP TRIGGER base_log", "-- nothing", ["does not bring back: trigger base_log"]),
    ("DROP TRIGGER base_log", "create trigger base_log after insert on \"base\" begin\n insert into other values (new.id); end", []),
    ("DROP TRIGGER base_log", "CREATE TRIGGER base_log AFTER DELETE ON base BEGIN INSERT INTO other VALUES (old.id); END", ["does not restore: trigger base_log (event insert -> delete"]),
    ("DROP VIEW seen; CREATE VIEW seen AS SELECT name FROM base", "-- nothing", ["does not restore: view seen"]),
    ("ALTER TABLE base ADD COLUMN note TEXT", "ALTER TABLE base DROP COLUMN note", []),
    ("ALTER TABLE base ADD COLUMN note TEXT", "-- nothing", ["does not restore: table base (column note added"]),
    ("ALTER TABLE base RENAME TO base2", "ALTER TABLE base2 RENAME TO base", []),
    ("ALTER TABLE base RENAME TO base2", "-- nothing",
     ["leaves behind: table base2", "does not restore: index base_name (of table base -> of table base2", "does not restore: table other (",
      "does not restore: trigger base_log (", "does not restore: view seen (", "does not bring back: table base"]),
    ("PRAGMA user_version = 7", "PRAGMA user_version = 0", []),
    ("PRAGMA user_version = 7", "-- nothing", ["does not restore: pragma user_version (value 0 -> 7"]),
])
def test_roundtrips_in_sqlite(sqlite, up, down, told):
    """What is not changed is not looked at, and is the same for it."""
    files = source(_001_base=SQLITE_BASE, _002_pair=f"-- migrate:up\n{up};\n-- migrate:down\n{down}\n;", _003_last="-- migrate:up\nCREATE TABLE z (i);\n-- migrate:down\nDROP TABLE z")
    rows = [row for row in findings(sqlite, files, "roundtrip") if row["severity"] == "error"]
    assert [row["code"] for row in rows] == ["not_restored"] * len(told), rows
    for row, one in zip(rows, told):
        assert f'down part of migration "002_pair.sql" {one}' in row["message"]


PLAIN = ["TEXT DEFAULT 'x'", "TEXT DEFAULT 'x'", "INTEGER DEFAULT -1", "TEXT DEFAULT CURRENT_TIMESTAMP", "TEXT CHECK (\"kindOf\" IN ('a', 'b'))", "INTEGER DEFAULT (1 + 1)", "INTEGER AS (id + 1)"]
AROUND = ["TEXT DEFAULT ('x')", "TEXT DEFAULT (('x'))", "INTEGER DEFAULT ( -1 )", "TEXT DEFAULT (CURRENT_TIMESTAMP)", "TEXT CHECK (((\"kindOf\" IN ('a', 'b'))))", "INTEGER DEFAULT ((1 + 1))", "INTEGER AS ((id + 1))"]
OTHER = ["TEXT DEFAULT 'y'", "TEXT DEFAULT (('x') || 'y')", "INTEGER DEFAULT (1)", "TEXT DEFAULT ('CURRENT_TIMESTAMP')", "TEXT CHECK ((\"kindOf\") IN ('a'))", "INTEGER DEFAULT ((1) + (2))", "INTEGER AS ((id) + (2))"]


@pytest.mark.parametrize("plain, around, other", list(zip(PLAIN, AROUND, OTHER)))
def test_parentheses_around_all_of_an_expression_do_not_count(sqlite, plain, around, other):
    def pair(before, after):
        table = 'DROP TABLE IF EXISTS t;\nCREATE TABLE t (id INTEGER PRIMARY KEY, "kindOf" {});\n'
        return source(_001_t=table.format(before), _002_pair="-- migrate:up\n" + table.format("BLOB") + "-- migrate:down\n" + table.format(after))
    for before, after in ((plain, around), (around, plain)):
        assert not any(row["code"] == "not_restored" for row in findings(sqlite, pair(before, after), "roundtrip"))
    assert any(row["code"] == "not_restored" for row in findings(sqlite, pair(plain, other), "roundtrip"))
