"""Dry runs: facts about what really happened, and nothing left of it, on both engines."""

import pytest
from migrations import ITEMS, NOTES, ROWS, source

COLUMNS = ["version", "description", "status", "statements", "rows_affected", "duration_ms", "error", "detail"]


def facts(rows, status):
    return {row["description"]: row for row in rows if row["status"] == status}


def named(db, table):
    return table if db.engine == "sqlite" else "public." + table


def dry_run(db, migrations):
    with db.unchanged():
        return db.call("migrate_apply", migrations, '{"dry_run": true}')


@pytest.fixture
def items(db):
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    return db


def test_facts_stand_behind_the_migrations(items):
    more = ("ALTER TABLE items ADD COLUMN note TEXT;\nUPDATE items SET name = 'x' WHERE id < 3;\n"
            "CREATE TABLE made (id INTEGER PRIMARY KEY);\nINSERT INTO made VALUES (1), (2);\nCREATE VIEW v AS SELECT id FROM items;")
    rows = dry_run(items, source(_001_items=ITEMS, _002_rows=ROWS, _003_more=more))
    assert list(rows[0]) == COLUMNS
    assert [(row["version"], row["status"]) for row in rows if row["version"]] == [("003", "would_apply")]
    assert {name: row["rows_affected"] for name, row in facts(rows, "rows").items()} == {
        named(items, "items"): 2, named(items, "made"): 2}
    assert set(facts(rows, "created")) == {"table " + named(items, "made"), "view " + named(items, "v")}
    altered = facts(rows, "altered")
    assert set(altered) == {"table " + named(items, "items")}
    assert "column note added: text" in altered["table " + named(items, "items")]["detail"]
    assert all(row["statements"] is None and row["duration_ms"] is None for row in rows if row["version"] is None)


def test_a_dry_run_of_a_rollback_tells_what_would_be_dropped(items):
    with items.unchanged():
        rows = items.call("migrate_rollback", '{"steps": 2, "dry_run": true}')
    assert [row["status"] for row in rows if row["version"]] == ["would_roll_back"] * 2
    assert list(facts(rows, "dropped")) == ["table " + named(items, "items")]
    with items.unchanged():
        rows = items.call("migrate_rollback", '{"dry_run": true}')
    assert facts(rows, "rows")[named(items, "items")]["rows_affected"] == 3
    assert facts(rows, "dropped") == {}


def test_the_runners_own_tables_are_no_facts(db):
    rows = dry_run(db, source(_001_items=ITEMS))
    assert not any("schema_migrations" in row["description"] or "migration_log" in row["description"] for row in rows)


def test_rows_of_tables_made_by_a_query(items):
    """Under the name that they have in the end; what is there already is not filled."""
    more = """CREATE TABLE copy AS SELECT * FROM items; CREATE TABLE IF NOT EXISTS "Second" AS SELECT name FROM items WHERE id = 1;
              CREATE TABLE empty AS SELECT * FROM items WHERE id < 0; CREATE TABLE gone AS SELECT * FROM items; DROP TABLE gone;
              CREATE TABLE IF NOT EXISTS copy AS SELECT * FROM items; CREATE TABLE old AS SELECT * FROM items; ALTER TABLE old RENAME TO new;
              UPDATE copy SET name = 'x' WHERE id = 1; CREATE TEMP TABLE passing AS SELECT * FROM items; DROP TABLE passing"""
    count = items.one("SELECT count(*) FROM items")
    rows = facts(dry_run(items, source(_001_items=ITEMS, _002_rows=ROWS, _003_more=more)), "rows")
    assert {name.split(".")[-1].strip('"'): row["rows_affected"] for name, row in rows.items()} == {"copy": count + 1, "Second": 1, "new": count}


def test_nothing_pending_gives_no_rows(items):
    assert dry_run(items, source(_001_items=ITEMS, _002_rows=ROWS)) == []


def test_an_apply_has_no_facts(db):
    rows = db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS, _003_notes=NOTES))
    assert [(row["status"], row["detail"]) for row in rows] == [("applied", None)] * 3


def test_a_failing_dry_run_leaves_nothing(items):
    with items.refuses(None, "nowhere"):
        items.call("migrate_apply", source(_003_wrong="DELETE FROM items;\nDELETE FROM nowhere;"), '{"dry_run": true}')


def test_rebuilt_tables_are_named(items):
    if items.engine == "sqlite":
        text = ("CREATE TABLE fresh (id BIGINT NOT NULL PRIMARY KEY, name TEXT, n INTEGER);\nINSERT INTO fresh SELECT id, name, 1 FROM items;\n"
                "DROP TABLE items;\nALTER TABLE fresh RENAME TO items;")
    else:
        text = "ALTER TABLE items ALTER COLUMN id TYPE text;"
    rows = dry_run(items, source(_001_items=ITEMS, _002_rows=ROWS, _003_more=text))
    assert list(facts(rows, "rewritten")) == [named(items, "items")]
    rows = dry_run(items, source(_001_items=ITEMS, _002_rows=ROWS, _003_more="CREATE INDEX i ON items (name);"))
    assert facts(rows, "rewritten") == {} and list(facts(rows, "created")) == ["index " + named(items, "i")]


