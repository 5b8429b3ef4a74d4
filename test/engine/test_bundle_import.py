"""Bundles from one environment into another: validated, planned, imported, verified, undone. A secret shows nowhere."""
import json

import psycopg2
import pytest
from bundles import CONNECTION, MANY, SCHEMA, SECRET, SETTINGS, SPEC, create, define, export, fill


def plan(db, document, **options):
    return db.call("bundle_plan", document, json.dumps(options))


def apply(db, document, **options):
    return {row["table_name"]: row for row in db.call("bundle_import", document, json.dumps(options))}


def counts(rows):
    return {table: tuple(row[name] for name in ("inserted", "updated", "deleted", "unchanged")) for table, row in rows.items()}


def changed(document, **values):
    """The document with other values at the given places, a dot between their names (as keywords: __)."""
    tree = json.loads(document)
    for name, value in values.items():
        *way, last = name.split("__")
        at = tree
        for step in way:
            at = at[step]
        at[last] = value
    return json.dumps(tree)


@pytest.fixture
def pair(new_db):
    """Development with agents, and production without, whose numbers are others."""
    dev, prod = fill(create(new_db(), 1), 1), create(new_db(), 500)
    for db in (dev, prod):
        define(db)
    return dev, prod


def test_a_new_agent(pair):
    dev, prod = pair
    prod.sql("INSERT INTO agents (id, agent_id, name) VALUES (700, 'agt-7', 'Nobody')")
    document = export(dev)
    rows = plan(prod, document)
    assert rows[-1]["action"] == "summary"
    assert rows[-1]["new_value"] == "register new agent, set 3 resource permissions, set 3 permissions, set 2 tables"
    assert {(row["action"], row["table_name"], row["key"]) for row in rows[:-1]} == {
        ("insert", "agents", "(agt-1)"), ("insert", "agent_permissions", "(agt-1, billing)"), ("insert", "agent_permissions", "(agt-1, crm)"),
        ("insert", "agent_permissions", "(agt-1, empty)"), ("insert", "permission_actions", "(agt-1, billing, read)"),
        ("insert", "permission_actions", "(agt-1, crm, read)"), ("insert", "permission_actions", "(agt-1, crm, write)"),
        ("insert", "agent_tables", "(agt-1, customers)"), ("insert", "agent_tables", "(agt-1, orders)")}
    assert ("database_id", None, "crm") in [(row["column_name"], row["old_value"], row["new_value"]) for row in rows]
    rows = apply(prod, document, plan_hash=rows[-1]["plan_hash"])
    assert counts(rows) == {"agents": (1, 0, 0, 0), "agent_permissions": (3, 0, 0, 0), "permission_actions": (3, 0, 0, 0), "agent_tables": (2, 0, 0, 0)}
    assert rows["agents"]["run_id"] == 1
    assert export(prod) == document
    assert prod.one("SELECT id FROM agents WHERE agent_id = 'agt-1'") > 100
    assert prod.one("SELECT database_id FROM agents WHERE agent_id = 'agt-1'") == 500


def test_the_same_again_changes_nothing_and_says_so(pair):
    dev, prod = pair
    document = export(dev)
    apply(prod, document)
    with prod.unchanged():
        rows = apply(prod, document)
        assert counts(rows) == {"agents": (0, 0, 0, 1), "agent_permissions": (0, 0, 0, 3), "permission_actions": (0, 0, 0, 3), "agent_tables": (0, 0, 0, 2)}
        assert {row["summary"] for row in rows.values()} == {"nothing to change"}
        assert {row["run_id"] for row in rows.values()} == {None}
        assert [row["action"] for row in plan(prod, document)] == ["summary"]


def test_across_the_engines(new_sqlite, new_postgresql):
    sqlite, postgresql = fill(create(new_sqlite(), 1), 1), create(new_postgresql(), 70)
    for db in (sqlite, postgresql):
        define(db)
    document = export(sqlite)
    apply(postgresql, document)
    assert export(postgresql) == document
    postgresql.sql("UPDATE agents SET name = 'Renamed', settings = '{\"model\":\"small\"}'")
    apply(sqlite, export(postgresql))
    assert export(sqlite) == export(postgresql)
    assert json.loads(sqlite.one("SELECT settings FROM agents WHERE agent_id = 'agt-1'")) == {"model": "small"}


