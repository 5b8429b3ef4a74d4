"""Bundles as a stranger uses them: what the caller gives, and secrets where a declaration did not look for them."""

import json

import pytest
from bundles import NOW, SPEC, create, define, fill


@pytest.fixture
def db(new_db):
    database = fill(create(new_db()))
    define(database)
    return database


def export(db, parameters=None, **options):
    given = {"agent_id": "agt-1", **(parameters or {})}
    return db.value("bundle_export", "agent", json.dumps({"exported_at": NOW, "parameters": given, **options}))


@pytest.mark.parametrize("value, what", [
    ("postgres://app:hunter2@db/crm", "a URL with a password"), ("Server=db;Uid=app;Pwd=hunter2", "a connection string"),
    ("sk-abcdefghijklmnopqrstuvwxyz", "an API key")])
def test_a_secret_that_the_caller_gives_is_refused(db, value, what):
    for parameter in ("source_url", "exported_by", "environment"):
        with db.refuses("WB054", f'parameter "{parameter}"', what) as failure:
            export(db, {parameter: value})
        assert value not in failure.text
    assert json.loads(export(db, {"source_url": "https://dev.example/agents?user=a"}))["source_url"].endswith("user=a")


@pytest.mark.parametrize("options, words", [
    ({"exported_at": "yesterday"}, 'exported_at" must be a time'), ({"exported_at": ""}, 'exported_at" must be a time'),
    ({"format": "text", "pretty": False}, '"pretty" cannot be used'), ({"format": "text", "pretty": True}, '"pretty" cannot be used')])
def test_options_without_a_meaning_are_refused(db, options, words):
    with db.refuses("WB001", words):
        export(db, **options)


@pytest.mark.parametrize("settings, path", [
    ({"tokens": 3, "auth": {"secrets": ["abc", "def"]}}, "$.auth.secrets"), ({"credentials": {"user": "a", "pin": "b"}}, "$.credentials"),
    ({"list": [[{"dsn": "host=db user=app password=hunter2"}]]}, "$.list[*][*].dsn"),
    ({"header": "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln"}, "$.header")])
def test_secrets_inside_documents_need_a_word(db, settings, path):
    spec = json.loads(json.dumps(SPEC))
    spec["secrets"] = ["api_key"]
    db.sql(f"UPDATE agents SET settings = '{json.dumps(settings)}'")
    with db.refuses("WB051", "agents.settings", path):
        define(db, "other", spec)
    define(db, "other", {**spec, "not_secret": ["settings"]})


def test_harmless_documents_need_none(db):
    spec = {**json.loads(json.dumps(SPEC)), "secrets": ["api_key"]}
    harmless = {"max_tokens": 5, "secrets": [], "token": "", "password": None, "credentials": {}, "url": "https://a.example/?q=a&b=c"}
    db.sql(f"UPDATE agents SET settings = '{json.dumps(harmless)}'")
    assert define(db, "other", spec) == "created"


def test_secrets_inside_a_specification_are_refused(db):
    for change, words in (({"parameters": {"agent_id": {"required": True}, "source_url": {"default": "postgres://app:hunter2@db/crm"},
                                           "exported_by": {}, "environment": {}}}, 'the default of parameter "source_url"'),
                          ({"fields": {**SPEC["fields"], "origin": {"object": {"key": {"const": {"k": "sk-abcdefghijklmnopqrstuvwxyz"}}}}}},
                           '$.fields.origin.object.key: the constant looks like a secret')):
        with db.refuses("WB051", words) as failure:
            define(db, "other", {**SPEC, **change})
        assert "hunter2" not in failure.text and "sk-abc" not in failure.text
