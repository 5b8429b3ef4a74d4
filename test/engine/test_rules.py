"""The rules that exports and imports keep: what may be said, and that it is checked against the catalog."""
import json

import pytest

SCHEMA = """CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, token text, changed text);
CREATE TABLE flows (id integer PRIMARY KEY, nodes text, owner integer);
CREATE TABLE visits (a integer, b integer, PRIMARY KEY (a, b));"""


@pytest.fixture
def rules(db):
    db.script(SCHEMA)
    return db


def kept(db):
    return db.sql("SELECT rule, table_name, column_name, path, target_table, target_column FROM transfer_rules ORDER BY rule_id")


def test_each_kind_is_kept(rules):
    assert rules.one("SELECT rule_add('secret', 'users', 'token')") == 1
    rules.sql("SELECT rule_add('log', 'visits')")
    rules.sql("SELECT rule_add('volatile', 'users', 'changed', '{}')")
    rules.sql("SELECT rule_add('natural_key', 'users', 'email')")
    rules.sql("""SELECT rule_add('natural_key', 'visits', NULL, '{"columns": ["b", "a"]}')""")
    rules.sql("""SELECT rule_add('reference', 'flows', 'nodes', '{"path": "$[*].user", "target_table": "users"}')""")
    rules.sql("SELECT rule_add('exclude', 'flows', 'owner')")
    assert kept(rules) == [("secret", "users", "token", "", "", ""), ("log", "visits", "", "", "", ""),
                           ("volatile", "users", "changed", "", "", ""), ("natural_key", "users", "email", "", "", ""),
                           ("natural_key", "visits", '["b","a"]', "", "", ""),
                           ("reference", "flows", "nodes", "$[*].user", "users", ""),
                           ("exclude", "flows", "owner", "", "", "")]


def test_the_same_rule_again_takes_the_place_of_the_first(rules):
    for target in ("id", "email"):
        options = json.dumps({"target_table": "users", "target_column": target})
        rules.sql(f"SELECT rule_add('reference', 'flows', 'owner', '{options}')")
    assert kept(rules) == [("reference", "flows", "owner", "", "users", "email")]


def test_settings_of_references_and_several_patterns_in_one_column(rules):
    for pattern, target in (("{{user:{id}}}", "users"), ("{{flow:{id}}}", "flows"), ("{{user:{id}}}", "users")):
        rules.sql("SELECT rule_add('reference', 'users', 'token', '%s')" % json.dumps({"pattern": pattern, "target_table": target}))
    options = {"path": "$.items[*].ref", "decode": True, "discriminator": "$.items[*].type", "targets": {"u": "users", "f": "flows"}}
    rules.sql("SELECT rule_add('reference', 'flows', 'nodes', '%s')" % json.dumps(options))
    found = rules.sql("SELECT column_name, target_table, settings FROM transfer_rules ORDER BY rule_id")
    assert [(column, target, json.loads(settings)) for column, target, settings in found] == [
        ("token", "flows", {"pattern": "{{flow:{id}}}"}), ("token", "users", {"pattern": "{{user:{id}}}"}),
        ("nodes", "", {"decode": True, "discriminator": "$.items[*].type", "targets": {"u": "users", "f": "flows"}})]


@pytest.mark.parametrize("code, call, words", [
    ("WB003", "'secrets', 'users', 'token'", ["no rule \"secrets\"", "Did you mean \"secret\"?"]),
    ("WB022", "'secret', 'user', 'token'", ["table \"user\" does not exist", "Did you mean \"users\"?"]),
    ("WB023", "'secret', 'users', 'tokens'", ["no column \"tokens\"", "Did you mean \"token\"?"]),
    ("WB003", "'secret', 'users'", ["about one column"]),
    ("WB003", "'log', 'users', 'token'", ["about a whole table"]),
    ("WB003", "'volatile', 'users', 'changed', '{\"path\":\"$.x\"}'", ["has no path"]),
    ("WB003", "'secret', 'users', 'token', '{\"target_table\":\"flows\"}'", ["has no target"]),
    ("WB003", "'natural_key', 'users'", ["needs a column"]),
    ("WB003", "'reference', 'flows', 'owner', '{\"target_table\":\"visits\"}'", ["primary key of one column"]),
    ("WB023", "'reference', 'flows', 'owner', '{\"target_table\":\"users\",\"target_column\":\"uid\"}'", ["\"uid\""]),
    ("WB003", "'reference', 'flows', 'owner'", ["needs the option \"target_table\""]),
    ("WB003", "'reference', 'flows', 'nodes', '{\"target_table\":\"users\",\"path\":\"$.a[\"}'", ["character 5"]),
    ("WB003", "'secret', 'flows', 'nodes', '{\"path\":\"a.b\"}'", ["must begin with $"]),
    ("WB003", "'reference', 'flows', 'nodes', '{\"target_table\":\"users\",\"decode\":true}'", ["needs a path"]),
    ("WB003", "'reference', 'flows', 'nodes', '{\"target_table\":\"users\",\"pattern\":\"{{user}}\"}'", ["{id} once"]),
    ("WB003", "'reference', 'flows', 'owner', '{\"discriminator\":\"nodes\"}'", ["given together"]),
    ("WB003", "'reference', 'flows', 'owner', '{\"target_table\":\"users\",\"discriminator\":\"nodes\",\"targets\":{\"u\":\"users\"}}'",
     ["beside \"targets\""]),
    ("WB023", "'reference', 'flows', 'owner', '{\"discriminator\":\"node\",\"targets\":{\"u\":\"users\"}}'", ["Did you mean \"nodes\"?"]),
    ("WB022", "'reference', 'flows', 'owner', '{\"discriminator\":\"nodes\",\"targets\":{\"u\":\"user\"}}'", ["Did you mean \"users\"?"]),
    ("WB003", "'reference', 'flows', 'owner', '{\"discriminator\":\"$.type\",\"targets\":{\"u\":\"users\"}}'", ["Name a column"]),
    ("WB003", "'reference', 'flows', 'nodes', '{\"path\":\"$..id\",\"discriminator\":\"$.type\",\"targets\":{\"u\":\"users\"}}'",
     ["one value for each reference"]),
    ("WB001", "'secret', 'users', 'token', '{\"pattern\":\"x{id}\"}'", ["has no option \"pattern\""]),
    ("WB001", "'secret', 'users', 'token', '{\"pth\":\"$.x\"}'", ["pth"]),
    ("WB001", "'natural_key', 'users', 'email', '{\"columns\":[\"email\"]}'", ["beside column_name"]),
    ("WB003", "NULL, 'users', 'token'", ["\"rule\" is NULL"]),
])
def test_what_cannot_be_a_rule(rules, code, call, words):
    with rules.refuses(code, *words):
        rules.sql(f"SELECT rule_add({call})")


