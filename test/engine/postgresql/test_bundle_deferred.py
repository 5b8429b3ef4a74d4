"""Checks that wait for the end of the transaction: what they say of a secret is kept back by the import, which makes them
early and leaves everything as it was."""
import json

import psycopg2
import pytest
from bundles import SECRET, create, define, export, fill

GIVEN = {"agents.api_key": "given-secret-1", "agents.settings$.auth.token": "given-secret-2"}
OPTIONS = json.dumps({"secrets": GIVEN})
CHECK = """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.agent_id = 'agt-1' THEN RAISE EXCEPTION 'no such key: %', NEW.api_key USING DETAIL = NEW.settings; END IF; RETURN NULL; END $$;
           CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON agents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"""
RULES = {
    "key": ("23505", "ALTER TABLE agents ADD CONSTRAINT one_key UNIQUE (api_key) DEFERRABLE INITIALLY DEFERRED"),
    "exclusion": ("23P01", "ALTER TABLE agents ADD CONSTRAINT one_key EXCLUDE (lower(api_key) WITH =) DEFERRABLE INITIALLY DEFERRED"),
    "trigger": ("P0001", CHECK),
}


def pair(dev, prod):
    fill(create(dev)), create(prod, 500)
    for db in (dev, prod):
        define(db)
    return export(dev)


@pytest.mark.parametrize("rule", RULES)
def test_what_they_say_has_no_secret(new_postgresql, postgresql, rule):
    code, sql = RULES[rule]
    document = pair(new_postgresql(), postgresql)
    postgresql.script(sql)
    postgresql.script("INSERT INTO agents (id, agent_id, name, api_key) VALUES (900, 'other', 'Other', 'given-secret-1')")
    with postgresql.refuses(code) as failure:
        postgresql.call("bundle_import", document, OPTIONS)
    for secret in (*SECRET, *GIVEN.values()):
        assert secret not in failure.text


def test_everything_waits_as_before(new_postgresql, postgresql):
    document = pair(new_postgresql(), postgresql)
    postgresql.script("""
      CREATE TABLE seen (agent text);
      CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (NEW.agent_id); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER see AFTER INSERT ON agents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see();
      ALTER TABLE agents ADD CONSTRAINT one_key UNIQUE (api_key) DEFERRABLE""")
    other = psycopg2.connect(dbname=postgresql.name)
    cursor = other.cursor()
    cursor.execute("SET CONSTRAINTS one_key DEFERRED")
    cursor.execute("SELECT * FROM bundle_import(%s, %s)", (document, OPTIONS))
    cursor.execute("SELECT count(*) FROM seen")
    assert cursor.fetchone() == (0,)
    cursor.execute("INSERT INTO agents (id, agent_id, name, api_key) VALUES (900, 'other', 'Other', 'given-secret-1')")
    cursor.execute("UPDATE agents SET api_key = 'another' WHERE id = 900")
    other.commit()
    other.close()
    assert postgresql.sql("SELECT agent FROM seen ORDER BY agent") == [("agt-1",), ("other",)]


def test_rows_that_come_later_may_still_be_named(new_postgresql, postgresql):
    """A foreign key that waits goes on waiting: its error names no secret."""
    document = pair(new_postgresql(), postgresql)
    postgresql.script("ALTER TABLE agents ADD team integer DEFAULT 7; CREATE TABLE teams (id integer PRIMARY KEY); "
                      "ALTER TABLE agents ADD FOREIGN KEY (team) REFERENCES teams DEFERRABLE INITIALLY DEFERRED")
    define(postgresql, spec={**json.loads(postgresql.one("SELECT spec::text FROM bundles")), "ignore": ["team"]})
    other = psycopg2.connect(dbname=postgresql.name)
    cursor = other.cursor()
    cursor.execute("SELECT * FROM bundle_import(%s, %s)", (document, OPTIONS))
    cursor.execute("INSERT INTO teams VALUES (7)")
    other.commit()
    other.close()
    assert postgresql.one("SELECT team FROM agents") == 7