def test_a_table_that_is_rebuilt_twice_is_rewritten(sqlite):
    """The second copy may get the pages that the first table had."""
    sqlite.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    sqlite.script("CREATE TABLE aside (n INTEGER)")
    rebuild = ("CREATE TABLE fresh_{0} (id BIGINT NOT NULL PRIMARY KEY, name TEXT);\nINSERT INTO fresh_{0} SELECT id, name FROM items;\n"
               "DROP TABLE Items;\nALTER TABLE fresh_{0} RENAME TO items;\n")
    for text in (rebuild.format(1) + rebuild.format(2), rebuild.format(1) + rebuild.format(2) + rebuild.format(3)):
        rows = dry_run(sqlite, source(_001_items=ITEMS, _002_rows=ROWS, _003_more=text))
        assert list(facts(rows, "rewritten")) == ["items"]
    rows = dry_run(sqlite, source(_001_items=ITEMS, _002_rows=ROWS, _003_more="ALTER TABLE items RENAME TO old; ALTER TABLE old RENAME TO items; CREATE TABLE x (n); DROP TABLE x;"))
    assert facts(rows, "rewritten") == {}


def test_the_strongest_lock_of_each_table(postgresql):
    db = postgresql
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS))
    db.sql("CREATE TABLE other (id int)")
    text = "INSERT INTO other VALUES (1);\nSELECT * FROM items;\nALTER TABLE items ADD COLUMN n int;\nCREATE TABLE made (id int);"
    rows = dry_run(db, source(_001_items=ITEMS, _002_rows=ROWS, _003_more=text))
    assert {name: row["detail"] for name, row in facts(rows, "lock").items()} == {
        "public.items": "AccessExclusiveLock", "public.other": "RowExclusiveLock"}


def test_rows_changed_by_triggers_and_functions_count(postgresql):
    db = postgresql
    db.script("""CREATE TABLE a (n int); CREATE TABLE b (n int);
        CREATE FUNCTION copy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO b VALUES (NEW.n); RETURN NEW; END';
        CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION copy()""")
    rows = dry_run(db, source(_001_a="DO $$ BEGIN INSERT INTO a SELECT generate_series(1, 5); END $$;"))
    assert {name: row["rows_affected"] for name, row in facts(rows, "rows").items()} == {"public.a": 5, "public.b": 5}


def test_rows_changed_by_triggers_stand_by_themselves(sqlite):
    sqlite.script("CREATE TABLE a (n); CREATE TABLE b (n); CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (NEW.n); END;")
    rows = dry_run(sqlite, source(_001_a="INSERT INTO a VALUES (1), (2); WITH x AS (SELECT 1) INSERT INTO main.b SELECT * FROM x;"))
    assert {name: row["rows_affected"] for name, row in facts(rows, "rows").items()} == {
        "a": 2, "b": 1, "(by triggers and foreign keys)": 2}


def test_rows_of_tables_that_are_dropped_or_renamed(db):
    rows = dry_run(db, source(_001_a="""CREATE TABLE a (n INT); INSERT INTO A VALUES (1); CREATE TABLE b (n INT); INSERT INTO b VALUES (1), (2);
        INSERT INTO a VALUES (2); DROP TABLE IF EXISTS b; ALTER TABLE a RENAME TO "c d"; INSERT INTO "c d" VALUES (3);"""))
    assert [(name.split(".")[-1], row["rows_affected"]) for name, row in facts(rows, "rows").items()] == [('"c d"', 3)]


def test_a_file_that_records_itself_is_no_fact(db):
    rows = dry_run(db, source(_001_a="CREATE TABLE a (n INT);\nINSERT INTO schema_migrations (version, description) VALUES ('001', 'a') ON CONFLICT (version) DO NOTHING;"))
    assert facts(rows, "rows") == {}


def test_sequences_are_put_back(postgresql):
    db = postgresql
    db.script("""CREATE TABLE a (id serial, n int); CREATE TABLE b (id bigint GENERATED ALWAYS AS IDENTITY, n int);
        CREATE SEQUENCE s START 5 INCREMENT -2 MINVALUE -100 MAXVALUE 10; INSERT INTO b (n) VALUES (1), (2)""")
    text = "INSERT INTO a (n) SELECT generate_series(1, 50); INSERT INTO b (n) VALUES (3); SELECT nextval('s'); SELECT setval('s', -7);"
    dry_run(db, source(_001_a=text))
    with db.refuses(None, "nowhere"):
        db.call("migrate_apply", source(_001_a=text + "SELECT * FROM nowhere;"), '{"dry_run": true}')
    assert db.sql("SELECT nextval('a_id_seq'), nextval('b_id_seq'), nextval('s')") == [(1, 3, 5)]


def test_sequences_that_others_use_stay(postgresql):
    """Putting them back could give a number twice."""
    import contextlib
    db = postgresql
    db.script("CREATE TABLE a (id serial, n int)")
    with contextlib.closing(db.connect()) as other:
        other.autocommit = False
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO a (n) VALUES (1)")
            db.connection.notices.clear()
            db.call("migrate_apply", source(_001_a="INSERT INTO a (n) VALUES (2);"), '{"dry_run": true}')
            cursor.execute("INSERT INTO a (n) VALUES (3) RETURNING id")
            assert cursor.fetchone() == (3,)
        other.rollback()
    assert any("a_id_seq" in notice for notice in db.connection.notices)