def test_columns_in_which_a_rule_would_find_nothing(postgresql):
    """They would pass what it is to keep."""
    postgresql.script("""
        CREATE TABLE agents (id integer PRIMARY KEY); CREATE TYPE pair AS (a integer, b jsonb);
        CREATE TABLE t (id integer PRIMARY KEY, n integer, m numeric, b bytea, l int[], ta text[], ja jsonb[], p pair, j jsonb, s text)""")
    reference = {"path": "$[*]", "target_table": "agents"}
    for rule, column, options in (
            ("reference", "l", reference), ("reference", "ja", reference), ("reference", "l", {"target_table": "agents"}), ("reference", "p", reference),
            ("reference", "n", reference), ("reference", "n", {"pattern": "a{id}", "target_table": "agents"}),
            ("secret", "ta", {"path": "$..key"}), ("secret", "m", {"path": "$.key"}), ("secret", "b", {"path": "$.key"}), ("secret", "p", {"path": "$.b.key"})):
        with postgresql.refuses("WB003", f'"{column}"', "finds nothing"):
            postgresql.sql("SELECT rule_add(%s, 't', %s, %s)", (rule, column, json.dumps(options)))
    for rule, column, options in (("reference", "j", reference), ("reference", "s", reference), ("reference", "n", {"target_table": "agents"}),
                                  ("secret", "ja", {"path": "$..key"}), ("secret", "s", {"path": "$..key"}), ("secret", "ta", {})):
        postgresql.sql("SELECT rule_add(%s, 't', %s, %s)", (rule, column, json.dumps(options)))


def test_a_key_without_which_no_row_comes_back(db):
    number = "BIGINT GENERATED BY DEFAULT AS IDENTITY" if db.engine == "postgresql" else "INTEGER"
    db.script(f"""CREATE TABLE codes (code VARCHAR(9) NOT NULL PRIMARY KEY, v TEXT); CREATE TABLE counted (id {number} PRIMARY KEY, v TEXT);
                  CREATE TABLE given (id VARCHAR(9) DEFAULT 'x' PRIMARY KEY, v TEXT); CREATE TABLE pairs (a INT NOT NULL, b INT NOT NULL DEFAULT 1, PRIMARY KEY (a, b))""")
    for rule in ("exclude", "secret"):
        for table, column in (("codes", "code"), ("pairs", "a")):
            with db.refuses("WB003", f'column "{column}" of table "{table}"', "primary key", f'"{rule}"', "Leave the whole table out"):
                db.value("rule_add", rule, table, column)
        for table, column in (("codes", "v"), ("counted", "id"), ("given", "id"), ("pairs", "b")):
            assert db.value("rule_add", rule, table, column) > 0
    db.value("rule_add", "exclude", "codes")
    db.value("rule_add", "natural_key", "codes", "code")


def test_rows_come_back_without_a_key_that_counts(db):
    number = "BIGINT GENERATED BY DEFAULT AS IDENTITY" if db.engine == "postgresql" else "INTEGER"
    db.script(f"CREATE TABLE counted (id {number} PRIMARY KEY, v TEXT); INSERT INTO counted VALUES (40, 'a'), (41, 'b')")
    db.value("rule_add", "exclude", "counted", "id")
    document = db.value("export_json")
    assert '"id":40' not in document
    db.call("import_json", document, '{"clear": true}')
    assert db.sql("SELECT v FROM counted ORDER BY id") == [("a",), ("b",)]
