"""import_validate: every problem of an import at once, and nothing written; imports report all of them too."""

import json

import pytest


@pytest.fixture
def shop(db):
    varchar = "VARCHAR(5)"
    db.sql(f"CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, email TEXT UNIQUE, code {varchar}, name TEXT NOT NULL, born DATE)")
    db.sql("CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, user_id BIGINT REFERENCES users (id), n SMALLINT)")
    db.sql("INSERT INTO users (id, email, name) VALUES (1, 'ada@x', 'Ada')")
    return db


def validate(db, document, **options):
    text = document if isinstance(document, str) else json.dumps(document)
    with db.unchanged():
        rows = db.call("import_validate", text, json.dumps(options))
    assert list(rows[0]) == ["severity", "code", "table_name", "row_number", "path", "message"] if rows else True
    return rows


def found(rows, severity="error"):
    return [(row["code"], row["table_name"], row["row_number"], row["path"]) for row in rows if row["severity"] == severity]


def user(id, **more):
    return {"id": id, "name": "N", **more}


def test_nothing_wrong(shop):
    assert validate(shop, {"users": [user(2), user(3, email="x", code="12345")], "orders": [{"id": 1, "user_id": 3}, {"id": 2, "user_id": 1}]}) == []
    assert validate(shop, shop.value("export_json", '{"tables": ["users"]}'), on_conflict="update") == []


def test_all_at_once(shop):
    document = {
        "users": [user(2), {"id": 3}, {"id": 4, "name": None}, user(5, nope=1), user(2), user(6, code="123456")],
        "orders": [{"id": 1, "user_id": 2}, {"id": 2, "user_id": 99}, {"id": 3, "user_id": None}, {"id": 4, "n": 40000}],
        "user": []}
    rows = validate(shop, document)
    expected = {("WB024", "users", 2, "$.users[1].name"), ("WB024", "users", 3, "$.users[2].name"),
                ("WB023", "users", 4, "$.users[3]"), ("WB025", "users", 5, "$.users[4]"), ("WB022", None, None, None),
                ("WB027", "orders", 2, "$.orders[1].user_id")}
    if shop.engine == "postgresql":
        expected |= {("WB024", "users", 6, "$.users[5].code"), ("WB024", "orders", 4, "$.orders[3].n")}
    assert set(found(rows)) == expected
    assert all(row["message"] for row in rows)


def test_rows_that_the_database_has(shop):
    document = {"users": [user(1), user(7, email="ada@x"), user(8, email=None)]}
    assert found(validate(shop, document)) == [("WB025", "users", 1, "$.users[0]"), ("WB025", "users", 2, "$.users[1]")]
    for options in ({"on_conflict": "skip"}, {"on_conflict": "update"}, {"clear": True}):
        assert found(validate(shop, document, **options)) == []


def test_values_that_stand_twice_in_a_unique_key(shop):
    document = {"users": [user(9, email="b"), user(2, email="a"), user(3, email="b"), user(4, email=None), user(5, email=None), user(6, email="a"), user(7)]}
    for options in ({}, {"on_conflict": "update"}, {"clear": True}, {"preserve_ids": False}):
        rows = validate(shop, document, **options)
        assert found(rows) == [("WB025", "users", 3, "$.users[2]"), ("WB025", "users", 6, "$.users[5]")]
        assert "email" in rows[0]["message"] and "row 1" in rows[0]["message"]
        with shop.refuses(("23505", "WB025") if shop.engine == "postgresql" else None, "email"):
            shop.call("import_json", json.dumps(document), json.dumps(options))
    assert found(validate(shop, document, on_conflict="skip")) == []
    shop.call("import_json", json.dumps(document), '{"on_conflict": "skip"}')


def test_a_unique_key_of_two_columns(db):
    db.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, a BIGINT, b TEXT, UNIQUE (b, a))")
    pairs = [(2, "x"), (1, "x"), (1, "y"), (2, "x"), (None, "x"), (None, "x"), (1, "y")]
    document = {"t": [{"id": id, "a": a, "b": b} for id, (a, b) in enumerate(pairs)]}
    assert found(validate(db, document)) == [("WB025", "t", 4, "$.t[3]"), ("WB025", "t", 7, "$.t[6]")]


