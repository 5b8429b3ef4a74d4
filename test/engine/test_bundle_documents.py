"""Lists and objects that a column has as JSON: in columns of JSON and of text, of the shape that the specification says."""
import json

import pytest

SCHEMA = """CREATE TABLE agents (agent_id text PRIMARY KEY, name text NOT NULL, tables {0}, metadata {0});
CREATE TABLE permissions (agent text NOT NULL REFERENCES agents (agent_id), resource text NOT NULL, type text NOT NULL, permissions {0} NOT NULL,
                          PRIMARY KEY (agent, resource));"""
SPEC = {"table": "agents", "parameters": ["agent_id"], "where": {"agent_id": "agent_id"}, "fields": {
    "agent_id": "agent_id", "name": "name",
    "resource_permissions": {"rows": "permissions", "key": "resource", "fields": {"type": "type", "permissions": {"column": "permissions", "json": "array"}}},
    "tables": {"column": "tables", "json": "array"}, "metadata": {"column": "metadata", "json": "object"}}}
DOCUMENT = {"agent_id": "agt-1", "name": "Sales", "resource_permissions": {"crm": {"type": "api", "permissions": ["read", "write"]}},
            "tables": ["a", {"b": 1}], "metadata": None}


@pytest.fixture(params=["text", "json"])
def db(request, new_db):
    db = new_db()
    db.script(SCHEMA.format(request.param))
    db.value("bundle_define", "agent", json.dumps(SPEC))
    return db


def export(db):
    return db.value("bundle_export", "agent", '{"parameters": {"agent_id": "agt-1"}}')


def test_both_ways(db):
    document = json.dumps(DOCUMENT)
    assert [(row["severity"], row["path"]) for row in db.call("bundle_validate", document)] == []
    db.call("bundle_import", document)
    assert db.sql("SELECT permissions FROM permissions") == [('["read", "write"]',)]
    assert json.loads(export(db)) == DOCUMENT
    with db.unchanged():
        # Other white space is no change.
        assert db.call("bundle_import", json.dumps(DOCUMENT, indent=4))[0]["summary"] == "nothing to change"
    changed = json.loads(export(db))
    changed["resource_permissions"]["crm"]["permissions"].append("delete")
    run = db.call("bundle_import", json.dumps(changed))[0]["run_id"]
    assert json.loads(export(db)) == changed
    db.call("bundle_rollback", str(run))
    assert json.loads(export(db)) == DOCUMENT


@pytest.mark.parametrize("place, value, path, words", [
    (("tables",), {}, "$.tables", "must be an array, not an object"), (("tables",), "a", "$.tables", "must be an array, not a string"),
    (("metadata",), [], "$.metadata", "must be an object, not an array"),
    (("resource_permissions", "crm", "permissions"), None, '$.resource_permissions["crm"].permissions', "must not be null"),
    (("resource_permissions", "crm", "permissions"), 1, '$.resource_permissions["crm"].permissions', "must be an array, not a number")])
def test_other_shapes(db, place, value, path, words):
    document = json.loads(json.dumps(DOCUMENT))
    at = document
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    assert [(row["path"], row["message"]) for row in db.call("bundle_validate", json.dumps(document))] == [(path, words)]
    with db.refuses(None, path, words):
        db.call("bundle_import", json.dumps(document))


def test_what_the_column_has_otherwise(db):
    db.sql("INSERT INTO agents (agent_id, name, tables) VALUES ('agt-1', 'Sales', '7')")
    with db.fails("WB024", "column \"agents.tables\" has a value that is not an array"):
        export(db)


def test_faults(db):
    spec = json.loads(json.dumps(SPEC))
    spec["fields"]["tables"]["json"] = "list"
    with db.refuses("WB051", "$.fields.tables.json: must be \"array\" or \"object\""):
        db.value("bundle_define", "other", json.dumps(spec))
