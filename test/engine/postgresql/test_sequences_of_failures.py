"""A call that fails leaves sequences where they were, though a rollback does not put them back."""

import contextlib
import json

import pytest
from migrations import source

TABLES = "CREATE TABLE a (id serial, n int); CREATE TABLE b (id bigint GENERATED ALWAYS AS IDENTITY, n int); CREATE SEQUENCE s"
DRAW = "INSERT INTO a (n) VALUES (1), (2); INSERT INTO b (n) VALUES (1); SELECT nextval('s'), setval('s', 70);"
UP, DOWN = "-- migrate:up\n", "\n-- migrate:down\n"


@pytest.fixture
def db(postgresql):
    postgresql.script(TABLES)
    return postgresql


def numbers(db):
    return db.sql("SELECT (SELECT (last_value, is_called)::text FROM a_id_seq), (SELECT (last_value, is_called)::text"
                  " FROM b_id_seq), (SELECT (last_value, is_called)::text FROM s)")


@contextlib.contextmanager
def fails(db, *words):
    before = numbers(db)
    db.connection.notices.clear()
    with db.refuses(None, *words):
        yield
    assert numbers(db) == before
    assert not [notice for notice in db.connection.notices if "numbers" in notice]


@pytest.mark.parametrize("more", [
    "SELECT 1/0", "SELECT * FROM nowhere", "DROP TABLE a; SELECT 1/0", "ALTER SEQUENCE s RESTART WITH 9; SELECT nextval('s'); SELECT 1/0",
    "ALTER TABLE b ALTER id RESTART WITH 40; INSERT INTO b (n) VALUES (9); SELECT 1/0",
])
def test_apply(db, more):
    with fails(db):
        db.call("migrate_apply", source(_001_a=DRAW, _002_b=DRAW, _003_c=more))
    with fails(db):
        db.call("migrate_apply", source(_001_a=DRAW + more))


def test_in_a_transaction_that_goes_on(db):
    """Numbers that the caller drew before the call stay drawn."""
    with contextlib.closing(db.connect()) as other:
        other.autocommit = False
        with other.cursor() as cursor:
            cursor.execute("SELECT nextval('s'); SAVEPOINT one")
            with pytest.raises(Exception, match="division"):
                cursor.execute("SELECT * FROM migrate_apply(%s::json)", (source(_001_a=DRAW + "SELECT 1/0"),))
            cursor.execute("ROLLBACK TO one; SELECT nextval('s')")
            assert cursor.fetchone() == (2,)


def test_undo(db):
    text = UP + "SELECT 1" + DOWN + DRAW + "SELECT 1/0"
    db.call("migrate_apply", source(_001_a=text))
    for name, options in (("migrate_rollback", "{}"), ("migrate_redo", "{}"), ("migrate_reset", '{"confirm": "%s"}' % db.name)):
        with fails(db, "division"):
            db.call(name, options)


def test_what_stops_keeps_what_came_before(db):
    rows = db.call("migrate_apply", source(_001_a="SELECT nextval('s')", _002_b=DRAW + "SELECT 1/0"), '{"on_error": "stop"}')
    assert [row["status"] for row in rows] == ["applied", "failed"]
    assert numbers(db) == [("(1,f)", "(1,f)", "(1,t)")]


def test_numbers_that_others_may_have_drawn_stay(db):
    with contextlib.closing(db.connect()) as other, other.cursor() as cursor:
        other.autocommit = False
        cursor.execute("SELECT nextval('s')")
        db.connection.notices.clear()
        with pytest.raises(Exception, match="division"):
            db.call("migrate_apply", source(_001_a=DRAW + "SELECT 1/0"))
        assert db.sql("SELECT last_value FROM s") == [(70,)]
        assert db.sql("SELECT last_value, is_called FROM a_id_seq") == [(1, False)]
        assert any("given back by: public.s" in notice for notice in db.connection.notices)
        other.rollback()


