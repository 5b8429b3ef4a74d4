"""Documents whose tables and columns are called otherwise in the database."""

import json

import pytest

RENAME = {"tables": {"people": "users", "notes": "remarks"}, "columns": {"people.mail": "email", "notes.who": "user_id", "notes.text": "body"}}


@pytest.fixture
def pair(new_db):
    """A database with the old names and rows, and one with the new names."""
    old, new = new_db(), new_db()
    old.script("""
        CREATE TABLE people (id BIGINT NOT NULL PRIMARY KEY, mail TEXT, at NUMERIC(8,2));
        CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY, who BIGINT REFERENCES people (id), text TEXT);
        INSERT INTO people VALUES (1, 'a@x', 1.50), (2, NULL, NULL);
        INSERT INTO notes VALUES (1, 2, 'hello'), (2, 1, NULL)""")
    new.script("""
        CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, at NUMERIC(8,2), email TEXT);
        CREATE TABLE remarks (id INTEGER NOT NULL PRIMARY KEY, body TEXT, user_id INTEGER REFERENCES users (id), text TEXT DEFAULT 'd')""")
    return old, new


def load(db, text, **options):
    return {row["table_name"]: row for row in db.call("import_json", text, json.dumps(options))}


@pytest.mark.parametrize("lines", [False, True])
def test_tables_and_columns(pair, lines):
    old, new = pair
    text = "\n".join(row[0] for row in old.sql("SELECT line FROM export_jsonl()")) if lines else old.value("export_json")
    assert load(new, text, rename=RENAME)["people"]["inserted"] == 2
    assert [(n, e) for n, e in new.sql("SELECT id, email FROM users ORDER BY id")] == [(1, "a@x"), (2, None)]
    assert new.sql("SELECT id, user_id, body, text FROM remarks ORDER BY id") == [(1, 2, "hello", "d"), (2, 1, None, "d")]
    again = load(new, text, rename=RENAME, on_conflict="update")
    assert [row["unchanged"] for row in again.values()] == [2, 2]
    load(new, text, rename=RENAME, preserve_ids=False)
    assert new.sql("SELECT id, user_id FROM remarks ORDER BY id") == [(1, 2), (2, 1), (3, 4), (4, 3)]


def test_a_swap(db):
    db.script("CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY, x TEXT, y TEXT); CREATE TABLE b (id BIGINT NOT NULL PRIMARY KEY, x TEXT, y TEXT)")
    db.script("INSERT INTO a VALUES (1, 'ax', 'ay'); INSERT INTO b VALUES (2, 'bx', 'by')")
    load(db, db.value("export_json"), clear=True, rename={"tables": {"a": "b", "b": "a"}, "columns": {"a.x": "y", "a.y": "x"}})
    assert (db.sql("SELECT * FROM a"), db.sql("SELECT * FROM b")) == ([(2, "bx", "by")], [(1, "ay", "ax")])


def test_what_cannot_be_renamed(pair):
    old, new = pair
    text = old.value("export_json")
    for rename, code, word in (({"tables": {"persons": "users"}}, "WB022", "persons"), ({"tables": {"people": "nobody"}}, "WB022", "nobody"),
                               ({**RENAME, "columns": {"people.mail": "e_mail"}}, "WB023", "e_mail"), ({**RENAME, "columns": {"mail": "email"}}, "WB001", "mail"),
                               ({**RENAME, "columns": {**RENAME["columns"], "x.mail": "email"}}, "WB022", "x.mail"), ({"table": {"people": "users"}}, "WB001", "table"),
                               ({"tables": {"people": "users", "notes": "users"}}, "WB001", "users"), ({"tables": "users"}, "WB001", "tables"),
                               ("users", "WB001", "an object of strings"), ({**RENAME, "columns": {**RENAME["columns"], "people.no": "id"}}, "WB023", "people.no"),
                               ({**RENAME, "columns": {"people.mail": "email", "people.at": "email"}}, "WB001", "email")):
        with new.refuses(code, word):
            load(new, text, rename=rename)
    with new.refuses("WB022", 'there is no table "nobody"') as failure:
        load(new, '{"people": []}', rename={"tables": {"people": "nobody"}})
    assert "did you mean" not in failure.text
    with new.refuses("WB023", "people.no", 'column "email" is for the key "no"'):
        load(new, '{"people": [{"id": 1, "email": "x"}]}', rename={"tables": {"people": "users"}, "columns": {"people.no": "email"}})
    problems = new.call("import_validate", text, json.dumps({"rename": {"tables": {"people": "nobody"}}}))
    assert any("nobody" in row["message"] for row in problems)
    assert new.call("import_validate", text, json.dumps({"rename": RENAME})) == []
