"""What stands around the rows of a complete migration in PostgreSQL: each state comes back, a plain owner may run all of
it, and rows that are not valid any more arrive."""

import contextlib
import json
import pathlib

import psycopg2
import pytest

SCHEMA = """
    CREATE TABLE seen (name text);
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (tg_name); RETURN new; END';
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int, v int, doubled int GENERATED ALWAYS AS (v * 2) STORED);
    CREATE TRIGGER o BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION see();
    CREATE TRIGGER "a;" AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION see();
    CREATE TRIGGER d AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION see();
    CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION see();
    CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see();
    ALTER TABLE t ENABLE ALWAYS TRIGGER "a;", DISABLE TRIGGER d, ENABLE REPLICA TRIGGER r;
    CREATE TABLE p (id int, k int) PARTITION BY RANGE (id);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
    CREATE TABLE p2 PARTITION OF p DEFAULT;
    CREATE TRIGGER whole AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION see();
    CREATE TRIGGER own AFTER INSERT ON p1 FOR EACH ROW EXECUTE FUNCTION see();
    ALTER TABLE p2 DISABLE TRIGGER whole; ALTER TABLE p1 ENABLE ALWAYS TRIGGER whole;
    CREATE TABLE base (id int); CREATE TABLE derived (extra text) INHERITS (base);
    CREATE RULE copy AS ON INSERT TO base DO ALSO INSERT INTO seen VALUES ('rule');
    CREATE TABLE left_one (id int PRIMARY KEY, other int);
    CREATE TABLE right_one (id int PRIMARY KEY, other int REFERENCES left_one);
    ALTER TABLE left_one ADD CONSTRAINT "to right" FOREIGN KEY (other) REFERENCES right_one DEFERRABLE INITIALLY IMMEDIATE;
    CREATE TABLE tree (id int PRIMARY KEY, above int REFERENCES tree);
    CREATE TABLE secret (id int); ALTER TABLE secret ENABLE ROW LEVEL SECURITY; ALTER TABLE secret FORCE ROW LEVEL SECURITY;
    CREATE POLICY all_of_it ON secret FOR SELECT USING (true);
    CREATE TABLE late (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER waits AFTER INSERT ON late FOR EACH ROW EXECUTE FUNCTION see();
    CREATE SEQUENCE lonely START 5; CREATE SEQUENCE "never called" START 7;
    CREATE MATERIALIZED VIEW a_total AS SELECT count(*) AS n FROM tree;
    CREATE MATERIALIZED VIEW z_total AS SELECT n + 1 AS n FROM a_total;
    CREATE VIEW between_them AS SELECT n FROM z_total;
    CREATE MATERIALIZED VIEW b_total AS SELECT n FROM between_them;
    CREATE MATERIALIZED VIEW nothing_yet AS SELECT 1 AS x WITH NO DATA"""

UNCHECKED = """
    ALTER TABLE t ADD CONSTRAINT old_check CHECK (v > 0) NOT VALID; COMMENT ON CONSTRAINT old_check ON t IS 'it''s old';
    ALTER TABLE t ADD CONSTRAINT old_key FOREIGN KEY (parent) REFERENCES parent NOT VALID"""

ROWS = f"""
    INSERT INTO parent VALUES (1); INSERT INTO t (parent, v) VALUES (1, 2), (99, -1);
    INSERT INTO p VALUES (1, 1), (11, 2); INSERT INTO base VALUES (1); INSERT INTO derived VALUES (2, 'x');
    INSERT INTO left_one VALUES (1, NULL); INSERT INTO right_one VALUES (1, 1); UPDATE left_one SET other = 1;
    INSERT INTO tree SELECT i, CASE WHEN i < 400 THEN i + 1 END FROM generate_series(1, 400) AS i;
    INSERT INTO late VALUES (1); INSERT INTO secret VALUES (1); SELECT nextval('lonely');
    SET CONSTRAINTS ALL IMMEDIATE;
    {UNCHECKED};
    REFRESH MATERIALIZED VIEW a_total; REFRESH MATERIALIZED VIEW z_total; REFRESH MATERIALIZED VIEW b_total"""


