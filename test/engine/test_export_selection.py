"""Which rows and columns an export has: where, include_logs, rules that exclude, secrets."""

import json

import pytest


@pytest.fixture
def shop(db):
    db.script("""
        CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, email TEXT, password_hash TEXT);
        CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, user_id BIGINT REFERENCES users (id), total BIGINT, note TEXT);
        CREATE TABLE audit (id BIGINT NOT NULL PRIMARY KEY, line TEXT);
        INSERT INTO users VALUES (1, 'ada@example.org', 'h1'), (2, 'bo@example.org', 'h2'), (3, 'cy@example.org', NULL);
        INSERT INTO orders VALUES (10, 1, 5, 'a'), (11, 1, 50, 'b'), (12, 2, 500, 'c');
        INSERT INTO audit VALUES (1, 'x'), (2, 'y');""")
    return db


def document(db, **options):
    return json.loads(db.value("export_json", json.dumps(options)))


def ids(rows):
    return [row["id"] for row in rows]


def test_where(shop, directory):
    exported = document(shop, where={"orders": "total > 10 AND note <> 'c'", "users": "EXISTS (SELECT 1 FROM orders o WHERE o.user_id = users.id)"})
    assert ids(exported["orders"]) == [11]
    assert ids(exported["users"]) == [1, 2]
    assert ids(exported["audit"]) == [1, 2]
    assert exported["$end"]["tables"]["orders"]["rows"] == 1
    digests = shop.digests(where={"orders": "total > 10 AND note <> 'c'"})
    assert digests["orders"] == (1, exported["$end"]["tables"]["orders"]["digest"])
    assert shop.digests()["orders"][0] == 3
    # The same condition says which live rows a document is compared with.
    path = str(directory / "some.jsonl.zst")
    shop.call("export_json_file", path, '{"tables": "orders", "where": {"orders": "id < 12 -- not the last"}}')
    assert [bool(row["matches"]) for row in shop.call("data_verify", path)] == [False]
    assert [bool(row["matches"]) for row in shop.call("data_verify", path, '{"where": {"orders": "id < 12"}}')] == [True]


@pytest.mark.parametrize("condition", [
    "true) OR (true", "id = 1; DROP TABLE audit", "", "-- nothing", "id = $1", "id IN (1, 2", "note = 'x", "id = 1 /* "])
def test_a_condition_that_is_not_one_expression(shop, condition):
    with shop.refuses("WB001", '"orders"', '"where"', "not one expression"):
        shop.value("export_json", json.dumps({"where": {"orders": condition}}))


@pytest.mark.parametrize("condition", ["id = 1 ORDER BY 2", "id ==== 1", "nothing = 1", "id = 1 UNION SELECT 2 FROM audit"])
def test_a_condition_that_the_database_refuses_names_its_table(shop, condition):
    with shop.refuses(None, 'table "orders"', condition):
        shop.value("export_json", json.dumps({"where": {"orders": condition}}))


def test_conditions_of_tables_that_are_not_exported(shop):
    with shop.refuses("WB022", '"order"', "orders"):
        shop.value("export_json", '{"where": {"order": "true"}}')
    with shop.refuses("WB001", '"audit"', "not exported"):
        shop.value("export_json", '{"exclude": "audit", "where": {"audit": "true"}}')
    text = shop.value("export_json")
    with shop.refuses("WB001", '"nothing"', "not compared"):
        shop.call("data_verify", text, '{"where": {"nothing": "true"}}')


def test_logs_are_left_out_unless_asked_for(shop):
    shop.value("rule_add", "log", "audit")
    assert "audit" not in document(shop)
    assert document(shop)["metadata"]["excluded"] == ["audit"]
    assert set(shop.digests()) == {"users", "orders"}
    assert len(document(shop, include_logs=True)["audit"]) == 2
    assert set(shop.digests(include_logs=True)) == {"users", "orders", "audit"}
    assert len(document(shop, tables=["audit", "users"])["audit"]) == 2  # named exactly: asked for
    assert "audit" not in document(shop, tables="*")


def test_what_a_rule_excludes(shop, directory):
    shop.value("rule_add", "exclude", "audit")
    shop.value("rule_add", "exclude", "orders", "note")
    exported = document(shop, include_logs=True)
    assert "audit" not in exported and exported["metadata"]["excluded"] == ["audit"]
    assert [column[0] for column in exported["metadata"]["tables"]["orders"]["columns"]] == ["id", "user_id", "total"]
    assert list(exported["orders"][0]) == ["id", "user_id", "total"]
    path = str(directory / "all.json")
    shop.call("export_json_file", path)
    rows = {row["table_name"]: row for row in shop.call("data_verify", path)}
    assert rows["orders"]["matches"] and "note" in rows["orders"]["detail"]
    shop.sql("UPDATE orders SET note = 'other'")
    assert all(row["matches"] for row in shop.call("data_verify", path))


@pytest.mark.parametrize("form", ["omit", "redact"])
@pytest.mark.parametrize("name", ["all.json", "all.jsonl", "all.json.gz"])
def test_secrets_never_leave(shop, directory, form, name):
    shop.value("rule_add", "secret", "users", "password_hash")
    options = json.dumps({"secrets": form})
    exported = document(shop, secrets=form)
    assert "h1" not in shop.value("export_json", options) and "h2" not in shop.value("export_json", options)
    assert exported["metadata"]["redacted"] == [["users", "password_hash"]]
    if form == "omit":
        assert "password_hash" not in exported["users"][0]
    else:
        assert [row["password_hash"] for row in exported["users"]] == [{"$secret": None}] * 3
    # The digest is of what is in the document, and tells nothing about the secret.
    assert shop.digests(secrets=form)["users"][1] == exported["$end"]["tables"]["users"]["digest"]
    path = str(directory / name)
    shop.call("export_json_file", path, options)
    shop.sql("UPDATE users SET password_hash = 'changed'")
    rows = {row["table_name"]: row for row in shop.call("data_verify", path)}
    assert rows["users"]["matches"] and "password_hash" in rows["users"]["detail"]
    shop.sql("UPDATE users SET email = 'changed' WHERE id = 1")
    assert not {row["table_name"]: row for row in shop.call("data_verify", path)}["users"]["matches"]