def test_changes_column_by_column(pair):
    dev, prod = pair
    apply(prod, export(dev))
    prod.sql(f"UPDATE agents SET api_key = '{SECRET[0]}', settings = '{json.dumps(SETTINGS)}'")
    dev.sql("UPDATE agents SET name = 'Support', database_id = 2, settings = '{\"model\": \"small\", \"hooks\": [{\"url\": \"https://c\"}]}' WHERE agent_id = 'agt-1'")
    dev.sql("UPDATE agent_permissions SET type = 'table' WHERE resource = 'crm'")
    document = export(dev)
    rows = [(row["action"], row["table_name"], row["key"], row["column_name"], row["old_value"], row["new_value"]) for row in plan(prod, document)]
    assert rows[0:3] == [
        ("update", "agents", "(agt-1)", "name", "Sales", "Support"),
        ("update", "agents", "(agt-1)", "settings",
         '{"model": "large", "auth": {"kind": "bearer"}, "hooks": [{"url": "https://a"}, {"url": "https://b"}]}', '{"model": "small", "hooks": [{"url": "https://c"}]}'),
        ("update", "agents", "(agt-1)", "database_id", "crm", "shop")]
    assert rows[3:] == [("update", "agent_permissions", "(agt-1, crm)", "type", "api", "table"),
                        ("summary", None, None, None, None, "update agent, set 1 resource permission")]
    apply(prod, document)
    assert export(prod) == document
    # What the target has of secrets stays.
    assert prod.one("SELECT api_key FROM agents") == SECRET[0]
    settings = json.loads(prod.one("SELECT settings FROM agents"))
    assert settings["hooks"][0] == {"url": "https://c", "secret": SECRET[2]}


def test_what_is_gone_goes_only_by_prune(pair):
    dev, prod = pair
    apply(prod, export(dev))
    dev.script("DELETE FROM permission_actions WHERE permission = 1; DELETE FROM agent_permissions WHERE id = 1; DELETE FROM agent_tables WHERE table_name = 'orders'")
    document = export(dev)
    assert [row["new_value"] for row in plan(prod, document)] == ["nothing to change"]
    rows = plan(prod, document, prune=True)
    assert rows[-1]["new_value"] == "remove 1 resource permission, remove 2 permissions, remove 1 table"
    rows = apply(prod, document, prune=True)
    assert counts(rows) == {"agents": (0, 0, 0, 1), "agent_permissions": (0, 0, 1, 2), "permission_actions": (0, 0, 2, 1), "agent_tables": (0, 0, 1, 1)}
    assert export(prod) == document


def test_prune_does_not_touch_what_is_not_of_the_bundle(pair):
    dev, prod = pair
    apply(prod, export(dev))
    prod.script("CREATE TABLE audit (permission integer REFERENCES agent_permissions (id) ON DELETE CASCADE)")
    prod.sql("INSERT INTO audit SELECT id FROM agent_permissions WHERE resource = 'crm'")
    document = changed(export(dev), agent__resource_permissions={})
    with prod.refuses("WB027", "audit", "would be deleted"):
        apply(prod, document, prune=True)


@pytest.mark.parametrize("change", ["UPDATE agents SET name = 'Someone else was here'", "INSERT INTO agent_tables SELECT id, 'new' FROM agents"])
def test_a_stale_plan_is_refused(pair, change):
    dev, prod = pair
    apply(prod, export(dev))
    document = changed(export(dev), agent__type="other")
    stale = plan(prod, document)[-1]["plan_hash"]
    assert plan(prod, document)[-1]["plan_hash"] == stale
    prod.sql(change)
    with prod.refuses("WB052", "stale"):
        apply(prod, document, plan_hash=stale)
    with prod.refuses("WB052", "stale"):
        apply(prod, changed(document, agent__type="more"), plan_hash=plan(prod, document)[-1]["plan_hash"])
    with prod.refuses("WB052", "stale"):
        apply(prod, document, plan_hash=plan(prod, document)[-1]["plan_hash"], prune=True)
    apply(prod, document, plan_hash=plan(prod, document)[-1]["plan_hash"])