def test_what_new_rows_lack_where_others_are_updated(shop):
    document = {"users": [{"id": 1, "email": "new"}, user(2), {"id": 3}, {"id": 4, "email": "y"}]}
    lacks = [("WB024", "users", 3, "$.users[2].name"), ("WB024", "users", 4, "$.users[3].name")]
    assert found(validate(shop, document, on_conflict="update")) == lacks
    assert found(validate(shop, document, on_conflict="replace")) == [("WB024", "users", 1, "$.users[0].name"), *lacks]
    assert len(found(validate(shop, document, on_conflict="update", clear=True))) == 3
    for options in ({"on_conflict": "update"}, {"on_conflict": "replace"}, {"on_conflict": "update", "clear": True}):
        with shop.refuses(("23502", "WB024") if shop.engine == "postgresql" else None, "name"):
            shop.call("import_json", json.dumps(document), json.dumps(options))
    assert found(validate(shop, {"users": [{"id": 1, "email": "new"}]}, on_conflict="update")) == []


def test_values_that_another_row_has_where_rows_are_updated(shop):
    shop.sql("INSERT INTO users (id, email, name) VALUES (2, 'bob@x', 'Bob'), (3, 'eve@x', 'Eve')")
    document = {"users": [user(1, email="zoe@x"), user(2, email="ada@x"), user(4, email="eve@x")]}
    for mode in ("update", "replace"):
        assert found(validate(shop, document, on_conflict=mode)) == [("WB025", "users", 3, "$.users[2]")]
    with shop.refuses("23505" if shop.engine == "postgresql" else None, "email"):
        shop.call("import_json", json.dumps(document), '{"on_conflict": "update"}')
    del document["users"][2]
    assert found(validate(shop, document, on_conflict="update")) == []
    shop.call("import_json", json.dumps(document), '{"on_conflict": "update"}')


def test_a_secret_that_must_have_a_value(shop):
    shop.value("rule_add", "secret", "users", "name")
    document = shop.value("export_json", '{"tables": ["users"]}').replace('"id":1', '"id":7')
    assert "WB021" in [row[0] for row in found(validate(shop, document))]
    rows = validate(shop, {"users": [{"id": 1}, {"id": 7}]}, on_conflict="update")
    assert [(row["severity"], row["path"]) for row in rows] == [("error", "$.users[*].name")]


def test_updates_need_no_value(shop):
    document = {"users": [{"id": 1, "email": "new"}]}
    assert found(validate(shop, document, on_conflict="update")) == []
    assert ("WB024", "users", 1, "$.users[0].name") in found(validate(shop, document))


def test_references_when_the_parents_are_cleared(shop):
    document = {"users": [user(2)], "orders": [{"id": 1, "user_id": 1}, {"id": 2, "user_id": 2}]}
    assert found(validate(shop, document)) == []
    assert found(validate(shop, document, clear=True)) == [("WB027", "orders", 1, "$.orders[0].user_id")]


def test_a_document_that_cannot_be_read(shop):
    assert [row[0] for row in found(validate(shop, '{"users": [{"id": 2, "name": "N"}'))] == ["WB020"]
    assert [row[0] for row in found(validate(shop, '{"users": 5}'))] == ["WB028"]
    damaged = shop.value("export_json").replace('"Ada"', '"Eve"')
    assert "WB021" in [row[0] for row in found(validate(shop, damaged, clear=True))]


def test_a_file(shop, directory):
    path = directory / "x.jsonl"
    path.write_text('{"metadata": {"exportedAt": "2026-11-20"}}\n{"table": "users", "row": {"id": 5}}\n')
    path.chmod(0o644)
    assert found(validate(shop, str(path))) == [("WB024", "users", 1, "$.users[0].name")]
    with shop.refuses(("WB004", "58P01")):
        shop.call("import_validate", str(directory / "nowhere.json"))


def test_options(shop):
    with shop.refuses("WB001", "on_conflikt", "on_conflict"):
        shop.call("import_validate", "{}", '{"on_conflikt": "skip"}')
    assert [row[0] for row in found(validate(shop, {"users": [user(2)]}, on_conflict={"nothing": "skip"}))] == ["WB022"]
    shop.sql("CREATE TABLE visits (n BIGINT)")
    assert [row[:2] for row in found(validate(shop, {"visits": [{"n": 1}]}, on_conflict="update"))] == [("WB001", "visits")]


def test_secrets_that_nobody_has(shop):
    shop.value("rule_add", "secret", "users", "code")
    rows = validate(shop, {"users": [user(1), user(2), user(3)]}, on_conflict="update")
    assert found(rows) == [] and len(rows) == 1
    assert rows[0]["severity"] == "warning" and "2 new rows" in rows[0]["message"] and rows[0]["path"] == "$.users[*].code"