@pytest.mark.parametrize("form", ["omit", "redact"])
def test_a_document_without_secrets_fills_an_empty_database(shop, new_db, form):
    shop.value("rule_add", "secret", "users", "password_hash")
    text = shop.value("export_json", json.dumps({"secrets": form}))
    target = new_db()
    target.script("""
        CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, email TEXT, password_hash TEXT DEFAULT 'none');
        CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, user_id BIGINT REFERENCES users (id), total BIGINT, note TEXT);
        CREATE TABLE audit (id BIGINT NOT NULL PRIMARY KEY, line TEXT);""")
    target.call("import_json", text)
    assert target.sql("SELECT DISTINCT password_hash FROM users") == [("none",)]
    assert target.digests()["orders"] == shop.digests()["orders"]
    assert all(row["matches"] for row in target.call("data_verify", text))


def test_options_with_wrong_values(shop):
    for options, word in [('{"secrets": "show"}', '"omit" or "redact"'), ('{"include_logs": 1}', "true or false"), ('{"where": "true"}', "object")]:
        with shop.refuses("WB001", word):
            shop.value("export_json", options)


def test_columns_that_look_like_secrets_are_named_once(postgresql):
    db = postgresql
    db.script("""
        CREATE TABLE keys (id bigint PRIMARY KEY, "apiKey" text, total_tokens bigint, note text, settings jsonb);
        INSERT INTO keys VALUES (1, 'abc', 7, 'task-force-of-many-people-and-more', '{"hook": "ghp_0123456789abcdefghijklmnopqrstuvwxyz"}');""")
    db.connection.notices.clear()
    db.value("export_json")
    warnings = [notice for notice in db.connection.notices if "look like secrets" in notice]
    assert len(warnings) == 1
    assert '"keys.apiKey"' in warnings[0] and '"keys.settings" (an access token)' in warnings[0]
    assert "total_tokens" not in warnings[0] and "note" not in warnings[0]
    db.connection.notices.clear()
    db.value("rule_add", "secret", "keys", "apiKey")
    db.value("rule_add", "secret", "keys", "settings")
    db.value("export_json")
    assert not [notice for notice in db.connection.notices if "look like secrets" in notice]


@pytest.mark.parametrize("type", ["TEXT", "JSON", "JSONB"])
@pytest.mark.parametrize("form", ["omit", "redact"])
def test_secrets_inside_documents(db, type, form):
    db.script(f"CREATE TABLE settings (id BIGINT NOT NULL PRIMARY KEY, doc {type})")
    document_ = {"name": "n", "auth": {"apiKey": "hidden-1", "url": "u"}, "list": [{"apiKey": "hidden-2"}, 3], "last": "hidden-3"}
    for number, value in enumerate([json.dumps(document_), "{}", "null", "[1, 2.50]", None]):
        db.sql(f"INSERT INTO settings VALUES ({number}, {'NULL' if value is None else chr(39) + value + chr(39)})")
    db.value("rule_add", "secret", "settings", "doc", '{"path": "$..apiKey"}')
    db.value("rule_add", "secret", "settings", "doc", '{"path": "$.last"}')
    options = json.dumps({"secrets": form})
    text = db.value("export_json", options)
    assert "hidden" not in text
    exported = json.loads(text)
    assert exported["metadata"]["redacted"] == [["settings", "doc", "$..apiKey"], ["settings", "doc", "$.last"]]
    first = exported["settings"][0]["doc"]
    first = json.loads(first) if isinstance(first, str) else first
    secret = {"$secret": None}
    assert first == ({"name": "n", "auth": {"url": "u"}, "list": [{}, 3]} if form == "omit" else
                     {"name": "n", "auth": {"apiKey": secret, "url": "u"}, "list": [{"apiKey": secret}, 3], "last": secret})
    assert all(row["matches"] for row in db.call("data_verify", text))
    db.sql(f"UPDATE settings SET doc = '{json.dumps({**document_, 'last': 'changed'})}' WHERE id = 0")
    assert all(row["matches"] for row in db.call("data_verify", text))
    db.sql(f"UPDATE settings SET doc = '{json.dumps({**document_, 'name': 'changed'})}' WHERE id = 0")
    assert not any(row["matches"] for row in db.call("data_verify", text))
    if type == "TEXT":
        db.sql("UPDATE settings SET doc = 'hidden, and no JSON' WHERE id = 1")
        with db.refuses("WB024", '"settings"', '"doc"', "not JSON"):
            db.value("export_json")


def test_a_list_without_names_is_not_everything(shop):
    for option in ("tables", "schemas"):
        functions = ["export_json", "data_digest", "export_schema", "export_data", "schema_snapshot"]
        for function in functions + (["rule_suggest"] if option == "tables" else []):
            with shop.refuses("WB001", f'"{option}" must have at least one name'):
                shop.call(function, json.dumps({option: []}))
    with shop.refuses("WB001", '"tables" must have at least one name'):
        shop.call("import_json", "{}", '{"tables": [], "clear": true}')
    assert shop.value("export_schema", '{"exclude": []}') == shop.value("export_schema", "{}")
    assert shop.value("export_json", '{"exclude": [], "skip": []}') is not None
