"""Rollback, redo and reset, the same on both engines."""

import json

from migrations import ITEMS, NOTES, ROWS, source
from test_migrations import THREE, states, table_exists

VIEW = "-- migrate:up repeat:on-change\nDROP VIEW IF EXISTS item_names;\nCREATE VIEW item_names AS SELECT name FROM items;\n"


def migrations_of(rows):
    """Without the facts of a dry run."""
    return [row for row in rows if row["version"] is not None]


def statuses(rows):
    return [(row["version"], row["status"]) for row in rows]


def options(**given):
    return json.dumps(given)


def database_name(db):
    return db.path.name if db.engine == "sqlite" else db.name


def test_repeatable_migrations_do_not_block_an_undo(db):
    db.call("migrate_apply", source(**THREE, _099_view=VIEW))
    assert statuses(db.call("migrate_rollback")) == [("010", "rolled_back")]
    assert states(db, source(**THREE, _099_view=VIEW)) == [
        ("001", "applied"), ("002", "applied"), ("010", "pending"), ("099", "applied")]
    with db.refuses("WB017", "099_view.sql"):
        db.call("migrate_rollback", options(version="99"))


def test_what_another_migration_requires_is_not_undone(db):
    needs = NOTES.replace("migrate:up", "migrate:up requires:001_items")
    db.call("migrate_apply", source(_001_items=ITEMS, _002_rows=ROWS, _003_needs=needs))
    with db.refuses("WB031", 'migration "001_items.sql" cannot be undone', "003_needs.sql"):
        db.call("migrate_rollback", options(version="1"))
    db.call("migrate_rollback", options(version="3"))
    db.call("migrate_rollback", options(steps=2))
    assert not table_exists(db, "items")


def test_redo_from_the_stored_texts(db):
    db.call("migrate_apply", source(**THREE))
    db.sql("INSERT INTO items VALUES (9, 'nine', 'note')")
    with db.unchanged():
        assert statuses(migrations_of(db.call("migrate_redo", options(dry_run=True)))) == [("010", "would_roll_back"), ("010", "would_apply")]
    assert statuses(db.call("migrate_redo")) == [("010", "rolled_back"), ("010", "applied")]
    assert [(r["action"], r["version"], r["outcome"]) for r in db.call("migrate_history")][:2] == [("redo", "010", "applied"), ("redo", "010", "rolled_back")]
    assert db.sql("SELECT note FROM items WHERE id = 9") == [(None,)]
    rows = db.call("migrate_redo", options(to="001"))
    assert statuses(rows) == [("010", "rolled_back"), ("002", "rolled_back"), ("002", "applied"), ("010", "applied")]
    assert db.one("SELECT count(*) FROM items") == 3
    assert states(db, source(**THREE)) == [("001", "applied"), ("002", "applied"), ("010", "applied")]


def test_redo_applies_an_edited_file(db):
    db.call("migrate_apply", source(**THREE))
    edited = dict(THREE, _010_add_notes=NOTES.replace("note", "remark"))
    with db.fails("WB012"):
        db.call("migrate_apply", source(**edited))
    db.call("migrate_redo", '{"source": %s}' % source(**edited))
    assert [r["action"] for r in db.call("migrate_history")][:2] == ["redo", "redo"]
    assert db.sql("SELECT remark FROM items WHERE id = 1") == [(None,)]
    assert states(db, source(**edited)) == [("001", "applied"), ("002", "applied"), ("010", "applied")]
    db.call("migrate_rollback")
    with db.fails(None):
        db.sql("SELECT remark FROM items")


def test_a_redo_that_fails_leaves_everything(db):
    db.call("migrate_apply", source(**THREE))
    edited = dict(THREE, _010_add_notes="ALTER TABLE items ADD COLUMN note TEXT;\nINSERT INTO nowhere VALUES (1);")
    with db.refuses(("42P01", None), "nowhere", "line 2"):
        db.call("migrate_redo", '{"source": %s}' % source(**edited))
    with db.refuses("WB016", "010_add_notes.sql"):
        db.call("migrate_redo", '{"source": %s}' % source(_001_items=ITEMS))


