"""An import into tables that refer to each other in a circle, or to themselves, lets their keys wait for its end. When each
constraint is checked for the caller's transaction is afterwards as it was, and what waited before waits on."""

import contextlib
import json

import psycopg2
import pytest

PLAIN = ""
DEFERRABLE = "DEFERRABLE"
DEFERRED = "DEFERRABLE INITIALLY DEFERRED"
CIRCLE = {"a": [{"id": 1, "b_id": 1}, {"id": 2, "b_id": None}], "b": [{"id": 1, "a_id": 2}]}
BROKEN = {"a": [{"id": 1, "b_id": 1}], "b": [{"id": 1, "a_id": 7}]}
TREE = {"tree": [{"id": 1, "parent": 2}, {"id": 2, "parent": None}]}


def create(database, kind, kind_of_b=None):
    database.script(f"""
        CREATE TABLE a (id int PRIMARY KEY, b_id int);
        CREATE TABLE b (id int PRIMARY KEY, a_id int CONSTRAINT b_key REFERENCES a {kind if kind_of_b is None else kind_of_b});
        ALTER TABLE a ADD CONSTRAINT a_key FOREIGN KEY (b_id) REFERENCES b {kind};
        CREATE TABLE tree (id int PRIMARY KEY, parent int CONSTRAINT tree_key REFERENCES tree {kind});""")


@pytest.fixture
def session(postgresql):
    """Statements in one transaction."""
    with contextlib.closing(psycopg2.connect(dbname=postgresql.name)) as connection, connection.cursor() as cursor:
        class Session:
            commit = connection.commit

            def sql(self, text, *values):
                cursor.execute(text, values)

            def load(self, document, **options):
                cursor.execute("SELECT count(*) FROM import_json(%s, %s)", (json.dumps(document), json.dumps(options)))

            def checks(self, text):
                """Whether what the statement breaks is an error at once."""
                cursor.execute("SAVEPOINT s")
                try:
                    cursor.execute(text)
                except psycopg2.errors.ForeignKeyViolation:
                    return True
                finally:
                    cursor.execute("ROLLBACK TO s")
                return False
        yield Session()


@pytest.mark.parametrize("kind, said, waits", [
    (DEFERRABLE, None, False), (DEFERRED, None, True),
    (DEFERRABLE, "ALL DEFERRED", True), (DEFERRED, "ALL IMMEDIATE", False),
    (DEFERRABLE, "a_key, tree_key DEFERRED", True), (DEFERRED, "a_key, tree_key IMMEDIATE", False)])
@pytest.mark.parametrize("options", [{}, {"on_conflict": "update"}, {"on_error": "collect"}, {"dry_run": True}])
def test_when_they_are_checked_is_as_before(postgresql, session, kind, said, waits, options):
    create(postgresql, kind)
    if said:
        session.sql("SET CONSTRAINTS " + said)
    session.load({**CIRCLE, **TREE}, **options)
    assert session.checks("INSERT INTO a VALUES (9, 9)") is not waits
    assert session.checks("INSERT INTO tree VALUES (9, 9 + 1)") is not waits
    # Of the one that was not named, too.
    assert session.checks("INSERT INTO b VALUES (9, 9)") is not (waits if not said or "ALL" in said else kind == DEFERRED)
    session.commit()


@pytest.mark.parametrize("said", ["ALL", "a_key, tree_key, third_key"])
def test_what_waited_before_waits_on(postgresql, session, said):
    create(postgresql, DEFERRABLE)
    postgresql.script("CREATE TABLE third (id int CONSTRAINT third_key REFERENCES tree DEFERRABLE)")
    session.sql(f"SET CONSTRAINTS {said} DEFERRED")
    session.sql("INSERT INTO a VALUES (20, 20); INSERT INTO tree VALUES (20, 21); INSERT INTO third VALUES (22)")
    session.load({**CIRCLE, **TREE})
    session.load({"tree": [{"id": 23, "parent": 24}, {"id": 24, "parent": 1}]}, on_error="collect")
    session.sql("INSERT INTO b VALUES (20); INSERT INTO tree VALUES (21), (22)")
    session.commit()
    assert postgresql.one("SELECT count(*) FROM a") == 3