def test_a_sequence_that_somebody_changes_is_not_waited_for(db):
    with contextlib.closing(db.connect()) as other, other.cursor() as cursor:
        other.autocommit = False
        cursor.execute("DROP SEQUENCE s")
        db.sql("SET statement_timeout = '5s'")
        with pytest.raises(Exception, match="division"):
            db.call("migrate_apply", source(_001_a="SELECT 1/0"))
        db.sql("RESET statement_timeout")
        other.rollback()


IMPORTED = """
    CREATE TABLE c (id int PRIMARY KEY, n int DEFAULT nextval('s'), m serial, v text CHECK (v <> 'bad'));
    CREATE FUNCTION draw() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''s''); RETURN new; END';
    CREATE TRIGGER draw BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION draw()"""


def document(*values):
    return json.dumps({"c": [{"id": i, "v": v} for i, v in enumerate(values, 1)], "a": [{"n": 5}], "b": [{"n": 6}]})


def c_numbers(db):
    return numbers(db) + db.sql("SELECT last_value, is_called FROM c_m_seq")


@pytest.mark.parametrize("options", [{}, {"on_conflict": "update"}, {"preserve_ids": False}, {"on_error": "collect"}, {"clear": True}])
def test_an_import_that_fails_or_is_dry(db, options):
    """What triggers and defaults drew."""
    db.script(IMPORTED)
    options = {name: value for name, value in options.items() if name != "on_conflict"} | ({"on_conflict": {"c": "update"}} if "on_conflict" in options else {})
    db.connection.notices.clear()
    before = c_numbers(db)
    with db.unchanged():
        db.call("import_json", document("x", "y"), json.dumps({"dry_run": True, **options}))
    assert c_numbers(db) == before
    if "on_error" not in options:
        with db.refuses("23514", "c_v_check"):
            db.call("import_json", document("x", "bad"), json.dumps(options))
    assert c_numbers(db) == before and not db.connection.notices
    db.call("import_json", document("x", "y"), json.dumps(options))
    assert c_numbers(db) != before


def test_a_dry_import_beside_others(db):
    """Numbers that somebody else may have drawn stay, and a warning says so."""
    db.script(IMPORTED + "; ALTER TABLE c DROP n; CREATE SEQUENCE mine; CREATE TRIGGER mine BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION draw();"
              " CREATE OR REPLACE FUNCTION draw() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''s''), nextval(''mine''); RETURN new; END'")
    with contextlib.closing(db.connect()) as other, other.cursor() as cursor:
        other.autocommit = False
        cursor.execute("SELECT nextval('s')")
        db.connection.notices.clear()
        db.call("import_json", document("x"), '{"dry_run": true}')
        assert db.sql("SELECT last_value FROM s") == [(3,)]
        assert any("given back by: public.s" in notice for notice in db.connection.notices)
        assert db.sql("SELECT last_value, is_called FROM mine") == [(1, False)]


def test_a_bundle_that_is_dry_or_fails(db):
    """New rows take their numbers from the target's sequences."""
    db.script("CREATE TABLE d (id serial PRIMARY KEY, code text NOT NULL UNIQUE, v int CHECK (v < 100)); INSERT INTO d (code, v) VALUES ('x', 1)")
    db.value("bundle_define", "some", '{"fields": {"things": {"rows": "d", "natural_key": ["code"], "fields": {"code": "code", "v": "v"}}}}')
    text = db.value("bundle_export", "some")
    db.script("DELETE FROM d")
    before = db.sql("SELECT last_value, is_called FROM d_id_seq")
    db.call("bundle_import", text, '{"dry_run": true}')
    assert db.sql("SELECT last_value, is_called FROM d_id_seq") == before
    with db.refuses(None, "d_v_check"):
        db.call("bundle_import", text.replace('"v":1', '"v":100').replace('"v": 1', '"v": 100'))
    assert db.sql("SELECT last_value, is_called FROM d_id_seq") == before