def test_the_lines_of_a_redo_are_those_of_the_stored_text(db):
    text = "-- Description: a\n\n\n-- migrate:up\nCREATE TABLE a (i INTEGER);\nCREATE TABLE b (i INTEGER);\n-- migrate:down\nDROP TABLE a;\n"
    db.call("migrate_apply", source(_1_a=text))
    with db.refuses(None, "migration \"1_a.sql\" (migrate_sql('1', 'up')), line "):
        db.call("migrate_redo")
    with db.refuses(None, 'migration "1_a.sql", line 6'):
        db.call("migrate_redo", '{"source": %s}' % source(_1_a=text))


def test_reset_is_confirmed_by_the_name(db):
    db.call("migrate_apply", source(**THREE))
    for given in ({}, {"mode": "down"}, {"mode": "drop"}, {"mode": "drop", "confirm": "yes"}):
        with db.refuses("WB035", database_name(db)):
            db.call("migrate_reset", options(**given))


def test_reset_by_the_down_parts(db):
    db.call("migrate_apply", source(**THREE))
    with db.unchanged():
        db.call("migrate_reset", options(dry_run=True))
    rows = db.call("migrate_reset", options(mode="down", confirm=database_name(db)))
    assert statuses(rows) == [("010", "rolled_back"), ("002", "rolled_back"), ("001", "rolled_back")]
    assert not table_exists(db, "items")
    assert len(db.call("migrate_history")) == 6
    assert len(db.call("migrate_apply", source(**THREE))) == 3


def test_reset_by_dropping(db):
    """Tables that refer to each other in a circle, rows in them, views on views; nothing has a down part."""
    db.call("migrate_apply", source(
        _001_tables="""CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY, b BIGINT);
                       CREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY, a BIGINT REFERENCES a (id));
                       INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1);""",
        _002_views="CREATE VIEW v AS SELECT id FROM a; CREATE VIEW w AS SELECT id FROM v;"))
    db.sql('CREATE TABLE "By hand; DROP" (id BIGINT)')
    fresh = dict(mode="drop", confirm=database_name(db))
    with db.unchanged():
        rows = db.call("migrate_reset", options(mode="drop", dry_run=True))
    assert statuses(rows)[:2] == [("002", "would_reset"), ("001", "would_reset")]
    rows = db.call("migrate_reset", options(**fresh))
    assert statuses(rows)[:2] == [("002", "reset"), ("001", "reset")]
    names = [row["description"].replace("public.", "").replace('"', "") for row in rows[2:]]
    assert sorted(names) == ["table By hand; DROP", "table a", "table b", "view v", "view w"]
    assert not any(table_exists(db, name) for name in ("a", "b", "v", "w", "By hand; DROP"))
    assert [(r["action"], r["version"], r["outcome"]) for r in db.call("migrate_history")] == [
        ("reset", "", "dropped"), ("reset", "001", "forgotten"), ("reset", "002", "forgotten"),
        ("apply", "002", "applied"), ("apply", "001", "applied")]
    assert len(db.call("migrate_apply", source(**THREE))) == 3
    if db.engine == "sqlite":
        assert db.one("PRAGMA foreign_keys") == 1


def test_a_reset_of_no_schema_is_not_one_of_the_default_schema(db):
    db.call("migrate_apply", source(**THREE))
    with db.refuses("WB001", '"schemas" must have at least one name', "the default schema"):
        db.call("migrate_reset", options(mode="drop", confirm=database_name(db), schemas=[]))


