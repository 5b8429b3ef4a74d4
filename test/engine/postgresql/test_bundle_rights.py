"""Bundles beside others: who may plan and not import, plans that hold nothing, writers between plan and import."""
import json
import threading

import psycopg2
from bundles import MANY, SECRET, create, define, export, fill


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


def with_role(prod, body):
    role = f"worker_{prod.name}"
    prod.sql(f"CREATE ROLE {role}")
    try:
        body(role)
    finally:
        prod.sql("RESET ROLE")
        prod.sql(f"DROP OWNED BY {role}")
        prod.sql(f"DROP ROLE {role}")


def test_column_privileges_hold(new_postgresql, postgresql):
    """Whoever may not read secrets exports, validates, plans and imports without them; who may not write a column does not."""
    dev, prod = fill(create(new_postgresql())), fill(create(postgresql, 500), 500)
    for db in (dev, prod):
        define(db)
    dev.sql("UPDATE agents SET name = 'New'")
    document = export(dev)

    def body(role):
        prod.script(f"""GRANT SELECT (id, connection_name, type) ON databases TO {role};
            GRANT SELECT (id, agent_id, name, type, database_id, settings, updated_at) ON agents TO {role}; GRANT UPDATE (type, settings) ON agents TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON agent_permissions, permission_actions, agent_tables TO {role};
            GRANT SELECT, INSERT, UPDATE ON bundle_runs TO {role}""")
        options = json.dumps({"exported_at": "2026-01-02T03:04:05Z", "parameters": {"agent_id": "agt-1"}})
        assert json.loads(as_role(prod, role, "SELECT bundle_export('agent', %s)", (options,))[0][0])["agent"]["name"] == "Sales"
        assert as_role(prod, role, "SELECT severity FROM bundle_validate(%s) WHERE severity = 'error'", (document,)) == []
        rows = as_role(prod, role, "SELECT column_name, new_value FROM bundle_plan(%s)", (document,))
        assert rows == [("name", "New"), (None, "update agent")]
        with prod.refuses("42501", "permission denied"):
            as_role(prod, role, "SELECT * FROM bundle_import(%s)", (document,))
        prod.sql(f"GRANT UPDATE (name) ON agents TO {role}")
        assert as_role(prod, role, "SELECT DISTINCT summary FROM bundle_import(%s)", (document,)) == [("update agent",)]
        assert prod.one("SELECT api_key FROM agents WHERE agent_id = 'agt-1'") == SECRET[0]

    with_role(prod, body)


def test_row_security_holds(new_postgresql, postgresql):
    """Rows that a policy hides are never taken for rows that are not there: whoever does not see all is refused."""
    dev, prod = fill(create(new_postgresql())), fill(create(postgresql, 500), 500)
    for db in (dev, prod):
        define(db)
    dev.sql("UPDATE agents SET name = 'New'")
    mine, other = export(dev, agent="agt-2"), export(dev, agent="agt-1")

    def body(role):
        prod.script(f"""ALTER TABLE agents ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON agents TO {role} USING (agent_id = 'agt-2');
            GRANT SELECT, INSERT, UPDATE, DELETE ON databases, agents, agent_permissions, permission_actions, agent_tables TO {role};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}; GRANT SELECT, INSERT, UPDATE ON bundle_runs TO {role}""")
        for document in (mine, other):
            for call in ("bundle_plan(%s)", "bundle_import(%s)", "bundle_import(%s, '{\"prune\": true}')", "bundle_rollback(%s::text)"):
                with prod.refuses("42501", "row-level security policy for table \"agents\""):
                    as_role(prod, role, f"SELECT * FROM {call}", (document,))
        with prod.refuses("42501", "row-level security policy for table \"agents\""):
            as_role(prod, role, "SELECT bundle_export('agent', '{\"parameters\": {\"agent_id\": \"agt-2\"}}')")
        prod.sql(f"ALTER ROLE {role} BYPASSRLS")
        assert as_role(prod, role, "SELECT DISTINCT summary FROM bundle_import(%s)", (mine,)) == [("update agent",)]

    with_role(prod, body)


def test_an_import_that_changes_nothing_reads_each_row_once(new_postgresql, postgresql):
    dev, prod = fill(create(new_postgresql())), create(postgresql, 500)
    for db in (dev, prod):
        define(db, "all", MANY)
    document = export(dev, "all", None)
    prod.call("bundle_import", document)
    other = psycopg2.connect(dbname=prod.name)
    cursor = other.cursor()
    cursor.execute("SELECT DISTINCT summary FROM bundle_import(%s)", (document,))
    assert cursor.fetchall() == [("nothing to change",)]
    cursor.execute("SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname LIKE 'agent%' OR relname LIKE 'permission%'")
    assert dict(cursor.fetchall()) == {"agents": 2, "agent_permissions": 4, "permission_actions": 4, "agent_tables": 2}
    other.close()


def test_two_bundles_at_once(new_postgresql):
    """Runs of bundles that share no table get their numbers one after the other, and neither fails."""
    prod = new_postgresql()
    for name in ("one", "two"):
        prod.script(f"CREATE TABLE {name} (name text PRIMARY KEY)")
        define(prod, name, {"fields": {name: {"rows": name, "fields": {"name": "name"}}}})
    first = psycopg2.connect(dbname=prod.name)
    cursor = first.cursor()
    cursor.execute("SELECT run_id FROM bundle_import('{\"one\": [{\"name\": \"a\"}]}', '{\"bundle\": \"one\"}')")
    assert cursor.fetchall() == [(1,)]
    found = []
    second = threading.Thread(target=lambda: found.extend(prod.call("bundle_import", '{"two": [{"name": "a"}]}', '{"bundle": "two"}')))
    second.start()
    watcher = prod.connect()
    while second.is_alive():
        with watcher.cursor() as watching:
            watching.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            if watching.fetchone()[0] == 1:
                break
    first.commit()
    second.join()
    assert [row["run_id"] for row in found] == [2]
    first.close()
    watcher.close()
