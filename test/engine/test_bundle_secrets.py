"""Secrets where an error, a log or a recorded run could show them: rows that the engine refuses and prints, values that a
column cannot hold, runs that took a secret."""
import json
import os

import pytest
from bundles import SCHEMA, SECRET, SETTINGS, SPEC, create, define, export, fill

GIVEN = {"agents.api_key": "given-secret-1", "agents.settings$.auth.token": "given-secret-2"}
HIDDEN = [*SECRET, *GIVEN.values()]


def hides(text):
    for secret in HIDDEN:
        assert secret not in text, secret


@pytest.fixture
def pair(new_db):
    dev, prod = fill(create(new_db(), 1), 1), create(new_db(), 500)
    for db in (dev, prod):
        define(db)
    return dev, prod


def with_rule(new_db, change):
    """Two environments; the tables of the second one have a rule more."""
    dev, prod = fill(create(new_db(), 1), 1), create(new_db(), 500, schema=change(SCHEMA))
    define(dev)
    define(prod, spec={**SPEC, "ignore": ["team"]} if "team" in change(SCHEMA) else SPEC)
    return dev, prod


RULES = {
    "check": ("type text,", "type text CHECK (type <> 'chat'),"),
    "check of the secret": ("api_key text", "api_key text CHECK (api_key = 'no')"),
    "not null": ("type text,", "type text, team text NOT NULL,"),
    "length": ("api_key text", "api_key varchar(5) CHECK (length(api_key) < 6)"),
    "unique": ("api_key text", "api_key text UNIQUE"),
}


@pytest.mark.parametrize("rule", RULES)
def test_rows_that_the_engine_refuses(new_db, rule):
    dev, prod = with_rule(new_db, lambda schema: schema.replace(*RULES[rule]))
    document = export(dev)
    if rule == "unique":
        prod.sql("INSERT INTO agents (id, agent_id, name, api_key) VALUES (900, 'other', 'Other', 'given-secret-1')")
    with prod.refuses(None) as failure:
        prod.call("bundle_import", document, json.dumps({"secrets": GIVEN}))
    hides(failure.text)


def test_rows_that_are_there_and_are_refused(pair):
    dev, prod = pair
    prod.call("bundle_import", export(dev), json.dumps({"secrets": GIVEN}))
    prod.sql("UPDATE agents SET api_key = '%s', settings = '%s'" % (SECRET[0], json.dumps(SETTINGS)))
    if prod.engine == "postgresql":
        prod.sql("ALTER TABLE agents ADD CHECK (name <> 'Bad')")
    else:
        prod.script("CREATE TRIGGER bad BEFORE UPDATE ON agents WHEN NEW.name = 'Bad' BEGIN SELECT raise(ABORT, 'bad name'); END")
    dev.sql("UPDATE agents SET name = 'Bad', settings = '{\"x\": 1}' WHERE agent_id = 'agt-1'")
    log = os.environ.get("WHIMBREL_SERVER_LOG")
    size = os.path.getsize(log) if log else 0
    with prod.refuses(None) as failure:
        prod.call("bundle_import", export(dev))
    hides(failure.text)
    if prod.engine == "postgresql" and log and os.access(log, os.R_OK):
        with open(log, errors="replace") as lines:
            lines.seek(size)
            text = lines.read()
        assert "agents_name_check" in text and "bundle_import" in text
        hides(text)


def test_a_secret_of_another_type(new_db):
    sqlite = new_db().engine == "sqlite"
    dev, prod = with_rule(new_db, lambda schema: schema.replace("api_key text", "api_key integer CHECK (typeof(api_key) = 'integer')" if sqlite else "api_key uuid"))
    document = export(dev)
    with prod.refuses(None) as failure:
        prod.call("bundle_import", document, json.dumps({"secrets": GIVEN}))
    hides(failure.text)


def test_a_run_that_took_secrets_is_undone(pair):
    """The rows come back; secrets that were taken stay, and that is said."""
    dev, prod = pair
    document = export(dev)
    prod.call("bundle_import", document, json.dumps({"secrets": GIVEN}))
    before = prod.digests()
    rows = prod.call("bundle_import", document, json.dumps({"secrets": {"agents.api_key": "another-secret"}}))
    assert rows[0]["summary"] == "update agent, take 1 secret"
    assert "another-secret" not in repr(prod.sql("SELECT * FROM bundle_runs"))
    prod.call("bundle_rollback", str(rows[0]["run_id"]))
    assert prod.one("SELECT api_key FROM agents WHERE agent_id = 'agt-1'") == "another-secret"
    assert prod.digests(exclude=["agents"]) == {name: value for name, value in before.items() if name != "agents"}