def test_a_plan_and_a_dry_run_leave_nothing(pair):
    dev, prod = pair
    document = export(dev)
    with prod.unchanged():
        plan(prod, document)
        rows = apply(prod, document, dry_run=True)
        assert counts(rows)["agents"] == (1, 0, 0, 0)
        assert rows["agents"]["run_id"] is None


def test_secrets_come_by_option_only(pair):
    dev, prod = pair
    document = export(dev)
    new = {"agents.api_key": "sk-live-new", "agents(agt-1).settings$.auth.token": "token-new"}
    rows = plan(prod, document, secrets=new)
    assert sorted((row["column_name"], row["old_value"], row["new_value"]) for row in rows if row["new_value"] == "***") == [
        ("api_key", None, "***"), ("settings$.auth.token", None, "***")]
    assert rows[-1]["new_value"].endswith("take 2 secrets")
    apply(prod, document, secrets=new)
    assert prod.one("SELECT api_key FROM agents") == "sk-live-new"
    assert json.loads(prod.one("SELECT settings FROM agents"))["auth"] == {"kind": "bearer", "token": "token-new"}
    with prod.unchanged():
        assert {row["summary"] for row in apply(prod, document, secrets=new).values()} == {"nothing to change"}
    rows = apply(prod, document, secrets={"agents.settings$.auth.token": "another"})
    assert counts(rows)["agents"] == (0, 1, 0, 0)
    assert json.loads(prod.one("SELECT settings FROM agents"))["auth"] == {"kind": "bearer", "token": "another"}
    assert export(prod) == document
    with prod.refuses("WB001", "agents.name", "nothing that is secret"):
        apply(prod, document, secrets={"agents.name": "x"})
    with prod.refuses("WB001", "no row of the document is meant"):
        apply(prod, document, secrets={"agents(agt-9).api_key": "x"})


def test_a_secret_shows_nowhere(pair):
    """In no document, plan, error, log or recorded run."""
    dev, prod = pair
    seen = [export(dev), export(dev, format="text")]
    document = export(dev)
    given = {"agents.api_key": "given-secret-1", "agents.settings$.auth.token": "given-secret-2"}
    seen += [plan(prod, document, secrets=given), apply(prod, document, secrets=given), plan(prod, document, secrets=given, format="json"),
             plan(prod, document, secrets=given, format="text")]
    prod.sql(f"UPDATE agents SET settings = '{json.dumps(SETTINGS)}', api_key = '{SECRET[0]}'")
    seen += [apply(prod, changed(document, agent__settings={"x": 1})), prod.call("bundle_drift", document)]
    # Documents with secrets in them are refused, and nothing of them is repeated.
    for place in ("agent__api_key", "agent__settings", "agent__name", "source_url", "agent__database__connection_string", "agent__database__type"):
        value = {"auth": {"token": SECRET[1]}} if place == "agent__settings" else SECRET[0] if place != "agent__database__type" else CONNECTION
        bad = changed(document, **{place: value})
        seen.append(prod.call("bundle_validate", bad))
        assert any(row["severity"] == "error" for row in seen[-1]), place
        with prod.refuses(None) as failure:
            apply(prod, bad)
        seen.append(failure.text)
    seen += [prod.sql("SELECT * FROM bundle_runs"), prod.sql("SELECT * FROM bundles")]
    text = repr(seen)
    for secret in SECRET + ["given-secret-1", "given-secret-2", CONNECTION]:
        assert secret not in text, secret


