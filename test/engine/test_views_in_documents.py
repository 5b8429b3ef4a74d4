"""Views take part in exports and imports where the option tables names them, and only there; rows go in through their
INSTEAD OF triggers."""

import json

import pytest

TABLES = {
    "sqlite": """CREATE TABLE person (id INTEGER PRIMARY KEY, first TEXT, last TEXT);
                 CREATE VIEW names AS SELECT id, first || ' ' || last AS name FROM person;
                 CREATE TRIGGER split INSTEAD OF INSERT ON names BEGIN
                   INSERT INTO person VALUES (new.id, substr(new.name, 1, instr(new.name, ' ') - 1), substr(new.name, instr(new.name, ' ') + 1)); END;
                 CREATE VIEW fixed AS SELECT max(id) AS id FROM person""",
    "postgresql": """CREATE TABLE person (id int PRIMARY KEY, first text, last text);
                     CREATE VIEW names AS SELECT id, first || ' ' || last AS name FROM person;
                     CREATE FUNCTION split() RETURNS trigger LANGUAGE plpgsql AS
                       $$ BEGIN INSERT INTO person VALUES (new.id, split_part(new.name, ' ', 1), split_part(new.name, ' ', 2)); RETURN new; END $$;
                     CREATE TRIGGER split INSTEAD OF INSERT ON names FOR EACH ROW EXECUTE FUNCTION split();
                     CREATE VIEW fixed AS SELECT max(id) AS id FROM person""",
}
ROWS = {"names": [{"id": 1, "name": "Ada Lovelace"}, {"id": 2, "name": "Alan Turing"}]}


@pytest.fixture
def people(db):
    db.script(TABLES[db.engine])
    return db


def test_in_through_the_trigger_and_out_by_name(people):
    rows = people.call("import_json", json.dumps(ROWS), '{"tables": ["names"]}')
    assert [(row["table_name"], row["read"], row["inserted"]) for row in rows] == [("names", 2, 2)]
    assert people.sql("SELECT * FROM person ORDER BY id") == [(1, "Ada", "Lovelace"), (2, "Alan", "Turing")]
    exported = json.loads(people.value("export_json", '{"tables": ["names"]}'))
    assert sorted(exported["names"], key=lambda row: row["id"]) == ROWS["names"]
    assert "names" not in json.loads(people.value("export_json"))
    assert [name for name in people.digests(tables=["names", "person"])] == ["names", "person"]


def test_our_own_document_of_a_view(people):
    people.call("import_json", json.dumps(ROWS), '{"tables": "names"}')
    document = people.value("export_json", '{"tables": "names"}')
    assert people.call("data_verify", document, '{"tables": "names"}')[0]["matches"]
    people.sql("DELETE FROM person")
    people.call("import_json", document, '{"tables": "names"}')
    assert people.one("SELECT last FROM person WHERE id = 2") == "Turing"


def test_only_by_name(people):
    with people.refuses(None, "names"):
        people.call("import_json", json.dumps(ROWS))
    with people.refuses(None, "nam*"):
        people.value("export_json", '{"tables": "nam*"}')


def test_a_view_without_a_trigger(people):
    with people.refuses(None, "fixed", "view"):
        people.call("import_json", '{"fixed": [{"id": 7}]}', '{"tables": "fixed"}')


def test_triggers_off(people):
    """In PostgreSQL the triggers of a view stay, in SQLite one switch is for all."""
    if people.engine == "postgresql":
        people.call("import_json", json.dumps(ROWS), '{"tables": "names", "triggers": "off"}')
        assert people.one("SELECT count(*) FROM person") == 2
    else:
        with people.refuses(None, "names", "view"):
            people.call("import_json", json.dumps(ROWS), '{"tables": "names", "triggers": "off"}')
