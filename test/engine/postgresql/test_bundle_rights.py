"""Bundles beside others: who may plan and not import, plans that hold nothing, writers between plan and import."""
import json

import psycopg2
from bundles import create, define, export, fill


def as_role(db, role, text, parameters=()):
    db.sql(f"SET ROLE {role}")
    try:
        return db.sql(text, parameters)
    finally:
        db.sql("RESET ROLE")


def test_a_role_that_plans_and_does_not_import(new_postgresql, postgresql):
    dev, prod = fill(create(new_postgresql())), create(postgresql, 500)
    for db in (dev, prod):
        define(db)
    role = f"planner_{prod.name}"
    prod.sql(f"CREATE ROLE {role}")
    try:
        prod.sql(f"GRANT SELECT ON databases, agents, agent_permissions, permission_actions, agent_tables TO {role}")
        document = export(dev)
        rows = as_role(prod, role, "SELECT * FROM bundle_plan(%s)", (document,))
        assert rows[-1][5].startswith("register new agent")
        assert as_role(prod, role, "SELECT severity FROM bundle_validate(%s)", (document,)) == [("warning",), ("warning",)]
        with prod.refuses("42501", "permission denied"):
            as_role(prod, role, "SELECT * FROM bundle_import(%s)", (document,))
        with prod.refuses("42501", "permission denied"):
            as_role(prod, role, "SELECT bundle_define('other', %s)", (json.dumps({"fields": {}}),))
    finally:
        prod.sql("RESET ROLE")
        prod.sql(f"DROP OWNED BY {role}")
        prod.sql(f"DROP ROLE {role}")


def test_a_plan_holds_no_lock_and_draws_no_number(new_postgresql, postgresql):
    dev, prod = fill(create(new_postgresql())), create(postgresql, 500)
    for db in (dev, prod):
        define(db)
    document = export(dev)
    before = prod.sql("SELECT last_value, is_called FROM agents_id_seq")
    other = psycopg2.connect(dbname=prod.name)
    cursor = other.cursor()
    cursor.execute("SELECT count(*) FROM bundle_plan(%s)", (document,))
    cursor.execute("SELECT mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() AND c.relname LIKE 'agent%'")
    assert {mode for (mode,) in cursor.fetchall()} <= {"AccessShareLock"}
    cursor.execute("SELECT pg_current_xact_id_if_assigned()")
    assert cursor.fetchone() == (None,)
    other.close()
    assert prod.sql("SELECT last_value, is_called FROM agents_id_seq") == before


def test_an_import_that_fails_gives_numbers_back(new_postgresql, postgresql):
    dev, prod = fill(create(new_postgresql())), create(postgresql, 500)
    for db in (dev, prod):
        define(db)
    document = export(dev)
    prod.sql("ALTER TABLE agent_tables ADD CHECK (table_name <> 'orders')")
    with prod.refuses("23514"):
        prod.call("bundle_import", document)


def test_a_writer_between_plan_and_import(new_postgresql, postgresql):
    """Whoever writes first is seen: the import waits for the other transaction, and then its plan is stale."""
    dev, prod = fill(create(new_postgresql())), create(postgresql, 500)
    for db in (dev, prod):
        define(db)
    prod.call("bundle_import", export(dev))
    dev.sql("UPDATE agents SET type = 'voice'")
    document = export(dev)
    plan = prod.call("bundle_plan", document)[-1]["plan_hash"]
    other = psycopg2.connect(dbname=prod.name)
    other.cursor().execute("UPDATE agents SET name = 'Other'")
    prod.sql("SET lock_timeout = '200ms'")
    with prod.fails("55P03"):
        prod.call("bundle_import", document, json.dumps({"plan_hash": plan}))
    other.commit()
    with prod.refuses("WB052", "stale"):
        prod.call("bundle_import", document, json.dumps({"plan_hash": plan}))
    other.close()


def test_a_trigger_that_changes_rows_is_noticed(new_postgresql, postgresql):
    dev, prod = fill(create(new_postgresql())), create(postgresql, 500)
    for db in (dev, prod):
        define(db)
    prod.script("CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;"
                "CREATE TRIGGER change BEFORE INSERT ON agents FOR EACH ROW EXECUTE FUNCTION change()")
    with prod.refuses("WB029", "agents", "name", "not what was written"):
        prod.call("bundle_import", export(dev))