@pytest.mark.parametrize("change, path, words", [
    ({"version": "2.0"}, "$.version", ["must be \"1.0\""]),
    ({"agent__agent_id": None}, "$.agent.agent_id", ["must not be null"]),
    ({"agent__name": 7}, "$.agent.name", []),
    ({"agent__nam": "x"}, "$.agent.nam", ["unknown key \"nam\"", "did you mean \"name\"?"]),
    ({"tables": {}}, "$.tables", ["must be an array, not an object"]),
    ({"tables": ["a", "a"]}, "$.tables[1]", ["stands there twice"]),
    ({"tables": ["a", 7]}, "$.tables[1]", []),
    ({"metadata": []}, "$.metadata", ["must be an object, not an array"]),
    ({"agent__resource_permissions": []}, "$.agent.resource_permissions", ["must be an object"]),
    ({"agent__resource_permissions__crm": {"permissions": []}}, "$.agent.resource_permissions[\"crm\"].type", ["is missing"]),
    ({"agent__resource_permissions__crm": {"type": "api"}}, "$.agent.resource_permissions[\"crm\"].permissions", ["is missing"]),
    ({"agent__resource_permissions__crm": {"type": "api", "permissions": "read"}}, "$.agent.resource_permissions[\"crm\"].permissions", ["must be an array"]),
    ({"agent__database": {"connection_name": "nowhere", "type": "x"}}, "$.agent.database", ["table \"databases\" has no row (nowhere)"]),
    ({"agent__database": "crm"}, "$.agent.database", ["must be an object"])])
def test_problems_with_their_paths(pair, change, path, words):
    dev, prod = pair
    document = changed(export(dev), **change)
    problems = [row for row in prod.call("bundle_validate", document) if row["severity"] == "error"]
    assert path in [row["path"] for row in problems], problems
    message = next(row["message"] for row in problems if row["path"] == path)
    for word in words:
        assert word in message
    with prod.refuses(None, path):
        apply(prod, document)
    with prod.refuses(None, path):
        prod.call("bundle_validate", document, json.dumps({"fail": True}))


def test_all_problems_at_once(pair):
    dev, prod = pair
    document = changed(export(dev), version="2", tables={}, agent__database={"connection_name": "nowhere"}, metadata=1, extra=1)
    paths = {row["path"] for row in prod.call("bundle_validate", document)}
    assert {"$.version", "$.tables", "$.agent.database", "$.metadata", "$.extra"} <= paths
    tree = json.loads(document)
    del tree["agent"]["name"], tree["agent"]["agent_id"]
    paths = {row["path"] for row in prod.call("bundle_validate", json.dumps(tree))}
    assert {"$.agent.name", "$.agent.agent_id", "$.tables"} <= paths


def test_what_the_target_has_otherwise(pair):
    """No fault of the document: its rows exist without their secret, and the database of that name is of another kind."""
    dev, prod = pair
    document = export(dev)
    apply(prod, document)
    prod.sql("UPDATE databases SET type = 'sqlite' WHERE connection_name = 'crm'")
    assert [(row["severity"], row["code"], row["path"], row["message"]) for row in prod.call("bundle_validate", document)] == [
        ("warning", "WB054", "$", "the row that is there has no secret \"agents.api_key\""),
        ("warning", "WB027", "$.agent.database.type", "is postgresql in the document, and sqlite here: it stays")]
    prod.call("bundle_validate", document, '{"fail": true}')


def test_a_secret_that_a_new_row_needs(new_db):
    dev, prod = fill(create(new_db())), create(new_db(), schema=SCHEMA.replace("api_key text", "api_key text NOT NULL"))
    for db in (dev, prod):
        define(db)
    document = export(dev)
    problems = prod.call("bundle_validate", document)
    assert ("error", "WB054", "$") in [(row["severity"], row["code"], row["path"]) for row in problems]
    with prod.refuses("WB054", "agents.api_key", "option \"secrets\""):
        apply(prod, document)
    assert [row for row in prod.call("bundle_validate", document, json.dumps({"secrets": {"agents.api_key": "x"}})) if row["severity"] == "error"] == []
    apply(prod, document, secrets={"agents.api_key": "x"})