def test_a_caller_can_roll_a_reset_back(db):
    db.call("migrate_apply", source(**THREE))
    before = db.everything()
    if db.engine == "sqlite":
        db.sql("BEGIN")
        db.call("migrate_reset", options(mode="drop", confirm=database_name(db)))
        db.sql("ROLLBACK")
    else:
        db.connection.autocommit = False
        db.call("migrate_reset", options(mode="drop", confirm=db.name))
        db.connection.rollback()
        db.connection.autocommit = True
    assert db.everything() == before


def test_what_reset_drops_in_sqlite(sqlite):
    sqlite.script("""
        CREATE VIRTUAL TABLE texts USING fts5(body); INSERT INTO texts VALUES ('word');
        CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT);
        CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent ON DELETE RESTRICT);
        INSERT INTO parent DEFAULT VALUES; INSERT INTO child VALUES (1);
        CREATE TRIGGER grow AFTER INSERT ON parent BEGIN SELECT 1; END;""")
    sqlite.call("migrate_apply", source(_001_a="CREATE TABLE made (i INTEGER)"))
    sqlite.call("migrate_reset", options(mode="drop", confirm=str(sqlite.path)))
    assert sqlite.sql("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name") == [
        ("migration_journal",), ("migration_log",), ("migration_sources",), ("schema_migrations",)]
    assert sqlite.sql("PRAGMA integrity_check") == [("ok",)]
    with sqlite.refuses("WB005", "other"):
        sqlite.call("migrate_reset", options(mode="drop", confirm="test0.db", schemas=["other"]))


def test_what_reset_drops_in_postgresql(postgresql):
    db = postgresql
    db.script("""
        CREATE EXTENSION IF NOT EXISTS plpgsql;
        CREATE TYPE mood AS ENUM ('fine'); CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TYPE pair AS (a int, b mood);
        CREATE FUNCTION f(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
        CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int); CREATE AGGREGATE how_many(*) (SFUNC = int8inc, STYPE = int8, INITCOND = 0);
        CREATE SEQUENCE loose; CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, m mood DEFAULT 'fine', n positive);
        CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (9);
        CREATE TABLE heir () INHERITS (t); CREATE MATERIALIZED VIEW mv AS SELECT f(m) FROM t; CREATE INDEX ON t (n);
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER touch BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); CREATE STATISTICS st ON id, s FROM t;
        CREATE COLLATION c FROM "C"; CREATE TEXT SEARCH CONFIGURATION tsc (COPY = simple);
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;
        CREATE SCHEMA kept; CREATE TABLE kept.t (id int PRIMARY KEY);""")
    db.call("migrate_reset", options(mode="drop", confirm=db.name))
    left = db.sql("""SELECT pg_describe_object(classid, objid, 0) FROM pg_depend d WHERE refclassid = 'pg_namespace'::regclass
                     AND refobjid = 'public'::regnamespace AND deptype = 'n' AND classid <> 'pg_extension'::regclass
                     AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')""")
    assert left == []
    assert db.one("SELECT count(*) FROM kept.t") == 0
    assert len(db.call("migrate_history")) == 1
    with db.refuses("WB001", "nowhere"):
        db.call("migrate_reset", options(mode="drop", confirm=db.name, schemas=["kept", "nowhere"]))
    db.call("migrate_reset", options(mode="drop", confirm=db.name, schemas=["kept"]))
    assert db.one("SELECT to_regclass('kept.t')") is None


def test_reset_has_the_rights_of_its_caller(postgresql):
    db = postgresql
    db.script("""DROP ROLE IF EXISTS whimbrel_undo; CREATE ROLE whimbrel_undo; CREATE TABLE foreign_one (id int);
                 GRANT ALL ON schema_migrations, migration_log TO whimbrel_undo; SET ROLE whimbrel_undo;""")
    with db.fails("42501", "foreign_one"):
        db.call("migrate_reset", options(mode="drop", confirm=db.name))
    db.script("RESET ROLE; DROP OWNED BY whimbrel_undo; DROP ROLE whimbrel_undo;")
    assert db.one("SELECT count(*) FROM foreign_one") == 0