def test_labels(postgresql):
    postgresql.sql("CREATE TYPE mood AS ENUM ('sad', 'happy')")
    postgresql.sql("CREATE DOMAIN feeling AS mood")
    postgresql.sql("CREATE TABLE t (id BIGINT PRIMARY KEY, a mood, b feeling)")
    rows = validate(postgresql, {"t": [{"id": 1, "a": "sad", "b": "happy"}, {"id": 2, "a": "mad", "b": "bad"}]})
    assert found(rows) == [("WB024", "t", 2, "$.t[1].a"), ("WB024", "t", 2, "$.t[1].b")]
    with postgresql.refuses("WB024", "mad", "bad"):
        postgresql.call("import_json", '{"t": [{"id": 1, "a": "mad"}, {"id": 2, "a": "bad"}]}')


def test_an_import_tells_all_of_them_too(shop):
    document = {"users": [user(2), {"id": 3}, {"id": 4, "name": None}, user(2)]}
    with shop.refuses("WB024", "row 2", "row 3", "row 4"):
        shop.call("import_json", json.dumps(document))
    # Of our own document it notices while it writes.
    shop.sql("DELETE FROM users")
    shop.script("ALTER TABLE users ADD COLUMN x TEXT") 
    shop.script("INSERT INTO users (id, name) VALUES (2, 'a'), (3, 'b'), (4, 'c')")
    document = shop.value("export_json")
    shop.script("DELETE FROM users")
    if shop.engine == "postgresql":
        shop.sql("ALTER TABLE users ALTER x SET NOT NULL")
        with shop.refuses("WB024", "row 1", "row 2", "row 3", '"x"'):
            shop.call("import_json", document)


def test_what_a_trigger_fills_in_may_be_missing(shop):
    if shop.engine == "sqlite":
        shop.sql("CREATE TRIGGER g BEFORE INSERT ON users WHEN new.name IS NULL BEGIN SELECT RAISE(IGNORE); END")
    else:
        shop.script("""CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.name := 'x'; RETURN new; END $$;
                       CREATE TRIGGER g BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION g()""")
    assert found(validate(shop, {"users": [{"id": 5, "name": None}]})) == []


def test_rows_in_any_order_and_keys_of_two_columns(db):
    db.sql("CREATE TABLE t (a BIGINT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b))")
    pairs = [(2, "x"), (1, "x"), (1, "y"), (2, "x"), (3, "x"), (1, "y")]
    rows = validate(db, {"t": [{"a": a, "b": b} for a, b in pairs]})
    assert found(rows) == [("WB025", "t", 4, "$.t[3]"), ("WB025", "t", 6, "$.t[5]")]


@pytest.fixture
def declared(db):
    """Agents, and flows that name them in columns, documents and texts, by rules only."""
    db.script("""
        CREATE TABLE agents (id BIGINT NOT NULL PRIMARY KEY, code TEXT UNIQUE);
        CREATE TABLE flows (id BIGINT NOT NULL PRIMARY KEY, kind TEXT, subject TEXT, nodes JSONB, prompt TEXT);
        INSERT INTO agents VALUES (1, 'one')""")
    for column, options in (("subject", {"discriminator": "kind", "targets": {"agent": "agents", "flow": "flows"}}),
                            ("nodes", {"path": "$.nodes[*].agent", "target_table": "agents"}),
                            ("nodes", {"path": "$.code", "target_table": "agents", "target_column": "code"}),
                            ("prompt", {"pattern": "{{agent:{id}}}", "target_table": "agents"})):
        db.value("rule_add", "reference", "flows", column, json.dumps(options))
    return db


FLOWS = {"agents": [{"id": 5, "code": "five"}],
         "flows": [{"id": 1, "kind": "agent", "subject": "5", "nodes": {"nodes": [{"agent": 1}, {"agent": "5"}, {"agent": None}], "code": "one"}},
                   {"id": 2, "kind": "flow", "subject": "1", "nodes": {"code": "five"}, "prompt": "{{agent:1}} {{agent:5}}"},
                   {"id": 3, "kind": "other", "subject": "77", "nodes": [], "prompt": "none"}]}
WRONG = {"agents": FLOWS["agents"],
         "flows": FLOWS["flows"] + [{"id": 4, "kind": "agent", "subject": "77"}, {"id": 5, "kind": "flow", "subject": "x"},
                                    {"id": 6, "nodes": {"nodes": [{"agent": 8}, {"agent": 5}, {"agent": "99999999999999999999"}], "code": "six"}},
                                    {"id": 7, "prompt": "{{agent:5}} and {{agent:9}}"}]}


