"""Bundles as they are declared: what a specification may say, and everything that is refused at once."""
import copy
import json

import pytest
from bundles import MANY, SECRET, SPEC, create, define, export, fill

DOCUMENT = """{
  "version": "1.0",
  "exported_at": "2026-01-02T03:04:05Z",
  "source_url": "https://dev.example",
  "agent": {
    "agent_id": "agt-1",
    "name": "Sales",
    "type": "chat",
    "settings": {"model": "large", "auth": {"kind": "bearer"}, "hooks": [{"url": "https://a"}, {"url": "https://b"}]},
    "database": {
      "type": "postgresql",
      "connection_name": "crm"
    },
    "resource_permissions": {
      "billing": {
        "type": "table",
        "permissions": [
          "read"
        ]
      },
      "crm": {
        "type": "api",
        "permissions": [
          "read",
          "write"
        ]
      },
      "empty": {
        "type": "table",
        "permissions": []
      }
    }
  },
  "tables": [
    "customers",
    "orders"
  ],
  "metadata": {
    "exported_by": "nobody",
    "environment": null
  }
}
"""


def test_the_document_of_an_agent(db):
    fill(create(db))
    assert define(db) == "created"
    assert export(db) == DOCUMENT
    assert json.loads(export(db, pretty=False)) == json.loads(DOCUMENT)
    assert define(db) == "unchanged"
    listed = db.call("bundle_list")
    assert [(row["bundle"], row["tables"], row["parameters"], row["state"]) for row in listed] == [
        ("agent", "agents, agent_permissions, permission_actions, agent_tables", "agent_id, environment, exported_by, source_url", "ok")]
    assert json.loads(listed[0]["spec"]) == SPEC
    assert db.value("bundle_drop", "agent") in (True, 1)
    assert db.call("bundle_list") == []


def test_text_for_people(db):
    fill(create(db))
    define(db)
    text = json.loads(export(db, format="text"))
    assert 'name: "Sales"' in text and "crm:" in text and '- "read"' in text
    assert not any(secret in text for secret in SECRET)


def test_the_numbers_of_an_environment_do_not_show(new_db):
    one, other = (fill(create(new_db(), first), first) for first in (1, 500))
    for db in (one, other):
        define(db)
        define(db, "all", MANY)
    assert export(one) == export(other)
    assert export(one, "all", None) == export(other, "all", None)
    assert [agent["agent_id"] for agent in json.loads(export(one, "all", None))["agents"]] == ["agt-1", "agt-2"]


@pytest.mark.parametrize("options, code, words", [
    ({}, "WB001", ["needs the parameter \"agent_id\""]),
    ({"parameters": {"agent_id": "agt-9"}}, "WB001", ["has no row with agent_id = agt-9"]),
    ({"parameters": {"agentid": "agt-1"}}, "WB001", ["has no parameter \"agentid\"", "Did you mean \"agent_id\"?"]),
    ({"parameter": {}}, "WB001", ["unknown option \"parameter\""])])
def test_exports_that_are_refused(db, options, code, words):
    fill(create(db))
    define(db)
    with db.refuses(code, *words):
        db.value("bundle_export", "agent", json.dumps(options))
    with db.refuses("WB050", "no bundle \"agents\"", "Did you mean \"agent\"?"):
        db.value("bundle_export", "agents", "{}")


def without(path):
    def change(spec):
        *way, last = path
        for step in way:
            spec = spec[step]
        del spec[last]
    return change


def put(path, value):
    def change(spec):
        *way, last = path
        for step in way:
            spec = spec[step]
        spec[last] = value
    return change


@pytest.mark.parametrize("change, words", [
    (put(["table"], "agent"), ["table \"agent\" does not exist", "Did you mean \"agents\"?"]),
    (put(["tables"], "agents"), ["unknown key \"tables\"", "did you mean \"table\"?"]),
    (put(["fields", "agent", "object", "type"], "typ"), ["$.fields.agent.object.type", "no column \"typ\"", "did you mean \"type\"?"]),
    (without(["fields", "agent", "object", "type"]), ["column \"type\" of table \"agents\" is not declared"]),
    (without(["volatile"]), ["column \"updated_at\" of table \"agents\" is not declared"]),
    (put(["fields", "agent", "object", "database"], "database_id"), ["foreign key of column \"database_id\" leaves the bundle", "databases"]),
    (put(["secrets"], []), ["column \"api_key\" of table \"agents\" is not declared"]),
    (put(["fields", "key"], "api_key"), ["column \"api_key\" is secret"]),
    (put(["secrets", 1, "path"], ["$.auth"]), ["settings", "secret by its name", "$.hooks[*].secret"]),
    (put(["secrets", 1, "path"], ["$.hooks[*].secret"]), ["settings", "secret by its name at $.auth.token"]),
    (put(["where", "agent_id"], "agent"), ["there is no parameter \"agent\""]),
    (without(["natural_key"]), ["needs a natural key"]),
    (put(["natural_key"], ["updated_at"]), ["\"updated_at\" of the natural key is not in the document"]),
    (put(["fields", "id"], "id"), ["column \"id\" of the primary key is in the document"]),
    (put(["fields", "again"], "name"), ["column \"name\" stands in the document twice"]),
    (put(["fields", "tables"], {"list": "agent_tables"}), ["a list needs \"of\""]),
    (put(["fields", "version"], {"const": "sk-live-0123456789abcdef0123456789"}), ["looks like a secret"]),
    (put(["fields", "version"], {}), ["a field is the name of a column"])])
def test_specifications_that_are_refused(db, change, words):
    fill(create(db))
    spec = copy.deepcopy(SPEC)
    change(spec)
    with db.refuses("WB051", *words) as failure:
        define(db, spec=spec)
    assert not any(secret in failure.text for secret in SECRET)


def test_all_faults_at_once(db):
    fill(create(db))
    spec = copy.deepcopy(SPEC)
    for change in (without(["volatile"]), put(["fields", "agent", "object", "type"], "typ"), put(["labels"], "x")):
        change(spec)
    with db.refuses("WB051", "faults", "updated_at", "typ", "unknown key \"labels\""):
        define(db, spec=spec)


def test_secret_looking_columns_need_a_word(db):
    fill(create(db))
    spec = copy.deepcopy(SPEC)
    spec["secrets"] = SPEC["secrets"][1:]
    spec["fields"]["agent"]["object"]["key"] = "api_key"
    with db.refuses("WB051", "agents.api_key", "looks like a secret by its name"):
        define(db, spec=spec)
    spec["not_secret"] = ["api_key"]
    assert define(db, spec=spec) == "created"


def test_a_secret_that_comes_later_does_not_leave(db):
    fill(create(db))
    define(db)
    db.sql(f"UPDATE agents SET name = '{SECRET[0]}' WHERE agent_id = 'agt-1'")
    with db.refuses("WB054", "agents.name", "looks like") as failure:
        export(db)
    assert SECRET[0] not in failure.text