@pytest.mark.parametrize("kind", [PLAIN, DEFERRABLE, DEFERRED])
@pytest.mark.parametrize("options", [{}, {"on_conflict": "update"}, {"dry_run": True}])
def test_a_broken_reference_is_told_by_the_import(postgresql, kind, options):
    create(postgresql, kind)
    for document in (BROKEN, {"tree": [{"id": 1, "parent": 7}]}):
        with postgresql.refuses("23503", "7"):
            postgresql.call("import_json", json.dumps(document), json.dumps(options))


@pytest.mark.parametrize("kind", [PLAIN, DEFERRABLE])
def test_names_that_other_constraints_have(postgresql, session, kind):
    """SET CONSTRAINTS takes all of a name, and none when one of them cannot be deferred."""
    create(postgresql, kind)
    postgresql.script("""
        ALTER TABLE b RENAME CONSTRAINT b_key TO a_key;
        CREATE TABLE other (id int CONSTRAINT a_key CHECK (id < 10) CONSTRAINT other_key REFERENCES tree DEFERRABLE);
        COMMENT ON CONSTRAINT a_key ON a IS 'of a'""")
    definitions = "SELECT oid, conname, condeferrable, condeferred, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE contype = 'f' ORDER BY 1"
    before = postgresql.sql(definitions)
    with postgresql.refuses("23503", '"a_key"') as failure:
        postgresql.call("import_json", json.dumps(BROKEN))
    assert "whimbrel_" not in failure.text
    session.sql("SET CONSTRAINTS other_key DEFERRED; INSERT INTO other VALUES (1)")
    session.load({**CIRCLE, **TREE})
    session.sql("INSERT INTO other VALUES (2)")
    session.commit()
    assert postgresql.sql(definitions) == before
    with postgresql.fails("23503"):
        postgresql.sql("INSERT INTO a VALUES (9, 9)")


@pytest.mark.parametrize("kind", [DEFERRABLE, DEFERRED])
def test_checks_of_others_by_the_same_name_wait_on(postgresql, session, kind):
    """Those of tables that the import has nothing to do with, whatever it has waiting itself."""
    create(postgresql, kind)
    postgresql.script(f"CREATE TABLE third (id int PRIMARY KEY); CREATE TABLE other (id int CONSTRAINT a_key REFERENCES third {DEFERRED})")
    session.sql("INSERT INTO other VALUES (1)")
    session.load({**CIRCLE, **TREE})
    session.sql("INSERT INTO other VALUES (2)")
    assert session.checks("INSERT INTO a VALUES (9, 9)") is (kind == DEFERRABLE)
    session.sql("INSERT INTO third VALUES (1), (2)")
    session.commit()
    assert postgresql.sql("SELECT conname FROM pg_constraint WHERE conrelid = 'a'::regclass AND contype = 'f'") == [("a_key",)]


def test_keys_that_cannot_wait_are_made_to(postgresql, session):
    """Also where the transaction has said IMMEDIATE of all."""
    create(postgresql, PLAIN, kind_of_b=DEFERRED)
    session.sql("SET CONSTRAINTS ALL IMMEDIATE")
    session.load({**CIRCLE, **TREE})
    assert session.checks("INSERT INTO a VALUES (9, 9)") and session.checks("INSERT INTO b VALUES (9, 9)")
    session.commit()


def test_partitioned_tables(postgresql, session):
    postgresql.script("""
        CREATE TABLE a (id int PRIMARY KEY, b_id int) PARTITION BY RANGE (id);
        CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM (0) TO (10);
        CREATE TABLE b (id int PRIMARY KEY, a_id int CONSTRAINT b_key REFERENCES a DEFERRABLE) PARTITION BY HASH (id);
        CREATE TABLE b_1 PARTITION OF b FOR VALUES WITH (MODULUS 1, REMAINDER 0);
        ALTER TABLE a ADD CONSTRAINT a_key FOREIGN KEY (b_id) REFERENCES b DEFERRABLE""")
    session.sql("SET CONSTRAINTS a_key DEFERRED")
    session.load(CIRCLE)
    assert not session.checks("INSERT INTO a VALUES (8, 8)") and session.checks("INSERT INTO b VALUES (9, 9)")
    session.commit()