def damages(record):
    """The record of a run with one part of it missing, of another type, or one too many."""
    for place in range(len(json.loads(record))):
        for name in ("table", "action", "key", "secrets", "taken", "rows"):
            for wrong in (None, {}, [], 7, "x", [[]], [7], [{}], [[7]], [{"key": []}]):
                tree = json.loads(record)
                if wrong is None:
                    del tree[place][name]
                else:
                    tree[place][name] = wrong
                yield json.dumps(tree)


def test_a_record_that_somebody_changed_is_refused_or_does_what_it_says(pair):
    """Who may write to bundle_runs writes what another role's rollback reads: an error or a plain rollback, never a crash."""
    dev, prod = pair
    run = apply(prod, export(dev))["agents"]["run_id"]
    dev.script("UPDATE agents SET name = 'New' WHERE agent_id = 'agt-1'; DELETE FROM permission_actions WHERE permission = 1")
    changing = apply(prod, export(dev), prune=True)["agents"]["run_id"]
    for number in (changing, run):
        record = prod.one(f"SELECT replaced FROM bundle_runs WHERE run_id = {number}")
        refused = 0
        for damaged in damages(record):
            prod.sql(f"UPDATE bundle_runs SET replaced = '{damaged.replace(chr(39), chr(39) * 2)}' WHERE run_id = {number}")
            try:
                prod.call("bundle_rollback", str(number), '{"dry_run": true}')
            except (psycopg2.Error, prod.connection.Error) as error:
                refused += prod.explain(error)[0] == "WB051"
        assert refused > 60
        prod.sql(f"UPDATE bundle_runs SET replaced = '{record.replace(chr(39), chr(39) * 2)}' WHERE run_id = {number}")
        prod.call("bundle_rollback", str(number))


def test_a_run_is_undone(pair):
    dev, prod = pair
    before = prod.digests()
    document = export(dev)
    first = apply(prod, document)["agents"]["run_id"]
    middle = prod.digests()
    dev.script("UPDATE agents SET name = 'New', settings = NULL, database_id = NULL WHERE agent_id = 'agt-1'; DELETE FROM permission_actions WHERE permission = 1; "
               "DELETE FROM agent_permissions WHERE id = 1; INSERT INTO agent_tables VALUES (1, 'more')")
    second = apply(prod, export(dev), prune=True)["agents"]["run_id"]
    assert prod.digests() != middle
    with prod.refuses("WB053", "cannot be undone", "agents", "has changed since"):
        prod.call("bundle_rollback", str(first))
    with prod.unchanged():
        prod.call("bundle_rollback", str(second), '{"dry_run": true}')
    rows = prod.call("bundle_rollback", str(second))
    assert {row["table_name"]: (row["inserted"], row["updated"], row["deleted"]) for row in rows} == {
        "agents": (0, 1, 0), "agent_permissions": (1, 0, 0), "permission_actions": (2, 0, 0), "agent_tables": (0, 0, 1)}
    assert prod.digests() == middle
    with prod.refuses("WB003", "was undone by run 3"):
        prod.call("bundle_rollback", str(second))
    prod.call("bundle_rollback", str(first))
    assert prod.digests() == before
    with prod.refuses("WB050", "no run 99"):
        prod.call("bundle_rollback", "99")
    with prod.refuses("WB003", "must be the number of a run, or a document"):
        prod.call("bundle_rollback", "last")


def test_conflicts_of_a_rollback_are_named(pair):
    dev, prod = pair
    run = apply(prod, export(dev))["agents"]["run_id"]
    prod.sql("UPDATE agents SET name = 'Changed'")
    prod.sql("DELETE FROM agent_tables WHERE table_name = 'orders'")
    with prod.refuses("WB053", "from Sales to Changed", "agent_tables", "it is gone", "Nothing was undone"):
        prod.call("bundle_rollback", str(run))