def test_references_that_rules_declare(declared):
    assert validate(declared, FLOWS) == []
    rows = validate(declared, WRONG)
    assert sorted(found(rows)) == sorted([("WB027", "flows", 4, "$.flows[3].subject"), ("WB027", "flows", 5, "$.flows[4].subject"),
                                          *[("WB027", "flows", 6, "$.flows[5].nodes")] * 3, ("WB027", "flows", 7, "$.flows[6].prompt")])
    messages = " ".join(row["message"] for row in rows)
    for words in ("(77)", "path $.nodes[*].agent: 8 is no row", "99999999999999999999", "path $.code: six", "(9) is no row", '"agents"', '"flows"'):
        assert words in messages
    # With the rows of the database gone, 1 leads nowhere.
    assert [row[2] for row in found(validate(declared, FLOWS, clear=True))].count(1) == 2


def test_imports_look_at_declared_references_first(declared, new_db):
    with declared.refuses("WB027", "row 4", "row 5", "row 6", "row 7", "$.nodes[*].agent"):
        declared.call("import_json", json.dumps(WRONG))
    declared.call("import_json", json.dumps(WRONG), '{"missing_references": "keep"}')
    assert declared.one("SELECT count(*) FROM flows") == 7
    assert validate(declared, WRONG, on_conflict="update", missing_references="keep") == []
    with declared.refuses("WB001", "keep"):
        declared.call("import_json", json.dumps(WRONG), '{"missing_references": "keep", "preserve_ids": false}')
    # Our own document is written while it is read; the result is the same.
    text = declared.value("export_json")
    with declared.refuses("WB027", "row 4", "row 5", "row 6", "row 7"):
        declared.call("import_json", text, '{"clear": true}')
    declared.script("DELETE FROM flows WHERE id > 3")
    text = declared.value("export_json")
    declared.call("import_json", text, '{"clear": true}')
    assert declared.value("export_json").split('"flows"')[-1] == text.split('"flows"')[-1]


def test_all_tables_with_missing_references_are_told(db):
    """Also where ids change, which is found out table by table."""
    db.script("""CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id));
                 CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b (id), note TEXT)""")
    db.value("rule_add", "reference", "c", "note", '{"path": "$.a", "target_table": "a"}')
    document = json.dumps({"a": [{"id": 1}], "b": [{"id": 1, "a": 1}, {"id": 2, "a": 70}],
                           "c": [{"id": 1, "b": 80}, {"id": 2, "b": 2, "note": '{"a": 90}'}]})
    with db.refuses("WB027", "70", "80", "90"):
        db.call("import_json", document, '{"preserve_ids": false}')


def test_an_import_names_every_reference_that_leads_nowhere(db):
    """With the database's own error, which knows one at most."""
    db.script("""CREATE TABLE parents (id integer PRIMARY KEY, mother integer REFERENCES parents (id));
                 CREATE TABLE children (id integer PRIMARY KEY, parent integer REFERENCES parents (id), code text)""")
    db.sql("INSERT INTO parents VALUES (50, NULL)")
    rows = {"children": [{"id": 1, "parent": 50}, {"id": 2, "parent": 98}, {"id": 3, "parent": None}, {"id": 4, "parent": 99}, {"id": 5, "parent": 7}],
            "parents": [{"id": 7, "mother": 50}]}
    words = ('table "children", row 2, column "parent": (98) is no row of table "parents"', 'table "children", row 4, column "parent": (99)')
    for document in (rows, dict(reversed(rows.items()))):
        with db.refuses(("23503", "WB027", None), *words) as failure:
            db.call("import_json", json.dumps(document))
        assert failure.text.count("is no row of table") == 2
    with db.refuses(("23503", "WB027", None), 'table "parents", row 1, column "mother": (51) is no row of table "parents"'):
        db.call("import_json", '{"parents": [{"id": 7, "mother": 51}]}')


def test_what_a_clear_would_take_with_it(db):
    db.script("""CREATE TABLE books (id integer PRIMARY KEY);
                 CREATE TABLE pages (id integer PRIMARY KEY, book integer REFERENCES books (id) ON DELETE CASCADE)""")
    db.script("INSERT INTO books VALUES (1); INSERT INTO pages VALUES (1, 1)")
    rows = db.call("import_validate", '{"books": [{"id": 2}]}', '{"clear": true}')
    assert [(row["code"], row["message"]) for row in rows] == [
        ("WB027", 'clearing table "books" would change table "pages", which is not imported')]
    with db.refuses("WB027", 'clearing table "books" would change table "pages"'):
        db.call("import_json", '{"books": [{"id": 2}]}', '{"clear": true}')
    assert db.call("import_validate", '{"books": [{"id": 2}], "pages": []}', '{"clear": true}') == []