def states(db):
    return [db.sql(text) for text in (
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
        "SELECT ev_class::regclass::text, rulename, ev_enabled FROM pg_rewrite WHERE rulename <> '_RETURN' AND ev_class > 16383 ORDER BY 1, 2",
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated, obj_description(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND conrelid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e') ORDER BY 1, 2""",
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'secret'",
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
        "SELECT n, (SELECT n FROM z_total), (SELECT n FROM b_total) FROM a_total",
        "SELECT matviewname, ispopulated FROM pg_matviews ORDER BY 1",
        "SELECT name FROM seen ORDER BY 1", "SELECT tableoid::regclass::text, * FROM base ORDER BY 2", "SELECT tableoid::regclass::text, * FROM p ORDER BY 2",
        "SELECT * FROM t ORDER BY id")]


@pytest.fixture
def source(new_postgresql):
    db = new_postgresql()
    db.script(SCHEMA)
    db.script(ROWS)
    return db


def statements(db, **options):
    return [row["sql"] for row in db.call("export_data", json.dumps(options))]


@contextlib.contextmanager
def owner_of(db, role="whimbrel_owner"):
    """A connection of a plain role that owns everything."""
    db.script(f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    db.script(f"GRANT CREATE, USAGE ON SCHEMA public TO {role}; GRANT pg_read_server_files TO {role}")
    connection = psycopg2.connect(dbname=db.name, user=role)
    yield connection
    connection.close()


def test_data_alone_as_plain_owner(source, new_postgresql):
    target = new_postgresql()
    with owner_of(target) as connection, connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        cursor.execute(UNCHECKED)
        cursor.execute("\n".join(statements(source)))
    assert states(target) == states(source)
    assert target.digests() == source.digests()
    assert statements(target) == statements(source)


def test_files_as_plain_owner(source, new_postgresql):
    source.call("export_complete", str(source.directory))
    target = new_postgresql()
    with owner_of(target) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM apply_complete(%s)", (str(source.directory),))
    assert states(target) == states(source)
    assert target.digests() == source.digests()
    with target.fails("23514", "old_check"):
        target.script("INSERT INTO t (v) VALUES (-5)")


def test_nothing_is_left_of_a_failure(source, new_postgresql):
    """Sequences included."""
    source.call("export_complete", str(source.directory), '{"data_only": true}')
    target = new_postgresql()
    target.script(SCHEMA + ";" + UNCHECKED + "; SELECT nextval('lonely'); INSERT INTO tree VALUES (3, 3)")
    with target.refuses("23505"):
        target.call("apply_complete", str(source.directory))
    target.script("TRUNCATE tree, seen")
    path = next(pathlib.Path(source.directory).glob("*_complete_data.sql"))
    text = path.read_text()
    path.write_text(text.replace("(400, NULL)", "(400, 1)"))
    with target.refuses("WB021", '"tree"'):
        target.call("apply_complete", str(source.directory))


def test_tables_of_extensions(new_postgresql):
    """Only the rows that the extension calls the user's."""
    source, target = new_postgresql(), new_postgresql()
    for db in (source, target):
        db.script("CREATE EXTENSION isn")
        db.script("CREATE TABLE conf (k text, mine boolean); ALTER EXTENSION isn ADD TABLE conf;"
                  "UPDATE pg_extension SET extconfig = ARRAY['conf'::regclass::oid], extcondition = ARRAY['WHERE mine'] WHERE extname = 'isn'")
    source.script("INSERT INTO conf VALUES ('a', true), ('b', false)")
    target.script("".join(statements(source)))
    assert target.sql("SELECT * FROM conf") == [("a", True)]


def test_names_that_hurt(new_postgresql):
    source = new_postgresql()
    source.script('''CREATE SCHEMA "a.b
        ; DROP TABLE x"; CREATE TABLE "a.b
        ; DROP TABLE x"."-- whimbrel:end-of-rows
        \\q" ("c
        -- d" text, "select" int GENERATED BY DEFAULT AS IDENTITY)''')
    source.sql('''INSERT INTO "a.b
        ; DROP TABLE x"."-- whimbrel:end-of-rows
        \\q" VALUES (E'-- whimbrel:end-of-rows\n;')''')
    source.call("export_complete", str(source.directory))
    target = new_postgresql()
    target.call("apply_complete", str(source.directory))
    assert target.digests() == source.digests() and len(target.digests()) == 1


def test_single_tables_of_another_schema(new_postgresql):
    source, target = new_postgresql(), new_postgresql()
    source.script("CREATE SCHEMA auth; CREATE TABLE auth.users (id serial PRIMARY KEY); CREATE TABLE auth.tokens (id int); CREATE TABLE profile (id int REFERENCES auth.users);"
                  "INSERT INTO auth.users VALUES (1), (2); INSERT INTO profile VALUES (2); INSERT INTO auth.tokens VALUES (7)")
    source.call("export_complete", str(source.directory), '{"schemas": ["public"], "tables": ["auth.users"]}')
    target.call("apply_complete", str(source.directory))
    assert sorted(target.digests()) == ["auth.users", "profile"]
    found = [sql for sql in statements(source, schemas=["public"], tables=["auth.u*"]) if sql.startswith("INSERT")]
    assert len(found) == 2


def test_large_objects(new_postgresql):
    source, target = new_postgresql(), new_postgresql()
    source.script("SELECT lo_create(70001); SELECT lo_from_bytea(70002, decode(repeat('00ff27', 200000), 'hex')); SELECT lo_put(70001, 300000, 'x');"
                  "COMMENT ON LARGE OBJECT 70001 IS 'a ''hole'''; CREATE TABLE t (lo oid); INSERT INTO t VALUES (70002)")
    target.script("SELECT lo_from_bytea(70002, 'another')")
    objects = "SELECT oid, md5(lo_get(oid)), obj_description(oid, 'pg_largeobject') FROM pg_largeobject_metadata ORDER BY oid"
    rows = source.call("export_complete", str(source.directory), '{"large_objects": true}')
    assert rows[1]["objects"] == 3
    assert "2 large objects" in pathlib.Path(rows[2]["file"]).read_text()
    with target.refuses("23505"):
        target.call("apply_complete", str(source.directory))
    source.call("export_complete", str(source.directory), '{"large_objects": true, "clean": true}')
    target.call("apply_complete", str(source.directory))
    assert target.sql(objects) == source.sql(objects) and len(target.sql(objects)) == 2
    copy = new_postgresql()
    with owner_of(copy) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (lo oid)")
        cursor.execute("\n".join(statements(source, large_objects=True)))
    assert copy.sql(objects) == source.sql(objects)
    assert not [sql for sql in statements(source) if "lo_" in sql]


def test_nothing_is_left_of_an_export_that_may_not_read_all(postgresql):
    postgresql.script("CREATE TABLE a (id int); CREATE TABLE b (id int)")
    with owner_of(postgresql, "whimbrel_frame_reader") as connection, connection.cursor() as cursor:
        postgresql.script("GRANT SELECT ON a TO whimbrel_frame_reader; GRANT pg_write_server_files TO whimbrel_frame_reader")
        with pytest.raises(psycopg2.Error) as failed:
            cursor.execute("SELECT * FROM export_complete(%s)", (str(postgresql.directory),))
        assert failed.value.pgcode == "42501" and "table b" in str(failed.value)
    assert not list(pathlib.Path(postgresql.directory).iterdir())


def test_clean_makes_everything_anew(source, new_postgresql):
    target = new_postgresql()
    target.script(SCHEMA)
    target.script("INSERT INTO parent VALUES (5); DROP RULE copy ON base")
    source.call("export_complete", str(source.directory), '{"clean": true}')
    target.call("apply_complete", str(source.directory))
    assert states(target) == states(source)


def test_only_whom_files_are_for(postgresql):
    with owner_of(postgresql, "whimbrel_nobody") as connection:
        connection.cursor().execute("RESET ALL")
        with pytest.raises(psycopg2.Error) as failed:
            connection.cursor().execute("SELECT * FROM export_complete(%s)", (str(postgresql.directory),))
        assert failed.value.pgcode == "42501"


def test_settings_of_the_session_are_not_in_the_texts(postgresql, new_postgresql):
    """What is put off comes back whatever dates look like in the session that exported."""
    source, target = postgresql, new_postgresql()
    source.script("""CREATE TABLE t (d date, CHECK (d < '2030-12-31')); ALTER TABLE t ADD CONSTRAINT late CHECK (d >= '2010-12-31' AND d > '2010-01-02'::timestamptz) NOT VALID;
        INSERT INTO t VALUES ('2020-02-01'); SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle = 'sql_standard'""")
    source.call("export_complete", str(source.directory))
    target.call("apply_complete", str(source.directory))
    target.script("SET TimeZone = 'Asia/Tokyo'")
    source.script("SET DateStyle = 'ISO'")
    assert source.sql("SELECT * FROM t") == target.sql("SELECT * FROM t")
    text = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'late'"
    assert source.sql(text) == target.sql(text)


def test_both_have_whimbrel_in_a_schema_of_its_own(new_postgresql):
    source, target = new_postgresql(), new_postgresql()
    for db in (source, target):
        db.script("DROP EXTENSION whimbrel; CREATE SCHEMA ops; CREATE EXTENSION whimbrel SCHEMA ops; SET search_path = public, ops")
    source.script("CREATE SCHEMA app; CREATE TABLE app.t (a integer); INSERT INTO app.t VALUES (7)")
    source.call("export_complete", str(source.directory))
    target.call("apply_complete", str(source.directory))
    assert target.sql("SELECT a FROM app.t") == [(7,)]
    assert target.value("export_schema") == source.value("export_schema")