def test_a_backup_document_is_imported(pair):
    dev, prod = pair
    apply(prod, export(dev))
    backup, before = export(prod), prod.digests()
    dev.script("UPDATE agents SET name = 'New' WHERE agent_id = 'agt-1'; INSERT INTO agent_tables VALUES (1, 'more')")
    apply(prod, export(dev))
    assert prod.digests() != before
    prod.call("bundle_rollback", backup)
    assert prod.digests() == before


def test_drift(pair):
    dev, prod = pair
    document = export(dev)
    apply(prod, document)
    states = lambda text: [(row["state"], row["table_name"], row["key"], row["column_name"], row["base_value"], row["here_value"], row["there_value"])
                           for row in prod.call("bundle_drift", text)]
    assert states(document) == [("in_sync",) + (None,) * 6]
    prod.call("bundle_drift", document, '{"fail": true}')
    there = changed(document, agent__name="There", agent__type="there")
    assert states(there) == [("changed_there", "agents", "(agt-1)", "name", "Sales", "Sales", "There"),
                             ("changed_there", "agents", "(agt-1)", "type", "chat", "chat", "there")]
    prod.sql("UPDATE agents SET name = 'Here'")
    assert states(there)[0] == ("conflict", "agents", "(agt-1)", "name", "Sales", "Here", "There")
    assert states(document) == [("changed_here", "agents", "(agt-1)", "name", "Sales", "Here", "Sales")]
    prod.sql("DELETE FROM agent_tables WHERE table_name = 'orders'")
    prod.sql("INSERT INTO agent_tables SELECT id, 'mine' FROM agents")
    key = lambda name: f"(agt-1, {name})"
    assert sorted(states(changed(document, agent__name="Here", tables=["customers", "orders", "theirs"])), key=str) == [
        ("changed_here", "agent_tables", key("mine"), None, None, key("mine"), None),
        ("changed_here", "agent_tables", key("orders"), None, key("orders"), None, key("orders")),
        ("changed_there", "agent_tables", key("theirs"), None, None, None, key("theirs"))]
    with prod.refuses("WB053", "has drifted"):
        prod.call("bundle_drift", document, '{"fail": true}')


def test_drift_of_one_document_among_others(pair):
    """Each document is compared with its own last import, and with a backup that was imported later."""
    dev, prod = pair
    documents = [export(dev, agent=agent) for agent in ("agt-1", "agt-2")]
    for document in documents:
        apply(prod, document)
    prod.sql("UPDATE agents SET name = 'Here'")
    states = lambda document: [(row["state"], row["base_value"], row["here_value"]) for row in prod.call("bundle_drift", document)]
    assert [states(document) for document in documents] == [[("changed_here", "Sales", "Here")], [("changed_here", "Other", "Here")]]
    prod.call("bundle_rollback", changed(documents[0], agent__name="Backup"))
    assert states(documents[0]) == [("changed_there", "Backup", "Backup")]


def test_many_agents_in_one_document(new_db):
    dev, prod = fill(create(new_db(), 1), 1), create(new_db(), 300)
    for db in (dev, prod):
        define(db, "all", MANY)
    document = export(dev, "all", None)
    assert plan(prod, document)[-1]["new_value"].startswith("register 2 new agents, set 4 resource permissions")
    apply(prod, document)
    assert export(prod, "all", None) == document
    tree = json.loads(document)
    tree["agents"][0], tree["agents"][1] = tree["agents"][1], tree["agents"][0]
    assert plan(prod, json.dumps(tree))[-1]["new_value"] == "nothing to change"
    tree["agents"].append(tree["agents"][0])
    assert ["$.agents[2]"] == [row["path"] for row in prod.call("bundle_validate", json.dumps(tree)) if row["severity"] == "error"][:1]


def test_of_which_bundle(pair):
    dev, prod = pair
    document = export(dev)
    define(prod, "all", MANY)
    with prod.refuses("WB050", "several bundles", "\"agent\", \"all\""):
        apply(prod, document)
    assert counts(apply(prod, document, bundle="agent"))["agents"] == (1, 0, 0, 0)
